"""What proofs ask of a closed graph: of one triple at a time, or of many in few statements, before they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import Plain
from kg.reasoning.database import Database
from kg.reasoning.equality import Equality, Row

Bound = tuple[int, ...]


class Ahead:
    """The rounds and rules by which triples came, and the ways in which a rule makes a triple."""

    def __init__(self, database: Database, equality: Equality) -> None:
        self._database, self._equality = database, equality
        # What was so once and is now said in other terms may be a premise.
        self.triples = "(from T union all from X)" if equality else "T"
        # Most is found in the first table alone, and faster.
        self._where = dict.fromkeys(("T", self.triples))
        self._rounds: dict[Row, list[tuple[int, int]]] = {}
        self._first_ways: dict[tuple[int, Row, int], list[Bound]] = {}

    def rounds(self, row: Row) -> list[tuple[int, int]]:
        """The rounds and rules by which the triple came, as it stands."""
        self.look_up([row])
        return self._rounds[row]

    def look_up(self, rows: Iterable[Row]) -> None:
        """Learns how triples came, a few in one statement."""
        fresh = [row for row in dict.fromkeys(rows) if row not in self._rounds]
        selects = (
            f"select {at} i, r, k from {self._table(row)} where s = {row[0]} and p = {row[1]} and o = {row[2]}"
            for at, row in enumerate(fresh)
        )
        self._rounds.update((row, []) for row in fresh)
        for at, round, rule in sorted(set(self._database.run(" union all ".join(selects)) if fresh else ())):
            self._rounds[fresh[at]].append((round, rule))

    def _table(self, row: Row) -> str:
        """Where the triple stands, if it holds."""
        if any(self._equality.of(number) != number for number in row):
            return "X"
        return "S" if v.is_axiom(row[1], row[2]) else "T"

    def ways(self, plain: Plain, row: Row, round: int, most: int) -> list[Bound]:
        """Up to so many ways in which the rule makes the triple of what was there before the round."""
        if most > 1:
            return self._database.run(plain.proof_sql(row, round, self.triples, most))
        if (known := self._first_ways.get((plain.number, row, round))) is not None:
            return known
        found = (self._database.run(plain.proof_sql(row, round, triples, 1)) for triples in self._where)
        return next(filter(None, found), [])

    def look(self, rows: Iterable[Row], rules: Mapping[int, Plain]) -> list[tuple[Plain, Bound]]:
        """Learns how the triples came first, and by which of the rules; gives the ways in which these make them."""
        fresh = [row for row in dict.fromkeys(rows) if row not in self._rounds]
        self._rounds.update((row, []) for row in fresh)
        goals: dict[int, list[tuple[Row, int]]] = defaultdict(list)
        for at, round, rule in self._each(fresh, f"select distinct i, r, k from goal join {self.triples} using (s, p, o)"):
            if not self._rounds[fresh[at]] and rule in rules:
                goals[rule].append((fresh[at], round))
            self._rounds[fresh[at]].append((round, rule))
        return [way for rule, wanted in goals.items() for way in self._learn(rules[rule], wanted)]

    def rows_by_round(self) -> list[Row]:
        """The triples that were looked at, those that came first before the others, and those that never came last."""
        return sorted(self._rounds, key=lambda row: (not self._rounds[row], self._rounds[row][:1]))

    def forget(self) -> None:
        """Lets go of all that was learnt."""
        self._rounds.clear()
        self._first_ways.clear()

    def _learn(self, plain: Plain, goals: Sequence[tuple[Row, int]]) -> list[tuple[Plain, Bound]]:
        ways: list[Bound] = []
        for triples in self._where:
            way = plain.proof_sql(("goal.s", "goal.p", "goal.o"), "goal.r", triples, 1)
            found = self._each([(*row, round) for row, round in goals], f"select i, way.* from goal, lateral ({way}) way")
            self._first_ways.update(((plain.number, *goals[row[0]]), [row[1:]]) for row in found)
            ways += (row[1:] for row in found)
            goals = [goal for goal in goals if (plain.number, *goal) not in self._first_ways]
        return [(plain, way) for way in ways]

    def _each(self, goals: Sequence[Bound], sql: str) -> list[Bound]:
        """The rows of a SELECT from `goal`, in which each row has its place in the sequence, `i`."""
        if not goals:
            return []
        columns = [list(range(len(goals))), *(list(column) for column in zip(*goals, strict=True))]
        names = ("i", "s", "p", "o", "r")[: len(columns)]
        given = ", ".join(f"unnest(${at}::uinteger[]) {name}" for at, name in enumerate(names, start=1))
        return self._database.run(f"with goal as materialized (select {given}) {sql} order by all", columns)
