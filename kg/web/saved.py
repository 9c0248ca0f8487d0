"""`/query`: the saved queries as an API: `/query/NAME[.FORMAT]?PARAMETER=VALUE`, their list, and the choices of a parameter.

Besides its parameters every query takes `limit` and `offset`, `evidence=1`, `asserted=1`, `labels=1` and `lang`; a parameter of
such a name is given as `parameter-NAME`. The value `*` leaves a parameter open.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from kg.web import service
from kg.web.controls import language, number, values
from kg.web.jobs import Job
from kg.web.negotiation import GRAPHS, JSON, ROWS, called, choose, either
from kg.web.pages import handlers as pages
from kg.web.requests import Parameters


async def query(request: Request) -> Response:
    """The answer of a saved query."""
    given = Parameters.read(request.scope["query_string"])
    name, suffix = split(request.path_params["name"])
    if suffix is None and pages.wanted(request, (*ROWS, *GRAPHS)):
        return await pages.question(request)
    rows, graph = either(service.accept(request), suffix)
    parameters = {
        "name": name,
        "values": values(given),
        "asserted": given.flag("asserted"),
        "evidence": given.flag("evidence"),
        "labels": given.flag("labels"),
        "lang": language(given),
        "limit": number(given, "limit", least=1),
        "offset": number(given, "offset", least=0) or 0,
        "page": _page(request, given),
        "rows": rows,
        "graph": graph,
    }
    return await service.of(request).answer(
        request, Job("saved", parameters, name=f"query/{name}"), then=evidence_of if parameters["evidence"] else None
    )


def evidence_of(found: bytes) -> Job:
    """The job that finds where what was found for an answer leads to."""
    return Job("evidence", body=found, name="evidence")


def split(path: str) -> tuple[str, str | None]:
    """A name, and the suffix of a format behind it.

    >>> split("needs-of-state.csv"), split("year.2025")
    (('needs-of-state', 'csv'), ('year.2025', None))
    """
    name, dot, suffix = path.rpartition(".")
    return (name, suffix) if dot and (called(suffix, ROWS) or called(suffix, GRAPHS)) else (path, None)


def _page(request: Request, given: Parameters) -> str:
    """The URL of this request without its limit and offset."""
    if not given.all("limit") and not given.all("offset"):
        return ""
    kept = urlencode([pair for pair in given.pairs if pair[0] not in ("limit", "offset")])
    return service.of(request).address(request, f"/query/{quote(request.path_params['name'])}{'?' if kept else ''}{kept}")


async def listing(request: Request) -> Response:
    """All saved queries, with their questions and parameters."""
    if pages.wanted(request, (JSON,)):
        return await pages.home(request)
    choose(service.accept(request), (JSON,))
    return await _answer(request, "queries", {"address": service.of(request).address(request, "/query")})


async def choices(request: Request) -> Response:
    """The values that a parameter of a saved query may have."""
    choose(service.accept(request), (JSON,))
    given = Parameters.read(request.scope["query_string"])
    wanted = {"name": request.path_params["name"], "parameter": request.path_params["parameter"]}
    return await _answer(request, "choices", {**wanted, "lang": language(given)})


async def _answer(request: Request, kind: str, parameters: dict[str, Any]) -> Response:
    return await service.of(request).answer(request, Job(kind, parameters))
