"""Literals as the stores write them: a store gives back another text of the same value, and another datatype for some."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_ANYTHING = ox.NamedNode("urn:anything")


@lru_cache(maxsize=100_000)
def stored(term: Term) -> Term:
    """The term as the stores give it back.

    >>> str(stored(ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#byte"))))
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    store = ox.Store()
    store.add(ox.Quad(_ANYTHING, _ANYTHING, term))
    (quad,) = store
    found: Term = quad.object
    return found


def stored_quad(quad: ox.Quad) -> ox.Quad:
    """The quad as the stores give it back."""
    return ox.Quad(quad.subject, quad.predicate, stored(quad.object), quad.graph_name)
