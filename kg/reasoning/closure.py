"""A closed graph: what was asserted, what follows from it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.clashes import Clash, find
from kg.reasoning.compile import visible
from kg.reasoning.database import Database, connect, quoted, temporary_file, written_whole
from kg.reasoning.duckdb_engine import Progress, Reasoner, quiet
from kg.reasoning.proofs import Proof, Prover
from kg.reasoning.rules import Rule, rules

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
        self.clashes: tuple[Clash, ...] = find(reasoner)

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

    @cached_property
    def _prover(self) -> Prover:
        return Prover(self._reasoner)

    def write(self, file: Path) -> int:
        """Writes all triples as canonical N-Triples, each once and in no order, in one step; their number."""
        text = " || ' ' || ".join(f"{name}_.t" for name in "spo")
        rows = f"{self._asserted()} union all {self._inferred()}"
        options = "format csv, header false, delimiter '\\x01', quote '', escape ''"
        with written_whole(file) as beside:
            sql = f"select {text} || ' .' from ({rows}) {_JOINS}"
            return int(self._database.value(f"copy ({sql}) to {quoted(str(beside))} ({options})"))

    def _triples(self, rows: str) -> frozenset[ox.Triple]:
        return frozenset(quad.triple for quad in ox.parse(self._lines(rows), format=ox.RdfFormat.N_TRIPLES))

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
    reasoner = Reasoner(database, (*rules(), *more_rules), full=full, progress=progress)
    reasoner.close()
    return Closure(database, reasoner, full=full)
