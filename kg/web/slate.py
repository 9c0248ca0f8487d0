"""What the server and a worker with connections on loan both see: which request is in hand, and who may touch the connections.

A piece of shared memory, and a lock of the kernel on it: who holds the lock may touch the connections. The worker gives it back
while it evaluates a query and while nothing comes in; the kernel does when the worker ends.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from enum import IntEnum
from typing import NamedTuple

from kg.web.metrics import BUCKETS, bucket

# Seconds from which on it does not matter that the server has to hand on a request.
SHORT = 0.003
# A longer one goes back to the server.
LONGEST_REQUEST = 8 << 10
_PHASE = 0
_NUMBER, _RECALLED_AT = struct.Struct("<I"), 20
# The connection in hand, how many requests have been in hand, the length of the present one.
_IN_HAND, _IN_HAND_AT = struct.Struct("<IQI"), 4
# The seconds that all requests took together, and how many took how long.
_TAKEN, _TAKEN_AT = struct.Struct(f"<d{len(BUCKETS) + 1}Q"), 24
_SECONDS, _COUNT = struct.Struct("<d"), struct.Struct("<Q")
_REQUEST_AT = _TAKEN_AT + _TAKEN.size
_SIZE = _REQUEST_AT + LONGEST_REQUEST


class Phase(IntEnum):
    """What a worker is doing."""

    WAITING = 0
    EVALUATING = 1
    """Its answer has not begun: the request can be answered by another."""
    ANSWERING = 2
    """Some of the answer may have been sent."""


class InHand(NamedTuple):
    """What a worker has in hand: a connection, and the number of the request, counted from 1."""

    phase: Phase
    connection: int
    number: int


class Taken(NamedTuple):
    """The seconds that requests took, and how many of them fell into each bucket of the metrics."""

    seconds: float
    counts: tuple[int, ...]


class Slate:
    """The shared memory of one worker, which is zero at first.

    >>> slate = Slate.new()
    >>> slate.begin(7, b"GET")
    >>> slate.in_hand, slate.request
    (InHand(phase=<Phase.EVALUATING: 1>, connection=7, number=1), b'GET')
    >>> slate.begin_answer(0.002)
    >>> slate.end()
    >>> slate.in_hand.phase.name, sum(slate.taken.counts)
    ('WAITING', 1)
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE)

    @classmethod
    def new(cls) -> Slate:
        """A slate in memory of its own, whose descriptor the worker is given. OSError where the system has none."""
        descriptor = os.memfd_create("slate", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, _SIZE)
        return cls(descriptor)

    def close(self) -> None:
        """Gives the memory back, and the lock with it."""
        self._memory.close()
        os.close(self.descriptor)

    def lock(self) -> None:
        """Waits for the lock."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_EX)

    def try_lock(self) -> bool:
        """Whether the lock was free, and is ours now."""
        try:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def unlock(self) -> None:
        fcntl.lockf(self.descriptor, fcntl.LOCK_UN)

    def begin(self, connection: int, request: bytes) -> None:
        """A request of a connection is in hand now."""
        _, number, _ = _IN_HAND.unpack_from(self._memory, _IN_HAND_AT)
        self._memory[_REQUEST_AT : _REQUEST_AT + len(request)] = request
        _IN_HAND.pack_into(self._memory, _IN_HAND_AT, connection, number + 1, len(request))
        self._memory[_PHASE] = Phase.EVALUATING

    def begin_answer(self, seconds: float) -> None:
        """From now on, some of the answer may have been sent, which took so many seconds."""
        self._add(_SECONDS, _TAKEN_AT, seconds)
        self._add(_COUNT, _TAKEN_AT + _SECONDS.size + _COUNT.size * bucket(seconds), 1)
        self._memory[_PHASE] = Phase.ANSWERING

    def end(self) -> None:
        """Nothing is in hand any more."""
        self._memory[_PHASE] = Phase.WAITING

    def _add(self, form: struct.Struct, at: int, more: float) -> None:
        form.pack_into(self._memory, at, form.unpack_from(self._memory, at)[0] + more)

    @property
    def recalled(self) -> int:
        """The connections up to this number were taken back, but for the one in hand. Set and read with the lock held."""
        found: int = _NUMBER.unpack_from(self._memory, _RECALLED_AT)[0]
        return found

    @recalled.setter
    def recalled(self, number: int) -> None:
        _NUMBER.pack_into(self._memory, _RECALLED_AT, number)

    @property
    def in_hand(self) -> InHand:
        """What is in hand, or was last."""
        connection, number, _ = _IN_HAND.unpack_from(self._memory, _IN_HAND_AT)
        return InHand(Phase(min(self._memory[_PHASE], Phase.ANSWERING)), connection, number)

    @property
    def request(self) -> bytes:
        """The bytes of the request in hand."""
        _, _, length = _IN_HAND.unpack_from(self._memory, _IN_HAND_AT)
        return self._memory[_REQUEST_AT : _REQUEST_AT + min(length, LONGEST_REQUEST)]

    @property
    def taken(self) -> Taken:
        """The time that the requests took so far."""
        seconds, *counts = _TAKEN.unpack_from(self._memory, _TAKEN_AT)
        return Taken(seconds, tuple(counts))
