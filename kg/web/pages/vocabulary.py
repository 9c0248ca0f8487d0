"""The terms of the ontology: the tree of its classes, its properties, and where a term is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.languages import chosen
from kg.names import WELL_KNOWN
from kg.web.pages import rendering
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.sink import Sink
from kg.web.state import WorkerState

_OWL, _RDFS = WELL_KNOWN["owl"], WELL_KNOWN["rdfs"]
_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_BELOW = (ox.NamedNode(_RDFS + "subClassOf"), ox.NamedNode(_RDFS + "subPropertyOf"))
_CLASS = ox.NamedNode(_OWL + "Class")
PROPERTIES = tuple(ox.NamedNode(_OWL + kind) for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
_DEFINITION = ox.NamedNode(WELL_KNOWN["skos"] + "definition")
_MOST = 40


@dataclass(frozen=True)
class Entry:
    """A term in a list: its depth in the tree, its definition, and how often it is used."""

    shown: Shown
    depth: int
    definition: str
    definition_lang: str
    uses: int


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the page of all terms. Parameter: `here`."""
    here = Here.of(parameters["here"])
    terms = _Vocabulary(state, Terms(state.graph, here))
    context = {"classes": list(terms.tree(_CLASS)), "properties": list(terms.tree(*PROPERTIES)), "formats": terms.formats()}
    rendering.write(sink, state.graph, here, "ontology.html", context)


def of_term(state: WorkerState, terms: Terms, iri: ox.NamedNode) -> dict[str, Any]:
    """What the page of a term says besides: what is above and below it, where it is used, and which questions use it."""
    return _Vocabulary(state, terms).of(iri)


class _Vocabulary:
    """The terms as they are asserted; a tree of what is inferred would show each term below everything above it."""

    def __init__(self, state: WorkerState, terms: Terms) -> None:
        self._state, self._terms = state, terms
        self._all, self._asserted = state.graph.store(), state.graph.store(asserted=True)
        self._own = f"{state.graph.project.base}ontology#"

    def formats(self) -> list[tuple[str, str]]:
        plain = self._terms.here.plain
        return [(name, plain(f"/data/ontology.{suffix}")) for name, suffix in (("turtle", "ttl"), ("jsonld", "jsonld"))]

    def tree(self, *kinds: ox.NamedNode) -> Iterator[Entry]:
        """The terms of some kinds, each below what is above it, by label; each once."""
        members = {quad.subject for kind in kinds for quad in self._asserted.quads_for_pattern(None, _TYPE, kind, _DEFAULT)}
        own = {term for term in members if isinstance(term, ox.NamedNode) and term.value.startswith(self._own)}
        seen: set[ox.NamedNode] = set()
        roots = [term for term in own if not any(above in own and above != term for above in self._above(term))]
        yield from self._branch(roots, own, seen, 0)
        yield from self._branch(list(own - seen), own, seen, 0)

    def _branch(self, terms: list[ox.NamedNode], own: set[ox.NamedNode], seen: set[ox.NamedNode], depth: int) -> Iterator[Entry]:
        waiting = [(depth, term) for term in self._by_label(terms, reverse=True)]
        while waiting:
            at, term = waiting.pop()
            if term not in seen:
                seen.add(term)
                yield self._entry(term, at)
                below = [each for each in self._below(term) if each in own]
                waiting += [(at + 1, each) for each in self._by_label(below, reverse=True)]

    def _by_label(self, terms: list[ox.NamedNode], *, reverse: bool) -> list[ox.NamedNode]:
        return sorted(terms, key=lambda term: (self._terms.show(term).text.casefold(), term.value), reverse=reverse)

    def _entry(self, term: ox.NamedNode, depth: int) -> Entry:
        literals = (quad.object for quad in self._quads(term, _DEFINITION))
        found = {each.language or "": each.value for each in literals if isinstance(each, ox.Literal)}
        definition, lang = chosen(found, self._terms.here.lang)
        other = "" if lang == self._terms.here.lang else lang
        return Entry(self._terms.show(term), depth, definition, other, self._uses(term))

    def _uses(self, term: ox.NamedNode) -> int:
        is_class = ox.Quad(term, _TYPE, _CLASS) in self._all
        predicate, object = (_TYPE, term) if is_class else (term, None)
        return sum(1 for _ in self._all.quads_for_pattern(None, predicate, object, _DEFAULT))

    def of(self, iri: ox.NamedNode) -> dict[str, Any]:
        """The parts of a term's page; nothing where a thing is no term."""
        kinds = {quad.object for quad in self._quads(iri, _TYPE)}
        is_class, is_property = _CLASS in kinds, bool(kinds & {*PROPERTIES})
        if not (is_class or is_property):
            return {"is_term": False}
        return {
            "is_term": True,
            "above": [self._terms.show(term) for term in self._above(iri)],
            "below": [self._terms.show(term) for term in self._by_label(self._below(iri), reverse=False)],
            "uses": self._uses(iri),
            "queries": self._queries(iri),
        }

    def _queries(self, iri: ox.NamedNode) -> list[Any]:
        """The saved queries in whose text a term stands."""
        short = self._state.graph.names.shorten(iri.value)
        wanted = re.compile(rf"(?<![\w:-]){re.escape(short)}(?![\w-])|<{re.escape(iri.value)}>")
        return [saved for saved in self._state.queries() if wanted.search(saved.text)][:_MOST]

    def _above(self, term: ox.NamedNode) -> list[ox.NamedNode]:
        quads = (quad for predicate in _BELOW for quad in self._quads(term, predicate))
        return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode) and quad.object != term]

    def _below(self, term: ox.NamedNode) -> list[ox.NamedNode]:
        quads = (quad for predicate in _BELOW for quad in self._asserted.quads_for_pattern(None, predicate, term, _DEFAULT))
        return [quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode) and quad.subject != term]

    def _quads(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Quad]:
        return [*self._asserted.quads_for_pattern(subject, predicate, None, _DEFAULT)]
