"""The numbers of the terms that the rules know: fixed, so that the same SQL serves every graph, in ranges that tell kinds.

The numbers of all other terms are given out as they are met: names of RDF's and OWL's own vocabularies from `OTHER_WORDS`, IRIs
from `IRIS`, nodes that the engine needs for itself from `HELPERS`, blank nodes from `BLANKS`, literals from `LITERALS`. Of terms
that are found to be the same, the one with the smallest number stands for all.
"""

from __future__ import annotations

from itertools import pairwise

from kg.names import WELL_KNOWN

OTHER_WORDS, IRIS, HELPERS, BLANKS, LITERALS = 1024, 1 << 16, 1 << 29, 1 << 30, 1 << 31

_CORE = (
    *("", "rdf:type", "owl:sameAs", "owl:differentFrom", "rdf:first", "rdf:rest", "rdf:nil", "owl:Thing", "owl:Nothing"),
    *("rdfs:Datatype", "owl:AnnotationProperty", "rdf:Property"),
)
# The predicates and classes that axioms are made of. Their triples are few, and are kept beside the others.
_SCHEMA = (
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:equivalentClass", "owl:equivalentProperty"),
    *("owl:inverseOf", "owl:propertyChainAxiom", "owl:hasKey", "owl:intersectionOf", "owl:unionOf", "owl:complementOf"),
    *("owl:oneOf", "owl:onProperty", "owl:onClass", "owl:someValuesFrom", "owl:allValuesFrom", "owl:hasValue"),
    *("owl:maxCardinality", "owl:maxQualifiedCardinality", "owl:disjointWith", "owl:propertyDisjointWith", "owl:members"),
    *("owl:distinctMembers", "owl:sourceIndividual", "owl:assertionProperty", "owl:targetIndividual", "owl:targetValue"),
)
_CLASSES = (
    *("owl:SymmetricProperty", "owl:TransitiveProperty", "owl:FunctionalProperty", "owl:InverseFunctionalProperty"),
    *("owl:IrreflexiveProperty", "owl:AsymmetricProperty", "owl:AllDifferent", "owl:AllDisjointClasses"),
    *("owl:AllDisjointProperties", "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:ReflexiveProperty"),
)
_DATATYPES = (
    *("rdf:PlainLiteral", "rdf:XMLLiteral", "rdfs:Literal", "xsd:anyURI", "xsd:base64Binary", "xsd:boolean", "xsd:byte"),
    *("xsd:dateTime", "xsd:dateTimeStamp", "xsd:decimal", "xsd:double", "xsd:float", "xsd:hexBinary", "xsd:int"),
    *("xsd:integer", "xsd:language", "xsd:long", "xsd:Name", "xsd:NCName", "xsd:negativeInteger", "xsd:NMTOKEN"),
    *("xsd:nonNegativeInteger", "xsd:nonPositiveInteger", "xsd:normalizedString", "xsd:positiveInteger", "xsd:short"),
    *("xsd:string", "xsd:token", "xsd:unsignedByte", "xsd:unsignedInt", "xsd:unsignedLong", "xsd:unsignedShort"),
)
_ANNOTATIONS = (
    *("rdfs:label", "rdfs:comment", "rdfs:seeAlso", "rdfs:isDefinedBy", "owl:deprecated", "owl:versionInfo"),
    *("owl:priorVersion", "owl:backwardCompatibleWith", "owl:incompatibleWith"),
)
# Each datatype is derived from the next: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
_DERIVATIONS = (
    ("byte", "short", "int", "long", "integer", "decimal"),
    ("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong", "nonNegativeInteger", "integer"),
    ("positiveInteger", "nonNegativeInteger"),
    ("negativeInteger", "nonPositiveInteger", "integer"),
    ("NCName", "Name", "token", "normalizedString", "string"),
    ("language", "token"),
    ("NMTOKEN", "token"),
    ("dateTimeStamp", "dateTime"),
)
PREDICATES, CLASSES, DATATYPES, ANNOTATIONS = (
    range(start, start + len(names)) for start, names in ((100, _SCHEMA), (200, _CLASSES), (300, _DATATYPES), (400, _ANNOTATIONS))
)


def iri(short: str) -> str:
    """The IRI that a name with one of the well-known prefixes stands for.

    >>> iri("owl:Thing")
    'http://www.w3.org/2002/07/owl#Thing'
    """
    prefix, _, local = short.partition(":")
    return WELL_KNOWN[prefix] + local


def _numbered() -> dict[str, int]:
    groups = ((0, _CORE), (100, _SCHEMA), (200, _CLASSES), (300, _DATATYPES), (400, _ANNOTATIONS))
    return {iri(name): start + at for start, names in groups for at, name in enumerate(names) if name}


# The number of each term that the rules know, by its IRI.
NUMBERS = _numbered()
TYPE, SAME, DIFFERENT, FIRST, REST, NIL, THING, NOTHING = range(1, 9)

# SQL: whether a row of triples, with these names for predicate and object, is part of an axiom.
SCHEMA_ROW = (
    f"({{p}} between {PREDICATES.start} and {PREDICATES.stop - 1} "
    f"or ({{p}} = {TYPE} and {{o}} between {CLASSES.start} and {CLASSES.stop - 1}))"
)


def is_axiom(predicate: int, object: int) -> bool:
    """What `SCHEMA_ROW` says, of one row."""
    return object in CLASSES if predicate == TYPE else predicate in PREDICATES


def number(short: str) -> int:
    """The number of a term by its short name."""
    return NUMBERS[iri(short)]


# The datatypes that are derived from another, each with it.
DERIVED = tuple((number(f"xsd:{one}"), number(f"xsd:{base}")) for row in _DERIVATIONS for one, base in pairwise(row))
