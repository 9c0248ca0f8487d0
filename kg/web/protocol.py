"""`/sparql`: the SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.web import about, requests, service
from kg.web.jobs import Job
from kg.web.limits import LONGEST_TEXT
from kg.web.negotiation import GRAPHS, ROWS, either
from kg.web.pages import handlers as pages
from kg.web.refusals import Refusal
from kg.web.requests import FORM, Parameters
from kg.web.saved import evidence_of
from kg.web.updates import update

METHODS = ("GET", "POST")
_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_FORMAT = ("format", "output", "_format")
# A form takes up to three bytes for one, and has room for the names of graphs.
_LARGEST_FORM = 4 * LONGEST_TEXT
_LARGEST_UPDATE = 4 << 20


@dataclass(frozen=True)
class Operation:
    """A query or an update: its text, and the parameters beside it."""

    kind: str
    text: str
    parameters: Parameters


async def sparql(request: Request) -> Response:
    """Answers a query or takes an update; GET without either describes the service."""
    operation = await read(request)
    if _is_page(request, operation):
        given = operation.parameters if operation else _given(request)
        return await pages.sparql(request, given, operation.text if operation else None)
    if operation is None:
        return await about.description(request)
    return await (update if operation.kind == "update" else _query)(request, operation)


def _is_page(request: Request, operation: Operation | None) -> bool:
    """Whether a reader with a browser asks; a form that leaves the format open asks for a page, too."""
    given = operation.parameters if operation else _given(request)
    formats = [value for name in _FORMAT for value in given.all(name) if value]
    is_asked = operation is None or (operation.kind == "query" and not given.flag("evidence"))
    return is_asked and not formats and pages.wanted(request, (*ROWS, *GRAPHS))


async def evidence(request: Request) -> Response:
    """The page of what a row of the answer of a query text rests on."""
    operation = await read(request)
    if operation is None or operation.kind != "query":
        raise Refusal(400, "there is no 'query'", hint="say query=…, and which row: evidence-row=1")
    _refuse_part(operation.parameters)
    return await pages.row(request, operation.parameters, operation.text)


def _given(request: Request) -> Parameters:
    return Parameters.read(request.scope["query_string"])


async def read(request: Request) -> Operation | None:
    """The operation that a request asks for; Refusal where the protocol does not allow the request."""
    parameters = Parameters.read(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        return _from_url(parameters)
    kind = requests.content_type(request)
    if kind == FORM:
        form = Parameters.read(await requests.body(request, _LARGEST_FORM))
        return _from_form(Parameters([*parameters.pairs, *form.pairs]))
    if kind not in (_QUERY, _UPDATE):
        said = f"{kind or 'a body without Content-Type'} is not read here"
        raise Refusal(415, said, hint=f"send {FORM}, {_QUERY} or {_UPDATE}")
    return await _direct(request, kind, parameters)


def _from_url(parameters: Parameters) -> Operation | None:
    text = parameters.one("query")
    if parameters.all("update"):
        raise Refusal(400, "an update cannot be sent with GET", hint="send it with POST")
    return None if text is None else Operation("query", text, parameters)


def _from_form(parameters: Parameters) -> Operation:
    found = [name for name, _ in parameters.pairs if name in ("query", "update")]
    if len(found) != 1:
        raise Refusal(400, f"the form holds {len(found)} queries and updates", hint="send one, as query=… or update=…")
    return Operation(found[0], parameters.one(found[0]) or "", parameters)


async def _direct(request: Request, kind: str, parameters: Parameters) -> Operation:
    if parameters.all("query") or parameters.all("update"):
        raise Refusal(400, "an operation is given in the URL and in the body", hint="give it once")
    largest = LONGEST_TEXT if kind == _QUERY else _LARGEST_UPDATE
    text = requests.text(await requests.body(request, largest))
    return Operation("query" if kind == _QUERY else "update", text, parameters)


async def _query(request: Request, operation: Operation) -> Response:
    given = operation.parameters
    if given.all("using-graph-uri") or given.all("using-named-graph-uri"):
        raise Refusal(400, "using-graph-uri is for updates", hint="use default-graph-uri and named-graph-uri")
    offered = service.of(request)
    rows, graph = either(service.accept(request), given.one(*_FORMAT) or None)
    parameters = {**service.dataset(request, given), "rows": rows, "graph": graph}
    if given.flag("evidence"):
        _refuse_part(given)
        return await _with_evidence(request, {**parameters, "text": operation.text})
    others = offered.may_ask_others(operation.text)
    job = Job("sparql", parameters, body=operation.text.encode(), name="sparql", endpoints=others)
    response = await offered.answer(request, job)
    if len(given.pairs) == 1 and not offered.settings.endpoints:
        offered.shapes.learn(request.scope, job)
    return response


def _refuse_part(given: Parameters) -> None:
    """Raises Refusal where only a part of the data set is asked, for what evidence is looked for in is all of it."""
    if given.all("default-graph-uri") or given.all("named-graph-uri"):
        hint = "leave out default-graph-uri and named-graph-uri"
        raise Refusal(400, "evidence is found in the whole data set", hint=hint)


async def _with_evidence(request: Request, parameters: dict[str, Any]) -> Response:
    """The answer with the sentences that each row rests on, as `kg.wire` writes them."""
    wanted = {name: parameters[name] for name in ("text", "asserted", "rows", "graph", "terms")}
    return await service.of(request).answer(request, Job("followed", wanted, name="sparql"), then=evidence_of)


async def again(request: Request) -> Response:
    """Answers a request of a shape that is known; `asked` in its scope is the job."""
    return await service.of(request).answer(request, request.scope["asked"])
