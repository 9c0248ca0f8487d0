"""A plain reading of the rule table: over triples with literals anywhere, every rule on everything, round after round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import MEETING
from kg.reasoning.datatypes import belongs, differ, ill_typed, value
from kg.reasoning.facts import FIRST, REST, SAME, TYPE, Fact, Term, rdf
from kg.reasoning.rules import Premise, Rule, Slot, rules

_Row = tuple[Term, ...]
_Bound = dict[str, Term]
_TERMS: dict[int, Term] = {number: ox.NamedNode(iri) for iri, number in v.NUMBERS.items()}
_DATATYPES = [ox.NamedNode(iri) for iri, number in v.NUMBERS.items() if number in v.DATATYPES]
_ALWAYS: dict[str, list[_Row]] = {
    "datatype": [(_TERMS[number],) for number in v.DATATYPES],
    "annotation": [(_TERMS[number],) for number in v.ANNOTATIONS],
    "derived": [(_TERMS[one], _TERMS[base]) for one, base in v.DERIVED],
    "meet": [(_TERMS[one], _TERMS[other], _TERMS[third]) for one, other, third in MEETING],
}


class Naive:
    """The triples, literals as subjects among them, and the names of the rules that they contradict."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.facts: set[Fact] = set()
        self._with: dict[tuple[int, Term], set[Fact]] = defaultdict(set)
        fresh: set[Fact] = {(triple.subject, triple.predicate, triple.object) for triple in triples}
        while fresh:
            self._add(fresh)
            self._words = {**_ALWAYS, **self._of_lists(), **self._of_literals()}
            fresh = {fact for rule in rules() if rule.conclusion for fact in self._conclusions(rule)} - self.facts
        self.contradicted = {rule.name for rule in rules() if not rule.conclusion and self._ways(rule)}

    def _add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.facts.add(fact)
            for at, term in enumerate(fact):
                self._with[at, term].add(fact)

    def _conclusions(self, rule: Rule) -> Iterator[Fact]:
        for way in self._ways(rule):
            subject, predicate, object = (_filled(slot, way) or slot for slot in rule.conclusion or ())
            yield subject, predicate, object  # type: ignore[misc]

    def _ways(self, rule: Rule) -> list[_Bound]:
        ways: list[_Bound] = [{}]
        for premise in sorted(rule.premises, key=lambda each: each.word == "!="):
            ways = [
                more for way in ways for row in self._rows(premise, way) if (more := _bound(premise.slots, row, way)) is not None
            ]
        return ways

    def _rows(self, premise: Premise, way: _Bound) -> Iterable[_Row]:
        pattern = [_filled(slot, way) for slot in premise.slots]
        if premise.word == "!=":
            one, other = (term for term in pattern if term)
            return [(one, other)] if one != other and (one, SAME, other) not in self.facts else []
        return self._words.get(premise.word, []) if premise.word else self._match(pattern)

    def _match(self, pattern: Sequence[Term | None]) -> set[Fact]:
        known = [self._with.get((at, term), set()) for at, term in enumerate(pattern) if term is not None]
        return set.intersection(*known) if known else self.facts

    def _of_lists(self) -> dict[str, list[_Row]]:
        found = [(head, way) for head, _, _ in self._match([None, FIRST, None]) for way in self._lists(head, ())]
        lists = dict.fromkeys(found)
        return {
            "item": [(item, head) for head, items in lists for item in items],
            "pair": [(one, other, head) for head, items in lists for one, other in permutations(items, 2)],
            "types": [(one, head) for head, items in lists for one in self._typed(items)],
            "chain": [(start, head, end) for head, items in lists for start, end in self._led(items)],
            "keys": [(one, head, other) for head, items in lists for one, other in self._alike(items)],
        }

    def _lists(self, head: Term, before: _Row) -> Iterator[_Row]:
        if head == rdf("nil"):
            yield ()
        elif head not in before:
            rests, firsts = self._match([head, REST, None]), self._match([head, FIRST, None])
            ways = ((first, way) for _, _, rest in rests for way in self._lists(rest, (*before, head)) for _, _, first in firsts)
            yield from ((first, *way) for first, way in ways)

    def _typed(self, classes: _Row) -> set[Term]:
        return set.intersection(*({fact[0] for fact in self._match([None, TYPE, each])} for each in classes))

    def _led(self, chain: _Row) -> set[tuple[Term, Term]]:
        ends = {(fact[0], fact[2]) for fact in self._match([None, chain[0], None])}
        for link in chain[1:]:
            ends = {(start, fact[2]) for start, end in ends for fact in self._match([end, link, None])}
        return ends

    def _alike(self, keys: _Row) -> set[tuple[Term, Term]]:
        return set.intersection(
            *(
                {(fact[0], other[0]) for fact in self._match([None, key, None]) for other in self._match([None, key, fact[2]])}
                for key in keys
            )
        )

    def _of_literals(self) -> dict[str, list[_Row]]:
        literals = list(dict.fromkeys(term for fact in self.facts for term in fact if isinstance(term, ox.Literal)))
        kinds, pairs = list(product(literals, _DATATYPES)), list(permutations(literals, 2))
        named = {two for one, _, two in self._match([None, SAME, None]) if not isinstance(one, ox.Literal)}
        return {
            "illtyped": [(each,) for each in literals if ill_typed(each)],
            "value": [(each, kind) for each, kind in kinds if belongs(each, kind.value)],
            "alien": [(each, kind) for each, kind in kinds if belongs(each, kind.value) is False and not ill_typed(each)],
            "equal": [(one, other) for one, other in pairs if value(one) is not None and value(one) == value(other)],
            "differ": [pair for pair in pairs if differ(*pair) and not named.isdisjoint(pair)],
            "unequal": [(one, other) for one, other in pairs if differ(one, other) and (one, SAME, other) in self.facts],
        }


def _filled(slot: Slot, way: _Bound) -> Term | None:
    """What must stand there; None where it may be anything. Of the number that a rule names, any form will do."""
    if isinstance(slot, str):
        return way.get(slot)
    return None if isinstance(slot, ox.Literal) else slot


def _bound(slots: Sequence[Slot], row: _Row, way: _Bound) -> _Bound | None:
    more = dict(way)
    for slot, term in zip(slots, row, strict=True):
        wanted = more.setdefault(slot, term) if isinstance(slot, str) else slot
        if wanted != term and not (isinstance(slot, ox.Literal) and isinstance(term, ox.Literal) and value(slot) == value(term)):
            return None
    return more
