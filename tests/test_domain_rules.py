"""The project's own rules: what they conclude from the article, what they leave alone, what proofs and evidence show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import project, sources, store
from kg.checks import check
from kg.errors import SourceError
from kg.explanations import to_text
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.project import Project
from kg.reasoning import close
from kg.reasoning.closure import close as closed
from kg.reasoning.rules import Rule, read
from tests.conftest import Tiny

ROOT = Path(__file__).parents[1]
PREFIXES = {**WELL_KNOWN, **project.at(ROOT).prefixes}
DEPOSITS = ("kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan")
# The article: rare earths come to Japan from China (P16.S4), which once stopped their export to it (P16.S2); the five states
# of Central Asia have deposits (P17.S4). The region and the five together have them too, and are no states. The Tokyo Initiative
# was launched at the summit (P5.S1), which was in December 2025 (P1.S1, P24.S1), for five years (P5.S1).
CONCLUDED = {
    "alternative-supplier": {(state, "cajad:alternativeSupplierTo", "japan") for state in DEPOSITS},
    "exposure": {("japan", "cajad:exposedToSuspensionBy", "china")},
    "end-of-programme": {("tokyo-initiative", "cajad:endsBy", "time-about-december-2030")},
}
SENTENCES = {
    "alternative-supplier": ["tokyo:P16.S4", "tokyo:P17.S4"],
    "exposure": ["tokyo:P16.S2", "tokyo:P16.S4"],
    "end-of-programme": ["tokyo:P1.S1", "tokyo:P5.S1", "tokyo:P24.S1"],
}
CASES = [(rule, *fact) for rule, facts in CONCLUDED.items() for fact in sorted(facts)]
# What the rules ask for, with other actors.
FACTS = """
id:need cajad:dependent id:buyer ; cajad:dependsOn id:seller ; cajad:onResource id:tin ; cajad:hasObservation id:share .
id:share cajad:modality id:modality-stated .
id:count cajad:onResource id:tin ; cajad:indicator id:indicator-rare-earth-deposits ; cajad:modality id:modality-stated ;
  cajad:observedFor id:miner .
id:miner a cajad:State .
id:stop a cajad:ExportSuspension ; cajad:onResource id:tin ; cajad:modality id:modality-done ; cajad:actor id:seller ;
  cajad:target id:buyer .
"""
BOTH = {("miner", "cajad:alternativeSupplierTo", "buyer"), ("buyer", "cajad:exposedToSuspensionBy", "seller")}
ALTERNATIVE, EXPOSED = ({fact} for fact in sorted(BOTH, reverse=True))
# A change of the facts, and what then follows.
CHANGES = [
    ("nothing", "", "", BOTH),
    ("another resource is dug", "id:count cajad:onResource id:tin", "id:count cajad:onResource id:gold", EXPOSED),
    ("another indicator is counted", "indicator-rare-earth-deposits", "indicator-number-of-documents", EXPOSED),
    (
        "the deposits are a claim",
        "deposits ; cajad:modality id:modality-stated",
        "deposits ; cajad:modality id:modality-claimed",
        EXPOSED,
    ),
    ("a region has them", "id:miner a cajad:State", "id:miner a cajad:Region", EXPOSED),
    ("the supplier itself has them", "observedFor id:miner", "observedFor id:seller . id:seller a cajad:State", EXPOSED),
    ("the importer itself has them", "observedFor id:miner", "observedFor id:buyer . id:buyer a cajad:State", EXPOSED),
    ("the suspension is proposed", "id:modality-done", "id:modality-proposed", ALTERNATIVE),
    ("the suspension is forecast", "id:modality-done", "id:modality-forecast", ALTERNATIVE),
    ("another was struck", "target id:buyer", "target id:miner", ALTERNATIVE),
    ("another suspended", "actor id:seller", "actor id:miner", ALTERNATIVE),
    (
        "the dependency is an opinion",
        "id:share cajad:modality id:modality-stated",
        "id:share cajad:modality id:modality-opinion",
        set(),
    ),
]


def own() -> list[Rule]:
    texts = sources.read(project.at(ROOT)).rules
    return [rule for file, text in texts.items() for rule in read(text, PREFIXES, file)]


def concluded(facts: str) -> set[tuple[str, str, str]]:
    """What the rules alone conclude from facts in Turtle."""
    return {_short(triple) for triple in close(_lines(_triples(facts)), more_rules=own()).inferred}


def _triples(turtle: str) -> list[ox.Triple]:
    declared = "".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items())
    return [quad.triple for quad in ox.parse(declared + turtle, format=ox.RdfFormat.TURTLE)]


def _lines(triples: Iterable[ox.Triple]) -> bytes:
    return "".join(f"{triple} .\n" for triple in triples).encode()


def _short(triple: ox.Triple) -> tuple[str, str, str]:
    subject, predicate, object = (term.value for term in triple if isinstance(term, ox.NamedNode))
    return subject.rpartition("/")[2], predicate.replace(PREFIXES["cajad"], "cajad:"), object.rpartition("/")[2]


def triple(graph: KnowledgeGraph, subject: str, predicate: str, object: str) -> ox.Triple:
    return ox.Triple(graph.find(f"id:{subject}"), graph.find(predicate), graph.find(f"id:{object}"))


def test_the_rules_conclude_what_the_article_supports_and_nothing_besides(flagship: KnowledgeGraph) -> None:
    properties = {flagship.find(predicate) for _, _, predicate, _ in CASES}
    found = {_short(triple) for triple in flagship.inferences() if triple.predicate in properties}
    assert found == set[tuple[str, str, str]]().union(*CONCLUDED.values())


def test_every_rule_of_the_project_is_tested_here() -> None:
    assert {rule.name for rule in own()} == set(CONCLUDED)


@pytest.mark.parametrize(("change", "before", "after", "expected"), CHANGES, ids=[case[0].replace(" ", "-") for case in CHANGES])
def test_a_rule_takes_facts_alone(change: str, before: str, after: str, expected: set[tuple[str, str, str]]) -> None:
    assert before in FACTS, change
    assert concluded(FACTS.replace(before, after)) == expected


@pytest.mark.parametrize(("rule", "subject", "predicate", "object"), CASES)
def test_a_proof_names_the_rule_and_ends_in_sentences(
    flagship: KnowledgeGraph, rule: str, subject: str, predicate: str, object: str
) -> None:
    explanation = flagship.explain(triple(flagship, subject, predicate, object))
    assert [proof.rule for proof in explanation.proofs] == [rule]
    assert {flagship.names.shorten(iri) for iri in explanation.sentences} == set(SENTENCES[rule])
    assert f"by {rule}: {rule.replace('-', ' ')}" in to_text(explanation, flagship, flagship.presenter("en"))


@pytest.mark.parametrize(("rule", "subject", "predicate", "object"), CASES)
def test_evidence_leads_from_a_conclusion_to_sentences(
    flagship: KnowledgeGraph, rule: str, subject: str, predicate: str, object: str
) -> None:
    (grounded,) = flagship.ground([triple(flagship, subject, predicate, object)])
    (asked,) = flagship.sparql(f"SELECT ?who {{ id:{subject} {predicate} ?who }}").evidence()
    for found in (grounded, asked):
        assert [flagship.names.shorten(iri) for iri in found.sentences] == SENTENCES[rule]
        assert found.triples[0].rules == (rule,) and found.complete


PROGRAMME = """
id:launch cajad:launches id:plan ; cajad:modality id:modality-launched ; cajad:hasTime id:start .
id:start cajad:edtf "{start}" . id:plan cajad:duration "{duration}" . id:end cajad:edtf "{end}" .
"""


@pytest.mark.parametrize(
    ("start", "duration", "end", "follows"),
    [
        ("2025-12", "P5Y", "2030-12~", True),
        ("2025-12", "P5Y", "2030-12", False),
        ("2025-12", "P5Y", "2031-12~", False),
        ("2025-11", "P1Y2M", "2027-01~", True),
        ("2025", "P5Y", "2030~", True),
        ("2025", "P18M", "2026~", False),
        ("2025", "P24M", "2027~", True),
        ("2024-02-29", "P1Y", "2025-02-28~", True),
        ("2025-13", "P1Y", "2026-13~", False),
        ("2025-12", "P5D", "2025-12~", False),
        ("2025-12", "P", "2025-12~", False),
        ("2025-12~", "P5Y", "2030-12~", False),
    ],
)
def test_a_programme_ends_about_its_duration_after_its_launch(start: str, duration: str, end: str, follows: bool) -> None:
    found = concluded(PROGRAMME.format(start=start, duration=duration, end=end))
    assert found == ({("plan", "cajad:endsBy", "end")} if follows else set())


@pytest.mark.parametrize(("removed", "added"), [("", "P6Y 2031-12~"), ("P5Y 2030-12~", "P6Y 2031-12~"), ("P5Y 2030-12~", "")])
def test_a_change_of_literals_changes_what_they_conclude(removed: str, added: str) -> None:
    def facts(*texts: str) -> set[ox.Triple]:
        each = (text.split() for text in texts if text)
        stated = (
            PROGRAMME.format(start="2025-12", duration=duration, end=end).replace("id:end", f"id:end-{end[:4]}")
            for duration, end in each
        )
        return {triple for turtle in stated for triple in _triples(turtle)}

    before = facts("P5Y 2030-12~", "P1Y 2040")
    after = before - facts(removed) | facts("P1Y 2040", added)
    changed, anew = (closed(_lines(facts), full=False, more_rules=own()) for facts in (before, after))
    changed.change(added=after - before, removed=before - after)
    assert changed.inferred == anew.inferred
    assert len(anew.inferred) == 1 + bool(added) - bool(removed)


def test_a_programme_that_is_only_proposed_ends_nowhere() -> None:
    facts = PROGRAMME.format(start="2025-12", duration="P5Y", end="2030-12~")
    assert concluded(facts.replace("modality-launched", "modality-proposed")) == set()


GOOD = {
    "kg.toml": 'base = "http://e/"\n[prefixes]\nex = "http://e/"\n',
    "ontology/own.rules": "ally if ?x ex:near ?y then ?y ex:near ?x",
    "data/d.ttl": ":a :near :b .",
}
WRONG = {
    "misspelt": ("# Lists.\nlisted\n  if itm ?x ?l . ?c owl:oneOf ?l\n  then ?x a ?c\n", 2, "is `item` meant?"),
    "unsafe": ("\nally if ?x ex:near ?y then ?y ex:near ?z", 2, "?z"),
    "prefix": ("ally if ?x nowhere:near ?y then ?y ex:near ?x", 1, "the prefix of `nowhere:near`"),
    "arity": ("ally if ?x ex:near then ?x a ex:Ally", 1, "2 terms and needs 3"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rules_file_leaves_the_built_graph_and_is_a_finding(tiny: Tiny, name: str) -> None:
    text, line, reason = WRONG[name]
    before = contents(store.built(tiny(**GOOD)).folder)
    wrong = tiny(**{**GOOD, "ontology/own.rules": text})
    with pytest.raises(SourceError) as caught:
        store.built(wrong)
    assert str(caught.value.place) == f"ontology/own.rules:{line}" and reason in caught.value.message
    assert found(wrong) == [("syntax", "ontology/own.rules", line, caught.value.message)]
    heard: list[str] = []
    assert contents(store.built(tiny(**GOOD), heard.append).folder) == before
    assert heard == []


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix in (".json", ".nt", ".duckdb")
    }


def found(wrong: Project) -> list[tuple[str, str, int, str]]:
    findings = (each for each in check(wrong) if each.code != "not-checked" and each.place.file.endswith(".rules"))
    return [(each.code, each.place.file, each.place.line, each.message) for each in findings]


def test_pages_can_say_each_rule_in_every_language() -> None:
    told = project.at(ROOT).rules
    assert set(told) == set(CONCLUDED)
    assert [sorted(texts) for texts in told.values()] == [["en", "ja", "ru"]] * len(told)


@pytest.mark.parametrize("state", ["usa", "nowhere"])
def test_what_a_rule_lacks_is_told_though_it_tells_things_apart(flagship: KnowledgeGraph, state: str) -> None:
    wanted = (f"id:{state}", "cajad:alternativeSupplierTo", "id:japan")
    lacking = flagship.explain(ox.Triple(*(ox.NamedNode(flagship.names.expand(each) or "") for each in wanted)))
    assert not lacking.holds
    assert "alternative-supplier" in {each.rule for each in lacking.missing}


def test_nobody_is_told_to_take_their_own_place(flagship: KnowledgeGraph) -> None:
    itself = (ox.NamedNode(flagship.names.expand(each) or "") for each in ("id:japan", "cajad:alternativeSupplierTo", "id:japan"))
    assert flagship.explain(ox.Triple(*itself)).missing == ()
