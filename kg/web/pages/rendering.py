"""Pages from templates, compiled when this is imported, for a worker can open no file; what is put into them is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Macro

from kg import figures
from kg.graph import KnowledgeGraph
from kg.languages import chosen
from kg.web import assets
from kg.web.pages.headers import HEADERS
from kg.web.pages.here import Here
from kg.web.pages.messages import said
from kg.web.pages.terms import Shown
from kg.web.sink import Sink

_PAGES = Environment(
    loader=PackageLoader("kg.web.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@lru_cache(maxsize=10_000)
def _once(macro: Macro, shown: Shown) -> str:
    """What a macro makes of a term and of nothing else, remembered: the same terms stand on a page many times."""
    return macro(shown)


_PAGES.globals["once"] = _once
# Read here for the same reason.
_ASSETS = {name: assets.url(name) for name in ("style.css", "app.js", "editor.css")}
_TEMPLATES = {name: _PAGES.get_template(name) for name in _PAGES.list_templates()}


def write(
    sink: Sink,
    graph: KnowledgeGraph,
    here: Here,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Writes a page as the answer of a job."""
    text = render(graph, here, template, context)
    sink.head("text/html; charset=utf-8", status=status, headers={**HEADERS, **(headers or {})})
    sink.write(text.encode())


def render(graph: KnowledgeGraph, here: Here, template: str, context: Mapping[str, Any]) -> str:
    """A page as HTML."""
    title, tag = chosen(graph.project.titles, here.lang)
    shared = {
        "here": here,
        "lang": here.lang,
        "t": partial(_said, here.lang),
        "n": partial(_counted, here.lang),
        "theme": lambda tag: chosen(graph.project.theme(tag), here.lang),
        "title_of_all": title,
        "title_lang": tag,
        "counts": graph.counts,
        "asset": lambda name: here.root + _ASSETS[name],
    }
    return _TEMPLATES[template].render({**shared, **context})


def _said(lang: str, key: str, **values: object) -> str:
    return said(key, lang, **values)


def _counted(lang: str, count: int) -> str:
    return figures.number(str(count), lang)
