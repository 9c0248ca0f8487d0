"""Heads that are kept give what reading them gives; a cache that is broken or cannot be written changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import kept
from kg.heads import read_head
from kg.parameters import Head
from kg.project import bundled

TEXT = """#+ question: {en: What?}
#+ tags: [one]
#+ parameters:
#+   x: {type: integer, default: 1, choices: [1, 2], label: {en: number}}
#+ view: {type: bar, of: [x, y]}
SELECT ?x { ?x ?y ?z }
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def head() -> Head:
    return read_head(TEXT, "x.rq", {"x"})


def test_a_head_that_is_kept_is_the_head_that_was_read() -> None:
    assert kept.recall(TEXT) is None
    kept.keep(TEXT, head())
    assert kept.recall(TEXT) == head()


def test_every_saved_query_is_kept_as_it_is() -> None:
    files = sorted((bundled() / "queries").glob("*.rq"))
    assert len(files) == 74
    for file in files:
        text = file.read_text(encoding="utf-8")
        read = read_head(text, file.name, None)
        kept.keep(text, read)
        assert kept.recall(text) == read, file


def test_a_head_that_json_would_change_is_not_kept() -> None:
    text = TEXT.replace("{type: bar, of: [x, y]}", "{type: bar, 1: x}")
    kept.keep(text, read_head(text, "x.rq", {"x"}))
    assert kept.recall(text) is None


def test_another_text_is_not_taken_for_it() -> None:
    kept.keep(TEXT, head())
    assert kept.recall(TEXT + " ") is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"parameters": {"x": {"kind": 1}}}', b"\xff"])
def test_a_kept_head_that_is_damaged_is_not_used(cache: Path, damage: bytes) -> None:
    kept.keep(TEXT, head())
    (file,) = (cache / "heads").iterdir()
    file.write_bytes(damage)
    assert kept.recall(TEXT) is None


def test_a_cache_that_cannot_be_written_keeps_nothing(cache: Path) -> None:
    cache.write_text("a file")
    kept.keep(TEXT, head())
    assert kept.recall(TEXT) is None
