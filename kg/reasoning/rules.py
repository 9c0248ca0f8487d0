"""The rules of OWL 2 RL/RDF that derive triples, by the W3C's names, as one table.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules, tables 4 to 7 and 9, without the rules
that derive only what is trivial (`x owl:sameAs x`, everything an owl:Thing) and those over the types of literals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.reasoning.facts import TYPE, Fact, Term

# A term of a rule: a variable (its name, with the question mark) or a constant.
Slot = str | Term

# A line is: name, premises, →, conclusion. `a` is rdf:type. Where several rules give equally short proofs, the earlier line is
# preferred; the premises stand in the order in which a search from the conclusion should look for them. Four words are of lists:
# `item ?i ?l`      ?i is a member of ?l
# `types ?x ?l`     ?x has every class of ?l
# `chain ?x ?l ?y`  the properties of ?l lead from ?x to ?y
# `keys ?x ?l ?y`   ?x and ?y share a value of every property of ?l
_TABLE = """
cax-sco    ?c rdfs:subClassOf ?d . ?x a ?c → ?x a ?d
cax-eqc1   ?c owl:equivalentClass ?d . ?x a ?c → ?x a ?d
cax-eqc2   ?d owl:equivalentClass ?c . ?x a ?c → ?x a ?d
prp-spo1   ?p rdfs:subPropertyOf ?q . ?x ?p ?y → ?x ?q ?y
prp-eqp1   ?p owl:equivalentProperty ?q . ?x ?p ?y → ?x ?q ?y
prp-eqp2   ?q owl:equivalentProperty ?p . ?x ?p ?y → ?x ?q ?y
prp-inv1   ?p owl:inverseOf ?q . ?y ?p ?x → ?x ?q ?y
prp-inv2   ?q owl:inverseOf ?p . ?y ?p ?x → ?x ?q ?y
prp-symp   ?p a owl:SymmetricProperty . ?y ?p ?x → ?x ?p ?y
prp-trp    ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z → ?x ?p ?z
prp-spo2   ?p owl:propertyChainAxiom ?l . chain ?x ?l ?y → ?x ?p ?y
prp-dom    ?p rdfs:domain ?c . ?x ?p ?y → ?x a ?c
prp-rng    ?p rdfs:range ?c . ?y ?p ?x → ?x a ?c
prp-fp     ?p a owl:FunctionalProperty . ?u ?p ?x . ?u ?p ?y → ?x owl:sameAs ?y
prp-ifp    ?p a owl:InverseFunctionalProperty . ?x ?p ?u . ?y ?p ?u → ?x owl:sameAs ?y
prp-key    ?c owl:hasKey ?l . ?x a ?c . ?y a ?c . keys ?x ?l ?y → ?x owl:sameAs ?y
cls-int1   ?c owl:intersectionOf ?l . types ?x ?l → ?x a ?c
cls-int2   item ?d ?l . ?c owl:intersectionOf ?l . ?x a ?c → ?x a ?d
cls-uni    ?c owl:unionOf ?l . item ?d ?l . ?x a ?d → ?x a ?c
cls-svf1   ?c owl:someValuesFrom ?d . ?c owl:onProperty ?p . ?x ?p ?y . ?y a ?d → ?x a ?c
cls-svf2   ?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p . ?x ?p ?y → ?x a ?c
cls-avf    ?c owl:allValuesFrom ?d . ?c owl:onProperty ?p . ?y ?p ?x . ?y a ?c → ?x a ?d
cls-hv1    ?c owl:onProperty ?p . ?c owl:hasValue ?y . ?x a ?c → ?x ?p ?y
cls-hv2    ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x ?p ?y → ?x a ?c
cls-oo     item ?x ?l . ?c owl:oneOf ?l → ?x a ?c
cls-maxc2  ?c owl:maxCardinality 1 . ?c owl:onProperty ?p . ?u ?p ?x . ?u ?p ?y . ?u a ?c → ?x owl:sameAs ?y
eq-sym     ?y owl:sameAs ?x → ?x owl:sameAs ?y
eq-trans   ?x owl:sameAs ?y . ?y owl:sameAs ?z → ?x owl:sameAs ?z
eq-rep-s   ?s owl:sameAs ?x . ?s ?p ?o → ?x ?p ?o
eq-rep-p   ?p owl:sameAs ?q . ?s ?p ?o → ?s ?q ?o
eq-rep-o   ?o owl:sameAs ?x . ?s ?p ?o → ?s ?p ?x
scm-sco    ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e → ?c rdfs:subClassOf ?e
scm-eqc1   ?c owl:equivalentClass ?d → ?c rdfs:subClassOf ?d
scm-eqc1   ?d owl:equivalentClass ?c → ?c rdfs:subClassOf ?d
scm-eqc2   ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c → ?c owl:equivalentClass ?d
scm-int    ?c owl:intersectionOf ?l . item ?d ?l → ?c rdfs:subClassOf ?d
scm-uni    item ?d ?l . ?c owl:unionOf ?l → ?d rdfs:subClassOf ?c
scm-spo    ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r → ?p rdfs:subPropertyOf ?r
scm-eqp1   ?p owl:equivalentProperty ?q → ?p rdfs:subPropertyOf ?q
scm-eqp1   ?q owl:equivalentProperty ?p → ?p rdfs:subPropertyOf ?q
scm-eqp2   ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p → ?p owl:equivalentProperty ?q
scm-dom1   ?c rdfs:subClassOf ?d . ?p rdfs:domain ?c → ?p rdfs:domain ?d
scm-dom2   ?p rdfs:subPropertyOf ?q . ?q rdfs:domain ?c → ?p rdfs:domain ?c
scm-rng1   ?c rdfs:subClassOf ?d . ?p rdfs:range ?c → ?p rdfs:range ?d
scm-rng2   ?p rdfs:subPropertyOf ?q . ?q rdfs:range ?c → ?p rdfs:range ?c
scm-hv     ?c owl:hasValue ?i . ?d owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q → ?c rdfs:subClassOf ?d
scm-svf1   ?c owl:someValuesFrom ?y . ?d owl:someValuesFrom ?z . ?c owl:onProperty ?p . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z → ?c rdfs:subClassOf ?d
scm-svf2   ?c owl:someValuesFrom ?y . ?d owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q → ?c rdfs:subClassOf ?d
scm-avf1   ?c owl:allValuesFrom ?y . ?d owl:allValuesFrom ?z . ?c owl:onProperty ?p . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z → ?c rdfs:subClassOf ?d
scm-avf2   ?c owl:allValuesFrom ?y . ?d owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:onProperty ?q . ?q rdfs:subPropertyOf ?p → ?c rdfs:subClassOf ?d
"""  # noqa: E501
LIST_WORDS = ("item", "types", "chain", "keys")


@dataclass(frozen=True)
class Premise:
    """What a rule asks for: a triple (`word` is empty), or what one of the words says of a list."""

    word: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Rule:
    """If all premises hold, so does the conclusion."""

    name: str
    premises: tuple[Premise, ...]
    conclusion: tuple[Slot, Slot, Slot]


@cache
def rules() -> tuple[Rule, ...]:
    """The table, read.

    >>> rules()[0].name, len(rules()[0].premises)
    ('cax-sco', 2)
    """
    return tuple(_rule(line) for line in _TABLE.strip().splitlines())


def _rule(line: str) -> Rule:
    name, rest = line.split(maxsplit=1)
    body, head = rest.split(" → ")
    subject, predicate, object = map(_slot, head.split())
    return Rule(name, tuple(map(_premise, body.split(" . "))), (subject, predicate, object))


def _premise(text: str) -> Premise:
    words = text.split()
    word, terms = (words[0], words[1:]) if words[0] in LIST_WORDS else ("", words)
    return Premise(word, tuple(map(_slot, terms)))


def _slot(text: str) -> Slot:
    if text.startswith("?"):
        return text
    if text.isdecimal():
        return ox.Literal(text, datatype=ox.NamedNode(WELL_KNOWN["xsd"] + "nonNegativeInteger"))
    prefix, _, local = text.partition(":")
    return TYPE if text == "a" else ox.NamedNode(WELL_KNOWN[prefix] + local)


def unified(rule: Rule, fact: Fact) -> dict[str, Term] | None:
    """What the rule's variables stand for if it concludes the fact; None if it cannot."""
    bound: dict[str, Term] = {}
    for slot, term in zip(rule.conclusion, fact, strict=True):
        if (bound.setdefault(slot, term) if isinstance(slot, str) else slot) != term:
            return None
    return bound
