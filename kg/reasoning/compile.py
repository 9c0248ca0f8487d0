"""From rules to SQL.

A rule is split in two. What it asks of axioms (and lists, and literals) is answered over the few rows of the table `S`;
what it asks of other triples, over all of `T`, or over those that are new. Where a rule asks for both, the first part
becomes rows of a table of its own, `k…`, with a column for each place in which the second part uses a variable of the
first. Rules whose second parts look alike then have the same shape, share one such table, and are one SELECT:
sub-properties, equivalent properties …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.datatypes import whole_meeting
from kg.reasoning.durations import LASTING
from kg.reasoning.facts import SAME, TYPE, Term
from kg.reasoning.rules import Premise, Rule, Slot
from kg.reasoning.shapes import LEAVING_AXIOMS, SPO, Shape, latest, visible

_KINDS = ("chain", "types")
# The datatypes two of which meet in the third.
MEETING = tuple(tuple(map(v.number, names)) for names in whole_meeting())
_RELATIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "item": ("cell", ("c", "l")),
    "pair": ("(select a.c, b.c d, a.l from cell a join cell b on a.v = b.v and a.i < b.i)", ("c", "d", "l")),
    "number": ("number", ("l", "n")),
    **{f"{kind}1": (f"(from link where kind = '{kind}' and b is null)", ("l", "a")) for kind in _KINDS},
    **{f"{kind}2": (f"(from link where kind = '{kind}' and b is not null)", ("l", "a", "b")) for kind in _KINDS},
    **{f"{kind}-step": (f"(from step where kind = '{kind}')", ("a", "b", "h")) for kind in _KINDS},
    **{word: (f"(from literal where word = '{word}')", ("a", "b")) for word in ("value", "alien", "equal", "differ", "unequal")},
    "illtyped": ("(from literal where word = 'illtyped')", ("a",)),
    "lasting": (LASTING, ("a", "b", "c")),
    "derived": (f"(from (values {', '.join(map(str, v.DERIVED))}) pair(a, b))", ("a", "b")),
    "meet": (f"(from (values {', '.join(map(str, MEETING))}) three(a, b, c))", ("a", "b", "c")),
    "datatype": (f"(select range a from range({v.DATATYPES.start}, {v.DATATYPES.stop}))", ("a",)),
    "annotation": (f"(select range a from range({v.ANNOTATIONS.start}, {v.ANNOTATIONS.stop}))", ("a",)),
}

Ids = Callable[[Term], int]

# Room for the variants of a rule between its number and the next rule's; a key of each length is one.
VARIANTS = 32
LONGEST_KEY = VARIANTS - 1


def keys_relation(count: int) -> tuple[str, tuple[str, ...]]:
    """The lists of so many members, as rows."""
    names = [f"c{at}" for at in range(count)]
    columns = ", ".join(f"{name}.c {name}" for name in names)
    joins = " ".join(f"join cell {name} on {name}.v = c0.v and {name}.i = {at}" for at, name in enumerate(names) if at)
    return f"(select c0.l, {columns} from cell c0 {joins} where c0.i = 0 and c0.n = {count})", ("l", *names)


@dataclass(frozen=True)
class Plain:
    """A rule without words for lists of any length; the number is that of the rule in the engine's list."""

    number: int
    rule: Rule
    ids: Ids

    @cached_property
    def axioms(self) -> list[Premise]:
        return [each for each in self.rule.premises if _is_axiom(each)]

    @cached_property
    def data(self) -> list[Premise]:
        return [each for each in self.rule.premises if not each.word and not _is_axiom(each)]

    @property
    def constants(self) -> Iterator[Term]:
        """The terms that the rule names."""
        slots = [slot for each in self.rule.premises if each.word != "number" for slot in each.slots]
        return (slot for slot in (*slots, *(self.rule.conclusion or ())) if not isinstance(slot, str))

    @cached_property
    def needs(self) -> frozenset[int | str]:
        """The words, predicates and classes of axioms without which the rule has nothing to go by."""
        return frozenset(self.need(each) for each in self.axioms)

    def need(self, premise: Premise) -> int | str:
        if premise.word:
            return premise.word
        slot = premise.slots[2] if premise.slots[1] == TYPE else premise.slots[1]
        return self.ids(slot)  # type: ignore[arg-type]

    @cached_property
    def _unequal(self) -> list[Premise]:
        return [each for each in self.rule.premises if each.word == "!="]

    @cached_property
    def _matched(self) -> list[Premise]:
        """The premises that the shape asks for: of two that must be alike to be the same, those of the first are enough."""
        one, same, other = self.rule.conclusion or (None, None, None)
        if same != SAME or one == other or not isinstance(one, str) or not isinstance(other, str):
            return self.data
        swap: dict[Slot, Slot] = {one: other, other: one}
        swapped = {replace(each, slots=tuple(swap.get(slot, slot) for slot in each.slots)) for each in self.data}
        elsewhere = {name for each in self.rule.premises if each not in self.data for name in each.variables()}
        together = any({one, other} <= {*each.slots} for each in self.data)
        if together or swapped != {*self.data} or not elsewhere.isdisjoint(swap):
            return self.data
        return [each for each in self.data if other not in each.slots]

    @cached_property
    def _placed(self) -> tuple[Shape, list[Slot]]:
        """The shape, and what of the rule stands in each column of its table."""
        shared = {name for each in self.axioms for name in each.variables()}
        columns: list[Slot] = []
        names: dict[Slot, str] = {}

        def placed(slot: Slot) -> int | str:
            if not isinstance(slot, str) and self.ids(slot) in (v.TYPE, v.SAME, v.DIFFERENT):
                return self.ids(slot)
            if isinstance(slot, str) and slot not in shared:
                return names.setdefault(slot, f"v{len(names)}")
            columns.append(slot)
            return f"k{len(columns)}"

        atoms = tuple(tuple(map(placed, each.slots)) for each in self._matched)
        head = tuple(map(placed, self.rule.conclusion or ()))
        return Shape(atoms, head, tuple(tuple(map(placed, each.slots)) for each in self._unequal)), columns

    @property
    def shape(self) -> Shape:
        return self._placed[0]

    def axioms_sql(self, *, leaving: int | None = None) -> str:
        """The rows of the shape's table that the axioms give: the rule's number, then the columns.

        With `leaving`, those that the premise at that place gives by an axiom that leaves.
        """
        shape, columns = self._placed
        query = _Select(self.ids)
        for at, premise in enumerate(self.axioms):
            query.add_premise(premise, LEAVING_AXIOMS if at == leaving else "S")
        query.conditions += (f"not ({same})" for same in self._repeats(query, shape, columns))
        return query.sql([f"{self.number} k", *(f"{query.value(slot)} k{at}" for at, slot in enumerate(columns, 1))])

    def _repeats(self, query: _Select, shape: Shape, columns: list[Slot]) -> Iterator[str]:
        """The conditions under which the rule concludes one of its own premises."""
        for atom in shape.atoms:
            pairs = [(one, other) for one, other in zip(atom, shape.head, strict=False) if one != other]
            if pairs and all(isinstance(slot, str) and slot[0] == "k" for pair in pairs for slot in pair):
                values = ((query.value(columns[int(str(slot)[1:]) - 1]) for slot in pair) for pair in pairs)
                yield " and ".join(" = ".join(pair) for pair in values)

    def conclusions_sql(self, since: int | None = None, at: int = 0) -> str:
        """What the rule concludes from axioms alone; with `since`, from such where the premise `at` is of that round or later."""
        query = _Select(self.ids)
        for place, premise in enumerate(self.axioms):
            query.add_premise(premise, "S" if since is None or place != at else f"(from S where r >= {since})")
        head = zip(map(query.value, self.rule.conclusion or ()), SPO, strict=True)
        return query.sql([*(f"{value} {name}" for value, name in head), f"{self.number} k"])

    def undone_sql(self, leaving: int) -> str:
        """What the rule concluded from axioms alone of which that at the place leaves, in the form of `undone`."""
        query = _Select(self.ids)
        for at, premise in enumerate(self.axioms):
            query.add_premise(premise, LEAVING_AXIOMS if at == leaving else "S")
        rounds = [f"t{at}" for at, premise in enumerate(self.axioms) if not premise.word]
        head = zip(map(query.value, self.rule.conclusion or ()), SPO, strict=True)
        return query.sql([*(f"{value} {name}" for value, name in head), f"{self.number} k", f"{latest(rounds)} r"])

    def instances_sql(self, given: Sequence[str] = (), since: int | None = None) -> tuple[str, list[str]]:
        """All ways to make the premises true, over all triples: the SELECT, and the variable that each column holds.

        With `since`, one of the triples that are no axioms is of a later round.
        """
        new = [None] if since is None or not self.data else self.data
        queries = [self._instances(given, since, each) for each in new]
        names = sorted(queries[0].columns)
        columns = [[f"{query.columns[name]} v{at}" for at, name in enumerate(names)] or ["1"] for query in queries]
        return " union ".join(query.sql(each) for query, each in zip(queries, columns, strict=True)), names

    def _instances(self, given: Sequence[str], since: int | None, new: Premise | None) -> _Select:
        query = _Select(self.ids)
        for premise in (*self.axioms, *self.data):
            triples = "S" if premise in self.axioms else "T"
            query.add_premise(premise, f"(from T where r > {since})" if premise is new else triples)
        query.conditions += [f"{query.value(a)} <> {query.value(b)}" for a, b in (each.slots for each in self._unequal)]
        query.conditions += given
        return query

    @cached_property
    def proof_names(self) -> list[str]:
        """The variables that the columns of `proof_sql` hold."""
        return sorted({name for each in self.rule.premises if each.word not in ("!=", "same") for name in each.variables()})

    def proof_sql(self, row: tuple[int | str, ...], round: int | str, triples: str, most: int) -> str:
        """The first ways, in the order of their rounds, to conclude a triple from what was known before a round.

        The triple and the round are numbers, or columns that hold such.
        """
        query = _Select(self.ids)
        for premise in (*self.axioms, *self.data):
            query.add_premise(premise, "S" if triples == "T" and premise in self.axioms else triples)
        rounds = [f"t{at}.r" for at, premise in enumerate((*self.axioms, *self.data)) if not premise.word]
        query.conditions += (f"{each} < {round}" for each in rounds)
        query.conditions += (
            f"{query.value(slot)} = {number}" for slot, number in zip(self.rule.conclusion or (), row, strict=True)
        )
        query.conditions += (f"{query.value(a)} <> {query.value(b)}" for a, b in (each.slots for each in self._unequal))
        columns = [query.columns[name] for name in self.proof_names] or ["1"]
        order = ", ".join([f"greatest({', '.join(rounds)}, 0)", *columns]) if rounds else "all"
        return f"{query.sql(columns)} order by {order} limit {most}"


class _Select:
    """A SELECT in the making: which tables, under which conditions, and the column that holds each variable."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.sources: list[str] = []
        self.conditions: list[str] = []
        self.columns: dict[str, str] = {}

    def add_premise(self, premise: Premise, triples: str) -> None:
        source, names = (triples, SPO) if not premise.word else _relation(premise)
        alias = f"t{len(self.sources)}"
        self.sources.append(f"{source} {alias}")
        if not premise.word and triples != "S" and isinstance(premise.slots[1], str) and premise.slots[1] not in self.columns:
            self.conditions.append(visible(f"{alias}.p"))
        for name, slot in zip(names, premise.slots, strict=True):
            self._bind(slot, f"{alias}.{name}")

    def _bind(self, slot: Slot, column: str) -> None:
        if isinstance(slot, ox.Literal) and column.endswith(".n"):
            self.conditions.append(f"{column} = {slot.value}")
        elif not isinstance(slot, str):
            self.conditions.append(f"{column} = {self.value(slot)}")
        elif slot in self.columns:
            self.conditions.append(f"{column} = {self.columns[slot]}")
        else:
            self.columns[slot] = column

    def value(self, slot: Slot) -> str:
        return self.columns[slot] if isinstance(slot, str) else f"{self._ids(slot)}::uinteger"

    def sql(self, columns: Iterable[str]) -> str:
        sources = f" from {', '.join(self.sources)}" if self.sources else ""
        conditions = f" where {' and '.join(self.conditions)}" if self.conditions else ""
        return f"select {', '.join(columns)}{sources}{conditions}"


def _relation(premise: Premise) -> tuple[str, tuple[str, ...]]:
    return keys_relation(len(premise.slots) - 1) if premise.word.startswith("keys") else _RELATIONS[premise.word]


def _is_axiom(premise: Premise) -> bool:
    if premise.word:
        return premise.word not in ("!=", "same")
    _, predicate, object = premise.slots
    number = number_of(object if predicate == TYPE else predicate)
    return number in (v.CLASSES if predicate == TYPE else v.PREDICATES)


def number_of(slot: Slot) -> int:
    """The fixed number of a term that the rules know; 0 where it has none."""
    return v.NUMBERS.get(slot.value, 0) if isinstance(slot, ox.NamedNode) else 0
