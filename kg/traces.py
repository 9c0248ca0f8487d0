"""How a graph hangs together: which named graph states what, as it is written, and how all else follows from that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kg.reasoning.derivations import Derivations


@dataclass
class Traces:
    """The graphs that state each triple, by what N-Triples writes of its terms; and, where these can be told, all derivations.

    Nothing stands for the default graph, in which only a server's writer states. It is plain data, which another process can be
    given.
    """

    derivations: Derivations | None
    stated: Collection[tuple[str, ...]] = field(repr=False)

    def only_in(self, graphs: Collection[str]) -> set[ox.Triple]:
        """The triples that these graphs state, and nothing else."""
        wanted = {*graphs}
        return _parsed(texts for graph in wanted for texts in self._by_graph[graph] if self._homes[texts] <= wanted)

    def any_in(self, graphs: Iterable[str]) -> set[ox.Triple]:
        """The triples that these graphs state, alone or as others do."""
        return _parsed(texts for graph in graphs for texts in self._by_graph[graph])

    @cached_property
    def _homes(self) -> dict[tuple[str, ...], set[str]]:
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for *texts, graph in self.stated:
            found[tuple(texts)].add(graph[1:-1])
        return found

    @cached_property
    def _by_graph(self) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for texts, graphs in self._homes.items():
            for graph in graphs:
                found[graph].append(texts)
        return found


def _parsed(triples: Iterable[tuple[str, ...]]) -> set[ox.Triple]:
    lines = "".join(f"{' '.join(texts)} .\n" for texts in triples)
    return {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)}
