"""What a worker knows: the graph of one generation and its saved queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.graph import KnowledgeGraph
from kg.impact import Impacts
from kg.passages import found_in
from kg.queries import Catalogue, SavedQuery

if TYPE_CHECKING:
    import pyoxigraph as ox

# What rests on a sentence is told at once where a graph has no more triples: all derivations of more take too long, and memory.
_MOST_TRACED = 100_000


@dataclass(frozen=True)
class WorkerState:
    """The graph, whose stores lie in memory; the saved queries, read beforehand; and, where writing is allowed, `exact`:
    the store of what is asserted, with nothing merged into its default graph. `texts` are those that kg.toml names. `choices`
    remembers what may be chosen for the parameters of queries, which is asked for with each page of a question."""

    graph: KnowledgeGraph
    saved: Catalogue
    exact: ox.Store | None = None
    is_in_memory: bool = True
    texts: tuple[str, ...] = ()
    choices: dict[tuple[str, str, str], list[dict[str, str]]] = field(default_factory=dict)

    @cached_property
    def passages(self) -> dict[str, str]:
        """The passage of each sentence that stands unchanged in the texts that the operator holds, by the sentence's IRI."""
        return {iri: passage for text in self.texts for iri, passage in found_in(self.graph, text).items()}

    @property
    def is_traceable(self) -> bool:
        """Whether it is soon found out how the graph hangs together."""
        counts = self.graph.counts
        return self.is_in_memory and counts["statements"] + counts["inferred"] <= _MOST_TRACED

    @cached_property
    def impacts(self) -> Impacts:
        """What rests on each sentence."""
        return Impacts(self.graph, self.queries(), self.graph.store() if self.is_in_memory else None)

    def queries(self) -> Iterator[SavedQuery]:
        """The saved queries by name, but for broken ones."""
        for name in sorted(self.saved):
            with suppress(SourceError):
                yield self.saved[name]
