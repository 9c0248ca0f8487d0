"""What would fall with a sentence as text for people, as JSON for programs, and as PROV-O; all three say the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg import prov
from kg.answers import Presenter, Row
from kg.graph import KnowledgeGraph
from kg.impact import Impact

# How many rows of an answer people are shown.
_SHOWN = 3


def to_text(found: Impact, graph: KnowledgeGraph, how: Presenter) -> str:
    """What falls, as lines, with the first rows of each answer."""
    return "\n".join(_lines(found, graph, how)) + "\n"


def _lines(found: Impact, graph: KnowledgeGraph, how: Presenter) -> Iterator[str]:
    yield f"If {graph.names.shorten(found.sentence)} were wrong:"
    for graph_of_it in found.graphs[1:]:
        yield f"  {graph.names.shorten(graph_of_it)}, derived from it alone, would fall too"
    for title, triples in (("stated nowhere else", found.stated), ("inferred, and no longer following", found.inferred)):
        yield from ("", f"{title}: {len(triples)}")
        yield from (f"  {' · '.join(how.text(term) for term in triple)}" for triple in triples)
    for title, answers in (("rows that answers lose", found.lost), ("rows that answers gain", found.gained)):
        yield from ("", f"{title}: {sum(map(len, answers.values()))}")
        for name, rows in answers.items():
            yield f"  kg query {name}: {len(rows)}"
            yield from (f"    {' | '.join(how.text(cell) for cell in row)}" for row in rows[:_SHOWN])
            yield from ["    …"] * (len(rows) > _SHOWN)


def to_json(found: Impact) -> str:
    """What falls, as one JSON object; triples and the cells of rows as N-Triples terms."""
    whole: dict[str, Any] = {
        "sentence": found.sentence,
        "graphs": [*found.graphs],
        "stated": [[str(term) for term in triple] for triple in found.stated],
        "inferred": [[str(term) for term in triple] for triple in found.inferred],
        "lost": {name: _cells(rows) for name, rows in found.lost.items()},
        "gained": {name: _cells(rows) for name, rows in found.gained.items()},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def to_prov(found: Impact) -> str:
    """What falls in PROV-O (https://www.w3.org/TR/prov-o/), as N-Triples, sorted.

    Each triple is an rdf:Statement, which an activity that uses the sentence would invalidate; what the sentence or a graph
    derived from it states has the sentence as its source.
    """
    sentence, activity = ox.NamedNode(found.sentence), prov.named("activity", f"withdraw {found.sentence}")
    triples = {
        ox.Triple(activity, prov.TYPE, prov.term("Activity")),
        ox.Triple(activity, prov.term("used"), sentence),
        ox.Triple(activity, prov.LABEL, ox.Literal(f"if {found.sentence} were wrong", language="en")),
    }
    for fallen in (*found.stated, *found.inferred):
        statement = prov.statement(tuple(fallen))
        triples |= statement.triples | {ox.Triple(statement.name, prov.term("wasInvalidatedBy"), activity)}
        if fallen in found.stated:
            triples.add(ox.Triple(statement.name, prov.term("hadPrimarySource"), sentence))
    return prov.written(triples)


def _cells(rows: Iterable[Row]) -> list[list[str | None]]:
    return [[None if cell is None else str(cell) for cell in row] for row in rows]
