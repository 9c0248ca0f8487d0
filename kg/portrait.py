"""A thing with all that is said of it: its labels, its classes, its notes, and facts with the graphs that state them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from kg.answers import Term, sort_key
from kg.names import WELL_KNOWN
from kg.things import LABELS

_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_NOTES = (
    *(ox.NamedNode(WELL_KNOWN["skos"] + name) for name in ("definition", "scopeNote", "note", "example", "editorialNote")),
    ox.NamedNode(WELL_KNOWN["rdfs"] + "comment"),
    ox.NamedNode(WELL_KNOWN["dcterms"] + "description"),
)


@dataclass(frozen=True)
class Fact:
    """A triple, the named graphs that assert it, and whether it was inferred."""

    triple: ox.Triple
    graphs: tuple[str, ...]

    @property
    def inferred(self) -> bool:
        return not self.graphs

    @property
    def subject(self) -> Term:
        return self.triple.subject

    @property
    def predicate(self) -> ox.NamedNode:
        return self.triple.predicate

    @property
    def object(self) -> Term:
        return self.triple.object


@dataclass(frozen=True)
class Portrait:
    """What is known of a thing; `label` is None where it has none, `labels` are by language."""

    thing: ox.NamedNode
    label: str | None
    labels: dict[str, str]
    types: tuple[Fact, ...]
    notes: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    incoming: tuple[Fact, ...]

    def by_property(self) -> list[tuple[ox.NamedNode, list[Fact]]]:
        """The facts of the thing, grouped by property."""
        return _grouped(self.facts)

    def incoming_by_property(self) -> list[tuple[ox.NamedNode, list[Fact]]]:
        """The facts that point at the thing, grouped by property."""
        return _grouped(self.incoming)


def paint(store: ox.Store, inferred: str, thing: ox.NamedNode, labels: dict[str, str], label: str | None, lang: str) -> Portrait:
    """The portrait of a thing from a store whose inferences lie in the graph `inferred`; notes in `lang`, else in English."""
    out = _facts(store.quads_for_pattern(thing, None, None), inferred)
    notes = [fact for fact in out if fact.predicate in _NOTES]
    plain = [fact for fact in out if fact.predicate not in (*LABELS, *_NOTES, _TYPE)]
    incoming = _facts(store.quads_for_pattern(None, None, thing), inferred)
    types = [fact for fact in out if fact.predicate == _TYPE]
    return Portrait(thing, label, labels, tuple(types), tuple(_in_language(notes, lang)), tuple(plain), tuple(incoming))


def _facts(quads: Iterable[ox.Quad], inferred: str) -> list[Fact]:
    graphs: dict[ox.Triple, set[str]] = {}
    for quad in quads:
        found = graphs.setdefault(quad.triple, set())
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value != inferred:
            found.add(quad.graph_name.value)
    facts = [Fact(triple, tuple(sorted(names))) for triple, names in graphs.items()]
    return sorted(facts, key=lambda fact: (str(fact.predicate), sort_key(fact.triple)))


def _in_language(notes: list[Fact], lang: str) -> list[Fact]:
    """The notes of each kind in a language, else in English, else all: where one kind is not translated, another may be."""
    return [note for _, kind in _grouped(notes) for note in _of_kind(kind, lang)]


def _of_kind(notes: list[Fact], lang: str) -> list[Fact]:
    for wanted in (lang, "en"):
        fitting = [fact for fact in notes if isinstance(fact.object, ox.Literal) and fact.object.language in (wanted, None)]
        if fitting:
            return fitting
    return notes


def _grouped(facts: Iterable[Fact]) -> list[tuple[ox.NamedNode, list[Fact]]]:
    return [(predicate, list(group)) for predicate, group in groupby(facts, key=lambda fact: fact.predicate)]
