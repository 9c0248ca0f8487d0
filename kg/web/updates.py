"""Updates, and who may make them."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kg.web import requests, service
from kg.web.jobs import Job
from kg.web.pool import Result
from kg.web.refusals import Refusal

if TYPE_CHECKING:
    from kg.web.protocol import Operation


async def update(request: Request, operation: Operation) -> Response:
    """Takes an update: 204 once it is kept and served."""
    given = operation.parameters
    if given.all("default-graph-uri") or given.all("named-graph-uri"):
        raise Refusal(400, "default-graph-uri is for queries", hint="use using-graph-uri and using-named-graph-uri")
    parameters = {
        "text": operation.text,
        "using": given.all("using-graph-uri"),
        "using_named": given.all("using-named-graph-uri"),
        "endpoints": list(service.of(request).settings.endpoints),
    }
    endpoints = service.of(request).may_ask_others(operation.text)
    await change(request, Job("update", parameters, name="update", endpoints=endpoints))
    return Response(status_code=204)


async def change(request: Request, job: Job, *, since: str | None = None) -> Result:
    """Makes the change that a job works out, for a client who may, if `since` is the generation served; what the job said."""
    allow(request)
    return await service.of(request).publisher.change(job, client=requests.client(request), since=since)


def allow(request: Request) -> None:
    """Raises Refusal: 403 where nobody may write, 401 where the client does not show the token."""
    settings = service.of(request).settings
    if not settings.writable:
        raise Refusal(403, "this server takes no updates", hint="start it with --writable")
    if settings.no_token:
        _refuse_other_sites(request)
        return
    if not hmac.compare_digest(_shown(request).encode(), settings.token.encode()):
        challenge = {"WWW-Authenticate": 'Bearer realm="kg"'}
        raise Refusal(401, "who writes has to show the token", hint="Authorization: Bearer TOKEN", headers=challenge)


def _shown(request: Request) -> str:
    """The token that a client shows, in the header or as a parameter (https://www.rfc-editor.org/rfc/rfc6750#section-2)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return requests.Parameters.read(request.scope["query_string"]).one("access_token") or ""


def _refuse_other_sites(request: Request) -> None:
    """Without a token, the page of another site could write with the browser of somebody who reaches this server."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refusal(403, f"a page of {origin} may not write here", hint="start the server with a token")
