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
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.names import WELL_KNOWN
from kg.reasoning import vocabulary as v
from kg.reasoning.facts import NTRIPLES, Term

if TYPE_CHECKING:
    import duckdb

_ROWS = "s uinteger, p uinteger, o uinteger, r usmallint, k usmallint"
_TABLES = f"""
create table term (id uinteger, t varchar);
create table T ({_ROWS});
create table X ({_ROWS});
create table S ({_ROWS});
create table D (s uinteger, p uinteger, o uinteger);
create table rep (id uinteger, rep uinteger);
create table eq (a uinteger, b uinteger, r usmallint, k usmallint);
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
# What is canonical N-Triples already, to the last letter, in each of the three places. Lines with others are left to the parser.
_CANONICAL = {
    "s": rf"{_IRI}|{_BLANK}",
    "p": _IRI,
    "o": rf"{_IRI}|{_BLANK}|{_STRING}(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^{_IRI})?",
}
# The bits that say where a term stands.
_PLACES = {"s": 1, "p": 2, "o": 4}
HASH = "hash({})"
_WITH_DEFAULT = f"^^<{v.iri('xsd:string')}>"
_OWN_WORDS = tuple(WELL_KNOWN[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_LONGEST_LINE = 64 << 20
# How to write one column of text as it is.
PLAIN = "format csv, header false, delimiter '\\x01', quote '', escape ''"


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
            self._split(file, "raw")
        except self._problem as error:
            raise _syntax_error(file) from error
        self._collect_terms()
        if self._has_irregular():
            self._split_again(file)
            self._collect_terms()
        self._number_terms()
        self._encode()
        return int(self.value("select count(*) from given"))

    def _encode(self) -> None:
        """Fills `given` with the triples of `raw` as numbers, each once."""
        # A hash is looked up in a third of the time of a text; it serves as long as no two terms have the same.
        key = HASH if self.value(f"select count(*) = count(distinct {HASH.format('t')}) from term") else "{}"
        self.run(f"""
            create or replace temp table place as select id, {key.format("t")} h from term;
            create or replace temp table predicate as from place where h in (select {key.format("p")} from raw)""")
        names = {"s": "place", "p": "predicate", "o": "place"}
        joins = " ".join(f"join {table} {name} on {name}.h = {key.format(f'raw.{name}')}" for name, table in names.items())
        self.run(f"""
            create or replace temp table given as select distinct s.id s, p.id p, o.id o from raw {joins};
            drop table raw; drop table place; drop table predicate""")

    def _split(self, file: Path, table: str) -> None:
        """The lines of a file in three."""
        self.run(f"create or replace temp table {table} as select s, p, o from {_lines_of(file)}")

    def _has_irregular(self) -> bool:
        """Whether there are lines that are not canonical; fills `alien` with their terms."""
        alien = " or ".join(
            f"(places & {bit} > 0 and not regexp_full_match(t, $re${_CANONICAL[name]}$re$))" for name, bit in _PLACES.items()
        )
        self.run(f"create or replace temp table alien as select t from fresh where {alien} or ends_with(t, '{_WITH_DEFAULT}')")
        return bool(self.value("select exists (from alien) or exists (from raw where o is null)"))

    def _split_again(self, file: Path) -> None:
        """Puts lines that are not canonical into `raw` as the parser writes them."""
        lost = "o is null or " + " or ".join(f"{name} in (from alien)" for name in _PLACES)
        with TemporaryDirectory(prefix="kg-lines-") as folder:
            lines, rewritten = Path(folder, "lines.nt"), Path(folder, "rewritten.nt")
            self.run(f"copy (select line from {_lines_of(file)} where {lost}) to {quoted(str(lines))} ({PLAIN})")
            _rewrite(lines, rewritten, file)
            self._split(rewritten, "more")
        self.run(f"delete from raw where {lost}; insert into raw from more; drop table more; drop table alien")

    def _collect_terms(self) -> None:
        """Fills `fresh` with the terms of the table `raw`, and the places in which each stands."""
        places = " union all ".join(f"select {name} t, {bit}::utinyint places from raw" for name, bit in _PLACES.items())
        self.run(f"create or replace temp table fresh as select t, bit_or(places) places from ({places}) group by t")

    def _number_terms(self) -> None:
        """Gives a number to each term of the table `fresh` that has none."""
        self.run("create or replace temp table fresh as select t from fresh anti join term using (t)")
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
            self._known[text] = self._looked_up(text)
        return self._known[text]

    def _looked_up(self, text: str) -> int:
        if not (found := self.run("select id from term where t = ?", [text])):
            self.run("create or replace temp table fresh as select ? t", [text])
            self._number_terms()
            found = self.run("select id from term where t = ?", [text])
        return int(found[0][0])

    def known(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those of the terms that have one, by their N-Triples texts."""
        return dict(self.run("select t, id from term where t in (select unnest(?))", [list(texts)]))

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


def _lines_of(file: Path) -> str:
    """SQL: the lines of a file, and their three parts; where a line has no such, the last is missing."""
    columns = "columns = {'line': 'varchar'}, auto_detect = false, header = false, delim = '\\x01', quote = '', escape = ''"
    whole = "ends_with(line, ' .') and p <> '.'"
    return f"""(
        select *, case when {whole} then substr(line, before + 1, len(line) - before - 2) end o from (
            select *, len(s) + len(p) + 2 before from (
                select line, split_part(line, ' ', 1) s, split_part(line, ' ', 2) p
                from read_csv({quoted(str(file))}, {columns}, comment = '', max_line_size = {_LONGEST_LINE})
                where line <> '')))"""


@contextmanager
def temporary_file(content: bytes) -> Iterator[Path]:
    """A file that holds the content as long as it is needed."""
    with tempfile.NamedTemporaryFile(prefix="kg-", suffix=".nt", delete=False) as file:
        file.write(content)
    try:
        yield Path(file.name)
    finally:
        Path(file.name).unlink()


def _rewrite(lines: Path, to: Path, file: Path) -> None:
    """Writes the lines of a file as the parser does."""
    triples = (quad.triple for quad in ox.parse(path=lines, format=ox.RdfFormat.N_TRIPLES))
    try:
        with to.open("wb") as out:
            ox.serialize(triples, out, format=ox.RdfFormat.N_TRIPLES)
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
