"""A query may answer otherwise only for triples that match one of its patterns, wherever these stand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.names import Names
from kg.reach import Reach

NAMES = Names({"e": "http://e/"})
A, B, C = (ox.NamedNode(f"http://e/{name}") for name in "abc")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def meets(text: str, predicate: str, *, has: str = "") -> bool:
    """Whether a triple of `e:a`, a property and `e:b` counts, whose subject has the properties `has` too."""
    named = TYPE if predicate == "a" else ox.NamedNode(f"http://e/{predicate}")
    return Reach(text, NAMES).meets(
        {named: [ox.Triple(A, named, B)]}, lambda _, each: each.value.rpartition("/")[2] in has.split()
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x ?y { ?x e:p ?y }",
        "PREFIX own: <http://e/> ASK { ?x own:p ?y }",
        "ASK { ?x <http://e/p> e:b }",
        "ASK { e:a ^e:q/e:p ?y }",
        "ASK { ?x e:q|e:p ?y }",
        "ASK { ?x e:q+ ?y . ?y e:p+ ?z }",
        "ASK { ?x e:q ?y MINUS { ?x e:p ?z } }",
        "ASK { ?x e:q ?y FILTER(?y > 1 && NOT EXISTS { ?x e:p ?z }) }",
        "ASK { { ?x e:q ?y } UNION { GRAPH ?g { ?x e:p ?y } } }",
        "ASK { { SELECT ?x (COUNT(?y) AS ?n) { ?x e:p ?y } GROUP BY ?x HAVING(?n > 1) } ?x e:q ?n }",
        "CONSTRUCT { ?x e:q ?y } WHERE { ?x e:p ?y }",
        "ASK { ?x e:q [ e:p ?y ] }",
    ],
)
def test_what_matches_a_pattern_counts_and_nothing_else(text: str) -> None:
    assert meets(text, "p", has="q") and not meets(text, "other", has="q")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?x ?p ?y }",
        "ASK { ?x !e:p ?y }",
        "ASK { ?x e:p* ?y }",
        "ASK { GRAPH ?g {} }",
        "DESCRIBE e:a",
        "ASK { SERVICE <http://e/> { ?x e:p ?y } }",
        "BASE <http://e/> ASK { ?x <p> ?y }",
        r"ASK { ?x <http://e/\u0070> ?y }",
        "ASK { ( ?x ) e:p ?y }",
        "ASK FROM <http://e/g> { ?x e:p ?y }",
        "ASK { ?x unknown:p ?y }",
    ],
)
def test_where_the_patterns_do_not_say_all_everything_counts(text: str) -> None:
    assert meets(text, "other")


def test_a_given_term_has_to_be_the_same() -> None:
    assert meets("ASK { e:a e:p ?y }", "p") and not meets("ASK { e:c e:p ?y }", "p")
    assert meets("ASK { ?x e:p e:b }", "p") and not meets("ASK { ?x e:p e:c }", "p")


def test_a_subject_has_to_have_what_the_patterns_beside_ask_for() -> None:
    text = "SELECT * { ?x e:q|e:r ?z OPTIONAL { ?x e:p ?y } }"
    assert not meets(text, "p") and meets(text, "p", has="r")
    assert meets("SELECT * { ?x e:p ?y OPTIONAL { ?x e:q ?z } }", "p")


def test_what_is_called_alike_in_a_sub_query_is_another() -> None:
    assert meets("SELECT * { ?x e:q ?z { SELECT ?y { ?x e:p ?y } } }", "p")


def test_a_path_of_no_steps_from_what_is_matched_elsewhere_adds_nothing() -> None:
    text = "SELECT * { ?x a ?c . ?c e:p* e:b }"
    assert meets(text, "a") and not meets(text, "other")
