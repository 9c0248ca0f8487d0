"""Where a job writes its answer: kept back while it is small, sent in chunks when it grows, ended when it is too large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from xml.parsers import expat

from kg.web.refusals import Refusal

# A small answer is sent whole at the end, so that a late error still has an honest status.
_KEPT_BACK = 1 << 20
_CHUNK = 64 << 10

# Takes the kind of a piece (`whole`, or `first`, `next`, `last`), the head of the answer, and the bytes.
Send: TypeAlias = Callable[[str, Mapping[str, Any], bytes | bytearray], None]


class Sink:
    """A binary writer with a head; `send` takes each piece of the answer, which may have `most` bytes and `most_rows` rows.

    >>> sent = []
    >>> sink = Sink(lambda kind, head, data: sent.append((kind, head["media_type"], bytes(data))), most=100)
    >>> sink.head("text/plain"); _ = sink.write(b"yes"); sink.end()
    >>> sent
    [('whole', 'text/plain', b'yes')]
    """

    def __init__(self, send: Send, most: int, most_rows: int = 1_000_000) -> None:
        self._send, self._most, self._most_rows = send, most, most_rows
        self._end_of_row, self._rows = b"", 0
        self._waiting, self._size, self._streaming = bytearray(), 0, False
        self._head: dict[str, Any] = {}

    def head(self, media_type: str, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Says what the answer is; before the first byte of it."""
        self._head = {"status": status, "media_type": media_type, "headers": dict(headers or {})}

    def count_rows(self, end: bytes, more: int) -> None:
        """Says what stands at the end of a row in what is going to be written, and how many more rows there are than ends."""
        self._end_of_row, self._rows = end, more

    def allow_rows(self, count: int) -> None:
        """Raises Refusal where so many rows are too many."""
        if count > self._most_rows:
            said = f"the answer has more than {self._most_rows:,} rows"
            raise Refusal(413, said, hint="add LIMIT and OFFSET", limit="rows")

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer; raises Refusal where it becomes too large."""
        self._size += len(data)
        if self._end_of_row:
            self._rows += data.count(self._end_of_row)
            self.allow_rows(self._rows)
        if self._size > self._most:
            raise Refusal(413, f"the answer is larger than {self._most >> 20} MiB", hint="add LIMIT and OFFSET", limit="bytes")
        self._waiting += data
        if len(self._waiting) > (_CHUNK if self._streaming else _KEPT_BACK):
            self._stream()
        return len(data)

    def flush(self) -> None:
        """Part of what a file can do: nothing is waiting for it."""

    def end(self) -> None:
        """Sends what is left."""
        self._pass("last" if self._streaming else "whole")

    def _stream(self) -> None:
        self._pass("next" if self._streaming else "first")
        self._streaming = True

    def _pass(self, kind: str) -> None:
        self._send(kind, self._head if kind in ("whole", "first") else {}, self._waiting)
        self._waiting = bytearray()


class XmlSink:
    """A binary writer that passes XML on to a sink, and refuses what no reader of XML could read.

    The engine writes a property that ends in no XML name, and control characters, all the same.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink, self._parser = sink, expat.ParserCreate(namespace_separator=" ")

    def write(self, data: bytes) -> int:
        """Takes a piece of the document; raises Refusal (406) where it is not well-formed."""
        # XML turns a bare carriage return into a line feed.
        kept = data.replace(b"\r", b"&#13;")
        self._read(kept, is_last=False)
        self._sink.write(kept)
        return len(data)

    def flush(self) -> None:
        """Part of what a file can do: nothing is waiting for it."""

    def end(self) -> None:
        """Takes that the document is whole."""
        self._read(b"", is_last=True)

    def _read(self, data: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            raise Refusal(406, f"XML cannot carry this: {error}", hint="ask for another format") from error
