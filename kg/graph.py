"""The knowledge graph of a project: asked, searched, shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from kg import sparql
from kg.answers import Answer, Presenter
from kg.errors import UsageError
from kg.literals import stored
from kg.names import WELL_KNOWN, Names
from kg.project import Project
from kg.sparql import Value
from kg.store import Built
from kg.things import Things

if TYPE_CHECKING:
    from kg.evidence import Evidence, Source
    from kg.explanation import Explanation
    from kg.places import Places
    from kg.portrait import Portrait
    from kg.reasoning.clashes import Clash
    from kg.reasoning.closure import Closure
    from kg.reasoning.proofs import Proof
    from kg.traces import Traces


_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
# How a literal begins in Turtle, where an IRI, a short name or a label does not.
_LITERAL = re.compile(r"[\"']|[+-]?[0-9.]+$|(?:true|false)$")
# How many proofs are remembered, for the graph does not change.
_MOST_PROVED = 50_000
# How many rules that come near are told of a triple that does not hold.
_NEAREST = 5


class Runnable(Protocol):
    """A saved query, as far as a graph needs to know one."""

    def run(self, graph: KnowledgeGraph, /, *, asserted: bool = False, **parameters: Any) -> Answer:
        """The answer of the query."""


class KnowledgeGraph:
    """A built graph: what the files of a project say, and what follows from it. `kg.open` gives one."""

    def __init__(self, built: Built, project: Project, saved: Callable[[str], Runnable]) -> None:
        self.project = project
        self.names = Names(built.manifest["prefixes"])
        self._built, self._saved = built, saved
        self._things = Things(built.all, self.names)
        self._proved: dict[ox.Triple, Proof | None] = {}

    def __repr__(self) -> str:
        counts = self.counts
        return f"<KnowledgeGraph {self.project.called()}: {counts['asserted']} + {counts['inferred']} triples>"

    @property
    def folder(self) -> Path:
        """Where the built graph is kept."""
        return self._built.folder

    @property
    def counts(self) -> dict[str, int]:
        """How many `statements` the files make, how many `asserted` triples these are, and how many are `inferred`."""
        return dict(self._built.manifest["counts"])

    @property
    def graphs(self) -> list[str]:
        """The named graphs of the sources, sorted."""
        return list(self._built.manifest["graphs"])

    @cached_property
    def inferred(self) -> ox.NamedNode:
        """The named graph that holds what is inferred and not asserted."""
        return ox.NamedNode(self.project.graph("inferred"))

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The contradictions in the graph; empty where it is consistent."""
        found = self._built.manifest["clashes"]
        if not found:  # The usual case, which need not load the reasoner.
            return ()
        from kg.reasoning.clashes import Clash

        return tuple(Clash(rule, message, _parsed(lines)) for rule, message, lines in found)

    def store(self, *, asserted: bool = False) -> ox.Store:
        """The read-only store that answers; its default graph is the merge of asserted and inferred, or of the asserted alone."""
        return self._built.asserted if asserted else self._built.all

    @property
    def traces(self) -> Traces:
        """Which graph states what, as it is written, and how all else follows."""
        return self._built.traces

    def inferences(self) -> list[ox.Triple]:
        """What is inferred and not asserted, with literals as the sources write them; the stores rewrite literals."""
        return self._built.inferred

    @property
    def closure(self) -> Closure:
        """The closed graph as the reasoner knows it, with literals as the sources write them; it proves its triples."""
        return self._built.closure

    def sparql(self, text: str, /, *, asserted: bool = False, **terms: Value) -> Answer:
        """The answer of a SPARQL text, with variables bound to `terms`; text is bound as a string, never as an IRI.

        The prefixes of the project need no declaration. Raises QueryError where the text cannot be parsed or evaluated.
        """
        return self.evaluate(text, terms, asserted=asserted)

    def asking(self, store: ox.Store) -> KnowledgeGraph:
        """This graph as it would be with what is in another store; it can be asked, and proves nothing."""
        return KnowledgeGraph(replace(self._built, folder=Path(), all=store), self.project, self._saved)

    def evaluate(self, text: str, terms: Mapping[str, Value], *, asserted: bool = False, origin: str = "query") -> Answer:
        """The answer of a SPARQL text that was read from `origin`; it can be asked for its evidence."""
        store = self.store(asserted=asserted)
        answer = sparql.evaluate(store, text, self.names, terms, origin)
        answer.grounds = partial(self._evidence, store, text, terms)
        return answer

    def _evidence(self, store: ox.Store, text: str, terms: Mapping[str, Value], answer: Answer) -> list[Evidence]:
        from kg.evidence import evidence

        bound = {name: sparql.to_term(value) for name, value in terms.items()}
        return evidence(self._source(store), text, answer, bound)

    def source(self, *, asserted: bool = False) -> Source:
        """What evidence is looked for in."""
        return self._source(self.store(asserted=asserted))

    def _source(self, store: ox.Store) -> Source:
        from kg.evidence import Source

        return Source(store, self.names, self.inferred.value, self._proofs)

    def query(self, name: str, /, *, asserted: bool = False, **parameters: Any) -> Answer:
        """The answer of a saved query; UsageError where the name, a parameter or its value is wrong."""
        return self._saved(name).run(self, asserted=asserted, **parameters)

    def find(self, text: str, kind: ox.NamedNode | None = None) -> ox.NamedNode:
        """The thing that an IRI, a short name, a local name or a label in any language names; with `kind`, one of that class.

        Raises UsageError where nothing or more than one thing is called so.
        """
        return self._things.find(text, kind)

    def search(self, text: str, *, most: int = 20) -> list[ox.NamedNode]:
        """The things that a reader may look for: of which a name, in any language, holds the words of a text, best first."""
        return self._things.search(text, most)

    def near(self, text: str, *, most: int = 5) -> list[ox.NamedNode]:
        """The things of which a name is spelled almost like a text."""
        return self._things.near(text, most)

    def label(self, iri: str, lang: str = "en") -> str | None:
        """The label of a thing in a language, else in English, else in any; None where it has none."""
        return self._things.label(iri, lang)

    def labels(self, iri: str) -> dict[str, str]:
        """The labels of a thing by language."""
        return self._things.labels(iri)

    def presenter(self, lang: str = "en") -> Presenter:
        """How this graph's terms are shown to people who read `lang`."""
        return Presenter(self.names, partial(self.label, lang=lang), lang=lang)

    def show(self, thing: str | ox.NamedNode, *, lang: str = "en") -> Portrait:
        """All that is said of a thing, each fact with the graphs that assert it; a text is looked up with `find`."""
        from kg.portrait import paint

        found = self.find(thing) if isinstance(thing, str) else thing
        labels, label = self.labels(found.value), self.label(found.value, lang)
        return paint(self.store(), self.inferred.value, found, labels, label, lang)

    def why(self, subject: str | ox.NamedNode, predicate: str | ox.NamedNode, object: Value, /, *, most: int = 1) -> Explanation:
        """Up to `most` different proofs of a triple, down to sentences and lines; where it does not hold, the nearest rules.

        A text is looked up with `find`; `a` is rdf:type, and an object in quotes, or a number, is a literal as Turtle writes it.
        Raises UsageError where a text names nothing, or more than one thing.
        """
        return self.explain(ox.Triple(self._node(subject), self._node(predicate), self._term(object)), most=most)

    def explain(self, triple: ox.Triple, *, most: int = 1) -> Explanation:
        """What `why` gives, for a triple of terms."""
        from kg.explanation import explained

        triple = self._as_written(triple)
        try:
            proofs = self._all_proofs(triple, most)
        except RecursionError as error:
            raise UsageError("the proof is deeper than can be followed", hint="ask why one of its premises holds") from error
        missing = () if proofs else self.closure.missing(triple, most=_NEAREST)
        return explained(triple, proofs, missing, self.ground, self._places.of)

    def _all_proofs(self, triple: ox.Triple, most: int) -> list[Proof]:
        """Up to so many proofs of a triple, the first one first."""
        if most > 1:
            return self.closure.proofs(triple, most=most)
        (proof,) = self._proofs([triple])
        return [proof] if proof else []

    def _node(self, text: str | ox.NamedNode) -> ox.NamedNode:
        if text == "a":
            return _TYPE
        return self.find(text) if isinstance(text, str) else text

    def _term(self, value: Value) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
        if isinstance(value, str):
            return self._literal(value) if _LITERAL.match(value) else self._node(value)
        return sparql.to_term(value)

    def _literal(self, text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
        declared = "".join(f"@prefix {name}: <{iri}> ." for name, iri in self.names.prefixes.items())
        try:
            (quad,) = ox.parse(f"{declared} <urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
        except (SyntaxError, ValueError) as error:
            raise UsageError(
                f"{text} is no literal", hint='write it as in Turtle: "text"@en, 5, 2.5, "2025-12"^^xsd:gYearMonth'
            ) from error
        found: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple = quad.object
        return found

    @cached_property
    def _places(self) -> Places:
        from kg.places import Places

        return Places(self.project)

    def ground(self, triples: Iterable[ox.Triple]) -> list[Evidence]:
        """What each triple rests on: the graphs that assert it, or the asserted triples that it was inferred from."""
        from kg.evidence import ground

        return ground(self.source(), triples)

    def _proofs(self, triples: Sequence[ox.Triple]) -> list[Proof | None]:
        written = [self._as_written(triple) for triple in triples]
        if len(self._proved) > _MOST_PROVED:
            self._proved.clear()
        if unknown := [triple for triple in dict.fromkeys(written) if triple not in self._proved]:
            self._proved.update(zip(unknown, self._built.proving.first_proofs(unknown), strict=True))
        return [self._proved[triple] for triple in written]

    def _as_written(self, triple: ox.Triple) -> ox.Triple:
        """The triple with its literal as the sources write it; the stores rewrite literals."""
        if not isinstance(triple.object, ox.Literal):
            return triple
        same = [
            each
            for each in self._built.proving.objects(triple.subject, triple.predicate)
            if stored(each) == stored(triple.object)
        ]
        written = next(iter(same), triple.object)
        return triple if triple.object in same else ox.Triple(triple.subject, triple.predicate, written)

    def graphs_of(self, triple: ox.Triple) -> tuple[str, ...]:
        """The named graphs that assert a triple, sorted; none where it is inferred or unknown."""
        quads = self.store().quads_for_pattern(triple.subject, triple.predicate, triple.object)
        graphs = {quad.graph_name for quad in quads} - {ox.DefaultGraph(), self.inferred}
        return tuple(sorted(graph.value for graph in graphs if isinstance(graph, ox.NamedNode)))


def _parsed(lines: list[str]) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
