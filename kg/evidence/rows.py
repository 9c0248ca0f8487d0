"""Rows and solutions: the values of variables, and how they travel in the text of a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.answers import Rows
from kg.evidence.paths import Term

# The values of some variables; None where the row has none.
Row = Mapping[str, Term | None]
Solution = dict[str, Term]

# Longer values are compared afterwards, and many rows go in several texts.
_LONGEST_VALUE, _LONGEST_TEXT = 1000, 20_000


def copied(solution: Solution, copies: Mapping[str, str]) -> Row:
    """The row that the copies of its variables hold."""
    return {name: solution.get(copy) for name, copy in copies.items()}


def of_tested(solution: Solution, names: frozenset[str]) -> Row:
    """What a tested pattern knows of a solution: the values that there are."""
    return {name: solution[name] for name in names & solution.keys()}


def solutions_of(answer: Rows) -> Iterator[Solution]:
    """The rows of an answer, without what has no value."""
    for row in answer:
        yield {name: term for name, term in zip(answer.variables, row, strict=True) if term is not None}


def binds(copies: Mapping[str, str]) -> str:
    """SPARQL that copies the values of variables.

    >>> binds({"x": "copy"})
    'BIND(?x AS ?copy)'
    """
    return " ".join(f"BIND(?{name} AS ?{copy})" for name, copy in copies.items())


def batches(rows: Sequence[Row], names: Sequence[str]) -> Iterator[list[str]]:
    """The rows as lines of VALUES, each beginning with its number.

    >>> [*batches([{"x": ox.Literal(1)}, {}], ["x"])]
    [['(0 "1"^^<http://www.w3.org/2001/XMLSchema#integer>)', '(1 UNDEF)']]
    """
    batch: list[str] = []
    for at, row in enumerate(rows):
        batch.append(f"({' '.join((str(at), *(_value(row.get(name)) for name in names)))})")
        if sum(map(len, batch)) > _LONGEST_TEXT:
            yield batch
            batch = []
    if batch:
        yield batch


def _value(term: object) -> str:
    return "UNDEF" if term is None or isinstance(term, ox.BlankNode) or len(str(term)) > _LONGEST_VALUE else str(term)
