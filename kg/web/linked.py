"""Linked data: from the IRI of a thing to its description (https://www.w3.org/TR/cooluris/), and why things are so.

An IRI `<base>id/NAME` is asked as `/id/NAME` and leads to `/data/NAME.FORMAT`; `<base>PATH`, where PATH begins with article,
graph or ontology, is asked as `/PATH` and leads to `/data/PATH.FORMAT`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kg.answers import Format
from kg.web import service
from kg.web.controls import language, number
from kg.web.jobs import Job
from kg.web.negotiation import GRAPHS, JSON, TEXT, called, choose
from kg.web.pages import handlers as pages
from kg.web.refusals import Refusal
from kg.web.requests import Parameters

_DESCRIPTIONS = (*GRAPHS, JSON)
_EXPLANATIONS = (JSON, TEXT, *GRAPHS)
# The first parts of the paths that lead to other things than those below id/.
_OTHERS = ("article", "graph", "ontology")
MOST_PROOFS = 100


async def thing(request: Request) -> Response:
    """Leads from a thing to its page, or to its description in the format that the client likes best (303)."""
    is_page = pages.wanted(request, _DESCRIPTIONS)
    suffix = "" if is_page else f".{choose(service.accept(request), _DESCRIPTIONS).suffix}"
    asked = request.scope["path"].removeprefix(request.scope["root_path"]).removeprefix("/")
    path = quote(asked.removeprefix("id/"))
    below = service.of(request).address(request, "/page" if is_page else "/data")
    where = {"location": f"{below}/{path}{suffix}"}
    return await service.of(request).answer(request, Job("locate", {**_wanted(request, asked), **where}, name="thing"))


async def data(request: Request) -> Response:
    """The description of a thing."""
    path: str = request.path_params["path"]
    stem, _, suffix = path.rpartition(".")
    form = called(suffix, _DESCRIPTIONS) if stem else None
    if form is None or form.suffix != suffix:
        stem, suffix = path, ""
        form = choose(service.accept(request), _DESCRIPTIONS)
    asked = stem if stem.partition("/")[0] in _OTHERS else f"id/{stem}"
    document = service.of(request).address(request, f"/data/{quote(path)}")
    return await _described(request, form, {**_wanted(request, asked), "document": document, "suffix": suffix})


async def show(request: Request) -> Response:
    """The description of a thing that is called by its IRI, its short name or its label in any language."""
    if pages.wanted(request, _EXPLANATIONS):
        return await pages.show(request)
    given = Parameters.read(request.scope["query_string"])
    name = _needed(given, "thing")
    document = service.of(request).address(request, f"/show?thing={quote(name, safe='')}")
    form = choose(service.accept(request), _EXPLANATIONS)
    return await _described(request, form, {"iri": "", "name": name, "document": document, "suffix": ""})


async def _described(request: Request, form: Format, parameters: dict[str, Any]) -> Response:
    parameters["form"] = form.name
    if form.rdf is not None:
        return await service.of(request).answer(request, Job("thing", parameters))
    parameters["lang"] = language(Parameters.read(request.scope["query_string"]))
    return await service.of(request).answer(request, Job("portrait", parameters, name="thing"))


def _wanted(request: Request, path: str) -> dict[str, str]:
    """The IRI that a path of this server stands for, and the name at its end."""
    iri = service.of(request).project.base + path
    return {"iri": iri, "name": path.removeprefix("id/")}


async def why(request: Request) -> Response:
    """Why a triple holds, or what it would need."""
    given = Parameters.read(request.scope["query_string"])
    if not given.all("format") and pages.wanted(request, _EXPLANATIONS):
        return await pages.why(request)
    triple = {name: _needed(given, name) for name in ("s", "p", "o")}
    most = number(given, "all", least=1, most=MOST_PROOFS) or 1
    return await _explained(request, "why", {**triple, "most": most, "lang": language(given)})


async def impact(request: Request) -> Response:
    """What would fall if a sentence were wrong."""
    given = Parameters.read(request.scope["query_string"])
    if not given.all("format") and pages.wanted(request, _EXPLANATIONS):
        return await pages.impact(request)
    return await _explained(request, "impact", {"sentence": _needed(given, "sentence"), "lang": language(given)})


async def _explained(request: Request, kind: str, parameters: dict[str, Any]) -> Response:
    wanted = Parameters.read(request.scope["query_string"]).one("format")
    form = choose(service.accept(request), _EXPLANATIONS, wanted=wanted)
    return await service.of(request).answer(request, Job(kind, {**parameters, "form": form.name}))


def _needed(given: Parameters, name: str) -> str:
    value = given.one(name)
    if not value:
        raise Refusal(400, f"there is no {name!r}", hint=f"say {name}=…: an IRI, a short name, or a label in any language")
    return value
