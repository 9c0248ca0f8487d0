"""The built store: what it holds, when it is built, and that nothing that happens to a build can hurt the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import store
from kg.errors import ProjectError, SourceError
from kg.project import Project, cache_folder
from tests.conftest import Tiny

FILES = {
    "ontology/o.ttl": ":near a owl:SymmetricProperty . :C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :near ] .",
    "data/d.trig": ":g { :a :near :b ; :says '01'^^xsd:integer } :h { :a :near :b . :b :near :c }",
}
BUILD = """
import sys
from pathlib import Path
from kg import project, store
print(len(store.built(project.at(Path(sys.argv[1])), print).all))
"""


def default(graph: ox.Store) -> set[str]:
    return {str(quad.triple) for quad in graph.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def named(graph: ox.Store, name: str) -> set[str]:
    return {str(quad.triple) for quad in graph.quads_for_pattern(None, None, None, ox.NamedNode(name))}


def near(one: str, other: str) -> str:
    return f"<http://e/{one}> <http://e/near> <http://e/{other}>"


def home() -> Path:
    (folder,) = cache_folder().iterdir()
    return folder


def generations() -> list[str]:
    return sorted(folder.name for folder in home().iterdir())


def said_by(project: Project) -> list[str]:
    said: list[str] = []
    store.built(project, said.append)
    return said


def test_the_default_graph_is_the_merge_of_asserted_and_inferred_each_once(tiny: Tiny) -> None:
    built = store.built(tiny(**FILES))
    both = {near("a", "b"), near("b", "a"), near("b", "c"), near("c", "b")}
    assert default(built.all) >= both
    assert default(built.asserted) & both == {near("a", "b"), near("b", "c")}


def test_a_count_is_not_doubled_by_a_triple_that_two_graphs_state(tiny: Tiny) -> None:
    rows = store.built(tiny(**FILES)).all.query("SELECT (COUNT(*) AS ?n) { <http://e/a> <http://e/near> ?x }")
    assert isinstance(rows, ox.QuerySolutions)
    assert next(rows)["n"].value == "1"


def test_named_graphs_hold_what_their_sources_state(tiny: Tiny) -> None:
    built = store.built(tiny(**FILES))
    for graph in (built.all, built.asserted):
        assert named(graph, "http://e/h") == {near("a", "b"), near("b", "c")}
    assert named(built.all, "urn:kg:graph/inferred") == {near("b", "a"), near("c", "b")}
    assert named(built.asserted, "urn:kg:graph/inferred") == set()


def test_axioms_keep_their_blank_nodes(tiny: Tiny) -> None:
    built = store.built(tiny(**FILES))
    assert any("_:" in triple for triple in named(built.all, "urn:kg:graph/o"))
    assert not any("_:" in triple for triple in named(built.all, "urn:kg:graph/inferred"))


def test_the_manifest_tells_counts_prefixes_graphs_and_clashes(tiny: Tiny) -> None:
    clash = {"data/x.ttl": ":C owl:disjointWith :D . :a a :C, :D ."}
    manifest = store.built(tiny(**FILES, **clash, **{"kg.toml": "[prefixes]\nid = 'http://id/'"})).manifest
    assert manifest["counts"] == {"asserted": 10, "inferred": 2, "statements": 11}
    assert manifest["graphs"] == ["http://e/g", "http://e/h", "urn:kg:graph/o", "urn:kg:graph/x"]
    assert manifest["prefixes"]["id"] == "http://id/" and manifest["prefixes"][""] == "http://e/"
    assert [rule for rule, _, _ in manifest["clashes"]] == ["cax-dw"]


OWN = "ally if ?x ex:near ?y . ?x ex:says ?v then ?y ex:hears ?v"


def test_rules_of_the_project_are_used_and_a_change_of_them_builds_anew(tiny: Tiny) -> None:
    files = {**FILES, "kg.toml": '[prefixes]\nex = "http://e/"\n'}
    before = store.built(tiny(**files))
    after = store.built(tiny(**{**files, "ontology/own.rules": OWN}))
    heard = '<http://e/b> <http://e/hears> "01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert heard in map(str, after.inferred) and heard not in map(str, before.inferred)


def test_a_wrong_rule_of_the_project_is_told_with_its_file_and_line(tiny: Tiny) -> None:
    with pytest.raises(SourceError) as caught:
        store.built(tiny(**{**FILES, "ontology/own.rules": "\n\nally if ?x ex:near ?y"}))
    assert str(caught.value.place) == "ontology/own.rules:3"


def test_an_empty_project_builds(tiny: Tiny) -> None:
    assert len(store.built(tiny()).all) == 0


def test_a_second_opening_builds_nothing(tiny: Tiny) -> None:
    project = tiny(**FILES)
    assert said_by(project) == ["reasoning over 8 statements from 2 files"]
    assert said_by(project) == []
    assert len(generations()) == 1


@pytest.mark.parametrize("change", [{"data/new.ttl": ":x :y :z ."}, {"kg.toml": "base = 'http://b/'"}, {"ontology/o.ttl": ""}])
def test_a_changed_file_builds_anew_and_the_old_graph_can_still_be_read(tiny: Tiny, change: dict[str, str]) -> None:
    old = store.built(tiny(**FILES))
    assert said_by(tiny(**change))
    assert near("b", "a") in default(old.all) and near("a", "b") in default(old.asserted)


def test_only_the_newest_generations_are_kept(tiny: Tiny) -> None:
    for number in range(7):
        built = store.built(tiny(**{"data/d.ttl": f":a :b {number} ."}))
    assert len(generations()) == 4
    assert built.folder.name in generations()


def test_two_projects_do_not_touch_each_other(tiny: Tiny, tmp_path: Path) -> None:
    first = tiny(**FILES)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(first.root), str(copy)], check=True)
    folders = {store.built(first).folder.parent, store.built(Project(copy)).folder.parent}
    assert len(folders) == 2 and all(folder.is_dir() for folder in folders)


@pytest.mark.parametrize("damage", ["manifest.json", "all/CURRENT", "all"])
@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_a_damaged_build_is_said_and_built_again(tiny: Tiny, damage: str, how: str) -> None:
    project = tiny(**FILES)
    built = store.built(project)
    target, count = built.folder / damage, len(built.all)
    del built
    if target.is_dir():
        subprocess.run(["rm", "-r", str(target)], check=True)
    elif how == "missing":
        target.unlink()
    if how == "garbage":
        target.write_bytes(b"\xffgarbage")
    said = said_by(project)
    assert "is damaged" in said[0] and "building it again" in said[0]
    assert len(store.built(project).all) == count


def test_a_file_in_the_place_of_a_build_is_replaced(tiny: Tiny) -> None:
    project = tiny(**FILES)
    folder = store.built(project).folder
    subprocess.run(["rm", "-r", str(folder)], check=True)
    folder.write_text("in the way")
    assert "is damaged" in said_by(project)[0]
    assert folder.is_dir()


def test_a_cache_that_cannot_be_written_is_told_with_the_way_out(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tiny(**FILES)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ProjectError, match="cannot be written") as caught:
        store.built(project)
    assert "KG_CACHE" in caught.value.hint


def test_a_broken_source_leaves_nothing_behind(tiny: Tiny) -> None:
    with pytest.raises(SourceError, match=r"data/d\.ttl:1"):
        store.built(tiny(**{"data/d.ttl": ":a :b"}))
    assert generations() == []


def test_an_asserted_store_that_went_away_is_told(tiny: Tiny) -> None:
    built = store.built(tiny(**FILES))
    subprocess.run(["rm", "-r", str(built.folder)], check=True)
    with pytest.raises(ProjectError, match="is gone"):
        _ = built.asserted


def test_processes_that_build_at_once_all_end_well(tiny: Tiny) -> None:
    project = tiny(**FILES)
    command = [sys.executable, "-W", "error", "-c", BUILD, str(project.root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    counts = {process.communicate()[0].splitlines()[-1] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(counts) == 1
    assert len(generations()) == 1


def test_a_build_that_was_killed_is_cleared_away_and_never_used(tiny: Tiny) -> None:
    many = "".join(f'<http://e/{number}> <http://e/p> "{number}" .\n' for number in range(60_000))
    project = tiny(**{"data/many.nt": many})
    process = subprocess.Popen([sys.executable, "-c", BUILD, str(project.root)], stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(cache_folder().glob("*/.building-*/asserted")):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert [name[:10] for name in generations()] == [".building-"]

    said = said_by(project)
    assert "interrupted build left behind" in said[0]
    assert len(generations()) == 1
    assert store.built(project).manifest["counts"]["statements"] == 60_000


def test_the_build_of_a_living_process_is_left_alone(tiny: Tiny) -> None:
    project = tiny(**FILES)
    store.built(project)
    theirs = home() / f".building-{os.getppid()}-x"
    theirs.mkdir()
    tiny(**{"data/new.ttl": ":x :y :z ."})
    store.built(project)
    assert theirs.is_dir()


def test_the_manifest_is_the_same_bytes_in_every_build(tiny: Tiny) -> None:
    project = tiny(**FILES)
    manifest = store.built(project).folder / "manifest.json"
    first = manifest.read_bytes()
    subprocess.run(["rm", "-r", str(home())], check=True)
    store.built(project)
    assert manifest.read_bytes() == first
    assert list(json.loads(first)) == sorted(json.loads(first))
