"""The main job on the real content in one command: a handful of questions, their answers, and the sentences these rest on."""

from __future__ import annotations

import shlex
import textwrap
from itertools import islice

import click
import pyoxigraph as ox

from kg import columns, terminal
from kg.answers import Answer, Rows
from kg.graph import KnowledgeGraph
from kg.queries import Catalogue, SavedQuery, catalogue

_FEW = 5
_NEXT = """
Next:
  kg serve                          the same as pages, at http://127.0.0.1:7878
  kg query                          every question; add --lang ru or --lang ja
  kg query {first} --format csv --labels
  kg show {thing}
  kg sparql 'SELECT * {{ ?s ?p ?o }} LIMIT 5' --evidence
  kg check                          what is wrong with a project, at file:line:column
  kg export --format all -o linked-data
"""


def tour(graph: KnowledgeGraph, lang: str) -> None:
    """Prints the tour of a project: the questions that its kg.toml lists under `tour`, else the first few that need no value.

    Raises UsageError where kg.toml names a question that is not saved.
    """
    saved = catalogue(graph.project)
    chosen = [saved.saved(name) for name in graph.project.tour] or _first(saved)
    click.echo(_head(graph, len(saved), lang))
    answers = [_ask(graph, query, number, lang) for number, query in enumerate(chosen, start=1)]
    first = chosen[0].name if chosen else "NAME"
    click.echo(_NEXT.format(first=shlex.quote(first), thing=shlex.quote(_thing(graph, answers, lang))))


def _first(saved: Catalogue) -> list[SavedQuery]:
    return list(islice((query for query in saved.values() if not query.needs_a_value), _FEW))


def _thing(graph: KnowledgeGraph, answers: list[Answer], lang: str) -> str:
    """A thing of the answers, as `kg show` takes it."""
    rows = (row for answer in answers for row in answer.table()[1])
    shown = next((term.value for row in rows for term in row if isinstance(term, ox.NamedNode)), None)
    return (graph.label(shown, lang) or shown) if shown else "THING"


def _head(graph: KnowledgeGraph, questions: int, lang: str) -> str:
    counts = graph.counts
    facts = f"{counts['asserted']} facts in {len(graph.graphs)} graphs, {counts['inferred']} more inferred"
    return f"{graph.project.called(lang)}\n{facts}; {questions} saved questions\n"


def _ask(graph: KnowledgeGraph, saved: SavedQuery, number: int, lang: str) -> Answer:
    answer = saved.run(graph)
    click.echo(textwrap.fill(f"{number}. {saved.asked(lang)}", width=100, subsequent_indent="   "))
    click.echo(f"   kg query {shlex.quote(saved.name)}{' --evidence' if isinstance(answer, Rows) else ''}\n")
    if isinstance(answer, Rows):
        answer = columns.with_evidence(answer, graph.names)
    silence = terminal.NOT_STATED[lang]
    how = terminal.presenter(graph, lang, unbound=silence)
    terminal.show(answer, answer.formats()[0], how, empty=saved.empty.get(lang, silence))
    click.echo()
    return answer
