"""Facts: triples as tuples, generalised so that a literal may be a subject."""

from __future__ import annotations

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


# What stands for the file in the place of an error, where triples came as bytes.
NTRIPLES = "N-Triples"
TYPE, FIRST, REST, NIL = rdf("type"), rdf("first"), rdf("rest"), rdf("nil")
SAME, DIFFERENT = owl("sameAs"), owl("differentFrom")
