"""What the server says of itself: `/sparql` without a query, `/.well-known/void` and `/openapi.json`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.web import service
from kg.web.jobs import Job
from kg.web.negotiation import GRAPHS, JSON, choose


async def description(request: Request) -> Response:
    """The service description of the SPARQL endpoint."""
    offered = service.of(request)
    form = choose(service.accept(request), GRAPHS)
    settings = offered.settings
    shown = {"writable": settings.writable, "federated": bool(settings.endpoints)}
    told = {"address": offered.address(request), "form": form.name, **shown}
    return await offered.answer(request, Job("service", told))


async def void(request: Request) -> Response:
    """The description of the data set."""
    offered = service.of(request)
    form = choose(service.accept(request), GRAPHS)
    told = {"address": offered.address(request), "form": form.name, "generation": offered.pool.generation}
    return await offered.answer(request, Job("void", told))


async def openapi(request: Request) -> Response:
    """The saved queries, and the rest of what is asked by GET, in OpenAPI."""
    choose(service.accept(request), (JSON,))
    return await service.of(request).answer(request, Job("openapi", {"address": service.of(request).address(request)}))
