"""Which asserted triples an inferred triple follows from, and by which rules: a search backwards from the triple.

The search looks at all ways in which a rule can give the triple, then at all ways to give their premises, and so on, level by
level, until the triple follows from what is asserted. What it finds is well founded, as a premise is taken to hold only when it
is asserted or was derived before; and it is lowest: no derivation has fewer levels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.reasoning.facts import FIRST, NIL, REST, TYPE, Fact, Term, rdfs
from kg.reasoning.rules import Premise, Rule, Slot, rules, unified

# The triples that match a subject, a predicate and an object, each of which may be None for any.
Match = Callable[[Term | None, Term | None, Term | None], Iterable[Fact]]

# How many triples a search may look behind before it gives up.
_MOST = 5000
_SUBCLASS = rdfs("subClassOf")
_VARIABLES = ("?p", "?q")


@dataclass(frozen=True)
class Support:
    """Asserted triples from which a triple follows, and the rules that lead to it, first to last; empty if none is known."""

    triples: tuple[ox.Triple, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """One way to derive a fact."""

    rule: str
    order: int
    premises: tuple[Fact, ...]


def support(triple: ox.Triple, asserted: Match, known: Match) -> Support:
    """A support of the triple among the asserted triples; `known` matches the closure, in which premises are looked for.

    >>> here = {(ox.NamedNode("urn:a"), ox.NamedNode("urn:near"), ox.NamedNode("urn:b"))}
    >>> here |= {(ox.NamedNode("urn:near"), TYPE, ox.NamedNode("http://www.w3.org/2002/07/owl#SymmetricProperty"))}
    >>> match = lambda *pattern: [fact for fact in here if all(p in (None, t) for p, t in zip(pattern, fact))]
    >>> support(ox.Triple(ox.NamedNode("urn:b"), ox.NamedNode("urn:near"), ox.NamedNode("urn:a")), match, match).rules
    ('prp-symp',)
    """
    goal = (triple.subject, triple.predicate, triple.object)
    search = _Search(asserted, _guarded(known))
    frontier = search.unproved([goal])
    while frontier and goal not in search.costs and len(search.steps) < _MOST:
        frontier = search.look_behind(frontier)
        search.settle()
    return search.support(goal)


def _guarded(known: Match) -> Match:
    """The match, remembered, and told that in RDF no subject is a literal and every predicate an IRI."""

    @cache
    def match(subject: Term | None, predicate: Term | None, object: Term | None) -> Iterable[Fact]:
        illegal = isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None)
        return () if illegal else tuple(known(subject, predicate, object))

    return match


class _Search:
    """The facts looked at, the ways found to derive each, and what has been derived so far."""

    def __init__(self, asserted: Match, known: Match) -> None:
        self._asserted, self._known = asserted, known
        self._seen: set[Fact] = set()
        self._derived: dict[Fact, _Step] = {}
        self.steps: dict[Fact, list[_Step]] = {}
        # How many asserted facts each proved fact takes, counted once for every use.
        self.costs: dict[Fact, int] = {}

    def unproved(self, facts: Iterable[Fact]) -> list[Fact]:
        """Those of the facts that were not looked at before and are not asserted."""
        fresh = [fact for fact in dict.fromkeys(facts) if fact not in self._seen]
        self._seen.update(fresh)
        self.costs.update((fact, 1) for fact in fresh if any(self._asserted(*fact)))
        return [fact for fact in fresh if fact not in self.costs]

    def look_behind(self, facts: list[Fact]) -> list[Fact]:
        """Finds the ways to derive the facts; gives the premises that have to be looked behind next."""
        for fact in facts:
            self.steps[fact] = list(_ways(fact, self._known))
        return self.unproved(premise for fact in facts for step in self.steps[fact] for premise in step.premises)

    def settle(self) -> None:
        """Derives what follows from what is proved, one level after another, each fact in the cheapest way."""
        while ready := {fact: steps for fact, steps in self._open() if steps}:
            for fact, steps in ready.items():
                self._derived[fact] = min(steps, key=self._rank)
            self.costs.update({fact: self._cost(self._derived[fact]) for fact in ready})

    def _open(self) -> Iterator[tuple[Fact, list[_Step]]]:
        for fact, steps in self.steps.items():
            if fact not in self.costs:
                yield fact, [step for step in steps if all(premise in self.costs for premise in step.premises)]

    def _cost(self, step: _Step) -> int:
        return sum(self.costs[premise] for premise in step.premises)

    def _rank(self, step: _Step) -> tuple[int, int, str]:
        return self._cost(step), step.order, str(step.premises)

    def support(self, goal: Fact) -> Support:
        """The asserted facts and the rules below the goal, in the order in which they are used."""
        if goal not in self.costs:
            return Support()
        leaves: dict[Fact, None] = {}
        names: dict[str, None] = {}
        self._collect(goal, leaves, names)
        return Support(tuple(ox.Triple(*fact) for fact in leaves), tuple(names))  # type: ignore[arg-type]

    def _collect(self, fact: Fact, leaves: dict[Fact, None], names: dict[str, None]) -> None:
        if fact not in self._derived:
            leaves[fact] = None
            return
        for premise in self._derived[fact].premises:
            self._collect(premise, leaves, names)
        names[self._derived[fact].rule] = None


def _ways(fact: Fact, known: Match) -> Iterator[_Step]:
    """The steps that give the fact and whose premises may hold; none of them is the fact itself."""
    for order, rule in enumerate(_rules_about(fact[1])):
        bound = unified(rule, fact)
        if bound is None:
            continue
        for premises in dict.fromkeys(_solved(rule.premises, bound, known)):
            if fact not in premises:
                yield _Step(rule.name, order, premises)


@cache
def _rules_about(predicate: Term) -> tuple[Rule, ...]:
    return tuple(rule for rule in usable() if rule.conclusion and rule.conclusion[1] in (predicate, *_VARIABLES))


@cache
def usable() -> tuple[Rule, ...]:
    """The rules by which the search goes: those that derive more than trivia, from triples and lists."""
    words = {"", *_WORDS}
    telling = (rule for rule in rules() if rule.conclusion and not rule.full and rule.conclusion[0] != rule.conclusion[2])
    return tuple(rule for rule in telling if {each.word for each in rule.premises} <= words)


def _solved(premises: tuple[Premise, ...], bound: dict[str, Term], known: Match) -> Iterator[tuple[Fact, ...]]:
    """The facts that make all the premises true."""
    if not premises:
        yield ()
        return
    first, rest = premises[0], premises[1:]
    slots = tuple(bound.get(slot, slot) if isinstance(slot, str) else slot for slot in first.slots)
    if first.word:
        for alternative in _WORDS[first.word](slots, known):
            yield from _solved((*alternative, *rest), bound, known)
        return
    for fact, also in _facts(slots, known):
        for others in _solved(rest, bound | also, known):
            yield (fact, *others)


def _facts(slots: tuple[Slot, ...], known: Match) -> Iterator[tuple[Fact, dict[str, Term]]]:
    """The facts that match the slots, with what the free slots then stand for."""
    subject, predicate, object = (None if isinstance(slot, str) else slot for slot in slots)
    if subject and predicate and object and _unlisted(subject, predicate, object):
        yield (subject, predicate, object), {}
        return
    for fact in known(subject, predicate, object):
        also: dict[str, Term] = {}
        if all(also.setdefault(slot, term) == term for slot, term in zip(slots, fact, strict=True) if isinstance(slot, str)):
            yield fact, also


def _unlisted(subject: Term, predicate: Term, object: Term) -> bool:
    """Whether the fact may follow though no closure lists it: it speaks of a nameless class."""
    return predicate in (TYPE, _SUBCLASS) and isinstance(subject, ox.BlankNode) | isinstance(object, ox.BlankNode)


Alternatives = Iterator[tuple[Premise, ...]]


def _triple(*slots: Slot) -> Premise:
    return Premise("", slots)


def _cells(head: Slot, known: Match) -> Iterator[tuple[Term, tuple[Premise, ...]]]:
    """The members of a list, each with the triples that lead from the head to it."""
    path: tuple[Premise, ...] = ()
    seen: set[Slot] = set()
    while not isinstance(head, str) and head != NIL and head not in seen:
        seen.add(head)
        for _, _, member in known(head, FIRST, None):
            yield member, (*path, _triple(head, FIRST, member))
        following = next((fact[2] for fact in known(head, REST, None)), NIL)
        path, head = (*path, _triple(head, REST, following)), following


def _whole(head: Slot, known: Match) -> tuple[list[Term], tuple[Premise, ...]]:
    """The members of a list, and all its triples."""
    members = list(_cells(head, known))
    triples = dict.fromkeys(premise for _, path in members for premise in path)
    ending = [_triple(premise.slots[0], REST, NIL) for premise in [*triples][-1:]]
    return [member for member, _ in members], (*triples, *ending)


def _item(slots: tuple[Slot, ...], known: Match) -> Alternatives:
    item, head = slots
    if not isinstance(head, str):
        for member, path in _cells(head, known):
            if isinstance(item, str) or item == member:
                yield (_triple(path[-1].slots[0], FIRST, item), *_whole(head, known)[1])
        return
    if not isinstance(item, str):
        for cell, _, _ in known(None, FIRST, item):
            yield from _upwards(cell, head, (_triple(cell, FIRST, item), *_tail(cell, known)), known)


def _tail(cell: Slot, known: Match) -> tuple[Premise, ...]:
    """The triples by which the list goes on to its end."""
    found: dict[Premise, None] = {}
    while not isinstance(cell, str) and (following := next((fact[2] for fact in known(cell, REST, None)), None)):
        if (rest := _triple(cell, REST, following)) in found:
            break
        found |= {_triple(cell, FIRST, first): None for _, _, first in known(cell, FIRST, None)} | {rest: None}
        cell = following
    return tuple(found)


def _upwards(cell: Term, head: str, path: tuple[Premise, ...], known: Match) -> Alternatives:
    """Every list that the cell belongs to; the free slot `head` is bound to its head by the first premise."""
    yield (Premise("", (head, *path[0].slots[1:])), *path[1:])
    for before, _, _ in known(None, REST, cell):
        if all(before != premise.slots[0] for premise in path):
            firsts = (_triple(before, FIRST, first) for _, _, first in known(before, FIRST, None))
            yield from _upwards(before, head, (_triple(before, REST, cell), *firsts, *path), known)


def _types(slots: tuple[Slot, ...], known: Match) -> Alternatives:
    members, triples = _whole(slots[1], known)
    yield (*triples, *(_triple(slots[0], TYPE, member) for member in members))


def _chain(slots: tuple[Slot, ...], known: Match) -> Alternatives:
    start, head, end = slots
    members, triples = _whole(head, known)
    stops = [start, *(f"?{at}" for at in range(1, len(members))), end]
    if members:
        yield (*triples, *(_triple(stops[at], member, stops[at + 1]) for at, member in enumerate(members)))


def _keys(slots: tuple[Slot, ...], known: Match) -> Alternatives:
    one, head, other = slots
    members, triples = _whole(head, known)
    shared = (_triple(thing, member, f"?{at}") for at, member in enumerate(members) for thing in (one, other))
    if members and one != other:
        yield (*triples, *shared)


_WORDS: dict[str, Callable[[tuple[Slot, ...], Match], Alternatives]] = {
    "item": _item,
    "types": _types,
    "chain": _chain,
    "keys": _keys,
}
