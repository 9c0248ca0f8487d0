"""Which triples each row of an answer rests on, and which sentences state them.

The query's pattern is asked again with the values of each row; its solutions turn the triple patterns into triples. What is
stated nowhere is followed by its proof to the asserted triples that it was inferred from. Where the way cannot be followed, the
notes say so; no triple is claimed that the row does not rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import pyoxigraph as ox

from kg.answers import Answer, Rows, Triples, YesNo
from kg.errors import QueryError
from kg.evidence.grounds import Evidence, Grounded, Origins, Source
from kg.evidence.outline import Outline, outline
from kg.evidence.paths import Pattern, Term
from kg.evidence.patterns import template
from kg.evidence.rows import Row
from kg.evidence.scopes import ABSENCE, Found, Scope, Statement

__all__ = ["Evidence", "Found", "Grounded", "Origins", "Source", "analyse", "evidence", "follow", "ground", "lead"]

_UNFOUNDED = "no derivation was found for"


def evidence(source: Source, text: str, answer: Answer, terms: Mapping[str, Term]) -> list[Evidence]:
    """What each row or triple of the answer rests on, in the order of the answer; for a yes, all that gives it.

    `text` and `terms` are the query and the values of its variables that gave the answer from the source.
    """
    return lead(source, follow(source, text, answer, terms))


def follow(source: Source, text: str, answer: Answer, terms: Mapping[str, Term]) -> list[Found]:
    """The statements that each row or triple of the answer rests on, as `evidence` takes them: its first half, without proofs."""
    try:
        return _found(source, text, answer, terms)
    except QueryError as error:
        return [Found(notes={error.message}) for _ in answer]


def lead(source: Source, found: list[Found]) -> list[Evidence]:
    """Where the statements that were found lead to: the second half of `evidence`, which needs the proofs and no query."""
    return _Ground(source).evidence(found)


def analyse(source: Source, text: str) -> None:
    """Reads the patterns of a query, so that they need not be read when it is followed; what cannot be read is left."""
    with suppress(QueryError):
        Scope.of_query(source, text, {}).analyse()


def ground(source: Source, triples: Iterable[ox.Triple]) -> list[Evidence]:
    """What each triple rests on: the graphs that assert it, or the asserted triples that it follows from."""
    return _Ground(source).evidence([Found({(triple, None)}) for triple in triples])


def _found(source: Source, text: str, answer: Answer, terms: Mapping[str, Term]) -> list[Found]:
    if isinstance(answer, YesNo) and not answer.value:
        return [Found(notes={ABSENCE})]
    parts = outline(text)
    if isinstance(answer, Triples) and parts.form == "DESCRIBE":
        return [Found({(triple, None)}) for triple in answer]
    scope = Scope.of_query(source, text, terms)
    if isinstance(answer, Triples):
        return _of_triples(scope, answer, _template(parts, source))
    if isinstance(answer, Rows):
        return scope.found([dict(zip(answer.variables, row, strict=True)) for row in answer])
    return scope.found([{}])


def _template(parts: Outline, source: Source) -> tuple[Pattern, ...]:
    return template(f"{parts.prologue}\nCONSTRUCT {parts.template} WHERE {{}}", source.names.prefixes)


def _of_triples(scope: Scope, triples: Iterable[ox.Triple], made: Sequence[Pattern]) -> list[Found]:
    """What each triple rests on: the rows from which some triple of the template makes it."""
    rows = [[row for pattern in made if (row := _row_of(pattern, triple)) is not None] for triple in triples]
    results = iter(scope.found([row for each in rows for row in each]))
    return [_together(next(results) for _ in each) for each in rows]


def _row_of(pattern: Pattern, triple: ox.Triple) -> Row | None:
    """The values with which the template's pattern makes the triple; None if it cannot. An unnamed node makes any blank node."""
    row: dict[str, Term | None] = {}
    for node, term in zip(pattern, triple, strict=True):
        if isinstance(node, str) and node.startswith("?"):
            if row.setdefault(node[1:], term) != term:
                return None
        elif node != term and not (isinstance(node, str) and isinstance(term, ox.BlankNode)):
            return None
    return row


def _together(parts: Iterable[Found]) -> Found:
    """All that was found; where one way was followed, it does not matter that another was not."""
    found = list(parts)
    followed = [part for part in found if part.statements] or found
    return Found(
        {statement for part in followed for statement in part.statements}, {note for part in followed for note in part.notes}
    )


class _Ground:
    """Leads statements to graphs, each triple once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._origins = Origins(source.store)

    def evidence(self, found: Sequence[Found]) -> list[Evidence]:
        placed = [list(self._placed(each.statements)) for each in found]
        nowhere = dict.fromkeys(grounded.triple for each in placed for grounded in each if not grounded.graphs)
        supported = {grounded.triple: grounded for grounded in self._source.supported(nowhere)}
        grounds = (tuple(each if each.graphs else supported[each.triple] for each in row) for row in placed)
        return [self._noted(each, grounded) for each, grounded in zip(found, grounds, strict=True)]

    def _noted(self, found: Found, grounded: tuple[Grounded, ...]) -> Evidence:
        unfounded = {f"{_UNFOUNDED} {each.triple}" for each in grounded if not each.graphs and not each.support}
        return Evidence(grounded, tuple(sorted(found.notes | unfounded)), self._origins)

    def _placed(self, statements: Iterable[Statement]) -> Iterator[Grounded]:
        homes: dict[ox.Triple, set[str | None]] = {}
        for triple, home in statements:
            homes.setdefault(triple, set()).add(home)
        for triple, given in sorted(homes.items(), key=lambda item: str(item[0])):
            stated = self._source.asserted_in(triple)
            yield Grounded(triple, tuple(sorted(stated if None in given else stated & given)))
