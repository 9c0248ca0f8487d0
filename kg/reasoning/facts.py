"""Facts: triples as tuples, generalised so that a literal may be a subject, and an index to ask them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from kg.names import WELL_KNOWN

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Fact: TypeAlias = tuple[Term, Term, Term]


def rdf(name: str) -> ox.NamedNode:
    return ox.NamedNode(WELL_KNOWN["rdf"] + name)


def rdfs(name: str) -> ox.NamedNode:
    return ox.NamedNode(WELL_KNOWN["rdfs"] + name)


def owl(name: str) -> ox.NamedNode:
    return ox.NamedNode(WELL_KNOWN["owl"] + name)


TYPE, FIRST, REST, NIL = rdf("type"), rdf("first"), rdf("rest"), rdf("nil")
SAME, DIFFERENT = owl("sameAs"), owl("differentFrom")


class Facts:
    """An index of facts by predicate, by class, and by subject or object."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._all: set[Fact] = set(facts)
        self._pairs: dict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        self._objects: dict[tuple[Term, Term], list[Term]] = defaultdict(list)
        self._members: dict[Term, list[Term]] = defaultdict(list)
        self._arrows: dict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        for subject, predicate, object in sorted(self._all, key=_as_text):
            self._pairs[predicate].append((subject, object))
            self._objects[subject, predicate].append(object)
            self._arrows[object].append((subject, predicate))
            if predicate == TYPE:
                self._members[object].append(subject)

    def __contains__(self, fact: Fact) -> bool:
        return fact in self._all

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._all)

    def pairs(self, predicate: Term) -> list[tuple[Term, Term]]:
        """The subjects and objects of a predicate, in order."""
        return self._pairs.get(predicate, [])

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        return self._objects.get((subject, predicate), [])

    def members(self, kind: Term) -> list[Term]:
        """What has the class."""
        return self._members.get(kind, [])

    def arrows(self, object: Term) -> list[tuple[Term, Term]]:
        """The subjects and predicates that point at the object."""
        return self._arrows.get(object, [])

    def items(self, head: Term) -> list[Term]:
        """The members of an RDF list; a list that runs in a circle ends where it would start again."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and head != NIL:
            seen.add(head)
            found += self.objects(head, FIRST)[:1]
            head = next(iter(self.objects(head, REST)), NIL)
        return found


def _as_text(fact: Fact) -> tuple[str, str, str]:
    return str(fact[0]), str(fact[1]), str(fact[2])
