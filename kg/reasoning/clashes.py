"""Contradictions: the rules whose conclusion is `false`, over a closed graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import Plain
from kg.reasoning.duckdb_engine import Reasoner
from kg.reasoning.equality import Row, originals
from kg.reasoning.literals import judge_literals
from kg.reasoning.rules import Premise, Slot

_VARIABLE = re.compile(r"\?\w+")


@dataclass(frozen=True)
class Clash:
    """A contradiction: the name of the rule, what it says here, and the triples that make it up."""

    rule: str
    message: str
    triples: tuple[ox.Triple, ...]


def find(reasoner: Reasoner, since: int | None = None) -> tuple[Clash, ...]:
    """Every clash in the closed graph, each once, in the order of the rules.

    With `since`, only those with a triple of a later round: no others are new unless axioms changed.
    """
    judge_literals(reasoner.database, reasoner.equality.classes)
    found: dict[tuple[str, str], Clash] = {}
    for plain in reasoner.live(each for each in reasoner.plain if each.rule.conclusion is None):
        for clash in sorted(_Check(reasoner, plain, since).clashes(), key=str):
            found.setdefault((clash.rule, clash.message), clash)
    return tuple(found.values())


class _Check:
    """The clashes of one rule."""

    def __init__(self, reasoner: Reasoner, plain: Plain, since: int | None) -> None:
        self._database, self._equality = reasoner.database, reasoner.equality
        self._premises, self._rule = plain.rule.premises, plain.rule
        self._sql, self._names = plain.instances_sql(since=since)

    def clashes(self) -> Iterator[Clash]:
        found = [dict(zip(self._names, row, strict=True)) for row in self._database.run(self._sql)]
        rows = [self._rows(bound) for bound in found]
        if self._equality:
            stated = originals(self._database, (row for each in rows for row in each))
            rows = [[min(stated.get(row, [row])) for row in each] for each in rows]
            found = [self._renamed(bound, each) for bound, each in zip(found, rows, strict=True)]
        rows = [[*each, *self._more(bound)] for bound, each in zip(found, rows, strict=True)]
        numbers = {number for each in rows for row in each for number in row} | {n for bound in found for n in bound.values()}
        texts = self._database.texts(numbers)
        for bound, each in zip(found, rows, strict=True):
            yield Clash(self._rule.name, self._message(bound, texts), tuple(_triples(each, texts)))

    def _message(self, bound: dict[str, int], texts: dict[int, str]) -> str:
        return _VARIABLE.sub(lambda name: texts[bound[name[0]]], self._rule.message)

    def _rows(self, bound: dict[str, int]) -> list[Row]:
        """The triples that the premises are."""
        return [self._row(premise, bound) for premise in self._premises if not premise.word]

    def _row(self, premise: Premise, bound: dict[str, int]) -> Row:
        subject, predicate, object = (self._value(slot, bound) for slot in premise.slots)
        return subject, predicate, object

    def _value(self, slot: Slot, bound: dict[str, int]) -> int:
        return bound[slot] if isinstance(slot, str) else self._database.number(slot)

    def _renamed(self, bound: dict[str, int], rows: list[Row]) -> dict[str, int]:
        """What the variables stand for where, of terms that are the same, those are taken that the triples name."""
        seen: dict[str, list[int]] = {}
        for premise, row in zip((each for each in self._premises if not each.word), rows, strict=True):
            for slot, number in zip(premise.slots, row, strict=True):
                if isinstance(slot, str):
                    seen.setdefault(slot, []).append(number)
        renamed = {name: seen.get(name, [number])[0] for name, number in bound.items()}
        for one, other in (each.slots for each in self._premises if each.word == "same"):
            others = [*seen.get(str(one), ()), *sorted(self._equality.class_of(renamed[str(one)]))]
            renamed[str(other)] = next((number for number in others if number != renamed[str(one)]), renamed[str(one)])
        return renamed

    def _more(self, bound: dict[str, int]) -> Iterator[Row]:
        """Triples that show what the words of the rule say of terms."""
        for premise in self._premises:
            one, other = (*premise.slots, None, None)[:2]
            if premise.word == "same":
                yield bound[str(one)], v.SAME, bound.setdefault(str(other), bound[str(one)])
            if premise.word == "unequal":
                yield from self._shared_use(bound[str(one)], bound[str(other)])
            if premise.word in ("illtyped", "alien") and (named := bound[str(one)]) < v.LITERALS:
                bound[str(one)] = min(number for number in self._equality.class_of(named) if number >= v.LITERALS)
                yield named, v.SAME, bound[str(one)]

    def _shared_use(self, one: int, other: int) -> Iterator[Row]:
        """The triples in which something has both values."""
        uses = "select s, p, o from T where o in ($1, $2) union select s, p, o from X where o in ($1, $2)"
        shared = f"where p <> {v.SAME} and s < {v.LITERALS} group by s, p having count(*) = 2"
        sql = f"select s, p from ({uses}) {shared} order by all limit 1"
        for subject, predicate in self._database.run(sql, [one, other]):
            yield subject, predicate, one
            yield subject, predicate, other


def _triples(rows: Iterable[Row], texts: dict[int, str]) -> Iterator[ox.Triple]:
    lines = (" ".join(texts[number] for number in row) for row in dict.fromkeys(rows) if row[0] < v.LITERALS)
    for quad in ox.parse("".join(f"{line} .\n" for line in lines).encode(), format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple
