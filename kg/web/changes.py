"""What was written to a server: changes relative to the project's files, in one log that survives every crash.

A record is a line of JSON with the sizes and the hash of what follows, and the graphs that hold nothing from then on, where these
are others than before; then N-Quads: first what goes, then what comes. Literals are as the engine writes them. A record that was
cut short was never acknowledged; it is cut off when the log is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ProjectError
from kg.literals import stored_quad


@dataclass(frozen=True)
class Change:
    """Quads that go and quads that come, as N-Quads; `empty` are the graphs that hold nothing then, None if as before."""

    removed: bytes
    added: bytes
    empty: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.removed or self.added) or self.empty is not None

    @classmethod
    def of(cls, removed: Iterable[ox.Quad], added: Iterable[ox.Quad], empty: Collection[ox.NamedNode] | None = None) -> Change:
        return cls(_lines(removed), _lines(added), None if empty is None else tuple(sorted(graph.value for graph in empty)))

    def quads(self) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """The quads that go, and those that come; SyntaxError where the texts are no N-Quads."""
        removed, added = (set(ox.parse(lines, format=ox.RdfFormat.N_QUADS)) for lines in (self.removed, self.added))
        return removed, added

    def packed(self) -> bytes:
        """The change as one record.

        >>> Change.unpacked(Change(b"", b"<urn:a> <urn:b> <urn:c> .").packed())[0].added
        b'<urn:a> <urn:b> <urn:c> .'
        """
        content, empty = self.removed + self.added, {} if self.empty is None else {"empty": self.empty}
        head = {"removed": len(self.removed), "added": len(self.added), "sha256": hashlib.sha256(content).hexdigest()}
        return json.dumps({**head, **empty}).encode() + b"\n" + content + b"\n"

    @classmethod
    def unpacked(cls, data: bytes, at: int = 0) -> tuple[Change, int]:
        """The record at a place, and where the next one begins; ValueError where there is no whole one."""
        end = data.index(b"\n", at) + 1
        head = json.loads(data[at:end])
        middle, last = end + head["removed"], end + head["removed"] + head["added"]
        content = data[end:last]
        if hashlib.sha256(content).hexdigest() != head["sha256"] or data[last : last + 1] != b"\n":
            raise ValueError("a record is not whole")
        empty = tuple(head["empty"]) if "empty" in head else None
        return cls(data[end:middle], data[middle:last], empty), last + 1


class Log:
    """The changes in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.changes: list[Change] = []
        data = file.read_bytes() if file.is_file() else b""
        at = 0
        try:
            while at < len(data):
                change, at = Change.unpacked(data, at)
                self.changes.append(change)
        except (ValueError, KeyError):
            os.truncate(file, at)
        self._open = file.open("ab")
        _sync_folder(file.parent)

    def append(self, change: Change) -> None:
        """Adds a change, which from then on is not lost, not even to a power failure."""
        self._open.write(change.packed())
        self._open.flush()
        os.fsync(self._open.fileno())
        self.changes.append(change)

    def close(self) -> None:
        """Lets go of the file."""
        self._open.close()


@dataclass
class Overlay:
    """The net effect of changes: what is not there any more of the files, what there is besides, and the empty graphs."""

    removed: set[ox.Quad] = field(default_factory=set)
    added: set[ox.Quad] = field(default_factory=set)
    empty: tuple[str, ...] = ()

    def changed(self, change: Change) -> Overlay:
        """The overlay after a change; SyntaxError where it holds no N-Quads."""
        removed, added = change.quads()
        gone, new = removed - self.added, added - self.removed
        empty = self.empty if change.empty is None else change.empty
        return Overlay((self.removed - added) | gone, (self.added - removed) | new, empty)

    def over(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """The quads of the files as they are after all changes."""
        kept = [quad for quad in quads if not self.removed or stored_quad(quad) not in self.removed]
        return [*kept, *sorted(self.added, key=str)]


def _lines(quads: Iterable[ox.Quad]) -> bytes:
    return "".join(sorted(f"{quad} .\n" for quad in quads)).encode()


def _sync_folder(folder: Path) -> None:
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be opened: {error.strerror}", hint="choose another with --data") from error
    os.fsync(opened)
    os.close(opened)
