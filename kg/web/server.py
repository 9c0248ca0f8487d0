"""The process that speaks HTTP: it evaluates and parses nothing that a stranger wrote.

`python -m kg.web.server FD PARENT` listens on the socket FD; what it serves is told as JSON on stdin.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvicorn

from kg import project
from kg.errors import KGError
from kg.web import confinement, connection, publishing
from kg.web.app import application
from kg.web.cache import Cache
from kg.web.connection import Connection
from kg.web.lending import Lender
from kg.web.metrics import Metrics
from kg.web.pool import Pool
from kg.web.publishing import Publisher
from kg.web.renderer import Renderer
from kg.web.replies import Replies
from kg.web.service import Service
from kg.web.settings import Settings
from kg.web.shares import Bounds, Shares
from kg.web.template import Description

_GRACE = 15
_SLOW = 4


@dataclass(frozen=True)
class Task:
    """What a server process is told: the settings, the project, and the folder of the generation that its files make."""

    settings: Settings
    root: str
    folder: str

    def as_message(self) -> bytes:
        return json.dumps({**asdict(self), "settings": asdict(self.settings)}).encode()

    @classmethod
    def of(cls, message: bytes) -> Task:
        fields = json.loads(message)
        told = fields.pop("settings")
        return cls(Settings(**{**told, "endpoints": tuple(told["endpoints"])}), **fields)


async def serve(task: Task, listening: socket.socket) -> None:
    """Serves until it is told to stop (SIGTERM, SIGINT); requests that are being answered are answered to the end."""
    settings = task.settings
    pool = Pool(_description(task), _shares(settings), say)
    service: Service
    data = publishing.data_folder(Path(task.root), settings.data) if settings.writable else None
    publisher = Publisher(pool, Path(task.root), data, lambda: service.renew())
    metrics = Metrics()
    lender = Lender(pool, metrics, settings.workers, lambda: service.modified)
    service = Service(
        settings=settings,
        project=project.at(Path(task.root)),
        pool=pool,
        cache=Cache(settings.cache << 20),
        metrics=metrics,
        publisher=publisher,
        renderer=Renderer(settings.deadline, confined=not settings.unconfined),
        lender=lender,
        replies=Replies(0 if settings.log else settings.cache << 20),
    )
    of_address = settings.connections if settings.behind_proxy else max(1, settings.connections // 2)
    Connection.replies, Connection.bounds = service.replies, connection.Bounds(settings.connections, of_address)
    Connection.shapes, Connection.behind_proxy = service.shapes, settings.behind_proxy
    # Requests that are logged are logged here; and not every system has memory that processes can share so.
    Connection.lender = lender if not settings.log and hasattr(os, "memfd_create") else None
    config: Any = uvicorn.Config(
        application(service),
        http=Connection,
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
        backlog=1024,
    )
    try:
        await publisher.open(Path(task.folder))
        service.renderer.warm()
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        service.renderer.close()
        publisher.close()
        await pool.close()


def _description(task: Task) -> Description:
    settings = task.settings
    return Description(
        root=task.root,
        folder=task.folder,
        limits=settings.limits,
        confined=not settings.unconfined,
        exact=settings.writable,
        in_memory=settings.in_memory,
    )


def _shares(settings: Settings) -> Shares:
    bounds = Bounds(settings.workers, _SLOW * settings.workers, settings.per_client, settings.queue)
    return Shares(bounds, settings.deadline)


def say(message: str) -> None:
    """Tells the operator something."""
    sys.stderr.write(f"kg: {message}\n")
    sys.stderr.flush()


def _loop() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def main(listening: socket.socket, message: bytes) -> int:
    """The exit code of the process; 2 where what it should serve cannot be served."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # What goes wrong with a request is told to its client, and counted.
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    logging.getLogger("uvicorn").propagate = False
    try:
        with asyncio.Runner(loop_factory=_loop()) as runner:
            runner.run(serve(Task.of(message), listening))
    except KGError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    confinement.die_with_parent(int(sys.argv[2]))
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        sys.exit(main(listening, sys.stdin.buffer.read()))
