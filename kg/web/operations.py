"""What operators look at: `/-/health` and `/-/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg import __version__
from kg.web import service
from kg.web.metrics import simple
from kg.web.service import Service

_NOT_KEPT = {"Cache-Control": "no-store"}


async def health(request: Request) -> Response:
    """200 where a query would be answered, 503 while the workers are being started."""
    offered = service.of(request)
    told = {
        "status": "ok" if offered.pool.is_ready else "starting",
        "version": __version__,
        "generation": offered.pool.generation,
    }
    return JSONResponse(told, 200 if offered.pool.is_ready else 503, headers=_NOT_KEPT)


async def metrics(request: Request) -> Response:
    """All counts, for Prometheus."""
    text = "".join(f"{line}\n" for line in _lines(service.of(request)))
    return Response(text, headers={**_NOT_KEPT, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def _lines(offered: Service) -> Iterator[str]:
    pool, cache = offered.pool, offered.cache
    offered.lender.count()
    yield from offered.metrics.lines()
    repeated = {f"{route} {name}": count for (route, name), count in offered.replies.used.items()}
    yield from simple("kg_repeated_total", "counter", repeated, "answer")
    yield from simple("kg_kills_total", "counter", dict(pool.kills), "limit")
    yield from simple("kg_running", "gauge", {"quick": pool.shares.quick, "slow": pool.shares.slow.total()}, "kind")
    yield from simple("kg_lent", "gauge", offered.lender.lent)
    yield from simple("kg_waiting", "gauge", pool.shares.waiting)
    yield from simple("kg_cache_hits_total", "counter", cache.hits)
    yield from simple("kg_cache_misses_total", "counter", cache.misses)
    yield from simple("kg_cache_bytes", "gauge", cache.size)
