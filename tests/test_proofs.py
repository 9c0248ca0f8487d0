"""Proofs: each ends in asserted triples from which the triple follows, and each rule gives its name."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import sources
from kg.graph import KnowledgeGraph
from kg.reasoning import closure
from kg.reasoning.closure import Closure
from kg.reasoning.proofs import Proof
from tests.test_oracle import _AXIOMS, _FACTS
from tests.test_reasoning import ntriples
from tests.test_rules import DERIVE, FULL_ALONE


def close(triples: bytes, *, full: bool = False) -> Closure:
    return closure.close(triples, full=full)


def one(turtle: str) -> ox.Triple:
    (line,) = ntriples(f"{turtle} .").splitlines()
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    triple: ox.Triple = quad.triple
    return triple


def from_leaves(proof: Proof) -> bytes:
    """The asserted triples of a proof."""
    return "".join(f"{ox.Triple(*fact)} .\n" for fact in dict.fromkeys(proof.leaves())).encode()  # type: ignore[arg-type]


def holds_good(proof: Proof | None, closed: Closure) -> bool:
    """Whether the leaves are asserted, and the triple follows from them alone."""
    assert proof, "there is no proof"
    leaves = {ox.Triple(*fact) for fact in proof.leaves()}  # type: ignore[arg-type]
    again = close(from_leaves(proof))
    goal = ox.Triple(*proof.fact)  # type: ignore[arg-type]
    return leaves <= closed.asserted and goal in again.asserted | again.inferred


@pytest.mark.parametrize("name", [name for name in DERIVE if name not in FULL_ALONE])
def test_a_proof_names_its_rule(name: str) -> None:
    given, expected = DERIVE[name]
    closed = close(ntriples(given))
    goal = one(expected.split(" . ")[-1].split(",")[0])
    proofs = closed.proofs(goal, most=9)
    assert name in {rule for proof in proofs for rule in proof.rules()}
    assert all(holds_good(proof, closed) for proof in proofs)


def test_an_asserted_triple_needs_no_rule() -> None:
    proof = close(ntriples(":a :p :b .")).proof(one(":a :p :b"))
    assert proof and (proof.rule, proof.premises) == ("", ())


def test_what_does_not_hold_has_no_proof() -> None:
    closed = close(ntriples(":a :p :b ."))
    assert closed.proof(one(":b :p :a")) is None and closed.proof(one(":b :q :zz")) is None


def test_a_long_chain_is_one_step() -> None:
    closed = close(ntriples(DERIVE["prp-spo2"][0]))
    proof = closed.proof(one(":a :q :e"))
    assert proof and proof.rule == "prp-spo2"
    assert [premise.rule for premise in proof.premises if premise.rule] == []
    assert {str(premise.fact[1]) for premise in proof.premises} >= {f"<http://e/{name}>" for name in "prst"}


def test_different_proofs_are_given_up_to_a_number() -> None:
    closed = close(ntriples(":C rdfs:subClassOf :E . :D rdfs:subClassOf :E . :p rdfs:domain :E . :a a :C, :D ; :p :b ."))
    proofs = closed.proofs(one(":a a :E"), most=9)
    assert {proof.rule for proof in proofs} == {"cax-sco", "prp-dom"}
    assert len(set(proofs)) == len(proofs) == 3
    assert len(closed.proofs(one(":a a :E"), most=2)) == 2


def test_a_proof_through_equality_says_so() -> None:
    closed = close(ntriples(":p a owl:InverseFunctionalProperty . :a :p :k . :b :p :k . :b :q :c . :c owl:sameAs :d ."))
    proof = closed.proof(one(":a :q :d"))
    assert proof and {"prp-ifp", "eq-rep-s", "eq-rep-o"} <= set(proof.rules())
    assert holds_good(proof, closed)


def test_rules_come_in_the_order_in_which_they_are_used() -> None:
    closed = close(ntriples(":p rdfs:subPropertyOf :q . :q owl:inverseOf :r . :r rdfs:domain :C . :x :p :y ."))
    proof = closed.proof(one(":y a :C"))
    assert proof and [*proof.rules()] == ["prp-spo1", "prp-inv1", "prp-dom"]


def test_nameless_classes_in_between_are_followed() -> None:
    union = "( [ owl:hasValue 3 ; owl:onProperty :g ] [ owl:hasValue 4 ; owl:onProperty :g ] )"
    closed = close(ntriples(f"[ owl:unionOf {union} ] rdfs:subClassOf :C . :x :g 4 ."))
    proof = closed.proof(one(":x a :C"))
    goal = one(":x :g 4")
    assert proof and {"cls-hv2", "cax-sco"} <= {*proof.rules()} and (goal.subject, goal.predicate, goal.object) in proof.leaves()
    assert holds_good(proof, closed)


@settings(max_examples=60, deadline=None)
@example(axioms=[], facts=[":a :p :a", ":c :p :a", ":a owl:sameAs :c"])
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6))
def test_proofs_of_many_triples_at_once_are_those_of_each(axioms: list[str], facts: list[str]) -> None:
    triples = ntriples(" . ".join(axioms + facts) + " .")
    closed, again = close(triples), close(triples)
    goals = [*sorted(closed.inferred | closed.asserted, key=str)[:9], one(":a :is :nothing")]
    assert closed.first_proofs(goals) == [again.proof(goal) for goal in goals]


def test_literals_are_given_as_they_were_written() -> None:
    closed = close(ntriples(":p rdfs:subPropertyOf :q . :a :p '01'^^xsd:byte . :b owl:sameAs :a ."))
    assert [str(each) for each in closed.objects(one(":b :q :x").subject, one(":b :q :x").predicate)] == [
        '"01"^^<http://www.w3.org/2001/XMLSchema#byte>'
    ]
    assert closed.objects(one(":nobody :q :x").subject, one(":b :q :x").predicate) == []


# By the cardinality :b is the same as 'x': then ':b :r :c' says what ":b :r 'x'" says, which must not rest on it.
LITERAL_OF_ITSELF = [
    ":C owl:unionOf (:D :D) . :E owl:equivalentClass :C ; owl:allValuesFrom :E",
    ":E owl:maxQualifiedCardinality 1 ; owl:onClass :E ; owl:onProperty :q, :r",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6))
@example([], [":c :p :a", ":a owl:sameAs :c"])
@example(LITERAL_OF_ITSELF, [":b a :D ; :r :c", ":c :r 'x' ; owl:sameAs :b"])
def test_every_inferred_triple_has_a_proof_that_holds_good(axioms: list[str], facts: list[str]) -> None:
    closed = close(ntriples(" . ".join(axioms + facts) + " ."))
    for triple in sorted(closed.inferred, key=str)[:6]:
        assert holds_good(closed.proof(triple), closed), triple


def test_every_inference_of_the_flagship_has_a_proof(flagship: KnowledgeGraph) -> None:
    lines = "".join(f"{quad.triple} .\n" for quad in sources.read(flagship.project).quads)
    closed = close(lines.encode())
    proofs = {triple: closed.proof(triple) for triple in sorted(closed.inferred, key=str)[::20]}
    assert len(proofs) > 50
    asserted = {(triple.subject, triple.predicate, triple.object) for triple in closed.asserted}
    assert [triple for triple, proof in proofs.items() if not proof or not set(proof.leaves()) <= asserted] == []


def test_in_full_mode_everything_has_a_proof() -> None:
    closed = close(ntriples(":a :p :b . :p rdfs:range :C ."), full=True)
    assert len(closed.inferred) > 50 and one("owl:sameAs owl:sameAs owl:sameAs") in closed.inferred
    assert [triple for triple in closed.inferred if not closed.proof(triple)] == []


@pytest.mark.parametrize(
    ("facts", "goal", "leaves"),
    [
        (":c owl:sameAs '1'^^xsd:byte .", ":c a xsd:short", ":c owl:sameAs '1'^^xsd:byte ."),
        (":c owl:sameAs 2 . :d owl:sameAs 3.5 .", ":d owl:differentFrom :c", ":c owl:sameAs 2 . :d owl:sameAs 3.5 ."),
        (":c owl:sameAs 'x' . :e :p 4 .", ":c owl:differentFrom 4", ":c owl:sameAs 'x' ."),
        # That :c is '05' as well is found by its being an integer, which must not rest on it.
        (
            "xsd:integer owl:hasKey ( :k ) . :c owl:sameAs 5 ; :k :z . :d owl:sameAs '05'^^xsd:int ; :k :z .",
            ":c a xsd:integer",
            ":c owl:sameAs 5 .",
        ),
    ],
)
def test_what_is_said_of_the_name_of_a_literal_rests_on_that_it_is_its_name(facts: str, goal: str, leaves: str) -> None:
    proof = close(ntriples(facts), full=True).proof(one(goal))
    assert proof and sorted(from_leaves(proof).splitlines()) == sorted(ntriples(leaves).splitlines())


def test_derivations_give_the_proofs_and_objects_of_the_closed_graph(flagship: KnowledgeGraph) -> None:
    closed, known = flagship.closure, flagship.closure.derivations
    assert known
    triples = [*sorted(closed.inferred, key=str), *sorted(closed.asserted, key=str)[::50]]
    assert known.inferred == closed.inferred and len(triples) > 1500
    assert known.first_proofs(triples) == closed.first_proofs(triples)
    pairs = {(triple.subject, triple.predicate) for triple in triples[::20]}
    assert [known.objects(*pair) for pair in pairs] == [closed.objects(*pair) for pair in pairs]
    nothing = ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode("urn:x"), ox.NamedNode("urn:x"))
    assert known.first_proofs([nothing]) == [None]


def test_no_derivations_are_told_where_terms_have_other_names() -> None:
    assert close(b"<urn:a> <http://www.w3.org/2002/07/owl#sameAs> <urn:b> .", full=False).derivations is None


@settings(deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6), st.sets(st.integers(0, 9), max_size=3))
@example([":p a owl:SymmetricProperty", ":p a owl:TransitiveProperty"], [":a :p :b", ":b :p :a", ":b :p :c"], {1, 3})
@example(["owl:sameAs a owl:TransitiveProperty"], [":a :p :b"], {0})
def test_what_falls_with_triples_is_what_a_closure_without_them_lacks(axioms: list[str], facts: list[str], out: set[int]) -> None:
    closed = close(ntriples(" . ".join(axioms + facts) + " ."))
    asserted = sorted(closed.asserted, key=str)
    removed = {asserted[at] for at in out if at < len(asserted)}
    fallen = closed.without(removed)
    if fallen:
        left = close("".join(f"{triple} .\n" for triple in asserted if triple not in removed).encode())
        assert fallen.gone == (closed.asserted | closed.inferred) - (left.asserted | left.inferred)
        assert fallen.inferred == removed & left.inferred


@settings(deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6))
def test_what_rests_on_triples_has_them_as_premises(axioms: list[str], facts: list[str]) -> None:
    closed = close(ntriples(" . ".join(axioms + facts) + " ."))
    stated = min(closed.asserted, key=str)
    inferred = sorted(closed.inferred, key=str)
    proofs = zip(inferred, closed.first_proofs(inferred), strict=True)
    leaf = (stated.subject, stated.predicate, stated.object)
    assert closed.resting([stated]) == {triple for triple, proof in proofs if proof and leaf in proof.leaves()}
