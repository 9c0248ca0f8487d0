"""What the `view` of a head says: the type of picture, and which variable of the query stands for what.

#+ view: {type: bar, label: state, value: deposits}        # bars from nought; `unit` sets panels apart
#+ view: {type: dot, label: thing, value: amount, unit: currency, qualifier: qualifier, lower: [id:more-than], about: [id:about]}
#+ view: {type: timeline, label: thing, time: from, until: until, words: when, colour: modality}
#+ view: {type: graph, source: state, target: partner, label: summit}
#+ view: {type: map, code: code, place: state, value: deposits}                            # states by their ISO number
#+ view: {type: map, place: place, code: code, latitude: lat, longitude: lon, order: position, group: description}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer, Presenter, Row, Rows, Term
from kg.errors import UsageError
from kg.figures import in_words, is_number, written
from kg.names import did_you_mean
from kg.pictures.theme import WIDE, Measure

# The keys that name variables: those that a type needs, and those that it can use.
TYPES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bar": (("label", "value"), ("unit", "qualifier")),
    "dot": (("label", "value"), ("unit", "qualifier")),
    "timeline": (("label", "time"), ("until", "words", "colour", "otherwise")),
    "graph": (("source", "target"), ("label",)),
    "map": (("place",), ("code", "value", "latitude", "longitude", "order", "group")),
}


@dataclass(frozen=True)
class View:
    """An answer as its view sees it."""

    type: str
    keys: Mapping[str, Any]
    answer: Rows
    presenter: Presenter
    measure: Measure

    @classmethod
    def of(cls, answer: Answer, told: Mapping[str, Any], presenter: Presenter, name: str, measure: Measure = WIDE) -> View:
        """The view of an answer; UsageError where there is none, or it does not fit."""
        kind = str(told.get("type"))
        if kind not in TYPES or not isinstance(answer, Rows):
            raise UsageError(
                f"{name} has no picture",
                hint=f"the head of a query says how to draw its answer: `#+ view: {{type: …}}`, one of {', '.join(TYPES)}",
            )
        for key in TYPES[kind][0]:
            if key not in told:
                raise UsageError(f"the view of {name} does not say which variable is the {key}", hint=f"{key}: VARIABLE")
        for key in (*TYPES[kind][0], *TYPES[kind][1]):
            _check(key, told.get(key), answer.variables, name)
        return cls(kind, told, answer, presenter, measure)

    @property
    def rows(self) -> Sequence[Row]:
        return self.answer.rows

    def has(self, key: str) -> bool:
        return key in self.keys

    def term(self, row: Row, key: str) -> Term | None:
        """The term that a row has where the view says `key`; None where the view or the row says nothing."""
        return row[self.answer.variables.index(self.keys[key])] if key in self.keys else None

    def text(self, row: Row, key: str) -> str:
        """What people read there; empty where there is nothing."""
        term = self.term(row, key)
        return "" if term is None else legible(self.presenter.text(term))

    def figure(self, row: Row, key: str, lang: str) -> str:
        """The number there as readers of a language write it, in words where they say all of it; else the text."""
        term = self.term(row, key)
        if not isinstance(term, ox.Literal) or not is_number(term.datatype.value):
            return self.text(row, key)
        return in_words(term.value, lang) or legible(written(term.value, term.datatype.value, lang))

    def value(self, row: Row, key: str) -> str:
        """The text of the literal there; empty where there is none."""
        term = self.term(row, key)
        return term.value if isinstance(term, ox.Literal) else ""

    def number(self, row: Row, key: str) -> float | None:
        """The number there; None where there is none that can be drawn."""
        try:
            found = float(self.value(row, key))
        except ValueError:
            return None
        return found if abs(found) < float("inf") else None

    def is_in(self, row: Row, key: str, those: str) -> bool:
        """Whether the thing there is one that the view lists under `those`, by short names."""
        term = self.term(row, key)
        return isinstance(term, ox.NamedNode) and self.presenter.names.shorten(term.value) in self.keys.get(those, ())


def legible(text: str) -> str:
    r"""A text on one line, without what controls a terminal or the direction of writing.

    >>> legible("a\n b\u202e")
    'a b'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _check(key: str, variable: object, variables: Sequence[str], name: str) -> None:
    if variable is not None and variable not in variables:
        hint = did_you_mean(str(variable), variables, otherwise=f"it has {', '.join(variables)}")
        raise UsageError(f"the view of {name} takes its {key} from {variable!r}, which the answer does not have", hint=hint)
