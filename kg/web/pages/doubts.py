"""The doubts of the editors, wherever a fact is shown that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Term
from kg.graph import KnowledgeGraph
from kg.languages import chosen
from kg.names import WELL_KNOWN
from kg.web.pages.terms import Shown, Terms

_DEFAULT = ox.DefaultGraph()
_COMMENT = ox.NamedNode(WELL_KNOWN["rdfs"] + "comment")


@dataclass(frozen=True)
class Doubt:
    """A doubt: its number as the editors count, what it is called, and what it says, in the language `lang`."""

    number: str
    shown: Shown
    comment: str
    lang: str


class Doubts:
    """The doubts of a project, in the terms of its ontology: `onSentence`, `onThing`, `doubtNumber`."""

    def __init__(self, graph: KnowledgeGraph, terms: Terms) -> None:
        self._store, self._terms = graph.store(), terms
        self._own = f"{graph.project.base}ontology#"
        self._seen: dict[str, Doubt] = {}
        self._on_sentence = self._pairs("onSentence")
        self._on_thing = self._pairs("onThing")
        self._things = defaultdict(set)
        for thing, doubts in self._on_thing.items():
            for doubt in doubts:
                self._things[doubt].add(thing)

    def of_fact(self, sentences: Iterable[str], mentioned: Iterable[Term | None]) -> list[Doubt]:
        """The doubts about a fact: those on its sentences that are about no thing, or about one that it mentions."""
        named = {term.value for term in mentioned if isinstance(term, ox.NamedNode)}
        found = (doubt for sentence in sentences for doubt in self._on_sentence.get(sentence, ()))
        return self._told(doubt for doubt in found if not self._things[doubt] or self._things[doubt] & named)

    def of(self, iri: str) -> list[Doubt]:
        """The doubts about a thing or a sentence."""
        return self._told((*self._on_sentence.get(iri, ()), *self._on_thing.get(iri, ())))

    def _pairs(self, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(self._own + name), None, _DEFAULT):
            if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
                found[quad.object.value].append(quad.subject.value)
        return dict(found)

    def _told(self, doubts: Iterable[str]) -> list[Doubt]:
        return [self._once(each) for each in sorted(dict.fromkeys(doubts))]

    def _once(self, iri: str) -> Doubt:
        """A doubt, remembered: a page tells it at each of many facts."""
        if iri not in self._seen:
            self._seen[iri] = self._doubt(iri)
        return self._seen[iri]

    def _doubt(self, iri: str) -> Doubt:
        number = next((term.value for term in self._literals(iri, ox.NamedNode(self._own + "doubtNumber"))), "")
        comments = {term.language or "": term.value for term in self._literals(iri, _COMMENT)}
        return Doubt(number, self._terms.thing(iri), *chosen(comments, self._terms.here.lang))

    def _literals(self, iri: str, predicate: ox.NamedNode) -> list[ox.Literal]:
        quads = self._store.quads_for_pattern(ox.NamedNode(iri), predicate, None, _DEFAULT)
        return [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
