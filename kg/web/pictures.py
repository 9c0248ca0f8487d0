"""Pictures of the answers of saved queries, what drawings of things and what joins them are made of, and what editors complete.

`/query/NAME.svg`, `.narrow.svg`, `.png` and `.vega.json` take what `/query/NAME` takes, but for pages of rows.
"""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from kg.pictures.drawing import FORMS
from kg.web import service
from kg.web.controls import language, needed, values
from kg.web.jobs import Job
from kg.web.refusals import Refusal
from kg.web.requests import Parameters


async def svg(request: Request) -> Response:
    """The picture as SVG."""
    return await _picture(request, "svg")


async def narrow(request: Request) -> Response:
    """The picture as SVG for small screens."""
    return await _picture(request, "svg", is_narrow=True)


async def png(request: Request) -> Response:
    """The picture as PNG."""
    return await _picture(request, "png")


async def vega(request: Request) -> Response:
    """The Vega-Lite specification of the picture, with its data."""
    return await _picture(request, "vega")


async def _picture(request: Request, form: str, *, is_narrow: bool = False) -> Response:
    given, name = Parameters.read(request.scope["query_string"]), request.path_params["name"]
    # The form tells the answers in the cache apart; the worker writes the same specification for all.
    asked: dict[str, object] = {
        "name": name,
        "values": values(given),
        "asserted": given.flag("asserted"),
        "lang": language(given),
    }
    asked |= {"form": form, "is_narrow": is_narrow}
    serving, job = service.of(request), Job("picture", asked, name=f"picture/{name}")
    draw = partial(serving.renderer.draw, form)
    return await serving.answer(request, job, drawn=None if form == "vega" else (FORMS[form].media_type, draw))


async def neighbours(request: Request) -> Response:
    """A thing with its neighbours, as nodes and edges."""
    given = Parameters.read(request.scope["query_string"])
    told = {"thing": needed(given, "thing"), "lang": language(given), "root": service.of(request).address(request)}
    return await service.of(request).answer(request, Job("neighbours", told))


async def network(request: Request) -> Response:
    """The things that the triples of an answer join, as nodes and edges."""
    given, offered = Parameters.read(request.scope["query_string"]), service.of(request)
    text = given.one("query")
    if not text:
        raise Refusal(400, "there is no 'query'", hint="say query=CONSTRUCT …")
    told = {**service.dataset(request, given), "lang": language(given), "root": offered.address(request)}
    job = Job("network", told, text.encode(), endpoints=offered.may_ask_others(text))
    return await offered.answer(request, job)


async def vocabulary(request: Request) -> Response:
    """The prefixes, classes, properties and things of the graph with their labels, and the saved queries as examples."""
    return await service.of(request).answer(request, Job("vocabulary"))
