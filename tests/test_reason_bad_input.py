"""`kg reason` on bad days: what goes wrong is told in words, the old output stays, and nothing is left behind."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from tests.program import PATIENCE, Run, run, start

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
TRANSITIVE = f"<urn:p> <{RDF}type> <{OWL}TransitiveProperty> .\n"


def links(number: int) -> str:
    """Chains of forty links, of each of which follows a triple for every pair of its nodes."""
    return "".join(f"<urn:n{at}> <urn:p> <urn:n{at + 1}> .\n" for at in range(number) if at % 40)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an old output, in which work is done, and temporary files are kept."""
    (tmp_path / "work/spill").mkdir(parents=True)
    (tmp_path / "work/out.nt").write_text("old\n")
    return tmp_path / "work"


def reason(place: Path, content: str | bytes, *options: str, name: str = "given.nt") -> Run:
    (place / name).write_bytes(content.encode() if isinstance(content, str) else content)
    env = {"TMPDIR": str(place / "spill")}
    return run("reason", name, "-o", "out.nt", *options, cache=place.parent / "cache", cwd=place, env=env)


def refused(place: Path, found: Run, *said: str, code: int = 2) -> None:
    """It was told, without a traceback; the old output is there, and nothing besides what was given."""
    assert found.code == code, found
    assert "Traceback" not in found.err
    assert [each for each in said if each not in found.err] == [], found.err
    assert (place / "out.nt").read_text() == "old\n"
    assert [*(place / "spill").iterdir()] == []
    assert sorted(each.name.partition(".")[0] for each in place.iterdir()) == ["given", "out", "spill"]


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        (f"<urn:c> <{OWL}unionOf> _:l .\n_:l <{RDF}first> <urn:d> .\n_:l <{RDF}rest> _:l .\n", "it runs in a circle"),
        (
            f"<urn:c> <{OWL}intersectionOf> _:l .\n_:l <{RDF}first> <urn:d> .\n_:l <{RDF}rest> <urn:nowhere> .\n",
            "it has no end",
        ),
        (f"<urn:c> <{OWL}intersectionOf> _:l .\n_:l <{RDF}rest> <{RDF}nil> .\n", "it has no members in one place"),
        (f'<urn:c> <{OWL}hasKey> "no list" .\n', "it is no list"),
        (f"<urn:p> <{OWL}propertyChainAxiom> <{RDF}nil> .\n", ""),
    ],
    ids=["circle", "no end", "no member", "no list", "empty"],
)
def test_a_malformed_list_is_told_says_nothing_and_harms_nothing(place: Path, lists: str, told: str) -> None:
    found = reason(
        place,
        f"{lists}<urn:x> <{RDF}type> <urn:d> .\n<urn:s> <{RDF}type> <{OWL}SymmetricProperty> .\n<urn:a> <urn:s> <urn:b> .\n",
    )
    assert found.code == 0, found
    warnings = [line for line in found.err.splitlines() if "warning" in line]
    assert [line.rpartition(" : ")[2] for line in warnings] == ([told] if told else [])
    assert all(line.startswith("kg: warning: no rule can use the list of <urn:c> <") for line in warnings)
    closed = (place / "out.nt").read_text()
    assert "<urn:b> <urn:s> <urn:a> ." in closed
    assert f"<urn:x> <{RDF}type> <urn:c>" not in closed


def test_ill_typed_literals_are_contradictions_and_stay_as_written(place: Path) -> None:
    literal = '"abc"^^<http://www.w3.org/2001/XMLSchema#integer>'
    found = reason(place, f"<urn:a> <urn:p> {literal} .\n")
    assert found.code == 1
    assert "dt-not-type" in found.err
    assert (place / "out.nt").read_text() == f"<urn:a> <urn:p> {literal} .\n"


def test_an_empty_file_has_an_empty_closure(place: Path) -> None:
    assert reason(place, "").code == 0
    assert (place / "out.nt").read_text() == ""


def test_a_truncated_file_is_told_with_its_line(place: Path) -> None:
    refused(place, reason(place, f"{TRANSITIVE}<urn:a> <urn:p> <ur"), "given.nt:2:")


@pytest.mark.parametrize("name", ["given.nt.gz", "given.ttl.gz"])
def test_a_truncated_compressed_file_is_told(place: Path, name: str) -> None:
    packed = gzip.compress((TRANSITIVE + links(5000)).encode())
    refused(place, reason(place, packed[: len(packed) // 2], name=name), name, "is the file whole?")


@pytest.mark.parametrize("name", ["given.nt.gz", "given.ttl.gz"])
def test_a_damaged_compressed_file_is_told(place: Path, name: str) -> None:
    packed = gzip.compress((TRANSITIVE + links(5000)).encode())
    middle = len(packed) // 2
    refused(place, reason(place, packed[:middle] + bytes(64) + packed[middle + 64 :], name=name), name)


def test_a_file_of_another_format_is_told(place: Path) -> None:
    refused(place, reason(place, b"\x89PNG\r\n\x1a\n\x00\x00"), "given.nt")


def test_a_memory_limit_that_is_too_small_is_told(place: Path) -> None:
    found = reason(place, TRANSITIVE + links(40_000), "--memory", "10MB")
    refused(place, found, "the memory is not enough", "--memory")


@contextmanager
def full_disk() -> Iterator[None]:
    """A limit on the size of files stands in for the disk: a write fails in the same place."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        signal.signal(signal.SIGXFSZ, before)


def started(place: Path, content: str, *options: str, name: str = "given.nt") -> Popen[bytes]:
    (place / name).write_text(content)
    env = {"TMPDIR": str(place / "spill")}
    # Ctrl-C means what it does in a terminal, also where the tests run in the background.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return start("reason", name, "-o", "out.nt", *options, cache=place.parent / "cache", cwd=place, env=env)
    finally:
        signal.signal(signal.SIGINT, before)


def ended(process: Popen[bytes]) -> Run:
    with process:
        _, err = process.communicate(timeout=PATIENCE)
    return Run(process.returncode, "", err.decode())


# 90 MB are enough for this, but not without the disk.
MANY = TRANSITIVE + links(200_000)
SPILLING = ("--memory", "90MB")
TURTLE = f"@prefix : <urn:> .\n{MANY}"


@pytest.mark.parametrize(
    ("content", "name", "options"),
    [(TRANSITIVE + links(20_000), "given.nt", ()), (TURTLE, "given.ttl", ()), (MANY, "given.nt", SPILLING)],
    ids=["writing", "converting", "spilling"],
)
def test_a_full_disk_is_told(place: Path, content: str, name: str, options: tuple[str, ...]) -> None:
    (place / name).write_text(content)
    with full_disk():
        process = start(
            *("reason", name, "-o", "out.nt", *options),
            cache=place.parent / "cache",
            cwd=place,
            env={"TMPDIR": str(place / "spill")},
        )
    refused(place, ended(process), "see to the file, the folder or the disk")


# When a run is ended: what is there by then, and the options with which it comes to that.
MOMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "reasoning": ("spill/kg-reason-*", ()),
    "spilling": ("spill/kg-reason-*/spill/*.tmp", SPILLING),
    "writing": (".out.nt.*.part", ()),
}


def come_to(moment: str, place: Path) -> Popen[bytes]:
    """A run that has come to a moment."""
    sign, options = MOMENTS[moment]
    process = started(place, MANY, *options)
    assert process.stderr
    assert process.stderr.readline().startswith(b"round 0")
    while not [*place.glob(sign)]:
        assert process.poll() is None, f"it is over, and nobody saw it {moment}"
        time.sleep(0.001)
    return process


@pytest.mark.parametrize("signalled", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupted_run_leaves_nothing_half_written(place: Path, moment: str, signalled: signal.Signals) -> None:
    process = come_to(moment, place)
    os.killpg(process.pid, signalled)
    found = ended(process)
    assert found.code in (128 + signalled, -signalled), found
    refused(place, Run(2, "", found.err))


@pytest.mark.parametrize("signalled", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_ends_a_run_again_and_again_does_not_end_its_clearing_away(place: Path, signalled: signal.Signals) -> None:
    process = come_to("spilling", place)
    while process.poll() is None:
        os.killpg(process.pid, signalled)
        time.sleep(0.001)
    found = ended(process)
    assert found.code in (128 + signalled, -signalled), found
    refused(place, Run(2, "", found.err))


@pytest.mark.parametrize("moment", ["spilling", "writing"])
def test_what_a_killed_run_leaves_is_removed_by_the_next(place: Path, moment: str) -> None:
    process = come_to(moment, place)
    os.killpg(process.pid, signal.SIGKILL)
    ended(process)
    assert [*place.glob(MOMENTS[moment][0])] != []
    assert reason(place, TRANSITIVE).code == 0
    assert [*(place / "spill").iterdir()] == []
    assert sorted(each.name for each in place.iterdir()) == ["given.nt", "out.nt", "spill"]


def test_the_output_may_be_the_input(place: Path) -> None:
    (place / "out.nt").write_text(f"{TRANSITIVE}<urn:a> <urn:p> <urn:b> .\n<urn:b> <urn:p> <urn:c> .\n")
    found = run("reason", "out.nt", "-o", "out.nt", cache=place.parent / "cache", cwd=place)
    assert found.code == 0
    assert "<urn:a> <urn:p> <urn:c> ." in (place / "out.nt").read_text()
