"""Whether sentences are where the data says: offsets in code points (NFC, lines ending in LF) and the SHA-256 of the slice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.checks.corpus import Corpus
from kg.checks.findings import Finding, finding
from kg.errors import Place
from kg.names import WELL_KNOWN
from kg.passages import read_text

_START, _END = WELL_KNOWN["oa"] + "start", WELL_KNOWN["oa"] + "end"
_HASH = "#sha256"
_WRONG_TEXT = "is this the text that the data was made from?"


def texts(corpus: Corpus, file: Path) -> Iterator[Finding]:
    """A finding for each sentence whose place in the text of `file` or whose hash is wrong; UsageError if it cannot be read."""
    text, checked = read_text(file), 0
    for iri, values in sorted(_positions(corpus).items()):
        properties = {"start": _START, "end": _END, "hash": next((each for each in values if each.endswith(_HASH)), "")}
        if properties["hash"] and {_START, _END} <= values.keys():
            checked += 1
            problem = _problem(text, *(values[property] for property in properties.values()))
            if problem:
                place = corpus.place(iri, properties["hash"])
                yield finding("text-mismatch", f"{corpus.names.shorten(iri)} {problem}", place, _WRONG_TEXT)
    if not checked:
        yield finding(
            "text-mismatch", "the data gives no positions in a text", Place("data"), "state oa:start, oa:end and a sha256"
        )


def _positions(corpus: Corpus) -> dict[str, dict[str, str]]:
    """What is said about positions and hashes, by node and property."""
    found: dict[str, dict[str, str]] = {}
    for quad in corpus.quads:
        property = quad.predicate.value
        wanted = property in (_START, _END) or property.endswith(_HASH)
        if wanted and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            found.setdefault(quad.subject.value, {})[property] = quad.object.value
    return found


def _problem(text: str, start: str, end: str, expected: str) -> str:
    if not (start.isdecimal() and end.isdecimal()) or int(start) >= int(end):
        return f"cannot lie between {start} and {end}"
    if int(end) > len(text):
        return f"ends at {end}, and the text has {len(text)} characters"
    slice = text[int(start) : int(end)]
    same = hashlib.sha256(slice.encode()).hexdigest() == expected.lower()
    return "" if same else f"has another hash than the text between {start} and {end}"
