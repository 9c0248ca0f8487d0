"""What editors find in the endpoint itself: saved queries, prefixes and statistics; and what no other query sees of them."""

from __future__ import annotations

import json

import pytest

from kg import wire
from kg.graph import KnowledgeGraph
from kg.queries import catalogue
from tests.web.serving import Server

EXAMPLES = """SELECT DISTINCT ?query ?comment ?text { ?query a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?text . FILTER(LANG(?comment) = "en") }"""


def test_descriptions_are_published_in_every_language(server: Server) -> None:
    described = "?query a sh:SPARQLExecutable ; schema:description ?description . BIND(LANG(?description) AS ?lang)"
    counted = server.rows(f"SELECT ?lang (COUNT(*) AS ?count) {{ {described} }} GROUP BY ?lang")
    assert {row[0] for row in counted} == {"en", "ru", "ja"} and len({row[1] for row in counted}) == 1


def test_the_saved_queries_are_executables(server: Server, flagship: KnowledgeGraph) -> None:
    found = {name.rpartition("/")[2]: (comment, text) for name, comment, text in server.rows(EXAMPLES)}
    queries = catalogue(flagship.project)
    assert found.keys() == {*queries}
    for name, (comment, text) in found.items():
        assert comment == queries[name].question["en"]
        assert "#+" not in text
        assert server.ask(text).status_code == 200


def test_they_lie_in_the_graph_that_the_convention_names(server: Server) -> None:
    graph = f"{server.url}/sparql/.well-known/sparql-examples"
    rows = server.rows(f"SELECT ?k ?t {{ GRAPH <{graph}> {{ <{graph}/timeline> schema:keywords ?k ; schema:target ?t }} }}")
    assert {target for _, target in rows} == {f"{server.url}/sparql"}
    assert len(rows) >= 1


def test_prefixes_are_declared(server: Server, flagship: KnowledgeGraph) -> None:
    rows = server.rows("SELECT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }")
    assert {row[0]: row[1] for row in rows} == flagship.names.prefixes


def test_statistics_are_found_by_sparql(server: Server) -> None:
    of_class = "?d void:classPartition [ void:class cajad:CentralAsianState ; void:entities ?n ]"
    assert server.rows(f"SELECT ?n {{ {of_class} }}") == [("5",)]


@pytest.mark.parametrize("text", ["SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT ?g { GRAPH ?g { } } ORDER BY ?g"])
def test_other_queries_see_nothing_of_it(server: Server, flagship: KnowledgeGraph, text: str) -> None:
    for _ in range(3):
        server.rows(EXAMPLES)
        answer = flagship.sparql(text)
        assert server.rows(f"{text} # again", asserted="0") == [
            tuple(getattr(term, "value", "") for term in row) for row in answer
        ]


def test_any_query_may_be_asked_for_its_evidence(server: Server, flagship: KnowledgeGraph) -> None:
    text = "SELECT ?state ?format { ?state cajad:memberOf ?format } ORDER BY ?state ?format"
    told = json.loads(server.ask(text, "application/json", evidence="1").content)
    answer = flagship.sparql(text)
    assert wire.read_answer(told, flagship.names) == answer
    assert wire.read_evidence(told) == answer.evidence()
    assert "tokyo:P1.S1" in server.ask(text, "text/csv", evidence="1").text
    assert "[^1]" in server.ask(text, "text/markdown", evidence="1").text


def test_variables_are_bound_as_terms(server: Server) -> None:
    url, text = f"{server.url}/sparql", "SELECT ?s ?l { ?s rdfs:label ?l }"
    tokyo = "<https://w3id.org/cajad/id/tokyo>"
    found = server.client.get(url, params={"query": text, "$s": tokyo, "$l": '"Токио"@ru'})
    assert len(found.json()["results"]["bindings"]) == 1
    assert server.client.get(url, params={"query": text, "$l": '"Токио"@en'}).json()["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("parameters", "status", "told"),
    [
        ({"$s": "<https://w3id.org"}, 400, "$s is no term"),
        ({"$s": "<urn:a> . <urn:b> <urn:c> <urn:d>"}, 400, "$s is no term"),
        ({"$s": ""}, 400, "$s is no term"),
        ({"$nothing": "<urn:a>"}, 400, "?nothing"),
        ({"$a b": "<urn:a>"}, 400, "no name of a variable"),
        ({"evidence": "1", "default-graph-uri": "urn:a"}, 400, "whole data set"),
        ({"evidence": "2"}, 400, "either 1 or 0"),
        ({"evidence": "1", "format": "turtle"}, 406, "application/json"),
    ],
)
def test_faults_are_told(server: Server, parameters: dict[str, str], status: int, told: str) -> None:
    found = server.client.get(f"{server.url}/sparql", params={"query": "SELECT ?s { ?s a ?c } LIMIT 1", **parameters})
    assert (found.status_code, told in found.text) == (status, True), found.text


def test_evidence_of_a_broken_query_is_a_broken_query(server: Server) -> None:
    found = server.ask("SELECT ?x { ?x a }", evidence="1")
    assert (found.status_code, found.json()["place"]) == (400, "query:1:18")
