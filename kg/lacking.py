"""A store as it would be without some of its named graphs, for as long as a context lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType

import pyoxigraph as ox

from kg.literals import stored
from kg.reasoning.derivations import Fallen

_DEFAULT = ox.DefaultGraph()


class Lacking:
    """Takes graphs out of a store in memory, and what falls with them; within a `with` they are out.

    The default graph of the store is the merge of its named graphs, of which `inferred` holds what is inferred. `triples` are
    those of all that changes, by their predicates, and `terms` what they speak of.
    """

    def __init__(
        self, store: ox.Store, graphs: Iterable[str], fallen: Fallen, inferred: ox.NamedNode, alike: Mapping[ox.Triple, int]
    ) -> None:
        self._store, self._homes = store, [ox.NamedNode(graph) for graph in graphs]
        gone = [stored_triple(triple) for triple in fallen.gone]
        self._here = [*self._missing(_at(map(stored_triple, fallen.inferred), inferred))]
        self._out = [quad for home in self._homes for quad in store.quads_for_pattern(None, None, None, home)]
        self._out += self._present(_at((triple for triple in gone if alike.get(triple, 0) < 2), inferred))
        out = {*self._out}
        self._out += self._present(_at(triple for triple in gone if self._named(triple) <= out))
        changed = {quad.triple for quad in (*self._out, *self._here)}
        self.terms = frozenset(term for triple in changed for term in triple)
        self.triples: dict[ox.NamedNode, list[ox.Triple]] = {}
        for triple in changed:
            self.triples.setdefault(triple.predicate, []).append(triple)

    def __enter__(self) -> ox.Store:
        self._change(self._out, self._here)
        for home in self._homes:
            # The store remembers the names of graphs that are empty.
            self._store.remove_graph(home)
        return self._store

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._change(self._here, self._out)

    def _change(self, out: Iterable[ox.Quad], here: Iterable[ox.Quad]) -> None:
        for quad in out:
            self._store.remove(quad)
        self._store.extend(here)

    def _present(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        return (quad for quad in quads if quad in self._store)

    def _missing(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        return (quad for quad in quads if quad not in self._store)

    def _named(self, triple: ox.Triple) -> set[ox.Quad]:
        """What named graphs hold of the triple."""
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return {quad for quad in quads if quad.graph_name != _DEFAULT}


def alike(inferred: Iterable[ox.Triple]) -> Mapping[ox.Triple, int]:
    """How many of the inferred triples are the same in a store, which writes some literals otherwise."""
    return Counter(stored_triple(triple) for triple in inferred if isinstance(triple.object, ox.Literal))


def stored_triple(triple: ox.Triple) -> ox.Triple:
    """The triple as the stores give it back."""
    return ox.Triple(triple.subject, triple.predicate, stored(triple.object))


def _at(triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> Iterator[ox.Quad]:
    return (ox.Quad(each.subject, each.predicate, each.object, graph) for each in triples)
