"""Our engine beside owlrl: the same closure of the flagship, and of random small graphs, but for what is written down here."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sources
from kg.graph import KnowledgeGraph
from kg.reasoning import close
from tests.test_reasoning import ntriples

_NODES = st.sampled_from([":a", ":b", ":c", ":d"])
_PROPERTIES = st.sampled_from([":p", ":q", ":r"])
_CLASSES = st.sampled_from([":C", ":D", ":E"])
_VALUES = st.one_of(_NODES, st.sampled_from(["1", "'x'", "'x'@en"]))
_KINDS = st.sampled_from(["Symmetric", "Transitive", "Functional", "InverseFunctional"])
_AXIOMS = st.one_of(
    st.builds("{} a owl:{}Property".format, _PROPERTIES, _KINDS),
    st.builds("{} rdfs:subPropertyOf {}".format, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:equivalentProperty {}".format, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:inverseOf {}".format, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:propertyChainAxiom ( {} {} )".format, _PROPERTIES, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:propertyChainAxiom ( {} {} {} )".format, _PROPERTIES, _PROPERTIES, _PROPERTIES, _PROPERTIES),
    st.builds("{} rdfs:domain {}".format, _PROPERTIES, _CLASSES),
    st.builds("{} rdfs:range {}".format, _PROPERTIES, _CLASSES),
    st.builds("{} rdfs:subClassOf {}".format, _CLASSES, _CLASSES),
    st.builds("{} owl:equivalentClass {}".format, _CLASSES, _CLASSES),
    st.builds("{} owl:intersectionOf ( {} {} )".format, _CLASSES, _CLASSES, _CLASSES),
    st.builds("{} owl:unionOf ( {} {} )".format, _CLASSES, _CLASSES, _CLASSES),
    st.builds("{} owl:oneOf ( {} {} )".format, _CLASSES, _NODES, _NODES),
    st.builds("{} owl:hasKey ( {} )".format, _CLASSES, _PROPERTIES),
    st.builds("{} owl:hasKey ( {} {} )".format, _CLASSES, _PROPERTIES, _PROPERTIES),
    st.builds("{} owl:onProperty {} ; owl:someValuesFrom {}".format, _CLASSES, _PROPERTIES, _CLASSES),
    st.builds("{} owl:onProperty {} ; owl:allValuesFrom {}".format, _CLASSES, _PROPERTIES, _CLASSES),
    st.builds("{} owl:onProperty {} ; owl:hasValue {}".format, _CLASSES, _PROPERTIES, _VALUES),
    st.builds("{} owl:onProperty {} ; owl:maxCardinality 1".format, _CLASSES, _PROPERTIES),
    st.builds("{} owl:onProperty {} ; owl:maxQualifiedCardinality 1 ; owl:onClass {}".format, _CLASSES, _PROPERTIES, _CLASSES),
)
_FACTS = st.one_of(
    st.builds("{} {} {}".format, _NODES, _PROPERTIES, _VALUES),
    st.builds("{} a {}".format, _NODES, _CLASSES),
    st.builds("{} owl:sameAs {}".format, _NODES, _NODES),
)


def closures(graph: bytes) -> tuple[set[str], set[str]]:
    """What the two engines infer."""
    ours, theirs = close(graph).inferred, close(graph, engine="owlrl").inferred
    return {str(triple) for triple in ours}, {str(triple) for triple in theirs}


@settings(max_examples=60, deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6))
def test_the_closure_is_that_of_owlrl(axioms: list[str], facts: list[str]) -> None:
    ours, theirs = closures(ntriples(" . ".join(axioms + facts) + " ."))
    assert ours == theirs


def test_the_closure_of_the_flagship_is_that_of_owlrl(flagship: KnowledgeGraph) -> None:
    """But for its own rules, of which owlrl knows none: both engines close the files' triples without them."""
    lines = "".join(f"{quad.triple} .\n" for quad in sources.read(flagship.project).quads)
    ours, theirs = closures(lines.encode())
    assert len(ours) > 1000
    assert ours == theirs


def test_triples_in_triples_are_kept() -> None:
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Triple(*[ox.NamedNode("urn:b")] * 3))
    assert close(f"{triple} .\n".encode()).asserted == {triple}
