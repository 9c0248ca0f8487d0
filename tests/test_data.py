"""The content of data/, tested like code: each test is a claim, and fails with the list of offenders."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox
import pytest

from kg import project, sources
from kg.names import WELL_KNOWN
from tests import coverage
from tests.content import column, data, rows, shown
from tests.coverage import ARTICLE, FACTS, ROOT, SENTENCE_COUNT

BASE = project.at(ROOT).base
LANGUAGES = ("en", "ru", "ja")
OWN_LANGUAGES = {"kazakhstan": "kk", "kyrgyzstan": "ky", "tajikistan": "tg", "turkmenistan": "tk", "uzbekistan": "uz"}

# What somebody holds, wants or promises, and the modalities that a node of the class may have.
MODALITIES = {
    "Opinion": {"opinion"},
    "Comparison": {"opinion"},
    "Proposal": {"proposed"},
    "Pledge": {"pledged"},
    "Plan": {"planned", "cancelled"},
    "Claim": {"claimed"},
    "Forecast": {"forecast"},
    "Question": {"asked"},
    "Call": {"called-for"},
    "Need": {"interested", "expected"},
    "Absence": {"derived"},
}
NO_FACTS = {"opinion", "proposed", "pledged", "planned", "cancelled", "claimed", "forecast", "asked", "called-for", "offered"}
BETWEEN = "SELECT ?g ?a ?p ?b WHERE { GRAPH ?g { ?a ?p ?b } ?a a cajad:Actor . ?b a cajad:Actor FILTER(?g != graph:inferred) }"
# The only predicates that may hold between two actors as a fact; a comparison or a wish must be a node.
BETWEEN_ACTORS = {"groupMember", "hasBilateralOutcomeWith", "inDisputeWith", "strainedRelationWith"}
FORMS = {
    "isoAlpha2": "[A-Z]{2}",
    "isoAlpha3": "[A-Z]{3}",
    "isoNumeric": "[0-9]{3}",
    "m49": "[0-9]{3}",
    "iso4217": "[A-Z]{3}",
    "elementSymbol": "[A-Z][a-z]?",
}
MATCHES = re.compile(r"http://www\.wikidata\.org/entity/Q[1-9]\d*|https://sws\.geonames\.org/[1-9]\d*/")


def things() -> set[str]:
    """What the data speaks of: all its IRIs under the base but the terms of the ontology."""
    terms = {term.value for quad in data() for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode)}
    return {iri for iri in terms if iri.startswith(BASE) and not iri.startswith(coverage.ONTOLOGY.rstrip("#"))}


# The text and its evidence


def test_every_sentence_has_a_graph_with_triples() -> None:
    line = coverage.sentences(coverage.whole())
    assert (line.found, line.missing) == (SENTENCE_COUNT, ())


def test_every_sentence_says_where_it_stands() -> None:
    found = rows(
        f"""SELECT ?sentence ?paragraph ?number WHERE {{ GRAPH graph:sentences {{ ?sentence a cajad:Sentence ;
            dcterms:isPartOf <{ARTICLE}> ; dcterms:language "ru" ; cajad:sentenceKind ?kind ;
            cajad:paragraph ?paragraph ; cajad:sentenceNumber ?number }} }}"""
    )
    assert len(found) == len({row[0] for row in found}) == SENTENCE_COUNT
    assert [row for row in found if row[0] != f"tokyo:P{row[1]}.S{row[2]}"] == []


def test_sentences_are_of_the_kinds_that_the_article_has() -> None:
    kinds = Counter(column("SELECT ?kind WHERE { GRAPH graph:sentences { ?sentence cajad:sentenceKind ?kind } }"))
    assert kinds == {
        "sentence-title": 1,
        "sentence-heading": 2,
        "sentence-credit": 5,
        "sentence-list-item": 8,
        "sentence-text": 51,
    }


def test_sentences_follow_one_another_without_overlap() -> None:
    positions = coverage.whole().positions
    in_order = sorted(positions, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])
    assert len(in_order) == SENTENCE_COUNT
    assert [name for name in in_order if positions[name][0] >= positions[name][1]] == []
    assert [pair for pair in pairwise(in_order) if positions[pair[0]][1] > positions[pair[1]][0]] == []


def test_every_hash_is_a_sha256() -> None:
    line = coverage.hashes(coverage.whole(), None)
    assert (line.found, line.missing) == (SENTENCE_COUNT, ())


def test_every_fact_is_encoded() -> None:
    encoded = coverage.fact_quads(FACTS.read_text(encoding="utf-8"))
    assert sorted({fact for fact, _ in encoded}) == [f"F{number:03}" for number in range(1, coverage.FACT_COUNT + 1)]
    assert [row for row, count in Counter(encoded).items() if count > 1] == []
    assert coverage.facts(coverage.whole(), encoded).missing == ()


@pytest.mark.parametrize(("kind", "count"), [("implied", 23), ("derived", 6)])
def test_every_graph_beyond_the_text_points_to_sentences(kind: str, count: int) -> None:
    graphs = column(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), STR(graph:{kind}-))) }}")
    typed = rows(f"SELECT ?g ?s WHERE {{ ?g a cajad:{kind.title()}Graph ; prov:wasDerivedFrom ?s }}")
    assert len(graphs) == count
    assert sorted({graph for graph, _ in typed}) == graphs
    assert [row for row in typed if row[1].removeprefix("tokyo:") not in coverage.whole().positions] == []


def test_every_graph_of_reference_data_names_its_source() -> None:
    graphs = column("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), STR(graph:reference-))) }")
    sourced = column(
        'SELECT DISTINCT ?g WHERE { ?g a cajad:ReferenceGraph ; dcterms:source ?s FILTER(STRSTARTS(STR(?s), "https://")) }'
    )
    assert len(graphs) >= 8
    assert graphs == sourced


def test_every_named_graph_says_what_it_is() -> None:
    graphs = {quad.graph_name for quad in data() if shown(quad.graph_name).startswith("graph:")}
    typed = {quad.subject for quad in data() if shown(quad.predicate) == "rdf:type"}
    # A statement about a graph stands in the graph that is named after its file.
    files = {project.at(ROOT).graph(file.stem) for file in sources.rdf_files(project.at(ROOT).data)}
    assert sorted(shown(graph) for graph in graphs - typed if getattr(graph, "value", "") not in files) == []


def test_there_are_28_doubts_each_with_its_sentence() -> None:
    doubts = rows(
        """SELECT DISTINCT ?n ?doubt WHERE {
            ?doubt a cajad:Doubt ; cajad:doubtNumber ?n ; rdfs:comment ?comment ; cajad:onSentence ?s . ?s a cajad:Sentence }"""
    )
    assert sorted(int(number) for number, _ in doubts) == list(range(1, 29))
    assert column("SELECT ?s WHERE { ?d cajad:onSentence ?s MINUS { ?s a cajad:Sentence } }") == []


def test_whatever_the_editors_say_in_english_they_say_in_russian_and_japanese() -> None:
    texts = ("rdfs:comment", "dcterms:description", "skos:editorialNote")
    told = Counter(
        (shown(quad.subject), shown(quad.predicate), quad.object.language)
        for quad in data() if shown(quad.predicate) in texts and isinstance(quad.object, ox.Literal)
    )  # fmt: skip
    in_english = {(subject, predicate) for subject, predicate, language in told if language == "en"}
    assert len({subject for subject, predicate in in_english if predicate == "rdfs:comment"}) == 28
    assert {*told} == {(*text, language) for text in in_english for language in ("en", "ru", "ja")}
    assert {*told.values()} == {1}


# The form of the data


def test_no_blank_node_stands_in_the_data() -> None:
    assert [str(quad) for quad in data() if any(isinstance(term, ox.BlankNode) for term in quad)] == []


def test_nothing_is_said_to_be_the_same_as_another_thing() -> None:
    assert [str(quad) for quad in data() if quad.predicate.value == WELL_KNOWN["owl"] + "sameAs"] == []
    assert rows("SELECT ?a ?b WHERE { ?a owl:sameAs ?b }") == []


def test_no_statement_is_reified() -> None:
    reifying = {WELL_KNOWN["rdf"] + name for name in ("Statement", "subject", "predicate", "object", "reifies")}
    used = [quad for quad in data() if reifying & {getattr(term, "value", "") for term in quad}]
    assert [str(quad) for quad in used] == []
    assert [str(quad) for quad in data() if isinstance(quad.object, ox.Triple)] == []


def test_everything_has_one_label_in_each_language() -> None:
    labelled = "SELECT ?thing (LANG(?label) AS ?language) ?graph WHERE { GRAPH ?graph { ?thing rdfs:label ?label } }"
    labels = Counter((thing, language) for thing, language, _ in rows(labelled))
    found = {shown(ox.NamedNode(iri)) for iri in things()}
    assert len(found) > 400
    assert sorted((thing, language) for thing in found for language in LANGUAGES if labels[thing, language] != 1) == []


def test_no_two_things_share_a_label() -> None:
    same = rows(
        f"""SELECT ?label (LANG(?label) AS ?language) ?a ?b WHERE {{ ?a rdfs:label ?label . ?b rdfs:label ?label
            FILTER(STR(?a) < STR(?b) && LANG(?label) IN ("en", "ru", "ja"))
            FILTER(STRSTARTS(STR(?a), "{BASE}id/") && STRSTARTS(STR(?b), "{BASE}id/")) }}"""
    )
    assert same == []


def test_the_five_states_have_names_in_their_own_languages() -> None:
    labels = rows("SELECT ?state (LANG(?label) AS ?language) WHERE { ?state a cajad:CentralAsianState ; rdfs:label ?label }")
    assert [row for row in labels if row[1] not in LANGUAGES] == sorted(OWN_LANGUAGES.items())


# Identifiers


@pytest.mark.parametrize("property", FORMS)
def test_codes_are_well_formed_and_unique(property: str) -> None:
    found = rows(f"SELECT ?thing ?code WHERE {{ ?thing cajad:{property} ?code }}")
    assert len(found) >= 3
    assert [row for row in found if not re.fullmatch(FORMS[property], row[1])] == []
    assert [code for code, count in Counter(code for _, code in found).items() if count > 1] == []


def test_every_state_has_its_codes() -> None:
    states = column("SELECT ?state WHERE { ?state a cajad:State }")
    coded = column(
        "SELECT ?s WHERE { ?s a cajad:State ; cajad:isoAlpha2 ?a ; cajad:isoAlpha3 ?b ; cajad:isoNumeric ?n ; cajad:m49 ?n }"
    )
    assert len(states) >= 11
    assert coded == states


def test_matches_elsewhere_are_iris_of_wikidata_or_geonames() -> None:
    found = [quad for quad in data() if quad.predicate.value == WELL_KNOWN["skos"] + "exactMatch"]
    targets = [quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)]
    assert len(targets) == len(found) >= 30
    assert [target for target in targets if not MATCHES.fullmatch(target)] == []
    assert [target for target, count in Counter(targets).items() if count > 1] == []


def test_coordinates_are_pairs_on_earth() -> None:
    found = rows("SELECT ?place ?latitude ?longitude WHERE { ?place cajad:latitude ?latitude ; cajad:longitude ?longitude }")
    placed = column("SELECT DISTINCT ?place WHERE { ?place cajad:latitude|cajad:longitude ?degrees }")
    assert [place for place, *_ in found] == placed
    assert len(found) >= 5
    assert [row for row in found if abs(Decimal(row[1])) > 90 or abs(Decimal(row[2])) > 180] == []


# What is no fact is never stated as one


def test_what_is_said_or_wanted_is_never_an_event_or_an_agreement() -> None:
    held = column("SELECT DISTINCT ?node WHERE { ?node a ?class VALUES ?class { cajad:Statement cajad:Intention } }")
    done = column("SELECT DISTINCT ?node WHERE { ?node a ?class VALUES ?class { cajad:Event cajad:Agreement } }")
    assert len(held) >= 60
    assert len(done) >= 25
    assert sorted(set(held) & set(done)) == []


@pytest.mark.parametrize("kind", MODALITIES)
def test_each_kind_of_statement_has_its_modality(kind: str) -> None:
    found = rows(f"SELECT ?node ?modality WHERE {{ ?node a cajad:{kind} OPTIONAL {{ ?node cajad:modality ?modality }} }}")
    assert len(found) >= 1
    assert [row for row in found if row[1].removeprefix("modality-") not in MODALITIES[kind]] == []


def test_what_was_done_never_has_the_modality_of_what_is_said_or_wanted() -> None:
    found = rows(
        "SELECT DISTINCT ?node ?m WHERE { ?node cajad:modality ?m ; a ?class VALUES ?class { cajad:Event cajad:Agreement } }"
    )
    assert len(found) >= 25
    assert [row for row in found if row[1].removeprefix("modality-") in NO_FACTS] == []


def test_between_actors_only_few_relations_are_stated() -> None:
    found = rows(BETWEEN)
    assert len(found) >= 10
    assert [row for row in found if row[2].removeprefix("cajad:") not in BETWEEN_ACTORS] == []


def test_no_relation_between_actors_rests_on_opinions_alone() -> None:
    opinions = _graphs_of_opinions_alone()
    assert len(opinions) >= 12
    assert [row for row in rows(BETWEEN) if row[0] in opinions] == []


def _graphs_of_opinions_alone() -> set[str]:
    """The sentences that state nothing but opinions, wishes and the like, and the graphs drawn from such sentences alone."""
    modalities = rows("SELECT ?g ?m WHERE { GRAPH ?g { ?node cajad:modality ?m } FILTER(STRSTARTS(STR(?g), STR(tokyo:P))) }")
    facts = {graph for graph, modality in modalities if modality.removeprefix("modality-") not in NO_FACTS}
    alone = {graph for graph, _ in modalities} - facts
    drawn = rows("SELECT ?g ?s WHERE { ?g prov:wasDerivedFrom ?s }")
    return alone | {graph for graph, _ in drawn} - {graph for graph, sentence in drawn if sentence not in alone}


def test_what_a_statement_is_about_never_has_its_field_as_a_fact() -> None:
    stated = "SELECT ?thing ?field WHERE { ?s a cajad:Statement ; cajad:bearer|cajad:about ?thing ; cajad:onField ?field %s }"
    assert len(rows(stated % "")) >= 40
    assert rows(stated % ". ?thing ?p ?field") == []
    assert rows(stated % ". ?field ?p ?thing FILTER(?p != cajad:bypasses)") == []


def test_a_comparison_never_orders_its_actors_as_a_fact() -> None:
    compared = """SELECT ?superior ?p ?inferior WHERE { ?c cajad:superior ?superior ; cajad:inferior ?inferior .
        GRAPH ?g { { ?superior ?p ?inferior } UNION { ?inferior ?p ?superior } } FILTER(?g != graph:inferred) }"""
    assert len(column("SELECT ?c WHERE { ?c a cajad:Comparison }")) == 4
    # Japan and China have a dispute and strained relations; both are symmetric, so neither is above the other.
    assert {p for _, p, _ in rows(compared)} <= {"cajad:inDisputeWith", "cajad:strainedRelationWith"}


def test_what_the_article_calls_rare_earths_is_none() -> None:
    called = column("SELECT ?element WHERE { ?claim a cajad:ClassificationClaim ; cajad:classifies ?element }")
    assert called == ["chromium", "copper", "lithium", "tantalum"]
    assert column("SELECT ?e WHERE { ?claim cajad:classifies ?e . ?e a cajad:RareEarthElement }") == []
    assert column("SELECT ?e WHERE { ?claim cajad:classifies ?e ; cajad:asMemberOf ?group . ?e cajad:partOfGroup ?group }") == []
    assert column("SELECT ?e WHERE { ?claim cajad:classifies ?e . ?e a cajad:NonRareEarthElement }") == called
    assert len(column("SELECT ?e WHERE { ?e a cajad:RareEarthElement }")) == 17
