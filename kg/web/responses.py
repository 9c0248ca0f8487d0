"""Responses as they go over the wire (RFC 9112, 4 to 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from starlette.types import Message

_STATUS = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}


def head(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    r"""What comes before the body of a response.

    >>> head(404, [(b"content-length", b"0")])
    b'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'
    """
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    return b"%b%b\r\n" % (_STATUS[status], lines)


def encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as an ASGI application gives them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class Response:
    """A response: the messages of an ASGI application become HTTP; `date` is what the header of that name says."""

    def __init__(self, date: bytes) -> None:
        self._date, self._is_chunked = date, False
        self._waiting = b""
        self.is_over = False

    def take(self, message: Message) -> bytes:
        """What goes over the wire with a message; a head waits for the first piece of the body."""
        if message["type"] == "http.response.start":
            self._waiting = self._head(message)
            return b""
        before, self._waiting = self._waiting, b""
        return before + self._piece(message)

    def _piece(self, message: Message) -> bytes:
        body: bytes = message.get("body", b"")
        self.is_over = not message.get("more_body", False)
        if not self._is_chunked:
            return body
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return chunk + b"0\r\n\r\n" if self.is_over else chunk

    def _head(self, message: Message) -> bytes:
        headers: list[tuple[bytes, bytes]] = message["headers"]
        status = message["status"]
        self._is_chunked = (
            status >= 200 and status not in (204, 304) and not any(name == b"content-length" for name, _ in headers)
        )
        chunked = [(b"transfer-encoding", b"chunked")] if self._is_chunked else []
        return head(status, [(b"date", self._date), *headers, *chunked])
