"""The SELECTs of shapes: what follows from triples that are new, what followed from those that leave, what follows again.

The tables: `T` all triples, `D` those that are new, `leaving` those that are being taken out, `lost` those that were; `k…` what
a shape has from axioms, with the round `n` since which a row is there, `leaving_k…` its rows that are being taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.reasoning import vocabulary as v
from kg.reasoning.equality import REFLEXIVE

SPO = ("s", "p", "o")
# The tables of what is being taken out of the closure: triples with round and rule, and those of them that are axioms.
LEAVING, LEAVING_AXIOMS = "leaving", "leaving_axioms"


@dataclass(frozen=True)
class Shape:
    """What rules that look alike ask of the triples that are no axioms, and conclude.

    Where they ask the same of two things, and conclude that these are the same, the atoms are those of the first.
    A slot is a number (a term that all of them name), `k…` (a column of the shape's table) or `v…` (a variable).
    """

    atoms: tuple[tuple[int | str, ...], ...]
    head: tuple[int | str, ...]
    unequal: tuple[tuple[int | str, ...], ...]

    @property
    def width(self) -> int:
        slots = [*self.head, *(slot for part in (*self.atoms, *self.unequal) for slot in part)]
        return len({slot for slot in slots if isinstance(slot, str) and slot[0] == "k"})

    @property
    def columns(self) -> list[str]:
        """The columns of the shape's table: the rule, and what axioms say."""
        return ["k", *(f"k{at}" for at in range(1, self.width + 1))]

    @property
    def pairs(self) -> bool:
        """Whether the atoms are met twice: the second time, by what the conclusion ends with."""
        last = self.head[2]
        return str(last)[0] == "v" and not any(last in atom for atom in self.atoms)

    @property
    def words(self) -> list[str]:
        """The columns of the shape's table that hold a predicate, or a class."""
        slots = {atom[2] if atom[1] == v.TYPE else atom[1] for atom in (*self.atoms, self.head)}
        return sorted(slot for slot in slots if isinstance(slot, str) and slot[0] == "k")


def visible(column: str) -> str:
    """SQL: that the column holds no helper of the engine."""
    return f"{column} not between {v.HELPERS} and {v.BLANKS - 1}"


def branch(number: int, shape: Shape, *, delta: int | None, since: int = 0) -> str:
    """The SELECT of a shape: what follows where its premise `delta` is new or, without one, where its axioms are."""
    if shape.pairs:
        return _pairs(number, shape, delta=delta, since=since)
    columns, rows = _matches(number, shape, delta=delta, since=since)
    head = ", ".join(f"{columns.get(slot, f'{slot}::uinteger')} {name}" for name, slot in zip(SPO, shape.head, strict=True))
    return f"select {head}, k.k {rows}"


def _matches(number: int, shape: Shape, *, delta: int | None, since: int = 0) -> tuple[dict[int | str, str], str]:
    """The column that holds each slot, and from where the rows come that match a shape's atoms."""
    columns, sources, conditions = _matched(f"k{number}", shape, delta, "D")
    conditions += [] if delta is not None else [f"k.n >= {since}"]
    alike = shape.head[1] == v.SAME and not shape.pairs
    unequal = [*shape.unequal, *([(shape.head[0], shape.head[2])] if alike else [])]
    conditions += [f"{columns.get(a, a)} <> {columns.get(b, b)}" for a, b in unequal]
    return columns, _from(sources, conditions)


def _matched(table: str, shape: Shape, delta: int | None, new: str) -> tuple[dict[int | str, str], list[str], list[str]]:
    """The column that holds each slot of a shape, and the tables and conditions of the rows that match its atoms."""
    columns: dict[int | str, str] = {f"k{at}": f"k.k{at}" for at in range(1, shape.width + 1)}
    sources, conditions = [f"{table} k"], list[str]()
    for at, atom in enumerate(shape.atoms):
        sources.append(f"{new if at == delta else 'T'} t{at}")
        for name, slot in zip(SPO, atom, strict=True):
            if isinstance(slot, int) or slot in columns:
                conditions.append(f"t{at}.{name} = {columns.get(slot, slot)}")
            else:
                columns[slot] = f"t{at}.{name}"
        conditions += [visible(f"t{at}.p")] if str(atom[1])[0] == "v" else []
    return columns, sources, conditions


def _from(sources: list[str], conditions: list[str]) -> str:
    return f"from {', '.join(sources)}{' where ' if conditions else ''}{' and '.join(conditions)}"


def undone(number: int, shape: Shape, *, delta: int | None) -> str:
    """The SELECT of what a shape concluded where its premise `delta` leaves or, without one, where its axioms do.

    Each row is a triple, the rule, and the last round in which one of the premises came. Where two are the same since both met
    the shape's atoms, there is a row for each, as the same as itself; what once was not equal may be so now: nothing asks for it.
    """
    columns, sources, conditions = _matched(f"{LEAVING}_k{number}" if delta is None else f"k{number}", shape, delta, LEAVING)
    slots = (*shape.head[:2], shape.head[0]) if shape.pairs else shape.head
    head = ", ".join(f"{columns.get(slot, f'{slot}::uinteger')} {name}" for name, slot in zip(SPO, slots, strict=True))
    rounds = [f"t{at}" for at in range(len(shape.atoms))]
    return f"select {head}, k.k, {latest(rounds)} r {_from(sources, conditions)}"


def again(number: int, shape: Shape) -> str:
    """The SELECT of what a shape concludes of the triples that were taken out, `lost`."""
    if shape.pairs:
        return f"from ({_pairs(number, shape, delta=None, since=0)}) semi join lost using (s, p, o)"
    columns, sources, conditions = _matched(f"k{number}", shape, None, "D")
    conditions += [f"{columns.get(a, a)} <> {columns.get(b, b)}" for a, b in shape.unequal]
    conditions += [f"l.{name} = {columns.get(slot, slot)}" for name, slot in zip(SPO, shape.head, strict=True)]
    return f"select l.s, l.p, l.o, k.k {_from([*sources, 'lost l'], conditions)}"


def latest(aliases: Sequence[str]) -> str:
    """SQL: the last of the rounds in which triples came. What was rewritten was there before, nobody asks when."""
    rounds = [f"case when {each}.k >= {REFLEXIVE} then 0 else {each}.r end" for each in aliases]
    return f"greatest({', '.join(rounds)})" if rounds else "0"


def met(number: int, shape: Shape, *, delta: int) -> str:
    """The SELECT of one row where a premise that is new meets the others, if it does."""
    return f"select 1 {_matches(number, shape, delta=delta)[1]} limit 1"


def _pairs(number: int, shape: Shape, *, delta: int | None, since: int) -> str:
    """The SELECT of a shape whose atoms are met twice.

    Those that share an axiom and all values are a group. Each of it is paired with the smallest, which stands for all once they
    are the same; but two literals may stay two, so these are paired with each other.
    """
    columns, rows = _matches(number, shape, delta=None, since=since)
    shared = {"g": "k.rowid", **{str(slot): at for slot, at in columns.items() if str(slot)[0] == "v" and slot != shape.head[0]}}
    group, values = ", ".join(shared), ", ".join(f"{at} {name}" for name, at in shared.items())
    if delta is not None:
        _, new = _matches(number, shape, delta=delta)
        rows += f") semi join (select {values} {new}"
    return f"""from (
        with member as materialized (
            select *, min(x) over (partition by {group}) least
            from (select k.k, {columns[shape.head[0]]} x, {values} {rows}) {f"using ({group})" if delta is not None else ""})
        select one.x s, {v.SAME}::uinteger p, other.x o, one.k from member one join member other using ({group})
        where one.x <> other.x and (one.x = one.least or one.x >= {v.LITERALS}))"""
