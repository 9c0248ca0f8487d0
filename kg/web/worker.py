"""A worker: a process that the template forked, confined by the kernel, which does one job at a time until it is killed."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from kg.errors import KGError
from kg.sparql import LARGE_STACK
from kg.web import confinement, frames
from kg.web.frames import Frame
from kg.web.jobs import Confinement, Function
from kg.web.lent import Desk
from kg.web.limits import Limits
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

# Parsing and planning recurse: 2 KB of stack a byte of query was the worst seen, and a query may have 64 KiB.
_STACK = 256 << 20
_FIRST = {
    "body": b"SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1",
    **{"asserted": False, "rows": "json", "graph": None, "default_graphs": None, "named_graphs": None},
    **{"endpoints": [], "address": "", "terms": {}},
}


def work(
    state: WorkerState,
    functions: Mapping[str, Function],
    connection: socket.socket,
    limits: Limits,
    confined: Confinement | None,
    readable: Sequence[Path],
) -> NoReturn:
    """Does the jobs that come in over the connection; ends with it. Without `confined`, the kernel is not asked to help.

    `readable` are the folders whose files it may read.
    """
    confinement.limit_memory(limits.memory + _STACK)
    # The engine writes a call stack where it dies; nobody reads it, and nobody may fill a disk with it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if confined:
        confinement.confine(confined, readable)
    threading.stack_size(_STACK)
    thread = threading.Thread(name=LARGE_STACK, target=_serve, args=(state, functions, connection, limits))
    thread.start()
    thread.join()
    os._exit(0)


def _serve(state: WorkerState, functions: Mapping[str, Function], connection: socket.socket, limits: Limits) -> None:
    _warm(state, functions, limits)
    time = confinement.TimeLimit(limits.deadline)
    for job in frames.received(connection):
        if job.kind == "lent":
            _send(connection, "whole", {})
            Desk(state, functions["sparql"], connection, limits, **job.head).serve()
            return
        time.renew()
        _do(state, functions, connection, limits, job)


def _warm(state: WorkerState, functions: Mapping[str, Function], limits: Limits) -> None:
    """Answers a query that nobody asked: what a process touches for the first time after its fork takes ten times as long."""
    with suppress(KGError):
        functions["sparql"](state, _FIRST, Sink(lambda *_: None, limits.answer, limits.rows))


def _do(state: WorkerState, functions: Mapping[str, Function], connection: socket.socket, limits: Limits, job: Frame) -> None:
    sink = Sink(partial(_send, connection), limits.answer, limits.rows)
    try:
        functions[job.head["kind"]](state, {**job.head["parameters"], **({"body": job.body} if job.body else {})}, sink)
        sink.end()
    except Refusal as refusal:
        _fail(connection, refusal)
    except KGError as error:
        _fail(connection, Refusal(400, error.message, hint=error.hint, place=error.place))
    except MemoryError:
        _fail(connection, too_much_memory(limits))
    except Exception:  # What it says goes to the log of the server, and the client hears that the fault is ours.
        _fail(connection, Refusal(500, "the server has a fault", hint="please report it", trace=traceback.format_exc()))


def too_much_memory(limits: Limits) -> Refusal:
    """What a job is told that wanted more memory than there is for one."""
    return Refusal(
        503,
        f"this takes more than {limits.memory >> 20} MiB of memory",
        hint="ask for less: add patterns that narrow it, avoid ORDER BY, GROUP BY and DISTINCT over large intermediate results",
        limit="memory",
    )


def _send(connection: socket.socket, kind: str, head: Mapping[str, object], body: bytes | bytearray = b"") -> None:
    # Written as to a file: what sends to a network is not there any more.
    waiting = memoryview(frames.packed(kind, dict(head), body))
    while waiting:
        waiting = waiting[os.write(connection.fileno(), waiting) :]


def _fail(connection: socket.socket, refusal: Refusal) -> None:
    _send(connection, "failed", refusal.as_data())
