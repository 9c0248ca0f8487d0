"""The view that fits an answer by its own columns, for queries whose head says none: a map, a timeline or bars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyoxigraph as ox

from kg.answers import Rows, Term
from kg.names import WELL_KNOWN, Names
from kg.pictures import shapes
from kg.values import python_value

# One row is better read than drawn.
_LEAST = 2
_MOMENTS = frozenset(WELL_KNOWN["xsd"] + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_COORDINATES = {"latitude": re.compile(r"lat(itude)?", re.IGNORECASE), "longitude": re.compile(r"lon(g|gitude)?", re.IGNORECASE)}
_NO_NAMES = Names({})
_LABEL = re.compile(r"\w*label", re.IGNORECASE)


def fitting(answer: Rows) -> Mapping[str, str]:
    """The view of an answer, as a head would say it; empty where none fits.

    >>> rows = [(ox.Literal("one"), ox.Literal(1)), (ox.Literal("two"), ox.Literal(2))]
    >>> fitting(Rows(["name", "count"], rows))
    {'type': 'bar', 'label': 'name', 'value': 'count'}
    """
    if len(answer.rows) < _LEAST:
        return {}
    kinds: dict[str, list[str]] = {}
    for at, name in enumerate(answer.variables):
        kinds.setdefault(_kind(name, [row[at] for row in answer.rows if row[at] is not None]), []).append(name)
    return _map(kinds) or _timeline(kinds) or _bars(kinds)


def _kind(name: str, terms: Sequence[Term | None]) -> str:
    """What stands in a column; nothing where all rows say the same, for that tells them not apart."""
    if len({*terms}) < _LEAST:
        return "nothing"
    if all(isinstance(term, ox.NamedNode) for term in terms):
        return "thing"
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    if len(literals) < len(terms):
        return "other"
    if all(isinstance(python_value(term, _NO_NAMES), int | float | Decimal) for term in literals):
        return next((kind for kind, called in _COORDINATES.items() if called.fullmatch(name)), "number")
    if all(term.datatype.value in _MOMENTS for term in literals):
        return "moment"
    if all(shapes.box(term.value) for term in literals):
        return "code"
    return "label" if _LABEL.fullmatch(name) else "text"


def _map(kinds: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Places by their coordinates, and states by their ISO number."""
    places, where = _named(kinds), {key: kinds[key][0] for key in ("latitude", "longitude", "code") if key in kinds}
    is_placed = "code" in where or len(where) == len(_COORDINATES)
    return {"type": "map", "place": places[0], **where} if is_placed and places else {}


def _timeline(kinds: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What was when; a second moment is the end."""
    labels, moments = _named(kinds), kinds.get("moment", ())
    if not labels or not moments:
        return {}
    return {"type": "timeline", "label": labels[0], **dict(zip(("time", "until"), moments, strict=False))}


def _bars(kinds: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """One number of each thing. Another column might be its unit: different units share no axis."""
    labels, numbers = _named(kinds), kinds.get("number", ())
    is_alone = len(labels) == len(numbers) == 1 and not {*kinds} & {"moment", "other", "code"}
    return {"type": "bar", "label": labels[0], "value": numbers[0]} if is_alone else {}


def _named(kinds: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The columns that name something: those called labels only where nothing else does."""
    return [*kinds.get("thing", ()), *kinds.get("text", ())] or kinds.get("label", ())
