"""Where the files of a project state a triple."""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from kg import sources
from kg.errors import Place
from kg.positions import Positions, index
from kg.project import Project

# Files of other formats are named without a line.
_FOLLOWED = {".ttl", ".trig", ".nt", ".nq"}


class Places:
    """The files of a project's graph, each searched when a triple may stand in it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, Positions] = {}

    def of(self, triple: ox.Triple) -> tuple[Place, ...]:
        """Every place that states the triple, a line and column each, by file; none where its subject has no name.

        A triple that one file states more than once has one place there.
        """
        if not isinstance(triple.subject, ox.NamedNode):
            return ()
        found = ((shown, self._positions(shown, text).closest(*_terms(triple))) for shown, text in self._naming(triple.subject))
        return tuple(Place(shown, *near[1]) for shown, near in found if near and near[0] <= _nearness(triple))

    def _naming(self, thing: ox.NamedNode) -> list[tuple[str, str]]:
        """The files that may name a thing: all of them hold the last part of its IRI."""
        last = thing.value.replace("#", "/").rpartition("/")[2]
        return [(shown, text) for shown, text in self._texts.items() if last in text]

    @cached_property
    def _texts(self) -> dict[str, str]:
        files = (file for file in sources.graph_files(self._project) if file.suffix in _FOLLOWED)
        return {self._project.shown(file): file.read_text(encoding="utf-8-sig") for file in files}

    def _positions(self, shown: str, text: str) -> Positions:
        if shown not in self._read:
            self._read[shown] = index(text)
        return self._read[shown]


def _terms(triple: ox.Triple) -> tuple[str, str, str]:
    return triple.subject.value, triple.predicate.value, getattr(triple.object, "value", "")  # type: ignore[union-attr]


def _nearness(triple: ox.Triple) -> int:
    """How near a place must be: the statement itself; a nameless object is as good as its predicate."""
    return 1 if isinstance(triple.object, ox.BlankNode) else 0
