"""The knowledge graph: asked in SPARQL, searched by any name, shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answers import Rows, Triples, YesNo
from kg.errors import Place, QueryError, UsageError
from kg.graph import KnowledgeGraph
from kg.names import Names
from kg.sparql import evaluate, to_term

Opened = Callable[..., KnowledgeGraph]

FILES = {
    "kg.toml": "title = 'Tiny'\n[prefixes]\nid = 'http://e/id/'\nother = 'http://o/'\n",
    "ontology/o.ttl": ":near a owl:SymmetricProperty ; rdfs:label 'is near'@en, 'рядом с'@ru . :City rdfs:subClassOf :Place .",
    "data/d.trig": """
        :g { <http://e/id/tokyo> a :City ; :near <http://e/id/edo> ; :size 5 ;
             skos:scopeNote 'Capital.'@en, 'Столица.'@ru, 'x' ; skos:example 'Edo.'@en, '江戸'@ja . }
        :h { <http://e/id/tokyo> :near <http://e/id/edo> . }
        :l { <http://e/id/tokyo> rdfs:label 'Tokyo'@en, 'Токио'@ru, '東京'@ja ; skos:altLabel 'Capital of Japan'@en .
             <http://e/id/edo> rdfs:label 'Edo castle'@en, 'Эдо'@ru . <http://o/edo-2> rdfs:label 'Эдо'@ru .
             <http://e/id/only-ja> rdfs:label '城'@ja .
             <http://e/id/two> rdfs:label 'Second'@en ; skos:prefLabel 'Other'@en, 'Два'@ru . }""",
}
TOKYO = ox.NamedNode("http://e/id/tokyo")
EDO = ox.NamedNode("http://e/id/edo")
NEAR = ox.NamedNode("http://e/near")


@pytest.fixture
def graph(opened: Opened) -> KnowledgeGraph:
    return opened(**FILES)


def fault(graph: KnowledgeGraph, text: str, **terms: object) -> QueryError:
    with pytest.raises(QueryError) as caught:
        graph.sparql(text, **terms)  # type: ignore[arg-type]
    return caught.value


def test_select_ask_and_construct_give_answers_of_their_kinds(graph: KnowledgeGraph) -> None:
    assert isinstance(graph.sparql("SELECT * { ?s ?p ?o }"), Rows)
    assert graph.sparql("ASK { id:tokyo :near id:edo }") == YesNo(True)
    assert graph.sparql("CONSTRUCT { ?s :q ?o } { ?s :size ?o }") == Triples(
        [ox.Triple(TOKYO, ox.NamedNode("http://e/q"), ox.Literal(5))]
    )


def test_a_query_sees_what_follows_unless_only_what_is_asserted_is_asked_for(graph: KnowledgeGraph) -> None:
    inferred = "ASK { id:edo :near id:tokyo }"
    assert graph.sparql(inferred) == YesNo(True)
    assert graph.sparql(inferred, asserted=True) == YesNo(False)


def test_well_known_prefixes_and_those_of_settings_and_files_need_no_declaration(graph: KnowledgeGraph) -> None:
    assert graph.sparql("ASK { id:tokyo a :City ; rdfs:label ?l . FILTER NOT EXISTS { ?x a schema:Thing } }")


@pytest.mark.parametrize(
    ("value", "term"),
    [
        (TOKYO, str(TOKYO)),
        ("id:tokyo", '"id:tokyo"'),
        (5, '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (True, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (Decimal("1E+3"), '"1000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (date(2025, 12, 20), '"2025-12-20"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ],
)
def test_python_values_become_terms_and_text_never_an_iri(value: object, term: str) -> None:
    assert str(to_term(value)) == term


def test_a_value_that_is_no_term_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"\[\] is no RDF term"):
        to_term([])


def test_a_term_is_bound_and_cannot_break_out_of_its_place(graph: KnowledgeGraph) -> None:
    assert len(graph.sparql("SELECT ?x ?n { ?x :size ?n }", x=TOKYO, n=5)) == 1
    assert len(graph.sparql("SELECT ?l { ?x rdfs:label ?l }", l='" } DROP ALL #')) == 0


def test_a_term_for_a_variable_that_is_not_projected_is_told(graph: KnowledgeGraph) -> None:
    error = fault(graph, "SELECT (COUNT(*) AS ?n) { ?x ?p ?o }", x=TOKYO)
    assert "?x is given a value and is not among the variables" in error.message
    assert "after SELECT" in error.hint


def test_a_name_that_is_no_variable_is_a_usage_error(graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="is no name of a variable"):
        graph.sparql("ASK {}", **{"a b": True})


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("SELECT * {\n ?s ?p }", Place("query", 2, 8), "something is missing before the end"),
        ("SELECT * {\n ?s nope:x ?o }", Place("query", 2, 5), "the prefix nope: is not declared"),
        ("ASK {\n nope:x ?p ?o }", Place("query", 2, 2), "the prefix nope: is not declared"),
        ("ASK { ?s ?p ?o FILTER(?o = nope:x) }", Place("query", 1, 28), "the prefix nope: is not declared"),
        ("ASK { ?s ?p 'nope:x }", Place("query", 1, 21), "something is missing before the end"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", Place("query", 1, 33), "SELECT * is not authorized with GROUP BY"),
        ("hello", Place("query", 1, 5), "this is no query: it has none of ASK, CONSTRUCT, DESCRIBE, SELECT"),
        ("", Place("query", 1, 1), "this is no query"),
        ("SELECT (<urn:f>(1) AS ?x) {}", Place("query"), "The custom function <urn:f> is not supported"),
        ("SELECT * { ?s ?p ?o } LIMIT x", Place("query", 1, 29), "unexpected 'x'"),
    ],
)
def test_a_fault_in_a_query_is_told_at_its_place_in_readable_words(
    graph: KnowledgeGraph, text: str, place: Place, said: str
) -> None:
    error = fault(graph, text)
    assert error.place == place
    assert said in error.message
    assert len(error.message) < 100


def test_a_misspelt_prefix_is_met_with_the_right_one(graph: KnowledgeGraph) -> None:
    assert "'skos'" in fault(graph, "ASK { ?s skso:note ?o }").hint


SERVICES = ["ASK { SERVICE <http://h/> { ?s ?p ?o } }", "ASK { service ?x { ?s ?p ?o } }", "ASK { \\u0053ERVICE <http://h/> {} }"]


@pytest.mark.parametrize("text", SERVICES)
def test_no_query_reaches_another_server(graph: KnowledgeGraph, text: str) -> None:
    error = fault(graph, text)
    assert error.message == "SERVICE would ask another server"
    assert error.place == Place("query", 1, 7)


def test_the_word_service_may_stand_elsewhere(graph: KnowledgeGraph) -> None:
    text = """ASK { # SERVICE
        ?service :service 'SERVICE', "SERVICE \\" SERVICE", '''a 'SERVICE''' ; <http://SERVICE> ?o .
        FILTER (?o < 5 && 6 > ?o) }"""
    assert graph.sparql(text) == YesNo(False)


@pytest.mark.parametrize(
    "word", ["INSERT DATA { :a :b :c }", "DELETE WHERE { ?s ?p ?o }", "PREFIX x: <urn:x> CLEAR ALL", "drop all"]
)
def test_a_change_is_refused_as_read_only(graph: KnowledgeGraph, word: str) -> None:
    assert "read only" in fault(graph, word).message


def test_a_query_may_use_the_words_of_updates_as_names(graph: KnowledgeGraph) -> None:
    assert isinstance(graph.sparql("PREFIX insert: <urn:delete> SELECT ?add { ?add insert:load 'clear' }"), Rows)


def test_a_deeply_nested_query_ends_in_an_answer_and_not_in_a_crash(graph: KnowledgeGraph) -> None:
    assert isinstance(graph.sparql(f"SELECT * {'{' * 5_000}{'}' * 5_000}"), Rows)
    assert "longer than 64 KiB" in fault(graph, f"ASK {{ # {'x' * 70_000}\n}}").message


@given(st.text("SELECTWHERASK{}().?$ab:<>\"'#\\\n1u0", max_size=30))
def test_any_text_gives_an_answer_or_a_query_error(text: str) -> None:
    try:
        evaluate(ox.Store(), text, Names({}), {})
    except QueryError as error:
        assert error.message


def test_a_label_falls_back_to_english_and_then_to_any_language(graph: KnowledgeGraph) -> None:
    assert graph.label(TOKYO.value, "ja") == "東京"
    assert graph.label(EDO.value, "ja") == "Edo castle"
    assert graph.label("http://e/id/only-ja", "ru") == "城"
    assert graph.label("http://e/nothing") is None


def test_a_label_proper_goes_before_a_preferred_one(graph: KnowledgeGraph) -> None:
    assert graph.labels("http://e/id/two") == {"en": "Second", "ru": "Два"}


@pytest.mark.parametrize(
    "name",
    [
        "http://e/id/tokyo",
        "<http://e/id/tokyo>",
        "id:tokyo",
        "tokyo",
        "Tokyo",
        "TOKYO",
        "токио",
        "東京",
        " Tokyo ",
        "capital of japan",
    ],
)
def test_a_thing_is_found_by_any_of_its_names(graph: KnowledgeGraph, name: str) -> None:
    assert graph.find(name) == TOKYO


def test_what_is_found_may_be_restricted_to_a_class(graph: KnowledgeGraph) -> None:
    place = ox.NamedNode("http://e/Place")
    assert graph.find("tokyo", place) == TOKYO
    with pytest.raises(UsageError, match="nothing that is a :Place is called 'Edo castle'") as caught:
        graph.find("Edo castle", place)
    assert "id:tokyo" in caught.value.hint


def test_a_name_of_several_things_lists_them(graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="'Эдо' can be any of id:edo, other:edo-2"):
        graph.find("Эдо")


@pytest.mark.parametrize(
    ("name", "near"), [("Tokio", "'Tokyo' (id:tokyo)"), ("Токи", "'Токио' (id:tokyo)"), ("Edo cstle", "'Edo castle' (id:edo)")]
)
def test_an_unknown_name_is_met_with_near_ones_in_any_language(graph: KnowledgeGraph, name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"nothing is called '{name}'") as caught:
        graph.find(name)
    assert near in caught.value.hint


@pytest.mark.parametrize("name", ["", " ", "<", "a b:c", "id:", "\x00", "<not an iri>"])
def test_a_name_that_cannot_be_one_is_a_usage_error(graph: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError):
        graph.find(name)


def test_a_portrait_tells_labels_classes_notes_and_facts_with_their_graphs(graph: KnowledgeGraph) -> None:
    portrait = graph.show("Токио", lang="ru")
    assert (portrait.thing, portrait.label, list(portrait.labels)) == (TOKYO, "Токио", ["en", "ja", "ru"])
    assert [(str(fact.object), fact.inferred) for fact in portrait.types] == [
        ("<http://e/City>", False),
        ("<http://e/Place>", True),
    ]
    # An example that is not told in Russian is told in English, though the other note is in Russian.
    notes = [ox.Literal("Edo.", language="en"), ox.Literal("x"), ox.Literal("Столица.", language="ru")]
    assert [fact.object for fact in portrait.notes] == notes
    facts = {(fact.predicate.value, str(fact.object)): fact.graphs for fact in portrait.facts if fact.predicate == NEAR}
    assert facts == {(NEAR.value, str(EDO)): ("http://e/g", "http://e/h")}


def test_a_portrait_shows_what_points_at_the_thing(graph: KnowledgeGraph) -> None:
    (fact,) = graph.show(TOKYO).incoming
    assert (fact.subject, fact.predicate, fact.inferred, fact.graphs) == (EDO, NEAR, True, ())


def test_facts_are_grouped_by_property(graph: KnowledgeGraph) -> None:
    groups = graph.show(TOKYO).by_property()
    assert [predicate.value.rpartition("/")[2] for predicate, _ in groups] == ["near", "size", "core#altLabel"]
    assert sum(len(facts) for _, facts in groups) == len(graph.show(TOKYO).facts)


def test_the_graphs_of_a_triple_are_those_that_assert_it(graph: KnowledgeGraph) -> None:
    assert graph.graphs_of(ox.Triple(TOKYO, NEAR, EDO)) == ("http://e/g", "http://e/h")
    assert graph.graphs_of(ox.Triple(EDO, NEAR, TOKYO)) == ()


def test_a_graph_with_contradictions_opens_and_tells_them(opened: Opened) -> None:
    graph = opened(**{"data/d.ttl": ":C owl:disjointWith :D . :a a :C, :D ."})
    (clash,) = graph.clashes
    assert clash.rule == "cax-dw" and len(clash.triples) == 3


def test_a_graph_tells_its_counts_and_graphs(graph: KnowledgeGraph) -> None:
    assert graph.counts["inferred"] == 2
    assert graph.graphs == ["http://e/g", "http://e/h", "http://e/l", "urn:kg:graph/o"]
    assert repr(graph) == f"<KnowledgeGraph Tiny: {graph.counts['asserted']} + 2 triples>"


def test_an_unknown_query_is_met_with_near_ones(opened: Opened) -> None:
    graph = opened(**{"queries/summits.rq": "#+ question: {en: What?}\nSELECT * {}"})
    with pytest.raises(UsageError, match="no query is called 'sumits'") as caught:
        graph.query("sumits")
    assert caught.value.hint == "did you mean 'summits'?"


def test_the_flagship_finds_its_things_in_three_languages(flagship: KnowledgeGraph) -> None:
    found = {flagship.find(name).value for name in ("Kazakhstan", "Казахстан", "カザフスタン", "id:kazakhstan", "kazakhstan")}
    assert found == {"https://w3id.org/cajad/id/kazakhstan"}


def test_every_thing_of_the_flagship_is_found_by_its_english_label(flagship: KnowledgeGraph) -> None:
    labelled = flagship.sparql(
        'SELECT ?thing ?label { GRAPH graph:labels { ?thing rdfs:label ?label } FILTER(LANG(?label) = "en") }'
    )
    assert len(labelled) > 200
    assert [label.value for thing, label in labelled if flagship.find(label.value) != thing] == []
