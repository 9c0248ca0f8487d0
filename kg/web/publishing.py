"""Which generation is served: that of the project's files, or, where writing is allowed, the newest that was written.

One change is made at a time: a worker works out what goes and what comes, the writer builds and keeps it, and then it is served.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ProjectError
from kg.web import conditions
from kg.web.changes import Change
from kg.web.frames import Frame, Unpacker, packed
from kg.web.jobs import Job
from kg.web.pool import Pool, Result
from kg.web.refusals import Refusal
from kg.web.shares import busy

_READ = 64 << 10
# Seconds that building one generation may take.
_PATIENCE = 120.0
_TRIES = 5


def data_folder(root: Path, chosen: str) -> Path:
    """The folder that keeps what is written: the one that was chosen, else one for the project (XDG base directories)."""
    if chosen:
        return Path(chosen).absolute()
    home = Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
    return home / "kg" / f"{root.name}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}"


class Publisher:
    """Publishes generations; `renew` is called after each."""

    def __init__(self, pool: Pool, root: Path, data: Path | None, renew: Callable[[], Awaitable[None]]) -> None:
        self._pool, self._renew = pool, renew
        self._writer = WriterProcess(root, data) if data else None
        self._one_at_a_time = asyncio.Lock()

    async def open(self, folder: Path) -> None:
        """Publishes the generation in `folder`, or the newest that was written; raises ProjectError where it cannot be read."""
        await self._publish((await self._writer.start()).folder if self._writer else folder)

    async def change(self, job: Job, *, client: str, since: str | None = None) -> Result:
        """Makes the change that a job works out, and serves it; what the job said of it.

        Raises Refusal: as `Pool.run`, 503 where the change could not be made, 412 where not the generation `since` is served.
        """
        assert self._writer
        async with self._one_at_a_time:
            if since not in (None, self._pool.generation):
                raise conditions.changed()
            result = await self._pool.run(job, client=client)
            change, _ = Change.unpacked(b"".join([piece async for piece in result.pieces()]))
            try:
                if change:
                    await self._make(self._writer, change)
            except ProjectError as error:
                raise Refusal(503, error.message, hint=error.hint) from error
            return result

    def close(self) -> None:
        """Ends the writer."""
        if self._writer:
            self._writer.close()

    async def _make(self, writer: WriterProcess, change: Change) -> None:
        wanted = writer.count + 1
        for _ in range(_TRIES):
            try:
                made = await writer.change(change)
            except ConnectionError:
                # Nobody knows whether it was kept before the writer died; the next one does.
                made = await writer.start()
            if made.count == wanted:
                await self._publish(made.folder)
                return
        raise busy(503, "the writer ends before the change is made", "send it again later")

    async def _publish(self, folder: Path) -> None:
        await self._pool.publish(folder)
        await self._renew()


@dataclass(frozen=True)
class Made:
    """What the writer has made: the folder of the newest generation, and how many changes there were."""

    folder: Path
    count: int


class WriterProcess:
    """The writer's process, as the server sees it."""

    def __init__(self, root: Path, data: Path) -> None:
        self._root, self._data = root, data
        self._process: subprocess.Popen[bytes] | None = None
        self.count = 0

    async def start(self) -> Made:
        """Starts the writer; what there was already. Raises ProjectError where it cannot write."""
        for _ in range(_TRIES):
            with suppress(ConnectionError):
                return await self._started()
        raise ProjectError("the writer cannot be started", hint="see whether something kills it")

    async def _started(self) -> Made:
        self.close()
        self._ours, theirs = socket.socketpair()
        self._ours.setblocking(False)
        command = [sys.executable, "-m", "kg.web.writer", str(theirs.fileno()), str(os.getpid())]
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 - ours
        try:
            return await self._asked(packed("job", {"root": str(self._root), "data": str(self._data)}))
        except Refusal as refusal:
            raise ProjectError(refusal.message, hint=refusal.hint) from refusal

    async def change(self, change: Change) -> Made:
        """Makes a change. Raises Refusal where it cannot be made, ConnectionError where the writer dies of it."""
        if not self._process:
            raise ConnectionAbortedError("it has ended")
        return await self._asked(packed("job", {}, change.packed()))

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._ours.close()
            self._process.kill()
            self._process.wait()
            self._process = None

    async def _asked(self, message: bytes) -> Made:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE):
                await loop.sock_sendall(self._ours, message)
                frame = await self._frame()
        except TimeoutError:
            self.close()
            raise ConnectionAbortedError("it took too long") from None
        if frame.kind == "failed":
            raise Refusal.from_data(frame.head)
        self.count = frame.head["count"]
        return Made(Path(frame.head["folder"]), self.count)

    async def _frame(self) -> Frame:
        unpacker = Unpacker()
        while data := await asyncio.get_running_loop().sock_recv(self._ours, _READ):
            for frame in unpacker.feed(data):
                return frame
        raise ConnectionResetError("the writer has ended")
