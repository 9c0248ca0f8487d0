"""Answers and their evidence as JSON that can be read back: what a server sends and a client of it receives.

Rows and a yes or no are the SPARQL 1.1 Query Results JSON Format; triples are `{"triples": ["<s> <p> <o>", …]}`. With evidence:

    "evidence": for each row or triple, in order,
        {"sentences": […], "impliedBy": […], "others": […], "notes": […],
         "triples": [{"triple": "<s> <p> <o>", "graphs": […], "rules": […], "support": [{…}, …]}, …]}
    "origins": for each graph that is named there, the sentences that it is or was derived from

`sentences` state the triples, or (those in `impliedBy`) are what the graphs that state them were derived from; `others` are
graphs of labels, terms and reference. A triple has the `graphs` that assert it, or the `rules` that derive it from its `support`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer, Rows, Term, Triples, YesNo, by_name
from kg.evidence import Evidence, Found, Grounded, Origins
from kg.names import Names


def answer_data(answer: Answer) -> dict[str, Any]:
    """The answer as plain data.

    >>> answer_data(YesNo(True))
    {'head': {}, 'boolean': True}
    """
    if isinstance(answer, Triples):
        return {"triples": list(map(str, answer))}
    data: dict[str, Any] = json.loads(answer.format(by_name("json").name))
    return data


def read_answer(data: Mapping[str, Any], names: Names) -> Answer:
    """The answer that `answer_data` described, or any server's in SPARQL's JSON format; raises KeyError where it is none.

    >>> read_answer({"boolean": True}, Names({})).value
    True
    """
    if "triples" in data:
        return Triples(list(map(_triple, data["triples"])), names=names)
    if "boolean" in data:
        return YesNo(data["boolean"], names=names)
    variables = data["head"]["vars"]
    rows = [tuple(_term(row[name]) if name in row else None for name in variables) for row in data["results"]["bindings"]]
    return Rows(variables, rows, names=names)


def _term(told: Mapping[str, Any]) -> Term:
    kind, value = told["type"], told["value"]
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode(value)
    if kind == "triple":
        return ox.Triple(*(_term(value[role]) for role in ("subject", "predicate", "object")))  # type: ignore[arg-type]
    if language := told.get("xml:lang"):
        direction = told.get("its:dir")
        return ox.Literal(value, language=language, direction=ox.BaseDirection(direction) if direction else None)
    return ox.Literal(value, datatype=ox.NamedNode(told["datatype"])) if "datatype" in told else ox.Literal(value)


def _triple(text: str) -> ox.Triple:
    (quad,) = ox.parse(f"{text} .", format=ox.RdfFormat.N_TRIPLES)
    return ox.Triple(quad.subject, quad.predicate, quad.object)


def found_data(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was found for each row, as plain data."""
    return [{"statements": [[str(triple), home] for triple, home in each.statements], "notes": [*each.notes]} for each in found]


def read_found(data: Iterable[Mapping[str, Any]]) -> list[Found]:
    """What `found_data` described."""
    return [Found({(_triple(text), home) for text, home in each["statements"]}, set(each["notes"])) for each in data]


def evidence_data(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """The evidence of an answer as plain data: `evidence` and `origins`."""
    graphs = sorted({graph for each in evidence for grounded in each.triples for graph in grounded.all_graphs()})
    origins = next((each.origins for each in evidence if each.origins), None)
    homes = {graph: sorted(origins.sentences(graph)) for graph in graphs} if origins else {}
    return {"evidence": list(map(_evidence, evidence)), "origins": {graph: home for graph, home in homes.items() if home}}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "sentences": [*evidence.sentences],
        "impliedBy": [*evidence.implied_by],
        "others": [*evidence.others],
        "notes": [*evidence.notes],
        "triples": list(map(_grounded, evidence.triples)),
    }


def _grounded(grounded: Grounded) -> dict[str, Any]:
    if grounded.support or grounded.rules:
        return {"triple": str(grounded.triple), "rules": [*grounded.rules], "support": list(map(_grounded, grounded.support))}
    return {"triple": str(grounded.triple), "graphs": [*grounded.graphs]}


class _Told(Origins):
    """The origins of graphs, as they were told."""

    def __init__(self, homes: Mapping[str, Sequence[str]]) -> None:
        self._homes = homes
        self.sentences = cache(self._sentences)

    def _sentences(self, graph: str) -> frozenset[str]:
        return frozenset(self._homes.get(graph, ()))


def read_evidence(data: Mapping[str, Any]) -> list[Evidence]:
    """The evidence that `evidence_data` described."""
    origins = _Told(data["origins"])
    return [Evidence(tuple(map(_read_grounded, each["triples"])), tuple(each["notes"]), origins) for each in data["evidence"]]


def _read_grounded(told: Mapping[str, Any]) -> Grounded:
    support = tuple(map(_read_grounded, told.get("support", ())))
    return Grounded(_triple(told["triple"]), tuple(told.get("graphs", ())), tuple(told.get("rules", ())), support)
