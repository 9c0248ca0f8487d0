"""What the command line prints for people: tables as wide as the terminal, and progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from kg.answers import Answer, Presenter, Rows
from kg.graph import KnowledgeGraph
from kg.names import Names

if TYPE_CHECKING:
    from rich.status import Status


# What stands where a saved question has no value: a source that is silent is an answer too.
NOT_STATED = {"en": "not stated", "ru": "не указано", "ja": "記載なし"}


def presenter(graph: KnowledgeGraph, lang: str, *, unbound: str = "") -> Presenter:
    """How this graph's terms are shown in a language; `unbound` stands where a row says nothing."""
    return replace(graph.presenter(lang), unbound=unbound)


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
