"""The main job on the real content in one command: a handful of questions, their answers, and the sentences these rest on."""

from __future__ import annotations

import textwrap

import click
import pyoxigraph as ox

from kg import terminal
from kg.answers import Rows
from kg.graph import KnowledgeGraph
from kg.queries import SavedQuery, catalogue

_FEW = 5
_NEXT = """
Next:
  kg query                          all {count} questions; add --lang ru or --lang ja
  kg query {first} --format csv --labels
  kg show {thing}
  kg sparql 'SELECT * {{ ?s ?p ?o }} LIMIT 5' --evidence
  kg check                          what is wrong with a project, at file:line:column
  kg export --format all -o linked-data
"""


def tour(graph: KnowledgeGraph, lang: str) -> None:
    """Prints the tour of a project: the questions that its kg.toml lists under `tour`, else the first few saved ones."""
    saved = catalogue(graph.project)
    chosen = [name for name in graph.project.tour if name in saved] or list(saved)[:_FEW]
    click.echo(_head(graph, len(saved)))
    answers = [_ask(graph, saved[name], number, lang) for number, name in enumerate(chosen, start=1)]
    shown = next((term.value for answer in answers for row in answer for term in row if isinstance(term, ox.NamedNode)), "")
    thing = graph.label(shown) or "THING"
    click.echo(_NEXT.format(count=len(saved), first=next(iter(chosen), "NAME"), thing=f"'{thing}'"))


def _head(graph: KnowledgeGraph, questions: int) -> str:
    counts = graph.counts
    said = f"{counts['asserted']} facts in {len(graph.graphs)} graphs, {counts['inferred']} more inferred; {questions} saved questions"
    return f"{graph.project.title or graph.project.root}\n{said}\n"


def _ask(graph: KnowledgeGraph, saved: SavedQuery, number: int, lang: str) -> Rows:
    click.echo(textwrap.fill(f"{number}. {saved.question.get(lang, saved.question['en'])}", width=100, subsequent_indent="   "))
    click.echo(f"   kg query {saved.name} --evidence\n")
    answer = terminal.with_evidence(saved.run(graph), graph.names)
    silence = terminal.NOT_STATED[lang]
    terminal.show(answer, "table", terminal.presenter(graph, lang, unbound=silence), empty=saved.empty.get(lang, silence))
    click.echo()
    return answer
