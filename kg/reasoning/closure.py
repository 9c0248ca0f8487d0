"""A closed graph: what was asserted, what follows from it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.reasoning import vocabulary as v
from kg.reasoning.clashes import Clash, find
from kg.reasoning.compile import visible
from kg.reasoning.database import Database, connect, quoted, temporary_file, written_whole
from kg.reasoning.duckdb_engine import Progress, Reasoner, quiet
from kg.reasoning.missing import Missing, missing
from kg.reasoning.proofs import Proof, Prover
from kg.reasoning.rules import Rule, rules

# What the tables of a saved closure mean; a change of them is another format.
FORMAT = "kg closed graph 1"
_ASSERTED = (
    "select s, p, o from T where k = 0 union select s, p, o from X where k = 0 union select a, {same}, b from eq where k = 0"
)
_REFLEXIVE = ", ".join(
    str(v.number(name))
    for name in ("owl:sameAs", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty")
)
_JOINS = " ".join(f"join term as {name}_ on {name}_.id = {name}" for name in "spo")
# SQL: that RDF can write the row, and that it is none of the engine's own.
_LEGAL = f"s < {v.LITERALS} and p < {v.HELPERS} and {visible('o')}"
# SQL: that the row is not reflexive, does not hang on a blank node, and does not speak of the vocabulary of RDF and OWL itself.
_TELLING = f"""not (s = o and p in ({_REFLEXIVE})) and s between {v.IRIS} and {v.BLANKS - 1}
    and (o = {v.NOTHING} or o between {v.IRIS} and {v.BLANKS - 1} or o >= {v.LITERALS})"""


class Closure:
    """The triples given, those that follow from them, and the contradictions among both."""

    def __init__(self, database: Database, reasoner: Reasoner, *, full: bool) -> None:
        self._database, self._reasoner, self._full = database, reasoner, full

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """The contradictions, each once, in the order of the rules."""
        rows = self._database.run("select rule, message, triples from clash order by rowid")
        return tuple(Clash(rule, message, _triples(lines)) for rule, message, lines in rows)

    @cached_property
    def asserted(self) -> frozenset[ox.Triple]:
        return self._triples(self._asserted())

    @cached_property
    def inferred(self) -> frozenset[ox.Triple]:
        return self._triples(self._inferred())

    def ntriples(self) -> bytes:
        """All triples as canonical N-Triples, sorted."""
        return self._lines(f"{self._asserted()} union all {self._inferred()}")

    def proof(self, triple: ox.Triple) -> Proof | None:
        """Why the triple holds, as it was first derived; None if it does not."""
        return next(iter(self.proofs(triple, most=1)), None)

    def proofs(self, triple: ox.Triple, *, most: int) -> list[Proof]:
        """Up to so many different proofs of the triple."""
        return self._prover.proofs((triple.subject, triple.predicate, triple.object), most)

    def missing(self, triple: ox.Triple, *, most: int) -> list[Missing]:
        """Up to so many rules that come nearest to a triple that does not hold, with the premises that each lacks."""
        return missing(self._reasoner, (triple.subject, triple.predicate, triple.object), most)

    @cached_property
    def _prover(self) -> Prover:
        return Prover(self._reasoner)

    def write(self, file: Path) -> int:
        """Writes all triples as canonical N-Triples, each once, in no order, in one step, compressed as .gz; their number."""
        text = " || ' ' || ".join(f"{name}_.t" for name in "spo")
        rows = f"{self._asserted()} union all {self._inferred()}"
        options = "format csv, header false, delimiter '\\x01', quote '', escape ''"
        options += ", compression gzip" if file.suffix.lower() == ".gz" else ""
        with written_whole(file) as beside:
            sql = f"select {text} || ' .' from ({rows}) {_JOINS}"
            return int(self._database.value(f"copy ({sql}) to {quoted(str(beside))} ({options})"))

    def save(self, file: Path) -> None:
        """Writes the closed graph to a file that `reopen` reads, in one step."""
        with written_whole(file) as beside:
            name = quoted(str(beside))
            self._database.run(f"attach {name} as saved; copy from database memory to saved; detach saved")

    def _triples(self, rows: str) -> frozenset[ox.Triple]:
        return frozenset(_triples(self._lines(rows)))

    def _lines(self, rows: str) -> bytes:
        sql = f"select concat(s_.t, ' ', p_.t, ' ', o_.t, ' .') from ({rows}) {_JOINS} order by 1"
        return "".join(f"{line}\n" for (line,) in self._database.run(sql)).encode()

    def _asserted(self) -> str:
        if not self._reasoner.equality:
            return "select s, p, o from T where k = 0"
        return f"({_ASSERTED.format(same=v.SAME)})"

    def _inferred(self) -> str:
        which = _LEGAL if self._full else f"{_LEGAL} and {_TELLING}"
        if not self._reasoner.equality and not self._full:
            return f"select s, p, o from T where k > 0 and {which}"
        everything = self._expanded()
        if self._full:
            terms = " union ".join(f"select {name} t from ({everything})" for name in "spo")
            everything += f" union select t, {v.SAME}, t from ({terms})"
        return f"(select * from ({everything}) where {which} except {self._asserted()})"

    def _expanded(self) -> str:
        """All triples, each with every name of its terms."""
        if not self._reasoner.equality:
            return "select s, p, o from T"
        names = "(select rep, id from rep union all select distinct rep, rep from rep)"
        joins = " ".join(f"left join {names} m{name} on m{name}.rep = {name}" for name in "spo")
        columns = ", ".join(f"coalesce(m{name}.id, {name}) {name}" for name in "spo")
        return f"select {columns} from T {joins}"


def _triples(lines: str | bytes) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))


def close(ntriples: bytes, *, full: bool, more_rules: Iterable[Rule] = ()) -> Closure:
    """The closure of N-Triples; SourceError with the line where they are none."""
    with temporary_file(ntriples) as file:
        return close_file(file, full=full, more_rules=more_rules)


def close_file(
    file: Path, *, full: bool, more_rules: Iterable[Rule] = (), memory: str | None = None, progress: Progress = quiet
) -> Closure:
    """The closure of an N-Triples file, within about as much memory as is said ('4GB'); `progress` hears of each round."""
    database = Database(connect(memory=memory))
    database.create()
    database.load(file)
    return _closed(database, more_rules, full=full, progress=progress)


def close_triples(triples: Iterable[ox.Triple], *, full: bool, more_rules: Iterable[Rule] = ()) -> Closure:
    """The closure of triples, made in memory without any file."""
    database = Database(connect())
    database.create()
    database.take(triples)
    return _closed(database, more_rules, full=full, progress=quiet)


def _closed(database: Database, more_rules: Iterable[Rule], *, full: bool, progress: Progress) -> Closure:
    reasoner = Reasoner(database, (*rules(), *more_rules), full=full, progress=progress)
    reasoner.close()
    database.run("insert into kept values (?, ?)", [FORMAT, full])
    lines = ((clash.rule, clash.message, "".join(f"{triple} .\n" for triple in clash.triples)) for clash in find(reasoner))
    database.insert("clash", lines)
    return Closure(database, reasoner, full=full)


def reopen(file: Path, *, more_rules: Iterable[Rule] = ()) -> Closure:
    """The closed graph that `Closure.save` wrote, closed under the same `more_rules`; several processes may read it at once.

    Raises SourceError where the file is missing or holds no closed graph of this version.

    >>> closed = close(b"<urn:a> <http://www.w3.org/2002/07/owl#sameAs> <urn:b> .", full=False)
    >>> with temporary_file(b"") as file:
    ...     closed.save(file)
    ...     [str(triple) for triple in reopen(file).inferred]
    ['<urn:b> <http://www.w3.org/2002/07/owl#sameAs> <urn:a>']
    """
    import duckdb

    try:
        database = Database(connect(file, read_only=True))
        ((made_as, full),) = database.run("select format, is_full from kept")
    except (duckdb.Error, ValueError) as error:
        raise _unreadable(file) from error
    if made_as != FORMAT:
        raise _unreadable(file)
    reasoner = Reasoner(database, (*rules(), *more_rules), full=full)
    reasoner.resume()
    return Closure(database, reasoner, full=full)


def _unreadable(file: Path) -> SourceError:
    return SourceError("this is no closed graph of this version", place=Place(str(file)), hint="close the triples again")
