"""What all PROV-O of ours shares (https://www.w3.org/TR/prov-o/): names that are the same each time, and triples as entities."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.writers import Term

TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
LABEL = ox.NamedNode(WELL_KNOWN["rdfs"] + "label")


@dataclass(frozen=True)
class Statement:
    """A triple as an rdf:Statement: its name, and the triples that say what it states."""

    name: ox.NamedNode
    triples: frozenset[ox.Triple]


def term(name: str) -> ox.NamedNode:
    """A term of PROV-O.

    >>> print(term("used"))
    <http://www.w3.org/ns/prov#used>
    """
    return ox.NamedNode(WELL_KNOWN["prov"] + name)


def named(kind: str, text: str) -> ox.NamedNode:
    """The name of what a text describes: its SHA-256."""
    return ox.NamedNode(f"urn:sha256:{hashlib.sha256(f'{kind} {text}'.encode()).hexdigest()}")


def statement(triple: tuple[Term, ...]) -> Statement:
    """A triple as an entity, named by the SHA-256 of its N-Triples text."""
    name = named("statement", " ".join(map(str, triple)))
    kinds = (ox.Triple(name, TYPE, kind) for kind in (ox.NamedNode(WELL_KNOWN["rdf"] + "Statement"), term("Entity")))
    parts = zip(("subject", "predicate", "object"), triple, strict=True)
    said = (ox.Triple(name, ox.NamedNode(WELL_KNOWN["rdf"] + role), part) for role, part in parts)
    return Statement(name, frozenset((*kinds, *said)))


def written(triples: Collection[ox.Triple]) -> str:
    """The triples as N-Triples, sorted."""
    return "".join(f"{triple} .\n" for triple in sorted(triples, key=str))
