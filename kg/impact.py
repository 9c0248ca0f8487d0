"""What would fall if a sentence were wrong: what it states, what follows from that, and what questions would no longer answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg import prov, store
from kg.answers import Presenter, Row
from kg.errors import UsageError
from kg.evidence import Origins
from kg.graph import KnowledgeGraph
from kg.queries import Catalogue, catalogue

Rows = dict[str, list[Row]]
# How many rows of an answer people are shown.
_SHOWN = 3


@dataclass(frozen=True)
class Impact:
    """What falls with a sentence.

    `graphs` are the sentence and what was derived from it alone; `stated` their triples that nothing else states or implies;
    `inferred` those that no longer follow; `lost` and `gained` the rows that answers to saved questions lose and gain.
    """

    sentence: str
    graphs: tuple[str, ...]
    stated: tuple[ox.Triple, ...]
    inferred: tuple[ox.Triple, ...]
    lost: Mapping[str, tuple[Row, ...]]
    gained: Mapping[str, tuple[Row, ...]]


def impact(graph: KnowledgeGraph, sentence: str) -> Impact:
    """What would fall; `sentence` is looked up like any thing, and may be any named graph.

    Saved questions are asked with their defaults. Raises UsageError where it is no named graph of the project.
    """
    home = graph.find(sentence).value
    if home not in graph.graphs:
        raise UsageError(f"{sentence} is no sentence, and no other named graph", hint="name one as in tokyo:P17.S3")
    origins = Origins(graph.store())
    fallen = (home, *sorted(each for each in graph.graphs if each != home and origins.sentences(each) == {home}))
    queries = catalogue(graph.project)
    without = KnowledgeGraph(store.without(graph.project, fallen), graph.project, queries.saved)
    before, after = _answers(graph, queries), _answers(without, queries)
    remaining = without.closure.asserted | without.closure.inferred
    return Impact(
        home,
        fallen,
        _gone(graph.closure.asserted, remaining),
        _gone(graph.closure.inferred, remaining),
        _missing(before, after),
        _missing(after, before),
    )


def _gone(triples: Iterable[ox.Triple], remaining: frozenset[ox.Triple]) -> tuple[ox.Triple, ...]:
    return tuple(sorted((triple for triple in triples if triple not in remaining), key=str))


def _answers(graph: KnowledgeGraph, queries: Catalogue) -> Rows:
    """The rows of every saved question that can be asked without a value."""
    return {name: _rows(graph, name) for name, query in queries.items() if not query.needs_a_value}


def _rows(graph: KnowledgeGraph, name: str) -> list[Row]:
    try:
        return graph.query(name).table()[1]
    except UsageError:  # The thing that it asks about by default is gone.
        return []


def _missing(before: Rows, after: Rows) -> dict[str, tuple[Row, ...]]:
    gone = {name: tuple((Counter(rows) - Counter(after[name])).elements()) for name, rows in before.items()}
    return {name: rows for name, rows in gone.items() if rows}


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
