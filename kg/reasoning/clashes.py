"""The rules of OWL 2 RL/RDF whose head is `false`, by the W3C's names, over a closed set of facts.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules, tables 4 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from kg.reasoning.datatypes import belongs, differ, ill_typed
from kg.reasoning.facts import DIFFERENT, SAME, TYPE, Fact, Facts, Term, owl


@dataclass(frozen=True)
class Clash:
    """A contradiction: the W3C's name of the rule, what it says here, and the triples that make it up."""

    rule: str
    message: str
    triples: tuple[ox.Triple, ...]


Found = Iterator[tuple[str, list[Fact]]]


def find(facts: Facts) -> tuple[Clash, ...]:
    """Every clash in the facts, each once, in the order of the rules."""
    found = [Clash(rule, message, _legal(premises)) for rule, check in _CHECKS for message, premises in check(facts)]
    return tuple(dict.fromkeys(found))


def _legal(premises: list[Fact]) -> tuple[ox.Triple, ...]:
    return tuple(ox.Triple(*fact) for fact in premises if not isinstance(fact[0], ox.Literal))  # type: ignore[arg-type]


def _same(facts: Facts, one: Term, other: Term) -> bool:
    return one == other or (one, SAME, other) in facts or (other, SAME, one) in facts


def _different(facts: Facts) -> Found:
    for one, other in facts.pairs(DIFFERENT):
        if _same(facts, one, other):
            yield f"{one} and {other} are the same and different", [(one, SAME, other), (one, DIFFERENT, other)]


def _different_values(facts: Facts) -> Found:
    for one, other in facts.pairs(SAME):
        if isinstance(one, ox.Literal) and isinstance(other, ox.Literal) and str(one) <= str(other) and differ(one, other):
            shared = [arrow for arrow in facts.arrows(one) if (*arrow, other) in facts and arrow[1] != SAME]
            where = "".join(f" as {predicate} of {subject}" for subject, predicate in shared[:1])
            triples: list[Fact] = [(*arrow, value) for arrow in shared[:1] for value in (one, other)]
            yield f"{one} and {other} must be the same{where}, and are different values", triples


def _all_different(facts: Facts, members: Term) -> Found:
    for axiom in facts.members(owl("AllDifferent")):
        for head in facts.objects(axiom, members):
            for one, other in combinations(facts.items(head), 2):
                if _same(facts, one, other):
                    premises: list[Fact] = [(one, SAME, other), (axiom, members, head)]
                    yield f"{one} and {other} are the same and all different", premises


def _irreflexive(facts: Facts) -> Found:
    kind = owl("IrreflexiveProperty")
    for prop in facts.members(kind):
        for subject, object in facts.pairs(prop):
            if subject == object:
                yield f"{subject} has the irreflexive {prop} to itself", [(subject, prop, object), (prop, TYPE, kind)]


def _asymmetric(facts: Facts) -> Found:
    kind = owl("AsymmetricProperty")
    for prop in facts.members(kind):
        for subject, object in facts.pairs(prop):
            if str(subject) <= str(object) and (object, prop, subject) in facts:
                premises: list[Fact] = [(subject, prop, object), (object, prop, subject), (prop, TYPE, kind)]
                yield f"the asymmetric {prop} holds both ways between {subject} and {object}", premises


def _disjoint_properties(facts: Facts) -> Found:
    relation = owl("propertyDisjointWith")
    for one, other in facts.pairs(relation):
        yield from _both_hold(facts, one, other, (one, relation, other))


def _all_disjoint_properties(facts: Facts) -> Found:
    for axiom, one, other in _members_in_pairs(facts, owl("AllDisjointProperties")):
        yield from _both_hold(facts, one, other, (axiom, TYPE, owl("AllDisjointProperties")))


def _both_hold(facts: Facts, one: Term, other: Term, axiom: Fact) -> Found:
    for subject, object in facts.pairs(one):
        if (subject, other, object) in facts:
            premises: list[Fact] = [(subject, one, object), (subject, other, object), axiom]
            yield f"the disjoint {one} and {other} both hold from {subject} to {object}", premises


def _members_in_pairs(facts: Facts, kind: Term) -> Iterator[tuple[Term, Term, Term]]:
    for axiom in facts.members(kind):
        for head in facts.objects(axiom, owl("members")):
            for one, other in combinations(facts.items(head), 2):
                yield axiom, one, other


def _denied(facts: Facts, target: Term) -> Found:
    for axiom, subject in facts.pairs(owl("sourceIndividual")):
        for prop in facts.objects(axiom, owl("assertionProperty")):
            for object in facts.objects(axiom, target):
                if (subject, prop, object) in facts:
                    premises: list[Fact] = [(subject, prop, object), (axiom, target, object)]
                    yield f"{subject} {prop} {object} is stated and denied", premises


def _nothing(facts: Facts) -> Found:
    for thing in facts.members(owl("Nothing")):
        yield f"{thing} belongs to owl:Nothing, which nothing may", [(thing, TYPE, owl("Nothing"))]


def _disjoint_classes(facts: Facts, relation: Term, word: str) -> Found:
    for one, other in facts.pairs(relation):
        yield from _in_both(facts, one, other, (one, relation, other), word)


def _all_disjoint_classes(facts: Facts) -> Found:
    kind = owl("AllDisjointClasses")
    for axiom, one, other in _members_in_pairs(facts, kind):
        yield from _in_both(facts, one, other, (axiom, TYPE, kind), "disjoint")


def _in_both(facts: Facts, one: Term, other: Term, axiom: Fact, word: str) -> Found:
    for thing in facts.members(one):
        if (thing, TYPE, other) in facts:
            yield f"{thing} belongs to the {word} {one} and {other}", [(thing, TYPE, one), (thing, TYPE, other), axiom]


def _no_value(facts: Facts) -> Found:
    for restriction, prop in _at_most_none(facts, owl("maxCardinality")):
        for thing in facts.members(restriction):
            for value in facts.objects(thing, prop):
                yield f"{thing} may have no {prop} and has {value}", [(thing, prop, value), (thing, TYPE, restriction)]


def _no_value_of_class(facts: Facts, *, anything: bool) -> Found:
    for restriction, prop in _at_most_none(facts, owl("maxQualifiedCardinality")):
        for kind in facts.objects(restriction, owl("onClass")):
            for thing in facts.members(restriction) if (kind == owl("Thing")) == anything else []:
                for value in facts.objects(thing, prop):
                    if anything or (value, TYPE, kind) in facts:
                        premises: list[Fact] = [(thing, prop, value), (thing, TYPE, restriction)]
                        yield f"{thing} may have no {prop} that is a {kind} and has {value}", premises


def _at_most_none(facts: Facts, predicate: Term) -> Iterator[tuple[Term, Term]]:
    """The restrictions that allow no value, and their properties."""
    for restriction, count in facts.pairs(predicate):
        if isinstance(count, ox.Literal) and count.value.strip().lstrip("+-0") == "" and not ill_typed(count):
            for prop in facts.objects(restriction, owl("onProperty")):
                yield restriction, prop


def _not_of_type(facts: Facts) -> Found:
    literals = {object for _, _, object in facts if isinstance(object, ox.Literal)}
    for literal in sorted(filter(ill_typed, literals), key=str):
        yield f"{literal} is no value of its datatype", _use(facts, literal)
    for literal, kind in _typed_literals(facts):
        if not ill_typed(literal) and belongs(literal, kind.value) is False:
            yield f"{literal} must be a {kind} and is none", _use(facts, literal)


def _typed_literals(facts: Facts) -> Iterator[tuple[ox.Literal, ox.NamedNode]]:
    for subject, kind in facts.pairs(TYPE):
        if isinstance(subject, ox.Literal) and isinstance(kind, ox.NamedNode):
            yield subject, kind


def _use(facts: Facts, literal: ox.Literal) -> list[Fact]:
    return [(subject, predicate, literal) for subject, predicate in facts.arrows(literal)[:1]]


_CHECKS: tuple[tuple[str, Callable[[Facts], Found]], ...] = (
    ("eq-diff1", _different),
    ("eq-diff1", _different_values),
    ("eq-diff2", lambda facts: _all_different(facts, owl("members"))),
    ("eq-diff3", lambda facts: _all_different(facts, owl("distinctMembers"))),
    ("prp-irp", _irreflexive),
    ("prp-asyp", _asymmetric),
    ("prp-pdw", _disjoint_properties),
    ("prp-adp", _all_disjoint_properties),
    ("prp-npa1", lambda facts: _denied(facts, owl("targetIndividual"))),
    ("prp-npa2", lambda facts: _denied(facts, owl("targetValue"))),
    ("cls-nothing2", _nothing),
    ("cls-com", lambda facts: _disjoint_classes(facts, owl("complementOf"), "complementary")),
    ("cls-maxc1", _no_value),
    ("cls-maxqc1", lambda facts: _no_value_of_class(facts, anything=False)),
    ("cls-maxqc2", lambda facts: _no_value_of_class(facts, anything=True)),
    ("cax-dw", lambda facts: _disjoint_classes(facts, owl("disjointWith"), "disjoint")),
    ("cax-adc", _all_disjoint_classes),
    ("dt-not-type", _not_of_type),
)
