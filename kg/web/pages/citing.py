"""Facts on pages: with the sentences that state them, the rules that conclude them, and the doubts about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Term
from kg.evidence import Evidence, Grounded
from kg.graph import KnowledgeGraph
from kg.web.pages.doubts import Doubt, Doubts
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.pages.texts import Passage, Texts

# A term that is longer is in no URL.
_LONGEST = 1500


@dataclass(frozen=True)
class Source:
    """A sentence, or another graph, with its passage where the operator holds the text."""

    name: str
    href: str
    is_sentence: bool
    is_implied: bool
    passage: Passage | None


@dataclass(frozen=True)
class Fact:
    """A triple: what it says, where it is stated, or by which rules (name, words) it was concluded; `why` leads to its proof."""

    subject: Shown
    predicate: Shown
    object: Shown
    sources: list[Source]
    rules: list[tuple[str, str]]
    why: str
    doubts: list[Doubt]
    terms: tuple[Term, Term, Term]

    @property
    def inferred(self) -> bool:
        return bool(self.rules)

    @property
    def implied(self) -> bool:
        return bool(self.sources) and all(source.is_implied for source in self.sources)


@dataclass(frozen=True)
class Saying:
    """A triple as a sentence says it, and the doubts about that."""

    parts: list[Shown]
    doubts: list[Doubt]


class Citing:
    """Turns evidence into facts for a page."""

    def __init__(self, graph: KnowledgeGraph, terms: Terms, passages: Mapping[str, str]) -> None:
        self.doubts = Doubts(graph, terms)
        self._graph, self._terms, self._texts, self._passages = graph, terms, Texts(graph), passages
        self._sources: dict[tuple[str, bool, bool], Source] = {}

    def facts(self, evidence: Evidence) -> list[Fact]:
        """The triples of the evidence."""
        return [self.fact(grounded, evidence) for grounded in evidence.triples]

    def fact(self, grounded: Grounded, evidence: Evidence) -> Fact:
        """One triple of the evidence."""
        alone = Evidence((grounded,), (), evidence.origins)
        triple = grounded.triple
        parts = (triple.subject, triple.predicate, triple.object)
        subject, predicate, thing = self._shown(triple)
        rules = [(rule, self._terms.rule(rule)) for rule in grounded.rules]
        doubts = self.doubts.of_fact(alone.sentences, parts)
        return Fact(subject, predicate, thing, self.sources(alone), rules, why(self._terms.here, triple), doubts, parts)

    def saying(self, triple: ox.Triple, sentence: str) -> Saying:
        """What a sentence says."""
        parts = (triple.subject, triple.predicate, triple.object)
        return Saying(self._shown(triple), self.doubts.of_fact([sentence], parts))

    def _shown(self, triple: ox.Triple) -> list[Shown]:
        return [self._terms.show(triple.subject), self._terms.show(triple.predicate), self._terms.valued(triple.object)]

    def sources(self, evidence: Evidence) -> list[Source]:
        """The sentences that the evidence rests on, else the other graphs."""
        implied = set(evidence.implied_by)
        if sentences := evidence.sentences:
            return [self.source(iri, is_sentence=True, is_implied=iri in implied) for iri in sentences]
        return [self.source(iri, is_sentence=False) for iri in evidence.others]

    def source(self, iri: str, *, is_sentence: bool, is_implied: bool = False) -> Source:
        """A sentence or another graph."""
        key = (iri, is_sentence, is_implied)
        if key not in self._sources:
            name = self._graph.names.shorten(iri).strip("<>")
            self._sources[key] = Source(
                name, self._terms.address(iri), is_sentence, is_implied, self._texts.passage(iri, self._passages)
            )
        return self._sources[key]

    def of_row(self, evidence: Evidence, row: Iterable[Term | None]) -> list[Doubt]:
        """The doubts about a row and what it rests on."""
        mentioned = [*row, *(part for grounded in evidence.triples for part in (grounded.triple.subject, grounded.triple.object))]
        return self.doubts.of_fact(evidence.sentences, mentioned)


def why(here: Here, triple: ox.Triple) -> str:
    """The URL of a triple's proof; empty where a term of it cannot be named in a URL."""
    parts = (triple.subject, triple.predicate, triple.object)
    if any(isinstance(part, ox.BlankNode | ox.Triple) for part in parts):
        return ""
    texts = [part.value if isinstance(part, ox.NamedNode) else str(part) for part in parts]
    return "" if sum(map(len, texts)) > _LONGEST else here.to("/why", zip("spo", texts, strict=True))
