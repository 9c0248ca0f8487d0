"""Refusals as pages: what happened, what to do, and where else to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import UnknownThingError, UsageError
from kg.names import nearest
from kg.parameters import Parameter
from kg.queries import SavedQuery
from kg.web import catalogue
from kg.web.controls import field_name
from kg.web.pages import rendering, telling
from kg.web.pages.here import Here
from kg.web.pages.messages import MESSAGES
from kg.web.pages.results import NAMES
from kg.web.pages.terms import Terms
from kg.web.sink import Sink
from kg.web.state import WorkerState

_MOST_NEAR = 6
# So many choices are all named where none is near.
_FEW = 12
# A longer one is a list of all that there is, to which the page has a link.
_LONGEST_HINT = 400
_NOT_FOUND = 404


@dataclass(frozen=True)
class Mistake:
    """A value of a parameter that names nothing there: what the parameter is called, and links to the question with others."""

    label: str
    value: str
    links: list[tuple[str, str]]


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
        "mistake": _mistake(state, saved, here) if saved and status == _NOT_FOUND else None,
        "near": [terms.listed(each.value) for each in _near(state, name)],
        "near_queries": [state.saved[each] for each in _near_queries(state, name)],
        "saved": saved,
        "is_asked": bool(parameters["query"]) or here.path == "/sparql",
        "formats": NAMES,
        "asserted": ("asserted", "1") in here.pairs,
    }
    rendering.write(sink, graph, here, "failure.html", context, status=status, headers=parameters["headers"])


def _mistake(state: WorkerState, saved: SavedQuery, here: Here) -> Mistake | None:
    """The first value that names nothing which its parameter can be; None where there is no such value."""
    given = dict(here.pairs)
    for parameter in saved.parameters.values():
        value = given.get(field_name(parameter.name), "")
        if value and not _is_known(state, saved, parameter, value):
            links = _choices(state, saved, parameter, value, here)
            return Mistake(parameter.label.get(here.lang, parameter.name), value, links) if links else None
    return None


def _is_known(state: WorkerState, saved: SavedQuery, parameter: Parameter, value: str) -> bool:
    try:
        saved.bind(state.graph, {parameter.name: value})
    except UsageError as error:
        return not isinstance(error, UnknownThingError)
    return True


def _choices(state: WorkerState, saved: SavedQuery, parameter: Parameter, value: str, here: Here) -> list[tuple[str, str]]:
    """What may be meant by a value, else all that it can be where that is little: labels, and addresses of the question."""
    known = catalogue.told_choices(state, saved, parameter, here.lang)
    by_name = {name: each for each in known for name in (each["value"].rpartition(":")[2], each["label"])}
    near = {by_name[name]["value"]: by_name[name] for name in nearest(value, by_name)}
    chosen = [*near.values()] or (known if len(known) <= _FEW else [])
    return [(each["label"], here.again(**{field_name(parameter.name): each["value"]})) for each in chosen]


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
