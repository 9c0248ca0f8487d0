"""What a confined process can still do, tried in processes of their own; and graphs that are read from the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kg.web import children
from tests.program import ROOT, project
from tests.web.serving import serving

TRY = """
import os, socket, subprocess, sys, threading
from pathlib import Path
import duckdb, pyoxigraph as ox
from kg.web import confinement
from kg.web.jobs import Confinement

def can(name, attempt):
    try:
        attempt()
        print(name)
    except Exception:
        pass

confinement.confine(Confinement(sys.argv[1]), [Path(each) for each in sys.argv[2:4]])
can("compute", lambda: ox.Store().query("ASK { FILTER(1 + 1 = 2) }"))
can("thread", lambda: threading.Thread(target=int).start())
can("read the graph", lambda: Path(sys.argv[2], "d").read_bytes())
can("list the graph", lambda: os.listdir(sys.argv[2]))
can("read another file", lambda: Path(sys.argv[4]).read_bytes())
can("read a secret", lambda: Path("/root").stat() and os.listdir("/root"))
can("write", lambda: Path(sys.argv[2], "new").write_bytes(b""))
can("overwrite", lambda: Path(sys.argv[2], "d").write_bytes(b""))
can("remove", lambda: Path(sys.argv[2], "d").unlink())
can("make a folder", lambda: Path(sys.argv[2], "f").mkdir())
can("connect", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[5]))))
can("listen", lambda: socket.create_server(("127.0.0.1", 0)))
can("pair", socket.socketpair)
can("start", lambda: subprocess.run(["true"]))
can("fork", os.fork)
can("signal its parent", lambda: os.kill(os.getppid(), 0))
can("signal itself", lambda: os.kill(os.getpid(), 0))
can("import", lambda: __import__("tarfile"))
if sys.argv[1] != "query":
    can("prove", lambda: duckdb.connect(sys.argv[3] + "/x.duckdb", read_only=True).execute("select 1").fetchall())
"""
HARMLESS = {"compute", "thread", "signal itself"}


def abilities(tmp_path: Path, kind: str, *, readable: bool = True) -> set[str]:
    """What can be done under a confinement, in the folder of a graph and beside it."""
    import socket

    import duckdb

    folder = tmp_path / "graph"
    folder.mkdir()
    (folder / "d").write_bytes(b"x")
    (tmp_path / "other").write_bytes(b"x")
    duckdb.connect(str(folder / "x.duckdb")).close()
    where = [str(folder), str(folder)] if readable else []
    script = TRY if readable else TRY.replace("[Path(each) for each in sys.argv[2:4]]", "[]")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = [kind, *(where or [str(folder)] * 2), str(tmp_path / "other"), str(listening.getsockname()[1])]
        command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr
    assert (folder / "d").read_bytes() == b"x" and not (folder / "new").exists()
    return set(ended.stdout.splitlines())


def test_a_query_reaches_neither_files_nor_network_nor_other_processes(tmp_path: Path) -> None:
    assert abilities(tmp_path, "query", readable=False) == HARMLESS


def test_a_query_over_a_stored_graph_reads_that_and_nothing_else(tmp_path: Path) -> None:
    assert abilities(tmp_path, "query") == HARMLESS | {"read the graph", "list the graph"}


def test_other_jobs_read_the_project_and_the_program(tmp_path: Path) -> None:
    assert abilities(tmp_path, "project") == HARMLESS | {"read the graph", "list the graph", "prove", "import"}


def test_only_queries_of_allowed_endpoints_reach_the_network(tmp_path: Path) -> None:
    found = abilities(tmp_path, "endpoints")
    assert found - {"listen", "pair"} == HARMLESS | {"read the graph", "list the graph", "prove", "import", "connect"}


@pytest.mark.parametrize("arguments", [[], ["--in-memory", "0"]], ids=["memory", "disk"])
def test_a_graph_answers_the_same_from_memory_and_from_disk(tmp_path: Path, arguments: list[str]) -> None:
    facts = "".join(f"<http://e/id/n{n}> <http://e/o#near> <http://e/id/n{n + 1}> .\n" for n in range(3000))
    root = project(tmp_path / "project", {"data/many.nt": facts})
    with serving("--workers", "2", *arguments, cache=tmp_path / "cache", root=root) as server:
        assert server.rows("SELECT (COUNT(*) AS ?n) { ?s <http://e/o#near> ?o }") == [("6002",)]
        assert server.rows("SELECT (COUNT(*) AS ?n) { ?s <http://e/o#near> ?o }", asserted="1") == [("3001",)]
        assert server.ask("SELECT * { SERVICE <http://127.0.0.1:9> { ?s ?p ?o } }").status_code == 400
        assert server.ask("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f } ORDER BY ?f", "text/csv").status_code == 503
        assert server.get("/why?s=id:osaka&p=o:near&o=id:tokyo").status_code == 200


def test_a_graph_on_disk_is_not_written_to(tmp_path: Path) -> None:
    from tests.program import run

    arguments = ("serve", "--port", "0", "--writable", "--data", tmp_path / "data", "--in-memory", "0")
    ended = run("-C", project(tmp_path / "project"), *arguments, cache=tmp_path / "cache")
    assert ended.code == 2
    assert "too large to be written" in ended.err and "--in-memory" in ended.err


def test_a_child_that_was_killed_tells_nothing_of_its_work() -> None:
    """Who waited for it ends, too, and is started again; other ends are what they are."""
    assert children.exit_code(os.posix_spawnp("false", ["false"], {})) == 1
    child = os.posix_spawnp("sleep", ["sleep", "100"], {})
    os.kill(child, signal.SIGKILL)
    with pytest.raises(SystemExit):
        children.exit_code(child)
