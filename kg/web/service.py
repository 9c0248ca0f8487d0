"""What every route shares: the pool, the cache, the settings, and how an answer becomes a response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kg.project import Project
from kg.web import conditions, representation, requests
from kg.web.cache import Cache
from kg.web.jobs import Job
from kg.web.lending import Lender
from kg.web.metrics import Metrics
from kg.web.pool import Pool, Result
from kg.web.publishing import Publisher
from kg.web.refusals import PROBLEM, Refusal
from kg.web.renderer import Renderer
from kg.web.replies import Replies
from kg.web.representation import Kept, takes_gzip
from kg.web.requests import Parameters
from kg.web.settings import Settings
from kg.web.shapes import Shapes

# How long the answer to a job may be of which another job is made.
_MOST_PASSED_ON = 16 << 20
# The limits that a job meets because it does too much, however busy the server is.
_TOO_MUCH = ("time", "memory", "stack", "rows", "bytes")

# Makes another job of the answer of one.
Then: TypeAlias = Callable[[bytes], Job]
# Makes another body of the body of an answer, of the media type that stands beside it.
Drawn: TypeAlias = tuple[str, Callable[[bytes], Awaitable[bytes]]]
# What an answer is kept by: the generation, the job, its body.
Key: TypeAlias = tuple[str, bytes, bytes]


@dataclass
class Service:
    """The server's parts."""

    settings: Settings
    project: Project
    pool: Pool
    cache: Cache[Key]
    metrics: Metrics
    publisher: Publisher
    replies: Replies
    renderer: Renderer
    lender: Lender
    shapes: Shapes = field(default_factory=Shapes)
    modified: str = field(default_factory=lambda: formatdate(usegmt=True))

    async def renew(self) -> None:
        """Forgets the answers of other generations than the present one, and ends what could give more of them."""
        self.cache.clear()
        self.replies.renew(self.pool.generation)
        self.modified = formatdate(usegmt=True)
        await self.lender.recall()

    async def answer(
        self,
        request: Request,
        job: Job,
        *,
        between: Then | None = None,
        patience: float | None = None,
        then: Then | None = None,
        drawn: Drawn | None = None,
    ) -> Response:
        """The answer to a job, from the cache where it was given before; conditional and compressed as the client asks.

        `then` makes another job of the answer, whose answer the client gets instead; `between` makes one before, which is left
        out where that is more than the limits allow, or takes longer than `patience` seconds. `drawn` makes a picture of it.
        """
        key = _key(self.pool.generation, job)
        kept = self.cache.get(key)
        if kept is not None:
            # The same request once more has the same answer: the connection may give it by itself.
            request.scope["repeatable"] = (kept.generation, job.name or job.kind)
        else:
            with self.metrics.timing(job.name or job.kind):
                result = await self._done(request, job, between, patience, then)
                result = await _drawn(result, drawn) if drawn else result
            if result.rest is not None:
                return self._streamed(result)
            request.scope["computed_in"] = result.seconds
            kept = Kept(result.status, result.media_type, result.body, result.generation, result.headers)
            # A change may have been published meanwhile; the key of the answer is that of what it was asked of.
            if kept.status == 200 and result.generation == self.pool.generation:
                self.cache.put(key, kept, 2 * len(kept.body))
        return self.respond(request, kept)

    async def _done(self, request: Request, job: Job, between: Then | None, patience: float | None, then: Then | None) -> Result:
        run = partial(self.pool.run, client=requests.client(request))
        # A request of a known shape has no connection in its scope, which sees to it itself.
        with request.scope["connection"].reading() if "connection" in request.scope else nullcontext():
            result = await run(job)
            if then is None:
                return result
            found = await _whole(result)
            if between:
                async with _as_far_as_limits_allow(patience):
                    return await run(then(await _whole(await run(between(found)))))
            return await run(then(found))

    def respond(self, request: Request, kept: Kept) -> Response:
        """The response that carries an answer: 304 where the client has it already, gzip where it takes that."""
        headers, body = kept.selected(self.modified, may_compress=takes_gzip(request.headers))
        if request.method in ("GET", "HEAD") and kept.status == 200:
            conditions.refuse_others(request.headers, [headers["ETag"]], self.modified)
            if conditions.is_known(request.headers, headers["ETag"], self.modified):
                return Response(status_code=304, headers=headers)
        return Response(body, kept.status, {**headers, "Content-Type": kept.media_type})

    def may_ask_others(self, text: str) -> bool:
        """Whether a query text has to be evaluated where the network can be reached."""
        return bool(self.settings.endpoints) and ("service" in text.lower() or "\\u" in text.lower())

    def address(self, request: Request, path: str = "") -> str:
        """The URL of a path of this server, as the client knows the server."""
        return str(request.base_url).rstrip("/") + path

    def _streamed(self, result: Result) -> Response:
        headers = {**representation.shared(result.headers), "Content-Type": result.media_type}
        return _Streamed(result, headers)


def of(request: Request) -> Service:
    """The service that a request came to."""
    found: Service = request.scope["service"]
    return found


def dataset(request: Request, given: Parameters) -> dict[str, Any]:
    """What a query text is asked of and with: the parameters of jobs that evaluate one, but for the text and the formats."""
    offered = of(request)
    default, named = given.all("default-graph-uri"), given.all("named-graph-uri")
    is_whole = not default and not named
    return {
        "asserted": given.flag("asserted"),
        "default_graphs": None if is_whole else default,
        "named_graphs": None if is_whole else named,
        "endpoints": list(offered.settings.endpoints),
        "address": offered.address(request),
        "terms": given.terms(),
    }


def accept(request: Request) -> str:
    """The Accept headers of a request as one."""
    return ", ".join(request.headers.getlist("accept"))


def told(refusal: Refusal) -> Response:
    """The response that tells a refusal."""
    headers = {"Content-Type": PROBLEM, "Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    return Response(refusal.problem(), refusal.status, headers | refusal.headers)


async def _drawn(result: Result, drawn: Drawn) -> Result:
    media_type, draw = drawn
    return Result(result.status, media_type, await draw(await _whole(result)), result.generation, result.headers)


@asynccontextmanager
async def _as_far_as_limits_allow(patience: float | None) -> AsyncIterator[None]:
    """Ends what stands in it where that does more than the limits allow, or takes longer than so many seconds."""
    try:
        async with asyncio.timeout(patience):
            yield
    except TimeoutError:
        return
    except Refusal as refusal:
        if refusal.more.get("limit") not in _TOO_MUCH:
            raise


async def _whole(result: Result) -> bytes:
    """The body of an answer that another job takes; Refusal where it is too long for that."""
    found = bytearray()
    async for piece in result.pieces():
        found += piece
        if len(found) > _MOST_PASSED_ON:
            result.give_up()
            raise Refusal(
                413, "the answer is too long for its evidence to be found", hint="ask for fewer rows: add a limit", limit="bytes"
            )
    return bytes(found)


class _Streamed(StreamingResponse):
    """A long answer, which is given up when its client is gone."""

    def __init__(self, result: Result, headers: dict[str, str]) -> None:
        super().__init__(result.pieces(), result.status, headers)
        self._result = result

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._result.give_up()


def _key(generation: str, job: Job) -> Key:
    return (generation, job.head, job.body)
