"""Saved queries as commands: each parameter an option, the question its help."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import options
from kg.errors import SourceError, UsageError
from kg.pictures.drawing import FORMS, make_room

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.answers import Answer
    from kg.graph import KnowledgeGraph
    from kg.queries import Parameter, SavedQuery


class SavedQueries(click.Group):
    """The saved queries of the project, each a command with its parameters as options."""

    def list_commands(self, context: click.Context) -> list[str]:
        from kg.queries import catalogue

        return sorted(catalogue(options.chosen_project(context)))

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """-C may stand behind the name of a query, and decides which queries there are."""
        if "-C" in args[:-1]:
            context.find_root().obj = Path(args[args.index("-C") + 1])
        return super().resolve_command(context, args)

    def get_command(self, context: click.Context, name: str) -> click.Command:
        from kg.queries import saved

        return _command(saved(options.chosen_project(context), name))

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names, without reading the queries: a broken one hides no other."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name) for name in self.list_commands(context) if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, context, incomplete)

    def format_commands(self, _context: click.Context, _formatter: click.HelpFormatter) -> None:
        """Nothing: `kg query` lists them with their questions."""


def list_queries(lang: str, form: str) -> None:
    from kg.answers import Rows
    from kg.columns import literal_row
    from kg.queries import catalogue
    from kg.terminal import show

    queries, rows, faults = catalogue(options.chosen_project()), [], []
    for name in sorted(queries):
        try:
            saved = queries[name]
            rows.append(literal_row(name, saved.asked(lang), " ".join(saved.tags)))
        except SourceError as fault:
            faults.append(fault)
    show(Rows(["name", "question", "tags"], rows), form)
    if faults:
        raise SourceError("\nkg: ".join(map(str, faults)))


def _command(saved: SavedQuery) -> click.Command:
    return click.Command(
        saved.name,
        params=[*map(_option, saved.parameters.values()), *_shared()],
        callback=lambda **values: _run(saved, **values),
        help=_help(saved),
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _shared() -> list[click.Parameter]:
    return [_wrapped(option) for option in (*options.OF_QUERIES, options.output_option)]


def _wrapped(decorator: Callable[[Callable[..., None]], Any]) -> click.Parameter:
    """The option that a decorator adds."""
    holder = decorator(lambda: None)
    option: click.Parameter = holder.__click_params__[0]
    return option


def _option(parameter: Parameter) -> click.Option:
    choices = f"; one of {', '.join(map(str, parameter.choices))}" if parameter.choices else ""
    kind = f"{parameter.type}{f' ({parameter.cls})' if parameter.cls else ''}{choices}"
    default = f" [default: {parameter.default}]" if parameter.default is not None else ""
    return click.Option([_flag(parameter.name), f"parameter_{parameter.name}"], metavar="VALUE", help=f"{kind}{default}")


def _flag(name: str) -> str:
    """The option that sets a parameter; longer where every query has an option of its name."""
    taken = {"--help", *(flag for option in _shared() for flag in option.opts)}
    return f"--parameter-{name}" if f"--{name}" in taken else f"--{name}"


def _help(saved: SavedQuery) -> str:
    given = (f"{_flag(name)} {shlex.quote(each.default or 'VALUE')}" for name, each in saved.parameters.items())
    example = " ".join(["kg query", shlex.quote(saved.name), *given])
    return "\n\n".join(part for part in (saved.question.get("en"), saved.summary, f"Example: {example}") if part)


def _run(
    saved: SavedQuery,
    lang: str,
    form: str | None,
    labels: bool,
    evidence: bool,
    asserted: bool,
    output: Path | None,
    **values: str | None,
) -> None:
    given = {name.removeprefix("parameter_"): value for name, value in values.items() if value is not None}
    from kg.parameters import ANY

    graph = options.graph_to_ask()
    answer = saved.run(graph, asserted=asserted, **{name: None if value == ANY else value for name, value in given.items()})
    with options.to_file(output):
        if form is not None and form in FORMS:
            _draw(saved, graph, answer, form, lang)
        else:
            options.print_answer(graph, answer, form, lang, labels=labels, evidence=evidence, saved=saved)
    for remark in _remarks(saved, asserted=asserted):
        options.say(f"({remark})")


def _draw(saved: SavedQuery, graph: KnowledgeGraph, answer: Answer, form: str, lang: str) -> None:
    """Writes the picture of an answer; a terminal can show none."""
    from kg.saved_pictures import picture_of

    picture = picture_of(saved, graph, answer, lang)
    if form == "png" and sys.stdout.isatty():
        raise UsageError("a terminal shows no PNG", hint=f"name a file: -o {saved.name}.png")
    make_room()
    click.echo(FORMS[form].write(picture), nl=False)


def _remarks(saved: SavedQuery, *, asserted: bool) -> list[str]:
    remarks = []
    if saved.closed_world:
        remarks.append("closed world: the answer rests on what the source does not say")
    if saved.reasoning:
        remarks.append("asserted only: this question needs reasoning" if asserted else "with reasoning; --asserted leaves it out")
    return remarks
