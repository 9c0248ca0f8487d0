"""Cases that are written as text, in tests/ontology: a claim, what is given as Turtle, and what must come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

PREFIXES = """
@prefix cajad: <https://w3id.org/cajad/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/cajad/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_OUTCOME = re.compile(r"^(=>|!>|clash|violation|fails) (.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case of a file."""

    claim: str
    given: str
    expected: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.claim

    def outcomes(self, kind: str) -> list[str]:
        return [text for word, text in self.expected if word == kind]


def cases(name: str, count: int) -> list[Case]:
    """The cases of a file, which must be as many as the caller knows of."""
    text = (Path(__file__).parent / "ontology" / name).read_text(encoding="utf-8")
    found = [_case(*block.split("\n", 1)) for block in re.split("^# ", text, flags=re.MULTILINE)[1:]]
    assert len(found) == count, len(found)
    return found


def _case(claim: str, body: str) -> Case:
    return Case(claim, _OUTCOME.sub("", body), tuple((match[1], match[2]) for match in _OUTCOME.finditer(body)))


def parsed(turtle: str) -> list[ox.Triple]:
    """The triples of some Turtle, in which the prefixes above are known."""
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]
