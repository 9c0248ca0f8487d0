"""The routes of pages: each turns a request into a job; nothing is rendered here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.answers import Format
from kg.options import LANGUAGES
from kg.web import service
from kg.web.controls import language, needed, number, values
from kg.web.jobs import Job
from kg.web.negotiation import HTML, negotiate
from kg.web.pages.here import Here
from kg.web.pages.paths import iri_of
from kg.web.refusals import Refusal
from kg.web.requests import Parameters

_ROWS = 50
_MOST_SHOWN = 500
# How many seconds a reader waits for what all rows of an answer rest on, which each row tells by itself.
_PATIENCE = 3.0
_LONGEST_WORDS = 200
_MOST_PROOFS = 5
_EVIDENCE = ("evidence-row", "evidence-cell")


def wanted(request: Request, offered: Sequence[Format]) -> bool:
    """Whether a client likes a page better than all that is offered besides."""
    return negotiate(service.accept(request), (*offered, HTML)) == HTML


def here(request: Request, given: Parameters) -> Here:
    """Where a reader is; the language is the one that the address names, else the one that the browser likes best."""
    lang = language(given) if given.all("lang") else preferred(request)
    root = request.scope["root_path"]
    path = request.scope["path"].removeprefix(root)
    return Here(root, path, tuple(given.pairs), lang, service.of(request).address(request))


def preferred(request: Request) -> str:
    """The language that Accept-Language likes best (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)."""
    ranked = sorted((-quality, at, tag) for at, (tag, quality) in enumerate(_ranges(request.headers.get("accept-language", ""))))
    return next((tag for quality, _, tag in ranked if quality < 0 and tag in LANGUAGES), LANGUAGES[0])


def _ranges(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.split(","):
        tag, _, rest = part.strip().partition(";")
        _, _, quality = rest.strip().partition("=")
        number_like = quality.strip().replace(".", "", 1).isdecimal()
        found.append((tag.partition("-")[0].lower(), float(quality) if number_like else 1.0))
    return found


async def home(request: Request) -> Response:
    """The home page."""
    return await _page(request, "page-home", Parameters.read(request.scope["query_string"]))


async def search(request: Request) -> Response:
    """What is found for a text."""
    given = Parameters.read(request.scope["query_string"])
    return await _page(request, "page-search", given, text=(given.one("q") or "")[:_LONGEST_WORDS])


async def suggest(request: Request) -> Response:
    """What may be meant by the beginning of a text, as JSON."""
    given = Parameters.read(request.scope["query_string"])
    return await _page(request, "suggest", given, text=(given.one("q") or "")[:_LONGEST_WORDS])


async def articles(request: Request) -> Response:
    """The articles and graphs."""
    return await _page(request, "page-articles", Parameters.read(request.scope["query_string"]))


async def ontology(request: Request) -> Response:
    """The page of all terms."""
    return await _page(request, "page-ontology", Parameters.read(request.scope["query_string"]))


async def compare(request: Request) -> Response:
    """Things side by side."""
    given = Parameters.read(request.scope["query_string"])
    things = [name for name in given.all("thing") if name]
    return await _two(request, given, {"things": things}, "page-compare", {}, before="page-compared")


async def thing(request: Request) -> Response:
    """The page of a thing of the project."""
    path: str = request.path_params["path"]
    iri = iri_of(path, service.of(request).project.base)
    return await _thing(request, iri, path.rpartition("/")[2])


async def show(request: Request) -> Response:
    """The page of a thing that is called by its IRI, its short name or its label."""
    given = Parameters.read(request.scope["query_string"])
    return await _thing(request, "", needed(given, "thing"))


async def _thing(request: Request, iri: str, name: str) -> Response:
    given = Parameters.read(request.scope["query_string"])
    return await _page(request, "page-thing", given, iri=iri, name=name, offset=number(given, "offset", least=0) or 0)


async def why(request: Request) -> Response:
    """Why a triple holds, or what it would need; what is not given is asked for."""
    given = Parameters.read(request.scope["query_string"])
    triple = {name: given.one(name) or "" for name in ("s", "p", "o")}
    most = number(given, "all", least=1, most=_MOST_PROOFS) or 1
    return await _page(request, "page-why", given, **triple, most=most)


async def impact(request: Request) -> Response:
    """What would fall if a sentence were wrong."""
    given = Parameters.read(request.scope["query_string"])
    return await _page(request, "page-impact", given, sentence=needed(given, "sentence"))


async def question(request: Request) -> Response:
    """A saved query with its form and its answer."""
    given = _filled(Parameters.read(request.scope["query_string"]))
    limit = number(given, "limit", least=1, most=_MOST_SHOWN) or _ROWS
    asked = _asked(request, given, number(given, "offset", least=0) or 0, limit)
    return await _two(request, given, asked, "page-question", {})


async def evidence(request: Request) -> Response:
    """What a row of an answer rests on."""
    given = _filled(Parameters.read(request.scope["query_string"]))
    row = number(given, "evidence-row", least=1) or 1
    asked = _asked(request, given, row - 1, 1)
    return await _two(request, given, asked, "page-evidence", {"row": row, "cell": number(given, "evidence-cell", least=0)})


def _filled(given: Parameters) -> Parameters:
    """The parameters without those that a form left empty."""
    return Parameters([(name, value) for name, value in given.pairs if value])


def _asked(request: Request, given: Parameters, offset: int, limit: int) -> dict[str, Any]:
    own = Parameters([pair for pair in given.pairs if pair[0] not in _EVIDENCE])
    name = request.path_params["name"]
    return {"name": name, "values": values(own), "asserted": given.flag("asserted"), "offset": offset, "limit": limit}


async def _two(
    request: Request, given: Parameters, asked: dict[str, Any], kind: str, more: dict[str, Any], *, before: str = "page-ask"
) -> Response:
    """A page in two jobs: the first evaluates, the second reads proofs and writes."""
    shared = {**asked, **more, "here": here(request, given).as_data()}
    then = partial(_then, kind, shared)
    return await service.of(request).answer(request, Job(before, {**shared, "page": kind}, name=kind), then=then)


def _then(kind: str, parameters: dict[str, Any], body: bytes) -> Job:
    return Job(kind, parameters, body=body, name=kind)


async def sparql(request: Request, given: Parameters, text: str | None) -> Response:
    """The editor for SPARQL; with a text, its answer below."""
    if text is None:
        return await _page(request, "page-sparql", given)
    part = {"offset": number(given, "offset", least=0) or 0, "limit": _ROWS}
    return await _solved(request, given, text, "page-results", part, patience=_PATIENCE)


async def row(request: Request, given: Parameters, text: str) -> Response:
    """What a row of the answer of a query text rests on."""
    at = number(given, "evidence-row", least=1) or 1
    part = {"offset": at - 1, "limit": 1, "row": at, "cell": number(given, "evidence-cell", least=0)}
    return await _solved(request, given, text, "page-evidence-of-text", part)


async def _solved(
    request: Request, given: Parameters, text: str, kind: str, part: dict[str, Any], *, patience: float | None = None
) -> Response:
    """A page in three jobs: the first evaluates, the second finds what the rows rest on, the third writes."""
    offered, asked = service.of(request), service.dataset(request, given)
    is_whole = asked["default_graphs"] is None
    is_posted = request.method == "POST"
    told = Parameters([pair for pair in given.pairs if not is_posted or pair[0] != "query"])
    shared = {"is_whole": is_whole, "is_posted": is_posted, "page": kind, "here": here(request, told).as_data()}
    parameters = {**part, **asked, **shared}
    job = Job("page-solve", parameters, text.encode(), kind, endpoints=offered.may_ask_others(text))
    with_text = {**parameters, "text": text}
    between = partial(_then, "page-follow", with_text) if is_whole else None
    return await offered.answer(request, job, between=between, patience=patience, then=partial(_then, kind, with_text))


async def _page(request: Request, kind: str, given: Parameters, **parameters: Any) -> Response:
    job = Job(kind, {**parameters, "here": here(request, given).as_data()}, name=kind)
    return await service.of(request).answer(request, job)


async def failure(request: Request, refusal: Refusal) -> Response:
    """A refusal as a page; Refusal where no page can be made now."""
    given = _readable(request)
    name = request.path_params.get("name", "") if "path_params" in request.scope else ""
    texts = given.all("query")
    parameters = {
        "status": refusal.status,
        "message": refusal.message,
        "hint": refusal.hint,
        "place": str(refusal.place) if refusal.place else "",
        "limit": str(refusal.more.get("limit", "")),
        "headers": refusal.headers,
        "query": texts[0] if texts else "",
        "name": name,
        "here": here(request, given).as_data(),
    }
    return await service.of(request).answer(request, Job("page-failure", parameters, name="page-failure"))


def _readable(request: Request) -> Parameters:
    """The parameters, as far as they can be read, without a language that there is none."""
    try:
        given = Parameters.read(request.scope["query_string"])
    except Refusal:
        return Parameters([])
    known = [pair for pair in given.pairs if pair[0] != "lang" or pair[1] in LANGUAGES]
    langs = [pair for pair in known if pair[0] == "lang"]
    return Parameters([pair for pair in known if pair[0] != "lang"] + langs[:1])
