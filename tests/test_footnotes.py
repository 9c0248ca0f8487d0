"""Evidence in files for people: footnotes below a Markdown table, columns of rules and notes in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

import kg
from kg.answers import Answer
from kg.columns import with_evidence
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from tests.program import ROOT, Run, project, run, shared_cache

CLOSED = "rests also on what is not there: a closed-world reading"
RARE_EARTHS = ("query", "rare-earth-claims", "--evidence")
SENTENCE = "https://w3id.org/cajad/article/2025-12-tokyo-summit/"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_cache(tmp_path_factory)


@pytest.fixture(scope="session")
def graph() -> KnowledgeGraph:
    return kg.open(ROOT)


def written(cache: Path, *arguments: str | Path) -> str:
    found: Run = run(*arguments, cache=cache)
    assert found.code == 0, found
    return found.out


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


def marks(text: str) -> list[str]:
    """The mark in the last cell of each row."""
    return [row.removesuffix(" |").rsplit("| ", 1)[1] for row in text.splitlines()[2:] if row.startswith("|")]


def notes(text: str) -> dict[str, str]:
    """The footnotes by their marks."""
    return dict(re.findall(r"^(\[\^\d+\]): (.+)$", text, re.MULTILINE))


def markdown(answer: Answer, graph: KnowledgeGraph) -> str:
    return with_evidence(answer, graph.names, "markdown").format("markdown")


def test_a_footnote_names_sentences_rules_and_notes(cache: Path) -> None:
    text = written(cache, *RARE_EARTHS, "--format", "markdown")
    assert text.splitlines()[0].endswith("| sentences |")
    assert marks(text) == ["[^1]"] * 4
    rules = "cax-sco, cls-hv2, scm-sco, scm-uni"
    assert text.endswith(f" |\n\n[^1]: [tokyo:P17.S3](<{SENTENCE}P17.S3>); inferred by {rules}; {CLOSED}\n")


def test_footnotes_stay_below_a_table_with_labels(cache: Path) -> None:
    plain, labelled = (written(cache, *RARE_EARTHS, "--format", "markdown", *more) for more in ([], ["--labels"]))
    assert "elementLabel" in labelled
    assert (marks(labelled), notes(labelled)) == (marks(plain), notes(plain))


def test_a_spreadsheet_has_rules_and_notes_in_columns(cache: Path) -> None:
    for row in records(written(cache, *RARE_EARTHS, "--format", "csv")):
        assert (row["sentences"], row["rules"], row["notes"]) == ("tokyo:P17.S3", "cax-sco cls-hv2 scm-sco scm-uni", CLOSED)


def test_a_spreadsheet_has_no_empty_columns(cache: Path) -> None:
    (first, *_) = records(written(cache, "query", "resources-of-state", "--evidence", "--format", "csv"))
    assert "notes" in first
    assert "rules" not in first
    (first, *_) = records(written(cache, "query", "needs-of-state", "--evidence", "--format", "csv"))
    assert list(first)[-1] == "sentences"


@pytest.mark.parametrize("name", ["everything-about", "timeline", "causes-of", "corridor-nodes-in-order"])
def test_rows_share_a_footnote_if_they_rest_on_the_same(graph: KnowledgeGraph, name: str) -> None:
    answer = graph.query(name)
    text, found = markdown(answer, graph), answer.evidence()
    known = notes(text)
    assert list(known) == [f"[^{number}]" for number in range(1, len(known) + 1)]
    assert len(set(known.values())) == len(known)
    for mark, evidence in zip(marks(text), found, strict=True):
        assert re.findall("<(.+?)>", known[mark]) == list(evidence.sources)
        assert all(note in known[mark] for note in evidence.notes)
        assert ("inferred by" in known[mark]) == any(each.rules for each in evidence.triples)


def test_a_row_that_rests_on_nothing_has_no_mark(graph: KnowledgeGraph) -> None:
    text = markdown(graph.sparql("SELECT (1 AS ?one) {}"), graph)
    assert text == "| one | sentences |\n| --- | --- |\n| 1 |  |\n"


def test_a_sentence_without_a_short_name_is_a_link_by_itself(cache: Path, tmp_path: Path) -> None:
    data = "<http://else/a(b> { <http://e/a> <http://e/b> 1 } <http://e/text/_S1_> { <http://e/a> <http://e/c> 1 }"
    root = project(tmp_path, {"data/d.trig": data})
    text = written(
        cache, "-C", root, "sparql", "SELECT * { ?s <http://e/b> ?o ; <http://e/c> ?o }", "--evidence", "--format", "markdown"
    )
    assert notes(text) == {"[^1]": r"[text:\_S1\_](<http://e/text/_S1_>), <http://else/a(b>"}


@pytest.mark.parametrize("name", ["sentences", "rules", "notes"])
def test_a_column_of_the_same_name_is_not_hidden(graph: KnowledgeGraph, name: str) -> None:
    answer = graph.sparql(f"SELECT ?{name} {{ ?{name} a cajad:Summit FILTER NOT EXISTS {{ ?{name} a cajad:Proposal }} }}")
    with pytest.raises(UsageError, match=f"`{name}`"):
        with_evidence(answer, graph.names, "csv")
