"""The workers of one generation as the server sees them: the template's process, and a connection to each worker."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from kg.errors import ProjectError
from kg.web.frames import Frame, Unpacker, packed
from kg.web.jobs import Confinement, Job
from kg.web.template import Description

# The C library sorts its memory whenever 64 KiB are given back at once.
_READ = 32 << 10
_PATIENCE = 60.0
# How much of a long answer may wait for a slow client before its worker has to wait too.
_AHEAD = 16 << 20
# Exit codes that nobody has asked for yet.
_REMEMBERED = 256


class Gone(Exception):
    """The worker ended before it had answered; `code` is its exit code, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Worker:
    """A connection to a worker; it takes one job at a time."""

    def __init__(self, fleet: Fleet, pid: int, connection: socket.socket, confinement: Confinement) -> None:
        self.fleet, self.pid, self.confinement = fleet, pid, confinement
        self.cause = ""
        self._connection, self._unpacker = connection, Unpacker()
        self._frames: deque[Frame] = deque()
        self._waiting, self._reading, self._ended, self._answered = 0, True, False, True
        self._loop = asyncio.get_running_loop()
        self._woken: asyncio.Future[None] | None = None
        self._loop.add_reader(connection, self._readable)

    async def ask(self, job: Job) -> None:
        """Sends a job."""
        self._answered = False
        frame = packed("job", job.head, job.body)
        sent = 0
        with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
            sent = self._connection.send(frame)
        if sent < len(frame):
            with suppress(OSError):
                await self._loop.sock_sendall(self._connection, frame[sent:])

    async def lend(self, modified: str) -> None:
        """Lets it serve the connections that it is handed from now on, the first of them a slate (see `kg.web.lending`)."""
        self._connection.send(packed("lent", {"generation": self.fleet.generation, "modified": modified}))
        await self.next()

    def hand(self, frame: bytes, descriptor: int) -> bool:
        """Whether it was handed a file, together with a frame."""
        try:
            sent = socket.send_fds(self._connection, [frame], [descriptor])
        except OSError:
            return False
        if sent < len(frame):
            self.kill("spent")
        return sent == len(frame)

    async def next(self) -> Frame:
        """The next frame of the answer; raises Gone when the worker ends instead."""
        while not self._frames:
            if self._ended:
                raise Gone(await self.fleet.exit_code(self.pid))
            self._woken = self._loop.create_future()
            await self._woken
        frame = self._frames.popleft()
        self._answered = frame.kind in ("whole", "last", "failed")
        self._waiting -= len(frame.body)
        if not self._reading and not self._ended and self._waiting <= _AHEAD // 2:
            self._reading = True
            self._loop.add_reader(self._connection, self._readable)
        return frame

    @property
    def is_usable(self) -> bool:
        """Whether it can take a job."""
        return not self._ended and not self.cause

    @property
    def is_silent(self) -> bool:
        """Whether its last answer has been read to the end."""
        return self._answered

    def kill(self, cause: str) -> None:
        """Ends the worker; `cause` says why, to whoever waits for its answer."""
        if not self._ended and not self.cause:
            self.cause = cause
            self.fleet.tell(f"kill {self.pid}")

    def yield_to_others(self) -> None:
        """Lets the machine prefer other processes."""
        self.fleet.tell(f"slow {self.pid}")

    def _readable(self) -> None:
        try:
            data = self._connection.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        for frame in self._unpacker.feed(data):
            self._frames.append(frame)
            self._waiting += len(frame.body)
        if not data:
            self._end()
        elif self._waiting > _AHEAD:
            self._reading = False
            self._loop.remove_reader(self._connection)
        if self._woken and not self._woken.done():
            self._woken.set_result(None)

    def _end(self) -> None:
        self._ended = True
        self._loop.remove_reader(self._connection)
        self._connection.close()


class Fleet:
    """The template of one generation and its workers."""

    def __init__(self, described: Description, generation: str) -> None:
        self.described, self.generation = described, generation
        self.has_ended = self._is_retired = self._is_prepared = False
        self.running = 0
        self._pids: deque[asyncio.Future[int]] = deque()
        self._codes: dict[int, asyncio.Future[int]] = {}
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._on_end: Callable[[], None] = lambda: None

    async def start(self, on_end: Callable[[], None]) -> None:
        """Starts the template and waits until it has loaded its generation; `on_end` is called if it ever ends.

        Raises ProjectError where it cannot be loaded, Gone where the template ends before it is.
        """
        self._on_end = on_end
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        command = [sys.executable, "-m", "kg.web.template", str(theirs.fileno()), str(os.getpid())]
        # With an arena for each thread, the C library reserves far more memory than it uses; the limit counts what is reserved.
        env = {**os.environ, "MALLOC_ARENA_MAX": "1"}
        # The message lies there when the template comes to read it, and when it never does.
        self._control.send(self.described.as_message())
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=env
            )
        asyncio.get_running_loop().add_reader(self._control, self._told)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._ready
        except BaseException:
            self.close()
            raise

    async def fork(self, confinement: Confinement) -> Worker:
        """A new worker. Raises Gone where the template has ended; one that nobody waits for any more ends by itself."""
        if self.has_ended:
            raise Gone(1)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs:
                socket.send_fds(self._control, [f"fork {confinement.value}".encode()], [theirs.fileno()])
            # Answers come in the order of what was asked, which was sent now.
            pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._pids.append(pid)
            return Worker(self, await pid, ours, confinement)
        except ConnectionError:
            ours.close()
            raise Gone(1) from None
        except BaseException:
            ours.close()
            raise

    def prepare(self) -> None:
        """Has the template work out what pages need, once."""
        if not self._is_prepared:
            self._is_prepared = True
            self.tell("prepare")

    def tell(self, message: str) -> None:
        """Sends the template a message that needs no answer."""
        with suppress(OSError):
            self._control.send(message.encode())

    async def exit_code(self, pid: int) -> int:
        """How a worker ended."""
        if self.has_ended:
            return -signal.SIGKILL
        try:
            async with asyncio.timeout(2):
                return await self._codes.setdefault(pid, asyncio.get_running_loop().create_future())
        except TimeoutError:
            return 1
        finally:
            self._codes.pop(pid, None)

    def retire(self) -> None:
        """Lets the running jobs end, and then the template."""
        self._is_retired = True
        self.close_if_done()

    def close_if_done(self) -> None:
        """Ends the template if it is retired and no job is running."""
        if self._is_retired and not self.running and not self.has_ended:
            self.close()

    def close(self) -> None:
        """Ends the template, and with it the workers that are left."""
        self._on_end = lambda: None
        self._end()
        self._process.kill()
        self._process.wait()

    def _told(self) -> None:
        try:
            message = self._control.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        verb, _, rest = message.decode().partition(" ")
        if not message:
            self._end()
        elif verb == "pid":
            _settle(self._pids.popleft(), int(rest))
        elif verb == "gone":
            pid, code = map(int, rest.split())
            self._ended(pid, code)
        elif not self._ready.done():
            self._begin(verb, rest)

    def _begin(self, verb: str, rest: str) -> None:
        if verb == "ready":
            self._ready.set_result(None)
        else:
            self._ready.set_exception(ProjectError(rest, hint="start again"))

    def _ended(self, pid: int, code: int) -> None:
        found = self._codes.setdefault(pid, asyncio.get_running_loop().create_future())
        _settle(found, code)
        while len(self._codes) > _REMEMBERED:
            del self._codes[next(iter(self._codes))]

    def _end(self) -> None:
        if self.has_ended:
            return
        self.has_ended = True
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        for pid in self._pids:
            if not pid.done():
                pid.set_exception(Gone(1))
        self._pids.clear()
        if not self._ready.done():
            self._ready.set_exception(Gone(1))
        for code in self._codes.values():
            _settle(code, -signal.SIGKILL)
        self._on_end()


def _settle(found: asyncio.Future[int], value: int) -> None:
    """Tells what somebody waits for, if they still do."""
    if not found.done():
        found.set_result(value)
