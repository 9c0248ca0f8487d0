"""The server's side of the workers: jobs go out, answers come back, and what does not come back in time is killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from kg.errors import KGError, ProjectError
from kg.web.fleet import Fleet, Gone, Worker
from kg.web.frames import Frame
from kg.web.jobs import KINDS, Confinement, Job
from kg.web.refusals import Refusal
from kg.web.shares import LONG, QUICK, Shares, busy
from kg.web.template import Description
from kg.web.worker import too_much_memory

_NOTICED = 0.02
# Seconds that may pass until a worker is there, where a query may take fewer: on a busy machine, to start one takes long.
_TO_START = 10.0
_TRIES = 5
_NARROW = "ask for less: add LIMIT, patterns or values that narrow it, and avoid patterns that share no variable"
_LIMITS = {
    "time": "this takes longer than {:g} seconds",
    "stack": "this is nested too deeply for the engine",
    "busy": "this is a slow query, and as many slow ones are running as may",
    "killed": "the worker of this query was killed from outside",
}


@dataclass
class Result:
    """The answer to a job: `body` is all of it, or its beginning where `rest` gives more; `generation` is what it is of, and
    `seconds` how long a worker took to begin it.

    Who does not take the rest to its end has to give it up.
    """

    status: int
    media_type: str
    body: bytes
    generation: str
    headers: dict[str, str] = field(default_factory=dict)
    rest: AsyncIterator[bytes] | None = None
    give_up: Callable[[], None] = lambda: None
    seconds: float = 0.0

    async def pieces(self) -> AsyncIterator[bytes]:
        """The whole of it, piece by piece."""
        yield self.body
        if self.rest is not None:
            async for piece in self.rest:
                yield piece


class Pool:
    """Workers that do jobs, each in a process of its own that can be killed."""

    def __init__(self, described: Description, shares: Shares, say: Callable[[str], None]) -> None:
        self._described, self.shares, self._say = described, shares, say
        self._fleet: Fleet | None = None
        self._opened = asyncio.Event()
        self._idle: dict[Confinement, list[Worker]] = {confinement: [] for confinement in Confinement}
        # The workers for queries that are on their way, and those that do a job which is quick so far.
        self._coming = self.busy = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.kills: Counter[str] = Counter()
        # Slow jobs that keep their turn, the oldest first.
        self.overdue: list[_Run] = []
        shares.on_pressure = self.relieve

    @property
    def generation(self) -> str:
        """The name of the generation that new jobs are done on."""
        return self._fleet.generation if self._fleet else ""

    @property
    def is_ready(self) -> bool:
        """Whether a job could run now."""
        return self._opened.is_set()

    async def publish(self, folder: Path) -> None:
        """Serves the generation in a folder from now on; running jobs end on the one that they began with.

        Raises ProjectError where it cannot be loaded; then nothing has changed.
        """
        self._replace(*await self._started(folder))

    def _replace(self, fleet: Fleet, worker: Worker) -> None:
        before, self._fleet = self._fleet, fleet
        self._retire()
        self._idle[Confinement.QUERY] = [worker]
        self._opened.set()
        self.keep_ready()
        if before:
            before.retire()
        if fleet.has_ended:  # Since its worker was made, when it was not yet the one that is served.
            self._lost(fleet)

    async def _started(self, folder: Path) -> tuple[Fleet, Worker]:
        for _ in range(_TRIES):
            fleet = Fleet(replace(self._described, folder=str(folder)), folder.name)
            try:
                await fleet.start(partial(self._lost, fleet))
                return fleet, await self._first(fleet)
            except Gone:
                self._say("the workers have ended before they could start; starting others")
        raise ProjectError(f"no workers can be started on {folder}", hint="see whether something kills them")

    @staticmethod
    async def _first(fleet: Fleet) -> Worker:
        try:
            return await fleet.fork(Confinement.QUERY)
        except BaseException:
            fleet.close()
            raise

    async def run(self, job: Job, *, client: str) -> Result:
        """The answer to a job, asked by `client` (whose share is bounded).

        Raises Refusal: 429 or 503 where the server is busy, 400 where the job itself is wrong, 503 where it met a limit,
        which is then told, with how to ask for less.
        """
        try:
            return await (await self._enter(job, client)).result()
        except Gone:
            # Killed from outside, for nothing that the job did: it is done once more.
            return await (await self._enter(job, client, is_last=True)).result()

    async def close(self) -> None:
        """Ends all workers."""
        fleet, self._fleet = self._fleet, None
        self._opened.clear()
        for task in self._tasks:
            task.cancel()
        if fleet:
            fleet.close()

    async def _enter(self, job: Job, client: str, *, is_last: bool = False) -> _Run:
        self.shares.enter(client)
        try:
            await self.shares.turn(client)
        except BaseException:
            self.shares.leave(client)
            raise
        try:
            # Where one worker was killed others may have been, which is not noticed at once.
            worker = await (self._started_anew if is_last else self._worker)(job.confinement)
            if job.is_of_pages:
                worker.fleet.prepare()
            return _Run(self, job, client, worker, self._described.limits.deadline, is_last=is_last)
        except BaseException:
            self.shares.pass_on(client)
            self.shares.leave(client)
            raise

    async def _worker(self, confinement: Confinement) -> Worker:
        idle = self._idle[confinement]
        while idle:
            worker = idle.pop()
            if worker.is_usable:
                return worker
        return await self._started_anew(confinement)

    async def _started_anew(self, confinement: Confinement) -> Worker:
        try:
            async with asyncio.timeout(max(self._described.limits.deadline, _TO_START)):
                while True:
                    await self._opened.wait()
                    assert self._fleet
                    with suppress(Gone, OSError):
                        return await self._fleet.fork(confinement)
                    # The template has ended, which will be noticed.
                    await asyncio.sleep(_NOTICED)
        except TimeoutError:
            raise busy(503, "the workers are being restarted", "try again") from None

    @asynccontextmanager
    async def hired(self) -> AsyncIterator[Worker]:
        """A worker for queries that does no jobs meanwhile, and none afterwards. Raises Refusal (503) where there is none."""
        worker = await self._worker(Confinement.QUERY)
        self.keep_ready()
        worker.fleet.running += 1
        try:
            yield worker
        finally:
            worker.kill("spent")
            worker.fleet.running -= 1
            worker.fleet.close_if_done()

    def take_back(self, worker: Worker, *, spent: bool) -> None:
        """A worker has done its job; it does another, if it can and is of the present."""
        idle = self._idle[worker.confinement]
        if not spent and worker.is_usable and worker.fleet is self._fleet and len(idle) <= self.shares.bounds.quick:
            idle.append(worker)
        else:
            worker.kill("spent")
        worker.fleet.close_if_done()
        self.keep_ready()

    def keep_ready(self) -> None:
        """Has a worker for queries stand ready beside those that do quick jobs: to start one takes as long as ten jobs."""
        while self._fleet and self.busy + self._coming + len(self._idle[Confinement.QUERY]) <= self.shares.bounds.quick:
            self._coming += 1
            self._begin(self._make_ready(self._fleet))

    async def _make_ready(self, fleet: Fleet) -> None:
        try:
            worker = await fleet.fork(Confinement.QUERY)
        except (Gone, OSError):  # Another template takes its place.
            return
        finally:
            self._coming -= 1
        if fleet is self._fleet:
            self._idle[Confinement.QUERY].append(worker)
        else:
            worker.kill("spent")

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def relieve(self) -> None:
        """Ends the oldest of the slow jobs that keep their turn for long, where others wait for it."""
        if self.shares.waiting and (run := next((run for run in self.overdue if run.is_long), None)):
            self.overdue.remove(run)
            run.give_way()

    def make_room(self) -> None:
        """A slow job is over: another one leaves its turn to others, and goes on beside them."""
        for run in self.overdue:
            if run.go_beside():
                self.overdue.remove(run)
                return

    def _retire(self) -> None:
        for workers in self._idle.values():
            for worker in workers:
                worker.kill("spent")
            workers.clear()

    def _lost(self, fleet: Fleet) -> None:
        """The template has ended, and with it its workers: another one takes its place."""
        fleet.close()
        if fleet is self._fleet:
            self._opened.clear()
            self._begin(self._restart(fleet))

    async def _restart(self, lost: Fleet) -> None:
        """Puts another fleet in the place of one that is lost, unless a newer generation has taken it meanwhile."""
        self._say("the workers have ended unexpectedly; starting others")
        try:
            fleet, worker = await self._started(Path(lost.described.folder))
        except (KGError, OSError) as error:
            if self._fleet is lost:
                self._say(f"the workers cannot be started: {error}")
                # The generation may be gone: who starts this process again builds it anew.
                os._exit(1)
            return
        if self._fleet is lost:
            self._replace(fleet, worker)
        else:
            fleet.close()


class _Run:
    """One job on one worker, from its turn to the last byte of its answer."""

    def __init__(self, pool: Pool, job: Job, client: str, worker: Worker, deadline: float, *, is_last: bool) -> None:
        self._pool, self._job, self._client, self._worker, self._deadline = pool, job, client, worker, deadline
        self._is_slow = self._is_over = False
        self._is_last = is_last
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        self._timers = [loop.call_later(QUICK, self._becomes_slow), loop.call_later(deadline, worker.kill, "time")]
        worker.fleet.running += 1
        self._counts = int(worker.confinement is Confinement.QUERY)
        pool.busy += self._counts

    async def result(self) -> Result:
        """The answer; raises Gone where the worker was killed from outside, unless this is the last try."""
        try:
            await self._worker.ask(self._job)
            frame = await self._next()
            self._is_last = True
        except BaseException:
            self._end()
            raise
        rest = self._rest() if frame.kind == "first" else None
        if rest is None:
            self._end()
        head = frame.head
        generation = self._worker.fleet.generation
        seconds = asyncio.get_running_loop().time() - self._begun
        return Result(head["status"], head["media_type"], frame.body, generation, head["headers"], rest, self._end, seconds)

    async def _rest(self) -> AsyncIterator[bytes]:
        try:
            while True:
                frame = await self._next()
                yield frame.body
                if frame.kind == "last":
                    return
        finally:
            self._end()

    async def _next(self) -> Frame:
        try:
            frame = await self._worker.next()
        except Gone as gone:
            raise self._refusal(gone) from None
        if frame.kind == "failed":
            raise self._with_text(Refusal.from_data(frame.head))
        return frame

    def _refusal(self, gone: Gone) -> Refusal:
        """What a job is told whose worker has ended: by us, by a limit of the kernel, by a fault of the engine."""
        by_signal = {-signal.SIGABRT: "memory", -signal.SIGSEGV: "stack", -signal.SIGBUS: "memory", -signal.SIGXCPU: "time"}
        limit = self._worker.cause or by_signal.get(gone.code, "killed")
        if limit == "killed" and not self._is_last:
            raise gone
        self._pool.kills[limit] += 1
        if limit == "memory":
            return self._with_text(too_much_memory(self._worker.fleet.described.limits))
        hint = "try again later" if limit in ("busy", "killed") else _NARROW
        return self._with_text(busy(503, _LIMITS[limit].format(self._deadline), hint, limit=limit))

    def _with_text(self, refusal: Refusal) -> Refusal:
        """The refusal with the text that was asked, so that nobody loses what took long to write."""
        if "limit" in refusal.more and (text := self._job.parameters.get("text") or self._job.text):
            refusal.more["query"] = text
        return refusal

    @property
    def is_long(self) -> bool:
        """Whether it has been running for long."""
        return asyncio.get_running_loop().time() - self._begun >= LONG

    def give_way(self) -> None:
        """Ends it for the sake of others."""
        self._worker.kill("busy")

    def go_beside(self) -> bool:
        """Whether it could leave its turn to others, and go on beside them."""
        self._is_slow = self._pool.shares.become_slow(self._client)
        if self._is_slow:
            self._worker.yield_to_others()
            self._pool.busy -= self._counts
            self._pool.keep_ready()
        return self._is_slow

    def _becomes_slow(self) -> None:
        if not self.go_beside():
            self._pool.overdue.append(self)
            self._timers.append(asyncio.get_running_loop().call_later(LONG - QUICK, self._pool.relieve))

    def _end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        for timer in self._timers:
            timer.cancel()
        shares = self._pool.shares
        if self in self._pool.overdue:
            self._pool.overdue.remove(self)
        if self._is_slow:
            shares.end_slow(self._client)
            self._pool.make_room()
        else:
            shares.pass_on(self._client)
            self._pool.busy -= self._counts
        shares.leave(self._client)
        self._worker.fleet.running -= 1
        # A slow worker has been told to let others go first; one that was not read to its end has more to say.
        self._pool.take_back(self._worker, spent=self._is_slow or not self._worker.is_silent or KINDS[self._job.kind].spends)
