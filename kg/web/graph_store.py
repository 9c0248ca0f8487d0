"""`/store`: the SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/.

A graph is named by `?graph=IRI`, by `?default`, or by its own address below `/store/`. Without a name, the dataset is meant.
"""

from __future__ import annotations

import re
import secrets
from codecs import BOM_UTF8

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kg.answers import Format
from kg.web import conditions, requests, service
from kg.web.jobs import Job
from kg.web.negotiation import DATASETS, GRAPHS, choose
from kg.web.refusals import Refusal
from kg.web.requests import Parameters
from kg.web.updates import allow, change

METHODS = ("GET", "PUT", "POST", "DELETE")
_FORM = "multipart/form-data"
_OF_DATASETS = ("application/n-quads", "application/trig", "text/x-nquads", "application/x-trig")
_TURTLE, _RDF_XML = "text/turtle", "application/rdf+xml"
# How RDF/XML begins, and no Turtle.
_XML = re.compile(rb"\s*<(?:\?xml\s|!--|[\w.-]+:RDF[\s>])")


async def store(request: Request) -> Response:
    """Reads, replaces, extends or removes a graph."""
    given = Parameters.read(request.scope["query_string"])
    graph = _named(request, given)
    if request.method in ("GET", "HEAD"):
        return await _read(request, given, graph)
    allow(request)
    since = await _judged(request, graph) if conditions.are_put(request.headers) else None
    if request.method == "DELETE":
        await change(request, Job("remove", {"graph": graph}, name="store"), since=since)
        return Response(status_code=204)
    return await _write(request, graph, since)


async def _judged(request: Request, graph: str | None) -> str:
    """The generation of which the conditions of a request hold; Refusal (412) where they do not."""
    offered = service.of(request)
    generation = offered.pool.generation
    conditions.refuse(request.headers, await _tags(request, graph), offered.modified)
    return generation


async def _tags(request: Request, graph: str | None) -> list[str] | None:
    """The tags of a graph, one for each format; None where there is no such graph. What is so long as to be streamed has none."""
    tags: list[str] = []
    for form in DATASETS if graph is None else GRAPHS:
        try:
            response = await _answer(request, graph, form, asserted=False)
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise
        if isinstance(response, StreamingResponse):
            async for _ in response.body_iterator:
                pass
        tags += response.headers.getlist("etag")
    return tags


def _named(request: Request, given: Parameters) -> str | None:
    """The IRI of the graph that a request names; "" for the default graph, None for the dataset."""
    graph, default, below = given.one("graph"), given.all("default"), request.path_params.get("below", "")
    if sum((graph is not None, bool(default), bool(below))) > 1:
        raise Refusal(400, "two graphs are named", hint="give ?graph=IRI, or ?default, or the address of a graph")
    if graph is not None and ":" not in graph:
        raise Refusal(400, f"{graph!r} is no IRI", hint="give a whole IRI, percent-encoded")
    if below:
        return service.of(request).address(request, f"/store/{below}")
    return "" if default else graph


async def _read(request: Request, given: Parameters, graph: str | None) -> Response:
    form = choose(service.accept(request), DATASETS if graph is None else GRAPHS, wanted=given.one("format", "output") or None)
    return await _answer(request, graph, form, asserted=given.flag("asserted"))


async def _answer(request: Request, graph: str | None, form: Format, *, asserted: bool) -> Response:
    parameters = {"graph": graph, "format": form.name, "asserted": asserted}
    return await service.of(request).answer(request, Job("graph", parameters, name="store"))


async def _write(request: Request, graph: str | None, since: str | None) -> Response:
    if "content-range" in request.headers:
        # Part of a graph, which nobody may take for all of it (RFC 9110, 14.5).
        raise Refusal(400, "a part of a graph is not taken", hint="send the whole graph, without Content-Range")
    body = await requests.body(request, service.of(request).settings.upload_bytes)
    kind = requests.content_type(request) or _looks_like(body)
    created = graph is None and request.method == "POST" and kind not in _OF_DATASETS
    if created:
        graph = service.of(request).address(request, f"/store/{secrets.token_hex(8)}")
    parameters = {
        "graph": graph,
        "format": None if kind == _FORM else kind,
        "type": request.headers.get("content-type", ""),
        "replaces": request.method == "PUT",
    }
    result = await change(request, Job("upload", parameters, body=body, name="store"), since=since)
    if graph and result.headers["Existed"] == "0":
        return Response(status_code=201, headers={"Location": graph if created else str(request.url)})
    return Response(status_code=204)


def _looks_like(body: bytes) -> str:
    """The media type of a body without Content-Type: the protocol takes it for RDF/XML, and most who leave it out send Turtle."""
    return _RDF_XML if _XML.match(body.removeprefix(BOM_UTF8)) else _TURTLE
