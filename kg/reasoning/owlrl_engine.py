"""The reference engine: owlrl, with its known defects repaired. The only module that imports rdflib and owlrl.

What owlrl 7.6.2 gets wrong or does needlessly, and what is done here instead:

- `prp-key` with several keys merges things that agree in the first key alone: the rule is applied here.
- It finds some of the rules whose head is `false`, not all, and reports them as triples in the graph: its reports are left
  out, and what it derives is looked through for clashes by the other engine.
- It takes `"0.0"^^xsd:double` for ill-typed and stops at others with an exception: `kg.reasoning.datatypes` decides.
- It stops with an exception at a cardinality that is no literal and at a list that runs in a circle: both are passed over.
- Without a need for full output, `x sameAs x` of every term is not derived, and literals are not merged: that a
  functional property has two values is a clash, and not a reason to give each subject of one the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any

import pyoxigraph as ox
import rdflib
from owlrl.OWLRL import OWLRL_Semantics
from owlrl.XsdDatatypes import OWL_Datatype_Subsumptions, OWL_RL_Datatypes
from rdflib.namespace import OWL, RDF, RDFS

from kg.errors import Place, SourceError
from kg.reasoning.clashes import Clash
from kg.reasoning.datatypes import ill_typed
from kg.reasoning.facts import NTRIPLES, Fact, Term
from kg.reasoning.relevance import equals, replaced, split
from kg.reasoning.trivia import legal, trivial

_COUNTS = (OWL.maxCardinality, OWL.maxQualifiedCardinality)


@dataclass(frozen=True)
class Closure:
    """What owlrl made of the triples given."""

    asserted: frozenset[ox.Triple]
    inferred: frozenset[ox.Triple]

    def ntriples(self) -> bytes:
        """All triples as canonical N-Triples, sorted."""
        return "".join(sorted(f"{triple} .\n" for triple in self.asserted | self.inferred)).encode()

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """The contradictions among the triples."""
        from kg.reasoning import closure

        return closure.close(self.ntriples(), full=False).clashes


def close(ntriples: bytes, *, full: bool) -> Closure:
    """The closure of N-Triples; SourceError with the line where they are none."""
    asserted = _parsed(ntriples)
    given: set[Fact] = {(triple.subject, triple.predicate, triple.object) for triple in asserted}
    closed = _closed(given, full=full)
    inferred = (fact for fact in closed - given if legal(fact) and (full or not trivial(fact)))
    return Closure(asserted, frozenset(ox.Triple(*fact) for fact in inferred))  # type: ignore[arg-type]


def _parsed(ntriples: bytes) -> frozenset[ox.Triple]:
    try:
        return frozenset(quad.triple for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        place = Place(NTRIPLES, error.lineno or 0, error.offset or 0)
        raise SourceError(str(error.args[0]), place=place, hint="see https://www.w3.org/TR/n-triples/") from error


def _closed(given: set[Fact], *, full: bool) -> set[Fact]:
    """The closure; where not all is asked for, owlrl sees only what can take part in a rule."""
    engine = OwlrlEngine()
    if full:
        return engine.close(given, full=True)
    also: set[Term] = set()
    while True:
        relevant, kept_out = split(given, also)
        closed = engine.close(relevant, full=False)
        equal = equals(closed)
        if not (merged := {fact[1] for fact in kept_out if fact[1] in equal}):
            return closed | replaced(kept_out, equal) | given
        # A predicate was found to be the same as another, so it takes part after all.
        also |= merged


class OwlrlEngine:
    """Closes facts under the rules of OWL 2 RL/RDF whose head is not `false`."""

    def close(self, facts: Iterable[Fact], *, full: bool) -> set[Fact]:
        """The facts and all that follows from them; literals may become subjects."""
        terms = _Terms()
        graph = rdflib.Graph()
        for fact in facts:
            graph.add(tuple(map(terms.encoded, fact)))
        semantics = _Semantics(graph, full=full)
        semantics.closure()
        return {_decoded(terms, triple) for triple in (*graph, *semantics.equal_literals)}


def _decoded(terms: _Terms, triple: Any) -> Fact:
    subject, predicate, object = map(terms.decoded, triple)
    return subject, predicate, object


class _Terms:
    """Terms to and fro: each comes back exactly as it was, whatever rdflib would make of it."""

    def __init__(self) -> None:
        self._originals: dict[object, Term] = {}

    def encoded(self, term: Term) -> Any:
        encoded = self._encoded(term)
        self._originals.setdefault(encoded, term)
        return encoded

    def _encoded(self, term: Term) -> Any:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if not isinstance(term, ox.Literal) or term.direction or ill_typed(term):
            # No rule looks into these, and none may take them for something else.
            return rdflib.URIRef(f"urn:x-kg-opaque:{term}")
        if term.language:
            return rdflib.Literal(term.value, lang=term.language, normalize=False)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)

    def decoded(self, encoded: Any) -> Term:
        return self._originals.get(encoded) or ox.NamedNode(str(encoded))


class _Semantics(OWLRL_Semantics):  # type: ignore[misc]
    def __init__(self, graph: rdflib.Graph, *, full: bool) -> None:
        super().__init__(graph, axioms=False, daxioms=False)
        self._full = full
        self.equal_literals: set[Any] = set()

    def add_error(self, message: str) -> None:
        """Clashes are found elsewhere, with the triples that make them up."""

    def store_triple(self, t: Any) -> None:
        if t[1] == OWL.sameAs and not self._full:
            if t[0] == t[2]:
                return
            if isinstance(t[0], rdflib.Literal) and isinstance(t[2], rdflib.Literal):
                self.equal_literals.add(t)
                return
        super().store_triple(t)

    def _one_time_rules_datatypes(self) -> None:
        """Rules dt-type1 and dt-type2, which owlrl mixes with a check of lexical forms."""
        for datatype in OWL_RL_Datatypes:
            self.store_triple((datatype, RDF.type, RDFS.Datatype))
        for literal in {object for object in self.graph.objects() if isinstance(object, rdflib.Literal)}:
            for datatype in (literal.datatype, *OWL_Datatype_Subsumptions.get(literal.datatype, ())):
                if literal.datatype in OWL_RL_Datatypes:
                    self.store_triple((literal, RDF.type, datatype))

    def _properties(self, triple: Any, cycle_num: int) -> None:
        if triple[1] == OWL.hasKey:
            self._key(triple[0], self._list(triple[2]))
        else:
            super()._properties(triple, cycle_num)

    def _classes(self, triple: Any, cycle_num: int) -> None:
        if triple[1] not in _COUNTS or isinstance(triple[2], rdflib.Literal):
            super()._classes(triple, cycle_num)

    def _list(self, head: Any) -> list[Any]:
        found, seen = [], set()
        while head is not None and head != RDF.nil and head not in seen:
            seen.add(head)
            found += list(self.graph.objects(head, RDF.first))
            head = self.graph.value(head, RDF.rest)
        return found

    def _key(self, kind: Any, keys: list[Any]) -> None:
        """Rule prp-key: two members of the class that share a value of each key are the same."""
        holders: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for member in sorted(self.graph.subjects(RDF.type, kind)) if keys else []:
            for values in self._values(member, keys):
                holders[values].append(member)
        for members in holders.values():
            for one, other in combinations(members, 2):
                self.store_triple((one, OWL.sameAs, other))

    def _values(self, member: Any, keys: list[Any]) -> Iterator[tuple[Any, ...]]:
        return product(*(set(self.graph.objects(member, key)) for key in keys))
