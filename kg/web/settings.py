"""What can be set about the server: one table, for the flags of `kg serve` and for the environment (`KG_SERVE_PORT`)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import Any

from kg.web.limits import Limits

PREFIX = "KG_SERVE_"
_MIB = 1 << 20


def _setting(default: Any, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"help": help, **more})


@dataclass(frozen=True)
class Settings:
    """The settings, each with its default and what it means; sizes are in MiB, times in seconds."""

    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(7878, "The port to listen on; 0 takes any that is free.", least=0, most=65535)
    prefix: str = _setting("", "The path below which a proxy shows this server, such as /kg.")
    behind_proxy: bool = _setting(False, "Believe X-Forwarded-For, -Proto, -Host and -Prefix: if a proxy sets them.")
    workers: int = _setting(
        os.cpu_count() or 1, "Queries that run at once; slow ones go on beside them, four times as many.", least=1
    )
    deadline: float = _setting(10.0, "Seconds that a query may take.", least=0.1)
    memory: int = _setting(768, "MiB of memory that a query may take.", least=64)
    in_memory: int = _setting(
        1_000_000, "Statements up to which the graph is held in memory; more are read from the disk.", least=0
    )
    answer: int = _setting(256, "MiB that an answer may have.", least=1)
    rows: int = _setting(1_000_000, "Rows that an answer may have.", least=1)
    per_client: int = _setting(64, "Requests of one client that may be waiting or running.", least=1)
    queue: int = _setting(256, "Requests that may wait for a worker.", least=0)
    connections: int = _setting(1024, "Connections that may be open.", least=1)
    cache: int = _setting(64, "MiB of answers that are remembered; 0 remembers none.", least=0)
    endpoints: tuple[str, ...] = _setting((), "A SPARQL endpoint that SERVICE may ask; may repeat.")
    writable: bool = _setting(False, "Take updates, from whoever has the token.")
    token: str = _setting("", "What a writer has to show (Authorization: Bearer …); without it one is made up and printed.")
    no_token: bool = _setting(False, "Take updates from anybody who reaches this server.")
    data: str = _setting("", "The folder that keeps what was written; else one for the project in $XDG_DATA_HOME/kg.")
    upload: int = _setting(16, "MiB that an upload may have.", least=1)
    log: bool = _setting(False, "Write a line of JSON to stderr for each request.")
    unconfined: bool = _setting(False, "Run even where the kernel cannot confine the workers.")

    @property
    def limits(self) -> Limits:
        """The limits of a job."""
        return Limits(deadline=self.deadline, memory=self.memory * _MIB, answer=self.answer * _MIB, rows=self.rows)

    @property
    def upload_bytes(self) -> int:
        return self.upload * _MIB


def variable(name: str) -> str:
    """The environment variable of a setting.

    >>> variable("per_client")
    'KG_SERVE_PER_CLIENT'
    """
    return PREFIX + name.upper()


def table() -> list[tuple[str, Any, dict[str, Any]]]:
    """Each setting by name, with its default and what else is known of it."""
    return [(each.name, each.default, dict(each.metadata)) for each in fields(Settings)]
