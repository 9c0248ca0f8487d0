"""What the server says of itself: the OpenAPI document, the service description, VoID and DCAT."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from openapi_spec_validator import validate

from kg.answers import by_name
from kg.graph import KnowledgeGraph
from kg.queries import catalogue
from tests.program import PATIENCE
from tests.web.serving import Server, serving

PREFIXES = {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
TYPES = """#+ question: {en: Which?}
#+ parameters:
#+   thing: {type: iri}
#+   kind: {type: iri, class: "x:Thing"}
#+   name: {type: string, default: one}
#+   n: {type: integer}
#+   size: {type: decimal}
#+   is: {type: boolean}
#+   day: {type: date}
#+   year: {type: gYear}
#+   choice: {type: string, choices: [one, two]}
#+   limit: {type: integer}
SELECT ?thing ?kind ?name ?n ?size ?is ?day ?year ?choice ?limit { ?thing a ?kind ; x:name ?name } ORDER BY ?thing ?name
"""
NEEDED = "#+ question: {en: Who?}\n#+ parameters: {name: {type: string, required: true}}\nSELECT ?name { ?x x:name ?name }\n"
ASKED = "#+ question: {en: Is it so?}\nASK { ?x x:name ?name }\n"
MADE = "#+ question: {en: What?}\nCONSTRUCT { ?x x:called ?name } WHERE { ?x x:name ?name }\n"


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a project whose queries have parameters of every type."""
    folder = tmp_path_factory.mktemp("typed")
    root = folder / "p"
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir(parents=True)
    (root / "kg.toml").write_text('base = "http://x/"\n[prefixes]\nx = "http://x/id/"\n')
    (root / "data" / "d.ttl").write_text(
        '@prefix x: <http://x/id/> . x:a a x:Thing ; x:name "one" . x:b a x:Thing ; x:name "two" .'
    )
    for name, text in (("types", TYPES), ("needed", NEEDED), ("asked", ASKED), ("made", MADE)):
        (root / "queries" / f"{name}.rq").write_text(text)
    with serving(cache=folder / "cache", root=root) as running:
        yield running


@pytest.mark.parametrize("which", ["server", "typed"])
def test_the_document_is_valid(which: str, request: pytest.FixtureRequest) -> None:
    served: Server = request.getfixturevalue(which)
    document = served.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": served.url}]
    validate(document)


def test_every_query_is_described_with_its_parameters(server: Server, flagship: KnowledgeGraph) -> None:
    paths = server.get("/openapi.json").json()["paths"]
    queries = catalogue(flagship.project)
    assert len(queries) >= 70
    for name, query in queries.items():
        operation = paths[f"/query/{name}"]["get"]
        assert operation["summary"] == query.question["en"]
        assert [*query.parameters] == [each["name"] for each in operation["parameters"]][: len(query.parameters)]


def test_a_parameter_is_described_by_its_type(typed: Server) -> None:
    told = typed.get("/openapi.json").json()["paths"]["/query/types"]["get"]["parameters"]
    schemas = {each["name"]: each["schema"] for each in told}
    assert schemas["choice"]["enum"] == ["one", "two"]
    assert schemas["day"]["format"] == "date"
    assert schemas["n"]["pattern"] == "^([+-]?[0-9]+)$"
    assert schemas["name"]["default"] == "one"
    assert Counter(each["name"] for each in told)["limit"] == 1
    assert "parameter-limit" in schemas
    assert typed.get("/openapi.json").json()["paths"]["/query/needed"]["get"]["parameters"][0]["required"]


def test_no_request_that_the_document_allows_or_forbids_finds_a_fault(typed: Server, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    options = ["--max-examples", "10", "--generation-deterministic", "--no-color"]
    command: list[str | Path] = [program, "run", f"{typed.url}/openapi.json", *options]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=5 * PATIENCE, check=False)
    assert found.returncode == 0, found.stdout
    assert '"fault"' not in typed.said()


def described(server: Server, path: str, accept: str = "text/turtle") -> ox.Store:
    found = server.get(path, headers={"Accept": accept})
    assert found.status_code == 200, found.text
    store = ox.Store()
    form = next(form for form in ("turtle", "rdfxml", "jsonld", "ntriples") if by_name(form).media_type == accept)
    store.load(found.content, format=by_name(form).rdf)
    return store


def rows(store: ox.Store, text: str) -> list[tuple[Any, ...]]:
    found = store.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(getattr(term, "value", None) for term in row) for row in found]


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_sparql_without_a_query_describes_the_service(server: Server, accept: str) -> None:
    store = described(server, "/sparql", accept)
    assert rows(store, "SELECT ?e { ?s a sd:Service ; sd:endpoint ?e }") == [(f"{server.url}/sparql",)]
    assert rows(store, "SELECT ?l { ?s sd:supportedLanguage ?l }") == [(f"{PREFIXES['sd']}SPARQL11Query",)]
    assert len(rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")) == 10
    assert rows(store, "SELECT ?f { ?s sd:feature ?f }") == [(f"{PREFIXES['sd']}UnionDefaultGraph",)]


def test_the_service_description_names_and_counts_every_graph(server: Server, flagship: KnowledgeGraph) -> None:
    told = rows(described(server, "/sparql"), "SELECT ?g ?n { ?d sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ] }")
    counted = {graph: int(number) for graph, number in told}
    assert {*counted} == {*flagship.graphs, flagship.inferred.value}
    assert counted[flagship.inferred.value] == flagship.counts["inferred"]


def test_void_counts_what_is_there(server: Server, flagship: KnowledgeGraph) -> None:
    store = described(server, "/.well-known/void")
    ((triples, classes),) = rows(store, "SELECT ?t ?c { ?d a void:Dataset, dcat:Dataset ; void:triples ?t ; void:classes ?c }")
    assert int(triples) == flagship.counts["asserted"] + flagship.counts["inferred"]
    partitions = rows(store, "SELECT ?c ?n { ?d a void:Dataset ; void:classPartition [ void:class ?c ; void:entities ?n ] }")
    assert len(partitions) == int(classes) > 50
    states = {name: int(number) for name, number in partitions}["https://w3id.org/cajad/ontology#CentralAsianState"]
    assert states == 5
    parts = rows(store, "SELECT ?p ?n { ?d a void:Dataset ; void:propertyPartition [ void:property ?p ; void:triples ?n ] }")
    assert sum(int(number) for _, number in parts) == int(triples)
    of_class = "?d void:classPartition [ void:class ?c ; void:propertyPartition [ void:property ?p ; void:triples ?n ] ]"
    assert len(rows(store, f"SELECT ?c ?p {{ {of_class} }}")) > 500


def test_everything_that_the_catalogue_offers_is_there(server: Server) -> None:
    store = described(server, "/.well-known/void")
    urls = rows(
        store, "SELECT DISTINCT ?u { ?d dcat:downloadURL | dcat:endpointURL | dcat:endpointDescription | void:sparqlEndpoint ?u }"
    )
    assert len(urls) == 6 + 3
    for (url,) in urls:
        assert server.client.get(url).status_code == 200, url
    types = dict(rows(store, "SELECT ?u ?m { ?d dcat:downloadURL ?u ; dcat:mediaType ?m }"))
    for url, media_type in types.items():
        assert server.client.get(url).headers["content-type"].split(";")[0] == media_type.partition("media-types/")[2]


def test_a_project_without_a_title_is_called_by_its_folder(typed: Server) -> None:
    assert 'dcterms:title "p"' in typed.get("/.well-known/void").text
