"""The page of a thing: its names, what is said of it with sentences, what refers to it; and more where it is a graph, a sentence,
an article or a term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kg.evidence import Evidence, Grounded, Origins
from kg.graph import KnowledgeGraph
from kg.portrait import Fact as Stated
from kg.portrait import Portrait
from kg.web.describing import resolved
from kg.web.negotiation import GRAPHS, JSON
from kg.web.pages import rendering, vocabulary
from kg.web.pages.citing import Citing, Fact, Saying
from kg.web.pages.doubts import Doubt
from kg.web.pages.drawn import drawn
from kg.web.pages.here import Here
from kg.web.pages.paths import page_path
from kg.web.pages.question import Pager
from kg.web.pages.resting import Resting
from kg.web.pages.terms import Shown, Terms
from kg.web.pages.texts import Passage, Sentence, Texts
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

# How many facts of one property are shown, and how many statements of a graph on one page.
MOST = 40
PAGE = 100
_MOST_NEIGHBOURS = 60
_MOST_OF_STEP = 12


@dataclass(frozen=True)
class Group:
    """The facts of one property; `rest` is how many more there are, `all` the URL of all of them."""

    property: Shown
    facts: list[Fact]
    rest: int
    all: str


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the page of a thing. Parameters: `iri` (may be empty), `name`, `here`, `offset`."""
    graph, here = state.graph, Here.of(parameters["here"])
    found = resolved(graph, parameters)
    view, portrait = _View(state, here), graph.show(found, lang=here.lang)
    context = {
        "own": _own(here, page_path(found.value, graph.project.base)),
        **view.portrait(portrait),
        "drawn": drawn(
            state, here, found, [fact.object.value for fact in portrait.types if isinstance(fact.object, ox.NamedNode)]
        ),
        **_text(view, found.value),
        **_statements(view, found, parameters["offset"]),
        **vocabulary.of_term(state, view.terms, found),
    }
    link = f'<{found.value}>; rel="describes"'
    rendering.write(sink, graph, here, "thing.html", context, headers={"Link": link} if found.value.isascii() else {})


def _own(here: Here, path: str) -> Here:
    """The page of the thing itself, however it was called; what is none of the project's has only the one that was asked for."""
    kept = tuple(pair for pair in here.pairs if pair[0] != "thing")
    return replace(here, path=f"/page/{path}", pairs=kept) if path else here


class _View:
    """What is shared by the parts of the page."""

    def __init__(self, state: WorkerState, here: Here) -> None:
        self.graph, self.here, self.passages = state.graph, here, state.passages
        self.is_traceable = state.is_traceable
        self.terms = Terms(state.graph, here)
        self.citing = Citing(state.graph, self.terms, state.passages)
        self.texts = Texts(state.graph)
        self.resting = Resting(state, here, self.terms)
        self.origins = Origins(state.graph.store())

    def portrait(self, portrait: Portrait) -> dict[str, Any]:
        """What is said of the thing, and what refers to it."""
        iri = portrait.thing.value
        by_property, incoming = self._ordered(portrait.by_property()), self._ordered(portrait.incoming_by_property())
        shown = [fact for _, facts in [*by_property, *incoming] for fact in facts[:MOST]]
        told = self.facts([*shown, *portrait.types])
        return {
            "thing": self.terms.thing(iri),
            "iri": iri,
            "labels": portrait.labels,
            "types": sorted((told[fact.triple] for fact in portrait.types), key=_last_if_foreign),
            "notes": [note.object for note in portrait.notes if isinstance(note.object, ox.Literal)],
            "groups": [
                self._group(predicate, facts, told, f"<{iri}> <{predicate.value}> ?value") for predicate, facts in by_property
            ],
            "incoming": [
                self._group(predicate, facts, told, f"?value <{predicate.value}> <{iri}>") for predicate, facts in incoming
            ],
            "doubts": self.citing.doubts.of(iri),
            "formats": self._formats(iri),
            "neighbours": self._neighbours(portrait),
        }

    def _ordered(self, groups: Iterable[tuple[ox.NamedNode, list[Stated]]]) -> list[tuple[ox.NamedNode, list[Stated]]]:
        """The groups by the names of their properties; those of other vocabularies, which have none of ours, come last."""
        own = self.graph.project.base
        return sorted(groups, key=lambda group: (not group[0].value.startswith(own), self.terms.show(group[0]).text.casefold()))

    def facts(self, stated: Iterable[Stated]) -> dict[ox.Triple, Fact]:
        """The facts with what each rests on."""
        triples = list(dict.fromkeys(fact.triple for fact in stated))
        grounds = self.graph.ground(triples)
        return {triple: self.citing.fact(found.triples[0], found) for triple, found in zip(triples, grounds, strict=True)}

    def fact_in(self, triple: ox.Triple, graph: str) -> Fact:
        """A fact as a graph states it."""
        return self.citing.fact(Grounded(triple, (graph,)), Evidence((), (), self.origins))

    def _group(self, predicate: ox.NamedNode, facts: list[Stated], told: Mapping[ox.Triple, Fact], pattern: str) -> Group:
        rest = max(len(facts) - MOST, 0)
        everything = self.here.to("/sparql", query=f"SELECT ?value {{ {pattern} }}") if rest else ""
        return Group(self.terms.thing(predicate.value), [told[fact.triple] for fact in facts[:MOST]], rest, everything)

    def _formats(self, iri: str) -> list[tuple[str, str]]:
        path = page_path(iri, self.graph.project.base)
        if not path:
            return []
        stem = path.partition("/")[0] if path.startswith("ontology/") else path
        return [(form.name, self.here.plain(f"/data/{stem}.{form.suffix}")) for form in (*GRAPHS, JSON)]

    def _neighbours(self, portrait: Portrait) -> list[Shown]:
        own = self.graph.project.base
        ends = [fact.object for fact in portrait.facts] + [fact.subject for fact in portrait.incoming]
        iris = dict.fromkeys(end.value for end in ends if isinstance(end, ox.NamedNode) and end.value.startswith(own))
        return [self.terms.thing(iri) for iri in list(iris)[:_MOST_NEIGHBOURS]]


def _last_if_foreign(fact: Fact) -> tuple[bool, bool, str]:
    return (":" in fact.object.text, fact.inferred, fact.object.text.casefold())


def _text(view: _View, iri: str) -> dict[str, Any]:
    """What is known of a sentence, and the sentences of an article."""
    sentence = view.texts.sentence(iri)
    before, after = view.texts.neighbours(sentence) if sentence else ("", "")
    is_graph = bool(sentence) and iri in view.graph.graphs
    return {
        "sentence": sentence,
        "article": view.terms.thing(sentence.article) if sentence and sentence.article else None,
        "passage": view.texts.passage(iri, view.passages),
        "before": view.terms.address(before) if before else "",
        "after": view.terms.address(after) if after else "",
        "impact": view.here.to("/impact", sentence=iri) if is_graph else "",
        "rests": view.resting.on(iri) if is_graph and view.is_traceable else None,
        "sentences": [_step(view, each) for each in view.texts.sentences(iri)],
    }


@dataclass(frozen=True)
class Step:
    """A sentence on the page of its article."""

    sentence: Sentence
    name: str
    href: str
    passage: Passage | None
    sayings: list[Saying]
    rest: int
    doubts: list[Doubt]


def _step(view: _View, sentence: Sentence) -> Step:
    name = view.graph.names.shorten(sentence.iri).strip("<>")
    triples = _triples(view.graph, ox.NamedNode(sentence.iri))
    sayings = [view.citing.saying(triple, sentence.iri) for triple in triples[:_MOST_OF_STEP]]
    passage, rest = view.texts.passage(sentence.iri, view.passages), max(len(triples) - _MOST_OF_STEP, 0)
    return Step(sentence, name, view.terms.address(sentence.iri), passage, sayings, rest, view.citing.doubts.of(sentence.iri))


def _triples(graph: KnowledgeGraph, home: ox.NamedNode) -> list[ox.Triple]:
    triples = (quad.triple for quad in graph.store().quads_for_pattern(None, None, None, home))
    return sorted(triples, key=lambda triple: (str(triple.subject), str(triple.predicate), str(triple.object)))


def _statements(view: _View, home: ox.NamedNode, offset: int) -> dict[str, Any]:
    """What a graph states, page by page; nothing where a thing is no graph."""
    graph = view.graph
    if home.value not in graph.graphs and home != graph.inferred:
        return {"statements": [], "pager": None}
    triples = _triples(graph, home)
    if offset and offset >= len(triples):
        raise Refusal(404, f"the graph has {len(triples)} statements", hint="go back to its first page")
    part = triples[offset : offset + PAGE]
    if home == graph.inferred:
        told = view.facts(Stated(triple, ()) for triple in part)
        shown = [told[triple] for triple in part]
    else:
        shown = [replace(view.fact_in(triple, home.value), sources=[]) for triple in part]
    return {"statements": shown, "pager": Pager(view.here, offset, len(part), len(triples), PAGE)}
