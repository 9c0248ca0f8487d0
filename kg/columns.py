"""Columns that are added to the rows of an answer: of labels, and of the sentences that each row rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg import footnotes
from kg.answers import Answer, Presenter, Row, Rows
from kg.errors import UsageError
from kg.names import Names


def literal_row(*texts: str) -> Row:
    """A row of plain texts."""
    return tuple(map(ox.Literal, texts))


def with_labels(answer: Answer, how: Presenter) -> Rows:
    """The rows with a column `<name>Label` behind each column that holds things, where none is called so."""
    rows = _rows(answer, "labels")
    named = [
        f"{name}Label" not in rows.variables and any(isinstance(row[at], ox.NamedNode) for row in rows.rows)
        for at, name in enumerate(rows.variables)
    ]
    heads = ((name, f"{name}Label") if is_named else (name,) for name, is_named in zip(rows.variables, named, strict=True))

    def widened(row: Row) -> Row:
        pairs = ((term, _label(how, term)) if is_named else (term,) for term, is_named in zip(row, named, strict=True))
        return tuple(term for pair in pairs for term in pair)

    return replace(rows, variables=[name for head in heads for name in head], rows=list(map(widened, rows.rows)))


def _label(how: Presenter, term: object) -> ox.Literal | None:
    return ox.Literal(how.text(term)) if isinstance(term, ox.NamedNode) else None


def with_evidence(answer: Answer, names: Names, form: str = "table") -> Rows:
    """The rows with a column `sentences` of what each rests on; in CSV with its rules and notes, in Markdown as footnotes."""
    rows, found = _rows(answer, "evidence"), answer.evidence()
    if form == "markdown":
        marks, below = footnotes.footnotes(found, names)
        return footnotes.Footnoted(*_extended(rows, {"sentences": marks}).table(), below, names=names)
    return _extended(rows, footnotes.columns(found, names) if form == "csv" else {"sentences": footnotes.sentences(found, names)})


def _extended(rows: Rows, columns: Mapping[str, Sequence[str]]) -> Rows:
    for name in columns:
        if name in rows.variables:
            raise UsageError(f"the answer has a column `{name}` of its own", hint=f"rename the variable ?{name}")
    extended = [(*row, *literal_row(*cells)) for row, *cells in zip(rows.rows, *columns.values(), strict=True)]
    return replace(rows, variables=[*rows.variables, *columns], rows=extended)


def _rows(answer: Answer, what: str) -> Rows:
    if not isinstance(answer, Rows):
        raise UsageError(f"an answer of {answer.kind} has no columns to add {what} to", hint="ask with SELECT")
    return answer
