"""Which format an answer is written in: what the client accepts, against the one table of formats.

By https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1: the most specific range that matches a format says how good it is.
Between formats that are equally good, one that was named wins over one that a wildcard covers, one named earlier over one named
later, and one that the server puts first over the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.answers import FORMATS, Format, by_name
from kg.web.refusals import Refusal

JSON = Format("json", "json", "application/json")
TEXT = Format("text", "txt", "text/plain")
HTML = Format("html", "html", "text/html", ("application/xhtml+xml",))
# What is offered, the usual one first; a table is for terminals, and comes last.
ROWS = (*(form for form in FORMATS if form.for_rows and form.name != "table"), by_name("table"))
GRAPHS = tuple(form for form in FORMATS if form.for_triples)
DATASETS = tuple(form for form in GRAPHS if form.rdf and form.rdf.supports_datasets)

_QUOTED = r'"(?:[^"\\]|\\.)*"'
# The parts of a header between commas, and those of a part between semicolons, where neither is quoted.
_PARTS = re.compile(rf"(?:{_QUOTED}|[^,])+")
_PIECES = re.compile(rf"(?:{_QUOTED}|[^;])+")
_MARKS = re.compile(r"[\W_]+")
_QUALITY = re.compile(r"\s*q\s*=\s*(-?\d*\.?\d*)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Range:
    """A media range, how good it is, and its place in the header."""

    type: str
    subtype: str
    quality: float
    at: int

    def matches(self, form: Format) -> int:
        """How specific the match is: 3 for the type by name, 2 for another name of it, 1 for `type/*`, else 0; -1 for none."""
        named = f"{self.type}/{self.subtype}"
        if named == form.media_type:
            return 3
        if named in form.also:
            return 2
        if self.subtype != "*" or self.type not in ("*", form.media_type.partition("/")[0]):
            return -1
        return int(self.type != "*")


def negotiate(accept: str, offered: Sequence[Format]) -> Format | None:
    """The offered format that an Accept header likes best, or None where it likes none.

    A header that says nothing, or nothing that can be read, accepts all.

    >>> [negotiate(accept, ROWS).name for accept in ("", "text/*", "text/csv;q=0.5, application/sparql-results+xml;q=0.7")]
    ['json', 'csv', 'xml']
    >>> negotiate("image/png", ROWS)
    """
    ranges = list(_ranges(accept)) or [_Range("*", "*", 1, 0)]
    ranked = [(_rank(form, ranges), -at, form) for at, form in enumerate(offered)]
    (quality, *_), _, best = max(ranked, key=lambda each: each[:2])
    return best if quality > 0 else None


def _rank(form: Format, ranges: Sequence[_Range]) -> tuple[float, int, int]:
    """How good a format is, by how specific a range, and how early in the header; the most specific range decides."""
    specificity, _, quality, at = max((one.matches(form), one.quality, one.quality, -one.at) for one in ranges)
    return (quality, specificity, at) if specificity >= 0 else (0, 0, 0)


def _ranges(accept: str) -> Iterator[_Range]:
    """The readable ranges of a header. Other parameters than q are passed over, and `*` is `*/*`, as some clients write it."""
    for at, part in enumerate(_PARTS.findall(accept)):
        pieces = _PIECES.findall(part) or [""]
        kind, slash, subtype = pieces[0].strip().lower().partition("/")
        if kind == "*" and not slash:
            subtype = "*"
        if kind and subtype:
            yield _Range(kind, subtype, _quality(pieces[1:]), at)


def _quality(parameters: Sequence[str]) -> float:
    """The value of q between 0 and 1; 1 where there is none that can be read."""
    for parameter in parameters:
        if found := _QUALITY.fullmatch(parameter):
            try:
                return min(max(float(found[1]), 0), 1)
            except ValueError:
                return 1
    return 1


def called(word: str, offered: Sequence[Format]) -> Format | None:
    """The offered format that `?format=` names: by its name, suffix, media type or the last part of that. Marks do not count,
    for names are written in many ways, and the plus in an address is a space.

    >>> [called(word, GRAPHS).name for word in ("ttl", "N-Triples", "application/ld json", "json-ld", "json")]
    ['turtle', 'ntriples', 'jsonld', 'jsonld', 'jsonld']
    """
    wanted = _plain(word)
    for names in (_own_names, _other_names):
        if found := next((form for form in offered if wanted in map(_plain, names(form))), None):
            return found
    return None


def _plain(name: str) -> str:
    return _MARKS.sub("", name.lower())


def _own_names(form: Format) -> set[str]:
    return {form.name, form.suffix, form.media_type, form.media_type.partition("/")[2]}


def _other_names(form: Format) -> set[str]:
    return {*form.also, *(each.partition("/")[2] for each in form.also)}


def choose(accept: str, offered: Sequence[Format], *, wanted: str | None = None) -> Format:
    """The format for an answer: the one that `wanted` names, else the one that the Accept header likes best.

    Raises Refusal (406), which lists what there is, where none fits.
    """
    found = negotiate(accept, offered) if wanted is None else called(wanted, offered)
    if found is None:
        asked = f"the format {wanted!r}" if wanted is not None else f"any of {accept!r}"
        kinds = [form.media_type for form in offered]
        raise Refusal(406, f"this cannot be had in {asked}", hint=f"what there is: {', '.join(kinds)}", offered=kinds)
    return found


def either(accept: str, wanted: str | None) -> tuple[str | None, str | None]:
    """The names of the formats for rows and for triples, where only a worker finds out which of them the answer is.

    Raises Refusal (406) where neither can be had.
    """
    if wanted is None:
        rows, graph = negotiate(accept, ROWS), negotiate(accept, GRAPHS)
    else:
        rows, graph = called(wanted, ROWS), called(wanted, GRAPHS)
    if not rows and not graph:
        choose(accept, (*ROWS, *GRAPHS), wanted=wanted)
    return rows.name if rows else None, graph.name if graph else None


def media_type(form: Format) -> str:
    """The media type as a header says it: text has a charset (https://www.rfc-editor.org/rfc/rfc6657)."""
    return f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type
