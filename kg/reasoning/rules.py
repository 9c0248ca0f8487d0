"""The rules of OWL 2 RL/RDF, by the W3C's names, as one table; projects add rules of their own in the same notation.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules, tables 4 to 9. Ten more are in none of
these tables, yet sound (https://www.w3.org/TR/owl2-rdf-based-semantics/), and used in full mode: those from `dt-sub` on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.names import WELL_KNOWN
from kg.reasoning.facts import TYPE, Fact, Term

# A term of a rule: a variable (its name, with the question mark) or a constant.
Slot = str | Term

# A rule is: its name, `if`, premises with dots between them, `then`, and its conclusion: a triple, or `false` with what to tell
# people. It may go on in indented lines. `a` is rdf:type, `true` is no premise at all. `(full)`: its conclusions are trivial,
# and it is used only where everything is asked for. Where several rules give equally short proofs, the earlier one is preferred;
# the premises stand in the order in which a search from the conclusion should look for them. Words that are more than a triple:
# `item ?i ?l`      ?i is a member of the list ?l
# `pair ?i ?j ?l`   ?i and ?j are members of ?l, at different places
# `types ?x ?l`     ?x has every class of ?l
# `chain ?x ?l ?y`  the properties of ?l lead from ?x to ?y
# `keys ?x ?l ?y`   ?x and ?y share a value of every property of ?l
# `?x != ?y`        ?x and ?y are not known to be the same
# and these are of literals and words of RDF, looked at before the rules run:
# `value ?v ?d`     the value of the literal ?v is in the datatype ?d
# `alien ?v ?d`     the value of the literal ?v is not in the datatype ?d
# `illtyped ?v`     the literal ?v has no value
# `equal ?v ?w`     two literals have the same value
# `differ ?v ?w`    two literals have different values, and one of them is the same as something else: of all others, there
#                   would be as many pairs as the square of the literals
# `unequal ?v ?w`   two literals that must be the same have different values
# `lasting ?v ?w ?u` what begins at the date ?v and lasts for ?w ends by about ?u, all three of which are in the graph
# `derived ?d ?e`   the datatype ?d is derived from ?e
# `meet ?d ?e ?f`   what is in the datatypes ?d and ?e is in ?f, which holds neither of them
# `datatype ?d` · `annotation ?p`   the datatypes and annotation properties of OWL 2 RL
_TABLE = """
cax-eqc1  if ?c owl:equivalentClass ?d . ?x a ?c then ?x a ?d
cax-eqc2  if ?d owl:equivalentClass ?c . ?x a ?c then ?x a ?d
cls-int2  if item ?d ?l . ?c owl:intersectionOf ?l . ?x a ?c then ?x a ?d
cls-uni   if ?c owl:unionOf ?l . item ?d ?l . ?x a ?d then ?x a ?c
cax-sco   if ?c rdfs:subClassOf ?d . ?x a ?c then ?x a ?d
prp-eqp1  if ?p owl:equivalentProperty ?q . ?x ?p ?y then ?x ?q ?y
prp-eqp2  if ?q owl:equivalentProperty ?p . ?x ?p ?y then ?x ?q ?y
prp-spo1  if ?p rdfs:subPropertyOf ?q . ?x ?p ?y then ?x ?q ?y
prp-inv1  if ?p owl:inverseOf ?q . ?y ?p ?x then ?x ?q ?y
prp-inv2  if ?q owl:inverseOf ?p . ?y ?p ?x then ?x ?q ?y
prp-symp  if ?p a owl:SymmetricProperty . ?y ?p ?x then ?x ?p ?y
prp-trp   if ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z then ?x ?p ?z
prp-spo2  if ?p owl:propertyChainAxiom ?l . chain ?x ?l ?y then ?x ?p ?y
prp-dom   if ?p rdfs:domain ?c . ?x ?p ?y then ?x a ?c
prp-rng   if ?p rdfs:range ?c . ?y ?p ?x then ?x a ?c
prp-fp    if ?p a owl:FunctionalProperty . ?u ?p ?x . ?u ?p ?y then ?x owl:sameAs ?y
prp-ifp   if ?p a owl:InverseFunctionalProperty . ?x ?p ?u . ?y ?p ?u then ?x owl:sameAs ?y
prp-key   if ?c owl:hasKey ?l . ?x a ?c . ?y a ?c . keys ?x ?l ?y then ?x owl:sameAs ?y
prp-ap    (full) if annotation ?p then ?p a owl:AnnotationProperty
cls-int1  if ?c owl:intersectionOf ?l . types ?x ?l then ?x a ?c
cls-svf1  if ?c owl:someValuesFrom ?d . ?c owl:onProperty ?p . ?x ?p ?y . ?y a ?d then ?x a ?c
cls-svf2  if ?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p . ?x ?p ?y then ?x a ?c
cls-avf   if ?c owl:allValuesFrom ?d . ?c owl:onProperty ?p . ?y ?p ?x . ?y a ?c then ?x a ?d
cls-hv1   if ?c owl:onProperty ?p . ?c owl:hasValue ?y . ?x a ?c then ?x ?p ?y
cls-hv2   if ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x ?p ?y then ?x a ?c
cls-oo    if item ?x ?l . ?c owl:oneOf ?l then ?x a ?c
cls-maxc2 if ?c owl:maxCardinality 1 . ?c owl:onProperty ?p . ?u ?p ?x . ?u ?p ?y . ?u a ?c then ?x owl:sameAs ?y
cls-maxqc3 if ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass ?d .
  ?u ?p ?x . ?x a ?d . ?u ?p ?y . ?y a ?d . ?u a ?c then ?x owl:sameAs ?y
cls-maxqc4 if ?c owl:maxQualifiedCardinality 1 . ?c owl:onClass owl:Thing . ?c owl:onProperty ?p .
  ?u ?p ?x . ?u ?p ?y . ?u a ?c then ?x owl:sameAs ?y
cls-thing    (full) if true then owl:Thing a owl:Class
cls-nothing1 (full) if true then owl:Nothing a owl:Class
eq-ref    (full) if ?s ?p ?o then ?s owl:sameAs ?s
eq-ref    (full) if ?s ?p ?o then ?p owl:sameAs ?p
eq-ref    (full) if ?s ?p ?o then ?o owl:sameAs ?o
eq-sym    if ?y owl:sameAs ?x then ?x owl:sameAs ?y
eq-trans  if ?x owl:sameAs ?y . ?y owl:sameAs ?z then ?x owl:sameAs ?z
eq-rep-s  if ?s owl:sameAs ?x . ?s ?p ?o then ?x ?p ?o
eq-rep-p  if ?p owl:sameAs ?q . ?s ?p ?o then ?s ?q ?o
eq-rep-o  if ?o owl:sameAs ?x . ?s ?p ?o then ?s ?p ?x
scm-sco   if ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e then ?c rdfs:subClassOf ?e
scm-eqc1  if ?c owl:equivalentClass ?d then ?c rdfs:subClassOf ?d
scm-eqc1  if ?d owl:equivalentClass ?c then ?c rdfs:subClassOf ?d
scm-eqc2  if ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c then ?c owl:equivalentClass ?d
scm-int   if ?c owl:intersectionOf ?l . item ?d ?l then ?c rdfs:subClassOf ?d
scm-uni   if item ?d ?l . ?c owl:unionOf ?l then ?d rdfs:subClassOf ?c
scm-spo   if ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r then ?p rdfs:subPropertyOf ?r
scm-eqp1  if ?p owl:equivalentProperty ?q then ?p rdfs:subPropertyOf ?q
scm-eqp1  if ?q owl:equivalentProperty ?p then ?p rdfs:subPropertyOf ?q
scm-eqp2  if ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p then ?p owl:equivalentProperty ?q
scm-dom1  if ?c rdfs:subClassOf ?d . ?p rdfs:domain ?c then ?p rdfs:domain ?d
scm-dom2  if ?p rdfs:subPropertyOf ?q . ?q rdfs:domain ?c then ?p rdfs:domain ?c
scm-rng1  if ?c rdfs:subClassOf ?d . ?p rdfs:range ?c then ?p rdfs:range ?d
scm-rng2  if ?p rdfs:subPropertyOf ?q . ?q rdfs:range ?c then ?p rdfs:range ?c
scm-hv    if ?c owl:hasValue ?i . ?d owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:onProperty ?q .
  ?p rdfs:subPropertyOf ?q then ?c rdfs:subClassOf ?d
scm-svf1  if ?c owl:someValuesFrom ?y . ?d owl:someValuesFrom ?z . ?c owl:onProperty ?p . ?d owl:onProperty ?p .
  ?y rdfs:subClassOf ?z then ?c rdfs:subClassOf ?d
scm-svf2  if ?c owl:someValuesFrom ?y . ?d owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:onProperty ?q .
  ?p rdfs:subPropertyOf ?q then ?c rdfs:subClassOf ?d
scm-avf1  if ?c owl:allValuesFrom ?y . ?d owl:allValuesFrom ?z . ?c owl:onProperty ?p . ?d owl:onProperty ?p .
  ?y rdfs:subClassOf ?z then ?c rdfs:subClassOf ?d
scm-avf2  if ?c owl:allValuesFrom ?y . ?d owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:onProperty ?q .
  ?q rdfs:subPropertyOf ?p then ?c rdfs:subClassOf ?d
scm-cls   if ?c a owl:Class then ?c rdfs:subClassOf ?c
scm-cls   if ?c a owl:Class then ?c owl:equivalentClass ?c
scm-cls   (full) if ?c a owl:Class then ?c rdfs:subClassOf owl:Thing
scm-cls   (full) if ?c a owl:Class then owl:Nothing rdfs:subClassOf ?c
scm-op    if ?p a owl:ObjectProperty then ?p rdfs:subPropertyOf ?p
scm-op    if ?p a owl:ObjectProperty then ?p owl:equivalentProperty ?p
scm-dp    if ?p a owl:DatatypeProperty then ?p rdfs:subPropertyOf ?p
scm-dp    if ?p a owl:DatatypeProperty then ?p owl:equivalentProperty ?p
dt-type1  (full) if datatype ?d then ?d a rdfs:Datatype
dt-type2  if value ?v ?d then ?v a ?d
dt-eq     (full) if equal ?v ?w then ?v owl:sameAs ?w
dt-diff   (full) if differ ?v ?w then ?v owl:differentFrom ?w
dt-sub    (full) if derived ?d ?e then ?d rdfs:subClassOf ?e
diff-sym  (full) if ?y owl:differentFrom ?x then ?x owl:differentFrom ?y
diff-fp   (full) if ?p a owl:FunctionalProperty . ?u owl:differentFrom ?v . ?x ?p ?u . ?y ?p ?v then ?x owl:differentFrom ?y
diff-ifp  (full) if ?p a owl:InverseFunctionalProperty . ?u owl:differentFrom ?v . ?u ?p ?x . ?v ?p ?y
  then ?x owl:differentFrom ?y
diff-pdw  (full) if ?p owl:propertyDisjointWith ?q . ?u ?p ?x . ?u ?q ?y . ?x != ?y then ?x owl:differentFrom ?y
rng-meet  (full) if meet ?d ?e ?f . ?p rdfs:range ?d . ?p rdfs:range ?e then ?p rdfs:range ?f
pdw-dom   (full) if ?p rdfs:domain ?c . ?q rdfs:domain ?d . ?c owl:disjointWith ?d then ?p owl:propertyDisjointWith ?q
pdw-dom   (full) if ?p rdfs:domain ?c . ?q rdfs:domain ?d . ?d owl:disjointWith ?c then ?p owl:propertyDisjointWith ?q
pdw-rng   (full) if ?p rdfs:range ?c . ?q rdfs:range ?d . ?c owl:disjointWith ?d then ?p owl:propertyDisjointWith ?q
pdw-rng   (full) if ?p rdfs:range ?c . ?q rdfs:range ?d . ?d owl:disjointWith ?c then ?p owl:propertyDisjointWith ?q
trp-spo2  (full) if ?p owl:propertyChainAxiom ?l . ?l rdf:first ?p . ?l rdf:rest ?m . ?m rdf:first ?p . ?m rdf:rest rdf:nil
  then ?p a owl:TransitiveProperty
prp-rfx   (full) if ?p a owl:ReflexiveProperty . ?x a ?c then ?x ?p ?x
eq-diff1  if ?x owl:sameAs ?y . ?x owl:differentFrom ?y then false "?x and ?y are the same and different"
eq-diff1  if unequal ?v ?w then false "?v and ?w must be the same, and are different values"
eq-diff2  if ?a a owl:AllDifferent . ?a owl:members ?l . pair ?x ?y ?l . ?x owl:sameAs ?y
  then false "?x and ?y are the same and all different"
eq-diff3  if ?a a owl:AllDifferent . ?a owl:distinctMembers ?l . pair ?x ?y ?l . ?x owl:sameAs ?y
  then false "?x and ?y are the same and all different"
prp-irp   if ?x ?p ?x . ?p a owl:IrreflexiveProperty then false "?x has the irreflexive ?p to itself"
prp-asyp  if ?x ?p ?y . ?y ?p ?x . ?p a owl:AsymmetricProperty then false "the asymmetric ?p holds both ways between ?x and ?y"
prp-pdw   if ?x ?p ?y . ?x ?q ?y . ?p owl:propertyDisjointWith ?q then false "the disjoint ?p and ?q both hold from ?x to ?y"
prp-adp   if ?x ?p ?y . ?x ?q ?y . ?a a owl:AllDisjointProperties . ?a owl:members ?l . pair ?p ?q ?l
  then false "the disjoint ?p and ?q both hold from ?x to ?y"
prp-npa1  if ?x ?p ?y . ?a owl:targetIndividual ?y . ?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p
  then false "?x ?p ?y is stated and denied"
prp-npa2  if ?x ?p ?y . ?a owl:targetValue ?y . ?a owl:sourceIndividual ?x . ?a owl:assertionProperty ?p
  then false "?x ?p ?y is stated and denied"
cls-nothing2 if ?x a owl:Nothing then false "?x belongs to owl:Nothing, which nothing may"
cls-com   if ?x a ?c . ?x a ?d . ?c owl:complementOf ?d then false "?x belongs to the complementary ?c and ?d"
cls-maxc1 if ?x ?p ?y . ?x a ?c . ?c owl:maxCardinality 0 . ?c owl:onProperty ?p then false "?x may have no ?p and has ?y"
cls-maxqc1 if ?x ?p ?y . ?x a ?c . ?y a ?d . ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass ?d
  then false "?x may have no ?p that is a ?d and has ?y"
cls-maxqc2 if ?x ?p ?y . ?x a ?c . ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing
  then false "?x may have no ?p that is an owl:Thing and has ?y"
cax-dw    if ?x a ?c . ?x a ?d . ?c owl:disjointWith ?d then false "?x belongs to the disjoint ?c and ?d"
cax-adc   if ?x a ?c . ?x a ?d . ?a a owl:AllDisjointClasses . ?a owl:members ?l . pair ?c ?d ?l
  then false "?x belongs to the disjoint ?c and ?d"
dt-not-type if illtyped ?v . ?x ?p ?v then false "?v is no value of its datatype"
dt-not-type if ?v a ?d . alien ?v ?d . ?x ?p ?v then false "?v must be a ?d and is none"
"""
# The words, and how many terms follow each.
LIST_WORDS = {"item": 2, "pair": 3, "types": 2, "chain": 3, "keys": 3}
# How many of the terms of a word, the first ones, are literals, or what is the same as one.
LITERALS_IN = {"value": 1, "differ": 2}
# Which of their terms is the list.
LIST_AT = {"item": 1, "pair": 2, "types": 1, "chain": 1, "keys": 1}
_LITERAL_WORDS = {"value": 2, "alien": 2, "illtyped": 1, "equal": 2, "differ": 2, "unequal": 2, "lasting": 3}
WORDS = {**LIST_WORDS, **_LITERAL_WORDS, "derived": 2, "meet": 3, "datatype": 1, "annotation": 1, "!=": 2}
_NUMBER = ox.NamedNode(WELL_KNOWN["xsd"] + "nonNegativeInteger")
_PARTS = re.compile(r"(?P<name>\S+)\s+(?P<full>\(full\)\s+)?if\s+(?P<body>.+)\s+then\s+(?P<head>.+)", re.DOTALL)
_FALSE = re.compile(r'false(?:\s+"(?P<message>[^"]*)")?')
_END = "."
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^\S+)?|<[^<>\s]*>|\S+')


@dataclass(frozen=True)
class Premise:
    """What a rule asks for: a triple (`word` is empty), or what one of the words says."""

    word: str
    slots: tuple[Slot, ...]

    def variables(self) -> set[str]:
        return {slot for slot in self.slots if isinstance(slot, str)}


@dataclass(frozen=True)
class Rule:
    """If all premises hold, so does the conclusion; where it is None, they must not all hold, and the message says so."""

    name: str
    premises: tuple[Premise, ...]
    conclusion: tuple[Slot, Slot, Slot] | None
    message: str = ""
    full: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """The table, read.

    >>> rules()[0].name, len(rules()[0].premises)
    ('cax-eqc1', 2)
    """
    return tuple(read(_TABLE, WELL_KNOWN, "the rules of OWL 2 RL"))


def read(text: str, prefixes: Mapping[str, str], file: str) -> Iterator[Rule]:
    """The rules of a text; SourceError with the line where one is wrong.

    >>> [rule.name for rule in read("ally if ?x a schema:Place . ?x schema:near ?y then ?y schema:near ?x", WELL_KNOWN, "f")]
    ['ally']
    """
    for line, statement in _statements(text):
        try:
            yield _rule(statement, prefixes)
        except ValueError as error:
            hint = 'a rule is: name if ?x ex:p ?y . ?y ex:q ?z then ?x ex:r ?z (or: then false "message")'
            raise SourceError(str(error), place=Place(file, line), hint=hint) from error


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The statements, each with its line; an indented line goes on with the one before."""
    start, parts = 0, list[str]()
    for at, line in enumerate([*text.splitlines(), "#"], start=1):
        if parts and not line[:1].isspace():
            yield start, "\n".join(parts)
            parts = []
        if line.strip() and not line.lstrip().startswith("#"):
            start = start if parts else at
            parts.append(line)


def _rule(text: str, prefixes: Mapping[str, str]) -> Rule:
    if not (match := _PARTS.fullmatch(text.strip())):
        raise ValueError("this is no rule")
    premises = () if match["body"].strip() == "true" else tuple(_premises(match["body"], prefixes))
    if false := _FALSE.fullmatch(match["head"]):
        return Rule(match["name"], premises, None, false["message"] or match["name"])
    head = _premise(_TOKEN.findall(match["head"]), prefixes)
    if head.word:
        raise ValueError(f"`{head.word}` cannot be concluded")
    if unknown := head.variables() - {name for premise in premises if premise.word != "!=" for name in premise.variables()}:
        raise ValueError(f"no premise says what {', '.join(sorted(unknown))} is")
    subject, predicate, object = head.slots
    return Rule(match["name"], premises, (subject, predicate, object), full=bool(match["full"]))


def _premises(text: str, prefixes: Mapping[str, str]) -> Iterator[Premise]:
    tokens: list[str] = []
    for token in [*_TOKEN.findall(text), _END]:
        if token == _END:
            yield _premise(tokens, prefixes)
            tokens = []
        else:
            tokens.append(token)


def _premise(tokens: list[str], prefixes: Mapping[str, str]) -> Premise:
    if len(tokens) == 3 and tokens[1] == "!=":
        tokens = [tokens[1], tokens[0], tokens[2]]
    word = tokens[0] if tokens and tokens[0] in WORDS else ""
    slots = tuple(_slot(token, prefixes) for token in (tokens[1:] if word else tokens))
    if len(slots) != (wanted := WORDS.get(word, 3)):
        raise ValueError(f"`{' '.join(tokens)}` has {len(slots)} terms and needs {wanted}")
    return Premise(word, slots)


def _slot(text: str, prefixes: Mapping[str, str]) -> Slot:
    if text.startswith("?"):
        return text
    if text.isdecimal():
        return ox.Literal(text, datatype=_NUMBER)
    if text == "a":
        return TYPE
    if text[0] in '<"':
        return _written(text)
    prefix, colon, local = text.partition(":")
    if not colon:
        near = "".join(f"; is `{word}` meant?" for word in get_close_matches(text, WORDS, n=1))
        raise ValueError(f"`{text}` is neither a word nor a term{near}")
    if prefix not in prefixes:
        raise ValueError(f"the prefix of `{text}` is not known")
    return ox.NamedNode(prefixes[prefix] + local)


def _written(text: str) -> Term:
    try:
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
        found: Term = quad.object
        return found
    except SyntaxError as error:
        raise ValueError(f"`{text}` is no term") from error


def unified(rule: Rule, fact: Fact) -> dict[str, Term] | None:
    """What the rule's variables stand for if it concludes the fact; None if it cannot."""
    bound: dict[str, Term] = {}
    for slot, term in zip(rule.conclusion or (), fact, strict=True):
        if (bound.setdefault(slot, term) if isinstance(slot, str) else slot) != term:
            return None
    return bound
