"""Why a triple does not follow: the rules that could conclude it, and the premises that each would still need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from kg.reasoning.compile import Plain
from kg.reasoning.database import term
from kg.reasoning.duckdb_engine import Reasoner
from kg.reasoning.facts import Fact, Term
from kg.reasoning.rules import Premise, Slot, unified

# More would be no help: a rule of which three premises are missing is as far from the triple as any other.
_MOST_MISSING = 2
_WAYS = 20
# How far it is followed why premises are missing, and by how many rules.
_DEEPEST, _BEHIND = 2, 2


Pattern = tuple[Slot, Slot, Slot]


@dataclass(frozen=True)
class Missing:
    """A rule that would conclude the triple: the premises that hold, and those that do not. What may be anything is `?name`.

    `behind` says the same of the first of those that are missing, where it is a triple and other rules could conclude it.
    """

    rule: str
    held: tuple[Pattern, ...]
    wanted: tuple[Pattern, ...]
    behind: tuple[Missing, ...] = ()


def missing(reasoner: Reasoner, fact: Fact, most: int, known: frozenset[Fact] = frozenset()) -> list[Missing]:
    """Up to so many rules that come nearest to the triple: those of which the fewest premises are missing.

    `known` are triples that are missing already; no rule that needs one of them helps.
    """
    search, seen = _Search(reasoner, fact), known | {fact}
    for count in range(1, _MOST_MISSING + 1):
        ways = dict.fromkeys(each for each in search.without(count) if seen.isdisjoint(each.wanted))
        if ways:
            nearest = _varied(sorted(ways, key=_distance), most)
            return [replace(each, behind=tuple(_behind(reasoner, each, seen))) for each in nearest]
    return []


def _behind(reasoner: Reasoner, found: Missing, known: frozenset[Fact]) -> list[Missing]:
    subject, predicate, object = found.wanted[0]
    if isinstance(subject, str) or isinstance(predicate, str) or isinstance(object, str) or len(known) > _DEEPEST:
        return []
    return missing(reasoner, (subject, predicate, object), _BEHIND, known)


def _distance(found: Missing) -> tuple[int, int, str]:
    free = sum(isinstance(slot, str) for triple in found.wanted for slot in triple)
    return free, -len(found.held), str(found)


def _varied(found: list[Missing], most: int) -> list[Missing]:
    """Of each rule the nearest ways first, so that a rule with many does not hide the others."""
    seen: dict[str, int] = {}
    ranked = []
    for at, each in enumerate(found):
        seen[each.rule] = seen.get(each.rule, 0) + 1
        ranked.append((seen[each.rule], at, each))
    return [each for _, _, each in sorted(ranked, key=lambda item: item[:2])[:most]]


class _Search:
    """The premises of the rules that could conclude a triple, asked for with some of them left out."""

    def __init__(self, reasoner: Reasoner, fact: Fact) -> None:
        self._database, self._equality, self._fact = reasoner.database, reasoner.equality, fact
        self._plain = [each for each in reasoner.plain if each.rule.conclusion]
        # What the graph does not know has no number, and is found nowhere.
        self._numbers: Mapping[str, int] = reasoner.database.known(map(str, fact))

    def without(self, count: int) -> Iterator[Missing]:
        """The ways to make all but so many of a rule's triples true."""
        for plain in self._plain:
            bound = unified(plain.rule, self._fact)
            if bound is None:
                continue
            premises = tuple(dict.fromkeys(_filled(each, bound) for each in plain.rule.premises))
            # An axiom that is missing explains nothing: with other axioms, anything follows.
            stated = dict.fromkeys(_filled(each, bound) for each in plain.data)
            for left_out in combinations(stated, count):
                yield from self._ways(plain, premises, left_out)

    def _ways(self, plain: Plain, premises: tuple[Premise, ...], left_out: tuple[Premise, ...]) -> Iterator[Missing]:
        rest = _told_apart(tuple(each for each in premises if each not in left_out))
        without = Plain(plain.number, replace(plain.rule, premises=rest, conclusion=None), self._number)
        sql, names = without.instances_sql()
        rows = self._database.run(f"{sql} order by all limit {_WAYS}")
        texts = self._database.texts(number for row in rows for number in row)
        for row in rows:
            # Without variables, the row says no more than that there is one.
            bound = {name: term(texts[number]) for name, number in zip(names, row, strict=False) if number in texts}
            wanted = _triples(left_out, bound)
            if not any(self._holds(each) for each in wanted):
                yield Missing(plain.rule.name, _triples(rest, bound), wanted)

    def _number(self, one: Term) -> int:
        """The number that stands for a term; 0, which is nobody's, where it has none."""
        if str(one) in self._numbers:
            return self._equality.of(self._numbers[str(one)])
        return self._equality.of(self._database.known([str(one)]).get(str(one), 0))

    def _holds(self, triple: Pattern) -> bool:
        if any(isinstance(slot, str) for slot in triple):
            return False
        numbers = [self._number(slot) for slot in triple if not isinstance(slot, str)]
        return bool(self._database.run("select 1 from T where s = $1 and p = $2 and o = $3 limit 1", numbers))


def _told_apart(premises: tuple[Premise, ...]) -> tuple[Premise, ...]:
    """The premises without those that tell two things apart of which the others name but one."""
    named = {name for each in premises if each.word != "!=" for name in each.variables()}
    return tuple(each for each in premises if each.word != "!=" or named.issuperset(each.variables()))


def _filled(premise: Premise, bound: Mapping[str, Term]) -> Premise:
    return replace(premise, slots=tuple(bound.get(slot, slot) if isinstance(slot, str) else slot for slot in premise.slots))


def _triples(premises: Iterable[Premise], bound: Mapping[str, Term]) -> tuple[Pattern, ...]:
    slots = (_filled(each, bound).slots for each in premises if not each.word)
    return tuple((subject, predicate, object) for subject, predicate, object in slots)
