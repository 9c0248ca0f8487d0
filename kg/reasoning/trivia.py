"""What follows and tells nobody anything: left out unless everything is asked for."""

from __future__ import annotations

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.reasoning.facts import SAME, Fact, Term, owl, rdfs

_VOCABULARY = tuple(WELL_KNOWN[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_REFLEXIVE = {SAME, rdfs("subClassOf"), rdfs("subPropertyOf"), owl("equivalentClass"), owl("equivalentProperty")}


def legal(fact: Fact) -> bool:
    """Whether RDF can write the fact: no literal as subject, nothing but an IRI as predicate."""
    return not isinstance(fact[0], ox.Literal) and isinstance(fact[1], ox.NamedNode)


def trivial(fact: Fact) -> bool:
    """Whether the inferred fact is reflexive, hangs on a blank node, or speaks of the vocabulary of RDF and OWL itself.

    That an individual is an owl:Thing, a class a subclass of owl:Thing and a value an rdfs:Literal is of the last kind;
    that a class is empty (owl:Nothing) is not.
    """
    subject, predicate, object = fact
    if isinstance(subject, ox.BlankNode) or isinstance(object, ox.BlankNode):
        return True
    if subject == object and predicate in _REFLEXIVE:
        return True
    return _is_vocabulary(subject) or (_is_vocabulary(object) and object != owl("Nothing"))


def _is_vocabulary(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(_VOCABULARY)
