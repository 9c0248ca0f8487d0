"""A graph that a server holds (`kg serve`): asked with the same words as one that lies here. `kg.connect` gives one.

It speaks what any client of the server may speak: the SPARQL protocol, `/query/NAME`, `/show` and `/why`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cached_property, partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import pyoxigraph as ox

from kg import sparql, wire
from kg.answers import Answer, Presenter, Triples, by_name
from kg.errors import KGError, QueryError, ServerError, UnknownThingError, UsageError
from kg.names import Names
from kg.parameters import ANY, LONGER, lexical
from kg.sparql import Value
from kg.things import Things

if TYPE_CHECKING:
    from kg.evidence import Evidence
    from kg.explanation import Explanation
    from kg.portrait import Portrait

# Longer than a server lets a query run that was started without a --deadline of its own.
_PATIENCE = 120
_JSON, _QUADS, _TRIPLES = by_name("json").media_type, by_name("nquads").media_type, by_name("ntriples").media_type
# Where a description says what it is itself.
_OF_ITSELF = ox.DefaultGraph()
_ENTAILMENT = "http://www.w3.org/ns/sparql-service-description#entailmentRegime"
_GRAPH_NAME = "http://www.w3.org/ns/sparql-service-description#name"


class _Response(NamedTuple):
    kind: str
    body: bytes
    link: str


class RemoteGraph:
    """The graph of a server: what it answers, shows and proves is of the same kinds as what a KnowledgeGraph gives.

    Every method raises ServerError where the server cannot be reached, is busy, or has met a limit.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/").removesuffix("/sparql").rstrip("/")
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise UsageError(f"{url!r} is no address of a server", hint="give one that begins with http:// or https://")

    def __repr__(self) -> str:
        return f"<RemoteGraph {self.url}>"

    @cached_property
    def names(self) -> Names:
        """The prefixes that the server knows."""
        return Names(self._json("/query", {})["prefixes"])

    def sparql(self, text: str, /, *, asserted: bool = False, **terms: Value) -> Answer:
        """The answer of a SPARQL text, with variables bound to `terms`; QueryError where the text is no query."""
        bound = {f"${name}": str(sparql.to_term(value)) for name, value in terms.items()}
        return self._answer("/sparql", {"query": text, **bound}, asserted, QueryError, is_post=True)

    def query(self, name: str, /, *, asserted: bool = False, **parameters: Any) -> Answer:
        """The answer of a saved query; UsageError where the name, a parameter or its value is wrong."""
        given = {f"{LONGER}{key}": _text(key, value) for key, value in parameters.items()}
        return self._answer(f"/query/{quote(name, safe='')}", given, asserted, UsageError)

    def show(self, thing: str | ox.NamedNode, *, lang: str = "en") -> Portrait:
        """All that is said of a thing, each fact with the graphs that assert it; UsageError where nothing is called so."""
        from kg.portrait import paint

        response = self._get("/show", {"thing": _node(thing)}, _QUADS, UsageError)
        found = ox.NamedNode(response.link.partition(">")[0].removeprefix("<"))
        store = ox.Store()
        stated = [quad for quad in ox.parse(response.body, format=ox.RdfFormat.N_QUADS) if quad.graph_name != _OF_ITSELF]
        store.extend(each for quad in stated for each in (quad, ox.Quad(*quad.triple)))
        things = Things(store, self.names)
        return paint(store, self._inferred, found, things.labels(found.value), things.label(found.value, lang), lang)

    def why(self, subject: str | ox.NamedNode, predicate: str | ox.NamedNode, object: Value, /, *, most: int = 1) -> Explanation:
        """Up to `most` different proofs of a triple, down to sentences and lines; where it does not hold, the nearest rules."""
        last = object if isinstance(object, str) else sparql.to_term(object)
        triple = {"s": _node(subject), "p": _node(predicate), "o": _node(last)}
        return wire.read_explanation(self._json("/why", {**triple, "all": str(most)}))

    def label(self, iri: str, lang: str = "en") -> str | None:
        """The label of a thing in a language, else in English, else in any; None where it has none."""
        try:
            return self.show(ox.NamedNode(iri), lang=lang).label
        except UnknownThingError:
            return None

    def presenter(self, lang: str = "en") -> Presenter:
        """How this graph's terms are shown to people who read `lang`."""
        return Presenter(self.names, partial(self.label, lang=lang), lang=lang)

    @cached_property
    def _inferred(self) -> str:
        """The named graph of what is inferred: the one of which the service description says so."""
        described = self._get("/sparql", {}, _TRIPLES, UsageError).body
        said = list(ox.parse(described, format=ox.RdfFormat.N_TRIPLES))
        closed = {quad.subject for quad in said if quad.predicate.value == _ENTAILMENT}
        names = (quad.object for quad in said if quad.subject in closed and quad.predicate.value == _GRAPH_NAME)
        return next((name.value for name in names if isinstance(name, ox.NamedNode)), "")

    def _answer(
        self, path: str, given: Mapping[str, str], asserted: bool, wrong: type[KGError], *, is_post: bool = False
    ) -> Answer:
        given = {**given, "asserted": str(int(asserted))}
        ask = partial(self._get, path, wrong=wrong, is_post=is_post)
        response = ask(given, f"{_JSON}, {_TRIPLES};q=0.9")
        answer: Answer
        if response.kind == _TRIPLES:
            triples = [quad.triple for quad in ox.parse(response.body, format=ox.RdfFormat.N_TRIPLES)]
            answer = Triples(triples, names=self.names)
        else:
            answer = wire.read_answer(_read(response), self.names)

        def grounds(answer: Answer) -> list[Evidence]:
            told = _read(ask({**given, "evidence": "1"}, "application/json"))
            if wire.read_answer(told, self.names) != answer:
                raise ServerError(f"the graph at {self.url} has changed since it gave this answer", hint="ask the question again")
            return wire.read_evidence(told)

        answer.grounds = grounds
        return answer

    def _json(self, path: str, given: Mapping[str, str]) -> dict[str, Any]:
        return _read(self._get(path, given, "application/json", UsageError))

    def _get(self, path: str, given: Mapping[str, str], accept: str, wrong: type[KGError], *, is_post: bool = False) -> _Response:
        """What the server answers; raises `wrong`, or a kind of it, where it says that the request is."""
        form = urlencode(given)
        url = f"{self.url}{path}" + (f"?{form}" if form and not is_post else "")
        # The scheme was looked at when the address was given.
        request = Request(url, form.encode() if is_post else None, {"Accept": accept, "Accept-Encoding": "gzip"})  # noqa: S310
        try:
            with urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310
                body, headers = response.read(), response.headers
        except HTTPError as error:
            with error:
                raise _told(error, self.url, wrong) from error
        except (OSError, HTTPException) as error:
            said = getattr(error, "reason", None) or error
            raise ServerError(f"{self.url} cannot be reached: {said}", hint="is `kg serve` running there?") from error
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return _Response(headers.get_content_type(), body, headers.get("Link", ""))


def _read(response: _Response) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(response.body)
    except ValueError as error:
        raise ServerError("what came back is no JSON", hint="is it the address of a server of `kg serve`?") from error
    return told


def _node(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _text(name: str, value: object) -> str:
    """The value of a parameter as a URL carries it."""
    if value is None:
        return ANY
    text = value.value if isinstance(value, ox.NamedNode) else lexical(value)
    if text is None:
        raise UsageError(f"{value!r} is no value for {name!r}", hint="give a term, text, a number, a date, or True or False")
    return text


def _told(error: HTTPError, url: str, wrong: type[KGError]) -> KGError:
    """What the problem details of a response say (https://www.rfc-editor.org/rfc/rfc9457), as the error that it is here."""
    try:
        told = json.loads(error.read())
        message, hint, place = told["detail"], told.get("hint", ""), wire.read_place(told.get("place", ""))
    except (ValueError, KeyError, TypeError, OSError):
        return ServerError(f"{url} answers {error.code} {error.reason}", hint="is it the address of a server of `kg serve`?")
    kind = {400: wrong, 413: wrong, 404: UnknownThingError if wrong is UsageError else ServerError}.get(error.code, ServerError)
    return kind(message, hint=hint, place=place)
