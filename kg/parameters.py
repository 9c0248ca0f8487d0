"""What the heads of saved queries say: questions, parameters, what a value must look like and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from kg.errors import UsageError
from kg.languages import Texts, chosen
from kg.names import WELL_KNOWN

# What each type of a parameter looks like: the form of its text, and examples of right values.
TYPES: dict[str, tuple[str, str]] = {
    "iri": (r"[\s\S]+", "a thing: its label, short name or IRI"),
    "string": (r"[\s\S]*", "any text"),
    "integer": (r"[+-]?[0-9]+", "a whole number, such as 5"),
    "decimal": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "a number, such as 2.5"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date, such as 2025-12-20"),
    "gYear": (r"-?[0-9]{4,}", "a year, such as 2025"),
}
# What a command or a URL says for None: it leaves a parameter open that has a default.
ANY = "*"
# What a URL puts before the name of a parameter, so that it is not taken for a control such as `limit`.
LONGER = "parameter-"
# What stands for the bytes of an argument that is not UTF-8; no literal can hold it.
_NOT_TEXT = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Parameter:
    """A variable that a caller may bind; `cls` is the short name of the class that a thing must have."""

    name: str
    type: str = "string"
    cls: str | None = None
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)

    def expects(self) -> str:
        """What a right value is, in words."""
        kind = f" that is a {self.cls}" if self.cls else ""
        return f"one of {', '.join(self.choices)}" if self.choices else f"{TYPES[self.type][1]}{kind}"

    def check(self) -> None:
        """Raises UsageError where the default or a choice is no value of the type."""
        for value in () if self.type == "iri" else (*self.choices, *([] if self.default is None else [self.default])):
            self.literal(value)

    def literal(self, value: object) -> ox.Literal:
        """A value as the literal of this parameter's type; UsageError says what would be right."""
        text = lexical(value)
        if text is None or not _fits(text, self.type):
            raise UsageError(f"{value!s} is no {self.type} for {self.name!r}", hint=f"give {self.expects()}")
        return ox.Literal(text, datatype=ox.NamedNode(WELL_KNOWN["xsd"] + self.type))


def _fits(text: str, kind: str) -> bool:
    if _NOT_TEXT.search(text):
        return False
    if kind == "date":
        with suppress(ValueError):
            return len(text) == 10 and bool(date.fromisoformat(text))
        return False
    return bool(re.fullmatch(TYPES[kind][0], text))


def lexical(value: object) -> str | None:
    """A Python value as the text of a literal, None where it is none: True as `true`, a date as ISO 8601 writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, ox.Literal):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float | Decimal) else None


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a head says; languages are keys of `question`, `description` and `empty`."""

    question: Texts
    summary: str = ""
    description: Texts = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)
    compare: Mapping[str, Any] = field(default_factory=dict)
    reasoning: bool = False
    closed_world: bool = False
    empty: Texts = field(default_factory=dict)
    see: tuple[str, ...] = ()

    @property
    def needs_a_value(self) -> bool:
        """Whether it cannot be asked without a value for a parameter."""
        return any(each.required and each.default is None for each in self.parameters.values())

    def asked(self, lang: str) -> str:
        """The question in a language, else in English."""
        return chosen(self.question, lang)[0]
