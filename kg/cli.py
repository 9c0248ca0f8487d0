"""The command line: parse arguments, call one function, print. Data goes to stdout, talk to stderr.

Exit codes: 0 fine, 1 findings, 2 usage or bad input.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import KGError, UsageError

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import KnowledgeGraph
    from kg.project import Project
    from kg.queries import Parameter, SavedQuery

Command = TypeVar("Command", bound=Callable[..., Any])

LANGUAGES = ("en", "ru", "ja")
_ROW_FORMATS = "table json xml csv tsv markdown, or for triples turtle trig ntriples nquads rdfxml jsonld"
_ANY = "*"


def main() -> None:
    """The program `kg`."""
    try:
        cli(prog_name="kg", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except KGError as error:
        click.echo(f"kg: {error}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read us has read enough (`kg export | head`); Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    click.echo(message, err=True)


def _choose_project(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj = value


def _with_project(command: Command) -> Command:
    """-C before or after the name of the command."""
    folder = click.Path(path_type=Path)
    return click.option("-C", "folder", type=folder, expose_value=False, callback=_choose_project, help="The project's folder.")(
        command
    )


def _project() -> Project:
    from kg.project import find

    return find(click.get_current_context().find_root().obj)


def _graph() -> KnowledgeGraph:
    from kg import terminal
    from kg.queries import opened

    with terminal.progress() as progress:
        graph = opened(_project(), progress)
    for clash in graph.clashes:
        _say(f"kg: the graph is inconsistent: {clash.message} ({clash.rule}); `kg check` says where")
    return graph


_lang = click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of labels.")
_format = click.option("--format", "form", metavar="FORMAT", help=f"One of {_ROW_FORMATS}.")
_asserted = click.option("--asserted", is_flag=True, help="Only what is asserted, nothing inferred.")
_evidence = click.option("--evidence", is_flag=True, help="Add the sentences that each row rests on.")
_labels = click.option("--labels", is_flag=True, help="Add a column of labels beside each column of things.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="kg-cajad", message="kg %(version)s")
@_with_project
def cli() -> None:
    """Ask a text as a graph: every answer with the sentences that it rests on.

    Without -C, the project is the nearest folder upwards that has ontology/, data/ and queries/, else the bundled one: the
    "Central Asia + Japan" summit of December 2025.

    Start with: kg tour
    """


@cli.command()
@_lang
@_with_project
def tour(lang: str) -> None:
    """Build the graph, ask a handful of questions, and show what their answers rest on.

    Example: kg tour --lang ru
    """
    from kg.tour import tour as take

    graph = _graph()
    take(graph, lang)


class _SavedQueries(click.Group):
    """The saved queries of the project, each a command with its parameters as options."""

    def list_commands(self, _context: click.Context) -> list[str]:
        from kg.queries import catalogue

        return sorted(catalogue(_project()))

    def get_command(self, _context: click.Context, name: str) -> click.Command:
        from kg.queries import saved

        return _command(saved(_project(), name))

    def format_commands(self, _context: click.Context, _formatter: click.HelpFormatter) -> None:
        """Nothing: `kg query` lists them with their questions."""


@cli.group(cls=_SavedQueries, invoke_without_command=True, subcommand_metavar="[NAME] [--PARAMETER VALUE …]")
@_lang
@_format
@_with_project
@click.pass_context
def query(context: click.Context, lang: str, form: str | None) -> None:
    """Run a saved query by name; without a name, list them.

    A parameter is an option of its query: `kg query NAME --help` shows them. A thing is named by its label in any language, or by its short
    name; the value * leaves the parameter open.

    Examples: kg query, kg query needs-of-state --state Kazakhstan, kg query summits-of-2025 --format csv
    """
    if context.invoked_subcommand is None:
        _list_queries(lang, form or "table")


def _list_queries(lang: str, form: str) -> None:
    from kg.answers import Rows
    from kg.queries import catalogue
    from kg.terminal import literal_row, show

    found = sorted(catalogue(_project()).items())
    rows = [literal_row(name, saved.question.get(lang, ""), " ".join(saved.tags)) for name, saved in found]
    show(Rows(["name", "question", "tags"], rows), form)


def _command(saved: SavedQuery) -> click.Command:
    shared = [_wrapped(option) for option in (_lang, _format, _labels, _evidence, _asserted, _with_project)]
    return click.Command(
        saved.name,
        params=[*map(_option, saved.parameters.values()), *shared],
        callback=lambda **values: _run(saved, **values),
        help=_help(saved),
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _wrapped(decorator: Callable[[Callable[..., None]], Any]) -> click.Parameter:
    """The option that a decorator adds."""
    holder = decorator(lambda: None)
    option: click.Parameter = holder.__click_params__[0]
    return option


def _option(parameter: Parameter) -> click.Option:
    choices = f"; one of {', '.join(map(str, parameter.choices))}" if parameter.choices else ""
    kind = f"{parameter.type}{f' ({parameter.cls})' if parameter.cls else ''}{choices}"
    default = f" [default: {parameter.default}]" if parameter.default is not None else ""
    return click.Option([f"--{parameter.name}", f"parameter_{parameter.name}"], metavar="VALUE", help=f"{kind}{default}")


def _help(saved: SavedQuery) -> str:
    example = " ".join(
        ["kg query", saved.name, *(f"--{name} {each.default or 'VALUE'}" for name, each in saved.parameters.items())]
    )
    return "\n\n".join(part for part in (saved.question.get("en"), saved.summary, f"Example: {example}") if part)


def _run(
    saved: SavedQuery, lang: str, form: str | None, labels: bool, evidence: bool, asserted: bool, **values: str | None
) -> None:
    given = {name.removeprefix("parameter_"): value for name, value in values.items() if value is not None}
    graph = _graph()
    answer = saved.run(graph, asserted=asserted, **{name: None if value == _ANY else value for name, value in given.items()})
    _print(graph, answer, form, lang, labels=labels, evidence=evidence, saved=saved)
    for remark in _remarks(saved, asserted=asserted):
        _say(f"({remark})")


def _remarks(saved: SavedQuery, *, asserted: bool) -> list[str]:
    remarks = []
    if saved.closed_world:
        remarks.append("closed world: the answer rests on what the source does not say")
    if saved.reasoning:
        remarks.append("asserted only: this question needs reasoning" if asserted else "with reasoning; --asserted leaves it out")
    return remarks


def _print(
    graph: KnowledgeGraph,
    answer: Answer,
    form: str | None,
    lang: str,
    *,
    labels: bool,
    evidence: bool,
    saved: SavedQuery | None = None,
) -> None:
    from kg import terminal

    silence = terminal.NOT_STATED[lang] if saved else ""
    presenter = terminal.presenter(graph, lang, unbound=silence)
    if evidence:
        answer = terminal.with_evidence(answer, graph.names)
    if labels:
        answer = terminal.with_labels(answer, presenter)
    empty = saved.empty.get(lang, silence) if saved else ""
    terminal.show(answer, form or answer.formats()[0], presenter, empty=empty)


@cli.command()
@click.argument("text", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="A file that holds the query.")
@_format
@_lang
@_labels
@_evidence
@_asserted
@_with_project
def sparql(
    text: str | None, file: Path | None, form: str | None, lang: str, labels: bool, evidence: bool, asserted: bool
) -> None:
    """Ask in SPARQL, over what is asserted and inferred; the project's prefixes are declared already.

    TEXT may be - for standard input.

    Example: kg sparql 'SELECT ?place { id:tokyo-summit cajad:heldAt ?place }' --evidence
    """
    graph = _graph()
    answer = graph.sparql(_sparql_text(text, file), asserted=asserted)
    _print(graph, answer, form, lang, labels=labels, evidence=evidence)


def _sparql_text(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise UsageError("give the query either as TEXT or with -f FILE", hint="kg sparql 'ASK { ?s ?p ?o }'")
    if text == "-":
        return sys.stdin.read()
    try:
        return text if file is None else file.read_text(encoding="utf-8")  # type: ignore[return-value]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", hint="name a UTF-8 file") from error


@cli.command()
@click.argument("thing", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--text", "source", type=click.Path(path_type=Path), help="Your copy of the source text: prints the passages.")
@_lang
@_with_project
def show(thing: tuple[str, ...], form: str, source: Path | None, lang: str) -> None:
    """Show a thing: its facts, each with the sentences that it rests on.

    THING is an IRI, a short name, or a label in any language.

    Examples: kg show Kazakhstan, kg show Казахстан, kg show id:tokyo-summit --text article.txt
    """
    from kg import portraits
    from kg.passages import passages
    from kg.terminal import presenter

    graph = _graph()
    portrait = graph.show(" ".join(thing), lang=lang)
    texts = passages(graph, source) if source else {}
    write = portraits.to_json if form == "json" else portraits.to_text
    click.echo(write(portrait, graph, presenter(graph, lang), texts), nl=False)


@cli.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option(
    "--text", "source", type=click.Path(path_type=Path), help="Your copy of the source text: checks offsets and hashes."
)
@_with_project
def check(form: str, source: Path | None) -> None:
    """Find everything that is wrong with ontology, data and queries, each at file:line:column.

    Exits with 1 if there is an error or a warning.

    Examples: kg check, kg -C my-project check --format sarif
    """
    from kg import checks, terminal

    with terminal.progress() as progress:
        findings = checks.check(_project(), text=source, progress=progress)
    write = {"text": checks.to_text, "json": checks.to_json, "sarif": checks.to_sarif}[form]
    click.echo(write(findings), nl=False)
    _say(checks.summary(findings))
    if any(found.severity != "note" for found in findings):
        raise click.exceptions.Exit(1)


@cli.command()
@click.option(
    "--format", "form", default="trig", show_default=True, metavar="FORMAT", help="A format of graphs, `statements`, or `all`."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (for `all`, the folder); else stdout.")
@click.option("--graph", "name", metavar="GRAPH", help="One named graph, by IRI, short name or last part.")
@_with_project
def export(form: str, output: Path | None, name: str | None) -> None:
    """Write the graph as linked data: sorted, and the same bytes each time.

    Examples: kg export --format turtle -o cajad.ttl, kg export --format statements -o statements.csv, kg export --format all -o build/data
    """
    from kg.export import write

    write(_graph(), form, output, graph_name=name)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The N-Triples file to write.")
@click.option("--full", is_flag=True, help="Also what is trivial: x sameAs x, everything an owl:Thing …")
@click.option("--engine", default="duckdb", show_default=True, help="duckdb, or owlrl for reference.")
@click.option("--memory", metavar="SIZE", help="About how much memory to use, such as 4GB; the rest goes to disk.")
def reason(files: tuple[Path, ...], output: Path, full: bool, engine: str, memory: str | None) -> None:
    """Close any RDF files under the rules of OWL 2 RL.

    Exits with 1 and a report if the triples contradict each other.

    Example: kg reason ontology.ttl data.nt.gz -o closed.nt --memory 4GB
    """
    from kg.reasoning.files import reason as close

    clashes = close(files, output, full=full, engine=engine, memory=memory, progress=_say)
    for clash in clashes:
        _say(f"kg: {clash.rule}: {clash.message}")
    if clashes:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, saved queries and options.

    Example: kg completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(cli, {}, "kg", "_KG_COMPLETE").source())
