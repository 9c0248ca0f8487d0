"""What the command line prints for people: tables as wide as the terminal, columns of labels and of sentences, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click
import pyoxigraph as ox

from kg import footnotes
from kg.answers import Answer, Presenter, Row, Rows
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.names import Names

if TYPE_CHECKING:
    from rich.status import Status


# What stands where a saved question has no value: a source that is silent is an answer too.
NOT_STATED = {"en": "not stated", "ru": "не указано", "ja": "記載なし"}


def presenter(graph: KnowledgeGraph, lang: str, *, unbound: str = "") -> Presenter:
    """How this graph's terms are shown in a language; `unbound` stands where a row says nothing."""
    return Presenter(graph.names, partial(graph.label, lang=lang), unbound)


def literal_row(*texts: str) -> Row:
    """A row of plain texts."""
    return tuple(map(ox.Literal, texts))


def show(answer: Answer, form: str, how: Presenter | None = None, *, empty: str = "") -> None:
    """Prints an answer; a table fits the terminal where stdout is one, and one without rows says what that means: `empty`."""
    how = how or Presenter(Names({}))
    if form in ("table", "markdown") and isinstance(answer, Rows) and not answer.rows and empty:
        click.echo(empty)
    elif form == "table" and isinstance(answer, Rows) and sys.stdout.isatty():
        _print_rich(answer, how)
    else:
        click.echo(answer.format(form, how), nl=False)


def _print_rich(answer: Rows, how: Presenter) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, header_style="bold")
    for name in answer.variables:
        table.add_column(name, overflow="fold")
    for row in answer.rows:
        # Text, not str: a label with [brackets] is no markup.
        table.add_row(*(Text(how.text(term)) for term in row))
    Console().print(table)


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


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Says on stderr what long work is doing: one changing line on a terminal, a line each elsewhere."""
    if not sys.stderr.isatty():
        yield partial(click.echo, err=True)
        return
    line = _StatusLine()
    try:
        yield line.say
    finally:
        line.stop()


class _StatusLine:
    """One changing line on stderr; rich is loaded when there is something to say."""

    def __init__(self) -> None:
        self._status: Status | None = None

    def say(self, message: str) -> None:
        if self._status is None:
            from rich.console import Console
            from rich.status import Status

            self._status = Status(message, console=Console(stderr=True))
            self._status.start()
        self._status.update(message)

    def stop(self) -> None:
        if self._status is not None:
            self._status.stop()
