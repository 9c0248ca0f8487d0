"""EXISTS and NOT EXISTS are rewritten where that makes them fast, and give the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph import KnowledgeGraph
from kg.rewriting import rewriting, rewritten

E = "http://e/"


def inside(group: str) -> str:
    """What becomes of a group that is tested of `?s :p ?o`."""
    text = rewritten(f"ASK {{ ?s :p ?o FILTER NOT EXISTS {{ {group} }} }}")
    return text.removeprefix("ASK { ?s :p ?o FILTER NOT EXISTS { ").removesuffix(" } }")


def is_left(group: str) -> bool:
    return rewriting(f"ASK {{ ?s :p ?o FILTER NOT EXISTS {{ {group} }} }}").left != ()


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("?s :q ?x . ?x :r :c", "?s :q ?x LATERAL { ?x :r :c }"),
        ("?x :r :c . ?s :q ?x .", "?s :q ?x LATERAL { ?x :r :c } ."),
        ("?s :q ?x ; :r ?y , 'a'@en-GB", "?s :r 'a'@en-GB LATERAL { ?s :q ?x } LATERAL { ?s :r ?y }"),
        ("?s :q/:r :c", "?s :q ?kg_1 LATERAL { ?kg_1 :r :c }"),
        ("?s a/:r* :c", "?s a ?kg_1 LATERAL { ?kg_1 :r* :c }"),
        ("?s :q|^:r :c . ?s !(:q|a)+ -1.5", "?s :q|^:r :c LATERAL { ?s !(:q|a)+ -1.5 }"),
        ("?s :q [ :r ?y ; a [] ]", "?s :q ?kg_1 LATERAL { ?kg_1 :r ?y } LATERAL { ?kg_1 a ?kg_2 }"),
        ("[ :q ?s ; :r true ]", "?kg_1 :q ?s LATERAL { ?kg_1 :r true }"),
        ("?s :q ?x FILTER(?x > ?o) ?x :r ?y", "?s :q ?x FILTER(?x > ?o) LATERAL { ?x :r ?y }"),
        ("GRAPH ?g { ?x :q :c . ?s :q ?x } ?g :r ?y", "GRAPH ?g { ?s :q ?x LATERAL { ?x :q :c } } LATERAL { ?g :r ?y }"),
        ("?s :q ?x GRAPH ?g { ?x :r ?y }", "?s :q ?x LATERAL { GRAPH ?g { ?x :r ?y } }"),
        ("?s :q ?x { ?x :r 1 } UNION { ?x :r 2 }", "?s :q ?x LATERAL { { ?x :r 1 } UNION { ?x :r 2 } }"),
        ("VALUES ?x { :a } ?s :q ?x", "VALUES ?x { :a } LATERAL { ?s :q ?x }"),
        ('?s :q "}"^^:t ; :r """ . """', '?s :q "}"^^:t LATERAL { ?s :r """ . """ }'),
    ],
)
def test_patterns_are_looked_up_one_after_the_other(group: str, wanted: str) -> None:
    assert inside(group) == wanted
    assert not is_left(group)


@pytest.mark.parametrize(
    "group",
    [
        "?s :q ?x",
        "?s :q* ?x",
        "FILTER(?o > 1) ?s :q ?x",
        "{ ?s :q ?x } UNION { ?s :r ?x }",
    ],
)
def test_what_is_fast_stays_as_it_is(group: str) -> None:
    assert inside(group) == group
    assert not is_left(group)


@pytest.mark.parametrize(
    "group",
    [
        "?s :q _:x . _:x :r :c",
        "?s :q (1 2)",
        "?s :q << :a :b :c >>",
        "?s :q ?x {| :since ?y |}",
        "?s :q ?x . ?y :r* ?z . ?z :r* ?x",
        "?s ?x ?o . ?x :r* ?y",
        "VALUES ?x { :nowhere } ?x :r* ?y . ?y :q ?s",
        "?s :q ?x . OPTIONAL { ?x :r ?y . ?y :r ?s }",
        "?s :q ?x . { SELECT ?x { ?x :r ?y . ?y :r :c } }",
        "?s :q ?x . { ?x :r ?y FILTER(!BOUND(?s)) }",
        "?s :q",
        " . ".join(f"?s :q ?x{n}" for n in range(65)),
    ],
)
def test_what_cannot_be_followed_is_left_and_told(group: str) -> None:
    assert is_left(group)


def test_each_test_is_rewritten_wherever_it_stands() -> None:
    asked = "?a :q ?b . ?b :r ?c"
    lookups = "?a :q ?b LATERAL { ?b :r ?c }"
    text = (
        f"SELECT (EXISTS {{ {asked} }} AS ?t) {{ ?a a :A FILTER(?a = 1 || not exists{{{asked} FILTER EXISTS {{ {asked} }}}}) }}"
    )
    assert rewritten(text) == text.replace(asked, lookups)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'EXISTS { ?a ?b ?c . ?d ?e ?f }' }",
        "ASK { ?s ?p ?o } # EXISTS { ?a ?b ?c . ?d ?e ?f }",
        "ASK { ?s ?p ?o FILTER EXISTS { " * 200 + "?a ?b ?c . ?d ?e ?f" + " }" * 200,
        "ASK { FILTER EXISTS { ?s :q " + "[ :q " * 5000,
        "ASK { FILTER EXISTS { ?s " + "(" * 5000 + ":q" + ")" * 5000 + " ?x . ?x :r ?y } }",
        "ASK { FILTER EXISTS",
        "ASK { FILTER EXISTS {",
        "exists {}",
    ],
)
def test_other_texts_are_not_touched(text: str) -> None:
    assert rewritten(text) == text


TERMS = [":a", ":b", ":c", ":d"]
nodes = st.sampled_from([*TERMS, "?s", "?o", "?x", "?y"])
predicates = st.sampled_from([":p", ":q", "?x", ":p/:q", "^:p", ":p|:q", ":p*", ":q?", ":p+", "(:p/:q)*", "!:p", ":p/:q*"])
patterns = st.builds("{} {} {}".format, nodes, predicates, nodes | st.sampled_from(["1", "[]", "[ :p ?y ]", "?y ; :q ?o"]))
blocks = st.lists(patterns, min_size=1, max_size=3).map(" . ".join)
filters = st.sampled_from(
    ["FILTER(?x != ?s)", "FILTER(BOUND(?y))", "FILTER(?o = :a || ?y = :b)", "FILTER EXISTS { ?x :p ?y . ?y :q ?s }"]
)
graphs = st.builds("GRAPH {} {{ {} }}".format, st.sampled_from(["?g", ":g", ":h"]), blocks)
unions = st.builds("{{ {} }} UNION {{ {} }}".format, blocks, blocks)
others = st.one_of(
    filters,
    graphs,
    unions,
    st.builds("OPTIONAL {{ {} }}".format, blocks),
    st.builds("MINUS {{ {} }}".format, blocks),
    st.sampled_from(["VALUES ?y { :a :nowhere }", "VALUES (?x ?y) { (:a UNDEF) (UNDEF :b) }"]),
)
groups = st.lists(blocks | others, min_size=1, max_size=3).map(" . ".join)
outer = st.one_of(
    blocks,
    st.builds("{} OPTIONAL {{ {} }}".format, blocks, blocks),
    st.builds("VALUES ?s {{ :a :nowhere 1 }} OPTIONAL {{ {} }}".format, blocks),
)
nots = st.sampled_from(["", "NOT"])
quads = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("pq"), st.sampled_from(["a", "b", "c", "p", "1"]), st.sampled_from(["", "g", "h"])
    ),
    max_size=8,
)


def stored(facts: list[tuple[str, str, str, str]]) -> ox.Store:
    store = ox.Store()
    for subject, predicate, object, graph in facts:
        home = ox.NamedNode(E + graph) if graph else ox.DefaultGraph()
        term = ox.Literal(1) if object == "1" else ox.NamedNode(E + object)
        store.add(ox.Quad(ox.NamedNode(E + subject), ox.NamedNode(E + predicate), term, home))
    return store


def rows(store: ox.Store, text: str) -> Counter[str] | str:
    try:
        found = store.query(text, prefixes={"": E})
        assert isinstance(found, ox.QuerySolutions)
        return Counter(str([row[name] for name in found.variables]) for row in found)
    except SyntaxError as error:
        return f"SyntaxError {type(error)}"


@settings(max_examples=400, deadline=None)
@given(quads, outer, nots, groups)
def test_the_answers_are_the_same(facts: list[tuple[str, str, str, str]], around: str, negated: str, group: str) -> None:
    text = f"SELECT * {{ {around} FILTER {negated} EXISTS {{ {group} }} }}"
    store = stored(facts)
    assert rows(store, rewritten(text)) == rows(store, text)


def test_an_answer_comes_in_time(opened: Callable[..., KnowledgeGraph]) -> None:
    """With 2 × 6000 patterns to join for each of 6000 rows, the engine alone would take minutes."""
    facts = "".join(f":s{n} :q :x{n} . :x{n} :r :c{n % 7} .\n" for n in range(6000))
    graph = opened(**{"data/a.ttl": facts, "ontology/o.ttl": ""})
    query = "PREFIX : <http://e/> SELECT (COUNT(*) AS ?n) { ?s :q ?o FILTER NOT EXISTS { ?s :q ?x . ?x :r :c3 } }"
    ((found,),) = graph.sparql(query)
    assert found == ox.Literal(6000 - len(range(3, 6000, 7)))


def test_a_fault_is_told_at_its_place_in_the_text_as_written(flagship: KnowledgeGraph) -> None:
    from kg.errors import QueryError

    text = "SELECT * {\n ?s ?p ?o FILTER EXISTS { ?s ?p ?x . ?x ?p ?s } FILTER EXISTS { ?y ?z ?s . ?s ?z ?y } ?x }"
    with pytest.raises(QueryError) as raised:
        flagship.sparql(text)
    assert str(raised.value.place) == f"query:2:{len(text.splitlines()[1])}"
