"""Which triples a closed graph is made of, as SELECTs of rows of numbers."""

from __future__ import annotations

from kg.reasoning import vocabulary as v
from kg.reasoning.duckdb_engine import Reasoner
from kg.reasoning.shapes import visible

_ASSERTED = f"""select s, p, o from {{triples}} where k = 0 union select s, p, o from X where k = 0
    union select a, {v.SAME}::uinteger, b from eq where k = 0"""
# SQL: that a row of `T` speaks of a term that has other names.
_RENAMED = " or ".join(f"{name} in (select id from rep union all select rep from rep)" for name in "spo")
_REFLEXIVE = ", ".join(
    str(v.number(name))
    for name in ("owl:sameAs", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty")
)
# SQL: that RDF can write the row, and that it is none of the engine's own.
LEGAL = f"s < {v.LITERALS} and p < {v.HELPERS} and {visible('o')}"
# SQL: that the row is not reflexive, does not hang on a blank node, and does not speak of the vocabulary of RDF and OWL itself.
TELLING = f"""not (s = o and p in ({_REFLEXIVE})) and s between {v.IRIS} and {v.BLANKS - 1}
    and (o = {v.NOTHING} or o between {v.IRIS} and {v.BLANKS - 1} or o >= {v.LITERALS})"""


class Select:
    """The triples that are asserted, and those that follow; `full`: also those that are trivial."""

    def __init__(self, reasoner: Reasoner, *, full: bool) -> None:
        self._reasoner, self._full = reasoner, full

    @property
    def _equality(self) -> bool:
        """Whether any term has more than one name."""
        return bool(self._reasoner.equality)

    def all(self) -> str:
        """All triples, each once."""
        if self._full or not self._equality:
            return f"{self.asserted()} union all {self.inferred()}"
        alone = f"select s, p, o from T where (k = 0 or ({LEGAL} and {TELLING}))"
        # Only where a term has other names must one look for what was said twice.
        renamed = f"(from T where {_RENAMED})"
        return f"{alone} and not ({_RENAMED}) union all {self.asserted(renamed)} union all {self.inferred(renamed)}"

    def asserted(self, triples: str = "T") -> str:
        """The triples that are asserted, as they were written."""
        if not self._equality:
            return f"select s, p, o from {triples} where k = 0"
        return f"({_ASSERTED.format(triples=triples)})"

    def inferred(self, triples: str = "T") -> str:
        """The triples that follow, and are not asserted."""
        which = LEGAL if self._full else f"{LEGAL} and {TELLING}"
        if not self._equality and not self._full:
            return f"select s, p, o from {triples} where k > 0 and {which}"
        everything = self.expanded(triples)
        if self._full:
            terms = " union ".join(f"select {name} t from ({everything})" for name in "spo")
            everything += f" union select t, {v.SAME}::uinteger, t from ({terms} union select {v.SAME})"
        return f"(select * from ({everything}) where {which} except {self.asserted(triples)})"

    def expanded(self, rows: str = "T", names: str = "rep") -> str:
        """The triples, each with every name of its terms."""
        if not self._equality and names == "rep":
            return f"select s, p, o from {rows}"
        names = f"(select rep, id from {names} union all select distinct rep, rep from {names})"
        joins = " ".join(f"left join {names} m{name} on m{name}.rep = {name}" for name in "spo")
        columns = ", ".join(f"coalesce(m{name}.id, {name}) {name}" for name in "spo")
        return f"select {columns} from {rows} {joins}"
