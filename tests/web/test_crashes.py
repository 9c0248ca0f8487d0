"""Any process may be killed at any moment: what was acknowledged is there, no half of a change is, and it goes on by itself."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx
import pytest

import kg.project
from kg import store
from kg.web.fleet import Fleet, Gone, Worker
from kg.web.jobs import Confinement
from kg.web.limits import Limits
from kg.web.pool import Pool
from kg.web.shares import Bounds, Shares
from kg.web.template import Description
from tests.program import PATIENCE, project
from tests.web.serving import Server, descendants, eventually, is_healthy, run_apart, serving, worked

KINDS = ("server", "template", "worker", "writer")
PLACES = "SELECT ?o { <http://e/id/tokyo> <http://e/o#near> ?o }"
OSAKA = [("http://e/id/osaka",)]
# Of every process, and of any of them by chance, at any moment.
CHANGES = {"writer": 10, "server": 10, "template": 10, "any": 100}
# Run when an interpreter starts: the next server ends before it has read anything.
DIES_AT_ONCE = """import os, signal, sys
if "kg.web.server" in sys.orig_argv and os.path.exists(os.environ["DIES"]):
    os.remove(os.environ["DIES"])
    os.kill(os.getpid(), signal.SIGKILL)
"""
PAIRS = "SELECT ?n ?a ?b { GRAPH <urn:a> { ?n <urn:p> ?a } OPTIONAL { GRAPH <urn:b> { ?n <urn:p> ?b } } }"


def answers(server: Server) -> bool:
    """Whether it answers as it should; a connection that broke is no answer."""
    try:
        return server.ask(PLACES, "text/csv").text == "o\r\nhttp://e/id/osaka\r\n"
    except httpx.TransportError:
        return False


async def has_ended(worker: Worker) -> None:
    with pytest.raises(Gone):
        await worker.next()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_workers_that_are_killed_are_replaced_and_their_queries_asked_again(writable: Server) -> None:
    # One more than can be at work stands ready.
    eventually(lambda: len(writable.processes()["worker"]) == 2 + 1)
    before = writable.processes()["worker"]
    for number, pid in enumerate(before):
        kill(pid)
        assert writable.rows(f"{PLACES} # {number}") == OSAKA
    assert not set(before) & set(writable.processes()["worker"])


def test_a_query_whose_worker_is_killed_is_asked_again(writable: Server) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    found: list[list[tuple[str, ...]]] = []
    asking = threading.Thread(target=lambda: found.append(writable.rows(text)))
    asking.start()
    kill(max(writable.processes()["worker"], key=worked))
    asking.join(PATIENCE)
    (rows,) = found
    assert int(rows[0][0]) > 0


def test_a_template_that_is_killed_is_replaced(writable: Server) -> None:
    (before,) = writable.processes()["template"]
    kill(before)
    assert writable.rows(PLACES) == OSAKA
    eventually(lambda: len(writable.processes()["template"]) == 1)
    assert writable.processes()["template"] != [before]


def test_a_server_that_is_killed_comes_back_at_the_same_address_and_leaves_nobody_behind(writable: Server) -> None:
    before = writable.processes()
    kill(before["server"][0])
    eventually(lambda: answers(writable))
    left = {pid for kind in KINDS for pid in before[kind]}
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
    assert "starting it again" in writable.said()


def test_a_server_that_is_killed_before_it_has_read_what_to_serve_is_started_again(tmp_path: Path) -> None:
    """What it is told here is longer than a pipe holds, so that it is still being told when it dies."""
    (tmp_path / "sitecustomize.py").write_text(DIES_AT_ONCE)
    endpoints = [part for number in range(1000) for part in ("--endpoints", f"http://127.0.0.1/{number:0100}")]
    env = {"PYTHONPATH": str(tmp_path), "DIES": str(tmp_path / "dies")}
    with serving(*endpoints, cache=tmp_path / "cache", root=project(tmp_path / "project"), env=env) as server:
        (tmp_path / "dies").touch()
        kill(server.processes()["server"][0])
        eventually(lambda: answers(server))
        assert not (tmp_path / "dies").exists()
        assert server.said().count("starting it again") == 2


def test_who_asks_for_the_end_while_the_server_is_started_again_is_obeyed(writable: Server) -> None:
    kill(writable.processes()["server"][0])
    eventually(lambda: "starting it again" in writable.said())
    assert writable.stop() == 0


def test_a_server_that_is_killed_while_the_project_is_broken_comes_back_when_it_is_mended(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    with serving(cache=tmp_path / "cache", root=root) as server:
        sound = (root / "data/d.trig").read_bytes()
        (root / "data/d.trig").write_bytes(b"<http://e/a> <http://e/b>")
        kill(server.processes()["server"][0])
        eventually(lambda: "data/d.trig:1" in server.said())
        (root / "data/d.trig").write_bytes(sound)
        eventually(lambda: answers(server))


def test_a_server_waits_for_the_writer_of_one_that_was_killed(tmp_path: Path) -> None:
    root, data = project(tmp_path / "project"), tmp_path / "data"
    data.mkdir()
    with (data / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(3, lock.close).start()
        with serving("--writable", "--no-token", "--data", data, cache=tmp_path / "cache", root=root) as server:
            assert change(server, 1)


def test_a_child_that_is_killed_while_it_loads_a_generation_is_no_fault_of_that(writable: Server) -> None:
    known = set(descendants(writable.process.pid))
    is_over, killed = threading.Event(), 0

    def killing() -> None:
        nonlocal killed
        while not is_over.is_set():
            for template in set(writable.processes()["template"]) - known:
                if killed < 3 and (loading := descendants(template)):
                    known.add(template)
                    with suppress(ProcessLookupError):
                        kill(loading[0])
                        killed += 1

    killer = threading.Thread(target=killing)
    killer.start()
    try:
        assert all(change(writable, number) for number in range(3))
    finally:
        is_over.set()
        killer.join()
    assert killed == 3
    assert len(writable.rows(PAIRS)) == 3
    assert "Traceback" not in writable.said()


def test_a_template_that_ends_before_it_is_served_from_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    where = kg.project.at(project(tmp_path / "project"))
    folder = store.built(where).folder
    described = Description(str(where.root), str(folder), Limits(), confined=True, exact=False, in_memory=1000)
    forked, fork = list[Worker](), Fleet.fork

    async def fork_then_die(fleet: Fleet, confinement: Confinement) -> Worker:
        forked.append(await fork(fleet, confinement))
        if len(forked) == 1:
            fleet.close()
        return forked[-1]

    async def run() -> bool:
        pool = Pool(described, Shares(Bounds(2, 2, 2, 2), 60), lambda _: None)
        await pool.publish(folder)
        await has_ended(forked[0])
        async with pool.hired() as worker:
            is_usable = worker.is_usable
        await pool.close()
        for each in forked:
            await has_ended(each)
        return is_usable

    monkeypatch.setattr(Fleet, "fork", fork_then_die)
    assert run_apart(run())


def test_the_end_of_the_program_is_the_end_of_all_its_processes(writable: Server) -> None:
    everything = [pid for pids in writable.processes().values() for pid in pids]
    assert len(everything) >= 6
    kill(writable.process.pid)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everything))


@pytest.mark.parametrize("send", [os.kill, os.killpg])
def test_sigterm_ends_it_when_the_running_requests_are_answered(writable: Server, send: Callable[[int, int], None]) -> None:
    """Whether it is sent to the program or to all of its processes, as a shell does."""
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    found: list[list[tuple[str, ...]]] = []
    asking = threading.Thread(target=lambda: found.append(writable.rows(text)))
    asking.start()
    eventually(lambda: "kg_running" in writable.get("/-/metrics").text)
    everything = [pid for pids in writable.processes().values() for pid in pids]
    send(writable.process.pid, signal.SIGTERM)
    assert writable.process.wait(PATIENCE) == 0
    asking.join(PATIENCE)
    assert len(found) == 1
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everything))
    assert "Traceback" not in writable.said() and "unexpectedly" not in writable.said()


def change(server: Server, number: int) -> bool:
    """Whether a change of two graphs was acknowledged."""
    pair = f"<urn:n{number}> <urn:p> {number}"
    text = f"INSERT DATA {{ GRAPH <urn:a> {{ {pair} }} GRAPH <urn:b> {{ {pair} }} }}"
    try:
        return server.client.post(f"{server.url}/sparql", data={"update": text}).status_code == 204
    except httpx.TransportError:
        return False


def halves(server: Server) -> list[tuple[str, ...]]:
    """The changes of which only a half is there."""
    return [row for row in server.rows(PAIRS) if row[1] != row[2]]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGES)
def test_no_acknowledged_change_is_lost_when_processes_are_killed(writable: Server, kind: str) -> None:
    acknowledged, killed, dice, numbers = set[str](), 0, random.Random(kind), count()
    is_over = threading.Event()

    def killing() -> None:
        nonlocal killed
        while not is_over.is_set():
            # Now a server that works, now one that is perhaps still starting: how long that takes depends on the machine.
            while dice.random() < 0.5 and not is_healthy(writable.url):
                time.sleep(0.1)
            is_over.wait(dice.uniform(0.5, 4))
            running = writable.processes()
            kinds = KINDS if kind == "any" else (kind,)
            victims = [pid for each in kinds for pid in running[each]]
            with suppress(ProcessLookupError, IndexError):
                kill(dice.choice(victims))
                killed += 1

    def is_tested() -> bool:
        """Makes one change more; whether by now one was acknowledged, and something killed."""
        number = next(numbers)
        if change(writable, number):
            acknowledged.add(f"urn:n{number}")
        return bool(killed and acknowledged)

    killer = threading.Thread(target=killing)
    killer.start()
    try:
        for _ in range(CHANGES[kind]):
            is_tested()
        # A slow server may have been killed again and again before it had done anything.
        eventually(is_tested)
    finally:
        is_over.set()
        killer.join()
    eventually(lambda: answers(writable))
    found = {row[0] for row in writable.rows(PAIRS)}
    assert acknowledged <= found
    assert halves(writable) == []
    eventually(lambda: change(writable, 100_000))


def test_what_was_written_is_there_after_the_whole_program_was_killed(tmp_path: Path) -> None:
    root, data = project(tmp_path / "project"), tmp_path / "data"
    arguments = ("--writable", "--no-token", "--data", data)
    for number in range(3):
        with serving(*arguments, cache=tmp_path / "cache", root=root) as server:
            assert [row[1] for row in sorted(server.rows(PAIRS))] == [str(each) for each in range(number)]
            assert change(server, number)
            kill(server.process.pid)
    with (data / "changes.log").open("ab") as log:
        log.write(b'{"removed": 0, "added": 1000, "sha256": "0"}\n<urn:n9> <urn:p>')
    with serving(*arguments, cache=tmp_path / "cache", root=root) as server:
        assert [row[1] for row in sorted(server.rows(PAIRS))] == ["0", "1", "2"]
        assert change(server, 3)
