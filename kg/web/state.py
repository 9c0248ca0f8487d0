"""What a worker knows: the graph of one generation and its saved queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.graph import KnowledgeGraph
from kg.queries import Catalogue, SavedQuery

if TYPE_CHECKING:
    import pyoxigraph as ox


@dataclass(frozen=True)
class WorkerState:
    """The graph, whose stores lie in memory; the saved queries, read beforehand; and, where writing is allowed, `exact`:
    the store of what is asserted, with nothing merged into its default graph."""

    graph: KnowledgeGraph
    saved: Catalogue
    exact: ox.Store | None = None
    is_in_memory: bool = True

    def queries(self) -> Iterator[SavedQuery]:
        """The saved queries by name, but for broken ones."""
        for name in sorted(self.saved):
            with suppress(SourceError):
                yield self.saved[name]
