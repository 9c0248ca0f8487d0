"""The application: the table of routes, and what stands before all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.web import about, assets, graph_store, linked, operations, pictures, protocol, saved
from kg.web.outside import Outside
from kg.web.pages import handlers as pages
from kg.web.service import Service

Endpoint = Callable[[Request], Awaitable[Response]]

READ = ("GET",)


def _pictures(path: str, endpoint: Callable[..., Awaitable[Response]]) -> list[tuple[str, Endpoint, tuple[str, ...]]]:
    """The routes of the pictures of an answer."""
    return [
        (f"{path}.{suffix}", partial(endpoint, form=form, is_narrow=is_narrow), READ)
        for suffix, (form, is_narrow) in pictures.SUFFIXES.items()
    ]


# Path, handler, methods. A path with a trailing slash is the same path.
ROUTES: list[tuple[str, Endpoint, tuple[str, ...]]] = [
    ("/", pages.home, READ),
    ("/search", pages.search, READ),
    ("/suggest", pages.suggest, READ),
    ("/compare", pages.compare, READ),
    ("/articles", pages.articles, READ),
    ("/evidence", protocol.evidence, protocol.METHODS),
    ("/evidence/{name}", pages.evidence, READ),
    ("/page/ontology", pages.ontology, READ),
    ("/page/{path:path}", pages.thing, READ),
    ("/sparql", protocol.sparql, protocol.METHODS),
    *_pictures("/sparql", pictures.of_text),
    ("/store", graph_store.store, graph_store.METHODS),
    ("/store/{below:path}", graph_store.store, graph_store.METHODS),
    ("/query", saved.listing, READ),
    *_pictures("/query/{name}", pictures.of_query),
    ("/query/{name}", saved.query, READ),
    ("/query/{name}/choices/{parameter}", saved.choices, READ),
    ("/openapi.json", about.openapi, READ),
    ("/.well-known/void", about.void, READ),
    ("/id/{path:path}", linked.thing, READ),
    ("/article/{path:path}", linked.thing, READ),
    ("/graph/{path:path}", linked.thing, READ),
    ("/ontology", linked.thing, READ),
    ("/data/{path:path}", linked.data, READ),
    ("/show", linked.show, READ),
    ("/neighbours", pictures.neighbours, READ),
    ("/network", pictures.network, READ),
    ("/vocabulary", pictures.vocabulary, READ),
    ("/why", linked.why, READ),
    ("/impact", linked.impact, READ),
    ("/static/{name}", assets.static, READ),
    ("/-/health", operations.health, READ),
    ("/-/metrics", operations.metrics, READ),
]


def application(service: Service) -> Outside:
    """The ASGI application of a service."""
    routes = [Route(path, endpoint, methods=list(methods)) for path, endpoint, methods in ROUTES]
    return Outside(routes, service)
