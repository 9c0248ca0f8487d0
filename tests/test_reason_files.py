"""`kg reason`: any files in, the closure out, whole or not at all."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli import cli
from kg.errors import KGError, SourceError, UsageError
from kg.reasoning import close
from kg.reasoning.database import Database, connect
from kg.reasoning.loading import load
from kg.reasoning.scratch import temporary_file
from tests.conftest import HEADER
from tests.test_reasoning import ntriples

TURTLE = ":p a owl:SymmetricProperty . :a :p :b ; :says 'x\\ty', 'ü'@EN-gb ; :q [ :p :c ] ."


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["reason", *map(str, arguments)])


def written(folder: Path, name: str, turtle: str = TURTLE) -> Path:
    file = folder / name
    text = ntriples(turtle) if ".nt" in name.lower() else f"{HEADER}{turtle}".encode()
    file.write_bytes(gzip.compress(text) if name.lower().endswith(".gz") else text)
    return file


@pytest.mark.parametrize("name", ["g.nt", "g.ttl", "g.ttl.gz", "g.nt.gz", "g.NT.GZ", "g.trig"])
@pytest.mark.parametrize("engine", ["duckdb", "owlrl"])
def test_a_file_is_closed(tmp_path: Path, name: str, engine: str) -> None:
    result = run(written(tmp_path, name), "-o", tmp_path / "out.nt", "--engine", engine)
    assert result.exit_code == 0, result.output
    lines = (tmp_path / "out.nt").read_text(encoding="utf-8").splitlines()
    assert "<http://e/b> <http://e/p> <http://e/a> ." in lines
    assert len(lines) == len(set(lines)) == len(close(ntriples(TURTLE)).ntriples().splitlines())


def test_several_files_are_closed_together_and_their_blank_nodes_kept_apart(tmp_path: Path) -> None:
    one = written(tmp_path, "one.ttl", ":p a owl:FunctionalProperty . _:x :p :a .")
    two = written(tmp_path, "two.ttl", "_:x :p :b .")
    assert run(one, two, "-o", tmp_path / "out.nt").exit_code == 0
    assert "sameAs" not in (tmp_path / "out.nt").read_text()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.ttl", "<#p> a <http://www.w3.org/2002/07/owl#SymmetricProperty> . <> <#p> <other> ."),
        (
            "g.owl",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
            '<rdf:Description rdf:about=""><e:p rdf:resource="other"/></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_a_relative_iri_is_relative_to_its_file(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    result = run(file, "-o", tmp_path / "out.nt")
    assert result.exit_code == 0, result.output
    assert f"<{file.as_uri()}>" in (out := (tmp_path / "out.nt").read_text())
    assert f"<{tmp_path.as_uri()}/other>" in out


def test_a_contradiction_is_told_and_exits_with_1(tmp_path: Path) -> None:
    result = run(written(tmp_path, "g.ttl", ":p a owl:IrreflexiveProperty . :a :p :a ."), "-o", tmp_path / "out.nt")
    assert result.exit_code == 1
    assert "prp-irp" in result.output
    assert "  <http://e/a> <http://e/p> <http://e/a> ." in result.output
    assert (tmp_path / "out.nt").exists()


def test_each_round_is_told(tmp_path: Path) -> None:
    assert "round 1:" in run(written(tmp_path, "g.nt"), "-o", tmp_path / "out.nt").output


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("g.nt", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", SourceError),
        ("g.ttl", b"<urn:a> <urn:b> ", SourceError),
        ("g.nt", b'<urn:a> <urn:b> "\xff" .\n', SourceError),
        ("g.ttl.gz", gzip.compress(b"<urn:a> <urn:b> <urn:c> .", mtime=0)[:-12], SourceError),
        ("g.txt", b"", UsageError),
    ],
)
def test_bad_input_is_told_and_an_old_output_stays(tmp_path: Path, name: str, content: bytes, error: type[KGError]) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "out.nt").write_text("old")
    result = run(tmp_path / name, "-o", tmp_path / "out.nt")
    assert isinstance(result.exception, error)
    assert (tmp_path / "out.nt").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted({name, "out.nt"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "nowhere/out.nt"], "there is no folder nowhere"),
        (["-o", "."], ". is a folder"),
        (["-o", "out.ttl"], "out.ttl is to hold N-Triples"),
        (["-o", "out.nt", "--memory", "99999999999999TB"], "is no amount of memory"),
        (["-o", "out.nt", "--memory", "much"], "'much' is no amount of memory"),
        (["-o", "out.nt", "--engine", "magic"], "there is no engine 'magic'"),
    ],
)
def test_what_is_asked_wrongly_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        raise run(written(tmp_path, "g.nt"), *arguments).exception or AssertionError
    assert [file.name for file in tmp_path.iterdir()] == ["g.nt"]


def test_broken_triples_are_told_at_their_file(tmp_path: Path) -> None:
    file = tmp_path / "g.nt"
    file.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n")
    error = run(file, "-o", tmp_path / "out.nt").exception
    assert isinstance(error, SourceError)
    assert str(error.place).startswith(f"{file}:2:")


@pytest.mark.parametrize("engine", ["duckdb", "owlrl"])
def test_an_output_called_gz_is_compressed(tmp_path: Path, engine: str) -> None:
    source = written(tmp_path, "g.nt")
    assert run(source, "-o", tmp_path / "out.nt", "--engine", engine).exit_code == 0
    assert run(source, "-o", tmp_path / "out.nt.gz", "--engine", engine).exit_code == 0
    plain = (tmp_path / "out.nt").read_bytes()
    assert sorted(gzip.decompress((tmp_path / "out.nt.gz").read_bytes()).splitlines()) == sorted(plain.splitlines())


def test_what_is_no_ordinary_file_is_not_written_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "out.nt")
    error = run(written(tmp_path, "g.nt"), "-o", tmp_path / "out.nt").exception
    assert isinstance(error, UsageError)
    assert "is no ordinary file" in str(error)
    assert (tmp_path / "out.nt").is_fifo()


def test_an_output_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.nt").write_text("old")
    (tmp_path / "out.nt").symlink_to("real.nt")
    assert run(written(tmp_path, "g.nt"), "-o", tmp_path / "out.nt").exit_code == 0
    assert (tmp_path / "out.nt").is_symlink()
    assert "<http://e/b> <http://e/p> <http://e/a> ." in (tmp_path / "real.nt").read_text()


_SUBJECTS = ["<urn:a>", "<urn:a%20b>", "_:b", "_:b.c", "<urn:ü>", "<urn:\\u00fc>"]
_OBJECTS = [
    *_SUBJECTS,
    *(
        '"x"',
        '"x y ."',
        '"a\\\\tb"',
        '"\\u00e9 é"',
        '"tab\tinside"',
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"x"@EN-gb',
        '"> <"',
    ),
    *(
        '"x"^^<http://www.w3.org/2001/XMLSchema#string>',
        '"x . # y"@ja',
        '"\\u0001"',
        '"\\"q\\" ."',
        '<<( <urn:a> <urn:p> "x y" )>>',
    ),
]
_GAPS = st.sampled_from([" ", " ", " ", "\t", "  ", ""])
_LINES = st.one_of(
    st.tuples(
        st.sampled_from(["", "", " "]),
        st.sampled_from(_SUBJECTS),
        _GAPS,
        st.sampled_from(["<urn:p>", "<urn:p%20>"]),
        _GAPS,
        st.sampled_from(_OBJECTS),
        st.sampled_from([" .", " .", " .", ".", " . ", " . # said .", "\t."]),
    ).map("".join),
    st.sampled_from(["", "# a remark .", "#", "   "]),
)


def read(text: bytes) -> set[ox.Triple]:
    """The triples that the database takes from a file."""
    loaded = Database(connect())
    loaded.create()
    with temporary_file(text) as file:
        number = load(loaded, file)
    joins = " ".join(f"join term {name}_ on {name}_.id = {name}" for name in "spo")
    lines = [f"{s} {p} {o} ." for s, p, o in loaded.run(f"select s_.t, p_.t, o_.t from given {joins}")]
    assert len(lines) == number
    texts = dict(loaded.run("select t, id from term"))
    assert loaded.known([*texts, "<urn:unknown>"]) == texts
    return {quad.triple for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(_LINES, max_size=6),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["hash({})", "strlen({})"]),
)
def test_lines_laid_out_in_any_way_are_read_as_the_parser_reads_them(
    lines: list[str], end: str, ended: bool, hashed: str
) -> None:
    """Where two terms have the same hash, too: as if it were a text's length."""
    text = (end.join(lines) + (end if ended else "")).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "hashed", hashed.format)
        assert read(text) == {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}
