"""Articles and their sentences, which have a position in a text (`oa:start`) and belong to an article (`dcterms:isPartOf`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN

_DEFAULT = ox.DefaultGraph()
_START, _END = ox.NamedNode(WELL_KNOWN["oa"] + "start"), ox.NamedNode(WELL_KNOWN["oa"] + "end")
_LANGUAGE = ox.NamedNode(WELL_KNOWN["dcterms"] + "language")
_PART = ox.NamedNode(WELL_KNOWN["dcterms"] + "isPartOf")


@dataclass(frozen=True)
class Sentence:
    """Where a sentence stands: its article, its first and last code point (end exclusive), its paragraph, and its hash.

    Article, paragraph and hash are empty where it has none.
    """

    iri: str
    article: str
    start: int
    end: int
    paragraph: str
    sha256: str


@dataclass(frozen=True)
class Passage:
    """What a sentence says in words, and the language of those; empty where none is stated."""

    text: str
    lang: str


class Texts:
    """The sentences of a graph."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._store = graph.store()

    def articles(self) -> list[str]:
        """The articles that have sentences."""
        starts = self._store.quads_for_pattern(None, _START, None, _DEFAULT)
        return sorted({article for quad in starts for article in self._articles(quad.subject)})

    def sentence(self, iri: str) -> Sentence | None:
        """A sentence; None where a thing is none."""
        node = ox.NamedNode(iri)
        start = next(self._values(node, _START), "")
        end = next(self._values(node, _END), "")
        if not (start.isdecimal() and end.isdecimal()):
            return None
        article = next(self._articles(node), "")
        return Sentence(iri, article, int(start), int(end), self._own(node, "paragraph"), self._own(node, "sha256"))

    def sentences(self, article: str) -> list[Sentence]:
        """The sentences of an article in the order of its text; none where a thing is no article."""
        parts = self._store.quads_for_pattern(None, _PART, ox.NamedNode(article), _DEFAULT)
        found = (self.sentence(quad.subject.value) for quad in parts if isinstance(quad.subject, ox.NamedNode))
        return sorted((each for each in found if each), key=lambda each: (each.start, each.iri))

    def passage(self, iri: str, held: Mapping[str, str]) -> Passage | None:
        """The passage of a sentence, where it is among those that the operator holds."""
        return Passage(held[iri], next(self._values(ox.NamedNode(iri), _LANGUAGE), "")) if iri in held else None

    def neighbours(self, sentence: Sentence) -> tuple[str, str]:
        """The sentences before and after one; empty where there is none."""
        iris = [each.iri for each in self.sentences(sentence.article)] if sentence.article else []
        at = iris.index(sentence.iri) if sentence.iri in iris else 0
        return (iris[at - 1] if at else ""), (iris[at + 1] if at + 1 < len(iris) else "")

    def _own(self, node: ox.NamedNode, local: str) -> str:
        """The value of the property of the project's ontology that has a local name."""
        quads = self._store.quads_for_pattern(node, None, None, _DEFAULT)
        objects = (quad.object for quad in quads if quad.predicate.value.endswith(f"#{local}"))
        return next((term.value for term in objects if isinstance(term, ox.Literal)), "")

    def _articles(self, sentence: object) -> Iterator[str]:
        if isinstance(sentence, ox.NamedNode):
            quads = self._store.quads_for_pattern(sentence, _PART, None, _DEFAULT)
            yield from (quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))

    def _values(self, node: object, predicate: ox.NamedNode) -> Iterator[str]:
        if isinstance(node, ox.NamedNode):
            quads = self._store.quads_for_pattern(node, predicate, None, _DEFAULT)
            yield from (quad.object.value for quad in quads if not isinstance(quad.object, ox.Triple))
