"""Where a job writes its answer: kept back while it is small, sent in chunks when it grows, ended when it is too large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kg.web.refusals import Refusal

# A small answer is sent whole at the end, so that a late error still has an honest status.
_KEPT_BACK = 1 << 20
_CHUNK = 64 << 10


class Sink:
    """A binary writer with a head; `send` takes each finished piece of the answer, `most` is the largest size in bytes.

    >>> sent = []
    >>> sink = Sink(lambda kind, data: sent.append((kind, bytes(data))), most=100)
    >>> sink.head("text/plain"); _ = sink.write(b"yes"); sink.end()
    >>> sent
    [('whole', b'yes')]
    >>> sink.media_type
    'text/plain'
    """

    def __init__(self, send: Callable[[str, bytes | bytearray], None], most: int) -> None:
        self._send, self._most = send, most
        self._waiting, self._size, self._streaming = bytearray(), 0, False
        self.status, self.media_type, self.headers = 200, "application/octet-stream", dict[str, str]()
        self.facts: dict[str, Any] = {}

    def head(self, media_type: str, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Says what the answer is; before the first byte of it."""
        self.status, self.media_type, self.headers = status, media_type, dict(headers or {})

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer; raises Refusal where it becomes too large."""
        self._size += len(data)
        if self._size > self._most:
            raise Refusal(413, f"the answer is larger than {self._most >> 20} MiB", hint="add LIMIT and OFFSET", limit="bytes")
        self._waiting += data
        if len(self._waiting) > (_CHUNK if self._streaming else _KEPT_BACK):
            self._stream()
        return len(data)

    def flush(self) -> None:
        """What a writer wants to be able to call; nothing is waiting for it."""

    def end(self) -> None:
        """Sends what is left."""
        self._send("last" if self._streaming else "whole", self._waiting)
        self._waiting = bytearray()

    def _stream(self) -> None:
        self._send("next" if self._streaming else "first", self._waiting)
        self._waiting, self._streaming = bytearray(), True
