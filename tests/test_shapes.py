"""What the shapes of the flagship accept and refuse: at least one good and one bad example for each."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from tests.ontology_cases import Case, cases, parsed

ROOT = Path(__file__).parents[1]
SHAPE = "https://w3id.org/cajad/shapes#"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
CASES = cases("shapes.txt", 64)


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")


@cache
def hierarchy() -> tuple[ox.Triple, ...]:
    """What the shapes need of the ontology: the subclasses, and the concepts with their types."""
    logic, concepts = (
        [quad.triple for quad in ox.parse(path=ROOT / "ontology" / f"{name}.ttl")] for name in ("logic", "concepts")
    )
    return (*(triple for triple in logic if triple.predicate.value.endswith("#subClassOf")), *concepts)


def messages(shape: str, turtle: str) -> set[str]:
    """The messages that a shape gives about some data."""
    import pyshacl

    triples = "".join(f"{triple} .\n" for triple in {*hierarchy(), *parsed(turtle)} if "_:" not in str(triple))
    data = rdflib.Graph().parse(data=triples, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), use_shapes=[SHAPE + shape])
    return {str(message) for message in report.objects(None, SH.resultMessage)}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_shape(case: Case) -> None:
    shape, _ = case.claim.split(": ")
    assert messages(shape, case.given) >= set(case.outcomes("fails"))
    assert bool(messages(shape, case.given)) == bool(case.outcomes("fails"))


def test_every_shape_has_a_good_and_a_bad_example() -> None:
    declared = {str(shape).removeprefix(SHAPE) for shape in shapes().subjects(rdflib.RDF.type, SH.NodeShape)}
    assert len(declared) == 27
    for outcome in (False, True):
        assert {case.claim.split(":")[0] for case in CASES if bool(case.outcomes("fails")) == outcome} == declared


def test_every_message_of_the_shapes_is_provoked_by_an_example() -> None:
    declared = {str(message) for message in shapes().objects(None, SH.message)}
    assert declared == {message for case in CASES for message in case.outcomes("fails")}


def test_every_shape_has_a_name_and_every_message_is_a_sentence() -> None:
    assert {len(list(shapes().objects(s, SH.name))) for s in shapes().subjects(rdflib.RDF.type, SH.NodeShape)} == {1}
    assert [str(m) for m in shapes().objects(None, SH.message) if not re.fullmatch(r"[A-Z].*\.", str(m))] == []


@pytest.mark.parametrize(("latest", "count"), [("2025-05-31T23:59:59Z", 0), ("2025-02-01T00:00:00Z", 1)])
def test_a_time_span_that_ends_before_it_begins_is_found_by_a_query(latest: str, count: int) -> None:
    instants = f'cajad:earliest "2025-03-01T00:00:00Z"^^xsd:dateTimeStamp ; cajad:latest "{latest}"^^xsd:dateTimeStamp'
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in parsed(f"id:x {instants} ."))
    rows = store.query((ROOT / "queries" / "checks" / "time-span-backwards.rq").read_text(encoding="utf-8"))
    assert isinstance(rows, ox.QuerySolutions)
    assert len(list(rows)) == count
