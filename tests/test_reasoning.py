"""The closure: what follows, what contradicts, what comes back as it was; and where the engine's known defects are repaired."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sources
from kg.errors import SourceError
from kg.graph import KnowledgeGraph
from kg.reasoning import Closure, close
from kg.reasoning.datatypes import belongs, differ, ill_typed
from kg.reasoning.facts import Fact
from kg.reasoning.owlrl_engine import OwlrlEngine
from kg.reasoning.trivia import legal, trivial
from tests.conftest import HEADER

XSD = "http://www.w3.org/2001/XMLSchema#"
CONFORMANCE = Path(__file__).parents[2] / "shared" / "conformance" / "owl_rl_check.py"

# A text for each of the rules whose head is `false`; the clash is in it and nowhere else.
CLASHES = [
    ("eq-diff1", ":a owl:sameAs :b . :b owl:differentFrom :a ."),
    ("eq-diff1", ":a owl:differentFrom :a ."),
    ("eq-diff1", ":p a owl:FunctionalProperty . :a :p 1, 2 ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :b ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members ( :x :y :z ) . :y owl:sameAs :z ."),
    ("eq-diff3", "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :a owl:sameAs :b ."),
    ("prp-irp", ":p a owl:IrreflexiveProperty . :a :p :a ."),
    ("prp-asyp", ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a ."),
    ("prp-pdw", ":p owl:propertyDisjointWith :q . :a :p :b ; :q :b ."),
    ("prp-adp", "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :a :p :b ; :q :b ."),
    ("prp-adp", "[] a owl:AllDisjointProperties ; owl:members ( :o :p :q ) . :a :p :b ; :q :b ."),
    ("prp-npa1", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b ."),
    ("prp-npa2", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 5 . :a :p 5 ."),
    ("cls-nothing2", ":a a owl:Nothing ."),
    ("cls-com", ":C owl:complementOf :D . :a a :C, :D ."),
    ("cls-maxc1", ":R owl:maxCardinality 0 ; owl:onProperty :p . :a a :R . :a :p :b ."),
    ("cls-maxqc1", ":R owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :C . :a a :R . :a :p :b . :b a :C ."),
    ("cls-maxqc2", ":R owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :R . :a :p :b ."),
    ("cax-dw", ":C owl:disjointWith :D . :a a :C, :D ."),
    ("cax-adc", "[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :a a :C, :D ."),
    ("dt-not-type", ":a :p 'twenty'^^xsd:integer ."),
    ("dt-not-type", ":p rdfs:range xsd:integer . :a :p 'twenty' ."),
]

# The rules that derive, each with what must follow.
DERIVATIONS = [
    ("eq-rep-s", ":a owl:sameAs :b . :a :p :c .", ":b :p :c"),
    ("eq-rep-p", ":p owl:sameAs :q . :a :p :c .", ":a :q :c"),
    ("eq-rep-o", ":a owl:sameAs :b . :c :p :a .", ":c :p :b"),
    ("eq-trans", ":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c"),
    ("prp-dom", ":p rdfs:domain :C . :a :p 1 .", ":a a :C"),
    ("prp-rng", ":p rdfs:range :C . :a :p :b .", ":b a :C"),
    ("prp-fp", ":p a owl:FunctionalProperty . :a :p :b, :c .", ":b owl:sameAs :c"),
    ("prp-ifp", ":p a owl:InverseFunctionalProperty . :a :p :c . :b :p :c .", ":a owl:sameAs :b"),
    ("prp-symp", ":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a"),
    ("prp-trp", ":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c"),
    ("prp-spo1", ":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b"),
    ("prp-spo2", ":q owl:propertyChainAxiom ( :p :r :s ) . :a :p :b . :b :r :c . :c :s :d .", ":a :q :d"),
    ("prp-eqp1", ":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b"),
    ("prp-inv1", ":p owl:inverseOf :q . :a :p :b .", ":b :q :a"),
    ("prp-inv2", ":p owl:inverseOf :q . :a :q :b .", ":b :p :a"),
    ("prp-key", ":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 2, 3 .", ":a owl:sameAs :b"),
    ("cls-int1", ":C owl:intersectionOf ( :D :E ) . :a a :D, :E .", ":a a :C"),
    ("cls-int2", ":C owl:intersectionOf ( :D :E ) . :a a :C .", ":a a :E"),
    ("cls-uni", ":C owl:unionOf ( :D :E ) . :a a :E .", ":a a :C"),
    ("cls-svf1", ":C owl:someValuesFrom :D ; owl:onProperty :p . :a :p :b . :b a :D .", ":a a :C"),
    ("cls-svf2", ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .", ":a a :C"),
    ("cls-avf", ":C owl:allValuesFrom :D ; owl:onProperty :p . :a a :C ; :p :b .", ":b a :D"),
    ("cls-hv1", ":C owl:hasValue :b ; owl:onProperty :p . :a a :C .", ":a :p :b"),
    ("cls-hv2", ":C owl:hasValue :b ; owl:onProperty :p . :a :p :b .", ":a a :C"),
    ("cls-maxc2", ":C owl:maxCardinality 1 ; owl:onProperty :p . :a a :C ; :p :b, :c .", ":b owl:sameAs :c"),
    ("cls-oo", ":C owl:oneOf ( :a :b ) .", ":b a :C"),
    ("cax-sco", ":C rdfs:subClassOf :D . :a a :C .", ":a a :D"),
    ("cax-eqc2", ":C owl:equivalentClass :D . :a a :D .", ":a a :C"),
    ("scm-sco", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", ":C rdfs:subClassOf :E"),
    ("scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r"),
    ("scm-dom2", ":p rdfs:domain :C . :q rdfs:subPropertyOf :p .", ":q rdfs:domain :C"),
]


@cache
def ntriples(turtle: str) -> bytes:
    quads = ox.parse(f"{HEADER}{turtle}".encode(), format=ox.RdfFormat.TURTLE)
    return "".join(f"{quad.triple} .\n" for quad in quads).encode()


def closed(turtle: str, *, full: bool = False) -> Closure:
    return close(ntriples(turtle), full=full)


def holds(closure: Closure, turtle: str) -> bool:
    return set(ntriples(f"{turtle} .").splitlines()) <= set(closure.ntriples().splitlines())


@pytest.mark.parametrize(("rule", "turtle", "expected"), DERIVATIONS, ids=[rule for rule, _, _ in DERIVATIONS])
@pytest.mark.parametrize("full", [False, True], ids=["default", "full"])
def test_each_rule_derives(rule: str, turtle: str, expected: str, full: bool) -> None:
    assert holds(closed(turtle, full=full), expected), rule


@pytest.mark.parametrize(("rule", "turtle"), CLASHES, ids=[rule for rule, _ in CLASHES])
@pytest.mark.parametrize("full", [False, True], ids=["default", "full"])
def test_each_clash_is_found_once_under_its_rule(rule: str, turtle: str, full: bool) -> None:
    assert {clash.rule for clash in closed(turtle, full=full).clashes} == {rule}


@pytest.mark.parametrize(("rule", "turtle"), CLASHES, ids=[rule for rule, _ in CLASHES])
def test_a_clash_names_the_things_and_shows_triples(rule: str, turtle: str) -> None:
    clash = closed(turtle).clashes[0]
    known = set(ntriples(turtle).decode().splitlines()) | set(closed(turtle).ntriples().decode().splitlines())
    assert clash.triples, rule
    assert "http://e/" in clash.message or '"' in clash.message
    shown = [f"{triple} ." for triple in clash.triples]
    assert rule.startswith("eq-diff") or set(shown) <= known


def test_a_consistent_graph_has_no_clash() -> None:
    assert closed(":C rdfs:subClassOf :D . :a a :C ; :p 1, 2 . :a owl:differentFrom :b .").clashes == ()


def test_a_key_of_several_properties_needs_all_of_them() -> None:
    """owlrl merges what agrees in the first key alone."""
    assert not closed(":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 3 .").inferred
    assert not closed(":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 . :b a :C ; :p 1 .").inferred


def test_what_a_key_merges_can_merge_more() -> None:
    merged = ":C owl:hasKey ( :p :q ) . :a a :C ; :p :x ; :q 2 . :b a :C ; :p :y ; :q 2 . :x owl:sameAs :y . :c :r :a ."
    assert holds(closed(merged), ":a owl:sameAs :b . :c :r :b")


def test_equality_reaches_triples_that_no_axiom_mentions() -> None:
    closure = closed(":p a owl:InverseFunctionalProperty . :a :p :c ; rdfs:label 'a' . :b :p :c . :x :says :b .")
    assert holds(closure, ":b rdfs:label 'a' . :x :says :a")


def test_a_predicate_that_equals_another_takes_part() -> None:
    closure = closed(":f a owl:FunctionalProperty . :x :f :p, :q . :q rdfs:domain :C . :a :p :b .")
    assert holds(closure, ":a :q :b . :a a :C")


def test_no_subject_is_a_literal() -> None:
    for full in (False, True):
        closure = closed(":p a owl:SymmetricProperty ; rdfs:range xsd:integer . :a :p 5 .", full=full)
        assert len(list(ox.parse(closure.ntriples(), format=ox.RdfFormat.N_TRIPLES))) == len(closure.asserted | closure.inferred)


def test_no_predicate_is_a_blank_node() -> None:
    closure = closed("_:inverse owl:inverseOf :p . :a :p :b .", full=True)
    assert all(isinstance(triple.predicate, ox.NamedNode) for triple in closure.inferred)


def test_no_report_of_the_engine_is_left_in_the_graph() -> None:
    assert b"daml.org" not in closed(":C owl:disjointWith :D . :a a :C, :D .", full=True).ntriples()


def test_trivia_are_left_out_unless_asked_for() -> None:
    axioms = ":C a owl:Class ; rdfs:subClassOf [ owl:unionOf ( :D :E ) ] . :p a owl:ObjectProperty ; rdfs:range xsd:int ."
    turtle = f"{axioms} :a a :C ."
    assert closed(turtle).inferred == frozenset()
    full = closed(turtle, full=True)
    assert holds(full, ":a owl:sameAs :a . :a a owl:Thing . owl:Nothing rdfs:subClassOf :C")


def test_what_is_stated_stays_however_trivial() -> None:
    turtle = ":a owl:sameAs :a ; a owl:Thing . owl:Thing a owl:Class . [] :p [] ."
    assert closed(turtle).ntriples().splitlines() == sorted(ntriples(turtle).splitlines())


def test_values_of_a_functional_property_are_not_mixed_up() -> None:
    closure = closed(":p a owl:FunctionalProperty . :a :p 1, '01'^^xsd:integer . :b :q 1 .")
    assert closure.clashes == () and closure.inferred == frozenset()


def test_zero_is_a_double() -> None:
    """owlrl calls it ill-typed."""
    assert closed(":a :p 0.0e0, '0.0'^^xsd:double, 'INF'^^xsd:float . :p rdfs:range xsd:double .").clashes[1:] == ()


def test_ill_typed_literals_stop_nothing() -> None:
    """owlrl ends with an exception at some."""
    values = "'x'^^xsd:decimal, 'x'^^xsd:dateTime, ''^^xsd:hexBinary, 'x'^^xsd:base64Binary, '99999-01-01T00:00:00'^^xsd:dateTime"
    closure = closed(f":a :p {values} . :C rdfs:subClassOf :D . :a a :C .", full=True)
    assert holds(closure, ":a a :D")
    assert {clash.rule for clash in closure.clashes} == {"dt-not-type"}


@pytest.mark.parametrize(
    "nonsense", ["[] owl:maxCardinality :b ; owl:onProperty :p", ":l rdf:first :a ; rdf:rest :l . :C owl:unionOf :l"]
)
def test_malformed_axioms_stop_nothing(nonsense: str) -> None:
    assert holds(closed(f"{nonsense} . :D rdfs:subClassOf :E . :d a :D ."), ":d a :E")


def test_text_that_is_no_ntriples_is_told_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        close(b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n")
    assert caught.value.place and caught.value.place.line == 2


def test_the_closure_is_the_same_bytes_each_time() -> None:
    turtle = " ".join(text for _, text, _ in DERIVATIONS)
    assert closed(turtle).ntriples() == closed(turtle).ntriples()


LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(max_size=6)),
    st.builds(lambda text: ox.Literal(text, language="en-GB"), st.text(max_size=4)),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),
        st.text("0123456789+-.eETZ: INFatruefalse", max_size=8),
        st.sampled_from(["integer", "decimal", "double", "float", "boolean", "dateTime", "date", "token", "string", "hexBinary"]),
    ),
    st.builds(lambda text: ox.Literal(text, language="ar", direction=ox.BaseDirection.RTL), st.text(max_size=3)),
)


@given(st.lists(LITERALS, max_size=5), st.booleans())
@settings(deadline=None, max_examples=60)
def test_every_literal_comes_back_as_it_was(literals: list[ox.Literal], full: bool) -> None:
    a, p, q = (ox.NamedNode(f"http://e/{name}") for name in "apq")
    sub = ox.Triple(p, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf"), q)
    closure = close("".join(f"{triple} .\n" for triple in [sub, *(ox.Triple(a, p, one) for one in literals)]).encode(), full=full)
    assert {triple.object for triple in closure.asserted if triple.predicate == p} == set(literals)
    assert {triple.object for triple in closure.inferred if triple.predicate == q} == set(literals)


@pytest.mark.parametrize(
    ("text", "datatype", "wrong"),
    [
        ("5", "integer", False),
        (" 5 ", "integer", False),
        ("5.0", "integer", True),
        ("300", "byte", True),
        ("-1", "nonNegativeInteger", True),
        ("1e3", "decimal", True),
        ("1e3", "double", False),
        ("TRUE", "boolean", True),
        ("2025-12-20T10:00:00", "dateTime", False),
        ("2025-12-20", "dateTime", True),
        ("2025-12-20T10:00:00", "dateTimeStamp", True),
        ("abc", "hexBinary", True),
        ("en-GB", "language", False),
        ("a b", "NCName", True),
        ("anything", "date", False),
    ],
)
def test_a_literal_is_judged_by_the_forms_of_its_datatype(text: str, datatype: str, wrong: bool) -> None:
    assert ill_typed(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))) is wrong


@pytest.mark.parametrize(
    ("one", "datatype", "expected"),
    [
        ('"5"^^xsd:decimal', "byte", True),
        ('"5.5"^^xsd:decimal', "integer", False),
        ('"500"^^xsd:integer', "byte", False),
        ('"5"', "integer", False),
        ('"5"^^xsd:double', "decimal", False),
        ('"a"@en', "string", False),
        ('"a b"', "NCName", False),
        ('"2025"^^xsd:gYear', "integer", None),
        ('"5"', "date", None),
    ],
)
def test_a_value_is_in_a_datatype_or_not_or_nobody_knows(one: str, datatype: str, expected: bool | None) -> None:
    assert belongs(literal(one), XSD + datatype) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1", '"01"^^xsd:integer', False),
        ("1", "1.0", False),
        ("1", "2", True),
        ("1", '"1"', True),
        ('"a"@en', '"a"@ru', True),
        ('"a"@en', '"a"', True),
        ("true", '"1"^^xsd:boolean', False),
        ('"1"^^xsd:float', '"1.00000000001"^^xsd:float', False),
        ('"NaN"^^xsd:double', '"NaN"^^xsd:double', False),
        ('"2025-12-20T10:00:00Z"^^xsd:dateTime', '"2025-12-20T11:00:00+01:00"^^xsd:dateTime', False),
        ('"2025-12-20T10:00:00Z"^^xsd:dateTime', '"2025-12-20T10:00:00"^^xsd:dateTime', True),
        ('"2025-12-20"^^xsd:date', '"2025-12-21"^^xsd:date', False),
    ],
)
def test_two_literals_differ_only_where_that_is_certain(one: str, other: str, expected: bool) -> None:
    assert differ(literal(one), literal(other)) is expected


def literal(turtle: str) -> ox.Literal:
    found = next(iter(ox.parse(f"{HEADER} :a :p {turtle} .".encode(), format=ox.RdfFormat.TURTLE))).object
    assert isinstance(found, ox.Literal)
    return found


def test_what_the_engine_is_not_shown_could_not_have_changed_anything(flagship: KnowledgeGraph) -> None:
    quads = sources.read(flagship.project).quads
    facts: set[Fact] = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    shown_all = {fact for fact in OwlrlEngine().close(facts, full=False) - facts if legal(fact) and not trivial(fact)}
    inferred = close("".join(f"{quad.triple} .\n" for quad in quads).encode()).inferred
    assert {(triple.subject, triple.predicate, triple.object) for triple in inferred} == shown_all


def test_the_flagship_is_consistent(flagship: KnowledgeGraph) -> None:
    assert flagship.clashes == ()


@pytest.fixture(scope="module")
def conformance() -> Iterator[ModuleType]:
    """The W3C's approved cases for OWL 2 RL, where they are at hand."""
    if not CONFORMANCE.exists():
        pytest.skip(f"{CONFORMANCE} is not here: the W3C's cases for OWL 2 RL are NOT run")
    spec = importlib.util.spec_from_file_location("owl_rl_check", CONFORMANCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["owl_rl_check"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["owl_rl_check"]


# What the default mode leaves out as trivial, and the cases that ask for it.
LEFT_OUT = {
    "class-nothing-term": "owl:Nothing is below every class",
    "class-nothing-type": "owl:Nothing is a class",
    "class-thing-term": "every class is below owl:Thing",
    "class-thing-type": "owl:Thing is a class",
    "eqdis-eqclass-rflxv": "reflexive",
    "eqdis-eqprop-rflxv": "reflexive",
    "eqdis-sameas-rflxv": "reflexive",
    **dict.fromkeys(
        ["prop-backwardcompatiblewith-type-annot", "prop-incompatiblewith-type-annot", "prop-priorversion-type-annot"],
        "the vocabulary's own types",
    ),
    **dict.fromkeys(
        [f"prop-{name}-type" for name in ("comment", "deprecated", "isdefinedby", "label", "seealso", "versioninfo")],
        "the vocabulary's own types",
    ),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("full", "failing"), [(True, set()), (False, set(LEFT_OUT))], ids=["full", "default"])
def test_the_approved_cases_of_the_w3c(conformance: ModuleType, full: bool, failing: set[str]) -> None:
    def judged(premise: bytes) -> tuple[bytes, bool]:
        closure = close(premise, full=full)
        return closure.ntriples(), bool(closure.clashes)

    cases = conformance.rdfbased_cases()
    wrong = {case.name.removeprefix("rdfbased-sem-") for case in cases if not conformance.judge(case, judged)[0]}
    assert len(cases) == 87
    assert wrong == failing
