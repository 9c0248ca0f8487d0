"""Where a triple is stated, what it follows from if it is stated nowhere, and which graphs are sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.evidence.paths import Term, View
from kg.names import WELL_KNOWN, Names

if TYPE_CHECKING:
    from kg.reasoning.proofs import Proof

_START = ox.NamedNode(WELL_KNOWN["oa"] + "start")
_DERIVED = ox.NamedNode(WELL_KNOWN["prov"] + "wasDerivedFrom")
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True)
class Grounded:
    """A triple with the graphs that assert it, or with the rules that derive it and the asserted triples that they need."""

    triple: ox.Triple
    graphs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    support: tuple[Grounded, ...] = ()

    def all_graphs(self) -> Iterator[str]:
        """The graphs that assert the triple or its support."""
        yield from self.graphs
        for grounded in self.support:
            yield from grounded.all_graphs()


@dataclass(frozen=True)
class Evidence:
    """The triples that a row rests on; `notes` say what else it rests on, or what was not found.

    `sentences` holds the sentences that state the triples and those from which a graph that states them was derived;
    `implied_by` are those of the latter that state none themselves; `others` are the graphs of labels, terms, reference ….
    """

    triples: tuple[Grounded, ...]
    notes: tuple[str, ...] = ()
    origins: Origins | None = field(default=None, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether the row follows from the triples alone."""
        return not self.notes

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(sorted({*self._stating, *self.implied_by}, key=as_in_text))

    @property
    def implied_by(self) -> tuple[str, ...]:
        homes = {home for graph in self._graphs for home in self._homes(graph)}
        return tuple(sorted(homes - self._stating, key=as_in_text))

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(sorted(graph for graph in self._graphs if not self._homes(graph)))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sentences; where no sentence is among what states the triples, the other graphs."""
        return self.sentences or self.others

    @property
    def _graphs(self) -> set[str]:
        return {graph for grounded in self.triples for graph in grounded.all_graphs()}

    @property
    def _stating(self) -> set[str]:
        return {graph for graph in self._graphs if self._homes(graph) == {graph}}

    def _homes(self, graph: str) -> frozenset[str]:
        return self.origins.sentences(graph) if self.origins else frozenset()


def as_in_text(iri: str) -> list[tuple[bool, int, str]]:
    """A key that puts P2 before P10, as the text does."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", iri)]


class Origins:
    """Which graphs are sentences, and from which sentences other graphs were derived."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self.sentences = cache(self._sentences)

    def _sentences(self, graph: str) -> frozenset[str]:
        """The graph itself if it has a position in a text, else the sentences that it was derived from, step by step."""
        seen, frontier = {graph}, [graph]
        found: set[str] = set()
        while frontier:
            here = frontier.pop()
            if self._objects(here, _START):
                found.add(here)
                continue
            sources = {term.value for term in self._objects(here, _DERIVED) if isinstance(term, ox.NamedNode)} - seen
            seen |= sources
            frontier += sources
        return frozenset(found)

    def _objects(self, subject: str, predicate: ox.NamedNode) -> list[Term]:
        return [quad.object for quad in self._store.quads_for_pattern(ox.NamedNode(subject), predicate, None, _DEFAULT)]


@dataclass(frozen=True)
class Source:
    """What is asked: a store whose default graph merges its named graphs, `inferred` among them; the prefixes.

    `proofs` gives for each triple the proof by which it follows, or None.
    """

    store: ox.Store
    names: Names
    inferred: str
    proofs: Callable[[Sequence[ox.Triple]], Sequence[Proof | None]]

    @cached_property
    def _inferred(self) -> ox.NamedNode:
        return ox.NamedNode(self.inferred)

    def view(self, graphs: Iterable[ox.NamedNode] | None) -> View:
        """The triples of the merge of the graphs; of the default graph where none is given."""
        homes = [_DEFAULT] if graphs is None else list(graphs)

        def look(subject: Term | None, predicate: Term | None, object: Term | None) -> Iterable[ox.Triple]:
            if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None):
                return []
            quads = (quad for home in homes for quad in self.store.quads_for_pattern(subject, predicate, object, home))
            return dict.fromkeys(quad.triple for quad in quads)

        return look

    def asserted_in(self, triple: ox.Triple) -> set[str]:
        """The graphs that assert the triple."""
        homes = {quad.graph_name for quad in self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object)}
        return {home.value for home in homes - {_DEFAULT, self._inferred} if isinstance(home, ox.NamedNode)}

    def supported(self, triples: Iterable[ox.Triple]) -> Iterator[Grounded]:
        """The triples, each with the asserted triples that it follows from, and the rules."""
        goals = list(triples)
        # What is asserted alone need not load the reasoner.
        proofs = self.proofs(goals) if goals else ()
        for triple, proof in zip(goals, proofs, strict=True):
            leaves = (ox.Triple(*leaf) for leaf in proof.leaves()) if proof else ()  # type: ignore[arg-type]
            support = tuple(Grounded(leaf, tuple(sorted(self.asserted_in(leaf)))) for leaf in leaves)
            yield Grounded(triple, rules=tuple(dict.fromkeys(proof.rules())) if proof else (), support=support)
