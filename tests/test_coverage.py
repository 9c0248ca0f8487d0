"""tests.coverage: what is in the graph is found, and whatever is taken away is missed; the article in hand, where it is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.names import WELL_KNOWN
from tests import coverage, mentions
from tests.coverage import FACTS, ROOT, TEXT, Content, Line

LONG_ENOUGH_TO_COPY = 40


@pytest.fixture(scope="session")
def article() -> str:
    """The article's text; it is in no file of the project."""
    if not TEXT.is_file():
        pytest.skip(f"THE ARTICLE IS NOT AT HAND: {TEXT}")
    return coverage.read_text(TEXT)


def without(*lost: ox.Quad) -> Content:
    return Content.of(coverage.whole().quads - set(lost))


def named(local: str) -> ox.NamedNode:
    return ox.NamedNode(f"{coverage.ARTICLE}/{local}")


def test_nothing_of_the_article_is_missing(article: str) -> None:
    lines = coverage.measure(coverage.whole(), article)
    assert [line.name for line in lines] == ["sentences", "facts", "numbers", "names", "hashes"]
    assert [each for line in lines for each in line.missing] == []
    assert [(line.found, line.total) for line in lines] == [(67, 67), (213, 213), (50, 50), (137, 137), (67, 67)]


def test_nothing_that_can_be_told_without_the_article_is_missing() -> None:
    lines = coverage.measure(coverage.whole(), None)
    assert [(line.name, line.found, line.missing) for line in lines] == [
        ("sentences", 67, ()),
        ("facts", 213, ()),
        ("hashes", 67, ()),
    ]


def test_each_triple_of_a_fact_is_missed_when_it_is_removed() -> None:
    rows = coverage.fact_quads(FACTS.read_text(encoding="utf-8"))
    assert len(rows) == 760
    unnoticed = [fact for fact, quad in rows if fact not in _facts(coverage.facts(without(quad), rows))]
    assert unnoticed == []


def _facts(line: Line) -> set[str]:
    assert line.found == coverage.FACT_COUNT - len({each[:4] for each in line.missing})
    return {each[:4] for each in line.missing}


def test_a_fact_in_another_graph_does_not_count() -> None:
    rows = coverage.fact_quads(FACTS.read_text(encoding="utf-8"))
    fact, quad = rows[0]
    elsewhere = ox.Quad(quad.subject, quad.predicate, quad.object, named("P33.S3"))
    moved = Content.of(coverage.whole().quads - {quad} | {elsewhere})
    assert _facts(coverage.facts(moved, rows)) == {fact}


def test_a_fact_without_a_row_is_missed() -> None:
    rows = [row for row in coverage.fact_quads(FACTS.read_text(encoding="utf-8")) if row[0] != "F054"]
    assert coverage.facts(coverage.whole(), rows).missing == ("F054 is in no row of facts.tsv",)


def test_each_sentence_is_missed_when_its_graph_is_empty() -> None:
    graphs = coverage.whole().graphs
    assert len(graphs) == coverage.SENTENCE_COUNT
    for name, quads in graphs.items():
        line = coverage.sentences(without(*quads))
        assert (line.found, line.missing) == (66, (f"{name} states nothing",))


def test_a_sentence_without_its_place_is_missed() -> None:
    start = ox.NamedNode(WELL_KNOWN["oa"] + "start")
    lost = next(quad for quad in coverage.whole().quads if quad.subject == named("P5.S1") and quad.predicate == start)
    assert coverage.sentences(without(lost)).missing == ("P5.S1 has no place in the text",)
    assert coverage.hashes(without(lost), None).missing == ("1 sentences have no hash",)


def test_each_number_is_missed_when_its_literal_is_removed(article: str) -> None:
    matches = coverage.number_matches(coverage.whole(), article)
    assert len(matches) == 50
    for mention, quad in matches:
        assert quad is not None
        missing = coverage.numbers(without(quad), article).missing
        assert {each.split()[0] for each in missing} == {mention.split()[0]}, mention


def test_each_number_is_missed_when_its_unit_is_removed(article: str) -> None:
    units = {f"{coverage.ONTOLOGY}{name}" for name in ("currency", "unit")}
    given = {
        quad for _, quad in coverage.number_matches(coverage.whole(), article) if quad and quad.predicate.value.endswith("#value")
    }
    lost = [
        each
        for quads in coverage.whole().graphs.values()
        for each in quads
        if each.predicate.value in units and any(each.subject == quad.subject for quad in given)
    ]
    assert len(lost) == len(given) == 23
    assert [str(each) for each in lost if not coverage.numbers(without(each), article).missing] == []


def test_each_name_is_missed_when_no_thing_of_the_sentence_bears_it(article: str) -> None:
    whole = coverage.whole()
    matches = coverage.name_matches(whole, article)
    assert len(matches) == 137
    for mention, thing in matches:
        sentence, written = mention.split(" ", 1)
        bearers = _bearers(whole, sentence, written) | {thing}
        lost = [quad for quad in whole.graphs[sentence] if {_iri(quad.subject), _iri(quad.object)} & bearers]
        missing = coverage.names(without(*lost), article).missing
        assert any(each.startswith(sentence) for each in missing), mention


def _iri(term: object) -> str | None:
    return term.value if isinstance(term, ox.NamedNode) else None


def _bearers(content: Content, sentence: str, written: str) -> set[str | None]:
    """The things of the sentence that have this name, such as a city and the state that it stands for."""
    words = mentions.tokens(written)
    things = {_iri(term) for quad in content.graphs[sentence] for term in (quad.subject, quad.object)}
    return {each for each in things if any(list(mentions.occurrences(name, words)) for name in content.names.get(each or "", []))}


def test_each_name_is_missed_when_things_lose_their_names(article: str) -> None:
    whole = coverage.whole()
    found: dict[str | None, list[str]] = defaultdict(list)
    for mention, thing in coverage.name_matches(whole, article):
        found[thing].append(mention)
    excepted = {f"{sentence} {word}" for sentence, word in coverage.CALLED_OTHERWISE}
    for thing, named_as in found.items():
        lost = [quad for quad in whole.quads if quad.predicate.value in coverage.NAMING and _iri(quad.subject) == thing]
        now = dict(coverage.name_matches(without(*lost), article))
        assert [each for each in named_as if each not in excepted and now.get(each) == thing] == []


@pytest.mark.parametrize("exception", sorted(coverage.CALLED_OTHERWISE))
def test_each_exception_for_a_name_is_needed(exception: tuple[str, str], article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(coverage.CALLED_OTHERWISE, exception)
    assert coverage.names(coverage.whole(), article).missing == (" ".join(exception),)


def test_each_exception_for_a_number_is_needed(article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "NO_NUMBERS", {})
    assert coverage.numbers(coverage.whole(), article).missing == ("P25.S3 Один (count)", "P25.S3 один (count)")


def test_another_text_is_noticed(article: str) -> None:
    line = coverage.hashes(coverage.whole(), article.replace("384", "385"))
    assert line.missing == ("P17.S4 has another hash than the text at its place",)
    assert coverage.numbers(coverage.whole(), article.replace("384", "385")).missing == ("P17.S4 385 (count)",)


def test_the_article_is_the_one_that_the_data_describes(article: str) -> None:
    given = {quad.predicate.value: quad.object for quad in coverage.whole().quads if _iri(quad.subject) == coverage.ARTICLE}
    digest, length = (given[coverage.ONTOLOGY + name] for name in ("sha256", "textLength"))
    assert isinstance(digest, ox.Literal)
    assert isinstance(length, ox.Literal)
    assert digest.value == hashlib.sha256(TEXT.read_bytes()).hexdigest()
    assert int(length.value) == len(article.rstrip("\n"))


def test_no_word_of_the_article_lies_outside_its_sentences(article: str) -> None:
    rest = list(article)
    for start, end, _ in coverage.whole().positions.values():
        rest[start:end] = " " * (end - start)
    assert "".join(rest).split() == ["-"] * 4


def test_no_sentence_of_the_article_stands_in_a_file(article: str) -> None:
    long = [text for text in map(_normal, coverage.whole().sentences(article).values()) if len(text) >= LONG_ENOUGH_TO_COPY]
    assert len(long) == 63
    files = _own_files()
    assert len(files) > 100
    copies = [
        (file.name, text[:LONG_ENOUGH_TO_COPY])
        for file in files
        for content in [_content(file)]
        for text in long
        if text in content
    ]
    assert copies == []


def _own_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [file for name in listed.stdout.split("\0") if (file := ROOT / name).is_file()]


def _content(file: Path) -> str:
    return _normal(file.read_bytes().decode(errors="replace"))


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


def test_the_table_is_printed_and_the_exit_code_says_that_nothing_is_missing() -> None:
    done = _run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:2] == ["sentences     67/67", "facts        213/213"]


def test_another_text_is_missed_and_the_exit_code_says_so(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("В 2031 году Иван Ильин приехал в Неаполь.", encoding="utf-8")
    done = _run("--text", str(other))
    assert done.returncode == 1, done.stderr
    assert "hashes         0/67" in done.stdout
    assert "P33.S3 has another hash than the text at its place" in done.stdout


def test_a_text_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = _run("--text", str(tmp_path / "none.txt"))
    assert done.returncode == 2
    assert "none.txt cannot be read" in done.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5% жителей", ["percent 12.5"]),
        ("€7 млрд и 8 трлн йен", ["eur 7000000000", "jpy 8000000000000"]),
        ("с $7 до $9 млн", ["usd 7000000", "usd 9000000"]),
        ("3–5 марта 1999 года", ["day 3", "day 5", "year 1999", "month 3"]),
        ("третья из четырёх встреч", ["ordinal 3", "count 4"]),
        ("три десятилетия, два года и 40 лет", ["years 40", "years 30", "years 2"]),
        ("майский саммит осенью", ["month 5", "month 23"]),
        ("формат B7+2, маршал, вторник, пятница, перваш", []),
    ],
)
def test_numbers_are_read(text: str, expected: list[str]) -> None:
    assert [f"{each.number.kind} {each.number.value.normalize():f}" for each in mentions.numbers(text)] == expected


@pytest.mark.parametrize(
    ("one", "other"), [("Китай", "Китайская"), ("США", "ЕС"), ("Nogi", "Nogo"), ("Азия", "Азот"), ("Юг", "Юга")]
)
def test_other_words_are_not_alike(one: str, other: str) -> None:
    assert not mentions.alike(one, other)


def test_bounds_and_the_written_form_give_no_number() -> None:
    assert mentions.given("value", "5.0", "count") == [mentions.Number("count", Decimal(5))]
    assert [mentions.given(property, "5", "count") for property in ("lowerBound", "upperBound", "asWritten", "position")] == [
        []
    ] * 4
