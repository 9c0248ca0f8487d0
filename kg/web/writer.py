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
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg import project, sources, store
from kg.errors import KGError, ProjectError
from kg.web import confinement, frames
from kg.web.changes import Change, Log, Overlay
from kg.web.frames import Frame
from kg.web.refusals import Refusal

# The hashes of the project's files, and of what else a graph is made by.
Files: TypeAlias = tuple[dict[str, str], str]

# The newest generations, which running queries may still read.
_KEPT = 3
# For so many seconds the writer of a server that was killed may be on its way out, and how often that is looked at.
_ENDING, _AGAIN = 5.0, 0.05
# Readers come first: what takes long here would keep them waiting where the machine is busy.
_NICE = 10


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
        for _ in range(int(_ENDING / _AGAIN)):
            with suppress(OSError):
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(_AGAIN)
        raise ProjectError(f"another server writes to {self._data}", hint="choose another folder with --data")

    @property
    def count(self) -> int:
        """How many changes there were."""
        return len(self._log.changes)

    def close(self) -> None:
        """Lets go of the folder."""
        self._log.close()
        self._lock.close()

    def present(self) -> Path:
        """The folder of the generation with all changes so far."""
        files = sources.digests(self._project)
        folder = self._whole(self._overlay) if self._log.changes else store.built(self._project).folder
        self._newest = (folder, files)
        return folder

    def change(self, change: Change) -> Path:
        """The folder of the generation with one more change, which is kept from now on."""
        overlay, files = self._overlay.changed(change), sources.digests(self._project)
        folder = self._rewritten(overlay, change, files) or self._whole(overlay)
        with _told(self._data):
            self._log.append(change)
        self._overlay, self._newest = overlay, (folder, files)
        self._remove_old()
        return folder

    def _rewritten(self, overlay: Overlay, change: Change, files: Files) -> Path | None:
        """The folder of a generation made from the newest; None where that is gone, or the project's files are others."""
        newest, before = self._newest
        if files != before:
            return None
        with self._folder(overlay) as folder:
            return folder if store.rewrite(self._project, newest, *change.quads(), folder) else None

    def _whole(self, overlay: Overlay) -> Path:
        """The folder of a generation made of all files."""
        found = sources.read(self._project)
        with self._folder(overlay) as folder:
            store.write(self._project, found.with_quads(overlay.over(found.quads)), folder)
        return folder

    @contextmanager
    def _folder(self, overlay: Overlay) -> Iterator[Path]:
        """A folder for a generation, with what was written to the default graph, and the names of the graphs that are empty."""
        self._made += 1
        folder = self._generations / f"{self._made:08}-{os.getpid()}"
        own = (quad.triple for quad in overlay.added if isinstance(quad.graph_name, ox.DefaultGraph))
        with _told(self._data):
            folder.mkdir()
            (folder / "default.nt").write_text("".join(f"{triple} .\n" for triple in own), encoding="utf-8")
            (folder / "empty.txt").write_text("".join(f"{graph}\n" for graph in overlay.empty), encoding="utf-8")
            yield folder

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
    with closing(writer):
        for frame in incoming:
            _do(connection, writer, frame)


def _do(connection: socket.socket, writer: Writer, frame: Frame) -> None:
    try:
        _tell(connection, writer, writer.change(Change.unpacked(frame.body)[0]))
    except (KGError, SyntaxError, MemoryError) as error:
        _fail(connection, error)


def _tell(connection: socket.socket, writer: Writer, folder: Path) -> None:
    connection.sendall(frames.packed("whole", {"folder": str(folder), "count": writer.count}))


def _fail(connection: socket.socket, error: Exception) -> None:
    hint = error.hint if isinstance(error, KGError) else ""
    message = error.message if isinstance(error, KGError) else f"the change cannot be taken: {error}"
    connection.sendall(frames.packed("failed", Refusal(503, message, hint=hint).as_data()))


if __name__ == "__main__":
    confinement.leave_the_end_to(int(sys.argv[2]))
    os.nice(_NICE)
    # A server that ends in the middle of a message has hung up, too.
    with suppress(ConnectionError), socket.socket(fileno=int(sys.argv[1])) as connection:
        main(connection)
