"""What stands before all routes: errors as problems, CORS, trailing slashes, the proxy's prefix, counts and the log."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Message, Receive, Scope, Send

from kg.answers import Format
from kg.errors import KGError
from kg.web import protocol, service
from kg.web.negotiation import JSON
from kg.web.pages import handlers as pages
from kg.web.refusals import PROBLEM, Refusal
from kg.web.replies import Reply
from kg.web.representation import ALWAYS
from kg.web.service import Service

_PREFLIGHT = {
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since"
    ),
    "Access-Control-Max-Age": "86400",
}
_PROBLEM = Format("problem", "json", PROBLEM)
_TOLD: set[str] = set()
_MOST_FAULTS = 100
_HINTS = {404: "see /openapi.json for what there is", 405: "see the header Allow"}


class Outside:
    """The outermost application. It answers every request, and never with a call stack."""

    def __init__(self, routes: Sequence[BaseRoute], offered: Service) -> None:
        self._router, self._offered = Router(routes, redirect_slashes=False), offered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        call = _Call(send)
        try:
            await self._answer(scope, receive, call.send)
        except Exception as error:
            if call.status:
                # The answer has begun: to cut the connection is the only way left to say that it is not whole.
                call.is_broken = True
                raise _Cut from error
            await (await _told(scope, _refusal(error)))(scope, receive, call.send)
        finally:
            self._count(scope, call)
        self._remember(scope, call)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "asked" in scope:
            await (await protocol.again(Request(scope)))(scope, receive, send)
            return
        _refuse_without_host(scope)
        self._arrange(scope)
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=self._preflight(scope))(scope, receive, send)
        else:
            await self._router(scope, receive, send)

    def _preflight(self, scope: Scope) -> dict[str, str]:
        """What a browser is told that asks before it asks, with the methods of the path."""
        routes = (route for route in self._router.routes if isinstance(route, Route) and route.matches(scope)[0] != Match.NONE)
        methods = ", ".join(sorted({*next((route.methods or () for route in routes), ()), "OPTIONS"}))
        return {**_PREFLIGHT, "Allow": methods, "Access-Control-Allow-Methods": methods}

    def _arrange(self, scope: Scope) -> None:
        """Puts into the scope what routes look for, and the path as if there were no proxy and no trailing slash."""
        headers, prefix = Headers(scope=scope), self._offered.settings.prefix
        if self._offered.settings.behind_proxy:
            prefix = headers.get("x-forwarded-prefix", prefix)
            _believe(scope, headers)
        prefix = prefix.rstrip("/")
        path = scope["path"].removeprefix(prefix) if scope["path"].startswith(f"{prefix}/") else scope["path"]
        scope.update(app=self, service=self._offered, root_path=prefix, path=prefix + (path.rstrip("/") or "/"))

    def _remember(self, scope: Scope, call: _Call) -> None:
        """Lets the connection repeat an answer that came in one piece to a request that did."""
        if "repeatable" in scope and "request" in scope and call.can_be_repeated and scope["method"] != "HEAD":
            generation, name = scope["repeatable"]
            self._offered.replies.put(scope["request"], call.reply(scope["route"].path, name), generation)

    def _count(self, scope: Scope, call: _Call) -> None:
        route = getattr(scope.get("route"), "path", "")
        self._offered.metrics.requests[(route, call.status)] += 1
        if self._offered.settings.log:
            seconds = round(time.perf_counter() - call.begun, 6)
            shared = {"time": round(time.time(), 3), "method": scope["method"], "route": route, "status": call.status}
            _log({**shared, "seconds": seconds, "bytes": call.size, "broken": call.is_broken})


class _Cut(Exception):
    """Ends a connection in the middle of an answer."""


class _Call:
    """A request being answered: what was sent so far."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun, self.status, self.size, self.is_broken = time.perf_counter(), 0, 0, False
        self._headers: list[tuple[bytes, bytes]] = []
        self._body, self._pieces = b"", 0

    @property
    def can_be_repeated(self) -> bool:
        """Whether the answer is a whole one, after which the connection stays open."""
        return self.status == 200 and self._pieces == 1 and len(self._body) == self.size

    def reply(self, route: str, name: str) -> Reply:
        """The answer as the bytes that went over the wire, but for the date."""
        lines = b"".join(b"%b: %b\r\n" % header for header in self._headers)
        return Reply(b"HTTP/1.1 200 OK\r\ndate: ", b"\r\n" + lines + b"\r\n" + self._body, route, name)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            names = {name for name, _ in message["headers"]}
            message["headers"] += [pair for pair in ALWAYS if pair[0] not in names]
            self._headers = message["headers"]
        else:
            self._body = message.get("body", b"")
            self._pieces += 1
            self.size += len(self._body)
        await self._send(message)


def _refuse_without_host(scope: Scope) -> None:
    """Raises Refusal (400) where a request does not name one host (https://www.rfc-editor.org/rfc/rfc9112#section-3.2)."""
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    if hosts > 1 or (not hosts and scope["http_version"] == "1.1"):
        raise Refusal(400, "the request does not name one host", hint="send the header Host once")


def _believe(scope: Scope, headers: Headers) -> None:
    """Takes the client's address, the scheme and the host from what the proxy says; it appends to what it was given itself."""
    if chain := headers.get("x-forwarded-for"):
        scope["client"] = (chain.rpartition(",")[2].strip(), 0)
    if scheme := headers.get("x-forwarded-proto"):
        scope["scheme"] = "https" if scheme.strip().lower() == "https" else "http"
    if host := headers.get("x-forwarded-host"):
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"host"] + [(b"host", host.encode("latin-1"))]


async def _told(scope: Scope, refusal: Refusal) -> Response:
    """The response that tells a refusal: a page where a reader with a browser asked, if one can be made."""
    request = Request(scope)
    if "service" in scope and pages.wanted(request, (_PROBLEM, JSON)):
        with suppress(Refusal):
            return await pages.failure(request, refusal)
    return service.told(refusal)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        if trace := error.more.pop("trace", None):
            _tell_fault(trace)
        return error
    if isinstance(error, HTTPException):
        return Refusal(error.status_code, error.detail, hint=_HINTS.get(error.status_code, ""), headers=error.headers)
    if isinstance(error, KGError):
        return Refusal(400, error.message, hint=error.hint, place=error.place)
    _tell_fault(traceback.format_exc())
    return Refusal(500, "the server has a fault", hint="please report it")


def _tell_fault(trace: str) -> None:
    """Logs a fault of ours; the same one once, for a stranger may meet it as often as they like."""
    if trace not in _TOLD and len(_TOLD) < _MOST_FAULTS:
        _TOLD.add(trace)
        _log({"fault": trace})


def _log(entry: Mapping[str, object]) -> None:
    sys.stderr.write(json.dumps(entry, ensure_ascii=False) + "\n")
    sys.stderr.flush()
