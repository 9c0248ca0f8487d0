"""A connection of a client: what is too long, too slow or too much is ended here, before any of it is looked at.

And the shortest way through the server: a request whose bytes are those of one that was answered before, on the same
generation, gets the same bytes again, without being parsed.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kg.web.lending import Lender, Loan, Terms
from kg.web.refusals import PROBLEM, Refusal
from kg.web.replies import Replies, Reply
from kg.web.representation import ALWAYS, takes_gzip
from kg.web.responses import Response, encoded, head
from kg.web.shapes import LONGEST_URL, Shapes, parts
from kg.web.slate import SHORT

# The URL and all headers of a request together, in bytes.
_LONGEST_HEAD = 256 << 10
# Seconds until the head of a request has come in, until its body has, and until the client takes more of an answer.
_HEAD, _BODY, _ANSWER = 20.0, 60.0, 30.0
_CROWDED = Refusal(503, "too many connections are open", hint="try again later", headers={"Retry-After": "5"})
_LONG_HEAD = Refusal(431, "the head of the request is too long", hint="send the query in the body, with POST")
_LONG_URL = Refusal(414, "the URL is longer than 64 KiB", hint="send the query in the body, with POST")
_TOO_SLOW = Refusal(408, "the request did not come in time", hint="send it again")
_NO_METHOD = Refusal(501, "this method is not known", hint="use GET, HEAD, POST, PUT, DELETE or OPTIONS")
_OTHER_VERSION = Refusal(505, "this version of HTTP is not spoken here", hint="send HTTP/1.1")
_NO_REQUEST = Refusal(400, "this is no request of HTTP/1.1", hint="see https://www.rfc-editor.org/rfc/rfc9112")
_METHOD = 40
_KNOWN_METHODS = rb"GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT"
_OTHER_METHOD = re.compile(rb"(?!(?:%b) )[!#$%%&'*+.^_`|~0-9A-Za-z-]+ [/*h]" % _KNOWN_METHODS)
_VERSIONS = ("1.0", "1.1")
# Who has asked so many new and short queries of one shape, one after the other, will ask more of them.
_ENOUGH = 8
# Whose queries have become long gains nothing by being lent, for so many more requests.
_NOT_SOON = 100


class Bounds:
    """How many connections may be open, and how many of one address."""

    def __init__(self, most: int, of_address: int) -> None:
        self.most, self.of_address = most, of_address
        self.open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Counts a connection; whether there is room for it."""
        self.open[address] += 1
        return self.open.total() <= self.most and self.open[address] <= self.of_address

    def leave(self, address: str) -> None:
        """The connection is closed."""
        self.open[address] -= 1
        if not self.open[address]:
            del self.open[address]


async def _hear_nothing() -> Message:
    """What an application hears that waits for more of a request: nothing, until it is cancelled."""
    await asyncio.get_running_loop().create_future()
    return {"type": "http.disconnect"}


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with bounds. A request that came in one piece has its bytes in `scope["request"]`."""

    # Set before the server starts.
    replies: Replies
    shapes: Shapes
    bounds: Bounds
    behind_proxy = False
    lender: Lender | None = None

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._size = self._begun = 0
        self._in_body = False
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._address = ""
        # What nobody would hear the end of, when the client has hung up.
        self._reading: asyncio.Task[object] | None = None
        # The answering of a request that was not parsed, and what has come in meanwhile.
        self._answering: asyncio.Task[None] | None = None
        self._held = b""
        # What the request began with.
        self._asked = b""
        # How many requests in a row were computed in a short time; and the loan, when a worker has the connection.
        self._computed = 0
        self._loan: Loan | None = None
        self._is_leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if self.bounds.enter(self._address):
            self._wait(_HEAD)
        else:
            self._refuse(_CROWDED)

    def connection_lost(self, exc: Exception | None) -> None:
        self.bounds.leave(self._address)
        self._stop_waiting()
        self.resume_writing()
        if self._loan:
            self._loan.end()
        for task in (self._answering, self._reading):
            if task:
                task.cancel()
        super().connection_lost(exc)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What the present task does in this context changes nothing: it is given up when the client hangs up."""
        self._reading = asyncio.current_task()
        try:
            yield
        finally:
            self._reading = None

    def data_received(self, data: bytes) -> None:
        """Takes bytes of requests."""
        if self._answering:
            self._hold(data)
            return
        cycle: RequestResponseCycle | None = self.cycle
        is_between = not self._size and not self._in_body and (cycle is None or cycle.response_complete)
        if is_between and (reply := self.replies.get(data)):
            self._repeat(reply)
            return
        if is_between and (scope := self.shapes.find(data)):
            self._answer(scope)
            return
        if not self._timer:
            self._wait(_HEAD)
        self._size += 0 if self._in_body else len(data)
        self._begun, self._asked = 0, data[:_METHOD] if is_between else self._asked
        super().data_received(data)
        if self._size > _LONGEST_HEAD:
            self._refuse(_LONG_HEAD)
        elif is_between and self._begun == 1 and not self._in_body and not self._size and self.cycle.keep_alive:
            self.scope["request"] = data  # type: ignore[typeddict-unknown-key]

    def on_message_begin(self) -> None:
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > _LONGEST_HEAD:
            self._refuse(_LONG_HEAD)
            return
        if self.parser.get_http_version() not in _VERSIONS:
            self._refuse(_OTHER_VERSION)
            return
        self._size, self._in_body = 0, True
        self._wait(_BODY)
        super().on_headers_complete()
        self.scope["connection"] = self  # type: ignore[typeddict-unknown-key]

    def on_message_complete(self) -> None:
        self._in_body = False
        self._stop_waiting()
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        if not self._write_timer:
            self._write_timer = self.loop.call_later(_ANSWER, self.transport.abort)

    def resume_writing(self) -> None:
        if self._write_timer:
            self._write_timer.cancel()
            self._write_timer = None
        super().resume_writing()

    def _repeat(self, reply: Reply) -> None:
        self._unset_keepalive_if_required()
        self._stop_waiting()
        self._computed = 0
        self.replies.used[reply.route, reply.name] += 1
        self.transport.write(reply.before + self.server_state.default_headers[0][1] + reply.after)
        self._wait_for_more()

    def lend(self, loan: Loan) -> int:
        """Leaves the connection to a worker; the descriptor of its socket."""
        self._loan, self._computed = loan, 0
        self._unset_keepalive_if_required()
        self.transport.pause_reading()
        descriptor: int = self.transport.get_extra_info("socket").fileno()
        return descriptor

    def come_back(self, request: bytes = b"", answer: bytes | None = None) -> None:
        """Sees to the connection again: first of all to a request that the worker had, or to what is left of its answer."""
        self._loan = None
        if self.transport.is_closing():
            return
        if answer is not None:
            self._computed = -_NOT_SOON
            self.transport.write(answer)
        self.transport.resume_reading()
        self._wait_for_more()
        if request:
            self.data_received(request)
        if self._is_leaving:
            self.shutdown()

    def cut(self) -> None:
        """Ends the connection: nobody knows how much of an answer was sent."""
        self._loan = None
        self.transport.abort()

    def shutdown(self) -> None:
        if self._loan:
            self._is_leaving = True
            self._loan.end()
        elif not self._answering:
            super().shutdown()
        else:
            self._answering.add_done_callback(lambda _: self.transport.close())

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > _LONGEST_HEAD:
            self._refuse(_LONG_HEAD)

    def _answer(self, scope: Scope) -> None:
        self._unset_keepalive_if_required()
        self._stop_waiting()
        if not self.behind_proxy:
            scope["client"] = self.client
        self._answering = self.loop.create_task(self._answered(scope))
        self.tasks.add(self._answering)
        self._answering.add_done_callback(partial(self._is_answered, scope))

    async def _answered(self, scope: Scope) -> None:
        response = Response(self.server_state.default_headers[0][1])

        async def send(message: Message) -> None:
            if ready := response.take(message):
                self.transport.write(ready)
                if not response.is_over:
                    await self.flow.drain()

        with suppress(Exception):
            await self.app(scope, _hear_nothing, send)
        if not response.is_over:
            self.transport.close()

    def _is_answered(self, scope: Scope, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._answering = None
        if self.transport.is_closing():
            return
        self._wait_for_more()
        self._computed = self._computed + 1 if scope.get("computed_in", SHORT) < SHORT else min(self._computed, 0)
        held, self._held = self._held, b""
        if held:
            self.data_received(held)
        elif self.lender and self._computed >= _ENOUGH and not self.transport.get_write_buffer_size():
            self.lender.offer(self, _terms(scope))

    def _wait_for_more(self) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._refuse, _TOO_SLOW)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says the same of all
        """Refuses what the parser cannot read."""
        if len(self.url or b"") > LONGEST_URL:
            self._refuse(_LONG_URL)
        else:
            self._refuse(_NO_METHOD if not self.url and _OTHER_METHOD.match(self._asked) else _NO_REQUEST)

    def _refuse(self, refusal: Refusal) -> None:
        if self.transport.is_closing():
            return
        body = refusal.problem()
        headers = {**refusal.headers, "Content-Type": PROBLEM, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [*self.server_state.default_headers[:1], *encoded(headers), *ALWAYS]
        self.transport.write(head(refusal.status, lines) + body)
        self.transport.close()


def _terms(scope: Scope) -> Terms:
    """What goes with a connection whose last request, of a known shape, was this one."""
    found = parts(scope["request"])
    assert found
    client = scope["client"][0] if scope["client"] else ""
    return Terms(client, found[0], scope["asked"].parameters, takes_gzip(Headers(scope=scope)))
