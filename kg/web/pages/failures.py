"""Refusals as pages: what happened, what to do, and where else to go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.names import nearest
from kg.web.pages import rendering, telling
from kg.web.pages.here import Here
from kg.web.pages.messages import MESSAGES
from kg.web.pages.results import NAMES
from kg.web.pages.terms import Terms
from kg.web.sink import Sink
from kg.web.state import WorkerState

_MOST_NEAR = 6
# A longer one is a list of all that there is, to which the page has a link.
_LONGEST_HINT = 400
_NOT_FOUND = 404


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the page of a refusal. Parameters: `status`, `message`, `hint`, `place`, `limit`; `query`, the text that was asked;
    `name`, the saved query that was; `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    status, hint = parameters["status"], parameters["hint"]
    name = _missing(here) if status == _NOT_FOUND else ""
    terms = Terms(graph, here)
    key = f"error.{status}" if f"error.{status}" in MESSAGES else "error.400"
    saved = state.saved.get(parameters["name"])
    context = {
        **{each: parameters[each] for each in ("status", "place", "limit", "query")},
        "message": telling.told(parameters["message"], here.lang),
        "hint": telling.told(hint if len(hint) <= _LONGEST_HINT else "", here.lang),
        "place_in_words": telling.place(parameters["place"], here.lang),
        "headline": key,
        "wanted": name,
        "near": [terms.thing(each.value) for each in _near(state, name)],
        "near_queries": [state.saved[each] for each in _near_queries(state, name)],
        "saved": saved,
        "is_asked": bool(parameters["query"]) or here.path == "/sparql",
        "formats": NAMES,
        "asserted": ("asserted", "1") in here.pairs,
    }
    rendering.write(sink, graph, here, "failure.html", context, status=status, headers=parameters["headers"])


def _missing(here: Here) -> str:
    """What the address names that is not there; where it has parameters, what is missing is named by one of them."""
    return "" if any(name != "lang" for name, _ in here.pairs) else here.path.rstrip("/").rpartition("/")[2]


def _near(state: WorkerState, name: str) -> list[Any]:
    text = name.replace("-", " ").strip()
    if not text:
        return []
    return (state.graph.search(text, most=_MOST_NEAR) or state.graph.near(text, most=_MOST_NEAR))[:_MOST_NEAR]


def _near_queries(state: WorkerState, name: str) -> list[str]:
    return nearest(name, state.saved) if name else []
