"""The template: a process with one thread that holds one generation in memory, and forks workers that share it.

`python -m kg.web.template FD PARENT`: the control socket FD takes one message a request. The first describes the generation; then
`fork CONFINEMENT`, with the worker's end of its connection, is answered by `pid N`; `kill N` ends a worker, `slow N` lets others
go first; `prepare` works out what pages need; `gone N CODE` says that one has ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from kg import project
from kg.errors import KGError, ProjectError
from kg.evidence import patterns
from kg.graph import KnowledgeGraph
from kg.passages import read_text
from kg.project import Project
from kg.queries import Catalogue
from kg.store import Built
from kg.traces import Traces
from kg.web import background, children, confinement
from kg.web.background import Background
from kg.web.jobs import KINDS, Confinement, Function
from kg.web.limits import Limits
from kg.web.state import WorkerState
from kg.web.worker import work

_MESSAGE = 64 << 10
_TICK = 0.5
# Loaded before a fork, for a worker can open no file.
_NEEDED_LATER = (
    *("concurrent.futures.thread", "csv", "difflib", "email.iterators", "email.message", "encodings.idna", "kg.evidence"),
    *("kg.explanations", "kg.portrait", "rdflib.plugins.sparql.algebra", "rdflib.plugins.sparql.parser"),
    "rdflib.plugins.stores.memory",
)
_NICE = 19
# What looks for other proofs than the first ones; loaded when nobody waits, for each worker would take long to.
_NEEDED_THEN = ("duckdb", "kg.build")


@dataclass(frozen=True)
class Description:
    """What a template is told: the project, the folder of the generation, the limits, and how workers are confined."""

    root: str
    folder: str
    limits: Limits
    confined: bool
    exact: bool
    in_memory: int

    def as_message(self) -> bytes:
        return json.dumps({**vars(self), "limits": vars(self.limits)}).encode()

    @classmethod
    def of(cls, message: bytes) -> Description:
        fields = json.loads(message)
        return cls(**{**fields, "limits": Limits(**fields["limits"])})


def main(control: socket.socket) -> None:
    """Loads what is described, says `ready`, and forks until the server hangs up."""
    described = Description.of(control.recv(_MESSAGE))
    try:
        if described.confined:
            confinement.check()
        template = _Template(control, described)
    except KGError as error:
        control.send(f"failed {error}".encode())
        return
    control.send(b"ready")
    template.serve()


def catalogue(where: Project) -> Catalogue:
    """The saved queries, read beforehand."""
    saved = Catalogue(where)
    for name in saved:
        with suppress(KGError):  # `kg check` tells of a broken one; asking for it does too.
            _ = saved[name]
    return saved


def from_disk(folder: Path) -> ox.Store:
    """The store in a folder, which is read as it is asked. It has threads: it is opened after the last fork."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise _unreadable(folder) from error


def _unreadable(folder: Path) -> ProjectError:
    return ProjectError(f"the built graph in {folder} cannot be read", hint="start again; a damaged one is built anew")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    return found


def _dump(folder: Path, writing: int) -> None:
    with os.fdopen(writing, "wb") as pipe:
        from_disk(folder).dump(pipe, ox.RdfFormat.N_QUADS)


def in_memory(folder: Path) -> ox.Store:
    """The store in a folder, in memory. A child reads it: the engine would leave threads behind, which no fork can copy."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        children.end_with(partial(_dump, folder, writing))
    os.close(writing)
    store = ox.Store()
    with os.fdopen(reading, "rb") as pipe, suppress(SyntaxError):  # It breaks off where the child does.
        store.bulk_extend(ox.parse(pipe, format=ox.RdfFormat.N_QUADS))
    if children.exit_code(child):
        raise _unreadable(folder)
    return store


def _exact(asserted: ox.Store, folder: Path) -> ox.Store:
    """What is asserted as it was written: the default graph holds what was put there, not the merge."""
    exact = ox.Store()
    exact.extend(quad for graph in asserted.named_graphs() for quad in asserted.quads_for_pattern(None, None, None, graph))
    own = folder / "default.nt"
    if own.is_file():
        exact.extend(ox.parse(path=own, format=ox.RdfFormat.N_TRIPLES))
    return exact


def _add_empty_graphs(stores: Iterable[ox.Store], folder: Path) -> None:
    """Puts the graphs into stores that were made and hold nothing."""
    file = folder / "empty.txt"
    for iri in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        for store in stores:
            store.add_graph(ox.NamedNode(iri))


class _Template:
    def __init__(self, control: socket.socket, described: Description) -> None:
        self._control, self._described = control, described
        self._folder, self._project = Path(described.folder), project.at(Path(described.root))
        self._manifest = _manifest(self._folder)
        self._saved = catalogue(self._project)
        self._texts = tuple(read_text(self._project.root / name) for name in self._project.texts)
        counts = self._manifest["counts"]
        is_small = counts["statements"] + counts["inferred"] <= described.in_memory
        if described.exact and not is_small:
            raise ProjectError("the graph is too large to be written to", hint="hold it in memory: raise --in-memory")
        self._state = self._loaded(in_memory) if is_small else None
        self._functions: dict[str, Function] = {name: kind.load() for name, kind in KINDS.items()}
        self._workers: set[int] = set()
        for name in _NEEDED_LATER:
            importlib.import_module(name)
        # It is found by writing into it, and remembered.
        tempfile.gettempdir()
        self._background: list[Background] = []
        # What lies still is not copied when a worker's collector looks at it.
        gc.collect()
        gc.freeze()

    def _loaded(self, opened: Callable[[Path], ox.Store]) -> WorkerState:
        built = self._built = Built(self._folder, self._manifest, opened(self._folder / "all"))
        # A cached property: what is put there is not opened anew.
        vars(built)["asserted"] = opened(self._folder / "asserted")
        graph = KnowledgeGraph(built, self._project, self._saved.saved)
        exact = _exact(built.asserted, self._folder) if self._described.exact else None
        if exact is not None:
            _add_empty_graphs((built.all, built.asserted, exact), self._folder)
        return WorkerState(graph, self._saved, exact, is_in_memory=opened is in_memory, texts=self._texts)

    def serve(self) -> None:
        # A child that ends interrupts the wait.
        woken, wakes = socket.socketpair()
        woken.setblocking(False)
        wakes.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with woken, wakes:
            while self._turn(woken):
                pass

    def _turn(self, woken: socket.socket) -> bool:
        """Waits for what comes next, and sees to it; False when the server has hung up."""
        waited: list[socket.socket | int] = [self._control, woken, *(each.descriptor for each in self._background)]
        ready, _, _ = select.select(waited, [], [], _TICK)
        if woken in ready:
            woken.recv(_MESSAGE)
        self._reap()
        if self._control not in ready:
            # Whoever waits for a worker comes first.
            self._background = [each for each in self._background if each.descriptor not in ready or not each.has_ended()]
        return self._control not in ready or self._take()

    def _trace(self, found: Traces) -> None:
        # A cached property, too.
        vars(self._built)["traces"] = found
        for name in _NEEDED_THEN:
            importlib.import_module(name)

    def _take(self) -> bool:
        """Does what one message says; False when the server has hung up."""
        message, files, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
        verb, _, argument = message.decode().partition(" ")
        if verb == "fork":
            self._fork(Confinement(argument), socket.socket(fileno=files[0]))
        elif verb == "prepare":
            self._prepare()
        elif verb in ("kill", "slow") and int(argument) in self._workers:
            self._signal(verb, int(argument))
        return bool(message)

    def _prepare(self) -> None:
        """Has worked out what pages need, when somebody looks at one: many servers show none."""
        if self._state and self._state.is_traceable:
            self._background.append(Background(partial(background.traces, self._folder, self._manifest), self._trace))
        if self._state:
            queries = list(self._state.queries())
            work = partial(background.patterns, self._project, self._manifest, queries)
            self._background.append(Background(work, patterns.remember))

    def _fork(self, confined: Confinement, connection: socket.socket) -> None:
        own = os.getpid()
        child = os.fork()
        if child == 0:
            confinement.die_with_parent(own)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            self._work(connection, confined if self._described.confined else None)
        connection.close()
        self._workers.add(child)
        self._control.send(f"pid {child}".encode())

    def _work(self, connection: socket.socket, confined: Confinement | None) -> NoReturn:
        state = self._state or self._loaded(from_disk)
        # A query reads its graph at the most; other jobs read proofs, and the places in the project's files.
        folders = [self._folder, self._project.root] if confined is not Confinement.QUERY else [self._folder] * (not self._state)
        work(state, self._functions, connection, self._described.limits, confined, folders)

    @staticmethod
    def _signal(verb: str, worker: int) -> None:
        # Not reaped yet, so that the number is still that worker's.
        if verb == "kill":
            os.kill(worker, signal.SIGKILL)
        else:
            os.setpriority(os.PRIO_PROCESS, worker, _NICE)

    def _reap(self) -> None:
        for worker in sorted(self._workers):
            found, status = os.waitpid(worker, os.WNOHANG)
            if found:
                self._workers.discard(worker)
                self._control.send(f"gone {worker} {os.waitstatus_to_exitcode(status)}".encode())


if __name__ == "__main__":
    confinement.leave_the_end_to(int(sys.argv[2]))
    # A server that ends in the middle of a message has hung up, too.
    with suppress(ConnectionError), socket.socket(fileno=int(sys.argv[1])) as control:
        main(control)
