"""Updates: refused where the server is read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from kg.web.refusals import Refusal

if TYPE_CHECKING:
    from kg.web.protocol import Operation


async def update(request: Request, operation: Operation) -> Response:
    """Takes an update."""
    raise Refusal(403, "this server takes no updates", hint="start it with --writable")
