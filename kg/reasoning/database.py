"""The DuckDB database of a closed graph: its tables, how triples get in as numbers and out as text.

`term`    each term's number and its N-Triples text
`T`       triples: subject, predicate, object, the round in which each was first derived, the rule; 0 and 0 where it is asserted
`X`       triples that were in `T` until two terms turned out to be the same; `rep` and `eq` say which, and why
`S`       the triples of `T` that are axioms; `cell`, `link`, `step` are the lists that axioms use
`literal`, `number`   what is known of the values of literals
`clash`   the contradictions; `kept`: what a file of this kind says of itself
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.names import WELL_KNOWN
from kg.reasoning import vocabulary as v
from kg.reasoning.facts import NTRIPLES, Term

if TYPE_CHECKING:
    import duckdb

_ROWS = "s uinteger, p uinteger, o uinteger, r uinteger, k usmallint"
_TABLES = f"""
create table term (id uinteger, t varchar);
create table T ({_ROWS});
create table X ({_ROWS});
create table S ({_ROWS});
create table D (s uinteger, p uinteger, o uinteger);
create table rep (id uinteger, rep uinteger);
create table eq (a uinteger, b uinteger, r uinteger, k usmallint);
create table cell (l uinteger, v uinteger, i uinteger, c uinteger, n uinteger);
create table link (kind varchar, l uinteger, a uinteger, b uinteger);
create table step (kind varchar, a uinteger, b uinteger, h uinteger);
create table literal (word varchar, a uinteger, b uinteger);
create table number (l uinteger, n uinteger);
create table clash (rule varchar, message varchar, triples varchar);
create table kept (format varchar, is_full boolean);
"""
_TEXT = r"[A-Za-z0-9_~:/?.!$&\x27()*+,;=@\x80-\x{10FFFF}-]*"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.-]*:{_TEXT}(?:#{_TEXT})?>"
_BLANK = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_STRING = r'"(?:[^"\\\n\r]|\\["\\nr])*"'
# Lines that are canonical N-Triples already, to the last letter. The others are left to the parser.
_CANONICAL = rf"(?:{_IRI}|{_BLANK}) {_IRI} (?:{_IRI}|{_BLANK}|{_STRING}(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^{_IRI})?) \."
_IS_CANONICAL = f"regexp_full_match(line, $re${_CANONICAL}$re$) and not contains(line, '^^<{v.iri('xsd:string')}>')"
_OWN_WORDS = tuple(WELL_KNOWN[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_LONGEST_LINE = 64 << 20


def connect(file: Path | None = None, *, memory: str | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A database in memory or in a file, which spills to disk what does not fit into `memory`, and reaches no network."""
    import duckdb

    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "temp_directory": f"{file}.spill" if file else str(Path(tempfile.gettempdir()) / f"kg-spill-{os.getpid()}"),
    }
    if memory:
        config["memory_limit"] = memory
    return duckdb.connect(str(file) if file else ":memory:", read_only=read_only, config=config)


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file beside the one that is to be written, which takes its place once it is whole, and is removed where it is not."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


class Database:
    """A connection, and the few ways in which it is used."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._known: dict[str, int] = {}

    @property
    def _problem(self) -> type[Exception]:
        """What the database raises where a file is no text, or has a line longer than any triple."""
        import duckdb

        return duckdb.InvalidInputException

    def create(self) -> None:
        """Makes the tables, with the terms that the rules know."""
        self.run(_TABLES)
        terms = ((number, f"<{iri}>") for iri, number in v.NUMBERS.items())
        self.insert("term", terms)

    def run(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of the last of the statements."""
        return self.connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: list[Any] | None = None) -> Any:
        """The first value of the first row."""
        return self.run(sql, parameters)[0][0]

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows, column by column, which is what the database takes fastest."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self.run(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)

    def load(self, file: Path) -> int:
        """Adds the triples of an N-Triples file to the table `given`, each once, as numbers; their number.

        Raises SourceError with the line where the file is no N-Triples.
        """
        try:
            self._split(file, "raw", canonical=_IS_CANONICAL)
        except self._problem as error:
            raise _syntax_error(file) from error
        irregular = [line for (line,) in self.run("select line from raw where line is not null")]
        if irregular:
            self._split_again(irregular, file)
        return self._give()

    def take(self, triples: Iterable[ox.Triple]) -> int:
        """What `load` does, with triples instead of a file: slower for many, but it needs no disk."""
        texts = [[str(part) for part in triple] for triple in triples]
        columns = [list(column) for column in zip(*texts, strict=True)] or [[], [], []]
        parts = ", ".join(f"unnest(?::varchar[]) {name}" for name in "spo")
        self.run(f"create or replace temp table raw as select null::varchar line, {parts}", columns)
        return self._give()

    def _give(self) -> int:
        """Makes the table `given` of the table `raw`; the number of its rows."""
        self._number_terms()
        columns = ", ".join(f"{name}.id {name}" for name in "spo")
        joins = " ".join(f"join term {name} on {name}.t = raw.{name}" for name in "spo")
        self.run(
            f"create or replace temp table given as select distinct {columns} from raw {joins} where line is null order by p, s"
        )
        self.run("drop table raw")
        return int(self.value("select count(*) from given"))

    def _split(self, file: Path, table: str, *, canonical: str) -> None:
        """The lines of a file in three; whole, where they are not canonical."""
        columns = "columns = {'line': 'varchar'}, auto_detect = false, header = false, delim = '\\x01', quote = '', escape = ''"
        self.run(f"""
            create or replace temp table {table} as
            select case when ok then null else line end line, left(line, i - 1) s, left(po, j - 1) p, po[j + 1 : -3] o
            from (select *, instr(po, ' ') j from (
                select line, instr(line, ' ') i, substr(line, i + 1) po, {canonical} ok
                from read_csv({quoted(str(file))}, {columns}, comment = '', max_line_size = {_LONGEST_LINE})
                where line <> ''))""")

    def _split_again(self, lines: list[str], file: Path) -> None:
        """The lines that are not canonical, as the parser writes them."""
        with temporary_file(_rewritten(lines, file)) as rewritten:
            self._split(rewritten, "more", canonical="true")
        self.run("insert into raw from more; drop table more")

    def _number_terms(self) -> None:
        """Gives a number to each term of the table `raw` that has none."""
        self.run("""
            create or replace temp table fresh as
            select t from (select s t from raw where line is null union select p from raw where line is null
                union select o from raw where line is null) anti join term using (t)""")
        starts = " or ".join(f"starts_with(t, '<{start}')" for start in _OWN_WORDS)
        words = [text for (text,) in self.run(f"delete from fresh where {starts} returning t")]
        taken = self.value(f"select count(*) from term where id between {v.OTHER_WORDS} and {v.IRIS - 1}")
        self.insert("term", ((v.OTHER_WORDS + at, text) for at, text in enumerate(sorted(words), start=taken)))
        literal = "starts_with(t, '\"') or starts_with(t, '<<')"
        start = f"case when starts_with(t, '_') then {v.BLANKS} when {literal} then {v.LITERALS} else {v.IRIS} end"
        # By their texts, so that the same triples have the same numbers, and the same proofs, each time.
        number = f"({start} + (select count(*) from term) + row_number() over (order by t))::uinteger"
        self.run(f"insert into term select {number}, t from fresh; drop table fresh")

    def number(self, term: Term) -> int:
        """The number of a term, which is given one if it has none."""
        text = str(term)
        if isinstance(term, ox.NamedNode) and term.value in v.NUMBERS:
            return v.NUMBERS[term.value]
        if text not in self._known:
            self._known |= self.numbers([text])
        return self._known[text]

    def learn(self, terms: Iterable[Term]) -> None:
        """Remembers the numbers of terms that will be asked for one by one."""
        self._known |= self.numbers(text for text in map(str, terms) if text not in self._known)

    def numbers(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of the terms by their N-Triples texts; those that have none are given one."""
        wanted = dict.fromkeys(texts)
        known = self.known(wanted)
        if missing := [text for text in wanted if text not in known]:
            self.run("create or replace temp table raw (line varchar, s varchar, p varchar, o varchar)")
            self.insert("raw", ((None, text, text, text) for text in missing))
            self._number_terms()
            self.run("drop table raw")
            known |= self.known(missing)
        return known

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return bool(self.value("select readonly from duckdb_databases() where database_name = current_database()"))

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is done within is done whole, or not at all."""
        self.run("begin")
        try:
            yield
        except BaseException:
            self.run("rollback")
            self._known.clear()
            raise
        self.run("commit")

    def known(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those of the terms that have one, by their N-Triples texts."""
        wanted = list(texts)
        return dict(self.run("select t, id from term where t in (select unnest(?))", [wanted])) if wanted else {}

    def texts(self, numbers: Iterable[int]) -> dict[int, str]:
        """The N-Triples texts of terms."""
        wanted = sorted(set(numbers))
        return dict(self.run("select id, t from term where id in (select unnest(?))", [wanted])) if wanted else {}


def term(text: str) -> Term:
    """The term that an N-Triples text means.

    >>> term('"a"@en').language
    'en'
    """
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    found: Term = quad.object
    return found


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def temporary_file(content: bytes) -> Iterator[Path]:
    """A file that holds the content as long as it is needed."""
    with tempfile.NamedTemporaryFile(prefix="kg-", suffix=".nt", delete=False) as file:
        file.write(content)
    try:
        yield Path(file.name)
    finally:
        Path(file.name).unlink()


def _rewritten(lines: list[str], file: Path) -> bytes:
    try:
        quads = ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
        return "".join(f"{quad.triple} .\n" for quad in quads).encode()
    except SyntaxError:
        raise _syntax_error(file) from None


def _syntax_error(file: Path) -> SourceError:
    """What is wrong in the file, with its line."""
    try:
        for _ in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES):
            pass
    except SyntaxError as error:
        place = Place(NTRIPLES, error.lineno or 0, error.offset or 0)
        return SourceError(str(error.args[0]), place=place, hint="see https://www.w3.org/TR/n-triples/")
    return SourceError("this is no N-Triples", place=Place(NTRIPLES))
