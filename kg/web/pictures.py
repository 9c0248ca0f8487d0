"""Pictures of the answers of saved queries, what drawings of things and what joins them are made of, and what editors complete.

`/query/NAME.svg`, `.narrow.svg`, `.png`, `.vega.json` and `.narrow.vega.json` take what `/query/NAME` takes, but for pages of
rows; so do `/sparql.svg` and the others, of the answer of any query text.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.pictures.drawing import FORMS
from kg.web import service
from kg.web.controls import language, needed, values
from kg.web.jobs import Job
from kg.web.refusals import Refusal
from kg.web.requests import Parameters

# How the paths of pictures end: the form, and whether it is for small screens.
SUFFIXES = {
    **{f"narrow.{FORMS[form].suffix}": (form, True) for form in ("svg", "vega")},
    **{each.suffix: (form, False) for form, each in FORMS.items()},
}


async def of_query(request: Request, form: str, *, is_narrow: bool) -> Response:
    """The picture of the answer of a saved query."""
    given, name = Parameters.read(request.scope["query_string"]), request.path_params["name"]
    # The form tells the answers in the cache apart; the worker writes the same specification for all.
    asked: dict[str, object] = {
        "name": name,
        "values": values(given),
        "asserted": given.flag("asserted"),
        "lang": language(given),
    }
    asked |= {"form": form, "is_narrow": is_narrow}
    return await _drawn(request, Job("picture", asked, name=f"picture/{name}"), form)


async def of_text(request: Request, form: str, *, is_narrow: bool) -> Response:
    """The picture of the answer of a query text."""
    parameters, text = _asked(request, "SELECT")
    told = {**parameters, "form": form, "is_narrow": is_narrow}
    job = Job("picture-of-text", told, text.encode(), endpoints=service.of(request).may_ask_others(text))
    return await _drawn(request, job, form)


async def _drawn(request: Request, job: Job, form: str) -> Response:
    """The specification that a job writes, or what the renderer makes of it."""
    serving = service.of(request)
    draw = partial(serving.renderer.draw, form)
    return await serving.answer(request, job, drawn=None if form == "vega" else (FORMS[form].media_type, draw))


def _asked(request: Request, verb: str) -> tuple[dict[str, Any], str]:
    """The parameters and the text of a query whose answer is to be drawn; Refusal (400) where there is no text."""
    given, offered = Parameters.read(request.scope["query_string"]), service.of(request)
    text = given.one("query")
    if not text:
        raise Refusal(400, "there is no 'query'", hint=f"say query={verb} …")
    return {**service.dataset(request, given), "lang": language(given), "root": offered.address(request)}, text


async def neighbours(request: Request) -> Response:
    """A thing with its neighbours, as nodes and edges."""
    given = Parameters.read(request.scope["query_string"])
    told = {"thing": needed(given, "thing"), "lang": language(given), "root": service.of(request).address(request)}
    return await service.of(request).answer(request, Job("neighbours", told))


async def network(request: Request) -> Response:
    """The things that the triples of an answer join, as nodes and edges."""
    told, text = _asked(request, "CONSTRUCT")
    offered = service.of(request)
    job = Job("network", told, text.encode(), endpoints=offered.may_ask_others(text))
    return await offered.answer(request, job)


async def vocabulary(request: Request) -> Response:
    """The prefixes, classes, properties and things of the graph with their labels, and the saved queries as examples."""
    return await service.of(request).answer(request, Job("vocabulary"))
