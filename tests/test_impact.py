"""What would fall if a sentence were wrong equals what a graph without it lacks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kg import queries
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.impact import Impact, Impacts, impact
from kg.impacts import to_json, to_prov, to_text

Opened = Callable[..., KnowledgeGraph]
E = "http://e/"
ONTOLOGY = ":near a owl:SymmetricProperty ."
QUERY = (
    "#+ summary: neighbours\n#+ question: {en: Who is near whom?}\nSELECT ?x ?y WHERE { ?x <http://e/near> ?y } ORDER BY ?x ?y\n"
)
SENTENCES = """
    @prefix oa: <http://www.w3.org/ns/oa#> . @prefix prov: <http://www.w3.org/ns/prov#> .
    :g { :s1 oa:start 0 . :s2 oa:start 9 . :from1 prov:wasDerivedFrom :s1 . :from12 prov:wasDerivedFrom :s1 , :s2 . }
"""
FACTS = ":s1 { :a :near :b , :c } :s2 { :c :near :a . :d :near :e } :from1 { :a :near :f } :from12 { :a :near :g }"
FILES = {"ontology/o.ttl": ONTOLOGY, "data/s.trig": SENTENCES, "data/f.trig": FACTS, "queries/neighbours.rq": QUERY}


def near(*pairs: str) -> set[ox.Triple]:
    return {
        ox.Triple(ox.NamedNode(E + one), ox.NamedNode(E + "near"), ox.NamedNode(E + other)) for one, other in map(tuple, pairs)
    }


@pytest.fixture
def found(opened: Opened) -> tuple[KnowledgeGraph, Impact]:
    graph = opened(**FILES)
    return graph, impact(graph, E + "s1")


def test_what_nothing_else_states_or_implies_falls(found: tuple[KnowledgeGraph, Impact]) -> None:
    _, fell = found
    assert set(fell.stated) == near("ab", "af")
    assert set(fell.inferred) == near("ba", "fa")


def test_what_was_derived_from_the_sentence_alone_falls_with_it(found: tuple[KnowledgeGraph, Impact]) -> None:
    assert found[1].graphs == (E + "s1", E + "from1")


def test_answers_lose_the_rows_that_rest_on_it(found: tuple[KnowledgeGraph, Impact]) -> None:
    lost = found[1].lost["neighbours"]
    pairs = [[cell.value.removeprefix(E) for cell in row if isinstance(cell, ox.NamedNode)] for row in lost]
    assert pairs == [["a", "b"], ["a", "f"], ["b", "a"], ["f", "a"]]
    assert found[1].gained == {}


def test_nothing_falls_elsewhere(opened: Opened, found: tuple[KnowledgeGraph, Impact]) -> None:
    graph, fell = found
    without = opened(**{**FILES, "data/f.trig": ":s2 { :c :near :a . :d :near :e } :from12 { :a :near :g }"})
    everything = graph.closure.asserted | graph.closure.inferred
    left = without.closure.asserted | without.closure.inferred
    assert everything - left == {*fell.stated, *fell.inferred}


def test_text_and_json_say_the_same(found: tuple[KnowledgeGraph, Impact]) -> None:
    graph, fell = found
    told = to_text(fell, graph, graph.presenter())
    assert told.startswith("If :s1 were wrong:\n  :from1, derived from it alone, would fall too\n")
    assert "stated nowhere else: 2" in told and "rows that answers lose: 4\n  kg query neighbours: 4" in told
    whole = json.loads(to_json(fell))
    assert (len(whole["stated"]), len(whole["inferred"]), len(whole["lost"]["neighbours"])) == (2, 2, 4)


def test_the_cause_falls_with_the_sentence_that_it_rests_on(flagship: KnowledgeGraph) -> None:
    fell = impact(flagship, "tokyo:P16.S3")
    told = to_text(fell, flagship, flagship.presenter("ru"))
    cause = flagship.why("id:search-for-resource-sources", "cajad:causedBy", "id:senkaku-dispute").triple
    assert cause in fell.inferred
    assert len(fell.lost["causes-of"]) == 3 and "kg query causes-of: 3" in told


def test_what_is_no_graph_has_no_impact(flagship: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="no sentence") as error:
        impact(flagship, "id:japan")
    assert "tokyo:" in error.value.hint


def test_prov_says_what_would_be_invalidated(found: tuple[KnowledgeGraph, Impact]) -> None:
    _, impact = found
    store = ox.Store()
    store.extend(ox.parse(to_prov(impact), format=ox.RdfFormat.N_TRIPLES))
    rows = store.query(
        "PREFIX prov: <http://www.w3.org/ns/prov#> SELECT ?s ?p ?o ?source { ?fallen a rdf:Statement ; rdf:subject ?s ; "
        "rdf:predicate ?p ; rdf:object ?o ; prov:wasInvalidatedBy [ prov:used <http://e/s1> ] "
        "OPTIONAL { ?fallen prov:hadPrimarySource ?source } }",
        prefixes={"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    )
    assert isinstance(rows, ox.QuerySolutions)
    told = {(ox.Triple(row["s"], row["p"], row["o"]), row["source"] is not None) for row in rows}
    assert told == {(triple, True) for triple in impact.stated} | {(triple, False) for triple in impact.inferred}


def sentences(graph: KnowledgeGraph) -> list[str]:
    return [name for name in graph.graphs if "/article/" in name and "/P" in name]


def impacts_of(graph: KnowledgeGraph) -> Impacts:
    return Impacts(graph, queries.catalogue(graph.project).values())


@pytest.mark.slow
def test_what_falls_is_what_a_graph_built_without_the_sentence_lacks(flagship: KnowledgeGraph) -> None:
    found = impacts_of(flagship)
    assert len(sentences(flagship)) == 67
    assert [name for name in sentences(flagship) if found.of(name) != found.anew(name)] == []


@pytest.mark.parametrize(
    "facts",
    [
        # In a circle, each holds up the next.
        {":s1": ":a :in :b", ":s2": ":b :in :a . :in a owl:TransitiveProperty , owl:SymmetricProperty"},
        # A list is an axiom's, and a sentence's.
        {":s1": ":near owl:propertyChainAxiom ( :in :in ) . :a :in :b", ":s2": ":b :in :c"},
        {":s1": ":a owl:sameAs :b", ":s2": ":a :near :c . :b :near :d"},
        # The stores write both values alike.
        {":s1": ":a :near 1 . :a :in 01", ":s2": ":a :near 01 . :in rdfs:subPropertyOf :near"},
        {":s1": ":in owl:inverseOf :near . :a :in :b", ":s2": ":a :in :b . :b :near :a"},
        {":s1": ":a a :C . :C rdfs:subClassOf :D", ":s2": ":a a :D . :near rdfs:domain :C"},
    ],
    ids=["circle", "list", "same", "literals", "inverse", "classes"],
)
def test_what_falls_is_the_same_however_it_is_found(opened: Opened, facts: dict[str, str]) -> None:
    files = {**FILES, "data/f.trig": " ".join(f"{graph} {{ {text} }}" for graph, text in facts.items())}
    files["queries/all.rq"] = QUERY.replace("SELECT ?x ?y WHERE { ?x <http://e/near> ?y }", "SELECT ?x ?y WHERE { ?x ?p ?y }")
    found = impacts_of(opened(**files))
    for sentence in ("s1", "s2"):
        assert found.of(E + sentence) == found.anew(E + sentence)


def test_the_store_is_afterwards_what_it_was(opened: Opened) -> None:
    graph, store = opened(**FILES), ox.Store()
    store.extend(graph.store())
    Impacts(graph, queries.catalogue(graph.project).values(), store).of(E + "s1")
    assert {*store} == {*graph.store()} and {*store.named_graphs()} == {*graph.store().named_graphs()}


def test_a_conclusion_rests_on_each_sentence_of_its_proof(flagship: KnowledgeGraph) -> None:
    inferred = sorted(flagship.closure.inferred, key=str)
    expected: dict[str, set[ox.Triple]] = defaultdict(set)
    for triple, found in zip(inferred, flagship.ground(inferred), strict=True):
        for sentence in found.sentences:
            expected[sentence].add(triple)
    impacts = impacts_of(flagship)
    assert {name: {*impacts.conclusions(name)} for name in sentences(flagship)} == {
        name: expected[name] for name in sentences(flagship)
    }


def test_what_falls_is_told_by_the_columns_of_the_answer(found: tuple[KnowledgeGraph, Impact]) -> None:
    graph, fell = found
    assert fell.columns == {"neighbours": ("x", "y")}
    assert [impacts_of(graph).place("neighbours", row) for row in fell.lost["neighbours"]] == [1, 3, 5, 9]
