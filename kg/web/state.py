"""What a worker knows: the graph of one generation and its saved queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph import KnowledgeGraph
from kg.queries import Catalogue

if TYPE_CHECKING:
    import pyoxigraph as ox


@dataclass(frozen=True)
class WorkerState:
    """The graph, whose stores lie in memory; the saved queries, read beforehand; and, where writing is allowed, `exact`:
    the store of what is asserted, with nothing merged into its default graph."""

    graph: KnowledgeGraph
    saved: Catalogue
    exact: ox.Store | None = None
