"""What is worked out by children of the template while it serves already, and known to the workers that it forks from then on.

Workers that are forked before that find out by themselves, which takes them longer.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.evidence import analyse
from kg.evidence.patterns import analysed
from kg.graph import KnowledgeGraph
from kg.project import Project
from kg.queries import SavedQuery
from kg.store import Built
from kg.web import children, confinement

_READ = 1 << 20
_NICE = 10


class Background:
    """A child that does some work; `descriptor` can be read when there is more of what it has found."""

    def __init__(self, work: Callable[[], Any], install: Callable[[Any], None]) -> None:
        own = os.getpid()
        self.descriptor, writing = os.pipe()
        self._install, self._found = install, bytearray()
        self._child = os.fork()
        if self._child == 0:
            confinement.die_with_parent(own)
            children.end_with(partial(_do, work, writing))
        os.close(writing)

    def has_ended(self) -> bool:
        """Takes over what there is; whether that was all, which then is installed. Without it, all works, too."""
        data = os.read(self.descriptor, _READ)
        self._found += data
        if data:
            return False
        os.close(self.descriptor)
        if not os.waitpid(self._child, 0)[1]:
            self._install(pickle.loads(self._found))  # noqa: S301 - from our own child, which reads our own files
            # What lies still is not copied when a worker's collector looks at it.
            gc.freeze()
        return True


def _do(work: Callable[[], Any], writing: int) -> None:
    os.nice(_NICE)
    found = pickle.dumps(work())
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(found)


def traces(folder: Path, manifest: dict[str, Any]) -> Any:
    """How the generation in a folder hangs together."""
    return Built(folder, manifest, ox.Store()).traces


def patterns(project: Project, manifest: dict[str, Any], queries: Iterable[SavedQuery]) -> Any:
    """The patterns of saved queries, which are read to find what their answers rest on."""
    graph = KnowledgeGraph(Built(Path(), manifest, ox.Store()), project, {query.name: query for query in queries}.__getitem__)
    for query in queries:
        analyse(graph.source(), query.text)
    return analysed()
