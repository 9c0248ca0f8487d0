"""Closes triples under the rules of OWL 2 RL/RDF, and finds where they contradict each other.

Usable alone: it knows triples, and no projects. An engine stands behind one narrow seam, `Engine`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.reasoning.clashes import Clash, find
from kg.reasoning.facts import Fact, Facts, Term
from kg.reasoning.relevance import equals, replaced, split
from kg.reasoning.trivia import legal, trivial

__all__ = ["ENGINE", "Clash", "Closure", "Engine", "close"]

# Part of what names a built graph: other rules, another build.
ENGINE = "owlrl-1"


class Engine(Protocol):
    """What closes facts: all rules of tables 4 to 9 but those that look for contradictions."""

    def close(self, facts: Iterable[Fact], *, full: bool) -> set[Fact]:
        """The facts and all that follows from them; literals may become subjects."""


@dataclass(frozen=True)
class Closure:
    """The triples given, those that follow from them, and the contradictions among both."""

    asserted: frozenset[ox.Triple]
    inferred: frozenset[ox.Triple]
    clashes: tuple[Clash, ...]

    def ntriples(self) -> bytes:
        """All triples as canonical N-Triples, sorted."""
        return "".join(sorted(f"{triple} .\n" for triple in self.asserted | self.inferred)).encode()


def close(ntriples: bytes, *, full: bool = False) -> Closure:
    """The closure of the triples; `full` keeps what is trivial (x sameAs x, everything an owl:Thing …).

    Raises SourceError with the line where `ntriples` is no N-Triples.

    >>> closure = close(b'''
    ... <urn:a> <urn:near> <urn:b> .
    ... <urn:near> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#SymmetricProperty> .
    ... ''')
    >>> [str(triple) for triple in closure.inferred]
    ['<urn:b> <urn:near> <urn:a>']
    """
    asserted = _parsed(ntriples)
    given: set[Fact] = {(triple.subject, triple.predicate, triple.object) for triple in asserted}
    closed = _closed(given, full=full)
    inferred = (fact for fact in closed - given if legal(fact) and (full or not trivial(fact)))
    return Closure(asserted, frozenset(ox.Triple(*fact) for fact in inferred), find(Facts(closed)))  # type: ignore[arg-type]


def _parsed(ntriples: bytes) -> frozenset[ox.Triple]:
    try:
        quads = ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)
        return frozenset(quad.triple for quad in quads)
    except SyntaxError as error:
        place = Place("N-Triples", error.lineno or 0, error.offset or 0)
        raise SourceError(str(error.args[0]), place=place, hint="see https://www.w3.org/TR/n-triples/") from error


def _closed(given: set[Fact], *, full: bool) -> set[Fact]:
    """The closure; where not all is asked for, the engine sees only what can take part in a rule."""
    from kg.reasoning.owlrl_engine import OwlrlEngine

    engine: Engine = OwlrlEngine()
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
