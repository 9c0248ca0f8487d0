"""The rows of an answer for a page: each cell with its term and the way to its evidence, each row with its sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Answer, Row, Term
from kg.evidence import Evidence
from kg.languages import chosen
from kg.parameters import Parameter
from kg.web.pages.citing import Citing, Source
from kg.web.pages.doubts import Doubt
from kg.web.pages.messages import MESSAGES, said
from kg.web.pages.terms import Shown, Terms

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(frozen=True)
class Heading:
    """What a column is called, in the language `lang` where that is not the page's."""

    name: str
    text: str
    lang: str


@dataclass(frozen=True)
class Cell:
    """A term, whether it was only concluded, and the URL of its evidence."""

    shown: Shown
    is_inferred: bool
    evidence: str


@dataclass(frozen=True)
class Line:
    """A row: `number` counts from one."""

    number: int
    cells: list[Cell]
    sources: list[Source]
    is_inferred: bool
    doubts: list[Doubt]
    evidence: str


def headings(variables: Sequence[str], parameters: Mapping[str, Parameter], terms: Terms) -> list[Heading]:
    """What the columns are called: as the parameter, else as the project says, else as the class or property of its ontology,
    else by the name itself."""
    return [_heading(name, parameters.get(name), terms) for name in variables]


def _heading(name: str, parameter: Parameter | None, terms: Terms) -> Heading:
    lang = terms.here.lang
    if parameter and lang in parameter.label:
        return Heading(name, parameter.label[lang], "")
    if named := terms.graph.project.columns.get(name):
        text, other = chosen(named, lang)
        return Heading(name, text, "" if other == lang else other)
    if f"column.{name}" in MESSAGES:
        return Heading(name, said(f"column.{name}", lang), "")
    own = f"{terms.graph.project.base}ontology#"
    for local in (name[:1].upper() + name[1:], name):
        text, other = terms.label(own + local)
        if text and not other:
            return Heading(name, text, "")
    return Heading(name, _WORDS.sub(" ", name).lower(), "" if lang == "en" else "en")


def lines(
    answer: Answer,
    found: Sequence[Evidence],
    first: int,
    terms: Terms,
    citing: Citing,
    evidence: Callable[[int, int | None], str],
) -> list[Line]:
    """The rows of an answer; `first` is the number of the first one, `evidence` the URL of a row's and a cell's evidence."""
    _, rows = answer.table()
    return [_line(row, each, first + at, terms, citing, evidence) for at, (row, each) in enumerate(zip(rows, found, strict=True))]


def _line(
    row: Row, found: Evidence, number: int, terms: Terms, citing: Citing, evidence: Callable[[int, int | None], str]
) -> Line:
    cells = [Cell(terms.show(term), is_inferred(term, found), evidence(number, at)) for at, term in enumerate(row)]
    inferred = any(grounded.rules for grounded in found.triples)
    return Line(number, cells, citing.sources(found), inferred, citing.of_row(found, row), evidence(number, None))


def is_inferred(term: Term | None, found: Evidence) -> bool:
    """Whether all that the evidence says of a term was concluded."""
    if term is None or isinstance(term, ox.BlankNode):
        return False
    about = [each for each in found.triples if term in (each.triple.subject, each.triple.object)]
    return bool(about) and all(each.rules for each in about)
