"""Linked data: every thing leads to its description, every description to its sentences, and every inference to its proof."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import explanations, impact, impacts, portraits
from kg.answers import by_name
from kg.graph import KnowledgeGraph
from tests.web.serving import Server, serving

BASE = "https://w3id.org/cajad/"
SENTENCE = "article/2025-12-tokyo-summit/P16.S3"
ABOUT = ox.NamedNode("https://schema.org/about")
SOURCE = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
RDF = ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"]


def quads(server: Server, path: str, form: str) -> list[ox.Quad]:
    found = server.get(path)
    assert found.status_code == 200, found.text
    return list(ox.parse(found.content, format=by_name(form).rdf))


@pytest.mark.parametrize(
    ("path", "accept", "data"),
    [
        ("id/kazakhstan", "", "kazakhstan.ttl"),
        ("id/kazakhstan", "application/trig", "kazakhstan.trig"),
        ("id/kazakhstan/", "application/json", "kazakhstan.json"),
        ("id/kazakhstan", "application/ld+json, text/turtle;q=0.9", "kazakhstan.jsonld"),
        (SENTENCE, "application/n-quads", f"{SENTENCE}.nq"),
        ("article/2025-12-tokyo-summit", "", "article/2025-12-tokyo-summit.ttl"),
        ("graph/states", "", "graph/states.ttl"),
        ("graph/inferred", "", "graph/inferred.ttl"),
        ("ontology", "application/rdf+xml", "ontology.rdf"),
    ],
)
def test_a_thing_leads_to_its_description(server: Server, path: str, accept: str, data: str) -> None:
    found = server.get(f"/{path}", headers={"Accept": accept} if accept else {}, follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (303, f"{server.url}/data/{data}")
    assert "Accept" in found.headers["vary"]
    described = server.get(f"/data/{data}")
    assert described.status_code == 200
    assert described.links["describes"]["url"] == BASE + path.rstrip("/")


@pytest.mark.parametrize("form", RDF)
def test_a_description_holds_the_facts_and_what_states_them(server: Server, flagship: KnowledgeGraph, form: str) -> None:
    tokyo = ox.NamedNode(f"{BASE}id/tokyo")
    found = quads(server, f"/data/tokyo.{by_name(form).suffix}", form)
    portrait = flagship.show(tokyo)
    facts = {fact.triple for fact in (*portrait.facts, *portrait.incoming, *portrait.types)}
    assert len(facts) > 10
    assert facts <= {quad.triple for quad in found}
    (document,) = {quad.subject for quad in found if quad.predicate == ABOUT and quad.object == tokyo}
    sources = {str(quad.object)[1:-1] for quad in found if quad.subject == document and quad.predicate == SOURCE}
    sentences = {graph for fact in portrait.facts + portrait.incoming for graph in fact.graphs}
    assert sentences <= sources
    starts = {str(quad.subject)[1:-1] for quad in found if quad.predicate.value == "http://www.w3.org/ns/oa#start"}
    assert starts == {each for each in sources if "/P" in each} != set()


def test_quads_lie_in_the_graphs_that_state_them(server: Server, flagship: KnowledgeGraph) -> None:
    for quad in quads(server, "/data/tokyo.nq", "nquads"):
        if isinstance(quad.graph_name, ox.NamedNode):
            assert quad in flagship.store()


def test_a_sentence_is_described_with_what_it_states(server: Server, flagship: KnowledgeGraph) -> None:
    home = ox.NamedNode(BASE + SENTENCE)
    stated = set(flagship.store().quads_for_pattern(None, None, None, home))
    assert stated <= set(quads(server, f"/data/{SENTENCE}.trig", "trig"))
    assert len(stated) >= 10


def test_the_ontology_is_described_with_its_terms(server: Server) -> None:
    found = quads(server, "/data/ontology.nt", "ntriples")
    terms = {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}
    assert len([term for term in terms if term.startswith(f"{BASE}ontology#")]) > 100
    blank = {quad.object for quad in found if isinstance(quad.object, ox.BlankNode)}
    assert blank <= {quad.subject for quad in found}


def test_the_formats_of_a_description_lead_to_each_other(server: Server) -> None:
    found = server.get("/data/kazakhstan.ttl")
    others = [part.split(">")[0].strip(" <") for part in found.headers["link"].split(",") if 'rel="alternate"' in part]
    assert len(others) == 6
    for url in others:
        assert server.client.get(url).status_code == 200


def test_the_portrait_is_that_of_the_command_line(server: Server, flagship: KnowledgeGraph) -> None:
    tokyo = flagship.show("Tokyo", lang="ja")
    assert server.get("/data/tokyo.json?lang=ja").text == portraits.to_json(tokyo, flagship, flagship.presenter("ja"), {})
    shown = server.get("/show?thing=東京&lang=ja", headers={"Accept": "text/plain"})
    assert shown.text == portraits.to_text(tokyo, flagship, flagship.presenter("ja"), {})


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/kazahstan", "id:kazakhstan"),
        ("/id/Kazakhstan", "id:kazakhstan"),
        ("/id/Казахстан", "id:kazakhstan"),
        ("/data/kazahstan.ttl", "id:kazakhstan"),
        ("/article/2025-12-tokyo-summit/P16.S33", "tokyo:P16.S3"),
        ("/graph/state", "graph:states"),
        ("/show?thing=lithum", "id:lithium"),
        ("/id/", ""),
        ("/data/a/b/c", ""),
        ("/id/%00", ""),
        ("/id/<x>", ""),
    ],
)
def test_what_does_not_exist_is_told_with_near_misses(server: Server, path: str, near: str) -> None:
    found = server.get(path)
    assert found.status_code == 404
    assert near in found.json().get("hint", "")


def test_a_description_need_not_be_sent_twice(server: Server) -> None:
    found = server.get("/data/tokyo.ttl")
    assert "last-modified" in found.headers
    assert server.get("/data/tokyo.ttl", headers={"If-None-Match": found.headers["etag"]}).status_code == 304


def test_things_of_other_namespaces_are_found_by_the_end_of_their_iri(tmp_path: Path) -> None:
    root = tmp_path / "p"
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir(parents=True)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    (root / "data" / "d.ttl").write_text(f'@prefix x: <http://x/things/> . x:a x:near x:b . x:b {label} "Bee" .')
    with serving(cache=tmp_path / "cache", root=root) as server:
        assert server.get("/id/a", follow_redirects=True).links["describes"]["url"] == "http://x/things/a"
        assert server.get("/id/Bee").status_code == 404
        assert server.get("/ontology").status_code == 404


WHY = "/why?s=Kazakhstan&p=cajad:memberOf&o=id:ca-jad"


def test_a_proof_is_that_of_the_command_line(server: Server, flagship: KnowledgeGraph) -> None:
    explanation, how = flagship.why("Kazakhstan", "cajad:memberOf", "id:ca-jad"), flagship.presenter()
    assert server.get(WHY).text == explanations.to_json(explanation, how)
    assert server.get(WHY, headers={"Accept": "text/plain"}).text == explanations.to_text(explanation, flagship, how)
    told = server.get(WHY, headers={"Accept": "application/n-triples"}).text
    assert sorted(told.splitlines()) == sorted(explanations.to_prov(explanation, BASE).splitlines())


def test_several_proofs_may_be_asked_for(server: Server) -> None:
    assert len(server.get("/why?s=id:aktau&p=a&o=cajad:Place&all=3").json()["proofs"]) == 3


def test_what_does_not_hold_says_what_is_missing(server: Server) -> None:
    told = server.get("/why?s=Russia&p=cajad:memberOf&o=id:ca-jad").json()
    assert (told["holds"], bool(told["missing"])) == (False, True)


def test_a_literal_is_written_as_in_turtle(server: Server) -> None:
    assert server.client.get(f"{server.url}/why", params={"s": "id:tokyo", "p": "rdfs:label", "o": '"Tokyo"@en'}).json()["holds"]


@pytest.mark.parametrize("form", RDF)
def test_a_proof_is_had_in_every_format_of_graphs(server: Server, form: str) -> None:
    found = server.get(WHY, headers={"Accept": by_name(form).media_type})
    assert {quad.predicate.value for quad in ox.parse(found.content, format=by_name(form).rdf)} >= {f"{SOURCE.value}"}


def test_the_impact_is_that_of_the_command_line(server: Server, flagship: KnowledgeGraph) -> None:
    found, path = impact.impact(flagship, "tokyo:P16.S3"), "/impact?sentence=tokyo:P16.S3"
    assert server.get(path).text == impacts.to_json(found)
    assert server.get(path, headers={"Accept": "text/plain"}).text == impacts.to_text(found, flagship, flagship.presenter())
    told = server.get(path, headers={"Accept": "application/n-triples"}).text
    assert sorted(told.splitlines()) == sorted(impacts.to_prov(found).splitlines())


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/why?s=Kazakhstan&p=cajad:memberOf", 400, "there is no 'o'"),
        ("/why?s=Kazahstan&p=cajad:memberOf&o=id:ca-jad", 404, "id:kazakhstan"),
        ('/why?s=id:tokyo&p=rdfs:label&o="Tokyo', 404, "no literal"),
        ('/why?s=id:tokyo&p=rdfs:label&o="a"+.+<urn:a>+<urn:b>+"c"', 404, "no literal"),
        (f"{WHY}&all=0", 400, "no whole number"),
        (f"{WHY}&lang=xx", 400, "the languages are"),
        ("/impact", 400, "there is no 'sentence'"),
        ("/impact?sentence=tokyo:P99.S9", 404, "is called"),
        ("/impact?sentence=id:tokyo", 404, "is no sentence"),
        ("/show", 400, "there is no 'thing'"),
    ],
)
def test_faults_are_told(server: Server, path: str, status: int, told: str) -> None:
    found = server.get(path)
    assert found.status_code == status
    assert told in json.dumps(found.json(), ensure_ascii=False)


def test_behind_a_proxy_things_lead_through_it(tmp_path: Path) -> None:
    root = tmp_path / "p"
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir(parents=True)
    (root / "data" / "d.ttl").write_text("<http://x/a> <http://x/b> <http://x/c> .")
    (root / "kg.toml").write_text('base = "http://x/"\n[prefixes]\nx = "http://x/"\n')
    with serving("--prefix", "/kg", cache=tmp_path / "cache", root=root) as server:
        found = server.get("/kg/id/a")
        assert found.headers["location"] == f"{server.url}/kg/data/a.ttl"
        assert server.client.get(found.headers["location"]).status_code == 200
