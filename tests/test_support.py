"""What inferred triples follow from: every rule of the table, and the closure of each support holds what it supports."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.reasoning import close
from kg.reasoning.facts import Fact, Term
from kg.reasoning.support import Match, Support, support, usable

_PREFIXES = "@prefix : <http://e/> . " + " ".join(f"@prefix {name}: <{iri}> ." for name, iri in WELL_KNOWN.items())
_CARDINALITY = '"1"^^xsd:nonNegativeInteger'

# For each rule: facts of which one follows by it.
_RULES = {
    "cax-sco": (":C rdfs:subClassOf :D . :x a :C", ":x a :D"),
    "cax-eqc1": (":C owl:equivalentClass :D . :x a :C", ":x a :D"),
    "cax-eqc2": (":D owl:equivalentClass :C . :x a :C", ":x a :D"),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :x :p :y", ":x :q :y"),
    "prp-eqp1": (":p owl:equivalentProperty :q . :x :p :y", ":x :q :y"),
    "prp-eqp2": (":q owl:equivalentProperty :p . :x :p :y", ":x :q :y"),
    "prp-inv1": (":p owl:inverseOf :q . :x :p :y", ":y :q :x"),
    "prp-inv2": (":q owl:inverseOf :p . :x :p :y", ":y :q :x"),
    "prp-symp": (":p a owl:SymmetricProperty . :x :p :y", ":y :p :x"),
    "prp-trp": (":p a owl:TransitiveProperty . :x :p :y . :y :p :z", ":x :p :z"),
    "prp-spo2": (":p owl:propertyChainAxiom (:q :r :s) . :x :q :y . :y :r :z . :z :s :w", ":x :p :w"),
    "prp-dom": (":p rdfs:domain :C . :x :p :y", ":x a :C"),
    "prp-rng": (":p rdfs:range :C . :x :p :y", ":y a :C"),
    "prp-fp": (":p a owl:FunctionalProperty . :u :p :x , :y", ":x owl:sameAs :y"),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :x :p :u . :y :p :u", ":x owl:sameAs :y"),
    "prp-key": (":C owl:hasKey (:p :q) . :x a :C ; :p 1 ; :q 2 . :y a :C ; :p 1 ; :q 2", ":x owl:sameAs :y"),
    "cls-int1": (":C owl:intersectionOf (:D :E) . :x a :D , :E", ":x a :C"),
    "cls-int2": (":C owl:intersectionOf (:D :E) . :x a :C", ":x a :E"),
    "cls-uni": (":C owl:unionOf (:D :E) . :x a :E", ":x a :C"),
    "cls-svf1": (":C owl:someValuesFrom :D ; owl:onProperty :p . :x :p :y . :y a :D", ":x a :C"),
    "cls-svf2": (":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :x :p :y", ":x a :C"),
    "cls-avf": (":C owl:allValuesFrom :D ; owl:onProperty :p . :x a :C ; :p :y", ":y a :D"),
    "cls-hv1": (":C owl:hasValue :y ; owl:onProperty :p . :x a :C", ":x :p :y"),
    "cls-hv2": (":C owl:hasValue :y ; owl:onProperty :p . :x :p :y", ":x a :C"),
    "cls-oo": (":C owl:oneOf (:x :y)", ":y a :C"),
    "cls-maxc2": (f":C owl:maxCardinality {_CARDINALITY} ; owl:onProperty :p . :u a :C ; :p :x , :y", ":x owl:sameAs :y"),
    "cls-maxqc3": (
        f":C owl:maxQualifiedCardinality {_CARDINALITY} ; owl:onProperty :p ; owl:onClass :D . "
        ":u a :C ; :p :x , :y . :x a :D . :y a :D",
        ":x owl:sameAs :y",
    ),
    "cls-maxqc4": (
        f":C owl:maxQualifiedCardinality {_CARDINALITY} ; owl:onProperty :p ; owl:onClass owl:Thing . :u a :C ; :p :x , :y",
        ":x owl:sameAs :y",
    ),
    "eq-sym": (":x owl:sameAs :y", ":y owl:sameAs :x"),
    "eq-trans": (":x owl:sameAs :y . :y owl:sameAs :z", ":x owl:sameAs :z"),
    "eq-rep-s": (":x owl:sameAs :y . :x :p :z", ":y :p :z"),
    "eq-rep-p": (":p owl:sameAs :q . :x :p :z", ":x :q :z"),
    "eq-rep-o": (":x owl:sameAs :y . :z :p :x", ":z :p :y"),
    "scm-sco": (":C rdfs:subClassOf :D . :D rdfs:subClassOf :E", ":C rdfs:subClassOf :E"),
    "scm-eqc1": (":C owl:equivalentClass :D", ":D rdfs:subClassOf :C"),
    "scm-eqc2": (":C rdfs:subClassOf :D . :D rdfs:subClassOf :C", ":C owl:equivalentClass :D"),
    "scm-int": (":C owl:intersectionOf (:D :E)", ":C rdfs:subClassOf :E"),
    "scm-uni": (":C owl:unionOf (:D :E)", ":E rdfs:subClassOf :C"),
    "scm-spo": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r", ":p rdfs:subPropertyOf :r"),
    "scm-eqp1": (":p owl:equivalentProperty :q", ":q rdfs:subPropertyOf :p"),
    "scm-eqp2": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p", ":p owl:equivalentProperty :q"),
    "scm-dom1": (":C rdfs:subClassOf :D . :p rdfs:domain :C", ":p rdfs:domain :D"),
    "scm-dom2": (":p rdfs:subPropertyOf :q . :q rdfs:domain :C", ":p rdfs:domain :C"),
    "scm-rng1": (":C rdfs:subClassOf :D . :p rdfs:range :C", ":p rdfs:range :D"),
    "scm-rng2": (":p rdfs:subPropertyOf :q . :q rdfs:range :C", ":p rdfs:range :C"),
    "scm-hv": (
        ":C owl:hasValue :i ; owl:onProperty :p . :D owl:hasValue :i ; owl:onProperty :q . :p rdfs:subPropertyOf :q",
        ":C rdfs:subClassOf :D",
    ),
    "scm-svf1": (
        ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Z ; owl:onProperty :p . :Y rdfs:subClassOf :Z",
        ":C rdfs:subClassOf :D",
    ),
    "scm-svf2": (
        ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Y ; owl:onProperty :q . :p rdfs:subPropertyOf :q",
        ":C rdfs:subClassOf :D",
    ),
    "scm-avf1": (
        ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Z ; owl:onProperty :p . :Y rdfs:subClassOf :Z",
        ":C rdfs:subClassOf :D",
    ),
    "scm-avf2": (
        ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Y ; owl:onProperty :q . :q rdfs:subPropertyOf :p",
        ":C rdfs:subClassOf :D",
    ),
}


def _read(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(f"{_PREFIXES} {turtle} .", format=ox.RdfFormat.TURTLE)}


def _one(turtle: str) -> ox.Triple:
    (triple,) = _read(turtle)
    return triple


def _match(triples: Iterable[ox.Triple]) -> Match:
    facts: list[Fact] = sorted(((t.subject, t.predicate, t.object) for t in triples), key=str)

    def match(*pattern: Term | None) -> list[Fact]:
        return [fact for fact in facts if all(slot in (None, term) for slot, term in zip(pattern, fact, strict=True))]

    return match


def _closed(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    closure = close("".join(f"{triple} .\n" for triple in triples).encode())
    return closure.asserted | closure.inferred


def _supported(turtle: str, goal: str) -> Support:
    here = _read(turtle)
    return support(_one(goal), _match(here), _match(_closed(here)))


@pytest.mark.parametrize("name", _RULES)
def test_a_rule_gives_its_name_and_a_support_from_which_the_triple_follows(name: str) -> None:
    facts, goal = _RULES[name]
    found = _supported(facts, goal)
    assert found.rules == (name,)
    assert _one(goal) in _closed(found.triples)


def test_every_rule_of_the_table_is_tested() -> None:
    assert {rule.name for rule in usable()} == set(_RULES)


def test_an_asserted_triple_rests_on_itself() -> None:
    assert _supported(":x :p :y . :p a owl:SymmetricProperty", ":x :p :y") == Support((_one(":x :p :y"),), ())


def test_what_is_not_derivable_has_no_support() -> None:
    assert _supported(":x :p :y", ":y :p :x") == Support()


def test_triples_do_not_support_one_another_in_a_circle() -> None:
    axiom = _read(":p owl:inverseOf :q")
    circle = _read(":x :p :y . :y :q :x")
    assert support(_one(":x :p :y"), _match(axiom), _match(axiom | circle)) == Support()


def test_the_lowest_derivation_is_given_and_no_more() -> None:
    found = _supported(":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :x a :C , :D", ":x a :E")
    assert set(found.triples) == _read(":x a :D . :D rdfs:subClassOf :E")


def test_rules_come_in_the_order_in_which_they_are_used() -> None:
    found = _supported(":p rdfs:subPropertyOf :q . :q owl:inverseOf :r . :r rdfs:domain :C . :x :p :y", ":y a :C")
    assert found.rules == ("prp-spo1", "prp-inv1", "prp-dom")


def test_nameless_classes_in_between_are_followed() -> None:
    union = "( [ owl:hasValue 3 ; owl:onProperty :g ] [ owl:hasValue 4 ; owl:onProperty :g ] )"
    facts = f"[ owl:unionOf {union} ] rdfs:subClassOf :C . :x :g 4"
    found = _supported(facts, ":x a :C")
    assert found.rules == ("cls-hv2", "cls-uni", "cax-sco")
    assert _one(":x :g 4") in found.triples
    assert _one(":x a :C") in _closed(_read(facts))


def test_a_list_that_runs_in_a_circle_ends_the_search() -> None:
    here = _match(_read(":l rdf:first :D ; rdf:rest :l . :C owl:unionOf :l ; owl:intersectionOf :l . :x a :E"))
    assert support(_one(":x a :C"), here, here) == Support()
    assert support(_one(":x a :D"), here, here) == Support()


def test_a_literal_is_no_subject() -> None:
    assert _supported(":p a owl:SymmetricProperty . :x :p 1", ":x :p 2") == Support()


_NODES = st.sampled_from([":a", ":b", ":c", ":d"])
_PROPERTIES = st.sampled_from([":p", ":q", ":r"])
_CLASSES = st.sampled_from([":C", ":D"])
_AXIOMS = st.one_of(
    st.builds("{} rdfs:subPropertyOf {}".format, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:inverseOf {}".format, _PROPERTIES, _PROPERTIES),
    st.builds("{} a owl:TransitiveProperty".format, _PROPERTIES),
    st.builds("{} a owl:SymmetricProperty".format, _PROPERTIES),
    st.builds("{} owl:propertyChainAxiom ( {} {} )".format, _PROPERTIES, _PROPERTIES, _PROPERTIES),
    st.builds("{} rdfs:domain {}".format, _PROPERTIES, _CLASSES),
    st.builds("{} rdfs:subClassOf {}".format, _CLASSES, _CLASSES),
)
_FACTS = st.one_of(st.builds("{} {} {}".format, _NODES, _PROPERTIES, _NODES), st.builds("{} a {}".format, _NODES, _CLASSES))


@settings(max_examples=60, deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=5))
def test_every_inferred_triple_follows_from_its_support(axioms: list[str], facts: list[str]) -> None:
    here = _read(" . ".join(axioms + facts))
    closed = _closed(here)
    for triple in sorted(closed - here, key=str)[:6]:
        found = support(triple, _match(here), _match(closed))
        assert found.triples
        assert set(found.triples) <= here
        assert triple in _closed(found.triples)


def test_every_inference_of_the_flagship_is_supported_but_those_of_its_own_rules(flagship: KnowledgeGraph) -> None:
    asserted, known = (_of_store(flagship.store(asserted=only)) for only in (True, False))
    home = ox.NamedNode(flagship.project.graph("logic"))
    logic = {quad.triple for quad in flagship.store().quads_for_pattern(None, None, None, home)}
    inferred = sorted(flagship.inferences(), key=str)
    supports = {triple: support(triple, asserted, known) for triple in inferred}
    assert len(logic) > 500
    assert len(inferred) > 1000
    proofs = [flagship.closure.proof(triple) for triple, found in supports.items() if not found.triples]
    assert {proof.rule for proof in proofs if proof} == {"alternative-supplier", "exposure"} and all(proofs)
    sample = [triple for triple in inferred if supports[triple].triples][:: len(inferred) // 40]
    assert [triple for triple in sample if triple not in _closed({*supports[triple].triples, *logic})] == []


def _of_store(store: ox.Store) -> Match:
    def match(subject: Term | None, predicate: Term | None, object: Term | None) -> list[Fact]:
        quads = store.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())  # type: ignore[arg-type]
        return [(quad.subject, quad.predicate, quad.object) for quad in quads]

    return match
