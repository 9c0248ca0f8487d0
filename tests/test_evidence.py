"""What rows rest on: each construct of SPARQL on a tiny graph, the sentences of the flagship, and the law of evidence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sparql
from kg.answers import Rows, Triples, YesNo
from kg.errors import UsageError
from kg.evidence import Evidence, Grounded, Source, evidence
from kg.evidence.scopes import ABSENCE, MIXED, NOT_AGAIN
from kg.graph import KnowledgeGraph
from kg.names import Names
from kg.reasoning.closure import close
from kg.reasoning.proofs import Proof

_INFERRED = "http://e/inferred"
_NAMES = Names({"": "http://e/"})
Opened = Callable[..., KnowledgeGraph]
_FACTS = """
:s1 { :a :p :b . :a :v 1 . :b :v 5 }
:s2 { :b :p :c . :a :p :b . :c :label "sea"@en }
:s3 { :c :q :d . :d :q :a . :x :r [ :n 7 ] }
:terms { :p rdfs:subPropertyOf :related . :related a owl:SymmetricProperty }
:implied { :d :v 9 }
:places { :s1 oa:start 0 . :s2 oa:start 10 . :s3 oa:start 20 . :implied prov:wasDerivedFrom :s1 , :s3 }
:inferred { :a :related :b . :b :related :a . :b :related :c . :c :related :b }
"""


def _store(trig: str) -> ox.Store:
    store = ox.Store()
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in list(store))
    return store


def _trig(body: str) -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _NAMES.prefixes.items()) + body


def _source(trig: str) -> Source:
    """What is asked of a TriG text; its proofs are those of what it asserts."""
    store = _store(_trig(trig))

    def proofs(triples: Sequence[ox.Triple]) -> list[Proof | None]:
        asserted = (quad.triple for quad in store if quad.graph_name not in (ox.DefaultGraph(), ox.NamedNode(_INFERRED)))
        return close("".join(f"{triple} .\n" for triple in asserted).encode(), full=False).first_proofs(triples)

    return Source(store, _NAMES, _INFERRED, proofs)


@pytest.fixture(scope="module")
def source() -> Source:
    return _source(_FACTS)


def _asked(source: Source, text: str, **terms: sparql.Value) -> dict[str, Evidence]:
    """The evidence of each row, under the row as text."""
    answer = sparql.evaluate(source.store, text, source.names, terms)
    found = evidence(source, text, answer, {name: sparql.to_term(value) for name, value in terms.items()})
    assert len(found) == len(answer)
    rows = answer.table()[1]
    return {" ".join(map(_short, row)): each for row, each in zip(rows, found, strict=True)}


def _short(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return _NAMES.shorten(term.value)
    return "-" if term is None else term.value if isinstance(term, ox.Literal) else "_"


def _said(found: Evidence) -> set[str]:
    return {" ".join(map(_short, grounded.triple)) for grounded in found.triples}


def _where(found: Evidence) -> list[str]:
    return [_NAMES.shorten(iri) for iri in found.sentences]


_P, _Q = {":a :p :b", ":b :p :c"}, {":c :q :d", ":d :q :a"}

# Each construct once: the query, a row, and the triples that the row rests on.
_CONSTRUCTS = {
    "a pattern": ("SELECT ?y { :a :p ?y }", ":b", {":a :p :b"}),
    "a join": ("SELECT ?z { :a :p ?y . ?y :p ?z }", ":c", _P),
    "star": ("SELECT * { :a :p ?y . ?y :p ?z }", ":b :c", _P),
    "a comment with a brace": ("SELECT ?y { :a :p ?y # }\n}", ":b", {":a :p :b"}),
    "a string with a brace": ('SELECT ?y { :a :p ?y FILTER("}" != "{") }', ":b", {":a :p :b"}),
    "a literal": ('SELECT ?x { ?x :label "sea"@en }', ":c", {":c :label sea"}),
    "an unnamed node": ("SELECT ?x { ?x :p [ :p :c ] }", ":a", _P),
    "a blank node": ("SELECT ?x ?o { ?x :r ?o . ?o :n 7 }", ":x _", {":x :r _", "_ :n 7"}),
    "optional and bound": ("SELECT ?x ?v { ?x :p ?y OPTIONAL { ?y :v ?v } }", ":a 5", {":a :p :b", ":b :v 5"}),
    "optional and unbound": ("SELECT ?x ?v { ?x :p ?y OPTIONAL { ?y :v ?v } }", ":b -", {":b :p :c"}),
    "a filter in optional": ("SELECT ?x ?v { ?x :p ?y OPTIONAL { ?y :v ?v FILTER(?v > 5) } }", ":a -", {":a :p :b"}),
    "one branch of union": ("SELECT ?y { { :a :p ?y } UNION { :c :q ?y } }", ":d", {":c :q :d"}),
    "a branch without the variable": ("SELECT ?y { { :a :p :b } UNION { :c :q ?y } }", ":d", {":c :q :d"}),
    "a value that another solution lacks": (
        "SELECT ?l ?v { ?x :p ?y OPTIONAL { ?y :v ?v } BIND(1 AS ?l) }",
        "1 5",
        {":a :p :b", ":b :v 5"},
    ),
    "a sub-query that may give no value": (
        "SELECT ?x ?v { ?x :v ?v { SELECT ?x { { ?x :p :c } UNION { :c :q :d } } } }",
        ":a 1",
        {":a :v 1", ":c :q :d"},
    ),
    "a filter in a branch": ("SELECT ?y { { :a :p ?y FILTER(?y = :z) } UNION { ?x :p ?y } }", ":b", {":a :p :b"}),
    "a filter outside": ("SELECT ?x { ?x :v ?v FILTER(?v > 1 && ?v < 9) }", ":b", {":b :v 5"}),
    "exists": ("SELECT ?x { ?x :p ?y FILTER EXISTS { ?y :p ?z } }", ":a", _P),
    "exists with a filter": (
        "SELECT ?x { ?x :v ?v FILTER EXISTS { ?o :v ?w FILTER(?w < ?v && ?w > 1) } }",
        ":d",
        {":d :v 9", ":b :v 5"},
    ),
    "exists in graph": ("SELECT ?x { ?x :p :c GRAPH :s3 { ?c :q :d FILTER EXISTS { ?d :q :a } } }", ":b", {":b :p :c", *_Q}),
    "values": ("SELECT ?y { VALUES ?x { :a } ?x :p ?y }", ":b", {":a :p :b"}),
    "bind": ("SELECT ?twice { :b :v ?v BIND(2 * ?v AS ?twice) }", "10", {":b :v 5"}),
    "an expression": ("SELECT (2 * ?v AS ?twice) { ?x :v ?v }", "10", {":b :v 5"}),
    "a sub-query": ("SELECT ?x { ?x :p ?y { SELECT ?y { ?y :p ?z } } }", ":a", _P),
    "a sub-query in a branch": ("SELECT ?x { { SELECT ?x { ?x :p :b } } UNION { ?x :v 5 } }", ":b", {":b :v 5"}),
    "a sub-query with a limit": ("SELECT ?x { { SELECT ?x { ?x :v ?v } ORDER BY ?v LIMIT 1 } }", ":a", {":a :v 1"}),
    "a sub-query that counts": ("SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?x :p ?y } } }", "2", _P),
    "a sub-query in a graph": ("SELECT ?x { GRAPH :s1 { { SELECT ?x { ?x :v 5 } } } }", ":b", {":b :v 5"}),
    "count": ("SELECT (COUNT(?y) AS ?n) { ?x :p ?y }", "2", _P),
    "groups": ("SELECT ?x (COUNT(?y) AS ?n) { ?x :q|:p ?y } GROUP BY ?x", ":b 1", {":b :p :c"}),
    "a computed key": ("SELECT ?k (COUNT(*) AS ?n) { ?x :v ?v } GROUP BY (?v > 4 AS ?k)", "true 2", {":b :v 5", ":d :v 9"}),
    "a key that an expression shows": (
        "SELECT (STR(?x) AS ?t) (SUM(?v) AS ?n) (SUM(?v) + 1 AS ?m) { ?x :v ?v } GROUP BY ?x",
        "http://e/b 5 6",
        {":b :v 5"},
    ),
    "having, order, limit": (
        "SELECT ?x (SUM(?v) AS ?n) { ?x :v ?v } GROUP BY ?x HAVING(SUM(?v) > 1) ORDER BY ?n LIMIT 1",
        ":b 5",
        {":b :v 5"},
    ),
    "a sequence": ("SELECT ?z { :a :p/:p ?z }", ":c", _P),
    "an alternative": ("SELECT ?z { :c :p|:q ?z }", ":d", {":c :q :d"}),
    "an inverse": ("SELECT ?z { :c ^:p ?z }", ":b", {":b :p :c"}),
    "one or more": ("SELECT ?z { :a :p+ ?z }", ":c", _P),
    "none or more": ("SELECT ?z { :a :p* ?z }", ":a", set()),
    "none or more, and more": ("SELECT ?z { :a :p* ?z }", ":c", _P),
    "none or one": ("SELECT ?z { :a :p? ?z }", ":b", {":a :p :b"}),
    "nested paths": ("SELECT ?z { :a (:p|:q)+/^:q ?z }", ":c", _P | _Q),
    "any but": ("SELECT ?z { :c !(:label|:related) ?z }", ":d", {":c :q :d"}),
    "any but, backwards": ("SELECT ?z { :c ^!(:related|:q) ?z }", ":b", {":b :p :c"}),
    "from": ("SELECT ?x FROM :s2 { ?x :p ?y }", ":b", {":b :p :c"}),
    "a variable predicate": ("SELECT ?p { :c ?p :d }", ":q", {":c :q :d"}),
    "a prologue": ("BASE <http://e/> PREFIX e: <http://e/> SELECT ?y { <a> e:p ?y }", ":b", {":a :p :b"}),
    "yes": ("ASK { :a :p ?y }", "true", {":a :p :b"}),
    "describe": ("DESCRIBE :x", ":x :r _", {":x :r _"}),
    "construct": ("CONSTRUCT { ?y :of ?x . :all :has ?x } { ?x :p ?y }", ":b :of :a", {":a :p :b"}),
    "construct where": ("CONSTRUCT WHERE { ?x :p ?y }", ":b :p :c", {":b :p :c"}),
    "construct a new node": ("CONSTRUCT { [] :of ?x } { ?x :p :c }", "_ :of :b", {":b :p :c"}),
}


@pytest.mark.parametrize("construct", _CONSTRUCTS)
def test_a_row_rests_on_exactly_these_triples(source: Source, construct: str) -> None:
    text, row, triples = _CONSTRUCTS[construct]
    found = _asked(source, text)[row]
    assert _said(found) == triples
    assert found.complete


# What rests on something else than triples.
_NOTED = {
    "minus": ("SELECT ?x { ?x :p ?y MINUS { ?y :v ?v } }", ":b", {":b :p :c"}, ABSENCE),
    "not exists": ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?y :v ?v } }", ":b", {":b :p :c"}, ABSENCE),
    "a denied exists": ("SELECT ?x { ?x :p ?y FILTER(!(EXISTS { ?y :v ?v })) }", ":b", {":b :p :c"}, ABSENCE),
    "unbound": ("SELECT ?x { ?x :p ?y OPTIONAL { ?y :v ?v } FILTER(!BOUND(?v)) }", ":b", {":b :p :c"}, ABSENCE),
    "no": ("ASK { :a :p :z }", "false", set(), ABSENCE),
    "a count of nothing": ("SELECT (COUNT(*) AS ?n) { ?x :nowhere ?y }", "0", set(), ABSENCE),
    "a hidden key": ("SELECT (COUNT(*) AS ?n) { ?x :p ?y } GROUP BY ?x", "1", set(), MIXED),
    "a chance": ("SELECT ?n { :a :p ?y BIND(STRUUID() AS ?n) }", "", set(), NOT_AGAIN),
}


@pytest.mark.parametrize("construct", _NOTED)
def test_what_is_not_in_the_triples_is_noted(source: Source, construct: str) -> None:
    text, row, triples, note = _NOTED[construct]
    asked = _asked(source, text)
    found = asked[row] if row else next(iter(asked.values()))
    assert _said(found) == triples
    assert found.notes == (note,)
    assert not found.complete


def test_what_chance_gives_does_not_hide_what_the_rest_of_a_row_rests_on(source: Source) -> None:
    (found,) = _asked(source, "SELECT ?y (RAND() AS ?n) (?n > 2 AS ?m) { :a :p ?y }").values()
    assert (_said(found), found.complete) == ({":a :p :b"}, True)


def test_minus_is_noted_only_where_a_row_went_through_its_group(source: Source) -> None:
    found = _asked(source, "SELECT ?x { { ?x :p :b MINUS { ?x :v 9 } } UNION { ?x :p :c } }")
    assert [found[":a"].complete, found[":b"].complete] == [False, True]


def test_all_solutions_of_a_row_count(source: Source) -> None:
    assert _said(_asked(source, "SELECT DISTINCT ?p { ?x ?p ?y FILTER(?p = :p) }")[":p"]) == _P


@pytest.mark.parametrize(
    "text",
    ["SELECT ?y { :a :p ?x LATERAL { SELECT ?y { ?x :p ?y } LIMIT 1 } }", "SELECT ?y { :d !(^:related|:p|:v) ?x . ?y :q :d }"],
)
def test_a_query_that_cannot_be_analysed_is_noted_and_claims_nothing(source: Source, text: str) -> None:
    found = _asked(source, text)[":c"]
    assert found.triples == ()
    assert "cannot be analysed" in found.notes[0]


def test_too_many_solutions_are_noted_and_claim_nothing() -> None:
    facts = " . ".join(f":n{n} :v {n}" for n in range(500))
    found = _asked(_source(f":s {{ {facts} }}"), "SELECT (COUNT(*) AS ?n) { ?a :v ?b . ?c :v ?d }")
    assert found["250000"].triples == ()
    assert "too many to follow" in found["250000"].notes[0]


def test_a_triple_stands_in_every_graph_that_asserts_it(source: Source) -> None:
    assert _where(_asked(source, "SELECT ?y { :a :p ?y }")[":b"]) == [":s1", ":s2"]


def test_a_named_graph_is_the_only_place_where_its_pattern_matched(source: Source) -> None:
    found = _asked(source, "SELECT ?g { GRAPH ?g { :a :p :b } }")
    assert {row: _where(each) for row, each in found.items()} == {":s1": [":s1"], ":s2": [":s2"]}


def test_from_leaves_out_the_other_graphs(source: Source) -> None:
    assert _where(_asked(source, "SELECT ?y FROM :s2 { :a :p ?y }")[":b"]) == [":s2"]


def test_an_inferred_triple_leads_to_the_sentences_of_its_support(source: Source) -> None:
    found = _asked(source, "SELECT ?y { ?y :related :b }")[":c"]
    (grounded,) = found.triples
    assert (grounded.graphs, grounded.rules) == ((), ("prp-spo1", "prp-symp"))
    assert {" ".join(map(_short, each.triple)) for each in grounded.support} == {
        ":b :p :c",
        ":p rdfs:subPropertyOf :related",
        ":related rdf:type owl:SymmetricProperty",
    }
    assert (_where(found), found.others) == ([":s2"], ("http://e/terms",))


def test_the_graph_of_inferences_is_no_place_where_something_is_stated(source: Source) -> None:
    found = _asked(source, "SELECT ?y { GRAPH :inferred { ?y :related :c } }")[":b"]
    assert found.triples[0].graphs == ()
    assert _where(found) == [":s2"]


def test_evidence_knows_a_literal_that_the_store_writes_otherwise(opened: Opened) -> None:
    files = {
        "ontology/terms.ttl": ":p rdfs:subPropertyOf :q .",
        "data/facts.trig": ":s { :a :p '01'^^xsd:byte , '1.50'^^xsd:decimal }",
    }
    graph = opened(**files)
    answer = graph.sparql("PREFIX : <http://e/> SELECT ?v { :a :q ?v }")
    assert [row[0].value for row in answer] == ["1", "1.5"]
    assert [(found.others, found.notes) for found in answer.evidence()] == [(("http://e/s", "urn:kg:graph/terms"), ())] * 2
    assert graph.why("http://e/a", "http://e/q", "1").holds and not graph.why("http://e/a", "http://e/q", "2").holds


def test_a_derivation_of_any_depth_is_followed(opened: Opened) -> None:
    links = " . ".join(f":n{at} :next :n{at + 1}" for at in range(400))
    graph = opened(
        **{
            "kg.toml": "[prefixes]\nx = 'http://e/'\n",
            "ontology/own.rules": "reached if ?x x:next ?y . ?x a x:Reached then ?y a x:Reached",
            "data/facts.trig": f":s {{ :n0 a :Reached }} :links {{ {links} }}",
        }
    )
    (found,) = graph.sparql("SELECT ?t { x:n400 a ?t }").evidence()
    assert (found.others, found.notes, len(found.triples[0].support)) == (("http://e/links", "http://e/s"), (), 401)


def test_an_inference_without_a_derivation_is_noted() -> None:
    found = _asked(_source(":inferred { :a :p :b }"), "SELECT ?y { :a :p ?y }")[":b"]
    assert found.notes == ("no derivation was found for <http://e/a> <http://e/p> <http://e/b>",)


def test_a_derived_graph_counts_with_the_sentences_that_imply_it(source: Source) -> None:
    found = _asked(source, "SELECT ?v { :d :v ?v }")["9"]
    assert (_where(found), found.implied_by, found.others) == ([":s1", ":s3"], ("http://e/s1", "http://e/s3"), ())


def test_a_bound_term_restricts_the_evidence_also_where_only_a_filter_names_it(source: Source) -> None:
    assert _said(_asked(source, "SELECT ?x ?least { ?x :v ?v FILTER(?v > ?least) }", least=5)[":d 5"]) == {":d :v 9"}
    assert _said(_asked(source, "SELECT ?x ?y { ?x :p ?y }", x=ox.NamedNode("http://e/a"))[":a :b"]) == {":a :p :b"}


def test_many_rows_are_each_led_back() -> None:
    facts = " . ".join(f":n{n} :v {n} ; :text {'x' * 1200!r}" for n in range(1500))
    found = _asked(_source(f":s {{ {facts} }}"), "SELECT ?n ?v ?t { ?n :v ?v ; :text ?t }")
    assert len(found) == 1500
    assert all({f"{row.split()[0]} :v {row.split()[1]}"} < _said(each) for row, each in found.items())


def test_an_answer_made_by_hand_has_no_evidence() -> None:
    for answer in (Rows([], []), YesNo(True), Triples([])):
        with pytest.raises(UsageError, match="made by hand"):
            answer.evidence()


def test_an_answer_of_a_graph_knows_its_evidence(opened: Opened) -> None:
    files = {"ontology/terms.ttl": ":p a owl:SymmetricProperty .", "data/facts.trig": ":s { :a :p :b }"}
    query = "#+ question: {en: Who?}\nPREFIX : <http://e/>\nSELECT ?x { ?x :p :a }"
    graph = opened(**files, **{"queries/who.rq": query})
    text = "PREFIX : <http://e/> SELECT ?x { ?x :p :a }"
    for answer in (graph.sparql(text), graph.query("who")):
        (found,) = answer.evidence()
        assert found.triples[0].rules == ("prp-symp",)
        assert found.others == ("http://e/s", "urn:kg:graph/terms")
    assert graph.sparql(text, asserted=True).evidence() == []


def test_only_evidence_loads_rdflib(flagship: KnowledgeGraph) -> None:
    program = f"""
import sys, pathlib
from kg import project, queries
answer = queries.opened(project.at(pathlib.Path({str(flagship.project.root)!r}))).sparql("SELECT ?p {{ ?p a cajad:Summit }}")
before = "rdflib" in sys.modules
answer.evidence()
print(before, "rdflib" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=flagship.project.root)
    assert done.stdout.split() == ["False", "True"]


def _sentences(graph: KnowledgeGraph, text: str) -> dict[str, list[str]]:
    answer = graph.sparql(text)
    rows = [" ".join(_in(graph, term) for term in row) for row in answer.table()[1]]
    return {
        row: [_in(graph, ox.NamedNode(iri)) for iri in each.sentences] for row, each in zip(rows, answer.evidence(), strict=True)
    }


def _in(graph: KnowledgeGraph, term: object) -> str:
    return graph.names.shorten(term.value) if isinstance(term, ox.NamedNode) else getattr(term, "value", "-")


def test_the_place_of_the_summit_stands_in_two_sentences(flagship: KnowledgeGraph) -> None:
    found = _sentences(flagship, "SELECT ?place { id:tokyo-summit cajad:heldAt ?place }")
    assert found == {"id:tokyo": ["tokyo:P1.S1", "tokyo:P24.S1"]}


def test_an_inferred_participant_leads_to_sentences_and_an_implied_one_says_so(flagship: KnowledgeGraph) -> None:
    answer = flagship.sparql(
        "SELECT ?who { id:tokyo-summit cajad:participant ?who FILTER(?who IN (id:japan, id:kazakhstan)) } ORDER BY ?who"
    )
    japan, kazakhstan = answer.evidence()
    assert [flagship.names.shorten(iri) for iri in japan.sentences] == ["tokyo:P24.S1"]
    assert [flagship.names.shorten(iri) for iri in kazakhstan.sentences] == ["tokyo:P1.S1", "tokyo:P24.S1"]
    assert [flagship.names.shorten(iri) for iri in kazakhstan.implied_by] == ["tokyo:P1.S1"]
    assert all(_derived(each) for found in (japan, kazakhstan) for each in found.triples)


def _derived(grounded: Grounded) -> bool:
    return bool(grounded.rules) and all(leaf.graphs for leaf in grounded.support)


def test_reference_knowledge_is_no_sentence(flagship: KnowledgeGraph) -> None:
    (found,) = flagship.sparql("SELECT ?city { ?city cajad:capitalOf id:kazakhstan }").evidence()
    assert (found.sentences, found.others) == ((), (flagship.project.graph("reference-places"),))


def test_every_row_of_every_saved_query_rests_on_triples(flagship: KnowledgeGraph) -> None:
    names = sorted(file.stem for file in flagship.project.queries.glob("*.rq"))
    assert len(names) > 50
    unfounded = []
    for name in names:
        found = flagship.query(name).evidence()
        unfounded += [name for each in found if not each.triples or set(each.notes) - {ABSENCE}]
    assert unfounded == []


_THINGS = ("a", "b", "c")
_PARTS = st.sampled_from([*(f":{name}" for name in _THINGS), "?x", "?y", "?z"])
_PREDICATES = st.sampled_from([":p", ":q", "?x", "?w", ":p/:q", ":p|^:q", ":p+", "!:q"])
_TRIPLES = st.tuples(st.sampled_from(_THINGS), st.sampled_from(["p", "q"]), st.sampled_from(_THINGS))
_BLOCKS = st.lists(st.tuples(_PARTS, _PREDICATES, _PARTS).map(" ".join), min_size=1, max_size=3).map(" . ".join)


def _larger(groups: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} OPTIONAL {{ {} }}".format, groups, groups),
        st.builds("{{ {} }} UNION {{ {} }}".format, groups, groups),
        st.builds("{} FILTER({} != :a)".format, groups, st.sampled_from(["?x", "?y"])),
        st.builds("{} FILTER EXISTS {{ {} }}".format, groups, _BLOCKS),
        st.builds("{} {{ SELECT DISTINCT ?x WHERE {{ {} }} }}".format, _BLOCKS, groups),
    )


_GROUPS = st.recursive(_BLOCKS, _larger, max_leaves=3)


def _of(triples: Sequence[tuple[str, str, str]]) -> Source:
    return _source(f":s {{ {' . '.join(' '.join(f':{name}' for name in triple) for triple in triples)} }}")


@settings(max_examples=200, deadline=None)
@given(st.lists(_TRIPLES, min_size=1, max_size=7), _GROUPS)
def test_without_its_evidence_a_row_is_gone_and_with_it_alone_it_stays(triples: list[tuple[str, str, str]], group: str) -> None:
    text = f"SELECT DISTINCT ?x ?y ?z {{ {group} }}"
    for row, found in _asked(_of(triples), text).items():
        evident = _said(found)
        assert found.complete
        assert row not in _asked(_of([each for each in triples if " ".join(f":{part}" for part in each) not in evident]), text)
        assert row in _asked(_of([each for each in triples if " ".join(f":{part}" for part in each) in evident]), text)
