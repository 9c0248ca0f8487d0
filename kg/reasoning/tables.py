"""The tables of the shapes: what rules that look alike have from axioms, and since when; and which words triples use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import Plain
from kg.reasoning.database import Database
from kg.reasoning.shapes import Shape


@dataclass
class Table:
    """The table of a shape: its number, its rules, whether it was made, the rounds in which it first and last got rows (or 0)."""

    number: int
    rules: list[Plain] = field(default_factory=list)
    made: bool = False
    first: int = 0
    last: int = 0
    # The predicates and classes in each of its columns that holds such.
    words: dict[str, set[int]] = field(default_factory=dict)


@dataclass
class Words:
    """The predicates and classes of triples."""

    predicates: set[int] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)

    def add(self, predicates: set[int], classes: set[int]) -> None:
        self.predicates |= predicates
        self.classes |= classes

    def axioms(self) -> set[int]:
        """Those by which axioms are known."""
        return {one for one in self.classes if one in v.CLASSES} | {one for one in self.predicates if one in v.PREDICATES}

    def meet(self, atom: tuple[int | str, ...], table: Table) -> bool:
        """Whether one of the triples may be what the atom asks for, or the head gives."""
        _, predicate, object = atom
        if isinstance(predicate, int):
            classes = table.words.get(str(object)) if predicate == v.TYPE else None
            return predicate in self.predicates and (classes is None or not classes.isdisjoint(self.classes))
        wanted = table.words.get(predicate)
        return wanted is None or not wanted.isdisjoint(self.predicates)


class ShapeTables:
    """The tables of all shapes, `k…` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables: dict[Shape, Table] = {}

    def __bool__(self) -> bool:
        return bool(self._tables)

    def made(self) -> Iterator[tuple[Shape, Table]]:
        """The shapes with a table."""
        return ((shape, table) for shape, table in self._tables.items() if table.made)

    def clear(self) -> None:
        self._tables.clear()

    def group(self, rules: Iterable[Plain]) -> None:
        """Groups the rules by their shapes; the tables stay."""
        for table in self._tables.values():
            table.rules = []
        for each in rules:
            if each.rule.conclusion and each.data:
                self._tables.setdefault(each.shape, Table(len(self._tables))).rules.append(each)

    def fill(self, present: Set[int | str], changed: Set[int | str] | None, round: int) -> None:
        """Brings the tables to what the axioms now say; rows that are new are of the round.

        `present` are the words of the axioms that there are; `changed` of those that are new, or None to look at all again.
        """
        statements = []
        for shape, table in self._tables.items():
            live = [each for each in table.rules if each.needs <= present]
            if changed is None and (live or table.made):
                statements.append(_refilled(shape, table, live, round))
            elif concerned := [each for each in live if changed and each.needs & changed]:
                statements.append(_filled(shape, table, concerned, round))
        if statements:
            self._database.run("; ".join(statements))
            self._note(round)

    def _note(self, round: int) -> None:
        """Notes the rounds of the rows, and the words of those that are new."""
        tables = {table.number: table for _, table in self.made()}
        selects = (f"select {number}, min(n), max(n) from k{number}" for number in tables)
        for number, first, last in self._database.run(" union all ".join(selects)):
            tables[number].first, tables[number].last = first or 0, last or 0
        slots = [(table, slot) for shape, table in self.made() if table.last == round for slot in shape.words]
        selects = (f"select {at}, {slot} from k{table.number} group by all" for at, (table, slot) in enumerate(slots))
        for table, slot in slots:
            table.words[slot] = set()
        for at, word in self._database.run(" union all ".join(selects)) if slots else ():
            slots[at][0].words[slots[at][1]].add(word)


def _filled(shape: Shape, table: Table, rules: Iterable[Plain], round: int) -> str:
    """SQL: adds to a shape's table what the rules find, as of a round."""
    columns = shape.columns
    if not table.made:
        return _refilled(shape, table, rules, round)
    rows = f"{_found(columns, rules)} anti join k{table.number} using ({', '.join(columns)})"
    return f"insert into k{table.number} select *, {round} from {rows}"


def _refilled(shape: Shape, table: Table, rules: Iterable[Plain], round: int) -> str:
    """SQL: makes a shape's table of what the rules find; what was in it before stays as of its round."""
    columns, name = shape.columns, f"k{table.number}"
    known = f"left join {name} using ({', '.join(columns)})" if table.made else "left join (select null::uinteger n) on true"
    table.made = True
    rows = f"select f.*, coalesce(n, {round})::uinteger n from {_found(columns, rules)} f {known}"
    return f"create or replace temp table {name} as {rows}"


def _found(columns: list[str], rules: Iterable[Plain]) -> str:
    kinds = ", ".join(f"{name}::{'usmallint' if name == 'k' else 'uinteger'} {name}" for name in columns)
    none = f"select {', '.join(f'null {name}' for name in columns)} where false"
    return f"(select distinct {kinds} from ({' union all '.join([each.axioms_sql() for each in rules] or [none])}))"
