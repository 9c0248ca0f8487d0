"""The DuckDB database of a closed graph: its tables, and the numbers of terms.

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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.reasoning import vocabulary as v
from kg.reasoning.facts import Term

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
# So many terms are looked up one by one at their places: to plan more takes longer than to read all terms.
_FEW = 64
_MANY = "select id, t from term semi join (select unnest(?) as t) using (t)"
_OWN_WORDS = tuple(WELL_KNOWN[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
# How to write one column of text as it is.
PLAIN = "format csv, header false, delimiter '\\x01', quote '', escape ''"


def connect(
    file: Path | None = None, *, memory: str | None = None, read_only: bool = False, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A database in memory or in a file, which reaches no network; what does not fit into `memory` goes to the folder `spill`."""
    import duckdb

    beside = f"{file}.spill" if file else str(Path(tempfile.gettempdir()) / f"kg-spill-{os.getpid()}")
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "temp_directory": str(spill) if spill else beside,
    }
    if memory:
        config["memory_limit"] = memory
    return duckdb.connect(str(file) if file else ":memory:", read_only=read_only, config=config)


class Database:
    """A connection, and the few ways in which it is used."""

    # SQL: the number by which a text is looked up. It is not kept in files: another version of the database may count otherwise.
    hashed: Callable[[str], str] = "hash({})".format

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._known: dict[str, int] = {}

    def create(self) -> None:
        """Makes the tables, with the terms that the rules know."""
        self.run(_TABLES)
        terms = ((number, f"<{iri}>") for iri, number in v.NUMBERS.items())
        self.insert("term", terms)

    def run(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of the last of the statements."""
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except RuntimeError as error:
            # What the database makes of Ctrl-C.
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from error
            raise

    def value(self, sql: str, parameters: list[Any] | None = None) -> Any:
        """The first value of the first row."""
        return self.run(sql, parameters)[0][0]

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows, column by column, which is what the database takes fastest."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self.run(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)

    def number_terms(self) -> None:
        """Gives a number to each term of the table `fresh` that has none."""
        self.run("create or replace temp table fresh as select t from fresh anti join term using (t)")
        starts = " or ".join(f"starts_with(t, '<{start}')" for start in _OWN_WORDS)
        words = [text for (text,) in self.run(f"delete from fresh where {starts} returning t")]
        taken = self.value(f"select count(*) from term where id between {v.OTHER_WORDS} and {v.IRIS - 1}")
        self.run("create or replace temp table numbered (id uinteger, t varchar)")
        self.insert("numbered", ((v.OTHER_WORDS + at, text) for at, text in enumerate(sorted(words), start=taken)))
        literal = "starts_with(t, '\"') or starts_with(t, '<<')"
        start = f"case when starts_with(t, '_') then {v.BLANKS} when {literal} then {v.LITERALS} else {v.IRIS} end"
        # By their texts, so that the same triples have the same numbers, and the same proofs, each time.
        before = f"(select count(*) from term) + {len(words)}"
        self.run(
            f"insert into numbered select {start} + {before} + row_number() over (order by t), t from fresh; drop table fresh"
        )
        self._place_terms()
        self.run(f"""
            insert into term from numbered;
            insert into place select {self.hashed("t")} h, id from numbered order by h; drop table numbered""")

    def _place_terms(self) -> None:
        """Sees to it that there is a table of terms in the order of their hashes."""
        self.run(f"create temp table if not exists place as select {self.hashed('t')} h, id from term order by h")

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
            self.run("create or replace temp table fresh (t varchar)")
            self.insert("fresh", ((text,) for text in missing))
            self.number_terms()
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
        wanted = set(texts)
        if len(wanted) > _FEW:
            return {text: number for number, text in self.run(_MANY, [list(wanted)])}
        self._place_terms()
        hashes = self.run(f"select distinct {self.hashed('unnest(?)')}", [list(wanted)])
        places = " union all ".join(f"select id from place where h = {one}" for (one,) in hashes) or "select null"
        # Another term may have the same hash.
        return {text: number for number, text in self.run(f"select id, t from term where id in ({places})") if text in wanted}

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


def near(table: str) -> str:
    """SQL: the triples of `T`, with their places as `id`, that have a subject of a table which has few.

    Whoever looks for the table's triples among these has not read all of `T`, but where these subjects are.
    """
    return f"(select T.*, T.rowid id from T semi join {table} using (s))"


def unknown(table: str) -> str:
    """SQL: the rows of a table that has few, without those that `T` has."""
    return f"{table} anti join {near(table)} using (s, p, o)"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
