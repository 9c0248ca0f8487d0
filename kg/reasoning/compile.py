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
from kg.reasoning.durations import LASTING
from kg.reasoning.facts import SAME, TYPE, Term
from kg.reasoning.rules import Premise, Rule, Slot

# The rules that are not run, as terms that are the same are stored as one, and literals are compared before the others run.
NOT_RUN = {"eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o", "dt-eq"}
_KINDS = ("chain", "types")
_SPO = ("s", "p", "o")
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
    "datatype": (f"(select range a from range({v.DATATYPES.start}, {v.DATATYPES.stop}))", ("a",)),
    "annotation": (f"(select range a from range({v.ANNOTATIONS.start}, {v.ANNOTATIONS.stop}))", ("a",)),
}

Ids = Callable[[Term], int]
Alternatives = Iterator[tuple[int, tuple[Premise, ...]]]

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
    def pairs(self) -> bool:
        """Whether the atoms are met twice: the second time, by what the conclusion ends with."""
        last = self.head[2]
        return str(last)[0] == "v" and not any(last in atom for atom in self.atoms)

    @property
    def words(self) -> list[str]:
        """The columns of the shape's table that hold a predicate, or a class."""
        slots = {atom[2] if atom[1] == v.TYPE else atom[1] for atom in self.atoms}
        return sorted(slot for slot in slots if isinstance(slot, str) and slot[0] == "k")


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

    def axioms_sql(self) -> str:
        """The rows of the shape's table that the axioms give: the rule's number, then the columns."""
        shape, columns = self._placed
        query = _Select(self.ids)
        for premise in self.axioms:
            query.add_premise(premise, "S")
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
        head = zip(map(query.value, self.rule.conclusion or ()), _SPO, strict=True)
        return query.sql([*(f"{value} {name}" for value, name in head), f"{self.number} k"])

    def instances_sql(self, given: Sequence[str] = ()) -> tuple[str, list[str]]:
        """All ways to make the premises true, over all triples: the SELECT, and the variable that each column holds."""
        query = _Select(self.ids)
        for premise in (*self.axioms, *self.data):
            query.add_premise(premise, "S" if premise in self.axioms else "T")
        query.conditions += [f"{query.value(a)} <> {query.value(b)}" for a, b in (each.slots for each in self._unequal)]
        query.conditions += given
        names = sorted(query.columns)
        return query.sql([f"{query.columns[name]} v{at}" for at, name in enumerate(names)] or ["1"]), names

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
        source, names = (triples, _SPO) if not premise.word else _relation(premise)
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


def visible(column: str) -> str:
    """SQL: that the column holds no helper of the engine."""
    return f"{column} not between {v.HELPERS} and {v.BLANKS - 1}"


def _relation(premise: Premise) -> tuple[str, tuple[str, ...]]:
    return keys_relation(len(premise.slots) - 1) if premise.word.startswith("keys") else _RELATIONS[premise.word]


def _is_axiom(premise: Premise) -> bool:
    if premise.word:
        return premise.word not in ("!=", "same")
    _, predicate, object = premise.slots
    number = _number(object if predicate == TYPE else predicate)
    return number in (v.CLASSES if predicate == TYPE else v.PREDICATES)


def _number(slot: Slot) -> int:
    return v.NUMBERS.get(slot.value, 0) if isinstance(slot, ox.NamedNode) else 0


def branch(number: int, shape: Shape, *, delta: int | None, since: int = 0) -> str:
    """The SELECT of a shape: what follows where its premise `delta` is new or, without one, where its axioms are."""
    if shape.pairs:
        return _pairs(number, shape, delta=delta, since=since)
    columns, rows = _matches(number, shape, delta=delta, since=since)
    head = ", ".join(f"{columns.get(slot, f'{slot}::uinteger')} {name}" for name, slot in zip(_SPO, shape.head, strict=True))
    return f"select {head}, k.k {rows}"


def _matches(number: int, shape: Shape, *, delta: int | None, since: int) -> tuple[dict[int | str, str], str]:
    """The column that holds each slot, and from where the rows come that match a shape's atoms."""
    columns: dict[int | str, str] = {f"k{at}": f"k.k{at}" for at in range(1, shape.width + 1)}
    sources, conditions = [f"k{number} k"], [] if delta is not None else [f"k.n >= {since}"]
    for at, atom in enumerate(shape.atoms):
        sources.append(f"{'D' if at == delta else 'T'} t{at}")
        for name, slot in zip(_SPO, atom, strict=True):
            if isinstance(slot, int) or slot in columns:
                conditions.append(f"t{at}.{name} = {columns.get(slot, slot)}")
            else:
                columns[slot] = f"t{at}.{name}"
        conditions += [visible(f"t{at}.p")] if str(atom[1])[0] == "v" else []
    alike = shape.head[1] == v.SAME and not shape.pairs
    unequal = [*shape.unequal, *([(shape.head[0], shape.head[2])] if alike else [])]
    conditions += [f"{columns.get(a, a)} <> {columns.get(b, b)}" for a, b in unequal]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return columns, f"from {', '.join(sources)}{where}"


def _pairs(number: int, shape: Shape, *, delta: int | None, since: int) -> str:
    """The SELECT of a shape whose atoms are met twice.

    Those that share an axiom and all values are a group. Each of it is paired with the smallest, which stands for all once they
    are the same; but two literals may stay two, so these are paired with each other.
    """
    columns, rows = _matches(number, shape, delta=None, since=since)
    shared = {"g": "k.rowid", **{str(slot): at for slot, at in columns.items() if str(slot)[0] == "v" and slot != shape.head[0]}}
    group, values = ", ".join(shared), ", ".join(f"{at} {name}" for name, at in shared.items())
    if delta is not None:
        _, new = _matches(number, shape, delta=delta, since=since)
        rows += f") semi join (select {values} {new}"
    return f"""from (
        with member as materialized (
            select *, min(x) over (partition by {group}) least
            from (select k.k, {columns[shape.head[0]]} x, {values} {rows}) {f"using ({group})" if delta is not None else ""})
        select one.x s, {v.SAME}::uinteger p, other.x o, one.k from member one join member other using ({group})
        where one.x <> other.x and (one.x = one.least or one.x >= {v.LITERALS}))"""


def plain(rules: Iterable[Rule], lengths: Iterable[int], ids: Ids) -> list[Plain]:
    """The rules without words for lists of any length: keys are written out for each of the lengths.

    The number of a rule does not depend on the lengths that there are.
    """
    return [
        Plain(place * VARIANTS + variant, each, ids)
        for place, rule in enumerate(rules, start=1)
        if rule.name not in NOT_RUN
        for variant, each in _written_out(_without_same(rule), sorted(lengths))
    ]


def _without_same(rule: Rule) -> Rule:
    """The rule where what is the same is one variable, and a number one that a literal is asked for."""
    premises = rule.premises
    for one in rule.premises:
        if not one.word and one.slots[1] == SAME:
            left, right = one.slots[0], one.slots[2]
            rest = (each for each in premises if each != one)
            premises = tuple(replace(each, slots=tuple(left if slot == right else slot for slot in each.slots)) for each in rest)
            premises = (*premises, Premise("same", (left, right)))
    return replace(rule, premises=tuple(part for each in premises for part in _counted(each)))


def _counted(premise: Premise) -> tuple[Premise, ...]:
    last = premise.slots[-1]
    if premise.word or not isinstance(last, ox.Literal) or _number(premise.slots[1]) not in v.PREDICATES:
        return (premise,)
    return (replace(premise, slots=(*premise.slots[:2], "?number")), Premise("number", ("?number", last)))


def _written_out(rule: Rule, lengths: Sequence[int]) -> Iterator[tuple[int, Rule]]:
    listed = next((each for each in rule.premises if each.word in _ALTERNATIVES), None)
    if not listed:
        yield 0, rule
        return
    for variant, more in _ALTERNATIVES[listed.word](listed, lengths):
        parts = tuple(part for each in rule.premises for part in (more if each == listed else (each,)))
        yield variant, replace(rule, premises=parts)
    if listed.word != "keys":
        yield 0, _step(rule, listed.word)


def _triple(*slots: Slot) -> Premise:
    return Premise("", slots)


def _chain(premise: Premise, _lengths: Sequence[int]) -> Alternatives:
    start, listed, end = premise.slots
    yield 1, (Premise("chain1", (listed, "?link1")), _triple(start, "?link1", end))
    links = _triple(start, "?link1", "?between"), _triple("?between", "?link2", end)
    yield 2, (Premise("chain2", (listed, "?link1", "?link2")), *links)


def _types(premise: Premise, _lengths: Sequence[int]) -> Alternatives:
    thing, listed = premise.slots
    yield 1, (Premise("types1", (listed, "?link1")), _triple(thing, TYPE, "?link1"))
    both = _triple(thing, TYPE, "?link1"), _triple(thing, TYPE, "?link2")
    yield 2, (Premise("types2", (listed, "?link1", "?link2")), *both)


def _keys(premise: Premise, lengths: Sequence[int]) -> Alternatives:
    one, listed, other = premise.slots
    for length in lengths:
        names = [f"?key{at}" for at in range(length)]
        shared = (_triple(thing, name, f"?value{at}") for at, name in enumerate(names) for thing in (one, other))
        yield length, (Premise(f"keys{length}", (listed, *names)), *shared)


_ALTERNATIVES: dict[str, Callable[[Premise, Sequence[int]], Alternatives]] = {
    "chain": _chain,
    "types": _types,
    "keys": _keys,
}


def _step(rule: Rule, word: str) -> Rule:
    """The rule for the first members of a longer list, whose conclusion is the engine's own."""
    step = Premise(f"{word}-step", ("?link1", "?link2", "?helper"))
    if word == "chain":
        links = (_triple("?x", "?link1", "?between"), _triple("?between", "?link2", "?y"))
        return Rule(rule.name, (step, *links), ("?x", "?helper", "?y"))
    return Rule(rule.name, (step, _triple("?x", TYPE, "?link1"), _triple("?x", TYPE, "?link2")), ("?x", TYPE, "?helper"))
