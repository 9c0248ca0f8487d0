"""`kg.connect`: a graph that a server holds answers as the one that lies here."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest

import kg
from kg import wire
from kg.errors import KGError, Place, QueryError, ServerError, UnknownThingError, UsageError
from kg.portrait import Portrait
from kg.queries import catalogue
from tests.program import shared_cache
from tests.web.serving import ROOT, Server, serving

ID, TERM = "https://w3id.org/cajad/id/", "https://w3id.org/cajad/ontology#"
QUERIES = 74


@pytest.fixture(scope="module")
def here() -> kg.KnowledgeGraph:
    return kg.open(ROOT)


@pytest.fixture
def there(server: Server) -> kg.RemoteGraph:
    return kg.connect(server.url)


def test_every_saved_query_has_the_same_answer(here: kg.KnowledgeGraph, there: kg.RemoteGraph) -> None:
    asked = [saved for saved in catalogue(here.project).values() if not saved.needs_a_value]
    for saved in asked:
        assert there.query(saved.name) == here.query(saved.name), saved.name
        assert str(there.query(saved.name)) == str(here.query(saved.name)), saved.name
    assert len(catalogue(here.project)) == QUERIES
    assert len(asked) > QUERIES // 2


@pytest.mark.parametrize("value", ["Казахстан", "id:kazakhstan", ox.NamedNode(f"{ID}kazakhstan")])
def test_a_parameter_is_a_label_a_short_name_or_a_term(here: kg.KnowledgeGraph, there: kg.RemoteGraph, value: object) -> None:
    assert there.query("needs-of-state", state=value) == here.query("needs-of-state", state=value)


def test_none_leaves_a_parameter_open(here: kg.KnowledgeGraph, there: kg.RemoteGraph) -> None:
    everything = there.query("place-of-summit", summit=None)
    assert everything == here.query("place-of-summit", summit=None)
    assert len(everything) > len(there.query("place-of-summit"))


def test_a_value_that_no_parameter_takes_is_told(there: kg.RemoteGraph) -> None:
    with pytest.raises(UsageError, match="is no value for 'state'"):
        there.query("needs-of-state", state=object())


@pytest.mark.parametrize("asserted", [False, True])
def test_rows_triples_and_yes_or_no_are_the_same(here: kg.KnowledgeGraph, there: kg.RemoteGraph, *, asserted: bool) -> None:
    texts = (
        "SELECT ?place ?label { id:tokyo-summit cajad:heldAt ?place . ?place rdfs:label ?label } ORDER BY ?label",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "CONSTRUCT { ?s cajad:heldAt ?o } { ?s cajad:heldAt ?o }",
        "ASK { id:japan a cajad:Agreement }",
    )
    for text in texts:
        assert there.sparql(text, asserted=asserted) == here.sparql(text, asserted=asserted), text


@pytest.mark.parametrize("value", [ox.NamedNode(f"{ID}japan"), "a ' and a \\ and \"", 5, Decimal("2.50"), True])
def test_terms_are_bound_as_terms(there: kg.RemoteGraph, value: object) -> None:
    ((bound,),) = there.sparql("SELECT ?x {}", x=value)  # type: ignore[arg-type]
    assert bound == kg.open(ROOT).sparql("SELECT ?x {}", x=value).rows[0][0]  # type: ignore[attr-defined,arg-type]


@pytest.mark.parametrize("name", ["summits-of-2025", "agreements", "safe-totals"])
def test_evidence_is_the_same(here: kg.KnowledgeGraph, there: kg.RemoteGraph, name: str) -> None:
    found = there.query(name).evidence()
    assert wire.evidence_data(found) == wire.evidence_data(here.query(name).evidence())
    assert any(each.sentences for each in found)
    assert [each.sentences for each in found] == [each.sentences for each in here.query(name).evidence()]


def test_evidence_of_any_text_comes_from_the_server_too(there: kg.RemoteGraph) -> None:
    (found,) = there.sparql("SELECT ?place { id:tokyo-summit cajad:heldAt ?place }").evidence()
    assert found.sentences


@pytest.mark.parametrize("thing", ["Япония", "id:tokyo-summit", ox.NamedNode(f"{TERM}heldAt"), "cajad:Summit"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_thing_is_shown_alike(here: kg.KnowledgeGraph, there: kg.RemoteGraph, thing: str, lang: str) -> None:
    assert _named(there.show(thing, lang=lang)) == _named(here.show(thing, lang=lang))


def _named(portrait: Portrait) -> Portrait:
    """The portrait without what points at, or is, a node without a name: its name differs from store to store."""
    kept = {
        name: tuple(fact for fact in getattr(portrait, name) if not any(isinstance(term, ox.BlankNode) for term in fact.triple))
        for name in ("types", "notes", "facts", "incoming")
    }
    return Portrait(portrait.thing, portrait.label, portrait.labels, **kept)


def test_a_proof_is_the_same_down_to_the_lines_of_the_files(here: kg.KnowledgeGraph, there: kg.RemoteGraph) -> None:
    inferred = [triple for triple in here.inferences() if not any(isinstance(term, ox.BlankNode) for term in triple)][:30:3]
    for triple in inferred:
        subject, predicate, object = triple
        assert isinstance(subject, ox.NamedNode)
        found = there.why(subject, predicate, object, most=3)
        assert found.holds
        assert found == here.why(subject, predicate, object, most=3)
    assert len(inferred) == 10


def test_what_does_not_hold_has_the_same_nearest_rules(here: kg.KnowledgeGraph, there: kg.RemoteGraph) -> None:
    wanted = ("id:japan", "a", "cajad:Agreement")
    found = there.why(*wanted)
    assert not found.holds
    assert found.missing
    assert found == here.why(*wanted)


def test_labels_follow_the_language(there: kg.RemoteGraph) -> None:
    rows = there.sparql("SELECT ?place { id:tokyo-summit cajad:heldAt ?place }")
    assert "東京" in rows.format("table", there.presenter("ja"))
    assert there.label(f"{ID}nothing-of-the-kind") is None


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda graph: graph.sparql("SELECT ?x { ?x a }"), QueryError, "something is missing before the end"),
        (lambda graph: graph.sparql("SELECT ?x { ?x a ex:Thing }"), QueryError, "the prefix ex: is not declared"),
        (lambda graph: graph.query("sumits-of-2025"), UsageError, "no query is called"),
        (lambda graph: graph.query("needs-of-state", stat="id:japan"), UsageError, "no parameter 'stat'"),
        (lambda graph: graph.query("needs-of-state", state="Atlantis"), UnknownThingError, "is called 'Atlantis'"),
        (lambda graph: graph.show("Atlantis"), UnknownThingError, "is called 'Atlantis'"),
        (lambda graph: graph.why("id:japan", "a", "Atlantis"), UnknownThingError, "is called 'Atlantis'"),
    ],
)
def test_errors_are_those_of_a_graph_here(there: kg.RemoteGraph, wrong: object, kind: type[KGError], message: str) -> None:
    with pytest.raises(kind, match=message) as told:
        wrong(there)  # type: ignore[operator]
    assert told.value.hint


def test_a_fault_in_a_query_has_its_place(there: kg.RemoteGraph) -> None:
    with pytest.raises(QueryError) as told:
        there.sparql("SELECT ?x {\n ?x a }")
    assert told.value.place == Place("query", 2, 7)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(ServerError, match="cannot be reached"):
        kg.connect("http://127.0.0.1:9/").query("agreements")


def test_what_is_no_server_of_ours_is_told(server: Server) -> None:
    with pytest.raises(ServerError, match="Not Found"):
        kg.connect(f"{server.url}/openapi.json").sparql("ASK {}")


def test_an_address_without_a_scheme_is_told() -> None:
    with pytest.raises(UsageError, match="no address of a server"):
        kg.connect("file:///etc/passwd")


def test_the_address_of_the_endpoint_will_do(server: Server) -> None:
    assert kg.connect(f"{server.url}/sparql").sparql("ASK {}")


def test_a_query_that_met_a_limit_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        serving("--deadline", "1", cache=shared_cache(tmp_path_factory)) as slow,
        pytest.raises(ServerError, match="longer than 1 second"),
    ):
        kg.connect(slow.url).sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
