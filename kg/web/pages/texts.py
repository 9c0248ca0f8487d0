"""Articles and their sentences, which have a position in a text (`oa:start`) and belong to an article (`dcterms:isPartOf`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.citation import PART, works_of
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN

_DEFAULT = ox.DefaultGraph()
_START, _END = ox.NamedNode(WELL_KNOWN["oa"] + "start"), ox.NamedNode(WELL_KNOWN["oa"] + "end")
_LANGUAGE = ox.NamedNode(WELL_KNOWN["dcterms"] + "language")


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
        place = self._place(node)
        if not place:
            return None
        article = next(self._articles(node), "")
        own = self._own(node)
        return Sentence(iri, article, *place, own.get("paragraph", ""), own.get("sha256", ""))

    def sentences(self, article: str) -> list[Sentence]:
        """The sentences of an article in the order of its text; none where a thing is no article."""
        found = (self.sentence(iri) for iri in self._in_order(article))
        return [each for each in found if each]

    def passage(self, iri: str, held: Mapping[str, str]) -> Passage | None:
        """The passage of a sentence, where it is among those that the operator holds."""
        return Passage(held[iri], next(self._values(ox.NamedNode(iri), _LANGUAGE), "")) if iri in held else None

    def neighbours(self, sentence: Sentence) -> tuple[str, str]:
        """The sentences before and after one; empty where there is none."""
        iris = self._in_order(sentence.article) if sentence.article else []
        at = iris.index(sentence.iri) if sentence.iri in iris else 0
        return (iris[at - 1] if at else ""), (iris[at + 1] if at + 1 < len(iris) else "")

    def _in_order(self, article: str) -> list[str]:
        """The sentences of an article by where they begin."""
        parts = self._store.quads_for_pattern(None, PART, ox.NamedNode(article), _DEFAULT)
        nodes = [quad.subject for quad in parts if isinstance(quad.subject, ox.NamedNode)]
        places = {node.value: place for node in nodes if (place := self._place(node))}
        return sorted(places, key=lambda iri: (places[iri][0], iri))

    def _place(self, node: ox.NamedNode) -> tuple[int, int] | None:
        """Where a sentence begins and ends."""
        start, end = next(self._values(node, _START), ""), next(self._values(node, _END), "")
        return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None

    def _own(self, node: ox.NamedNode) -> dict[str, str]:
        """The values of a sentence by the local names of their properties, as the project's ontology has them behind a `#`."""
        quads = self._store.quads_for_pattern(node, None, None, _DEFAULT)
        found = ((quad.predicate.value, quad.object) for quad in quads)
        return {name.rpartition("#")[2]: value.value for name, value in found if isinstance(value, ox.Literal)}

    def _articles(self, sentence: object) -> Iterator[str]:
        if isinstance(sentence, ox.NamedNode):
            yield from works_of(self._store, sentence)

    def _values(self, node: object, predicate: ox.NamedNode) -> Iterator[str]:
        if isinstance(node, ox.NamedNode):
            quads = self._store.quads_for_pattern(node, predicate, None, _DEFAULT)
            yield from (quad.object.value for quad in quads if not isinstance(quad.object, ox.Triple))
