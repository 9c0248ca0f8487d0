"""The view that an answer has without a head that says one: by what stands in its columns."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox
import pytest

from kg.answers import Presenter, Row, Rows, Term
from kg.names import WELL_KNOWN, Names
from kg.pictures.fitting import fitting
from kg.pictures.kinds import specification

EX = "https://example.org/"
A, B = ox.NamedNode(EX + "a"), ox.NamedNode(EX + "b")


def typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(WELL_KNOWN["xsd"] + datatype))


def text(value: str) -> ox.Literal:
    return ox.Literal(value)


CASES: list[tuple[dict[str, tuple[Term | None, ...]], Mapping[str, str]]] = [
    ({"s": (A, B), "n": (ox.Literal(1), typed("2.5", "double"))}, {"type": "bar", "label": "s", "value": "n"}),
    (
        {"s": (A, B), "sLabel": (text("a"), text("b")), "n": (ox.Literal(1), ox.Literal(2))},
        {"type": "bar", "label": "s", "value": "n"},
    ),
    ({"label": (text("a"), text("b")), "n": (ox.Literal(1), ox.Literal(2))}, {"type": "bar", "label": "label", "value": "n"}),
    # What the other column says may be a unit, or a second measure.
    ({"s": (A, B), "unit": (B, A), "n": (ox.Literal(1), ox.Literal(2))}, {}),
    ({"s": (A, B), "n": (ox.Literal(1), ox.Literal(2)), "m": (ox.Literal(3), ox.Literal(4))}, {}),
    ({"s": (A, B), "unit": (A, A), "n": (ox.Literal(1), ox.Literal(2))}, {"type": "bar", "label": "s", "value": "n"}),
    (
        {"s": (A, B), "on": (typed("2025", "gYear"), typed("2025-12-19", "date"))},
        {"type": "timeline", "label": "s", "time": "on"},
    ),
    (
        {
            "s": (A, B),
            "b": (typed("2024", "gYear"), typed("2025", "gYear")),
            "e": (typed("2026", "gYear"), typed("2027", "gYear")),
        },
        {"type": "timeline", "label": "s", "time": "b", "until": "e"},
    ),
    (
        {"s": (A, B), "lat": (typed("43.6", "decimal"), typed("42.1", "decimal")), "Longitude": (ox.Literal(51), ox.Literal(52))},
        {"type": "map", "place": "s", "latitude": "lat", "longitude": "Longitude"},
    ),
    ({"s": (A, B), "iso": (text("398"), text("417"))}, {"type": "map", "place": "s", "code": "iso"}),
    ({"s": (A, B), "iso": (text("398"), text("999"))}, {}),
    ({"s": (A, B), "o": (B, A)}, {}),
    ({"n": (ox.Literal(1), ox.Literal(2))}, {}),
    ({"s": (A,), "n": (ox.Literal(1),)}, {}),
    ({}, {}),
]


def made(columns: Mapping[str, tuple[Term | None, ...]]) -> Rows:
    rows: list[Row] = list(zip(*columns.values(), strict=True))
    return Rows([*columns], rows)


@pytest.mark.parametrize(("columns", "view"), CASES, ids=[" ".join(columns) or "nothing" for columns, _ in CASES])
def test_what_stands_in_the_columns_says_how_they_are_drawn(
    columns: Mapping[str, tuple[Term | None, ...]], view: Mapping[str, str]
) -> None:
    answer = made(columns)
    assert fitting(answer) == view
    if view:
        assert specification(answer, view, Presenter(Names({})), name="made", title="Made", lang="en")["title"]
