"""Which facts can take part in a rule at all: the others need not be shown to an engine.

A fact takes part where its predicate belongs to the vocabulary of the rules, or where an axiom mentions its predicate
(a domain, a characteristic, a restriction, a chain, a key …). Labels, notes and numbers mostly do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.reasoning.facts import FIRST, REST, SAME, TYPE, Fact, Term, owl, rdf, rdfs

_OWL = WELL_KNOWN["owl"]
_ANNOTATIONS = {
    *map(owl, ("versionInfo", "versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith", "deprecated")),
    *map(owl, ("imports", "annotatedSource", "annotatedProperty", "annotatedTarget")),
}
_AXIOMS = {rdfs(name) for name in ("subClassOf", "subPropertyOf", "domain", "range")}
# A declaration says of a property what it is, not how it behaves.
_DECLARATIONS = {
    *(rdf("Property"), rdfs("Class"), rdfs("Datatype")),
    *map(owl, ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "OntologyProperty")),
    *map(owl, ("Class", "Thing", "NamedIndividual", "Ontology")),
}


def split(facts: Iterable[Fact], also: set[Term]) -> tuple[list[Fact], list[Fact]]:
    """The facts that can take part in a rule, and the others; `also` are predicates known to take part."""
    everything = list(facts)
    mentioned = also | _mentioned(everything)
    parts: tuple[list[Fact], list[Fact]] = [], []
    for fact in everything:
        parts[not (_is_axiom(fact[1]) or fact[1] in (TYPE, REST) or fact[1] in mentioned)].append(fact)
    return parts


def _mentioned(facts: Iterable[Fact]) -> set[Term]:
    found: set[Term] = set()
    for subject, predicate, object in facts:
        if _is_axiom(predicate):
            found |= {subject, object}
        elif predicate == TYPE and object not in _DECLARATIONS and _in_owl(object):
            found.add(subject)
    return found


def _is_axiom(predicate: Term) -> bool:
    return predicate == FIRST or predicate in _AXIOMS or (_in_owl(predicate) and predicate not in _ANNOTATIONS)


def _in_owl(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(_OWL)


def equals(facts: Iterable[Fact]) -> Mapping[Term, set[Term]]:
    """What each term is the same as, itself included; terms that are like no other are left out."""
    found: dict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, object in facts:
        if predicate == SAME and subject != object and not isinstance(subject, ox.Literal):
            found[subject] |= {subject, object}
    return found


def replaced(facts: Iterable[Fact], equal: Mapping[Term, set[Term]]) -> set[Fact]:
    """The rules eq-rep-s and eq-rep-o: the facts with each term by all that it is the same as."""
    if not equal:
        return set(facts)
    return {(s, fact[1], o) for fact in facts for s, o in product(equal.get(fact[0], (fact[0],)), equal.get(fact[2], (fact[2],)))}
