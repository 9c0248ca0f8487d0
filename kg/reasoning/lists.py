"""The lists of RDF that axioms use, read from their cells into tables that the rules join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from kg.reasoning import vocabulary as v
from kg.reasoning.database import Database
from kg.reasoning.equality import Row
from kg.reasoning.facts import Term
from kg.reasoning.rules import LIST_AT, LIST_WORDS, Slot, rules

# A cell may have two firsts or rests, as two lists may turn out to be the same: each way through is a list. So many are followed.
_MOST_WAYS = 1000

Cells = dict[int, list[int]]
_IN_A_CIRCLE, _NO_END, _NO_LIST = "it runs in a circle", "it has no end", "it is no list"


@cache
def listed() -> frozenset[Term]:
    """The predicates by which axioms name lists, such as owl:unionOf."""
    heads = ((rule, each.slots[LIST_AT[each.word]]) for rule in rules() for each in rule.premises if each.word in LIST_AT)
    named = (other.slots for rule, head in heads for other in rule.premises if not other.word and other.slots[2] == head)
    return frozenset(predicate for _, predicate, _ in named if not isinstance(predicate, str))


def fault(
    head: Hashable, firsts: Mapping[Hashable, Sequence[object]], rests: Mapping[Hashable, Sequence[Hashable]], nil: Hashable
) -> str:
    """What is wrong with a list, of which no rule then knows; empty where it is well formed.

    >>> fault("l", {"l": ["member"]}, {"l": ["l"]}, "nil")
    'it runs in a circle'
    """
    seen: set[Hashable] = set()
    while head != nil:
        if head in seen:
            return _IN_A_CIRCLE
        members, following = firsts.get(head, ()), rests.get(head, ())
        if not members and not following:
            return _NO_END if seen else _NO_LIST
        if len(members) != 1:
            return f"it has {len(members) or 'no'} members in one place"
        if len(following) != 1:
            return f"it goes on in {len(following)} ways" if following else _NO_END
        seen.add(head)
        (head,) = following
    return ""


def cells_of(database: Database, triples: str, head: int) -> tuple[Row, ...]:
    """The triples of a list, from a table."""
    sql = f"""with recursive cells(c) as (select $1::uinteger union
        select o from {triples} t, cells where s = c and p = {v.REST})
        select distinct s, p, o from {triples} t, cells where s = c and p in ({v.FIRST}, {v.REST}) order by all"""
    return tuple((s, p, o) for s, p, o in database.run(sql, [head]))


def list_of(word: str, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """The list that a word of a rule speaks of."""
    if word in LIST_WORDS:
        return slots[-1:]
    return slots[:1] if word.startswith(("chain", "types", "keys")) and not word.endswith("-step") else ()


def malformed(database: Database) -> Iterator[tuple[tuple[int, int, int], str]]:
    """The asserted axioms whose list is not well formed, each with what is wrong with it."""
    stated = "(select s, p, o from T where k = 0 union select s, p, o from X where k = 0)"
    known = database.known(map(str, listed())).values()
    cells: dict[int, dict[Hashable, list[Hashable]]] = {v.FIRST: defaultdict(list), v.REST: defaultdict(list)}
    for subject, predicate, object in database.run(f"select * from {stated} where p in ({v.FIRST}, {v.REST}) order by all"):
        cells[predicate][subject].append(object)
    for row in database.run(f"select * from {stated} where p in ({', '.join(map(str, known))}) order by all"):
        if reason := fault(row[2], cells[v.FIRST], cells[v.REST], v.NIL):
            yield (row[0], row[1], row[2]), reason


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
