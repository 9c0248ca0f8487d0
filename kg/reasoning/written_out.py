"""The rules as they are run: without words for lists of any length, and with what is the same said by one variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import VARIANTS, Ids, Plain, number_of
from kg.reasoning.facts import SAME, TYPE
from kg.reasoning.rules import Premise, Rule, Slot

# The rules that are not run, as terms that are the same are stored as one, and literals are compared before the others run.
NOT_RUN = {"eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o", "dt-eq"}

Alternatives = Iterator[tuple[int, tuple[Premise, ...]]]


def plain(rules: Iterable[Rule], lengths: Iterable[int], ids: Ids) -> list[Plain]:
    """The rules without words for lists of any length: keys are written out for each of the lengths.

    The number of a rule does not depend on the lengths that there are.
    """
    return [
        Plain(place * VARIANTS + variant, each, ids)
        for place, rule in enumerate(rules, start=1)
        if rule.name not in NOT_RUN
        for variant, each in _written_out(_without_same(rule), sorted(lengths))
    ]


def _without_same(rule: Rule) -> Rule:
    """The rule where what is the same is one variable, and a number one that a literal is asked for."""
    premises = rule.premises
    for one in rule.premises:
        if not one.word and one.slots[1] == SAME:
            left, right = one.slots[0], one.slots[2]
            rest = (each for each in premises if each != one)
            premises = tuple(replace(each, slots=tuple(left if slot == right else slot for slot in each.slots)) for each in rest)
            premises = (*premises, Premise("same", (left, right)))
    return replace(rule, premises=tuple(part for each in premises for part in _counted(each)))


def _counted(premise: Premise) -> tuple[Premise, ...]:
    last = premise.slots[-1]
    if premise.word or not isinstance(last, ox.Literal) or number_of(premise.slots[1]) not in v.PREDICATES:
        return (premise,)
    return (replace(premise, slots=(*premise.slots[:2], "?number")), Premise("number", ("?number", last)))


def _written_out(rule: Rule, lengths: Sequence[int]) -> Iterator[tuple[int, Rule]]:
    listed = next((each for each in rule.premises if each.word in _ALTERNATIVES), None)
    if not listed:
        yield 0, rule
        return
    for variant, more in _ALTERNATIVES[listed.word](listed, lengths):
        parts = tuple(part for each in rule.premises for part in (more if each == listed else (each,)))
        yield variant, replace(rule, premises=parts)
    if listed.word != "keys":
        yield 0, _step(rule, listed.word)


def _triple(*slots: Slot) -> Premise:
    return Premise("", slots)


def _chain(premise: Premise, _lengths: Sequence[int]) -> Alternatives:
    start, listed, end = premise.slots
    yield 1, (Premise("chain1", (listed, "?link1")), _triple(start, "?link1", end))
    links = _triple(start, "?link1", "?between"), _triple("?between", "?link2", end)
    yield 2, (Premise("chain2", (listed, "?link1", "?link2")), *links)


def _types(premise: Premise, _lengths: Sequence[int]) -> Alternatives:
    thing, listed = premise.slots
    yield 1, (Premise("types1", (listed, "?link1")), _triple(thing, TYPE, "?link1"))
    both = _triple(thing, TYPE, "?link1"), _triple(thing, TYPE, "?link2")
    yield 2, (Premise("types2", (listed, "?link1", "?link2")), *both)


def _keys(premise: Premise, lengths: Sequence[int]) -> Alternatives:
    one, listed, other = premise.slots
    for length in lengths:
        names = [f"?key{at}" for at in range(length)]
        shared = (_triple(thing, name, f"?value{at}") for at, name in enumerate(names) for thing in (one, other))
        yield length, (Premise(f"keys{length}", (listed, *names)), *shared)


_ALTERNATIVES: dict[str, Callable[[Premise, Sequence[int]], Alternatives]] = {
    "chain": _chain,
    "types": _types,
    "keys": _keys,
}


def _step(rule: Rule, word: str) -> Rule:
    """The rule for the first members of a longer list, whose conclusion is the engine's own."""
    step = Premise(f"{word}-step", ("?link1", "?link2", "?helper"))
    if word == "chain":
        links = (_triple("?x", "?link1", "?between"), _triple("?between", "?link2", "?y"))
        return Rule(rule.name, (step, *links), ("?x", "?helper", "?y"))
    return Rule(rule.name, (step, _triple("?x", TYPE, "?link1"), _triple("?x", TYPE, "?link2")), ("?x", TYPE, "?helper"))
