"""Connections on loan, in the worker: it reads requests from them and answers by itself, as long as they are of a known shape.

What is more than that, a request of another shape, a fault, a text that was asked before, goes back with its connection to the
server, which sees to it as to any request.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from kg.web.confinement import TimeLimit
from kg.web.frames import Frame, Unpacker, packed
from kg.web.jobs import Function
from kg.web.limits import Limits
from kg.web.representation import ALWAYS, Kept
from kg.web.responses import encoded, head
from kg.web.shapes import decoded, parts
from kg.web.sink import Sink
from kg.web.slate import LONGEST_REQUEST, SHORT, Slate
from kg.web.state import WorkerState

_READ = 32 << 10
# Seconds that a connection may be idle before it goes back, and how often that is looked at.
_IDLE, _TICK = 2.0, 1.0
# After so many requests that are not short, one after the other, a connection goes back, for they would only keep others waiting.
_SEVERAL = 3
# Texts that were answered lately: whoever asks one again is answered by the server, which remembers answers.
_REMEMBERED = 16 << 10
_DESCRIPTORS = 16


class _Unanswerable(Exception):
    """The server has to answer this."""


@dataclass
class _Guest:
    """A connection: its number, its descriptor, its client, and the shape of its requests."""

    number: int
    descriptor: int
    client: str
    shape: bytes
    parameters: Mapping[str, Any]
    may_compress: bool
    used: float = field(default_factory=time.monotonic)
    long_ones: int = 0


class Desk:
    """Serves the connections that come over `control`; `generation` and `modified` are those of the state."""

    def __init__(
        self, state: WorkerState, query: Function, control: socket.socket, limits: Limits, *, generation: str, modified: str
    ) -> None:
        self._state, self._query, self._control, self._limits = state, query, control, limits
        self._generation, self._modified = generation, modified
        self._guests: dict[int, _Guest] = {}
        self._recalled = 0
        self._seen: set[int] = set()
        self._unpacker, self._received = Unpacker(), deque[int]()
        self._poll = select.epoll()
        self._poll.register(control.fileno(), select.EPOLLIN)
        self._limit = TimeLimit(limits.deadline)
        self._date, self._dated = b"", 0
        self._looked = time.monotonic()

    def serve(self) -> None:
        """Until the server hangs up."""
        with suppress(EOFError):
            _, *others = self._messages()
            self._slate = Slate(self._received.popleft())
            self._slate.lock()
            for each in others:
                self._welcome(each)
            while True:
                self._turn()

    def _turn(self) -> None:
        """Answers a request of each connection that has one waiting; EOFError when the server has hung up."""
        ready = self._ready()
        self._limit.renew()
        if self._control.fileno() in ready:
            for each in self._messages():
                self._welcome(each)
        for guest in _fairly([self._guests[each] for each in ready if each in self._guests]):
            # The server may have taken it back meanwhile.
            if self._guests.get(guest.descriptor) is guest:
                self._serve(guest)
        self._send_idle_back()

    def _ready(self) -> list[int]:
        events = self._poll.poll(0)
        if not events:
            # Meanwhile, the server may take all back.
            self._slate.unlock()
            events = self._poll.poll(_TICK)
            self._slate.lock()
        return [descriptor for descriptor, _ in events]

    def _messages(self) -> list[Frame]:
        data, descriptors, _, _ = socket.recv_fds(self._control, _READ, _DESCRIPTORS)
        if not data:
            raise EOFError
        self._received.extend(descriptors)
        return list(self._unpacker.feed(data))

    def _welcome(self, message: Frame) -> None:
        guest = _Guest(descriptor=self._received.popleft(), shape=message.body, **message.head)
        if guest.number <= self._recalled:  # It was taken back before it came.
            os.close(guest.descriptor)
            return
        self._guests[guest.descriptor] = guest
        self._poll.register(guest.descriptor, select.EPOLLIN)

    def _serve(self, guest: _Guest) -> None:
        begun = time.perf_counter()
        try:
            request = os.read(guest.descriptor, LONGEST_REQUEST)
        except BlockingIOError:
            return
        except OSError:
            request = b""
        guest.used = time.monotonic()
        text = self._text(guest, request)
        if text is None:
            self._send_back(guest, request)
        else:
            self._answer(guest, request, text, begun)

    def _text(self, guest: _Guest, request: bytes) -> bytes | None:
        """The text of a request that can be answered here."""
        found = parts(request)
        if found is None or found[0] != guest.shape:
            return None
        told = hash((guest.shape, found[1]))
        if told in self._seen:
            return None
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen.add(told)
        return decoded(found[1])

    def _answer(self, guest: _Guest, request: bytes, text: bytes, begun: float) -> None:
        self._slate.begin(guest.number, request)
        self._slate.unlock()
        try:
            answer = self._evaluated(guest, text)
        except Exception:  # The server asks again, and tells the client what is wrong.
            answer = None
        self._slate.lock()
        was_recalled = self._slate.recalled > self._recalled
        if was_recalled:
            self._recalled = self._slate.recalled
            self._forget_all_but(guest)
        if answer is None:
            self._slate.end()
            self._send_back(guest, request)
            return
        taken = time.perf_counter() - begun
        self._slate.begin_answer(taken)
        rest = self._sent(guest, answer)
        self._slate.end()
        guest.long_ones = guest.long_ones + 1 if taken > SHORT else 0
        if rest or was_recalled or guest.long_ones >= _SEVERAL:
            self._send_back(guest, rest, is_answer=True)

    def _evaluated(self, guest: _Guest, text: bytes) -> bytes:
        """The whole response to a text."""
        found: list[tuple[str, bytes]] = []

        def take(kind: str, head: Mapping[str, Any], body: bytes | bytearray) -> None:
            if kind != "whole":
                raise _Unanswerable
            found.append((head["media_type"], bytes(body)))

        sink = Sink(take, self._limits.answer, self._limits.rows)
        self._query(self._state, {**guest.parameters, "body": text}, sink)
        sink.end()
        ((media_type, body),) = found
        return self._response(Kept(200, media_type, body, self._generation, {}), may_compress=guest.may_compress)

    def _response(self, kept: Kept, *, may_compress: bool) -> bytes:
        headers, body = kept.selected(self._modified, may_compress=may_compress)
        told = {**headers, "Content-Type": kept.media_type, "Content-Length": str(len(body))}
        return head(200, [(b"date", self._now()), *encoded(told), *ALWAYS]) + body

    def _now(self) -> bytes:
        if (now := int(time.time())) != self._dated:
            self._date, self._dated = formatdate(now, usegmt=True).encode(), now
        return self._date

    def _sent(self, guest: _Guest, answer: bytes) -> bytes:
        """Sends what the connection takes; what it does not take now."""
        try:
            return answer[os.write(guest.descriptor, answer) :]
        except BlockingIOError:
            return answer
        except OSError:  # The client has hung up, which the server sees.
            return b""

    def _send_idle_back(self) -> None:
        now = time.monotonic()
        if now < self._looked + _TICK:
            return
        self._looked = now
        for guest in [guest for guest in self._guests.values() if now > guest.used + _IDLE]:
            self._send_back(guest, b"")

    def _send_back(self, guest: _Guest, held: bytes, *, is_answer: bool = False) -> None:
        """Gives a connection back, with a request that was read or the rest of an answer."""
        self._forget(guest)
        waiting = memoryview(packed("back", {"number": guest.number, "is_answer": is_answer}, held))
        while waiting:
            waiting = waiting[os.write(self._control.fileno(), waiting) :]

    def _forget_all_but(self, kept: _Guest) -> None:
        for guest in [guest for guest in self._guests.values() if guest is not kept]:
            self._forget(guest)

    def _forget(self, guest: _Guest) -> None:
        del self._guests[guest.descriptor]
        self._poll.unregister(guest.descriptor)
        os.close(guest.descriptor)


def _fairly(guests: Sequence[_Guest]) -> Sequence[_Guest]:
    """The connections in turns of their clients; of each client first the one that was served longest ago."""
    if len({guest.client for guest in guests}) < 2:
        return guests
    turns = Counter[str]()
    ordered: list[tuple[int, _Guest]] = []
    for guest in sorted(guests, key=lambda guest: guest.used):
        ordered.append((turns[guest.client], guest))
        turns[guest.client] += 1
    return [guest for _, guest in sorted(ordered, key=lambda each: each[0])]
