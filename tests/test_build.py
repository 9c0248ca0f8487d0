"""A generation made from an older one holds what one made of all files would: the same stores, closure and manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import project, store
from kg.project import Project, cache_folder
from tests.conftest import Tiny

HEAD = """@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
ONTOLOGY = {
    "ontology/o.ttl": ":near a owl:SymmetricProperty . :says rdfs:subPropertyOf :tells . :C rdfs:subClassOf [ a :D ] .",
    "ontology/own.rules": "ally if ?x <http://e/near> <http://e/b> then ?x <http://e/allyOf> <http://e/b>",
}
# What files state in turn: alike in the stores and not in the sources, in one graph and in two, named and blank.
STATEMENTS = st.sampled_from(
    [
        *(":a :near :b .", ":g { :a :near :b }", ":h { :a :near :b }", ":c :near :a .", ":g { :c :near [ :near :b ] }"),
        *(":a :says 1 .", ":a :says '01'^^<http://www.w3.org/2001/XMLSchema#integer> .", ":g { :a :tells 1 }"),
        *(":says rdfs:subPropertyOf :near .", ":a owl:sameAs :c .", ":h { :a :tells 'x'@en }", ":near rdfs:domain :C ."),
    ]
)
TEXTS = st.lists(STATEMENTS, max_size=3).map(" ".join)
NAMES = ("data/a.trig", "data/b.trig", "data/c.trig")


def content(built: store.Built) -> tuple[object, ...]:
    """All that a generation says."""
    stores = [sorted(map(str, each)) for each in (built.all, built.asserted)]
    return (*stores, list(map(str, built.inferred)), built.closure.ntriples(), built.manifest)


def write(root: Path, files: dict[str, str]) -> Project:
    for name in NAMES:
        (root / name).unlink(missing_ok=True)
    for name, text in {**ONTOLOGY, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(HEAD + text if not name.endswith(".rules") else text, encoding="utf-8")
    (root / "queries").mkdir(exist_ok=True)
    return project.at(root)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), TEXTS), min_size=1, max_size=3), st.lists(TEXTS, min_size=3, max_size=3))
def test_a_generation_made_from_an_older_one_is_as_if_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: list[tuple[str, str]], texts: list[str]
) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    files = dict(zip(NAMES, texts, strict=True))
    store.built(write(tmp_path / "project", files))
    for name, text in changes:
        files[name] = text
        changed = store.built(write(tmp_path / "project", files))
    renewed = content(changed)
    shutil.rmtree(tmp_path / "cache")
    assert renewed == content(store.built(write(tmp_path / "project", files)))


def said_by(made: Project) -> list[str]:
    said: list[str] = []
    store.built(made, said.append)
    return said


def test_only_what_changed_is_read_again(tiny: Tiny) -> None:
    store.built(tiny(**{**ONTOLOGY, "data/a.ttl": ":a :near :b ."}))
    assert said_by(tiny(**{"data/a.ttl": ":a :near :c ."})) == ["reasoning over what changed in data/a.ttl"]


def test_files_come_and_go(tiny: Tiny) -> None:
    store.built(tiny(**{**ONTOLOGY, "data/a.ttl": ":a :near :b ."}))
    assert said_by(tiny(**{"data/z.ttl": ":c :near :d ."})) == ["reasoning over what changed in data/z.ttl"]
    made = tiny()
    (made.root / "data/z.ttl").unlink()
    assert said_by(made) == []  # The first generation is still there.
    shutil.rmtree(next(iter(cache_folder().iterdir())))
    store.built(tiny(**{"data/z.ttl": ":c :near :d ."}))
    (made.root / "data/a.ttl").unlink()
    built = store.built(made)
    assert {quad.subject for quad in built.all.quads_for_pattern(None, ox.NamedNode("http://e/near"), None)} == {
        ox.NamedNode("http://e/c"),
        ox.NamedNode("http://e/d"),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"ontology/own.rules": "other if ?x <http://e/near> ?y then ?y <http://e/allyOf> ?x"},
        {"kg.toml": "base = 'http://b/'"},
        {"ontology/o.ttl": "", "data/a.ttl": ":a :near :c ."},
    ],
)
def test_where_much_else_changed_all_is_built(tiny: Tiny, change: dict[str, str]) -> None:
    store.built(tiny(**{**ONTOLOGY, "data/a.ttl": ":a :near :b ."}))
    assert "statements from 2 files" in said_by(tiny(**change))[-1]


def test_a_generation_of_another_version_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its manifest holds: an older program knew less of what a generation is made of."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    old = store.built(write(tmp_path / "project", {"data/a.trig": ":a :near :b ."})).folder
    older: list[dict[str, object]] = [{"prefixes": {}}, {"prefixes": {}, "files": {}, "made_by": "another"}]
    for manifest in older:
        (old / "manifest.json").write_text(json.dumps(manifest))
        sizes = json.loads((old / "sizes.json").read_text())
        (old / "sizes.json").write_text(json.dumps({**sizes, "manifest.json": (old / "manifest.json").stat().st_size}))
        new = store.built(write(tmp_path / "project", {"data/a.trig": f":a :near :c . # {len(manifest)}"}))
        assert "<http://e/c> <http://e/near> <http://e/a>" in map(str, new.inferred)
        assert old.is_dir()
