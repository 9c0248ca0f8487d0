"""Tells a reader in their language what the program says in English: what is wrong, where, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kg.options import LANGUAGES
from kg.web.pages.faults import FAULTS, Told
from kg.web.pages.messages import said

ENGLISH = LANGUAGES[0]
_HOLE = re.compile(r"\{(\w+)\}")
# Texts longer than this are not looked up: where holes could begin at many places, that would take long.
_LONGEST = 4000
# A list with "or": what is quoted is one piece of it, whatever it holds.
_OR = re.compile(r"""('[^']*'|"[^"]*")| or """)
_PLACE = re.compile(r"query:(\d+):(\d+)")

# What matches an English text, and what is said instead.
Template: TypeAlias = tuple[re.Pattern[str], Told]


class Text(NamedTuple):
    """A text, and the language that it is in."""

    text: str
    lang: str


def told(english: str, lang: str) -> Text:
    """A message or a hint in a language; in English where the table does not know it.

    >>> told("nothing is called 'Mars'", "ru").text
    "Ничего с именем 'Mars' нет."
    """
    return _told(english, lang, _TEMPLATES)


def _told(english: str, lang: str, among: Sequence[Template]) -> Text:
    for template, holes in among if lang != ENGLISH and len(english) <= _LONGEST else ():
        if found := template.fullmatch(english):
            return Text(_filled(getattr(holes, lang), found.groupdict(), lang), lang)
    return Text(english, ENGLISH)


def place(shown: str, lang: str) -> str:
    """Where in the query a fault is, in words; empty where that is elsewhere or not known."""
    found = _PLACE.fullmatch(shown)
    return said("error.place", lang, line=found[1], column=found[2]) if found else ""


def _filled(template: str, values: Mapping[str, str], lang: str) -> str:
    return _HOLE.sub(lambda hole: _value(hole[1], values[hole[1]], lang), template)


def _value(name: str, value: str, lang: str) -> str:
    if name == "expected":
        return _told(value, lang, _PARTS).text
    return _OR.sub(lambda found: found[1] or f" {said('error.or', lang)} ", value) if name == "any" else value


def _compiled(template: str) -> re.Pattern[str]:
    """What matches the texts that a template stands for."""
    literals = [re.escape(part) for part in _HOLE.split(template)[::2]]
    names = [rf"(?P<{name}>.+?)" for name in _HOLE.findall(template)]
    return re.compile("".join(part for pair in zip(literals, [*names, ""], strict=True) for part in pair), re.DOTALL)


def _length(template: str) -> int:
    return len(_HOLE.sub("", template))


# The longest first, so that the one that says most of a text tells it.
_SORTED = sorted(FAULTS, key=_length, reverse=True)
_TEMPLATES: list[Template] = [(_compiled(each), FAULTS[each]) for each in _SORTED]
# What can stand in another text; that text itself can not, so nothing is looked up deeper than that.
_PARTS = [found for each, found in zip(_SORTED, _TEMPLATES, strict=True) if "{expected}" not in each]
