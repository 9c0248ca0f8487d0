"""Fair shares: whose turn it is, how many jobs may run at once, and which of the slow ones may go on.

Quick jobs take turns on a few workers, client by client; who has no turn may have one beyond these, so that nobody holds them
all. A job that turns out to be slow leaves its turn to others and goes on
beside them, with less of the machine. Only so many may, and of one client three in four of them; a slow job beyond these keeps
its turn, and where that makes others wait for long, it has to go.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.web.refusals import Refusal

# After so many seconds a job is slow; and if it keeps its turn, after so many it has to go when others have waited so long.
QUICK, LONG, PRESSING = 0.2, 1.0, 0.5


@dataclass(frozen=True)
class Bounds:
    """How many jobs run at once (`quick`, and `slow` beside them), how many a client may have, and how many may wait."""

    quick: int
    slow: int
    of_client: int
    waiting: int

    @property
    def slow_of_client(self) -> int:
        return max(1, self.slow * 3 // 4)


class Shares:
    """The turns of jobs; all counts are of the present."""

    def __init__(self, bounds: Bounds, patience: float) -> None:
        self.bounds, self._patience = bounds, patience
        # Called when somebody has waited for long.
        self.on_pressure: Callable[[], object] = lambda: None
        self.quick = self.waiting = 0
        self.clients: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self.slow: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def enter(self, client: str) -> None:
        """Counts a job of a client; raises Refusal (429) where it has too many already."""
        if self.clients[client] >= self.bounds.of_client:
            raise busy(429, f"you have {self.bounds.of_client} requests here already", "wait for the answers")
        self.clients[client] += 1

    def leave(self, client: str) -> None:
        """The job of a client is over."""
        _less(self.clients, client)

    async def turn(self, client: str) -> None:
        """Waits for a turn; raises Refusal (503) where too many wait, or it takes too long."""
        if self._may(client):
            self._take(client)
            return
        if self.waiting >= self.bounds.waiting:
            raise busy(503, f"{self.waiting} requests are waiting already", "try again")
        await self._wait(client)

    async def _wait(self, client: str) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(called)
        self.waiting += 1
        pressing = asyncio.get_running_loop().call_later(PRESSING, self.on_pressure)
        try:
            async with asyncio.timeout(self._patience):
                await called
        except (TimeoutError, asyncio.CancelledError) as error:
            if called.done() and not called.cancelled():
                self.pass_on(client)
            if isinstance(error, TimeoutError):
                raise busy(503, "no worker came free in time", "try again") from None
            raise
        finally:
            pressing.cancel()
            self.waiting -= 1

    def pass_on(self, client: str) -> None:
        """The turn of a client is over; the next one is that of the client who has waited longest for one."""
        self.quick -= 1
        _less(self._turns, client)
        for waiting in [each for each in self._queues if self._may(each)]:
            if self._call(waiting):
                return

    def _may(self, client: str) -> bool:
        return self.quick < self.bounds.quick or (self.quick == self.bounds.quick and not self._turns[client])

    def _take(self, client: str) -> None:
        self.quick += 1
        self._turns[client] += 1

    def _call(self, client: str) -> bool:
        """Gives a turn to the first job of a client that still waits, if any does; its others come after other clients."""
        queue = self._queues.pop(client)
        while queue:
            called = queue.popleft()
            if not called.done():
                self._take(client)
                called.set_result(None)
                if queue:
                    self._queues[client] = queue
                return True
        return False

    def become_slow(self, client: str) -> bool:
        """Whether a job of a client may go on beside the others; if so, its turn is passed on."""
        if self.slow.total() >= self.bounds.slow or self.slow[client] >= self.bounds.slow_of_client:
            return False
        self.slow[client] += 1
        self.pass_on(client)
        return True

    def end_slow(self, client: str) -> None:
        """A slow job of a client is over."""
        _less(self.slow, client)


def _less(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if not counter[client]:
        del counter[client]


def busy(status: int, message: str, hint: str, **more: Any) -> Refusal:
    """A refusal that time will mend."""
    return Refusal(status, message, hint=hint, headers={"Retry-After": "1"}, **more)
