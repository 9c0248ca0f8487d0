"""The real server as a process, and what a client needs to talk to it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from tests.program import PATIENCE, start

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
CONFORMANCE = SHARED / "conformance"
Found = TypeVar("Found")


def eventually(is_so: Callable[[], bool]) -> None:
    """Waits until it is so; fails when patience is at an end."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def run_apart(work: Coroutine[Any, Any, Found]) -> Found:
    """What it gives; in a thread of its own, for in this one the browser that other tests drive may have its event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Server:
    """A running `kg serve`."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    client: httpx.Client = field(repr=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        return host, int(port)

    def get(self, path: str, **more: object) -> httpx.Response:
        return self.client.get(self.url + path, **more)  # type: ignore[arg-type]

    def ask(self, text: str, accept: str = "", **parameters: str) -> httpx.Response:
        """The response to a query text."""
        tail = "".join(f"&{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
        headers = {"Accept": accept} if accept else {}
        return self.get(f"/sparql?query={quote(text, safe='')}{tail}", headers=headers)

    def rows(self, text: str, **parameters: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT as text."""
        found = self.ask(text, "application/sparql-results+json", **parameters)
        assert found.status_code == 200, found.text
        told = json.loads(found.content)
        names = told["head"]["vars"]
        return [tuple(row[name]["value"] if name in row else "" for name in names) for row in told["results"]["bindings"]]

    def said(self) -> str:
        """What the server has written to stderr."""
        return self.log.read_text(errors="replace")

    def processes(self) -> dict[str, list[int]]:
        """The processes below the program, by what they are."""
        found: dict[str, list[int]] = {"server": [], "template": [], "worker": [], "supervisor": [], "writer": [], "drawing": []}
        below = descendants(self.process.pid)
        for pid in below:
            words = _command(pid)
            kind = next((word.removeprefix("kg.web.") for word in words if word.startswith("kg.web.")), "supervisor")
            found["worker" if kind == "template" and _parent(pid) in found["template"] else kind].append(pid)
        return found

    def stop(self) -> int:
        """Asks it to end, and waits until it has; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def worked(pid: int) -> int:
    """How long a process has computed, in ticks of the clock; 0 where it has ended."""
    told = _read(f"/proc/{pid}/stat")
    return int(told.rpartition(")")[2].split()[11]) if told else 0


def descendants(pid: int) -> list[int]:
    """The processes below one, parents first."""
    children = [int(each) for each in _read(f"/proc/{pid}/task/{pid}/children").split()]
    return [found for child in children for found in (child, *descendants(child))]


def _command(pid: int) -> list[str]:
    return _read(f"/proc/{pid}/cmdline").split("\0")


def _parent(pid: int) -> int:
    found = re.search(r"^PPid:\s*(\d+)", _read(f"/proc/{pid}/status"), re.MULTILINE)
    return int(found[1]) if found else 0


def _read(file: str) -> str:
    try:
        return Path(file).read_text()
    except OSError:
        return ""


@contextmanager
def serving(
    *arguments: str | Path, cache: Path, root: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server of the project in `root`, else of the flagship, on a port of its own."""
    cache.mkdir(parents=True, exist_ok=True)
    log = cache / f"log-{time.monotonic_ns()}"
    with log.open("wb") as stderr:
        project: tuple[str | Path, ...] = ("-C", root or ROOT)
        process = start(*project, "serve", "--port", "0", *arguments, cache=cache, env=env, stderr=stderr.fileno())
    try:
        url = _address(process, log)
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            yield Server(process, url, log, client)
    finally:
        for pid in (process.pid, *descendants(process.pid)):
            _kill(pid)
        process.communicate(timeout=PATIENCE)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where it says that it serves, once it answers there."""
    for _ in range(PATIENCE * 20):
        found = re.search(rb"at (http://\S+)/sparql", log.read_bytes())
        if found and is_healthy(found[1].decode()):
            return found[1].decode()
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def is_healthy(url: str) -> bool:
    """Whether a server answers, asked over a connection of its own."""
    try:
        return httpx.get(f"{url}/-/health", timeout=PATIENCE, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
