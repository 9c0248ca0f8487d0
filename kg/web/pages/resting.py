"""What rests on a sentence: the conclusions of which it is a premise, and what would fall if it were wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.answers import Row
from kg.errors import UsageError
from kg.impact import Impact
from kg.queries import SavedQuery
from kg.web.pages import rendering, table
from kg.web.pages.citing import why
from kg.web.pages.doubts import Doubts
from kg.web.pages.here import Here
from kg.web.pages.table import Heading
from kg.web.pages.terms import Shown, Terms
from kg.web.pages.texts import Texts
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

# How many of a list are shown; the others are folded, and beyond `_MOST` the data hold them.
_FEW, _FEW_ROWS, _MOST = 12, 5, 300


@dataclass(frozen=True)
class Said:
    """A triple: `why` leads to its proof; whether it falls with the sentence."""

    parts: list[Shown]
    why: str
    falls: bool


@dataclass(frozen=True)
class Told:
    """A list of which the first few are shown, others are folded, and so many are left out."""

    first: list[Any]
    others: list[Any]
    count: int
    rest: int


@dataclass(frozen=True)
class Answer:
    """The rows that the answer to a question loses or gains: before the cells of each, where its evidence is."""

    saved: SavedQuery
    headings: list[Heading]
    rows: Told

    @property
    def form(self) -> str:
        """How its columns are laid out."""
        return table.form(self.headings)


class Resting:
    """What rests on a sentence, for the readers of a page."""

    def __init__(self, state: WorkerState, here: Here, terms: Terms) -> None:
        self._state, self._here, self._terms = state, here, terms

    def on(self, sentence: str) -> dict[str, Any]:
        """For the page of a sentence: conclusions, and answers that would be others without it."""
        found, conclusions = self._state.impacts.of(sentence), self._state.impacts.conclusions(sentence)
        return {
            "conclusions": self._triples(conclusions, falling=found.inferred),
            "falling": len(found.inferred),
            "answers": self.answers(found),
        }

    def fallen(self, found: Impact) -> list[tuple[str, Told]]:
        """What is stated nowhere else, and what no longer follows."""
        return [("impact.stated", self._triples(found.stated)), ("impact.inferred", self._triples(found.inferred))]

    def answers(self, found: Impact) -> list[tuple[str, list[Answer]]]:
        """The rows that answers lose, and those that they gain."""
        lost = [self._answer(found, name, rows, is_new=False) for name, rows in found.lost.items()]
        gained = [self._answer(found, name, rows, is_new=True) for name, rows in found.gained.items()]
        return [("impact.lost", lost), ("impact.gained", gained)]

    def _triples(self, triples: tuple[ox.Triple, ...], falling: tuple[ox.Triple, ...] = ()) -> Told:
        fallen = {*falling}
        said = [Said([*map(self._terms.show, each)], why(self._here, each), each in fallen) for each in triples[:_MOST]]
        return _told(said, len(triples), _FEW)

    def _answer(self, found: Impact, name: str, rows: tuple[Row, ...], *, is_new: bool) -> Answer:
        saved = self._state.saved[name]
        headings = table.headings(found.columns[name], saved.parameters, self._terms)
        shown = [("" if is_new else self._evidence(name, row), [*map(self._terms.show, row)]) for row in rows[:_MOST]]
        return Answer(saved, headings, _told(shown, len(rows), _FEW_ROWS))

    def _evidence(self, name: str, row: Row) -> str:
        return self._here.to(f"/evidence/{name}", [("evidence-row", str(self._state.impacts.place(name, row)))])


def _told(shown: list[Any], count: int, few: int) -> Told:
    return Told(shown[:few], shown[few:], count, count - len(shown))


def impact(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what would fall if a sentence were wrong. Parameters: `sentence`, `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    try:
        found = state.impacts.of(parameters["sentence"])
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error
    terms = Terms(graph, here)
    resting = Resting(state, here, terms)
    context = {
        "sentence": terms.thing(found.sentence),
        "name": graph.names.shorten(found.sentence).strip("<>"),
        "passage": Texts(graph).passage(found.sentence, state.passages),
        "graphs": [terms.thing(iri) for iri in found.graphs[1:]],
        "doubts": Doubts(graph, terms).of(found.sentence),
        "triples": resting.fallen(found),
        "answers": resting.answers(found),
        "formats": [(name, here.plain("/impact", [*here.pairs, ("format", name)])) for name in ("json", "turtle")],
    }
    rendering.write(sink, graph, here, "impact.html", context)
