"""Checks of the saved queries: their heads, their text, their expected answers, and what the queries of queries/checks/ find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.answers import Answer, Rows
from kg.checks.corpus import Corpus, SourceFile
from kg.checks.findings import Finding, finding
from kg.errors import KGError, Place
from kg.graph import KnowledgeGraph
from kg.pictures.view import View
from kg.positions import Token, tokens
from kg.queries import SavedQuery
from kg.rewriting import rewriting

_COLUMNS = {"entity", "problem", "value"}
_AGGREGATES = {"count", "sum", "avg", "min", "max", "sample", "group_concat"}
_FORMS = ("select", "ask", "construct", "describe")


def texts(corpus: Corpus) -> Iterator[Finding]:
    """Negations that are slow, and answers without an order."""
    for file in corpus.queries:
        found = list(tokens(file.text))
        yield from _slow_negations(file, found)
        if not file.is_check and _is_unordered(found):
            start = next(token for token in found if token.text.lower() == "select")
            place = file.place(file.where.spot(start.offset))
            yield finding("unordered", "the rows come in any order", place, "add ORDER BY over columns that tell all rows apart")


def _slow_negations(file: SourceFile, found: Sequence[Token]) -> Iterator[Finding]:
    left = rewriting(file.text).left
    for at, token in enumerate(found):
        if token.offset in left and _patterns(found[at + 1 :]) > 1:
            is_negated = at > 0 and found[at - 1].text.lower() == "not"
            hint = "use MINUS { … }" if is_negated else "join the patterns, or ask for them in a subquery with DISTINCT"
            place = file.place(file.where.spot(token.offset))
            yield finding("slow-negation", "EXISTS over these patterns is evaluated again for each row", place, hint)


def _patterns(found: Sequence[Token]) -> int:
    """How many triple patterns the group holds that begins here."""
    count = terms = depth = brackets = 0
    for token in found:
        brackets += (token.text == "(") - (token.text == ")")
        depth += (token.text == "{") - (token.text == "}")
        if brackets == 0 and token.text in {".", ";", ",", "{", "}"}:
            count, terms = count + (terms > 1), int(token.text in ";," and terms > 1)
        elif brackets == 0:
            terms += token.kind in {"iri", "name", "variable", "string", "number", "blank"} or token.text == "a"
        if depth == 0:
            return count
    return count


def _is_unordered(found: Sequence[Token]) -> bool:
    words = [token.text.lower() for token in found if token.kind == "word"]
    form = next((word for word in words if word in _FORMS), "")
    is_one_row = "group" not in words and any(word in _AGGREGATES for word in words)
    return form == "select" and "order" not in words and not is_one_row


def answers(corpus: Corpus) -> Iterator[Finding]:
    """Saved queries without an expected answer and answers without a query, where the project keeps answers."""
    folder = corpus.project.root / "tests" / "answers"
    expected = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    saved = {file.path.stem: file for file in corpus.queries if not file.is_check}
    if not folder.is_dir():
        return
    for name in sorted(saved.keys() - expected.keys()):
        wanted = corpus.project.shown(folder / f"{name}.csv")
        yield finding(
            "answer-missing",
            f"no expected answer: {wanted} is missing",
            Place(saved[name].shown),
            "read the answer, then save it there",
        )
    for name in sorted(expected.keys() - saved.keys()):
        place = Place(corpus.project.shown(expected[name]))
        yield finding("answer-orphaned", f"no saved query is called {name!r}", place, "rename the file, or remove it")


def runs(corpus: Corpus, graph: KnowledgeGraph) -> Iterator[Finding]:
    """Queries that cannot be evaluated, and the offenders that the queries of queries/checks/ give."""
    for file in corpus.queries:
        if file.shown in corpus.broken:
            continue
        try:
            answer = _answer(corpus, graph, file)
        except KGError as error:
            yield finding("query-fails", error.message, Place(file.shown), error.hint)
            continue
        yield from _offenders(corpus, file, answer) if file.is_check else _views(corpus, graph, file, answer)


def _views(corpus: Corpus, graph: KnowledgeGraph, file: SourceFile, answer: Answer) -> Iterator[Finding]:
    """A view that does not fit the answer. More rows than a picture can show are no fault of the view."""
    saved = SavedQuery.read(corpus.project, file.path)
    if not saved.view or saved.view.get("type") == "table":
        return
    try:
        View.of(answer, saved.view, graph.presenter(), saved.name)
    except KGError as error:
        yield finding("view-broken", error.message, Place(file.shown), error.hint)


def _answer(corpus: Corpus, graph: KnowledgeGraph, file: SourceFile) -> Answer:
    """The answer as a caller gets it who gives no values; where one is needed, for all values."""
    if file.is_check:
        return graph.sparql(file.text)
    saved = SavedQuery.read(corpus.project, file.path)
    return graph.sparql(file.text) if saved.needs_a_value else saved.run(graph)


def _offenders(corpus: Corpus, file: SourceFile, answer: object) -> Iterator[Finding]:
    if not isinstance(answer, Rows) or set(answer.variables) != _COLUMNS:
        columns = ", ".join(f"?{name}" for name in getattr(answer, "variables", []))
        hint = "select ?entity ?problem ?value, one row for each offender"
        yield finding(
            "check-columns", f"a check gives ?entity, ?problem and ?value, not {columns or 'this'}", Place(file.shown), hint
        )
        return
    for row in answer.rows:
        entity, problem, value = (row[answer.variables.index(name)] for name in ("entity", "problem", "value"))
        named = corpus.label(entity.value) if isinstance(entity, ox.NamedNode) else str(entity or "")
        given = f" ({_shown(corpus, value)})" if value is not None else ""
        place = corpus.place(entity.value) if isinstance(entity, ox.NamedNode) else Place(file.shown)
        what = problem.value if isinstance(problem, ox.Literal) else file.path.stem
        yield Finding(file.path.stem, "error", f"{named}: {what}{given}", place, f"found by {file.shown}")


def _shown(corpus: Corpus, term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return corpus.label(term.value)
    return term.value if isinstance(term, ox.Literal) else str(term)
