"""How a generation hangs together, worked out by a child of the template while the template serves already.

Workers that are forked before it has come look for proofs themselves, which takes them longer.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.store import Built
from kg.traces import Traces
from kg.web import confinement

# All is held in memory, in each worker: for a graph of more statements that would be too much.
MOST = 100_000
_READ = 1 << 20
_NICE = 10
# What looks for other proofs than the first ones; loaded when nobody waits, for each worker would take long to.
_NEEDED_THEN = ("duckdb", "kg.build")


class Tracing:
    """The work of the child; `descriptor` can be read when there is more of what it has found."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        own = os.getpid()
        self.descriptor, writing = os.pipe()
        self._found = bytearray()
        self._child = os.fork()
        if self._child == 0:
            confinement.die_with_parent(own)
            _work(folder, manifest, writing)
        os.close(writing)

    def read(self) -> bool:
        """Takes over what there is; whether that was all."""
        data = os.read(self.descriptor, _READ)
        self._found += data
        return not data

    def end(self) -> Traces | None:
        """What was found; None where the child has failed, without which all works, too."""
        os.close(self.descriptor)
        if os.waitpid(self._child, 0)[1]:
            return None
        for name in _NEEDED_THEN:
            importlib.import_module(name)
        found: Traces = pickle.loads(self._found)  # noqa: S301 - from our own child, which reads our own files
        # What lies still is not copied when a worker's collector looks at it.
        gc.freeze()
        return found


def _work(folder: Path, manifest: dict[str, Any], writing: int) -> None:
    with suppress(BaseException):
        os.nice(_NICE)
        found = pickle.dumps(Built(folder, manifest, ox.Store()).traces)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(found)
        os._exit(0)
    os._exit(1)
