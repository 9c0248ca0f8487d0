"""How the triples of a file get into the database: its lines are cut in three, and each term becomes a number.

Lines that are canonical N-Triples already are never parsed: each of their terms is looked at once, however often it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.reasoning import vocabulary as v
from kg.reasoning.database import PLAIN, Database, quoted
from kg.reasoning.facts import NTRIPLES

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
_WITH_DEFAULT = f"^^<{v.iri('xsd:string')}>"
_LONGEST_LINE = 64 << 20


def load(database: Database, file: Path) -> int:
    """Adds the triples of an N-Triples file to the table `given`, each once, as numbers; their number.

    Raises SourceError with the line where the file is no N-Triples.
    """
    import duckdb

    try:
        _split(database, file, "raw")
    except duckdb.InvalidInputException as error:
        # It is no text, or has a line longer than any triple.
        raise _syntax_error(file) from error
    _collect_terms(database)
    if _has_irregular(database):
        _split_again(database, file)
        _collect_terms(database)
    return _give(database)


def take(database: Database, triples: Iterable[ox.Triple]) -> int:
    """What `load` does, with triples instead of a file: slower for many, but it needs no disk."""
    texts = [[str(part) for part in triple] for triple in triples]
    columns = [list(column) for column in zip(*texts, strict=True)] or [[], [], []]
    parts = ", ".join(f"unnest(?::varchar[]) {name}" for name in "spo")
    database.run(f"create or replace temp table raw as select {parts}", columns)
    _collect_terms(database)
    return _give(database)


def _give(database: Database) -> int:
    """Makes the table `given` of the table `raw`, whose terms are in `fresh`; the number of its rows."""
    database.number_terms()
    _encode(database)
    return int(database.value("select count(*) from given"))


def _split(database: Database, file: Path, table: str) -> None:
    """The lines of a file in three."""
    database.run(f"create or replace temp table {table} as select s, p, o from {_lines_of(file)}")


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


def _collect_terms(database: Database) -> None:
    """Fills `fresh` with the terms of the table `raw`, and the places in which each stands."""
    places = " union all ".join(f"select {name} t, {bit}::utinyint places from raw" for name, bit in _PLACES.items())
    database.run(f"create or replace temp table fresh as select t, bit_or(places) places from ({places}) group by t")


def _has_irregular(database: Database) -> bool:
    """Whether there are lines that are not canonical; fills `alien` with their terms."""
    alien = " or ".join(
        f"(places & {bit} > 0 and not regexp_full_match(t, $re${_CANONICAL[name]}$re$))" for name, bit in _PLACES.items()
    )
    database.run(f"create or replace temp table alien as select t from fresh where {alien} or ends_with(t, '{_WITH_DEFAULT}')")
    return bool(database.value("select exists (from alien) or exists (from raw where o is null)"))


def _split_again(database: Database, file: Path) -> None:
    """Puts lines that are not canonical into `raw` as the parser writes them."""
    lost = "o is null or " + " or ".join(f"{name} in (from alien)" for name in _PLACES)
    with TemporaryDirectory(prefix="kg-lines-") as folder:
        lines, rewritten = Path(folder, "lines.nt"), Path(folder, "rewritten.nt")
        database.run(f"copy (select line from {_lines_of(file)} where {lost}) to {quoted(str(lines))} ({PLAIN})")
        _rewrite(lines, rewritten, file)
        _split(database, rewritten, "more")
    database.run(f"delete from raw where {lost}; insert into raw from more; drop table more")


def _encode(database: Database) -> None:
    """Fills `given` with the triples of `raw` as numbers, each once."""
    # A hash is found in a third of the time that a text takes; it serves as long as no two terms have the same.
    unique = database.value("select count(*) = count(distinct h) from place")
    key, places = (database.hashed, "place") if unique else (str, "(select t h, id from term)")
    database.run(f"create or replace temp table predicate as from {places} where h in (select {key('p')} from raw)")
    names = {"s": places, "p": "predicate", "o": places}
    joins = " ".join(f"join {table} {name} on {name}.h = {key(f'raw.{name}')}" for name, table in names.items())
    database.run(f"""
        create or replace temp table given as select distinct s.id s, p.id p, o.id o from raw {joins};
        drop table raw; drop table if exists alien; drop table predicate""")


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
