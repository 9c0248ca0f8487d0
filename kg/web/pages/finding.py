"""The home page with its questions by theme, the search over questions, things and terms, and what is suggested while typing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.languages import chosen
from kg.queries import SavedQuery
from kg.web.catalogue import write_json
from kg.web.pages import rendering
from kg.web.pages.drawn import linked
from kg.web.pages.here import Here
from kg.web.pages.messages import said
from kg.web.pages.terms import Terms
from kg.web.pages.texts import Texts
from kg.web.sink import Sink
from kg.web.state import WorkerState

_MOST_THINGS, _MOST_SUGGESTED, _MOST_NEAR = 40, 8, 6


@dataclass(frozen=True)
class Theme:
    """A theme and its questions; its name is in the language `lang`."""

    tag: str
    name: str
    lang: str
    queries: list[SavedQuery]


def home(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the home page. Parameter: `here`."""
    here = Here.of(parameters["here"])
    first = _first(state)
    drawn = next((linked(here, saved, []) for saved in first if saved.view and not saved.needs_a_value), None)
    context = {"themes": themes(state, here.lang), "count": len(state.saved), "first": first, "drawn": drawn}
    rendering.write(sink, state.graph, here, "home.html", context)


def _first(state: WorkerState) -> list[SavedQuery]:
    """The questions that the project's tour asks."""
    return [state.saved[name] for name in state.graph.project.tour if name in state.saved]


def themes(state: WorkerState, lang: str) -> list[Theme]:
    """The queries by their first theme, the theme of most queries first; those without one come last."""
    found: dict[str, list[SavedQuery]] = {}
    for saved in state.queries():
        found.setdefault(saved.tags[0] if saved.tags else "", []).append(saved)
    sizes = Counter({tag: len(each) for tag, each in found.items()})
    order = sorted(found, key=lambda tag: (not tag, -sizes[tag], tag))
    names = {tag: chosen(state.graph.project.theme(tag), lang) if tag else (said("home.other", lang), lang) for tag in order}
    return [Theme(tag or "other", *names[tag], found[tag]) for tag in order]


def search(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what is found for a text. Parameters: `text`, `here`."""
    here, text = Here.of(parameters["here"]), parameters["text"]
    terms = Terms(state.graph, here)
    queries = questions(state.queries(), text)
    things = [terms.listed(each.value) for each in _found(state, text)]
    near = [] if queries or things or not text else [terms.listed(each.value) for each in state.graph.near(text, most=_MOST_NEAR)]
    context = {"text": text, "queries": queries, "things": things, "near": near}
    rendering.write(sink, state.graph, here, "search.html", context)


def suggest(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what may be meant by the beginning of a text, as JSON. Parameters: `text`, `here`."""
    here, text = Here.of(parameters["here"]), parameters["text"]
    terms = Terms(state.graph, here)
    things = [{"label": each.text, "url": each.href} for each in map(terms.show, _found(state, text)[:_MOST_SUGGESTED])]
    found = questions(state.queries(), text)[:_MOST_SUGGESTED]
    asked = [{"label": saved.asked(here.lang), "url": here.to(f"/query/{saved.name}")} for saved in found]
    write_json({"questions": asked, "things": things}, sink)


def _found(state: WorkerState, text: str) -> list[ox.NamedNode]:
    return state.graph.search(text, most=_MOST_THINGS) if text.strip() else []


def questions(queries: Iterable[SavedQuery], text: str) -> list[SavedQuery]:
    """The queries whose question, in any language, name, summary or theme holds all words of a text."""
    words = _folded(text).split()
    if not words:
        return []
    return [saved for saved in queries if all(word in _told(saved) for word in words)]


def _told(saved: SavedQuery) -> str:
    return _folded(" ".join((saved.name, saved.summary, *saved.question.values(), *saved.tags)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def articles(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the list of the articles, and of the graphs that are no sentences. Parameter: `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    terms, texts = Terms(graph, here), Texts(graph)
    found = {article: texts.sentences(article) for article in texts.articles()}
    sentences = {each.iri for parts in found.values() for each in parts}
    others = [iri for iri in (*graph.graphs, graph.inferred.value) if iri not in sentences]
    context = {
        "articles": [(terms.thing(iri), len(parts)) for iri, parts in found.items()],
        "graphs": [terms.thing(iri) for iri in others],
        "has_text": bool(state.passages),
    }
    rendering.write(sink, graph, here, "articles.html", context)
