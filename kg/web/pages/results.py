"""`/sparql` for people: an editor to ask in SPARQL, and the answer below it, page by page, with what each row rests on.

Three jobs: `solve` evaluates, `follow` finds what the rows rest on, `results` and `evidence` lead that to sentences, which needs
the proofs, and write the page. The second is left out where it does more than the limits allow: then only the rows are shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg import evidence as grounds
from kg import wire
from kg.answers import FORMATS, Answer, Rows, Triples, YesNo
from kg.evidence import Evidence, Found
from kg.names import Names
from kg.pictures.fitting import fitting
from kg.web.evaluation import solved, terms
from kg.web.negotiation import JSON
from kg.web.neighbours import joins
from kg.web.pages import rendering, table
from kg.web.pages.citing import Citing
from kg.web.pages.drawn import Picture
from kg.web.pages.finding import themes
from kg.web.pages.here import Here
from kg.web.pages.messages import said
from kg.web.pages.question import PAGE, Pager, evidence_of_row
from kg.web.pages.terms import Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

# The formats that an answer may be taken along in.
NAMES = tuple(each.name for each in FORMATS if each.for_rows or each.for_triples)
# More statements than these nobody reads on a page.
_MOST_STATEMENTS = 2000
# What an address says besides the query and how it is asked.
_OF_A_PAGE = ("format", "offset", "lang", "evidence-row", "evidence-cell")


def editor(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the editor alone. Parameters: `here`."""
    here = Here.of(parameters["here"])
    context = {**form(state, here, "", asserted=False), "is_answered": False}
    rendering.write(sink, state.graph, here, "sparql.html", context)


def form(state: WorkerState, here: Here, query: str, *, asserted: bool) -> dict[str, Any]:
    """What the editor and what stands below it is made of."""
    return {
        "query": query,
        "asserted": asserted,
        "formats": NAMES,
        "themes": themes(state, here.lang),
        "prefixes": sorted(state.graph.names.prefixes.items()),
    }


def solve(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Evaluates a query text, and hands on some of its rows. Parameters of `kg.web.evaluation.query`, `offset`, `limit`."""
    with solved(state, parameters) as result:
        answer, more = _part(result, parameters["offset"], parameters["limit"], state.graph.names)
    _hand_on({"answer": wire.answer_data(answer), "more": more}, sink)


def _part(result: object, offset: int, limit: int, names: Names) -> tuple[Answer, bool]:
    """The rows or triples of a page, and whether there are more behind them."""
    if isinstance(result, ox.QueryBoolean):
        return YesNo(bool(result), names=names), False
    assert isinstance(result, ox.QuerySolutions | ox.QueryTriples)
    part = list(islice(result, offset, offset + limit + 1))
    shown, more = part[:limit], len(part) > limit
    if isinstance(result, ox.QueryTriples):
        return Triples(shown, names=names), more
    return Rows([variable.value for variable in result.variables], [tuple(row) for row in shown], names=names), more


def follow(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Adds what the rows rest on to what `solve` handed on, which is the body. Parameters beside: `text`, `terms`, `asserted`."""
    told = json.loads(parameters["body"])
    source = state.graph.source(asserted=parameters["asserted"])
    answer = wire.read_answer(told["answer"], state.graph.names)
    found = grounds.follow(source, parameters["text"], answer, terms(parameters["terms"]))
    if sum(len(each.statements) for each in found) > _MOST_STATEMENTS:
        raise _too_much(f"the answer rests on more than {_MOST_STATEMENTS:,} statements")
    _hand_on({**told, "found": wire.found_data(found)}, sink)


def _too_much(said: str) -> Refusal:
    return Refusal(413, said, hint="ask for less: take the statements themselves, with LIMIT", limit="rows")


def _hand_on(told: Mapping[str, Any], sink: Sink) -> None:
    sink.head(JSON.media_type)
    sink.write(json.dumps(told).encode())


class _Told:
    """What `solve` and `follow` handed on; `is_followed` says whether what the rows rest on is among it."""

    def __init__(self, state: WorkerState, parameters: Mapping[str, Any]) -> None:
        told = json.loads(parameters["body"])
        self.here, self.graph = Here.of(parameters["here"]), state.graph
        self.answer = wire.read_answer(told["answer"], self.graph.names)
        self.more: bool = told["more"]
        self.is_followed = "found" in told
        found = wire.read_found(told["found"]) if self.is_followed else [Found() for _ in self.answer]
        self.found: list[Evidence] = grounds.lead(self.graph.source(asserted=parameters["asserted"]), found)
        self.terms = Terms(self.graph, self.here)
        self.citing = Citing(self.graph, self.terms, state.passages)
        self.given = [pair for pair in self.here.pairs if pair[0] not in _OF_A_PAGE]


def results(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the editor with an answer below it; the body is what was handed on. Parameters: those of `follow`, `here`, `offset`;
    `is_whole` says that the whole data set was asked, `is_posted` that the text has no place in an address."""
    told = _Told(state, parameters)
    context = {
        **form(state, told.here, parameters["text"], asserted=parameters["asserted"]),
        "is_answered": True,
        "is_posted": parameters["is_posted"],
        "is_yes": told.answer.value if isinstance(told.answer, YesNo) else None,
        "is_heavy": parameters["is_whole"] and not told.is_followed,
        **_table(told, parameters),
        "picture": _picture(told, is_posted=parameters["is_posted"], is_whole=not (told.more or parameters["offset"])),
        "network": _network(told, is_posted=parameters["is_posted"]),
        "downloads": _downloads(told, is_whole=parameters["is_whole"]),
    }
    rendering.write(sink, told.graph, told.here, "sparql.html", context)


def _table(told: _Told, parameters: Mapping[str, Any]) -> dict[str, Any]:
    offset = parameters["offset"]

    def evidence(row: int, cell: int | None) -> str:
        where = {"evidence-row": row} if cell is None else {"evidence-row": row, "evidence-cell": cell}
        return told.here.to("/evidence", told.given, **where) if parameters["is_whole"] else ""

    # Of a page of a longer answer nobody knows what all rows say.
    same = [] if told.more or offset else table.same_columns(told.answer)
    rows = table.table(told.answer, told.found, _headings(told), same, offset + 1, told.citing, told.terms, evidence)
    # Behind the last row nothing says how many there are.
    count = len(rows.lines)
    total = None if told.more or (offset and not count) else offset + count
    return {
        "table": rows,
        "evidence_of_all": evidence(1, None),
        "pager": Pager(told.here, offset, count, total, PAGE, more=told.more),
    }


def _headings(told: _Told) -> list[table.Heading]:
    return table.headings(told.answer.table()[0], {}, told.terms)


def _picture(told: _Told, *, is_posted: bool, is_whole: bool) -> Picture | None:
    """Where a picture of the rows comes from; None where none fits them, or has an address, or there are more than these rows."""
    view = fitting(told.answer) if isinstance(told.answer, Rows) and is_whole and not is_posted else {}
    mixes = view.get("type") == "bar" and told.terms.mixes(told.found)
    return Picture.at(told.here, "/sparql", told.given) if view and not mixes else None


def _network(told: _Told, *, is_posted: bool) -> str:
    """Where a drawing of the triples comes from; empty where they join no things, or have no address."""
    is_drawn = isinstance(told.answer, Triples) and any(map(joins, told.answer)) and not is_posted
    return told.here.to("/network", told.given) if is_drawn else ""


def _downloads(told: _Told, *, is_whole: bool) -> list[tuple[str, str]]:
    fitting = [each.name for each in FORMATS if each.name in told.answer.formats()]
    plain = [(name, told.here.plain("/sparql", [*told.given, ("format", name)])) for name in fitting]
    grounded = told.here.plain("/sparql", [*told.given, ("evidence", "1"), ("format", "json")])
    return [("json+", grounded), *plain] if is_whole else plain


def evidence(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes what one row rests on; the body is what was handed on for it. Parameters beside: `here`, `row`, `cell`."""
    told = _Told(state, parameters)
    if not told.is_followed:
        raise _too_much("to find what this row rests on takes more than a request may")
    first = (parameters["row"] - 1) // PAGE * PAGE
    paged = [("offset", str(first))] if first else []
    context = {
        **evidence_of_row(told.answer, told.found, _headings(told), told.terms, told.citing, parameters),
        "question": said("evidence.of", told.here.lang, row=parameters["row"]),
        "back": told.here.to("/sparql", [*told.given, *paged]),
    }
    rendering.write(sink, told.graph, told.here, "evidence.html", context)
