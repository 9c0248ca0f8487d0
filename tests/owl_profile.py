"""Does an ontology stay within OWL 2 RL, and within what OWL 2 DL asks of its properties?

The grammar is that of https://www.w3.org/TR/owl2-profiles/#OWL_2_RL, the rest that of
https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL. pyowl2-profiles, which does the same, takes
chains, disjoint classes and unions on the left for violations of RL; the recommendation allows all three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
THING = ox.NamedNode(OWL + "Thing")

PLAIN = ("PlainLiteral", "XMLLiteral", "langString")
NUMBERS = ("decimal", "integer", "long", "int", "short", "byte", "float", "double")
UNSIGNED = ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
SIGNED = ("nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger")
STRINGS = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "anyURI")
OTHERS = ("boolean", "hexBinary", "base64Binary", "dateTime", "dateTimeStamp")
DATATYPES = {RDFS + "Literal", *(RDF + name for name in PLAIN)}.union(
    XSD + name for name in (*NUMBERS, *UNSIGNED, *SIGNED, *STRINGS, *OTHERS)
)
KINDS = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
ONLY_SIMPLE = ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty")
CARDINALITIES = ("cardinality", "minCardinality", "maxCardinality")
QUALIFIED = ("qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality")


class Ontology:
    """The triples of an ontology, by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = list(triples)
        self._objects: defaultdict[tuple[Node, str], list[Node]] = defaultdict(list)
        for triple in self.triples:
            self._objects[triple.subject, triple.predicate.value].append(triple.object)

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        return self._objects.get((subject, predicate), [])

    def having(self, predicate: str) -> Iterator[tuple[Node, Node]]:
        return ((triple.subject, triple.object) for triple in self.triples if triple.predicate.value == predicate)

    def of_type(self, kind: str) -> list[Node]:
        return [subject for subject, types in self.having(RDF + "type") if types == ox.NamedNode(OWL + kind)]

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        return [
            member for first in self.objects(head, RDF + "first")
            for member in [first, *(item for rest in self.objects(head, RDF + "rest") for item in self.items(rest))]
        ]  # fmt: skip

    def list_of(self, subject: Node, predicate: str) -> list[Node]:
        return [item for head in self.objects(subject, predicate) for item in self.items(head)]


def violations(triples: Iterable[ox.Triple]) -> list[str]:
    """What keeps the ontology out of OWL 2 RL or OWL 2 DL, one sentence each; empty where nothing does."""
    ontology = Ontology(triples)
    checks: tuple[Callable[[Ontology], Iterator[str]], ...] = (
        class_expressions, datatypes, forbidden_axioms, declarations, composite_properties, chain_order,
    )  # fmt: skip
    return sorted({found for check in checks for found in check(ontology)})


class Position(NamedTuple):
    """Which constructors a class expression may have at one place of an axiom, and where their parts then stand."""

    name: str
    parts: dict[str, str]


# constructor → the place in which its parts stand ("data" is a number 0 or 1, "any" is free)
SUB = Position("left", {"intersectionOf": "left", "unionOf": "left", "oneOf": "any", "someValuesFrom": "left", "hasValue": "any"})
SUPER = Position(
    "right",
    {
        "intersectionOf": "right", "complementOf": "left", "allValuesFrom": "right", "hasValue": "any",
        "maxCardinality": "data", "maxQualifiedCardinality": "data",
    },
)  # fmt: skip
EQUAL = Position("equivalent", {"intersectionOf": "equivalent", "hasValue": "any"})
POSITIONS = {position.name: position for position in (SUB, SUPER, EQUAL)}
FILLERS = ("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf")
CONSTRUCTORS = ("intersectionOf", "unionOf", "oneOf", "complementOf", *FILLERS, *CARDINALITIES, *QUALIFIED)
# axiom → the places of its subject and of its object
AXIOMS = {
    RDFS + "subClassOf": ("left", "right"), OWL + "disjointWith": ("left", "left"), OWL + "equivalentClass": ("equivalent",) * 2,
    OWL + "hasKey": ("left", "any"), RDFS + "domain": ("any", "right"), RDFS + "range": ("any", "right"),
    RDF + "type": ("any", "right"),
}  # fmt: skip


def class_expressions(ontology: Ontology) -> Iterator[str]:
    """Class expressions where RL does not allow them."""
    for axiom, places in AXIOMS.items():
        for ends in ontology.having(axiom):
            for end, place in zip(ends, places, strict=True):
                yield from _misplaced(ontology, end, place)
    for node in ontology.of_type("AllDisjointClasses"):
        for member in ontology.list_of(node, OWL + "members"):
            yield from _misplaced(ontology, member, "left")


def _misplaced(ontology: Ontology, node: Node, place: str) -> Iterator[str]:
    if place == "any":
        return
    if node == THING:
        yield f"owl:Thing stands on the {place} side of a class axiom"
    for constructor in CONSTRUCTORS:
        for part in ontology.objects(node, OWL + constructor):
            yield from _misplaced_part(ontology, constructor, part, POSITIONS[place])


def _misplaced_part(ontology: Ontology, constructor: str, part: Node, position: Position) -> Iterator[str]:
    place = position.parts.get(constructor)
    if place is None:
        yield f"owl:{constructor} stands on the {position.name} side of a class axiom"
    elif place == "data" and isinstance(part, ox.Literal) and part.value not in ("0", "1"):
        yield f"owl:{constructor} is {part.value}: RL allows 0 and 1"
    elif place in POSITIONS and not (constructor == "someValuesFrom" and part == THING):
        for member in ontology.items(part) or [part]:
            yield from _misplaced(ontology, member, place)


def datatypes(ontology: Ontology) -> Iterator[str]:
    """Datatypes outside RL: of ranges and of literals."""
    for subject, target in ontology.having(RDFS + "range"):
        if isinstance(target, ox.NamedNode) and target.value.startswith((XSD, RDF)) and target.value not in DATATYPES:
            yield f"{_name(subject)} has the range {_name(target)}, which is no datatype of OWL 2 RL"
    for triple in ontology.triples:
        if isinstance(triple.object, ox.Literal) and triple.object.datatype.value not in DATATYPES:
            yield f"{_name(triple.subject)} has a literal of {_name(triple.object.datatype)}, which is no datatype of OWL 2 RL"


def forbidden_axioms(ontology: Ontology) -> Iterator[str]:
    """Axioms that RL has not at all."""
    yield from (f"{_name(node)} is reflexive" for node in ontology.of_type("ReflexiveProperty"))
    yield from (f"{_name(node)} is a disjoint union" for node, _ in ontology.having(OWL + "disjointUnionOf"))


def declarations(ontology: Ontology) -> Iterator[str]:
    """Properties that are used and not declared, or declared to be of two kinds."""
    kinds: defaultdict[Node, list[str]] = defaultdict(list)
    for kind in KINDS:
        for node in set(ontology.of_type(kind)):
            kinds[node].append(kind)
    for node in {triple.predicate for triple in ontology.triples} | kinds.keys():
        if not str(node).startswith(tuple(f"<{builtin}" for builtin in (RDF, RDFS, OWL))) and len(kinds.get(node, [])) != 1:
            yield f"{_name(node)} is declared as {' and '.join(kinds.get(node, [])) or 'no property'}"


def composite_properties(ontology: Ontology) -> Iterator[str]:
    """Properties with chains or transitivity where DL asks for simple ones."""
    composite = _composite(ontology)
    for kind in ONLY_SIMPLE:
        yield from (f"{_name(node)} is composite and a owl:{kind}" for node in ontology.of_type(kind) if node in composite)
    for restriction, on in ontology.having(OWL + "onProperty"):
        if on in composite and any(ontology.objects(restriction, OWL + word) for word in (*CARDINALITIES, *QUALIFIED)):
            yield f"{_name(on)} is composite and counted in a restriction"
    disjoint = {node for pair in ontology.having(OWL + "propertyDisjointWith") for node in pair}
    members = {item for node in ontology.of_type("AllDisjointProperties") for item in ontology.list_of(node, OWL + "members")}
    yield from (f"{_name(node)} is composite and disjoint with another property" for node in (disjoint | members) & composite)


def _composite(ontology: Ontology) -> set[Node]:
    found = {subject for subject, _ in ontology.having(OWL + "propertyChainAxiom")} | set(ontology.of_type("TransitiveProperty"))
    above = _edges(ontology)
    todo = list(found)
    while todo:
        todo = [node for lower in todo for node in above[lower] if node not in found]
        found |= set(todo)
    return found


def _edges(ontology: Ontology) -> defaultdict[Node, set[Node]]:
    """From each property to those that hold wherever it, or its inverse, does."""
    above: defaultdict[Node, set[Node]] = defaultdict(set)
    for word in (RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "equivalentProperty"):
        for lower, upper in ontology.having(word):
            above[lower].add(upper)
            if not word.endswith("subPropertyOf"):
                above[upper].add(lower)
    return above


def chain_order(ontology: Ontology) -> Iterator[str]:
    """Chains of properties that go round in a circle.

    Stricter than the recommendation, which ignores circles that a plain subproperty takes part in.
    """
    above, steps = _edges(ontology), []
    for whole, head in ontology.having(OWL + "propertyChainAxiom"):
        for part in _ordered_parts(whole, ontology.items(head)):
            above[part].add(whole)
            steps.append((part, whole))
    yield from (
        f"{_name(part)} is part of a chain for {_name(whole)}, and follows from it" for part, whole in steps
        if part in _reachable(above, whole)
    )  # fmt: skip


def _ordered_parts(whole: Node, parts: list[Node]) -> list[Node]:
    """The parts that must come before the whole: it may itself be the first or the last, or both of two."""
    if parts == [whole, whole]:
        return []
    return parts[1:] if parts[:1] == [whole] else parts[:-1] if parts[-1:] == [whole] else parts


def _reachable(above: defaultdict[Node, set[Node]], start: Node) -> set[Node]:
    found, todo = {start}, [start]
    while todo:
        todo = [node for lower in todo for node in above[lower] if node not in found]
        found |= set(todo)
    return found


def _name(node: Node) -> str:
    return node.value.rsplit("#", 1)[-1] if isinstance(node, ox.NamedNode) else str(node)
