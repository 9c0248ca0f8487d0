"""The renderer as the server sees it: one process that draws, one picture at a time, ended and started anew when it fails.

Drawing takes V8, which needs threads and reserves memory by the gigabyte: no worker that the template forks could do it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

from kg.web.frames import Frame, Unpacker, packed
from kg.web.refusals import Refusal

_READ = 64 << 10
_MOST_WAITING = 32
# Seconds that a new process may take until it can draw.
_TO_START = 30.0
# How often a picture is begun whose process is killed from outside.
_TRIES = 3


class _Ended(Exception):
    """The process ended before it had answered."""


class _Killed(Exception):
    """The process was killed from outside, for nothing that it did."""


class Renderer:
    """Draws specifications. `deadline` is how many seconds a picture may take."""

    def __init__(self, deadline: float, *, confined: bool) -> None:
        self._deadline, self._confined = deadline, confined
        self._turn, self._waiting = asyncio.Lock(), 0
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    def warm(self) -> None:
        """Starts the process beside all else, so that nobody has to wait for it; who asks for a picture learns if that fails."""
        self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        with suppress(Refusal, _Killed):
            async with self._turn:
                await self._start()

    async def draw(self, form: str, specification: bytes) -> bytes:
        """The picture in a form of `kg.pictures.drawing`; Refusal (503) where it takes too long, too much, or too many wait."""
        if self._waiting >= _MOST_WAITING:
            raise Refusal(503, "too many pictures are being drawn", hint="try again", headers={"Retry-After": "5"}, limit="queue")
        self._waiting += 1
        try:
            async with self._turn:
                for _ in range(_TRIES):
                    with suppress(_Killed):
                        return await self._drawn(form, specification)
                raise Refusal(503, "the process that draws was killed from outside", hint="try again later", limit="killed")
        finally:
            self._waiting -= 1

    async def _drawn(self, form: str, specification: bytes) -> bytes:
        await self._start()
        return await self._asked(form, specification)

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._writer.close()

    async def _start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "kg.web.drawing", str(theirs.fileno()), str(os.getpid()), str(int(self._confined))]
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        await self._next(_TO_START, Refusal(503, "pictures cannot be drawn here", hint="`kg query NAME --format svg` says why"))

    async def _asked(self, form: str, specification: bytes) -> bytes:
        self._writer.write(packed("job", {"form": form}, specification))
        hint = "give a value to a parameter, so that there is less to draw"
        late = Refusal(503, f"drawing this takes more than {self._deadline:g} s, or too much memory", hint=hint, limit="picture")
        return (await self._next(self._deadline, late)).body

    async def _next(self, seconds: float, otherwise: Refusal) -> Frame:
        """What the process says next; where it does not, it is ended, and started anew for the next picture."""
        try:
            async with asyncio.timeout(seconds):
                frame = await self._read()
        except (TimeoutError, _Ended, OSError) as error:
            code = self._process.wait() if self._process and isinstance(error, _Ended | ConnectionError) else 0
            self.close()
            raise _Killed if code == -signal.SIGKILL else otherwise from error
        except BaseException:
            # Nobody waits any more: what comes would be taken for the next answer.
            self.close()
            raise
        if frame.kind == "failed":
            raise Refusal.from_data(frame.head)
        return frame

    async def _read(self) -> Frame:
        unpacker = Unpacker()
        while data := await self._reader.read(_READ):
            for frame in unpacker.feed(data):
                return frame
        raise _Ended
