"""The writer: the one process that changes anything. It keeps the changes, and builds a new generation for each.

`python -m kg.web.writer FD PARENT`: over the socket FD come frames; the first names the project and the data folder. Each is
answered with the folder of the newest generation, and the number of changes. A change is built first, then kept, then answered:
what is answered is never lost, and what cannot be built is never kept.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox

from kg import project, sources, store
from kg.errors import KGError, ProjectError
from kg.web import confinement, frames
from kg.web.changes import Change, Log, Overlay
from kg.web.frames import Frame
from kg.web.refusals import Refusal

# The newest generations, which running queries may still read.
_KEPT = 3


class Writer:
    """The changes of one project, in a folder that it locks."""

    def __init__(self, root: Path, data: Path) -> None:
        self._project, self._data, self._made = project.at(root), data, 0
        self._generations = data / "generations"
        with _told(data):
            data.mkdir(parents=True, exist_ok=True)
            self._lock = (data / "lock").open("ab")
        self._take_lock()
        with _told(data):
            # They are made of the files and the changes, and made anew.
            shutil.rmtree(self._generations, ignore_errors=True)
            self._generations.mkdir(exist_ok=True)
        self._log = Log(data / "changes.log")
        self._overlay = Overlay()
        for change in self._log.changes:
            self._overlay = self._overlay.changed(change)

    def _take_lock(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ProjectError(f"another server writes to {self._data}", hint="choose another folder with --data") from error

    @property
    def count(self) -> int:
        """How many changes there were."""
        return len(self._log.changes)

    def present(self) -> Path:
        """The folder of the generation with all changes so far."""
        return self._build(self._overlay) if self._log.changes else store.built(self._project).folder

    def change(self, change: Change) -> Path:
        """The folder of the generation with one more change, which is kept from now on."""
        overlay = self._overlay.changed(change)
        folder = self._build(overlay)
        with _told(self._data):
            self._log.append(change)
        self._overlay = overlay
        self._remove_old()
        return folder

    def _build(self, overlay: Overlay) -> Path:
        found = sources.read(self._project)
        self._made += 1
        folder = self._generations / f"{self._made:08}-{os.getpid()}"
        with _told(self._data):
            folder.mkdir()
            store.write(self._project, found.with_quads(overlay.over(found.quads)), folder)
            own = (quad.triple for quad in overlay.added if isinstance(quad.graph_name, ox.DefaultGraph))
            (folder / "default.nt").write_text("".join(f"{triple} .\n" for triple in own), encoding="utf-8")
        return folder

    def _remove_old(self) -> None:
        for folder in sorted(self._generations.iterdir())[:-_KEPT]:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror or error}", hint="choose another with --data") from error


def main(connection: socket.socket) -> None:
    """Does what the frames say until the server hangs up."""
    incoming = frames.received(connection)
    first = next(incoming, None)
    if first is None:
        return
    try:
        writer = Writer(Path(first.head["root"]), Path(first.head["data"]))
        _tell(connection, writer, writer.present())
    except KGError as error:
        _fail(connection, error)
        return
    for frame in incoming:
        _do(connection, writer, frame)


def _do(connection: socket.socket, writer: Writer, frame: Frame) -> None:
    middle = frame.head["removed"]
    try:
        _tell(connection, writer, writer.change(Change(frame.body[:middle], frame.body[middle:])))
    except (KGError, SyntaxError, MemoryError) as error:
        _fail(connection, error)


def _tell(connection: socket.socket, writer: Writer, folder: Path) -> None:
    connection.sendall(frames.packed("whole", {"folder": str(folder), "count": writer.count}))


def _fail(connection: socket.socket, error: Exception) -> None:
    hint = error.hint if isinstance(error, KGError) else ""
    message = error.message if isinstance(error, KGError) else f"the change cannot be taken: {error}"
    connection.sendall(frames.packed("failed", Refusal(503, message, hint=hint).as_data()))


if __name__ == "__main__":
    confinement.die_with_parent(int(sys.argv[2]))
    # A server that ends in the middle of a message has hung up, too.
    with suppress(ConnectionError), socket.socket(fileno=int(sys.argv[1])) as connection:
        main(connection)
