"""The lists of RDF that axioms use, read from their cells into tables that the rules join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.reasoning import vocabulary as v
from kg.reasoning.database import Database

# A cell may have two firsts or rests, as two lists may turn out to be the same: each way through is a list. So many are followed.
_MOST_WAYS = 1000

Cells = dict[int, list[int]]


def read_lists(database: Database, uses: dict[str, list[int]]) -> None:
    """Fills `cell`, `link` and `step`; `uses` says which predicates of axioms point to chains and to types."""
    firsts, rests = _cells(database)
    database.run("delete from cell; delete from link")
    if not firsts:
        return
    inner = {node for nodes in rests.values() for node in nodes}
    pointed = {node for (node,) in database.run("select distinct o from S")}
    heads = sorted(head for head in firsts if head not in inner or head in pointed)
    found = [(head, way) for head in heads for way in _ways(head, firsts, rests)]
    database.insert("cell", _numbered(found))
    for kind, predicates in uses.items():
        _link(database, kind, predicates, found)


def _cells(database: Database) -> tuple[Cells, Cells]:
    """What each cell has as first, and as rest."""
    found: dict[int, Cells] = {v.FIRST: defaultdict(list), v.REST: defaultdict(list)}
    for subject, predicate, object in database.run(f"select s, p, o from T where p in ({v.FIRST}, {v.REST}) order by all"):
        found[predicate][subject].append(object)
    return found[v.FIRST], found[v.REST]


def _ways(head: int, firsts: Cells, rests: Cells) -> Iterator[tuple[int, ...]]:
    """The members of each list that begins at the head; a list that runs in a circle, or has no end, is none."""
    open_ways: list[tuple[int, tuple[int, ...], frozenset[int]]] = [(head, (), frozenset())]
    for _ in range(_MOST_WAYS + sum(map(len, rests.values()))):
        if not open_ways:
            return
        cell, members, seen = open_ways.pop()
        if cell == v.NIL:
            yield members
        elif cell not in seen:
            further = [(rest, first) for rest in rests.get(cell, ()) for first in firsts.get(cell, ())]
            open_ways += [(rest, (*members, first), seen | {cell}) for rest, first in further]


def _numbered(found: Iterable[tuple[int, tuple[int, ...]]]) -> Iterator[tuple[int, ...]]:
    for number, (head, members) in enumerate(found):
        for place, member in enumerate(members):
            yield head, number, place, member, len(members)


def _link(database: Database, kind: str, predicates: list[int], found: list[tuple[int, tuple[int, ...]]]) -> None:
    """Folds longer lists: two members at a time are joined by a helper, which then is a member in their place."""
    wanted = ", ".join(map(str, predicates)) or "0"
    heads = {head for (head,) in database.run(f"select distinct o from S where p in ({wanted})")}
    steps = {(a, b): helper for a, b, helper in database.run("select a, b, h from step where kind = ?", [kind])}
    next_helper = database.value(f"select coalesce(max(h) + 1, {v.HELPERS}) from step")
    known = len(steps)
    links = []
    for head, members in found:
        if head in heads and members:
            *begin, last = members
            folded = begin[0] if begin else None
            for member in begin[1:]:
                folded = steps.setdefault((folded, member), next_helper + len(steps) - known)
            links.append((kind, head, last, None) if folded is None else (kind, head, folded, last))
    database.insert("link", links)
    database.insert("step", [(kind, a, b, helper) for (a, b), helper in [*steps.items()][known:]])
