"""Where a project is, and what its settings may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import project
from kg.errors import ProjectError
from tests.conftest import Tiny


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(ProjectError, match=r"it lacks ontology/, queries/") as caught:
        project.find(tmp_path)
    assert "-C" in caught.value.hint


def test_a_folder_below_a_project_belongs_to_it(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tiny().root
    (root / "data" / "deep").mkdir()
    monkeypatch.chdir(root / "data" / "deep")
    assert project.find().root == root


def test_outside_of_projects_the_bundled_one_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert project.find().root == project.bundled().resolve()


def test_a_project_without_settings_has_a_base_of_its_own(tiny: Tiny) -> None:
    assert tiny().graph("facts") == "urn:kg:graph/facts"


def test_settings_choose_title_base_and_prefixes(tiny: Tiny) -> None:
    made = tiny(**{"kg.toml": 'title = "T"\nbase = "http://b/"\n[prefixes]\nx = "http://x/"\n'})
    assert (made.title, made.graph("inferred"), made.prefixes) == ({"": "T"}, "http://b/graph/inferred", {"x": "http://x/"})
    assert made.called("ru") == "T"


def test_what_the_pages_call_things_stands_in_several_languages(tiny: Tiny) -> None:
    settings = (
        'title = {en = "Rivers", ru = "Реки"}\n[tags]\nsea = "Seas"\n[columns]\ndepth = {ru = "глубина", ja = "深さ"}\n'
        '[rules]\nflow = "it flows"\n[codes]\nnorth-of = {en = "to the north"}\n'
    )
    made = tiny(**{"kg.toml": settings})
    assert [made.called(lang) for lang in ("en", "ru", "ja")] == ["Rivers", "Реки", "Rivers"]
    assert (made.theme("sea"), made.theme("lake")) == ({"": "Seas"}, {"": "lake"})
    assert made.rules == {"flow": {"": "it flows"}}
    assert made.codes == {"north-of": {"en": "to the north"}}
    assert made.columns == {"depth": {"ru": "глубина", "ja": "深さ"}}


def test_a_project_without_a_title_is_called_by_its_folder(tiny: Tiny) -> None:
    made = tiny()
    assert made.called("ja") == made.root.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "not valid TOML"),
        ("titel = 'T'", "unknown setting 'titel'"),
        ("title = 5", "setting 'title' has the wrong type"),
        ("[prefixes]\nx = 5", "setting 'prefixes' has the wrong type"),
        ("quantity = ['no:value']", "'quantity' names no property: 'no:value'"),
        ("title = {}", "setting 'title' has the wrong type"),
        ("title = {russian = 'T'}", "setting 'title' has the wrong type"),
        ("columns = 'x'", "setting 'columns' has the wrong type"),
        ("[columns]\nx = ['y']", "setting 'columns' has the wrong type"),
        ("[tags]\nx = {en = 5}", "setting 'tags' has the wrong type"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tiny: Tiny, text: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said) as caught:
        tiny(**{"kg.toml": text})
    assert caught.value.place and caught.value.place.file.endswith("kg.toml")
    assert caught.value.hint


def test_the_cache_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "here"))
    assert project.cache_folder() == tmp_path / "here"
    monkeypatch.delenv("KG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert project.cache_folder() == tmp_path / "kg"


def test_a_file_is_shown_relative_to_the_project(tiny: Tiny) -> None:
    made = tiny()
    assert made.shown(made.data / "a.ttl") == "data/a.ttl"
