"""A connection of a client: what is too long, too slow or too much is ended here, before any of it is looked at."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connection(HttpToolsProtocol):
    """uvicorn's connection."""
