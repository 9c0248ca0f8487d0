"""Some minutes of everything at once against a writable server: well-behaved clients, hostile ones, changes.

Prints the latency of the well-behaved before and meanwhile, what was answered, and what the server holds before and after:
processes, open files, memory.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import httpx

from tests.program import project
from tests.web.serving import Server, descendants, serving
from tests.web.test_hostile import BOMBS, FACTS, QUERIES

_WELL = "SELECT ?o {{ <http://e/id/n{}> <http://e/o#near> ?o }}"
_CHANGE = (
    "INSERT DATA {{ GRAPH <urn:soak> {{ <urn:n{0}> <urn:p> {0} }} }} ; DELETE WHERE {{ GRAPH <urn:soak> {{ <urn:n{1}> ?p ?o }} }}"
)
_LIMITS = ("--workers", "2", "--deadline", "5", "--memory", "256", "--writable", "--no-token")


def main(minutes: float) -> None:
    """Soaks a server for so many minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = project(folder / "project", {"data/many.nt": FACTS})
        with serving(*_LIMITS, "--data", folder / "data", cache=folder / "cache", root=root) as server:
            _soak(server, folder, minutes * 60)


def _soak(server: Server, folder: Path, seconds: float) -> None:
    # In a process of its own: the threads that attack would hold up its clock.
    with ProcessPoolExecutor(1, get_context("spawn")) as well_behaved:
        _soak_beside(server, folder, seconds, lambda seconds: well_behaved.submit(_times, server.url, seconds).result())


def _soak_beside(server: Server, folder: Path, seconds: float, times: Callable[[float], list[float]]) -> None:
    _say("unloaded", times(10))
    # Who attacks a server does not compute on its machine.
    os.nice(19)
    before = _holdings(server)
    print(f"before: {before}")
    over, answered = threading.Event(), Counter[str]()
    threads = [threading.Thread(target=_until, args=(over, work)) for work in _works(server, answered)]
    for thread in threads:
        thread.start()
    most = Counter[str]()
    watching = threading.Thread(target=_until, args=(over, lambda: _watch(server, most)))
    watching.start()
    loaded = times(seconds)
    over.set()
    for thread in (*threads, watching):
        thread.join()
    _say("meanwhile", loaded)
    print(f"answered: {dict(sorted(answered.items()))}")
    print(f"most at once: {dict(most)}")
    time.sleep(12)
    generations = len(list((folder / "data" / "generations").iterdir()))
    print(f"after: {_holdings(server)}; generations in the data folder: {generations}")
    print(f"faults told: {server.said().count('fault')}, restarts: {server.said().count('starting it again')}")


def _until(over: threading.Event, work: Callable[[], object]) -> None:
    while not over.is_set():
        work()


def _works(server: Server, answered: Counter[str]) -> list[Callable[[], None]]:
    numbers, texts, bombs = count(), list(QUERIES.values()), list(BOMBS.values())

    def query() -> None:
        _send(answered, "query", "POST", f"{server.url}/sparql", data={"query": texts[next(numbers) % len(texts)]})

    def upload() -> None:
        kind, content = bombs[next(numbers) % len(bombs)]
        sent = content if isinstance(content, bytes) else str(content).encode()
        _send(answered, "upload", "PUT", f"{server.url}/store?graph=urn:bomb", content=sent, headers={"Content-Type": kind})

    def change() -> None:
        number = next(numbers)
        _send(answered, "change", "POST", f"{server.url}/sparql", data={"update": _CHANGE.format(number, number - 50)})

    return [query, query, query, query, upload, change]


def _send(answered: Counter[str], what: str, method: str, url: str, **more: object) -> None:
    try:
        status = str(httpx.request(method, url, timeout=120, trust_env=False, **more).status_code)  # type: ignore[arg-type]
    except httpx.TransportError as error:
        status = type(error).__name__
    answered[f"{what} {status}"] += 1


def _times(url: str, seconds: float) -> list[float]:
    """How long well-behaved queries take, each of them new."""
    found, end = [], time.monotonic() + seconds
    # From another address than those who attack: shares are counted by it.
    with httpx.Client(timeout=120, trust_env=False, transport=httpx.HTTPTransport(local_address="127.0.0.2")) as client:
        for number in count():
            if time.monotonic() > end:
                return found
            text = f"{_WELL.format(number % 3000)} # {seconds} {number}"
            begun = time.perf_counter()
            response = client.get(f"{url}/sparql", params={"query": text})
            found.append(time.perf_counter() - begun)
            if response.status_code != 200:
                print(f"a well-behaved client got {response.status_code}: {response.text}")
            time.sleep(0.01)
    return found


def _say(when: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(f"well-behaved, {when}: {len(times)} queries, median {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms")


def _holdings(server: Server) -> dict[str, object]:
    kinds = {kind: len(pids) for kind, pids in server.processes().items()}
    (pid,) = server.processes()["server"]
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return {**kinds, "open files": files, "MiB of all": round(_memory(server) / 2**20)}


def _watch(server: Server, most: Counter[str]) -> None:
    most["processes"] = max(most["processes"], len(descendants(server.process.pid)))
    most["MiB of all"] = max(most["MiB of all"], round(_memory(server) / 2**20))
    time.sleep(0.2)


def _memory(server: Server) -> int:
    """The memory of all its processes, what they share counted once (proportional set size)."""
    total = 0
    for pid in descendants(server.process.pid):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) << 10 for line in rollup.splitlines() if line.startswith("Pss:"))
    return total
