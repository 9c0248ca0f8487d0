"""The saved queries of the flagship: each gives exactly its expected answer, speaks three languages, and runs anywhere."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.answers import Rows
from kg.graph import KnowledgeGraph
from kg.project import bundled
from kg.queries import Catalogue, SavedQuery, catalogue
from kg.sources import read

ROOT = bundled()
ANSWERS = Path(__file__).parent / "answers"
QUERIES = sorted(file.stem for file in (ROOT / "queries").glob("*.rq"))
CHECKS = sorted((ROOT / "queries" / "checks").glob("*.rq"))
EXPECTED = sorted(file.stem for file in ANSWERS.glob("*.csv"))
EXPECTED_ASSERTED = sorted(file.stem for file in (ANSWERS / "asserted").glob("*.csv"))
LANGUAGES = {"en", "ru", "ja"}

# How many rows the answer has without reasoning and with it, where the question needs reasoning.
REASONING = {
    "agreements": (0, 9),
    "bilateral-outcomes-with": (1, 4),
    "causes-of": (1, 3),
    "corridors-avoiding": (0, 1),
    "events-in-place": (0, 2),
    "participants-and-members": (0, 6),
    "partners-without-summit": (0, 1),
    "photo-source-and-talks-partner": (0, 1),
    "potential-suppliers": (0, 1),
    "reaching-beyond": (1, 2),
    "states-without-signed-amount": (5, 3),
    "who-met-whom": (0, 25),
}


@pytest.fixture(scope="module")
def saved(flagship: KnowledgeGraph) -> Catalogue:
    return catalogue(flagship.project)


def written(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def test_there_are_as_many_queries_and_answers_as_the_readme_says() -> None:
    assert len(QUERIES) == 74
    assert QUERIES == EXPECTED
    assert len(EXPECTED_ASSERTED) == 17
    assert len(CHECKS) == 9


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_exactly_its_expected_answer(flagship: KnowledgeGraph, name: str) -> None:
    assert rows_of(flagship.query(name).format("csv")) == written(ANSWERS / f"{name}.csv")


@pytest.mark.parametrize("name", EXPECTED_ASSERTED)
def test_without_reasoning_the_answer_is_the_one_expected_and_another(flagship: KnowledgeGraph, name: str) -> None:
    asserted = rows_of(flagship.query(name, asserted=True).format("csv"))
    assert asserted == written(ANSWERS / "asserted" / f"{name}.csv")
    assert asserted != written(ANSWERS / f"{name}.csv")


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_says_whether_it_needs_reasoning(flagship: KnowledgeGraph, saved: Catalogue, name: str) -> None:
    differs = flagship.query(name).format("csv") != flagship.query(name, asserted=True).format("csv")
    assert saved[name].reasoning == differs == (name in EXPECTED_ASSERTED)


@pytest.mark.parametrize("name", sorted(REASONING))
def test_reasoning_makes_the_difference_that_was_worked_out_by_hand(flagship: KnowledgeGraph, name: str) -> None:
    assert (len(flagship.query(name, asserted=True)), len(flagship.query(name))) == REASONING[name]


@pytest.mark.parametrize("name", QUERIES)
def test_a_head_speaks_three_languages(saved: Catalogue, name: str) -> None:
    query = saved[name]
    assert set(query.question) == LANGUAGES
    assert set(query.empty) in (LANGUAGES, set())
    assert all(set(parameter.label) == LANGUAGES for parameter in query.parameters.values())
    assert set(query.description) in (LANGUAGES, set())
    assert query.summary
    assert query.tags
    assert re.search("[а-яё]", query.question["ru"])
    assert re.search("[ぁ-ん]", query.question["ja"])


def test_most_heads_describe_their_answer(saved: Catalogue) -> None:
    described = [query.description for query in saved.values() if query.description]
    assert len(described) > 60
    assert all(re.search("[а-яё]", each["ru"]) and re.search("[ぁ-ん]", each["ja"]) for each in described)


def test_every_tag_and_every_named_column_is_of_some_query_and_speaks_three_languages(
    flagship: KnowledgeGraph, saved: Catalogue
) -> None:
    tags, columns = flagship.project.tags, flagship.project.columns
    assert set(tags) == {tag for query in saved.values() for tag in query.tags}
    used = {name for query in saved.values() if not query.needs_a_value for name in flagship.query(query.name).table()[0]}
    assert set(columns) - used == set()
    assert all(set(texts) == LANGUAGES for texts in (flagship.project.title, *tags.values(), *columns.values()))


def test_a_head_refers_only_to_queries_that_exist(saved: Catalogue) -> None:
    named = {(name, other) for name in saved for other in saved[name].see}
    assert named
    assert [pair for pair in sorted(named) if pair[1] not in saved] == []


def test_an_empty_answer_says_that_the_source_is_silent(flagship: KnowledgeGraph, saved: Catalogue) -> None:
    empty = [name for name in QUERIES if not len(flagship.query(name))]
    assert len(empty) >= 5
    assert [name for name in empty if "en" not in saved[name].empty] == []


def absent(query: SavedQuery) -> bool:
    code = "\n".join(line for line in query.text.splitlines() if not line.startswith("#"))
    return bool(re.search(r"\bMINUS\b|!\s*BOUND|NOT\s+EXISTS", code, re.IGNORECASE))


def test_a_question_about_absence_says_that_it_takes_the_source_as_complete(saved: Catalogue) -> None:
    closed = [name for name in QUERIES if saved[name].closed_world]
    assert {"corridors-avoiding", "states-without-signed-amount", "partners-without-summit", "needs-of-state"} <= set(closed)


@pytest.mark.parametrize("name", QUERIES)
def test_every_row_rests_on_something(flagship: KnowledgeGraph, name: str) -> None:
    answer = flagship.query(name)
    assert isinstance(answer, Rows)
    evidence = answer.evidence()
    assert len(evidence) == len(answer)
    assert [row for row, found in zip(answer.rows, evidence, strict=True) if not (found.triples or found.notes)] == []


def test_a_query_runs_unchanged_in_a_plain_store(flagship: KnowledgeGraph, saved: Catalogue) -> None:
    store = ox.Store()
    store.bulk_extend(read(flagship.project).quads)
    store.bulk_extend(ox.Quad(*quad.triple) for quad in read(flagship.project).quads)
    ran = [store.query(saved[name].text) for name in QUERIES]
    assert len(ran) == len(QUERIES)


@pytest.mark.parametrize("file", CHECKS, ids=lambda file: file.stem)
def test_a_check_finds_no_offender(flagship: KnowledgeGraph, file: Path) -> None:
    answer = flagship.sparql(file.read_text(encoding="utf-8"))
    assert isinstance(answer, Rows)
    assert answer.variables == ["entity", "problem", "value"]
    assert answer.rows == []


def test_no_answer_adds_money_of_two_currencies_or_kinds(flagship: KnowledgeGraph) -> None:
    totals = flagship.query("safe-totals").to_pandas()
    summed = totals[totals["total"].notna()]
    assert len(summed) == 8
    assert not summed.duplicated(["currency", "kind", "modality"]).any()
    refused = totals[totals["total"].isna()]
    assert set(refused["reason"]) >= {"conversion-of", "included-in"}
    assert totals["reason"].notna().all()
