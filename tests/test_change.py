"""A closed graph that is changed is the closure of what is asserted then: triples, contradictions, and proofs that hold."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from zlib import crc32

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import sources
from kg.errors import SourceError, UsageError
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.reasoning import close as closed_by
from kg.reasoning import closure
from kg.reasoning.closure import Closure, reopen
from kg.reasoning.rules import read
from tests.test_oracle import _AXIOMS, _FACTS
from tests.test_proofs import holds_good
from tests.test_reasoning import ntriples
from tests.test_rules import DERIVE, FALSE, FULL_ALONE

RULES = {**{name: given for name, (given, _) in DERIVE.items()}, **FALSE}
# Beyond the axioms that owlrl is asked about: what makes equal, denies, types literals, and turns data into axioms.
MORE_AXIOMS = st.sampled_from(
    [
        *(":C owl:sameAs :D", ":p owl:sameAs :q", ":p rdfs:subPropertyOf owl:sameAs", ":p rdfs:subPropertyOf rdfs:subClassOf"),
        *(":C owl:disjointWith :D", ":C owl:complementOf :E", ":p a owl:IrreflexiveProperty", ":p rdfs:range xsd:int"),
        *(":C owl:someValuesFrom xsd:integer ; owl:onProperty :p", ":q rdfs:subPropertyOf owl:differentFrom"),
        *("[] a owl:AllDifferent ; owl:members ( :a :b :c )", ":C owl:intersectionOf ( :D :E :F )"),
        *("owl:sameAs rdfs:subPropertyOf :r", "owl:sameAs rdfs:domain :C"),
    ]
)
MORE_FACTS = st.sampled_from([":a :p '01'^^xsd:int", ":a :p 1.0", ":C :p :D", ":a owl:differentFrom :b", ":a owl:sameAs :a"])
STATEMENTS = st.one_of(_AXIOMS, _FACTS, _FACTS, MORE_AXIOMS, MORE_FACTS, st.sampled_from([*RULES.values()]))


@cache
def triples(statement: str) -> tuple[ox.Triple, ...]:
    """The triples of a statement, whose blank nodes are its own."""
    own = f"_:of{crc32(statement.encode())}x"
    lines = ntriples(f"{statement.strip().removesuffix('.')} .").decode().replace("_:", own)
    return tuple(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))


def close(asserted: Iterable[ox.Triple], *, full: bool = False) -> Closure:
    return closure.close("".join(f"{triple} .\n" for triple in asserted).encode(), full=full)


def same(changed: Closure, asserted: set[ox.Triple], *, full: bool = False) -> bool:
    """Whether a changed closure is that of the asserted triples."""
    anew = close(asserted, full=full)
    assert changed.asserted == anew.asserted == asserted
    assert changed.ntriples() == anew.ntriples()
    return {clash.rule for clash in changed.clashes} == {clash.rule for clash in anew.clashes}


@settings(max_examples=25, deadline=None)
@given(st.lists(STATEMENTS, min_size=2, max_size=7), st.randoms(use_true_random=False), st.booleans())
@example([":b owl:sameAs :c", ":c owl:sameAs :c", ":b :r :c"], random.Random(1), False)
@example(["owl:sameAs rdfs:subPropertyOf :r", ":a :p :b", ":b owl:sameAs :c", ":c :q :d"], random.Random(2), True)
def test_any_changes_give_the_closure_of_what_is_then_asserted(statements: list[str], chance: random.Random, full: bool) -> None:
    everything = sorted({triple for statement in statements for triple in triples(statement)}, key=str)
    asserted = {triple for triple in everything if chance.random() < 0.5}
    changed = close(asserted, full=full)
    for _ in range(3):
        removed = {triple for triple in asserted if chance.random() < 0.3}
        added = {triple for triple in everything if chance.random() < 0.3}
        changed.change(added=sorted(added, key=str), removed=sorted(removed, key=str))
        asserted = asserted - removed | added
        assert same(changed, asserted, full=full)


@settings(max_examples=20, deadline=None)
@given(st.lists(_AXIOMS, max_size=4), st.lists(_FACTS, min_size=1, max_size=6), st.data())
def test_after_changes_the_closure_is_that_of_owlrl(axioms: list[str], facts: list[str], data: st.DataObject) -> None:
    statements = sorted({*axioms, *facts})
    gone = data.draw(st.sets(st.sampled_from(statements)))  # Whole ones: of lists without an end, owlrl makes other lists.
    changed = close(triple for statement in statements for triple in triples(statement))
    left = {triple for statement in statements if statement not in gone for triple in triples(statement)}
    changed.change(removed=changed.asserted - left)
    lines = "".join(f"{triple} .\n" for triple in sorted(left, key=str))
    assert changed.inferred == closed_by(lines.encode(), engine="owlrl").inferred


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    "statements",
    [
        [":p owl:sameAs owl:sameAs", ":a :p :b", ":a :q :c"],
        [":p owl:sameAs owl:sameAs", ":r rdfs:subPropertyOf owl:sameAs", ":a :r :b", ":b :p :c", ":c :q :d"],
        ["owl:sameAs rdfs:subPropertyOf :r ; rdfs:domain :C", ":a :q :b", ":c owl:sameAs :d"],
    ],
)
def test_what_is_said_of_sameness_itself_can_go_and_come_back(statements: list[str], full: bool) -> None:
    everything = {triple for statement in statements for triple in triples(statement)}
    changed = close(everything, full=full)
    for triple in sorted(everything, key=str):
        changed.change(removed=[triple])
        assert same(changed, everything - {triple}, full=full), f"without {triple}"
        changed.change(added=[triple])
    assert same(changed, everything, full=full)


@pytest.mark.parametrize("name", RULES)
def test_what_a_rule_needs_can_go_piece_by_piece_and_come_back(name: str) -> None:
    full = name in FULL_ALONE
    everything = {*triples(RULES[name])}
    changed, left = close(everything, full=full), set(everything)
    for triple in sorted(everything, key=str):
        changed.change(removed=[triple])
        left.remove(triple)
        assert same(changed, left, full=full), f"without {triple}"
    changed.change(added=sorted(everything, key=str))
    assert same(changed, everything, full=full)


@settings(max_examples=20, deadline=None)
@given(st.lists(STATEMENTS, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_after_a_change_proofs_hold_good(statements: list[str], chance: random.Random) -> None:
    everything = sorted({triple for statement in statements for triple in triples(statement)}, key=str)
    changed = close(everything)
    gone = [triple for triple in everything if chance.random() < 0.3]
    changed.change(removed=gone)
    changed.change(added=gone[:1])
    for triple in sorted(changed.inferred, key=str)[:4]:
        assert holds_good(changed.proof(triple), changed), triple


def test_a_triple_that_is_asserted_too_stays_when_its_ground_goes() -> None:
    changed = close(triples(":p rdfs:subPropertyOf :q . :a :p :b ; :q :b"))
    changed.change(removed=triples(":a :p :b"))
    assert same(changed, {*triples(":p rdfs:subPropertyOf :q . :a :q :b")})


def test_a_triple_that_is_no_longer_asserted_stays_while_it_follows() -> None:
    changed = close(triples(":p rdfs:subPropertyOf :q . :a :p :b ; :q :b"))
    changed.change(removed=triples(":a :q :b"))
    assert {*triples(":a :q :b")} <= changed.inferred


def test_circles_do_not_hold_themselves_up() -> None:
    changed = close(triples(":p a owl:SymmetricProperty, owl:TransitiveProperty . :a :p :b . :b :p :c"))
    changed.change(removed=triples(":a :p :b"))
    assert same(changed, {*triples(":p a owl:SymmetricProperty, owl:TransitiveProperty . :b :p :c")})


def test_to_remove_what_is_not_asserted_changes_nothing() -> None:
    closed = close(triples(":p a owl:SymmetricProperty . :a :p :b"))
    before = closed.ntriples()
    closed.change(removed=triples(":b :p :a . :nobody :knows :this"))
    assert closed.ntriples() == before


def test_what_is_removed_and_added_is_asserted() -> None:
    closed = close(triples(":a :p :b"))
    closed.change(removed=triples(":a :p :b"), added=triples(":a :p :b"))
    assert closed.asserted == {*triples(":a :p :b")}


def test_names_that_were_one_are_two_again() -> None:
    given = triples(":p a owl:InverseFunctionalProperty . :a :p :k ; :q :c . :b :p :k . :c owl:sameAs :d . :d owl:sameAs :e")
    changed = close(given)
    gone = {*triples(":b :p :k . :d owl:sameAs :e")}
    changed.change(removed=gone)
    assert same(changed, {*given} - gone)
    assert {*triples(":a :q :d")} <= changed.inferred and not {*triples(":b :q :c . :a :q :e")} & changed.inferred


def test_own_rules_take_part() -> None:
    own = list(read("ally if ?x schema:near ?y . ?x != ?y then ?y schema:near ?x", WELL_KNOWN, "own.rules"))
    near = triples(":a <https://schema.org/near> :b . :c <https://schema.org/near> :d")
    changed = closure.close("".join(f"{triple} .\n" for triple in near).encode(), full=False, more_rules=own)
    changed.change(removed=near[:1])
    assert changed.inferred == {*triples(":d <https://schema.org/near> :c")}


def test_a_rule_about_dates_hears_of_new_ones() -> None:
    text = (
        "ends if ?x <http://e/from> ?a . ?x <http://e/for> ?b . ?y <http://e/at> ?c . lasting ?a ?b ?c then ?x <http://e/to> ?y"
    )
    own = list(read(text, WELL_KNOWN, "own.rules"))
    changed = closure.close(b"", full=False, more_rules=own)
    changed.change(added=triples(":x :from '2025' ; :for 'P5Y'^^xsd:duration . :y :at '2031~'"))
    assert not changed.inferred
    changed.change(added=triples(":z :at '2030~'"))
    assert changed.inferred == {*triples(":x :to :z")}


def test_a_rule_follows_the_thing_that_it_names() -> None:
    own = list(read("known if ?x schema:knows <http://e/z> then ?x a schema:Person", WELL_KNOWN, "own.rules"))
    knows = triples(":x <https://schema.org/knows> :a . :y <https://schema.org/knows> :z")
    changed = closure.close("".join(f"{triple} .\n" for triple in knows).encode(), full=False, more_rules=own)
    equal = triples(":a owl:sameAs :z")
    changed.change(added=equal)
    assert {*triples(":x a <https://schema.org/Person>")} <= changed.inferred
    changed.change(removed=equal)
    assert changed.inferred == {*triples(":y a <https://schema.org/Person>")}


def test_a_change_that_fails_changes_nothing() -> None:
    changed = close(triples(":p a owl:TransitiveProperty . :a :p :b . :b :p :c"))
    before = changed.ntriples()
    key = f":C owl:hasKey ( {' '.join(f':k{at}' for at in range(40))} )"
    with pytest.raises(SourceError, match="has 40 properties"):
        changed.change(removed=triples(":a :p :b"), added=triples(key))
    assert changed.ntriples() == before
    changed.change(removed=triples(":a :p :b"))
    assert changed.inferred == frozenset()


def test_a_file_keeps_a_change(tmp_path: Path) -> None:
    file, given = tmp_path / "closed.duckdb", triples(":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d")
    close(given).save(file)
    open_to_change = reopen(file, writable=True)
    open_to_change.change(removed=given[2:3])
    open_to_change.shut()
    assert same(reopen(file), {*given} - {given[2]})


def test_a_file_that_is_read_is_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "closed.duckdb"
    close(triples(":a :p :b")).save(file)
    with pytest.raises(UsageError, match="opened to be read"):
        reopen(file).change(removed=triples(":a :p :b"))


def test_the_flagship_changes_like_anything_else(flagship: KnowledgeGraph) -> None:
    quads = sources.read(flagship.project).quads
    sentences = sorted({quad.graph_name for quad in quads if "/P1" in str(quad.graph_name)}, key=str)
    assert len(sentences) > 10
    everything = {quad.triple for quad in quads}
    changed = close(everything)
    for sentence in sentences[:3]:
        elsewhere = {quad.triple for quad in quads if quad.graph_name != sentence}
        gone = sorted(everything - elsewhere, key=str)
        changed.change(removed=gone)
        assert same(changed, elsewhere)
        changed.change(added=gone)
    assert same(changed, everything)
