"""Why a triple follows: a proof is rebuilt from the rounds in which triples were first derived, which their premises precede."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeAlias

from kg.reasoning import vocabulary as v
from kg.reasoning.ahead import Ahead, Bound
from kg.reasoning.compile import Plain
from kg.reasoning.database import term
from kg.reasoning.duckdb_engine import Reasoner
from kg.reasoning.equality import REFLEXIVE, RENAMED, REWRITTEN, Row
from kg.reasoning.facts import Fact
from kg.reasoning.lists import cells_of, list_of
from kg.reasoning.rules import LITERALS_IN, Slot

_REPLACING = ("eq-rep-s", "eq-rep-p", "eq-rep-o")
# When two terms were found to be the same: the round, and the place among all that were found to be.
_When: TypeAlias = tuple[int, int]
# Two terms that were found to be the same, when, and the number of the rule.
_Edge: TypeAlias = tuple[int, int, _When, int]
_NO_EDGE: _Edge = (0, 0, (0, 0), 0)


@dataclass(frozen=True)
class Proof:
    """A triple, the rule by which it follows (empty: it is asserted), and the proofs of the rule's premises."""

    fact: Fact
    rule: str = ""
    premises: tuple[Proof, ...] = ()

    def leaves(self) -> Iterator[Fact]:
        """The asserted triples on which all rests, each once."""
        return (proof.fact for proof in self._steps() if not proof.rule)

    def rules(self) -> Iterator[str]:
        """The rules, in the order in which they are used; what is proved once is not proved again."""
        return (proof.rule for proof in self._steps() if proof.rule)

    def _steps(self) -> Iterator[Proof]:
        """The proof of each triple, premises first. A triple may be the premise of many: to follow each would take forever."""
        seen: set[Fact] = set()
        waiting: list[Proof] = [self]
        while waiting:
            here = waiting[-1]
            if missing := [premise for premise in here.premises if premise.fact not in seen and here.fact not in seen]:
                waiting += reversed(missing)
            elif waiting.pop().fact not in seen:
                seen.add(here.fact)
                yield here


@dataclass(frozen=True)
class _Step:
    """A proof in numbers; a fact with `round` was known before that round."""

    row: Row
    rule: str = ""
    premises: tuple[_Step, ...] = ()


class Prover:
    """Rebuilds proofs from a closed graph."""

    def __init__(self, reasoner: Reasoner) -> None:
        self._database, self._equality = reasoner.database, reasoner.equality
        self._plain = {each.number: each for each in reasoner.plain if each.rule.conclusion}
        self._ahead = Ahead(self._database, self._equality)
        self._explained: Callable[[Row], _Step | None] = cache(self._explanation)
        self._joined: Callable[[int], dict[int, list[tuple[int, _Edge]]]] = cache(self._joined_by)
        self._cells: Callable[[int], tuple[Row, ...]] = cache(self._cells_of)

    def proofs(self, fact: Fact, most: int) -> list[Proof]:
        """Up to so many different proofs of a triple, that by which it was first derived first; none if it does not hold."""
        (row,) = self._rows([fact])
        proofs = (self._written([step])[0] for step in self._ways(row)) if row else ()
        return list(islice(_distinct(proofs), most))

    def first(self, facts: Sequence[Fact]) -> list[Proof | None]:
        """Of each triple the proof by which it was first derived, None if it does not hold; asked for in few statements."""
        rows = self._rows(facts)
        self._look_ahead({row for row in rows if row})
        # Premises come before what they prove, so that a proof may be deeper than Python can descend.
        for row in self._ahead.rows_by_round():
            self._explained(row)
        self._ahead.forget()
        steps = [self._explained(row) if row else None for row in rows]
        written = iter(self._written([step for step in steps if step]))
        return [next(written) if step else None for step in steps]

    def _rows(self, facts: Sequence[Fact]) -> list[Row | None]:
        """The triples in numbers; None where a term has none."""
        numbers = self._database.known({str(one) for fact in facts for one in fact})
        rows = [tuple(numbers.get(str(one), -1) for one in fact) for fact in facts]
        return [None if -1 in (s, p, o) else (s, p, o) for s, p, o in rows]

    def _look_ahead(self, rows: set[Row]) -> None:
        """Learns in one step for each level of premises what the proofs of the triples need."""
        while rows:
            if self._equality:
                rows |= {(self._equality.of(s), self._equality.of(p), self._equality.of(o)) for s, p, o in rows}
            ways = self._ahead.look(rows, self._plain)
            rows = {premise for plain, bound in ways for premise in self._premises(plain, bound)}

    def _ways(self, row: Row) -> Iterator[_Step]:
        if first := self._explained(row):
            yield first
        for round, _ in self._ahead.rounds(row):
            for plain in self._plain.values():
                for premises in self._instances(plain, row, round, most=8):
                    yield self._step(row, plain, premises)

    def _explanation(self, row: Row) -> _Step | None:
        """The first proof of a triple, in any of the names of its terms."""
        if self._is_stated(row):
            return _Step(row)
        if row[1] == v.SAME and (path := self._path(row[0], row[2])) is not None:
            return path
        for round, rule in self._ahead.rounds(row):
            if step := self._derived(row, rule, round, (round + 1, 0)):
                return step
        return self._renamed(row)

    def _derived(self, row: Row, rule: int, round: int, before: _When) -> _Step | None:
        """The triple by a rule in its round, or from what it was by what had been found to be the same before."""
        if rule == REFLEXIVE:
            return _Step(row, "eq-ref")
        if rule == REWRITTEN:
            return self._rewritten(row, round, before)
        plain = self._plain.get(rule)
        premises = next(self._instances(plain, row, round, most=1), None) if plain else None
        return self._step(row, plain, premises) if plain and premises is not None else None

    def _step(self, row: Row, plain: Plain, premises: tuple[Row, ...]) -> _Step:
        """The step, in which helpers give way to what they stand for."""
        found: list[_Step] = []
        self._ahead.look_up(premises)
        for premise in dict.fromkeys(premises):
            step = self._explained(premise) or _Step(premise)
            found += step.premises if any(v.HELPERS <= number < v.BLANKS for number in premise[1:]) else [step]
        return _Step(row, plain.rule.name, tuple(found))

    def _instances(self, plain: Plain, row: Row, round: int, *, most: int) -> Iterator[tuple[Row, ...]]:
        """The triples from before the round that the rule makes the triple of."""
        return (self._premises(plain, bound) for bound in self._ahead.ways(plain, row, round, most))

    def _premises(self, plain: Plain, bound: Bound) -> tuple[Row, ...]:
        # A rule without variables has one way, whose row says nothing.
        values = dict(zip(plain.proof_names, bound, strict=False))
        triples = (each for each in plain.rule.premises if not each.word)
        rows = [tuple(self._value(slot, values) for slot in each.slots) for each in triples]
        lists = [self._value(slot, values) for each in plain.rule.premises for slot in list_of(each.word, each.slots)]
        named = (values[str(slot)] for each in plain.rule.premises for slot in each.slots[: LITERALS_IN.get(each.word, 0)])
        same = (self._named(number) for number in named if number < v.LITERALS)
        return (*((s, p, o) for s, p, o in rows), *same, *(cell for head in lists for cell in self._cells(head)))

    def _named(self, name: int) -> Row:
        """Of what literal a term is a name, by what was found first: what came later may rest on what is proved."""
        literals = (each for each in self._equality.class_of(name) if each >= v.LITERALS)
        return name, v.SAME, min(literals, key=lambda each: max(when for _, (_, _, when, _) in self._way(name, each)))

    def _value(self, slot: Slot, values: dict[str, int]) -> int:
        return values[slot] if isinstance(slot, str) else self._equality.of(self._database.number(slot))

    def _cells_of(self, head: int) -> tuple[Row, ...]:
        return cells_of(self._database, self._ahead.triples, head)

    def _path(self, start: int, end: int) -> _Step | None:
        """Why two terms are the same, None if they are not."""
        if start == end:
            return _Step((start, v.SAME, end), "eq-ref")
        steps = [self._along(here, edge) for here, edge in self._way(start, end)]
        return steps[0] if len(steps) == 1 else _Step((start, v.SAME, end), "eq-trans", tuple(steps)) if steps else None

    def _way(self, start: int, end: int) -> list[tuple[int, _Edge]]:
        """How one term became the same as another, by what was found first: each with the term it leads from; none if not."""
        ways, came = self._joined(self._equality.of(start)), {start: (start, _NO_EDGE)}
        frontier = deque([start])
        while frontier and end not in came:
            here = frontier.popleft()
            for there, edge in ways.get(here, ()):
                if there not in came:
                    came[there] = (here, edge)
                    frontier.append(there)
        steps: list[tuple[int, _Edge]] = []
        while end in came and end != start:
            end, edge = came[end]
            steps.append((end, edge))
        return steps[::-1]

    def _joined_by(self, representative: int) -> dict[int, list[tuple[int, _Edge]]]:
        """From each member of a class to others: only what joined two parts of it, in the order in which it was found.

        Any other edge came later than all those of the way around it, and may rest on what these made known.
        """
        ways: dict[int, list[tuple[int, _Edge]]] = defaultdict(list)
        home = {member: member for member in self._equality.class_of(representative)}
        sql = "select a, b, r, rowid, k from eq where a in (select unnest($1)) order by r, rowid"
        for a, b, round, place, rule in self._database.run(sql, [[*home]]):
            if (one := _root(home, a)) != (other := _root(home, b)):
                home[one] = other
                ways[a].append((b, (a, b, (round, place), rule)))
                ways[b].append((a, (a, b, (round, place), rule)))
        return ways

    def _along(self, here: int, edge: _Edge) -> _Step:
        a, b, when, rule = edge
        derived = self._derived((a, v.SAME, b), rule, when[0], when) if rule else _Step((a, v.SAME, b))
        step = derived or _Step((a, v.SAME, b), "dt-eq")
        return step if a == here else _Step((b, v.SAME, a), "eq-sym", (step,))

    def _rewritten(self, row: Row, round: int, before: _When) -> _Step | None:
        """The triple from what it was before some of its terms got other names.

        What only later became the same triple is no reason: it may rest on this one.
        """
        wanted = [self._equality.of(number) for number in row]
        earlier = f"r <= $4 and (r < $4 or k <> {REWRITTEN})"
        columns = "before_s, before_p, before_o"
        sql = f"select {columns} from {RENAMED} where s = $1 and p = $2 and o = $3 and {earlier} order by r, k, {columns}"
        for s, p, o in self._database.run(sql, [*wanted, round]):
            ways = [self._way(*pair) for pair in zip((s, p, o), row, strict=True)]
            known = all(edge[2] < before for way in ways for _, edge in way)
            if known and any(ways) and (step := self._explained((s, p, o))):
                return self._replaced(row, step)
        return None

    def _renamed(self, row: Row) -> _Step | None:
        """The triple from that in which other names of its terms stand."""
        other = (self._equality.of(row[0]), self._equality.of(row[1]), self._equality.of(row[2]))
        step = self._explained(other) if other != row else None
        return self._replaced(row, step) if step else None

    def _replaced(self, row: Row, step: _Step) -> _Step:
        """The triple from another, one term after the other replaced by what is the same, from what is stated on the way."""
        for at, rule in enumerate(_REPLACING):
            if step.row[at] != row[at]:
                now = (*row[: at + 1], *step.row[at + 1 :])
                same = self._path(step.row[at], row[at])
                step = _Step((now[0], now[1], now[2]), rule, (*((same,) if same else ()), step))
                if step.row != row and self._is_stated(step.row):
                    step = _Step(step.row)
        return step

    def _is_stated(self, row: Row) -> bool:
        return any(rule == 0 for _, rule in self._ahead.rounds(row))

    def _written(self, steps: list[_Step]) -> list[Proof]:
        all_steps: dict[int, _Step] = {}
        for step in steps:
            _gather(step, all_steps)
        texts = self._database.texts({number for step in all_steps.values() for number in step.row})
        terms = {number: term(text) for number, text in texts.items()}
        written: dict[Row, Proof] = {}
        # Premises come before what they prove: of two ways to a triple, the one that leads through the triple itself comes later.
        for step in all_steps.values():
            if step.row not in written:
                subject, predicate, object = (terms[number] for number in step.row)
                premises = tuple(written[premise.row] for premise in step.premises)
                written[step.row] = Proof((subject, predicate, object), step.rule, premises)
        return [written[step.row] for step in steps]


def _distinct(proofs: Iterable[Proof]) -> Iterator[Proof]:
    """The proofs, each once, as they come."""
    seen: set[tuple[str, tuple[Fact, ...]]] = set()
    for proof in proofs:
        if (key := (proof.rule, tuple(premise.fact for premise in proof.premises))) not in seen:
            seen.add(key)
            yield proof


def _root(home: dict[int, int], member: int) -> int:
    """What stands for the part that a member belongs to."""
    while home[member] != member:
        home[member] = home[home[member]]
        member = home[member]
    return member


def _gather(step: _Step, found: dict[int, _Step]) -> None:
    """Adds the steps, premises first, each once: one that many need is one object."""
    waiting = [step]
    while waiting:
        if missing := [premise for premise in waiting[-1].premises if id(premise) not in found]:
            waiting += reversed(missing)
        else:
            done = waiting.pop()
            found.setdefault(id(done), done)
