"""A closed graph as a file: what comes back is what was closed, and a file that is none is refused in words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kg import sources
from kg.errors import SourceError
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.reasoning import closure
from kg.reasoning.closure import reopen
from kg.reasoning.rules import read
from tests.test_proofs import holds_good, one
from tests.test_reasoning import ntriples

SAME = ":a :key 1 . :b :key 1 . :key a owl:InverseFunctionalProperty . :a :p :c"
CLASH = ":A owl:disjointWith :B . :x a :A , :B"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "closed.duckdb"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("turtle", [SAME, CLASH, ""])
def test_a_reopened_closure_says_what_the_closed_one_said(turtle: str, full: bool, file: Path) -> None:
    closed = closure.close(ntriples(f"{turtle} ." if turtle else ""), full=full)
    closed.save(file)
    again = reopen(file)
    assert again.ntriples() == closed.ntriples()
    assert (again.asserted, again.inferred, again.clashes) == (closed.asserted, closed.inferred, closed.clashes)
    assert bool(again.clashes) == (turtle == CLASH)


def test_a_reopened_closure_proves_through_what_is_the_same(file: Path) -> None:
    closure.close(ntriples(f"{SAME} ."), full=False).save(file)
    again = reopen(file)
    assert holds_good(again.proof(one(":b :p :c")), again)


def test_a_reopened_closure_knows_the_rules_that_were_used_besides(file: Path) -> None:
    own = list(read("mirror if ?x schema:near ?y then ?y schema:near ?x", WELL_KNOWN, "own.rules"))
    near = ntriples(":a <https://schema.org/near> :b .")
    closure.close(near, full=False, more_rules=own).save(file)
    proof = reopen(file, more_rules=own).proof(one(":b <https://schema.org/near> :a"))
    assert proof and proof.rule == "mirror"


def test_two_readers_share_a_file(file: Path) -> None:
    closure.close(ntriples(f"{SAME} ."), full=False).save(file)
    assert reopen(file).inferred == reopen(file).inferred


def test_the_flagship_comes_back(flagship: KnowledgeGraph, file: Path) -> None:
    lines = b"".join(f"{quad.triple} .\n".encode() for quad in sources.read(flagship.project).quads)
    closed = closure.close(lines, full=False)
    closed.save(file)
    again = reopen(file)
    assert again.ntriples() == closed.ntriples() and len(again.inferred) > 1000


@pytest.mark.parametrize("content", [b"", b"no database at all"])
def test_a_file_that_is_no_closed_graph_is_refused(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(SourceError, match="no closed graph of this version"):
        reopen(file)


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(SourceError, match="no closed graph"):
        reopen(file)


def test_saving_replaces_a_file_whole(file: Path) -> None:
    file.write_bytes(b"older")
    closure.close(ntriples(":a :p :b ."), full=False).save(file)
    assert len(reopen(file).asserted) == 1
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def rows(file: Path) -> int:
    """How many rows of triples and of what is the same a saved closure holds."""
    with duckdb.connect(str(file), read_only=True) as database:
        counts = [database.execute(f"select count(*) from {table}").fetchall()[0][0] for table in ("T", "X", "eq", "rep")]
    return int(sum(counts))


@pytest.mark.parametrize("names", [100, 1000])
def test_a_chain_of_names_for_one_thing_is_stored_in_about_as_many_rows(names: int, file: Path) -> None:
    closed = closure.close(ntriples(" ".join(f":n{at} owl:sameAs :n{at + 1} ." for at in range(names))), full=False)
    closed.save(file)
    assert rows(file) <= 2 * names + 2


def test_all_pairs_of_two_hundred_names_are_stored_once_each(file: Path) -> None:
    pairs = " ".join(f":n{one} owl:sameAs :n{other} ." for one in range(200) for other in range(one))
    closed = closure.close(ntriples(f"{pairs} " + " ".join(f":n{at} :p :v{at} ." for at in range(200))), full=False)
    closed.save(file)
    assert rows(file) <= 200 * 199 // 2 + 3 * 200 + 2
    assert len(closed.inferred) == 200 * 199 // 2 + 200 * 199
