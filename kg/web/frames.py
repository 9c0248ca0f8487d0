"""What goes between the server and its workers: length-prefixed frames, with heads that only JSON could write."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_PREFIX = struct.Struct(">BII")
# The C library sorts its memory whenever 64 KiB are given back at once.
_READ = 32 << 10
_SHORT = 1024
# `whole` is an answer in one piece; `first`, `next`, `last` are those of a longer one; `failed` ends any. `lent` comes with a
# connection, which goes `back`.
KINDS = ("whole", "first", "next", "last", "failed", "job", "lent", "back")


@dataclass(frozen=True)
class Frame:
    """One message: its kind, a small head, and a body of bytes."""

    kind: str
    head: dict[str, Any]
    body: bytes


def packed(kind: str, head: dict[str, Any] | bytes = b"", body: bytes | bytearray = b"") -> bytes:
    """A frame as bytes.

    >>> list(Unpacker().feed(packed("whole", {"status": 200}, b"yes")))
    [Frame(kind='whole', head={'status': 200}, body=b'yes')]
    """
    written = head if isinstance(head, bytes) else json.dumps(head).encode()
    return b"".join((_PREFIX.pack(KINDS.index(kind), len(written), len(body)), written, body))


@lru_cache(maxsize=256)
def _read(written: bytes) -> dict[str, Any]:
    """A short head, of which many are the same; nobody changes what is read."""
    return dict(json.loads(written)) if written else {}


class Unpacker:
    """Makes frames of bytes as they come in."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with these bytes."""
        self._waiting += data
        while len(self._waiting) >= _PREFIX.size:
            kind, head, body = _PREFIX.unpack_from(self._waiting)
            at, end = _PREFIX.size + head, _PREFIX.size + head + body
            if len(self._waiting) < end:
                return
            yield Frame(KINDS[kind], self._head(at, head), bytes(self._waiting[at:end]))
            del self._waiting[:end]

    def _head(self, end: int, size: int) -> dict[str, Any]:
        written = bytes(self._waiting[end - size : end])
        return _read(written) if size <= _SHORT else dict(json.loads(written))


def received(connection: socket.socket) -> Iterator[Frame]:
    """The frames that come in over a blocking connection, until its other end is closed."""
    unpacker = Unpacker()
    while data := connection.recv(_READ):
        yield from unpacker.feed(data)
