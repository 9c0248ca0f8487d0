"""Where the pictures of answers are had; and the one on the page of a thing: that of the first saved query which is asked of such
a thing alone, and has an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Rows
from kg.errors import UsageError
from kg.parameters import Parameter
from kg.queries import SavedQuery
from kg.web.controls import field_name
from kg.web.pages.here import Here
from kg.web.state import WorkerState

# One row is better read than drawn.
_LEAST = 2


@dataclass(frozen=True)
class Picture:
    """The URLs of a picture: as SVG and PNG, and what it is drawn from; the narrow ones are for small screens."""

    svg: str
    png: str
    data: str
    narrow: str
    narrow_data: str

    @classmethod
    def at(cls, here: Here, path: str, given: Iterable[tuple[str, str]]) -> Picture:
        """The picture of the answer at a path, asked with some parameters."""
        pairs = [*given, ("lang", here.lang)]
        forms = ("svg", "png", "vega.json", "narrow.svg", "narrow.vega.json")
        return cls(*(here.plain(f"{path}.{form}", pairs) for form in forms))


@dataclass(frozen=True)
class Drawn:
    """A picture with the question that it answers, and the URL of that."""

    question: str
    href: str
    picture: Picture


def drawn(state: WorkerState, here: Here, thing: ox.NamedNode, classes: Collection[str]) -> Drawn | None:
    """The picture of a thing that belongs to the classes (IRIs); None where no query has one, or the graph is large."""
    fitting = _asked_of(state, classes) if state.is_traceable else iter(())
    found = next((each for each in fitting if _tells(state, *each, thing)), None)
    return linked(here, found[0], [(field_name(found[1].name), thing.value)]) if found else None


def _asked_of(state: WorkerState, classes: Collection[str]) -> Iterator[tuple[SavedQuery, Parameter]]:
    """The queries with a view whose only parameter is a thing of one of the classes."""
    for saved in state.queries():
        parameters = [*saved.parameters.values()]
        if saved.view and len(parameters) == 1 and state.graph.names.expand(parameters[0].cls or "") in classes:
            yield saved, parameters[0]


def _tells(state: WorkerState, saved: SavedQuery, parameter: Parameter, thing: ox.NamedNode) -> bool:
    try:
        answer = state.graph.evaluate(saved.text, {parameter.name: thing}, origin=saved.shown)
    except UsageError:
        return False
    return isinstance(answer, Rows) and len(answer.rows) >= _LEAST


def linked(here: Here, saved: SavedQuery, given: list[tuple[str, str]]) -> Drawn:
    """The picture of a saved query, asked with some parameters."""
    path = f"/query/{saved.name}"
    return Drawn(saved.asked(here.lang), here.to(path, given), Picture.at(here, path, given))
