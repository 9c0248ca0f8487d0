"""Why a triple holds, or does not: proofs down to sentences and lines, as text, JSON and PROV-O."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import queries
from kg.errors import UsageError
from kg.explanation import Explanation
from kg.explanations import to_json, to_prov, to_text
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.reasoning.rules import rules
from kg.reasoning.words import IN_WORDS
from tests.conftest import Tiny

ROOT = Path(__file__).parent.parent
CAUSE = ("id:search-for-resource-sources", "cajad:causedBy", "id:senkaku-dispute")
MEMBER = ("Kazakhstan", "cajad:memberOf", "id:ca-jad")
PROV = WELL_KNOWN["prov"]
Opened = Callable[..., KnowledgeGraph]


def text(graph: KnowledgeGraph, explanation: Explanation, lang: str = "en") -> str:
    return to_text(explanation, graph, graph.presenter(lang))


def parsed(graph: KnowledgeGraph, explanation: Explanation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(explanation, graph.presenter()))
    return found


def short(graph: KnowledgeGraph, iris: tuple[str, ...]) -> list[str]:
    return [graph.names.shorten(iri) for iri in iris]


def test_every_rule_that_concludes_something_is_put_in_words() -> None:
    assert {rule.name for rule in rules() if rule.conclusion} == set(IN_WORDS)


def test_a_proof_ends_in_two_sentences(flagship: KnowledgeGraph) -> None:
    assert short(flagship, flagship.why(*CAUSE).sentences) == ["tokyo:P16.S3", "tokyo:P16.S2"]


def test_every_inferred_triple_has_a_proof_from_what_files_state(flagship: KnowledgeGraph) -> None:
    closure = flagship.closure
    asserted = closure.asserted
    proofs = {triple: closure.proof(triple) for triple in flagship.inferences()}
    assert len(proofs) == flagship.counts["inferred"] > 1000
    unproved = [triple for triple, proof in proofs.items() if not proof or not proof.rule]
    unfounded = [t for t, proof in proofs.items() if proof and not {ox.Triple(*leaf) for leaf in proof.leaves()} <= asserted]  # type: ignore[arg-type]
    assert (unproved, unfounded) == ([], [])


def test_every_leaf_stands_in_a_graph_and_those_with_names_in_a_line(flagship: KnowledgeGraph) -> None:
    leaves = [(fact, leaf) for asked in (CAUSE, MEMBER) for fact, leaf in flagship.why(*asked).leaves.items()]
    assert len(leaves) > 10
    for fact, leaf in leaves:
        assert leaf.graphs, fact
        assert all(place.line and place.column for place in leaf.places)
        assert leaf.places or isinstance(fact[0], ox.BlankNode), fact


def test_a_place_is_where_the_file_states_the_triple(flagship: KnowledgeGraph) -> None:
    leaves = flagship.why(*CAUSE).leaves
    fact = next(fact for fact in leaves if isinstance(fact[2], ox.NamedNode) and fact[2].value.endswith("senkaku-dispute"))
    (place,) = leaves[fact].places
    line = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("id:senkaku-dispute")


def test_an_asserted_triple_says_where_it_is_stated(opened: Opened) -> None:
    graph = opened(**{"data/facts.ttl": "\n:a :p :b ."})
    told = text(graph, graph.why("http://e/a", "http://e/p", "http://e/b"))
    assert told.splitlines()[1:] == ["  stated in graph:facts  (data/facts.ttl:2:7)"]


def test_what_was_proved_above_is_not_proved_again(opened: Opened) -> None:
    axioms = ":p rdfs:subPropertyOf :q . :r owl:propertyChainAxiom ( :q :q ) ."
    graph = opened(**{"ontology/o.ttl": axioms, "data/d.ttl": ":x :p :x ."})
    told = text(graph, graph.why("http://e/x", "http://e/r", "http://e/x"))
    assert (told.count("by prp-spo1"), told.count(":x · :q · :x")) == (1, 1)


def test_what_many_steps_need_is_told_once(opened: Opened) -> None:
    """Each level needs the one below it twice: followed each time, the last would take a million steps."""
    axioms = " ".join(f":p{at} owl:propertyChainAxiom ( :q{at - 1} :r{at - 1} ) ." for at in range(1, 21))
    halves = " ".join(f":p{at} rdfs:subPropertyOf :q{at} , :r{at} ." for at in range(20))
    graph = opened(**{"ontology/o.ttl": axioms + halves, "data/d.ttl": ":x :p0 :x ."})
    explanation = graph.why("http://e/x", "http://e/p20", "http://e/x")
    steps = len(list(explanation.proofs[0].rules()))
    told = (text(graph, explanation), to_json(explanation, graph.presenter()), to_prov(explanation, "http://e/"))
    assert steps == 60
    assert max(map(len, told)) < 500_000


def test_two_builds_of_the_same_files_give_the_same_proofs(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    links = " ".join(f":n{at} :p :n{at + 1} ." for at in range(40))
    project = tiny(**{"ontology/o.ttl": ":p a owl:TransitiveProperty .", "data/d.ttl": links})
    told = set()
    for number in range(4):
        monkeypatch.setenv("KG_CACHE", str(tmp_path / f"cache{number}"))
        graph = queries.opened(project)
        told.add(text(graph, graph.why("http://e/n3", "http://e/p", "http://e/n33", most=3)))
    assert len(told) == 1


@pytest.mark.parametrize(("lang", "label"), [("en", "Kazakhstan"), ("ru", "Казахстан"), ("ja", "カザフスタン")])
def test_terms_are_told_in_the_language_of_the_reader(flagship: KnowledgeGraph, lang: str, label: str) -> None:
    assert text(flagship, flagship.why(*MEMBER), lang).startswith(label)


def test_a_thing_is_named_in_any_language(flagship: KnowledgeGraph) -> None:
    assert flagship.why("Казахстан", "cajad:memberOf", "id:ca-jad").proofs == flagship.why(*MEMBER).proofs


def test_a_nameless_class_is_told_by_what_is_stated_of_it(opened: Opened) -> None:
    axioms = (
        ":In owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :C ] . :p a owl:ObjectProperty ."
    )
    graph = opened(**{"ontology/o.ttl": axioms, "data/d.ttl": ":x :p :y . :y a :C ."})
    told = text(graph, graph.why("http://e/x", "a", "http://e/In"))
    assert "[owl:onProperty :p; owl:someValuesFrom :C]" in told


def test_a_rule_of_the_projects_own_is_named(opened: Opened) -> None:
    files = {
        "ontology/o.rules": "has-neighbour\n  if ?x schema:near ?y then ?y schema:near ?x\n",
        "data/d.ttl": ":a <https://schema.org/near> :b .",
    }
    graph = opened(**files)
    assert "by has-neighbour: has neighbour" in text(graph, graph.why("http://e/b", "schema:near", "http://e/a"))


def test_literals_are_written_as_in_turtle(opened: Opened) -> None:
    graph = opened(**{"ontology/o.ttl": ":p rdfs:subPropertyOf :q .", "data/d.ttl": ':x :p "ten"@en , 10 , "d"^^:kind .'})
    for literal in ('"ten"@en', "10", '"d"^^<http://e/kind>'):
        assert graph.why("http://e/x", "http://e/q", literal).holds, literal
    assert graph.why("http://e/x", "http://e/q", 10).holds
    assert not graph.why("http://e/x", "http://e/q", '"ten"').holds


def test_up_to_so_many_proofs_are_given_and_each_is_another(opened: Opened) -> None:
    axioms = ":p rdfs:subPropertyOf :q . :r rdfs:subPropertyOf :q ."
    graph = opened(**{"ontology/o.ttl": axioms, "data/d.ttl": ":x :p :y ; :r :y ."})
    asked = ("http://e/x", "http://e/q", "http://e/y")
    assert [len(graph.why(*asked, most=most).proofs) for most in (1, 2)] == [1, 2]
    assert len(set(graph.why(*asked, most=9).proofs)) == len(graph.why(*asked, most=9).proofs) >= 2


def test_what_does_not_hold_is_told_by_what_is_missing(flagship: KnowledgeGraph) -> None:
    explanation = flagship.why("Russia", "cajad:memberOf", "id:ca-jad")
    told = text(flagship, explanation)
    assert not explanation.holds and explanation.sentences == ()
    assert "missing  Tokyo summit of Central Asia and Japan, 2025 · has participant · Russia" in told


def test_adding_what_is_missing_makes_it_hold(opened: Opened) -> None:
    axioms, data = ":p a owl:TransitiveProperty .", ":a :p :b . :c :p :d ."
    asked = ("http://e/a", "http://e/p", "http://e/d")
    graph = opened(**{"ontology/o.ttl": axioms, "data/d.ttl": data})
    missing = graph.why(*asked).missing
    wanted = {" ".join(f"<{slot.value}>" for slot in each.wanted[0] if isinstance(slot, ox.NamedNode)) for each in missing}
    assert "<http://e/b> <http://e/p> <http://e/d>" in wanted
    for line in wanted:
        again = opened(**{"ontology/o.ttl": axioms, "data/d.ttl": f"{data} {line} ."})
        assert again.why(*asked).holds, line


def test_where_no_rule_comes_near_that_is_said(opened: Opened) -> None:
    graph = opened(**{"data/d.ttl": ":a :p :b . :c :q :d ."})
    assert "would have to be stated" in text(graph, graph.why("http://e/a", "http://e/q", "http://e/d"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("Kasachstan", "a", "cajad:State"), "nothing is called 'Kasachstan'"),
        (("Kazakhstan", "cajad:nothing", "cajad:State"), "nothing is called 'cajad:nothing'"),
        (("Kazakhstan", "rdfs:label", '"open'), "is no literal"),
    ],
)
def test_what_cannot_be_understood_is_said(flagship: KnowledgeGraph, asked: tuple[str, str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        flagship.why(*asked)
    assert error.value.hint


def steps(tree: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What a proof in JSON says: conclusions with rules and premises, and leaves with graphs and sentences."""
    triple = tuple(tree[role]["term"] for role in ("subject", "predicate", "object"))
    if "rule" in tree and "premises" not in tree:
        return
    if "rule" in tree:
        premises = [tuple(each[role]["term"] for role in ("subject", "predicate", "object")) for each in tree["premises"]]
        yield triple, tree["rule"], frozenset(premises)
        for each in tree["premises"]:
            yield from steps(each)
    else:
        yield triple, frozenset(tree["graphs"]), frozenset(tree["sentences"])


def steps_of_prov(prov: str) -> Iterator[tuple[Any, ...]]:
    """The same, read from PROV-O."""
    store = ox.Store()
    # Not `load`, which gives new names to blank nodes.
    store.extend(ox.parse(prov.encode(), format=ox.RdfFormat.N_TRIPLES))

    def objects(subject: Any, predicate: str) -> list[Any]:
        return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]

    def triple(statement: Any) -> tuple[str, ...]:
        return tuple(str(objects(statement, WELL_KNOWN["rdf"] + role)[0]) for role in ("subject", "predicate", "object"))

    statement = ox.NamedNode(WELL_KNOWN["rdf"] + "Statement")
    for quad in store.quads_for_pattern(None, ox.NamedNode(WELL_KNOWN["rdf"] + "type"), statement):
        activities = objects(quad.subject, PROV + "wasGeneratedBy")
        for activity in activities:
            (association,) = objects(activity, PROV + "qualifiedAssociation")
            (plan,) = objects(association, PROV + "hadPlan")
            yield triple(quad.subject), plan.value.rpartition("/")[2], frozenset(map(triple, objects(activity, PROV + "used")))
        if not activities:
            sources = (objects(quad.subject, PROV + name) for name in ("wasDerivedFrom", "hadPrimarySource"))
            yield triple(quad.subject), *(frozenset(each.value for each in found) for found in sources)


@pytest.mark.parametrize("asked", [CAUSE, MEMBER])
def test_json_and_prov_say_the_same(flagship: KnowledgeGraph, asked: tuple[str, str, str]) -> None:
    explanation = flagship.why(*asked, most=3)
    told = {step for tree in parsed(flagship, explanation)["proofs"] for step in steps(tree)}
    assert told == set(steps_of_prov(to_prov(explanation, flagship.project.base)))
    assert len(told) > 5


def test_json_says_what_is_missing(flagship: KnowledgeGraph) -> None:
    found = parsed(flagship, flagship.why("Russia", "cajad:memberOf", "id:ca-jad"))
    assert found["holds"] is False and found["proofs"] == []
    assert found["missing"][0]["wanted"] and found["missing"][0]["behind"]
