"""What a saved query is asked with, in an address: the values of its own parameters, and the controls that all queries have."""

from __future__ import annotations

import re

from kg.options import LANGUAGES
from kg.parameters import LONGER
from kg.web.refusals import Refusal
from kg.web.requests import Parameters

CONTROLS = ("limit", "offset", "evidence", "asserted", "labels", "lang")
MOST_ROWS = 1_000_000
_NUMBER = re.compile(r"[0-9]{1,9}")


def values(given: Parameters) -> dict[str, str]:
    """The values of the query's own parameters; Refusal (400) where one is given twice."""
    names = dict.fromkeys(name for name, _ in given.pairs if name not in CONTROLS)
    return {name.removeprefix(LONGER): given.one(name) or "" for name in names}


def field_name(name: str) -> str:
    """The name of a parameter in an address: longer where it is that of a control."""
    return f"{LONGER}{name}" if name in CONTROLS else name


def language(given: Parameters) -> str:
    """The language of labels; Refusal (400) where there are none in it."""
    lang = given.one("lang")
    if lang is None:
        return LANGUAGES[0]
    if lang not in LANGUAGES:
        raise Refusal(400, f"there are no labels in {lang!r}", hint=f"the languages are {', '.join(LANGUAGES)}")
    return lang


def number(given: Parameters, name: str, *, least: int, most: int = MOST_ROWS) -> int | None:
    """A parameter that is a whole number; Refusal (400) where it is none, too small or too large."""
    text = given.one(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise Refusal(400, f"{name}={text} is no whole number from {least} to {most}", hint=f"{name}=10")
    return int(text)


def needed(given: Parameters, name: str) -> str:
    """A parameter that names a thing; Refusal (400) where it is not given."""
    value = given.one(name)
    if not value:
        raise Refusal(400, f"there is no {name!r}", hint=f"say {name}=…: an IRI, a short name, or a label in any language")
    return value
