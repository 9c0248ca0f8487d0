"""The rows of an answer for a page: each cell with its term and the way to its evidence, each row with its sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    """What a column is called, in the language `lang` where that is not the page's; whether it is a column of figures."""

    name: str
    text: str
    lang: str
    is_number: bool = False


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


@dataclass(frozen=True)
class Table:
    """The rows of a page, without the columns in which all rows of the answer say the `same`: those are told once."""

    headings: list[Heading]
    lines: list[Line]
    same: list[tuple[Heading, Shown]]

    @property
    def form(self) -> str:
        """How it is laid out: a single row as a `record`; else whether the columns are `few`, `some` or `many`."""
        if len(self.lines) == 1 and len(self.headings) >= _RECORD:
            return "record"
        return form(self.headings)


# A single row of so many columns is read downwards; from how many on columns are more than few, and many.
_RECORD, _FEW, _SOME = 4, 1, 4


def form(heads: Sequence[Heading]) -> str:
    """Whether the columns are `few`, `some` or `many`."""
    return "few" if len(heads) <= _FEW else "some" if len(heads) <= _SOME else "many"


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


def same_columns(answer: Answer) -> list[int]:
    """The columns in which all rows of an answer say the same, so that it may be said once: never all, and of no single row."""
    variables, rows = answer.table()
    found = [at for at in range(len(variables)) if len({row[at] for row in rows}) == 1]
    return found if len(rows) > 1 and len(found) < len(variables) else []


def table(
    answer: Answer,
    found: Sequence[Evidence],
    heads: Sequence[Heading],
    same: Sequence[int],
    first: int,
    citing: Citing,
    terms: Terms,
    evidence: Callable[[int, int | None], str],
) -> Table:
    """The rows of an answer with what each rests on, apart from the columns of `same_columns`; `first` is the number of the
    first row, `evidence` the URL of a row's and a cell's evidence."""
    _, rows = answer.table()
    heads = with_numbers(heads, [[terms.show(term) for term in row] for row in rows])
    kept = [at for at in range(len(heads)) if at not in same]
    lines = [
        line(row, each, first + at, kept, terms, citing, evidence) for at, (row, each) in enumerate(zip(rows, found, strict=True))
    ]
    told = [(heads[at], terms.show(rows[0][at])) for at in same] if rows else []
    return Table([heads[at] for at in kept], lines, told)


def with_numbers(heads: Sequence[Heading], rows: Sequence[Sequence[Shown]]) -> list[Heading]:
    """The headings, knowing whether below them stand figures and nothing else."""
    kinds = [{row[at].kind for row in rows} - {"nothing"} for at in range(len(heads))]
    return [replace(head, is_number=each == {"number"}) for head, each in zip(heads, kinds, strict=True)]


def line(
    row: Row,
    found: Evidence,
    number: int,
    columns: Sequence[int],
    terms: Terms,
    citing: Citing,
    evidence: Callable[[int, int | None], str],
) -> Line:
    """A row with what it rests on: those of its cells that stand in the `columns`."""
    cells = [Cell(terms.show(row[at]), is_inferred(row[at], found), evidence(number, at)) for at in columns]
    inferred = any(grounded.rules for grounded in found.triples)
    return Line(number, cells, citing.sources(found), inferred, citing.of_row(found, row), evidence(number, None))


def is_inferred(term: Term | None, found: Evidence) -> bool:
    """Whether all that the evidence says of a term was concluded."""
    if term is None or isinstance(term, ox.BlankNode):
        return False
    about = [each for each in found.triples if term in (each.triple.subject, each.triple.object)]
    return bool(about) and all(each.rules for each in about)
