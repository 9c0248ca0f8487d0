"""Saved queries in a worker: their answers, page by page, and with the sentences that each row rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from kg import columns, wire
from kg.answers import Answer, Rows, Triples, YesNo, by_name
from kg.errors import SourceError, UnknownThingError, UsageError
from kg.evidence import follow, lead
from kg.graph import KnowledgeGraph
from kg.parameters import ANY
from kg.queries import SavedQuery
from kg.web.evaluation import examine, terms
from kg.web.negotiation import GRAPHS, JSON, ROWS, media_type
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState


def query(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Answers a saved query. Parameters: `name`, `values`, `asserted`; `limit`, `offset` and `page`, the URL of its first page;
    `rows` and `graph`, the names of the formats; `lang`, `labels`; with `evidence`, what `evidence` takes is written instead.
    """
    graph, saved = state.graph, named(state, parameters["name"])
    bound = bind(graph, saved, parameters["values"])
    answer = graph.evaluate(saved.text, bound, asserted=parameters["asserted"], origin=saved.shown)
    page, links = _page(answer, parameters)
    if parameters["evidence"]:
        _hand_on(graph, saved.text, page, bound, parameters, links, sink)
    else:
        _write(graph, page, _form(page, parameters), parameters, links, sink)


def sparql(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what `evidence` takes for the answer of any query text. Parameters: `text`, `asserted`, `rows`, `terms`."""
    examine(parameters["text"])
    bound = terms(parameters["terms"])
    answer = state.graph.evaluate(parameters["text"], bound, asserted=parameters["asserted"])
    _hand_on(state.graph, parameters["text"], answer, bound, {**parameters, "lang": "en", "labels": False}, {}, sink)


def evidence(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes an answer with its evidence; the body is what `query` and `sparql` hand on."""
    told = json.loads(parameters["body"])
    answer = wire.read_answer(told["answer"], state.graph.names)
    found = lead(state.graph.source(asserted=told["asserted"]), wire.read_found(told["found"]))
    if told["form"] == "json":
        sink.head(media_type(by_name("json") if not isinstance(answer, Triples) else JSON), headers=told["headers"])
        sink.write(f"{json.dumps({**told['answer'], **wire.evidence_data(found)}, ensure_ascii=False, indent=1)}\n".encode())
    else:
        answer.grounds = lambda _: found
        rows = columns.with_evidence(answer, state.graph.names, told["form"])
        _write(state.graph, rows, told["form"], told, told["headers"], sink)


def named(state: WorkerState, name: str) -> SavedQuery:
    """The saved query of a name; Refusal: 404 where there is none, 503 where the server cannot read it."""
    try:
        return state.saved.saved(name)
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error
    except SourceError as error:
        raise Refusal(503, f"the query {name!r} is broken", hint="`kg check` says where") from error


def bind(graph: KnowledgeGraph, saved: SavedQuery, values: Mapping[str, str]) -> dict[str, Any]:
    """The terms of the values that were given; Refusal: 404 where one names nothing, 400 where one is wrong."""
    given = {name: None if value == ANY else value for name, value in values.items()}
    try:
        return saved.bind(graph, given)
    except UsageError as error:
        raise Refusal(404 if isinstance(error, UnknownThingError) else 400, error.message, hint=error.hint) from error


def _page(answer: Answer, parameters: Mapping[str, Any]) -> tuple[Answer, dict[str, str]]:
    """The rows or triples of a page, and the header with its neighbours (https://www.rfc-editor.org/rfc/rfc8288)."""
    limit, offset = parameters["limit"], parameters["offset"]
    if isinstance(answer, YesNo) or (limit is None and not offset):
        return answer, {}
    end = len(answer) if limit is None else offset + limit
    links = {"first": 0, "prev": max(offset - limit, 0) if limit and offset else None, "next": end if end < len(answer) else None}
    told = ", ".join(f'<{_url(parameters, at)}>; rel="{kind}"' for kind, at in links.items() if at is not None)
    if isinstance(answer, Triples):
        return replace(answer, triples=answer.triples[offset:end]), {"Link": told}
    assert isinstance(answer, Rows)
    return replace(answer, rows=answer.rows[offset:end]), {"Link": told}


def _url(parameters: Mapping[str, Any], offset: int) -> str:
    page, limit = parameters["page"], parameters["limit"]
    more = urlencode([("limit", limit)] * (limit is not None) + [("offset", offset)] * (offset > 0))
    return f"{page}{'&' if '?' in page else '?'}{more}" if more else page


def _form(answer: Answer, parameters: Mapping[str, Any]) -> str:
    """The name of the format that was negotiated for this kind of answer; Refusal (406) where there is none."""
    name: str | None = parameters["graph" if isinstance(answer, Triples) else "rows"]
    if name is None:
        offered = ", ".join(form.media_type for form in (GRAPHS if isinstance(answer, Triples) else ROWS))
        raise Refusal(406, f"an answer of {answer.kind} cannot be had in what you accept", hint=f"what there is: {offered}")
    return name


def _write(
    graph: KnowledgeGraph, answer: Answer, form: str, parameters: Mapping[str, Any], headers: dict[str, str], sink: Sink
) -> None:
    sink.allow_rows(len(answer))
    how = graph.presenter(parameters["lang"])
    if parameters["labels"]:
        answer = columns.with_labels(answer, how)
    sink.head(media_type(by_name(form)), headers=headers)
    sink.write(answer.format(form, how).encode())


def _hand_on(
    graph: KnowledgeGraph,
    text: str,
    answer: Answer,
    bound: Mapping[str, Any],
    parameters: Mapping[str, Any],
    headers: dict[str, str],
    sink: Sink,
) -> None:
    """Writes the answer and what was found for it: the first half of its evidence, which needs no proofs."""
    asserted, form = parameters["asserted"], parameters["rows"]
    if form is None or (isinstance(answer, Triples) and form != "json"):
        raise Refusal(406, f"the evidence of {answer.kind} cannot be had in what you accept", hint="ask for application/json")
    found = follow(graph.source(asserted=asserted), text, answer, bound)
    shared = {"asserted": asserted, "form": form, "headers": headers}
    presented = {"lang": parameters["lang"], "labels": parameters["labels"]}
    told = {"answer": wire.answer_data(answer), "found": wire.found_data(found), **shared, **presented}
    sink.head(JSON.media_type)
    sink.write(json.dumps(told).encode())
