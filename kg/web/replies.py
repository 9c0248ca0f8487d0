"""Whole responses by the bytes of their requests: the shortest way through the server."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from kg.web.cache import Cache


class Reply(NamedTuple):
    """A whole response, split where the date stands, and what it is counted by."""

    before: bytes
    after: bytes
    route: str
    name: str


class Replies:
    """Replies by the bytes of their requests; `used` counts them by route and name."""

    def __init__(self, most: int) -> None:
        self._kept = Cache[bytes](most)
        self._generation = ""
        self.used: Counter[tuple[str, str]] = Counter()

    def get(self, request: bytes) -> Reply | None:
        """The reply to a request."""
        found: Reply | None = self._kept.get(request)
        return found

    def put(self, request: bytes, reply: Reply, generation: str) -> None:
        """Keeps a reply, if it is one of the generation that is being served."""
        if generation == self._generation:
            self._kept.put(request, reply, len(request) + len(reply.before) + len(reply.after))

    def renew(self, generation: str) -> None:
        """Forgets all: from now on, another generation is served."""
        self._generation = generation
        self._kept.clear()
