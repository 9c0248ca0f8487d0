"""Our reasoner beside others: the same file of N-Triples in, the closed file out, each engine a process of its own.

    python -m benchmarks reasoning --size 250k --engine ours --engine sparq-rdf

Time is that of the whole process: start, reading, reasoning and writing. `as ours` is the share of our triples that an engine has
too, as they are written: who leaves out rules is faster. Neither it nor `triples out` counts triples on blank nodes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.graphs import written

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"
PEERS = ("sparq-rdf", "reasonable", "nemo-python", "owlrl")
ENGINES = ("ours", *PEERS)
PARTS = ("load", "reason", "write")
# Above 25k triples owlrl takes hours.
ONLY_SMALL = "owlrl"
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4
GIGABYTE = 1e9
WIDTH = 140
STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Run:
    """What one engine did with one file; `failure` says why there is no result."""

    seconds: float = 0.0
    peak: int = 0
    took: dict[str, float] = field(default_factory=dict)
    failure: str = ""


class Guard:
    """Ends a process, and those that it started, when it takes too long or too much memory."""

    def __init__(self, process: subprocess.Popen[str], limit: float) -> None:
        self.reason = ""
        self._process, self._limit, self._ended = process, limit, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def ended(self) -> None:
        """Ends the watch, and the process if it was left behind (Ctrl-C)."""
        self._ended.set()
        self._thread.join()
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _watch(self) -> None:
        start = time.perf_counter()
        while not self._ended.wait(0.2):
            if time.perf_counter() - start > self._limit:
                self.reason = f"over {self._limit:g} s"
            elif _resident(self._process.pid) > MEMORY:
                self.reason = f"over {MEMORY / GIGABYTE:.0f} GB"
            if self.reason:
                os.killpg(self._process.pid, signal.SIGKILL)
                return


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def measured(engine: str, source: Path, result: Path, limit: float, *options: str) -> Run:
    """Runs an engine on a file, within a time."""
    python = sys.executable if engine not in PEERS else str(BUILD / "peers/bin/python")
    command = [python, "-P", str(HERE / "engines.py"), engine, str(source), str(result), *options]
    with (BUILD / f"{engine}.log").open("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)
        guard = Guard(process, limit)
        try:
            output, _ = process.communicate()
            seconds = time.perf_counter() - start
        finally:
            guard.ended()
        if guard.reason or process.returncode:
            errors.seek(0)
            return Run(failure=guard.reason or _last_line(errors.read()) or f"ended with {process.returncode}")
    told = json.loads(output.splitlines()[-1])
    return Run(seconds, told["peak"], told["took"])


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2][:60]


def installed(engines: tuple[str, ...]) -> dict[str, str]:
    """Installs the peers among the engines into an environment of their own; says why where one cannot be had."""
    peers = [engine for engine in engines if engine in PEERS]
    python = BUILD / "peers/bin/python"
    if peers and not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(BUILD / "peers")], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(HERE / "peers.txt")]
    # reasonable answers in rdflib's terms, and does not say that it needs it.
    done = {peer: subprocess.run([*pip, peer, "rdflib"], capture_output=True, text=True) for peer in peers}
    return {peer: _last_line(each.stderr) or "cannot be installed" for peer, each in done.items() if each.returncode}


def _distinct(file: Path) -> Path:
    """The triples of a file, each once and in order; sorted outside, since they may not fit in memory.

    Some write a plain string with its datatype: that is the same term.
    """
    ordered = file.with_suffix(".sorted")
    _shell(f'sed "s|\\^\\^<{STRING}> [.]$| .|" "$1" | sort -u -o "$2"', file, ordered)
    return ordered


def _lines(command: str, *files: Path) -> int:
    """How many lines without a blank node a command finds in sorted files."""
    return int(_shell(f'{command} "$@" | awk "!/^_:|> _:/ {{ n++ }} END {{ print n + 0 }}"', *files))


def _shell(command: str, *files: Path) -> bytes:
    arguments = ["bash", "-o", "pipefail", "-c", command, "bash", *map(str, files)]
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout


class Comparison:
    """The runs of all engines on one graph, as a table with ours as measure."""

    def __init__(self, shape: str, size: str, limit: float) -> None:
        self.source = written(shape, size, BUILD / "graphs")
        self._limit = limit
        with self.source.open("rb") as file:
            self._given = sum(1 for _ in file)
        self._ours: tuple[Run, Path] | None = None
        self._failures: list[str] = []
        title = f"{shape} {size}: {self._given:,} triples"
        self._table = Table("engine", "s", *PARTS, "triples/s", "peak GB", "triples out", "as ours", "time / ours", title=title)

    def add(self, engine: str) -> None:
        """Runs an engine and adds its row."""
        result = BUILD / "closed" / f"{engine}.nt"
        result.parent.mkdir(parents=True, exist_ok=True)
        result.unlink(missing_ok=True)
        run = measured(engine, self.source, result, self._limit)
        if run.failure:
            self.add_failed(engine, run.failure)
        else:
            self._table.add_row(engine, *self._cells(engine, run, _distinct(result)))

    def add_failed(self, engine: str, failure: str) -> None:
        self._table.add_row(engine, "-")
        self._failures.append(f"{engine}: {failure}")

    def show(self, console: Console) -> None:
        """Prints the table, and below it why engines have no figures."""
        console.print(self._table, *self._failures, sep="\n")

    def _cells(self, engine: str, run: Run, result: Path) -> Iterator[str]:
        if engine == "ours":
            self._ours = run, result
        yield f"{run.seconds:.2f}"
        yield from (f"{run.took[part]:.2f}" if part in run.took else "" for part in PARTS)
        yield f"{self._given / run.seconds:,.0f}"
        yield f"{run.peak / GIGABYTE:.2f}"
        yield f"{_lines('cat', result):,}"
        if self._ours:
            ours, reference = self._ours
            yield f"{_lines('comm -12', reference, result) / _lines('cat', reference):.1%}"
            yield f"{run.seconds / ours.seconds:.2f}"


def changes(source: Path, limit: float) -> str:
    """How long one proof and small changes take us, in a line."""
    run = measured("changes", source, BUILD / "closed/changes.nt", limit)
    if run.failure:
        return f"proofs and changes: {run.failure}"
    took, close = run.took, run.took["close"]
    told = {"removing": took["remove"], "adding": took["add"]}
    parts = (f"{name} 100 triples: {each * 1000:.0f} ms, 1/{close / each:.0f} of closing" for name, each in told.items())
    return "; ".join([f"one proof (median): {took['proof'] * 1000:.1f} ms", *parts])


def main(shapes: tuple[str, ...], sizes: tuple[str, ...], engines: tuple[str, ...], limit: float) -> None:
    """Prints a table for each graph."""
    console = Console(width=WIDTH)
    BUILD.mkdir(exist_ok=True)
    missing = installed(engines)
    for shape in shapes:
        for size in sizes:
            comparison = Comparison(shape, size, limit)
            for engine in engines:
                if engine in missing:
                    comparison.add_failed(engine, missing[engine])
                elif engine != ONLY_SMALL or size == "25k":
                    comparison.add(engine)
            comparison.show(console)
            if "ours" in engines:
                console.print(changes(comparison.source, limit))
