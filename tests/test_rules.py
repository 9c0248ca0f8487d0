"""The rules of OWL 2 RL, one test each, named after it: if … then …; and the notation in which projects write their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.names import WELL_KNOWN
from kg.reasoning import Closure, close
from kg.reasoning.rules import read, rules
from tests.test_reasoning import closed, holds, ntriples

XSD = "http://www.w3.org/2001/XMLSchema#"

# If → then. Where it follows in full mode alone, the name says so; what contradicts itself has `false`.
DERIVE = {
    "eq-ref": (":a :p :b .", ":a owl:sameAs :a . :p owl:sameAs :p . :b owl:sameAs :b"),
    "eq-sym": (":a owl:sameAs :b .", ":b owl:sameAs :a"),
    "eq-trans": (":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c"),
    "eq-rep-s": (":a owl:sameAs :b . :a :p :c .", ":b :p :c"),
    "eq-rep-p": (":p owl:sameAs :q . :a :p :c .", ":a :q :c"),
    "eq-rep-o": (":a owl:sameAs :b . :c :p :a .", ":c :p :b"),
    "prp-ap": (":a :p :b .", "rdfs:label a owl:AnnotationProperty"),
    "prp-dom": (":p rdfs:domain :C . :a :p 1 .", ":a a :C"),
    "prp-rng": (":p rdfs:range :C . :a :p :b .", ":b a :C"),
    "prp-fp": (":p a owl:FunctionalProperty . :a :p :b, :c .", ":b owl:sameAs :c"),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :a :p :c . :b :p :c .", ":a owl:sameAs :b"),
    "prp-symp": (":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a"),
    "prp-trp": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c"),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b"),
    "prp-spo2": (":q owl:propertyChainAxiom ( :p :r :s :t ) . :a :p :b . :b :r :c . :c :s :d . :d :t :e .", ":a :q :e"),
    "prp-eqp1": (":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b"),
    "prp-eqp2": (":p owl:equivalentProperty :q . :a :q :b .", ":a :p :b"),
    "prp-inv1": (":p owl:inverseOf :q . :a :p :b .", ":b :q :a"),
    "prp-inv2": (":p owl:inverseOf :q . :a :q :b .", ":b :p :a"),
    "prp-key": (
        ":C owl:hasKey ( :p :q :r ) . :a a :C ; :p 1 ; :q 2 ; :r :x . :b a :C ; :p 1 ; :q 2, 3 ; :r :x .",
        ":a owl:sameAs :b",
    ),
    "cls-thing": (":a :p :b .", "owl:Thing a owl:Class"),
    "cls-nothing1": (":a :p :b .", "owl:Nothing a owl:Class"),
    "cls-int1": (":C owl:intersectionOf ( :D :E :F :G ) . :a a :D, :E, :F, :G .", ":a a :C"),
    "cls-int2": (":C owl:intersectionOf ( :D :E ) . :a a :C .", ":a a :D, :E"),
    "cls-uni": (":C owl:unionOf ( :D :E ) . :a a :E .", ":a a :C"),
    "cls-svf1": (":C owl:someValuesFrom :D ; owl:onProperty :p . :a :p :b . :b a :D .", ":a a :C"),
    "cls-svf2": (":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .", ":a a :C"),
    "cls-avf": (":C owl:allValuesFrom :D ; owl:onProperty :p . :a a :C ; :p :b .", ":b a :D"),
    "cls-hv1": (":C owl:hasValue :b ; owl:onProperty :p . :a a :C .", ":a :p :b"),
    "cls-hv2": (":C owl:hasValue 5 ; owl:onProperty :p . :a :p 5 .", ":a a :C"),
    "cls-maxc2": (":C owl:maxCardinality 1 ; owl:onProperty :p . :a a :C ; :p :b, :c .", ":b owl:sameAs :c"),
    "cls-maxqc3": (
        ":C owl:maxQualifiedCardinality '01'^^xsd:byte ; owl:onProperty :p ; owl:onClass :D . "
        ":a a :C ; :p :b, :c, :d . :b a :D . :c a :D .",
        ":b owl:sameAs :c",
    ),
    "cls-maxqc4": (
        ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :C ; :p :b, :c .",
        ":b owl:sameAs :c",
    ),
    "cls-oo": (":C owl:oneOf ( :a :b ) .", ":a a :C . :b a :C"),
    "cax-sco": (":C rdfs:subClassOf :D . :a a :C .", ":a a :D"),
    "cax-eqc1": (":C owl:equivalentClass :D . :a a :C .", ":a a :D"),
    "cax-eqc2": (":C owl:equivalentClass :D . :a a :D .", ":a a :C"),
    "dt-type1": (":a :p :b .", "xsd:byte a rdfs:Datatype"),
    "dt-type2": (":C owl:someValuesFrom xsd:byte ; owl:onProperty :p . :a :p 5 .", ":a a :C"),
    "dt-diff": (":a owl:sameAs 1 . :b owl:sameAs 2 .", ":a owl:differentFrom :b"),
    "dt-eq": (":p a owl:InverseFunctionalProperty . :a :p 1 . :b :p '01'^^xsd:short .", ":a owl:sameAs :b"),
    "dt-sub": (":p rdfs:range xsd:byte .", ":p rdfs:range xsd:short, xsd:decimal"),
    "diff-sym": (":a owl:differentFrom :b .", ":b owl:differentFrom :a"),
    "diff-fp": (":p a owl:FunctionalProperty . :u owl:differentFrom :v . :a :p :u . :b :p :v .", ":a owl:differentFrom :b"),
    "diff-ifp": (
        ":p a owl:InverseFunctionalProperty . :u owl:differentFrom :v . :u :p :a . :v :p :b .",
        ":a owl:differentFrom :b",
    ),
    "diff-pdw": (":p owl:propertyDisjointWith :q . :u :p :a ; :q :b .", ":a owl:differentFrom :b"),
    "rng-meet": (":p rdfs:range xsd:short, xsd:unsignedInt .", ":p rdfs:range xsd:unsignedShort"),
    "pdw-dom": (
        ":p rdfs:domain :C . :q rdfs:domain :D . :C owl:disjointWith :D .",
        ":p owl:propertyDisjointWith :q . :q owl:propertyDisjointWith :p",
    ),
    "pdw-rng": (
        ":p rdfs:range :C . :q rdfs:range :D . :C owl:disjointWith :D .",
        ":p owl:propertyDisjointWith :q . :q owl:propertyDisjointWith :p",
    ),
    "trp-spo2": (":p owl:propertyChainAxiom ( :p :p ) .", ":p a owl:TransitiveProperty"),
    "prp-rfx": (":p a owl:ReflexiveProperty . :a a :C .", ":a :p :a"),
    "scm-cls": (":C a owl:Class .", ":C rdfs:subClassOf :C, owl:Thing ; owl:equivalentClass :C . owl:Nothing rdfs:subClassOf :C"),
    "scm-sco": (":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", ":C rdfs:subClassOf :E"),
    "scm-eqc1": (":C owl:equivalentClass :D .", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C"),
    "scm-eqc2": (":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .", ":C owl:equivalentClass :D"),
    "scm-op": (":p a owl:ObjectProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p"),
    "scm-dp": (":p a owl:DatatypeProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p"),
    "scm-spo": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r"),
    "scm-eqp1": (":p owl:equivalentProperty :q .", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p"),
    "scm-eqp2": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :q"),
    "scm-dom1": (":p rdfs:domain :C . :C rdfs:subClassOf :D .", ":p rdfs:domain :D"),
    "scm-dom2": (":p rdfs:domain :C . :q rdfs:subPropertyOf :p .", ":q rdfs:domain :C"),
    "scm-rng1": (":p rdfs:range :C . :C rdfs:subClassOf :D .", ":p rdfs:range :D"),
    "scm-rng2": (":p rdfs:range :C . :q rdfs:subPropertyOf :p .", ":q rdfs:range :C"),
    "scm-hv": (
        ":C owl:hasValue :i ; owl:onProperty :p . :D owl:hasValue :i ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":C rdfs:subClassOf :D",
    ),
    "scm-svf1": (
        ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Z ; owl:onProperty :p . :Y rdfs:subClassOf :Z .",
        ":C rdfs:subClassOf :D",
    ),
    "scm-svf2": (
        ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Y ; owl:onProperty :q . "
        ":p rdfs:subPropertyOf :q .",
        ":C rdfs:subClassOf :D",
    ),
    "scm-avf1": (
        ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Z ; owl:onProperty :p . :Y rdfs:subClassOf :Z .",
        ":C rdfs:subClassOf :D",
    ),
    "scm-avf2": (
        ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Y ; owl:onProperty :q . :q rdfs:subPropertyOf :p .",
        ":C rdfs:subClassOf :D",
    ),
    "scm-int": (":C owl:intersectionOf ( :D :E ) .", ":C rdfs:subClassOf :D, :E"),
    "scm-uni": (":C owl:unionOf ( :D :E ) .", ":D rdfs:subClassOf :C . :E rdfs:subClassOf :C"),
}
# Sound, and in none of the W3C's tables.
BEYOND = {"dt-sub", "diff-sym", "diff-fp", "diff-ifp", "diff-pdw", "rng-meet", "pdw-dom", "pdw-rng", "trp-spo2", "prp-rfx"}
FULL_ALONE = BEYOND | {
    "eq-ref",
    "prp-ap",
    "cls-thing",
    "cls-nothing1",
    "dt-type1",
    "dt-eq",
    "dt-diff",
    "scm-cls",
    "scm-op",
    "scm-dp",
}
FALSE = {
    "eq-diff1": ":a owl:sameAs :b . :b owl:differentFrom :a .",
    "eq-diff2": "[] a owl:AllDifferent ; owl:members ( :x :y :z ) . :y owl:sameAs :z .",
    "eq-diff3": "[] a owl:AllDifferent ; owl:distinctMembers ( :x :y :z ) . :z owl:sameAs :x .",
    "prp-irp": ":p a owl:IrreflexiveProperty . :a :p :a .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a .",
    "prp-pdw": ":p owl:propertyDisjointWith :q . :a :p :b ; :q :b .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members ( :o :p :q ) . :a :p :b ; :q :b .",
    "prp-npa1": "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b .",
    "prp-npa2": "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 5 . :a :p 5 .",
    "cls-nothing2": ":a a owl:Nothing .",
    "cls-com": ":C owl:complementOf :D . :a a :C, :D .",
    "cls-maxc1": ":C owl:maxCardinality '00'^^xsd:integer ; owl:onProperty :p . :a a :C ; :p :b .",
    "cls-maxqc1": ":R owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :C . :a a :R ; :p :b . :b a :C .",
    "cls-maxqc2": ":R owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :R ; :p :b .",
    "cax-dw": ":C owl:disjointWith :D . :a a :C, :D .",
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :a a :C, :D .",
    "dt-not-type": ":p rdfs:range xsd:byte . :a :p 500 .",
}


@pytest.mark.parametrize("name", DERIVE)
def test_if_then(name: str) -> None:
    given, expected = DERIVE[name]
    assert not holds(closed(given, full=True), ":something :else :holds")
    assert holds(closed(given, full=True), expected)
    assert holds(closed(given), expected) == (name not in FULL_ALONE)


@pytest.mark.parametrize("name", FALSE)
def test_if_then_false(name: str) -> None:
    for full in (False, True):
        assert {clash.rule for clash in closed(FALSE[name], full=full).clashes} == {name}


def test_values_that_must_be_one_and_differ_contradict() -> None:
    assert {clash.rule for clash in closed(":p a owl:FunctionalProperty . :a :p 1, 2 .").clashes} == {"eq-diff1"}


def test_every_rule_has_its_test() -> None:
    assert {rule.name for rule in rules()} == {*DERIVE, *FALSE}
    assert len({rule.name for rule in rules()} - BEYOND) == 78


def test_the_readme_lists_every_rule() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    section = text.split("<!-- rules -->")[1]
    listed = re.findall(r"`([a-z]+-[a-z0-9-]+)`", section)
    assert sorted(listed) == sorted({rule.name for rule in rules()})


def with_rules(text: str, turtle: str, *, full: bool = False) -> Closure:
    return close(ntriples(turtle), full=full, more_rules=tuple(read(text, {**WELL_KNOWN, "": "http://e/"}, "own.rules")))


SUPPLIERS = """
# Whoever offers what another offers can take its place.
alternative-supplier
    if ?x :offers ?r . ?y :offers ?r . ?x != ?y
    then ?x :alternativeTo ?y
"""


def test_a_project_adds_rules_of_its_own() -> None:
    closure = with_rules(SUPPLIERS, ":kz :offers :uranium . :uz :offers :uranium . :jp :offers :robots .")
    assert {str(triple) for triple in closure.inferred} == {
        "<http://e/kz> <http://e/alternativeTo> <http://e/uz>",
        "<http://e/uz> <http://e/alternativeTo> <http://e/kz>",
    }


def test_own_rules_and_those_of_owl_feed_one_another() -> None:
    turtle = ":sells rdfs:subPropertyOf :offers . :alternativeTo rdfs:domain :Supplier . :kz :sells :u . :uz :offers :u ."
    assert holds(with_rules(SUPPLIERS, turtle), ":kz a :Supplier . :uz a :Supplier ; :alternativeTo :kz")


def test_an_own_rule_may_contradict() -> None:
    closure = with_rules('no-self-trade if ?x :trades ?x then false "?x trades with itself"', ":a :trades :a .")
    assert [(clash.rule, clash.message) for clash in closure.clashes] == [("no-self-trade", "<http://e/a> trades with itself")]


def test_an_own_rule_may_speak_of_any_predicate_and_sees_no_helper() -> None:
    chain = ":q owl:propertyChainAxiom ( :p :p :p ) . :a :p :b . :b :p :c . :c :p :d ."
    closure = with_rules(
        "linked if ?x ?p ?y . ?p a owl:ObjectProperty then ?x :linkedTo ?y", f"{chain} :p a owl:ObjectProperty ."
    )
    assert holds(closure, ":a :linkedTo :b . :c :linkedTo :d") and not holds(closure, ":a :linkedTo :c")
    everything = with_rules("near if ?x ?p ?y then ?y :near ?x", chain)
    assert holds(everything, ":d :near :a . :b :near :a") and not holds(everything, ":c :near :a")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("good if ?x a :C then ?x a :D\nbad ?x a :C then ?x a :D", 2, "no rule"),
        ("\n\nunsafe if ?x a :C then ?x :p ?y", 3, "?y"),
        ("loose if ?x != ?y . ?x a :C then ?x :p ?y", 1, "?y"),
        ("short if ?x a then ?x a :D", 1, "2 terms"),
        ("unknown if ?x a nowhere:C then ?x a :D", 1, "nowhere:C"),
        ("word if ?x a :C then item ?x ?x", 1, "item"),
        ("\nmisspelt\n  if itm ?x ?l\n  then ?x a :C", 2, "`itm` is neither a word nor a term; is `item` meant?"),
        ("far if nonsense ?x then ?x a :C", 1, "`nonsense` is neither a word nor a term"),
        ("many if item ?x then ?x a :C", 1, "needs 2"),
        ('broken if ?x :p "unclosed then ?x a :C', 1, "unclosed"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(SourceError, match=re.escape(reason)) as caught:
        with_rules(text, ":a :p :b .")
    assert caught.value.place and (caught.value.place.file, caught.value.place.line) == ("own.rules", line)
