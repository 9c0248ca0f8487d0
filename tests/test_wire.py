"""What goes over the wire is what arrives: answers, and the evidence for them."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers import Answer, Rows, Triples, YesNo
from kg.evidence import follow, lead
from kg.graph import KnowledgeGraph
from kg.names import Names
from kg.wire import answer_data, evidence_data, found_data, read_answer, read_evidence, read_found

XSD = "http://www.w3.org/2001/XMLSchema#"
texts = st.text(st.characters(exclude_categories=["Cs"]))
iris = st.sampled_from(["http://e/a", "urn:b", "http://e/é"]).map(ox.NamedNode)
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "zh-hant"])),
    texts.map(lambda text: ox.Literal(text, language="ar", direction=ox.BaseDirection.RTL)),
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)), texts, st.sampled_from(["date", "int"])),
)
nodes = st.sampled_from(["b1", "x"]).map(ox.BlankNode)
triples = st.builds(ox.Triple, iris | nodes, iris, iris | nodes | literals)
quoted = st.builds(ox.Triple, iris, iris, triples)


def again(answer: Answer) -> Answer:
    return read_answer(json.loads(json.dumps(answer_data(answer))), Names({}))


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | iris | nodes | literals | triples | quoted)))
def test_rows_arrive_as_they_were(rows: list[tuple[ox.NamedNode | None]]) -> None:
    assert again(Rows(["x"], list(rows))) == Rows(["x"], list(rows))


@settings(deadline=None)
@given(st.lists(triples | quoted, max_size=4))
def test_triples_arrive_as_they_were(found: list[ox.Triple]) -> None:
    assert again(Triples(found)) == Triples(found)


@given(st.booleans())
def test_a_yes_or_no_arrives(value: bool) -> None:
    assert again(YesNo(value)) == YesNo(value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?state ?format { ?state cajad:memberOf ?format }",
        "SELECT ?l { id:tokyo rdfs:label ?l }",
        "SELECT ?x { VALUES ?x { 1 } MINUS { ?x a ?y } }",
        "CONSTRUCT WHERE { id:tokyo-summit cajad:heldAt ?place }",
        "ASK { id:japan cajad:hasBilateralOutcomeWith id:turkmenistan }",
    ],
)
def test_evidence_arrives_as_it_was(flagship: KnowledgeGraph, text: str) -> None:
    answer = flagship.sparql(text)
    evidence = answer.evidence()
    received = read_evidence(json.loads(json.dumps(evidence_data(evidence))))
    assert received == evidence
    for left, right in zip(received, evidence, strict=True):
        assert (left.sentences, left.implied_by, left.others) == (right.sentences, right.implied_by, right.others)


def test_the_halves_of_evidence_may_be_done_in_two_places(flagship: KnowledgeGraph) -> None:
    text = "SELECT ?state ?format { ?state cajad:memberOf ?format }"
    answer = flagship.sparql(text)
    found = json.loads(json.dumps(found_data(follow(flagship.source(), text, answer, {}))))
    assert lead(flagship.source(), read_found(found)) == answer.evidence()
