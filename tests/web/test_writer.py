"""The writer: a generation made from the one before holds what one made of all files and changes would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.literals import stored_quad
from kg.reasoning.closure import reopen
from kg.web.changes import Change
from kg.web.writer import Writer
from tests.conftest import Tiny

ONTOLOGY = {"ontology/o.ttl": "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n:near a owl:SymmetricProperty ."}
# Alike in the stores and not in the sources, in named graphs and in the default graph, and what others follow from.
QUADS = """<http://e/a> <http://e/near> <http://e/b> .
<http://e/a> <http://e/near> <http://e/b> <http://e/graph/g> .
<http://e/a> <http://e/near> <http://e/b> <http://e/graph/h> .
<http://e/b> <http://e/near> <http://e/a> <http://e/graph/g> .
<http://e/a> <http://e/says> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/graph/g> .
<http://e/a> <http://e/says> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://e/a> <http://e/says> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/graph/data> .
<http://e/a> <http://www.w3.org/2002/07/owl#sameAs> <http://e/c> <http://e/graph/g> .
<http://e/near> <http://www.w3.org/2000/01/rdf-schema#domain> <http://e/C> .
_:x <http://e/near> <http://e/c> <http://e/graph/h> .
"""
ALL = [stored_quad(quad) for quad in ox.parse(QUADS, format=ox.RdfFormat.N_QUADS)]
STATED = ':a :says "01"^^<http://www.w3.org/2001/XMLSchema#integer>, "1"^^<http://www.w3.org/2001/XMLSchema#byte> . :c :near :d .'
WITHOUT = ("files", "made_by", "prefixes_by_file")


def content(folder: Path) -> tuple[object, ...]:
    """All that a generation says."""
    stores = [sorted(map(str, ox.Store.read_only(str(folder / name)))) for name in ("all", "asserted")]
    manifest = json.loads((folder / "manifest.json").read_text())
    closed = reopen(folder / "closure.duckdb").ntriples()
    own = sorted((folder / "default.nt").read_text().splitlines())
    return (*stores, own, closed, {key: value for key, value in manifest.items() if key not in WITHOUT})


def made_anew(root: Path, data: Path) -> tuple[object, ...]:
    """What a writer makes that has only the log."""
    beside = data.with_suffix(".beside")
    beside.mkdir()
    shutil.copyfile(data / "changes.log", beside / "changes.log")
    with closing(Writer(root, beside)) as writer:
        return content(writer.present())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(range(len(ALL))), min_size=1, max_size=4), min_size=1, max_size=4))
def test_changes_one_after_another_are_as_if_made_at_once(tmp_path: Path, tiny: Tiny, changes: list[set[int]]) -> None:
    # A folder of its own for each run: DuckDB remembers how a file was opened.
    root, data = tiny(**{**ONTOLOGY, "data/d.ttl": STATED}).root, Path(mkdtemp(dir=tmp_path))
    writer = Writer(root, data)
    there = {stored_quad(quad) for quad in ox.Store.read_only(str(writer.present() / "asserted"))}
    there = {quad for quad in there if quad.graph_name != ox.DefaultGraph()}
    for chosen in changes:
        turned = {ALL[at] for at in chosen}
        folder = writer.change(Change.of(turned & there, turned - there))
        there ^= turned
    writer.close()
    assert content(folder) == made_anew(root, data)
    exact = {quad for quad in ox.Store.read_only(str(folder / "asserted")) if quad.graph_name != ox.DefaultGraph()}
    assert exact == {quad for quad in there if quad.graph_name != ox.DefaultGraph()}


@pytest.fixture
def opened(tmp_path: Path, tiny: Tiny) -> Iterator[tuple[Writer, Path, Path]]:
    root = tiny(**{**ONTOLOGY, "data/d.ttl": STATED}).root
    with closing(Writer(root, tmp_path / "data")) as writer:
        yield writer, root, writer.present()


def says(folder: Path, pattern: str) -> bool:
    return bool(ox.Store.read_only(str(folder / "all")).query(f"PREFIX : <http://e/> ASK {{ {pattern} }}"))


def test_whoever_edits_a_file_meanwhile_sees_it_with_the_next_change(opened: tuple[Writer, Path, Path]) -> None:
    writer, root, _ = opened
    (root / "data/d.ttl").write_text("<http://e/x> <http://e/near> <http://e/y> .")
    folder = writer.change(Change.of([], ALL[:1]))
    assert says(folder, ":y :near :x . :b :near :a")
    assert not says(folder, ":d :near :c")


def test_a_generation_that_is_gone_is_made_anew(opened: tuple[Writer, Path, Path]) -> None:
    writer, _, newest = opened
    shutil.rmtree(newest)
    assert says(writer.change(Change.of([], ALL[:1])), ":b :near :a . :d :near :c")


def test_a_generation_that_is_damaged_is_made_anew(opened: tuple[Writer, Path, Path]) -> None:
    writer, _, newest = opened
    with (newest / "closure.duckdb").open("r+b") as file:
        file.truncate(1000)
    assert says(writer.change(Change.of([], ALL[:1])), ":b :near :a . :d :near :c")
