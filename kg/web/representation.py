"""What an answer is sent as: its bytes, plain or compressed, and the headers that say so (RFC 9110, 3.2)."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from starlette.datastructures import Headers

# What every response says, unless it says something else under these names.
ALWAYS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, Last-Modified"),
    (b"x-content-type-options", b"nosniff"),
]
_WORTH_COMPRESSING = 1024
# The quality of what a client does not take.
_NOT_TAKEN = re.compile(r"q=0(\.0{0,3})?")
_SHARED = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}


@dataclass
class Kept:
    """An answer in one piece."""

    status: int
    media_type: str
    body: bytes
    generation: str
    headers: dict[str, str]

    @cached_property
    def compressed(self) -> bytes:
        """The body as gzip, without a time stamp: the same bytes each time."""
        return gzip.compress(self.body, compresslevel=5, mtime=0)

    def selected(self, modified: str, *, may_compress: bool) -> tuple[dict[str, str], bytes]:
        """The headers, without Content-Type, and the bytes; `modified` is when its generation was published.

        >>> Kept(200, "text/plain", b"yes", "a1", {}).selected("Wed, 25 Nov 2026 14:00:00 GMT", may_compress=True)[1]
        b'yes'
        """
        if self.status != 200:
            return shared(self.headers), self.body
        is_compressed = may_compress and len(self.body) >= _WORTH_COMPRESSING
        headers = shared(self.headers) | {"ETag": self._tag("gzip" if is_compressed else ""), "Last-Modified": modified}
        if is_compressed:
            return headers | {"Content-Encoding": "gzip"}, self.compressed
        return headers, self.body

    def _tag(self, encoding: str) -> str:
        seed = f"{self.generation}\0{self.media_type}\0{encoding}\0".encode() + self.body
        return f'"{blake2b(seed, digest_size=12).hexdigest()}"'


def takes_gzip(headers: Headers) -> bool:
    """Whether a client takes an answer that is compressed with gzip, by its headers Accept-Encoding.

    >>> [takes_gzip(Headers({"accept-encoding": wanted})) for wanted in ("br, gzip;q=0.5", "gzip; Q=0.000")]
    [True, False]
    """
    wanted = "".join(",".join(headers.getlist("accept-encoding")).lower().split())
    ways = {way: quality for way, _, quality in (each.partition(";") for each in wanted.split(","))}
    return "gzip" in ways and not _NOT_TAKEN.fullmatch(ways["gzip"])


def shared(headers: dict[str, str]) -> dict[str, str]:
    """Headers with those that all answers have."""
    return {**_SHARED, **headers}
