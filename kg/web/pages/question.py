"""A saved query as a page: the question, its form, the answer with its sources, and ways to take it along.

Two jobs: `ask` evaluates, `page` and `evidence` find what the answer rests on, which needs the proofs, and write the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kg import wire
from kg.answers import FORMATS, Answer, Rows, Triples, YesNo
from kg.evidence import Evidence, follow, lead
from kg.graph import KnowledgeGraph
from kg.languages import chosen, flowing
from kg.pictures.kinds import most_rows
from kg.queries import SavedQuery
from kg.web.asking import bind, named
from kg.web.catalogue import in_short
from kg.web.controls import field_name
from kg.web.negotiation import JSON
from kg.web.pages import form, rendering, snippets, table, telling
from kg.web.pages.citing import Citing
from kg.web.pages.drawn import Picture
from kg.web.pages.here import Here
from kg.web.pages.terms import Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

PAGE = 50


def ask(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Answers a saved query, and hands on the rows of one page with what they rest on. Parameters: `name`, `values`, `asserted`,
    `limit`, `offset`. A query that lacks a value is not asked."""
    saved = named(state, parameters["name"])
    lacks = [each.name for each in saved.parameters.values() if each.required and each.default is None]
    told = {} if any(name not in parameters["values"] for name in lacks) else _asked(state.graph, saved, parameters)
    sink.head(JSON.media_type)
    sink.write(json.dumps(told).encode())


def _asked(graph: KnowledgeGraph, saved: SavedQuery, parameters: Mapping[str, Any]) -> dict[str, Any]:
    bound, asserted = bind(graph, saved, parameters["values"]), parameters["asserted"]
    answer = graph.evaluate(saved.text, bound, asserted=asserted, origin=saved.shown)
    total, rows = len(answer), part(answer, parameters["offset"], parameters["limit"])
    found = follow(graph.source(asserted=asserted), saved.text, rows, bound)
    values = {name: in_short(graph, term) for name, term in bound.items()}
    same = table.same_columns(answer)
    return {"answer": wire.answer_data(rows), "found": wire.found_data(found), "total": total, "bound": values, "same": same}


def part(answer: Answer, offset: int, limit: int) -> Answer:
    """The rows or triples of a page."""
    if isinstance(answer, Rows):
        return replace(answer, rows=answer.rows[offset : offset + limit])
    return replace(answer, triples=answer.triples[offset : offset + limit]) if isinstance(answer, Triples) else answer


class _Asked:
    """What `ask` handed on, with its evidence."""

    def __init__(self, state: WorkerState, parameters: Mapping[str, Any]) -> None:
        told = json.loads(parameters["body"])
        self.here, self.graph = Here.of(parameters["here"]), state.graph
        self.saved = named(state, parameters["name"])
        self.is_answered = bool(told)
        self.bound: dict[str, str] = told.get("bound", {})
        self.total: int = told.get("total", 0)
        self.same: list[int] = told.get("same", [])
        self.answer = wire.read_answer(told["answer"], self.graph.names) if told else Rows([], [])
        source = self.graph.source(asserted=parameters["asserted"])
        self.found: list[Evidence] = lead(source, wire.read_found(told["found"])) if told else []
        self.terms = Terms(self.graph, self.here)
        self.citing = Citing(self.graph, self.terms, state.passages)


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the page of a question; the body is what `ask` handed on, the parameters are those of `ask` and `here`."""
    asked = _Asked(state, parameters)
    here, saved, values = asked.here, asked.saved, parameters["values"]
    given = given_pairs(values, asserted=parameters["asserted"])
    description, description_lang = chosen(saved.description, here.lang)
    context = {
        "saved": saved,
        "description": flowing(description, description_lang),
        "description_lang": description_lang,
        "question": saved.asked(here.lang),
        "question_lang": "" if here.lang in saved.question else "en",
        "fields": form.fields(state, saved, values, asked.bound, here.lang),
        "asserted": parameters["asserted"],
        "is_answered": asked.is_answered,
        "is_yes": asked.answer.value if isinstance(asked.answer, YesNo) else None,
        "empty": saved.empty.get(here.lang) or saved.empty.get("en", ""),
        **_table(asked, parameters),
        "see": [state.saved[name] for name in saved.see if name in state.saved],
        "downloads": _downloads(here, saved, given, asked.answer),
        "picture": Picture.at(here, f"/query/{saved.name}", given) if asked.total <= most_rows(saved.view) else None,
        "snippets": snippets.of(saved, given, here),
        "editor": here.to("/sparql", query=_without_head(saved.text)),
    }
    rendering.write(sink, asked.graph, here, "question.html", context)


def given_pairs(values: Mapping[str, str], *, asserted: bool) -> list[tuple[str, str]]:
    """What was given, as the pairs of an address."""
    pairs = [(field_name(name), value) for name, value in values.items()]
    return [*pairs, ("asserted", "1")] if asserted else pairs


def _table(asked: _Asked, parameters: Mapping[str, Any]) -> dict[str, Any]:
    variables, _ = asked.answer.table()
    given = given_pairs(parameters["values"], asserted=parameters["asserted"])

    def evidence(row: int, cell: int | None) -> str:
        where = {"evidence-row": row} if cell is None else {"evidence-row": row, "evidence-cell": cell}
        return asked.here.to(f"/evidence/{asked.saved.name}", given, **where)

    first = parameters["offset"] + 1
    is_yes_no = isinstance(asked.answer, YesNo)
    heads = table.headings(variables, asked.saved.parameters, asked.terms)
    rows = table.table(asked.answer, asked.found, heads, asked.same, first, asked.citing, asked.terms, evidence)
    return {
        "table": rows,
        "evidence_of_all": evidence(1, None) if is_yes_no else "",
        "pager": Pager(asked.here, parameters["offset"], len(rows.lines), asked.total, parameters["limit"]),
    }


class Pager:
    """Where a page of rows stands among all; `total` is None where that is not known, then `more` says whether there are more."""

    def __init__(self, here: Here, offset: int, shown: int, total: int | None, limit: int, *, more: bool = False) -> None:
        self.first, self.last, self.total = offset + 1, offset + shown, total
        has_more = more if total is None else self.last < total
        before = max(offset - limit, 0)
        self.prev = here.again(offset=str(before) if before else None) if offset else ""
        self.next = here.again(offset=str(self.last)) if has_more else ""


def _downloads(here: Here, saved: SavedQuery, given: list[tuple[str, str]], answer: Answer) -> list[tuple[str, str]]:
    fitting = [each for each in FORMATS if each.name in answer.formats()]
    plain = [(each.name, here.plain(f"/query/{saved.name}.{each.suffix}", given)) for each in fitting]
    if not isinstance(answer, Rows):
        return plain
    labelled = [*given, ("labels", "1"), ("evidence", "1"), ("lang", here.lang)]
    return [("csv+", here.plain(f"/query/{saved.name}.csv", labelled)), *plain]


def _without_head(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip() + "\n"


def evidence(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what one row rests on; the body is what `ask` handed on for it. Parameters beside: `row`, `cell` (or None)."""
    asked = _Asked(state, parameters)
    variables, _ = asked.answer.table()
    headings = table.headings(variables, asked.saved.parameters, asked.terms)
    given = given_pairs(parameters["values"], asserted=parameters["asserted"])
    offset = (parameters["row"] - 1) // PAGE * PAGE
    paged = [("offset", str(offset))] if offset else []
    context = {
        **evidence_of_row(asked.answer, asked.found, headings, asked.terms, asked.citing, parameters),
        "question": asked.saved.asked(asked.here.lang),
        "back": asked.here.to(f"/query/{asked.saved.name}", [*given, *paged]),
    }
    rendering.write(sink, asked.graph, asked.here, "evidence.html", context)


def evidence_of_row(
    answer: Answer,
    found: Sequence[Evidence],
    headings: Sequence[table.Heading],
    terms: Terms,
    citing: Citing,
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    """What the page of a row's evidence shows of the first row; Refusal (404) where there is no such row or cell.
    Parameters: `row`, its number among all, and `cell` (or None)."""
    _, rows = answer.table()
    if not found:
        raise Refusal(404, f"the answer has no row {parameters['row']}", hint="go back to the answer")
    row, cell = rows[0] if rows else (), parameters["cell"]
    if cell is not None and cell >= len(row):
        raise Refusal(404, f"the row has no column {cell}", hint="go back to the answer")
    wanted = row[cell] if cell is not None else None
    facts = citing.facts(found[0])
    about = [fact for fact in facts if wanted is not None and wanted in (fact.terms[0], fact.terms[2])]
    return {
        "row": parameters["row"],
        "cell": cell,
        "pairs": list(zip(headings, map(terms.show, row), strict=True)),
        "sources": citing.sources(found[0]),
        "about": about,
        "facts": [fact for fact in facts if fact not in about],
        "notes": [telling.told(note, terms.here.lang) for note in sorted(found[0].notes)],
        "doubts": citing.of_row(found[0], row),
    }
