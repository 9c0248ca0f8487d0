"""The form of a saved query: a field for each parameter, with the choices that exist, and what was given filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.parameters import Parameter
from kg.queries import SavedQuery
from kg.web import catalogue
from kg.web.controls import field_name
from kg.web.state import WorkerState

# More choices than a menu can hold are suggested while typing.
_MOST_IN_MENU = 300
_KINDS = {"integer": "number", "date": "date", "gYear": "number"}
_OPEN = "*"


@dataclass(frozen=True)
class Choice:
    """A value that a parameter may have."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """A field: a menu where `choices` are few, else an input of the type `kind`; `can_be_open` says that any value will do."""

    name: str
    label: str
    lang: str
    kind: str
    value: str
    choices: list[Choice]
    can_be_open: bool
    is_open: bool
    required: bool

    @property
    def is_menu(self) -> bool:
        return bool(self.choices) and len(self.choices) <= _MOST_IN_MENU


def fields(state: WorkerState, saved: SavedQuery, values: Mapping[str, str], bound: Mapping[str, str], lang: str) -> list[Field]:
    """The fields of a query; `values` are what was given, `bound` the terms that this led to, in short."""
    return [_field(state, saved, each, values.get(each.name), bound.get(each.name), lang) for each in saved.parameters.values()]


def _field(state: WorkerState, saved: SavedQuery, parameter: Parameter, given: str | None, bound: str | None, lang: str) -> Field:
    value = bound if bound is not None else (given or "")
    told = catalogue.told_choices(state, saved, parameter, lang)
    own = {"en": parameter.name, **parameter.label}
    return Field(
        name=field_name(parameter.name),
        label=own.get(lang, own["en"]),
        lang="" if lang in parameter.label else "en",
        kind=_KINDS.get(parameter.type, "text"),
        value=value,
        choices=[Choice(each["value"], each["label"], each["value"] == value) for each in told],
        can_be_open=not parameter.required,
        is_open=bound is None,
        required=parameter.required and parameter.default is None,
    )
