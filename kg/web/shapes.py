"""The second shortest way through the server: requests that are like one that was answered, but for the text of their query.

What their heads say is known then: the route, the parameters, what the client accepts. They are not parsed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from kg.web.jobs import Job

# So many heads are known, each of them as long as that at the most.
_MOST, _LONGEST = 256, 4096
# The parser of HTTP reads no longer ones.
LONGEST_URL = (64 << 10) - 1
_BEFORE, _AFTER = b"?query=", b" HTTP/1.1\r\n"


@dataclass(frozen=True)
class Shape:
    """The scope that a head was parsed to, and the job that it asks for, but for the text."""

    scope: Scope
    job: Job


class Shapes:
    """The shapes of requests that ask GET …?query=TEXT and nothing more."""

    def __init__(self) -> None:
        self._known: dict[bytes, Shape] = {}

    def learn(self, scope: Scope, job: Job) -> None:
        """Remembers a request that came in one piece."""
        found = parts(scope.get("request", b""))
        if found and scope["method"] == "GET" and len(found[0]) <= _LONGEST and not _is_conditional(scope):
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[found[0]] = Shape(_without_connection(scope), replace(job, written=job.head))

    def find(self, request: bytes) -> Scope | None:
        """The scope of a request of a known shape, with its job as `asked`."""
        found = parts(request) if len(request) <= LONGEST_URL else None
        shape = self._known.get(found[0]) if found else None
        text = decoded(found[1]) if found else None
        if shape is None or text is None:
            return None
        return {**shape.scope, "request": request, "asked": replace(shape.job, body=text)}


def _without_connection(scope: Scope) -> Scope:
    """What other connections may have, too."""
    return {name: value for name, value in scope.items() if name != "connection"} | {"state": {}}


def _is_conditional(scope: Scope) -> bool:
    return any(name.startswith(b"if-") for name, _ in scope["headers"])


def parts(request: bytes) -> tuple[bytes, bytes] | None:
    r"""A request without the text of its query, which is its shape, and that text as it came; None where it is more than that.

    >>> parts(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n\r\n")
    (b'GET /sparql?query= HTTP/1.1\r\n\r\n', b'ASK%7B%7D')
    """
    begin, end = request.find(_BEFORE) + len(_BEFORE), request.find(_AFTER)
    if not len(_BEFORE) <= begin <= end:
        return None
    text = request[begin:end]
    return None if b"&" in text or b"#" in text else (request[:begin] + request[end:], text)


def decoded(text: bytes) -> bytes | None:
    """A percent-encoded text in UTF-8; None where it is no such text."""
    read = unquote_to_bytes(text.replace(b"+", b" "))
    try:
        read.decode()
    except UnicodeDecodeError:
        return None
    return read if text.isascii() else None
