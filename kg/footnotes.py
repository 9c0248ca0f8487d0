"""How evidence is written beside the rows of an answer: as columns for a table or a spreadsheet, as footnotes in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answers import Format, Presenter, Rows
from kg.names import Names

if TYPE_CHECKING:
    from kg.evidence import Evidence


@dataclass
class Footnoted(Rows):
    """Rows with Markdown footnotes, to which marks in the rows lead."""

    footnotes: Sequence[str]

    def _write(self, form: Format, presenter: Presenter) -> str:
        below = "".join(f"{note}\n" for note in self.footnotes)
        return super()._write(form, presenter) + (f"\n{below}" if below else "")


def sentences(found: Sequence[Evidence], names: Names) -> list[str]:
    """The short names of the sentences that each row rests on, else of the other graphs."""
    return [" ".join(map(names.shorten, each.sources)) for each in found]


def columns(found: Sequence[Evidence], names: Names) -> dict[str, list[str]]:
    """The sentences, and, where any row has some, the rules by which it was inferred and the notes."""
    more = {
        "rules": [" ".join(_rules(each)) for each in found],
        "notes": ["; ".join(each.notes) for each in found],
    }
    return {"sentences": sentences(found, names), **{name: cells for name, cells in more.items() if any(cells)}}


def footnotes(found: Sequence[Evidence], names: Names) -> tuple[list[str], list[str]]:
    """The mark of each row, and one footnote for all rows of the same evidence; a row that rests on nothing has no mark."""
    texts = [_footnote(each, names) for each in found]
    marks = {text: f"[^{number}]" for number, text in enumerate(dict.fromkeys(filter(None, texts)), start=1)}
    return [marks.get(text, "") for text in texts], [f"{mark}: {text}" for text, mark in marks.items()]


def _footnote(evidence: Evidence, names: Names) -> str:
    links = ", ".join(_link(iri, names) for iri in evidence.sources)
    inferred = f"inferred by {rules}" if (rules := ", ".join(_rules(evidence))) else ""
    # A note may quote a message of several lines; a footnote is one paragraph.
    return " ".join("; ".join(filter(None, (links, inferred, *evidence.notes))).split())


def _link(iri: str, names: Names) -> str:
    """A link that shows the short name; an IRI that has none is a link by itself (CommonMark 0.31, 6.3 and 6.5)."""
    name = names.shorten(iri)
    shown = name.replace("_", r"\_")
    return name if name == f"<{iri}>" else f"[{shown}](<{iri}>)"


def _rules(evidence: Evidence) -> list[str]:
    return sorted({rule for grounded in evidence.triples for rule in grounded.rules})
