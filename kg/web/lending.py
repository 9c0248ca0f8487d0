"""Connections on loan, in the server: a client who asks one new query after the other talks to a worker directly.

A request goes through two processes else, which takes several times as long as a short query. The connection comes back with what
the worker does not answer; the server takes it back when the worker is slow, when another generation is published, and when the
worker ends. No request is lost by that, and none is answered twice: see `kg.web.slate`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from kg.web.fleet import Gone, Worker
from kg.web.frames import Frame, packed
from kg.web.metrics import Metrics
from kg.web.pool import Pool
from kg.web.refusals import Refusal
from kg.web.slate import InHand, Phase, Slate, Taken

# Seconds between two looks at the workers. One that is at the same request for so many looks is left alone with it; and after so
# many it is ended, and its request asked once more as any other, with all of the time that a query may take.
_LOOK = 0.01
_ALONE, _SLOW = 2, 20
# How often a worker is looked at, a thousandth of a second apart, until it is ended whatever it has in hand.
_TRIES, _AGAIN = 100, 0.001
_CONNECTIONS = 32
# For so many looks a worker may have no connection until it is ended.
_EMPTY = 500


class Guest(Protocol):
    """A connection of a client, as far as lending goes."""

    def lend(self, loan: Loan) -> int:
        """Is read no more; the descriptor of its socket."""

    def come_back(self, request: bytes = b"", answer: bytes | None = None) -> None:
        """Is read again, first of all `request`; `answer` is what is left to be sent of one that took long or is long."""

    def cut(self) -> None:
        """Ends: nobody knows how much of an answer was sent."""


@dataclass(frozen=True)
class Terms:
    """What is lent with a connection: whose it is, the shape of its requests, and what they ask for."""

    client: str
    shape: bytes
    parameters: dict[str, Any]
    may_compress: bool


class Loan:
    """A worker and the connections that it has."""

    def __init__(self, worker: Worker, slate: Slate, is_over: Callable[[Loan], object]) -> None:
        self._worker, self._slate, self._tell = worker, slate, is_over
        self._counted = slate.taken
        self._guests: dict[int, Guest] = {}
        self._last = self._number = self._same = self._empty = self._tries = 0
        self.is_over = False

    @property
    def lent(self) -> int:
        """How many connections it has."""
        return len(self._guests)

    def newly_taken(self) -> Taken:
        """The time that requests took since this was last asked."""
        before, self._counted = self._counted, self._slate.taken
        more = tuple(now - then for now, then in zip(self._counted.counts, before.counts, strict=True))
        return Taken(self._counted.seconds - before.seconds, more)

    def take(self, guest: Guest, terms: Terms) -> None:
        """Lends it a connection."""
        self._number += 1
        self._guests[self._number] = guest
        told = {"number": self._number, **vars(terms)}
        shape = told.pop("shape")
        if not self._worker.hand(packed("lent", told, shape), guest.lend(self)):
            self._back(self._number)

    async def listen(self) -> None:
        """Takes back what the worker gives back, until it ends."""
        try:
            with suppress(Gone):
                while True:
                    self._given_back(await self._worker.next())
        finally:
            self._ended()

    def look(self) -> None:
        """Leaves a worker alone with a request that takes long, and ends it when that goes on, or it has had nothing for long."""
        self._empty = 0 if self._guests else self._empty + 1
        phase, number, count = self._slate.in_hand
        self._same = self._same + 1 if phase is Phase.EVALUATING and count == self._last else 0
        self._last = count
        if self._same == _ALONE and self.lent > 1:
            self._leave_alone(number)
        if self._same >= _SLOW or self._empty >= _EMPTY:
            self.end()

    def end(self) -> None:
        """Takes all back as soon as that can be done."""
        if self.is_over:
            return
        if self._slate.try_lock():
            # The worker does not get the lock any more, without which it sends nothing.
            self._return(self._slate.in_hand)
        elif self._tries < _TRIES:
            self._tries += 1
            asyncio.get_running_loop().call_later(_AGAIN, self.end)
        else:
            self._worker.kill("spent")

    def _leave_alone(self, number: int) -> None:
        if not self._slate.try_lock():
            return
        if self._slate.in_hand.phase is Phase.EVALUATING:
            self._slate.recalled = self._number
            for other in [each for each in self._guests if each != number]:
                self._back(other)
        self._slate.unlock()

    def _given_back(self, frame: Frame) -> None:
        held = frame.body
        if frame.head["is_answer"]:
            self._back(frame.head["number"], answer=held)
        else:
            self._back(frame.head["number"], request=held)

    def _back(self, number: int, **held: bytes) -> None:
        if guest := self._guests.pop(number, None):
            guest.come_back(**held)

    def _return(self, in_hand: InHand) -> None:
        """Gives all connections back; a request in hand is answered by others."""
        self.is_over = True
        phase, number, _ = in_hand
        self._worker.kill("spent")
        self._tell(self)
        if phase is Phase.ANSWERING and (guest := self._guests.pop(number, None)):
            guest.cut()
        request = self._slate.request if phase is Phase.EVALUATING else b""
        for each in list(self._guests):
            self._back(each, request=request if each == number else b"")

    def _ended(self) -> None:
        if not self.is_over:
            self._return(self._slate.in_hand)
        self._slate.close()


class Lender:
    """Lends connections to at most so many workers; `modified` is when the present generation was published."""

    def __init__(self, pool: Pool, metrics: Metrics, most: int, modified: Callable[[], str]) -> None:
        self._pool, self._metrics, self._most, self._modified = pool, metrics, most, modified
        self._loans: list[Loan] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def lent(self) -> int:
        """How many connections are on loan."""
        return sum(loan.lent for loan in self._loans)

    def offer(self, guest: Guest, terms: Terms) -> None:
        """Lends a connection, if there is a worker for it; else there may be one when it is offered again."""
        loan = min(self._loans, key=lambda each: each.lent, default=None)
        if (loan is None or loan.lent) and len(self._loans) < self._most:
            # So that the connections are spread over all workers, each gets its first one before any gets a second.
            self._start()
        elif loan and loan.lent < _CONNECTIONS:
            loan.take(guest, terms)

    async def recall(self) -> None:
        """Takes all back: when this is done, no worker answers by itself."""
        present = list(self._loans)
        for loan in present:
            loan.end()
        while any(not loan.is_over for loan in present):
            await asyncio.sleep(_AGAIN)

    def count(self) -> None:
        """Brings the metrics up to date."""
        for loan in self._loans:
            self._count(loan)

    def _count(self, loan: Loan) -> None:
        seconds, counts = loan.newly_taken()
        if any(counts):
            self._metrics.add("sparql", counts, seconds)
            self._metrics.requests["/sparql", 200] += sum(counts)

    def _start(self) -> None:
        if not self._starting:
            self._starting = True
            task = asyncio.get_running_loop().create_task(self._started())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _started(self) -> None:
        try:
            async with self._pool.hired() as worker:
                await worker.lend(self._modified())
                if worker.fleet.generation == self._pool.generation:
                    await self._begun(worker).listen()
        except (Gone, OSError, Refusal):  # It ended before it began, there is none, or the machine has no memory to share.
            return
        finally:
            self._starting = False

    def _begun(self, worker: Worker) -> Loan:
        slate = Slate.new()
        loan = Loan(worker, slate, self._is_over)
        worker.hand(packed("lent"), slate.descriptor)
        self._loans.append(loan)
        self._starting = False
        if not self._timer:
            self._look()
        return loan

    def _is_over(self, loan: Loan) -> None:
        if loan in self._loans:
            self._count(loan)
            self._loans.remove(loan)

    def _look(self) -> None:
        for loan in list(self._loans):
            self._count(loan)
            loan.look()
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look) if self._loans else None
