"""All statements as one table for spreadsheets: a row for each quad, with labels, and with the columns that `kg.toml` adds."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg import sources
from kg.errors import Place, ProjectError
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN

_BEFORE = ("graph", "sentence", "subject", "subject_label", "predicate", "predicate_label", "object", "object_label")
_LITERAL = ("datatype", "language")
_POSITION = WELL_KNOWN["oa"] + "start"


def write(graph: KnowledgeGraph, quads: Sequence[ox.Quad]) -> bytes:
    """The quads as CSV (UTF-8, RFC 4180). `sentence` is the graph's short name if the graph has a position in a text.

    An added column holds the property's values of the row's subject, or else of its object. Raises ProjectError where
    kg.toml names a property with an unknown prefix.
    """
    table = _Table(graph, _columns(graph), _Index([*sources.read(graph.project).quads, *quads]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_BEFORE, *_LITERAL, *table.added, "inferred"])
    writer.writerows(table.row(quad) for quad in quads)
    return out.getvalue().encode()


def _columns(graph: KnowledgeGraph) -> dict[str, str]:
    found = {}
    for column, short in graph.project.statements.items():
        iri = graph.names.expand(short)
        if iri is None:
            place, hint = Place(graph.project.shown(graph.project.root / "kg.toml")), "write it as prefix:name"
            raise ProjectError(f"the column {column!r} names no property: {short!r}", place=place, hint=hint)
        found[column] = iri
    return found


class _Index:
    """The values of each property of each thing, and the graphs that are sentences."""

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self.values: dict[tuple[object, str], list[object]] = defaultdict(list)
        for quad in quads:
            self.values[quad.subject, quad.predicate.value].append(quad.object)

    def of(self, term: object, property: str) -> list[object]:
        return self.values.get((term, property), [])


@dataclass(frozen=True)
class _Table:
    graph: KnowledgeGraph
    added: dict[str, str]
    index: _Index

    def row(self, quad: ox.Quad) -> list[str]:
        home = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        sentence = self.graph.names.shorten(home) if self.index.of(quad.graph_name, _POSITION) else ""
        inferred = quad.graph_name == self.graph.inferred
        terms = [text for term in (quad.subject, quad.predicate, quad.object) for text in (_text(term), self._label(term))]
        return [home, sentence, *terms, *self._literal(quad.object), *self._added(quad), "true" if inferred else "false"]

    def _label(self, term: object) -> str:
        return (self.graph.label(term.value) or "") if isinstance(term, ox.NamedNode) else ""

    def _literal(self, term: object) -> tuple[str, str]:
        if not isinstance(term, ox.Literal):
            return "", ""
        return self.graph.names.shorten(term.datatype.value), term.language or ""

    def _added(self, quad: ox.Quad) -> Iterator[str]:
        for property in self.added.values():
            values = self.index.of(quad.subject, property) or self.index.of(quad.object, property)
            yield "; ".join(sorted({self._label(value) or _text(value) for value in values}))


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
