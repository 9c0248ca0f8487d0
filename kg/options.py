"""What the commands share: options, the project and the graph that they choose, and how an answer is printed."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.answers import FORMATS
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import KnowledgeGraph
    from kg.project import Project
    from kg.queries import SavedQuery

Command = TypeVar("Command", bound=Callable[..., Any])

LANGUAGES = ("en", "ru", "ja")
_OF_ROWS = " ".join(form.name for form in FORMATS if form.for_rows)
_OF_TRIPLES = " ".join(form.name for form in FORMATS if form.for_triples)


def say(message: str) -> None:
    click.echo(message, err=True)


def _choose_project(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj = value


def project_option(command: Command) -> Command:
    """-C before or after the name of the command."""
    folder = click.Path(path_type=Path)
    return click.option("-C", "folder", type=folder, expose_value=False, callback=_choose_project, help="The project's folder.")(
        command
    )


def chosen_project(context: click.Context | None = None) -> Project:
    from kg.project import find

    return find((context or click.get_current_context()).find_root().obj)


def opened_graph() -> KnowledgeGraph:
    from kg import terminal
    from kg.queries import opened

    with terminal.progress() as progress:
        graph = opened(chosen_project(), progress)
    for clash in graph.clashes:
        say(f"kg: the graph is inconsistent: {clash.message} ({clash.rule}); `kg check` says where")
    return graph


def graph_to_ask() -> KnowledgeGraph:
    """The graph, after which Ctrl-C just ends the process: the engine hears none while it works, and nothing is written."""
    graph = opened_graph()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return graph


lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of labels."
)
format_option = click.option("--format", "form", metavar="FORMAT", help=f"One of {_OF_ROWS}, or for triples {_OF_TRIPLES}.")
asserted_option = click.option("--asserted", is_flag=True, help="Only what is asserted, nothing inferred.")
evidence_option = click.option("--evidence", is_flag=True, help="Add the sentences that each row rests on.")
labels_option = click.option("--labels", is_flag=True, help="Add a column of labels beside each column of things.")
output_option = click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; else stdout.")
# What every command that asks a question takes.
OF_QUERIES = (lang_option, format_option, labels_option, evidence_option, asserted_option, project_option)


@contextmanager
def to_file(output: Path | None) -> Iterator[None]:
    """Sends what is printed to a file, which is written whole or not at all; None leaves it where it goes."""
    if output is None:
        yield
        return
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with redirect_stdout(printed):
        yield
    printed.flush()
    try:
        output.write_bytes(printed.buffer.getvalue())
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}", hint="choose another file with -o") from error


def print_answer(
    graph: KnowledgeGraph,
    answer: Answer,
    form: str | None,
    lang: str,
    *,
    labels: bool,
    evidence: bool,
    saved: SavedQuery | None = None,
) -> None:
    from kg import columns, terminal

    silence = terminal.NOT_STATED[lang] if saved else ""
    presenter = terminal.presenter(graph, lang, unbound=silence)
    form = form or answer.formats()[0]
    if evidence:
        answer = columns.with_evidence(answer, graph.names, form)
    if labels:
        answer = columns.with_labels(answer, presenter)
    empty = saved.empty.get(lang, silence) if saved else ""
    terminal.show(answer, form, presenter, empty=empty)
