"""What proofs ask of a closed graph: of one triple at a time, or of many in few statements, before they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.reasoning.compile import Plain
from kg.reasoning.database import Database
from kg.reasoning.equality import Row

Bound = tuple[int, ...]


class Ahead:
    """The rounds and rules by which triples came, and the ways in which a rule makes a triple; `triples` is where they stand."""

    def __init__(self, database: Database, triples: str) -> None:
        self._database, self._triples = database, triples
        self._rounds: dict[Row, list[tuple[int, int]]] = {}
        self._first_ways: dict[tuple[int, Row, int], list[Bound]] = {}

    def rounds(self, row: Row) -> list[tuple[int, int]]:
        """The rounds and rules by which the triple came, as it stands."""
        if row in self._rounds:
            return self._rounds[row]
        sql = f"select distinct r, k from {self._triples} where s = $1 and p = $2 and o = $3 order by all"
        return [(round, rule) for round, rule in self._database.run(sql, [*row])]

    def ways(self, plain: Plain, row: Row, round: int, most: int) -> list[Bound]:
        """Up to so many ways in which the rule makes the triple of what was there before the round."""
        known = self._first_ways.get((plain.number, row, round)) if most == 1 else None
        return known if known is not None else self._database.run(plain.proof_sql(row, round, self._triples, most))

    def look(self, rows: Iterable[Row], rules: Mapping[int, Plain]) -> list[tuple[Plain, Bound]]:
        """Learns how the triples came first, and by which of the rules; gives the ways in which these make them."""
        fresh = [row for row in dict.fromkeys(rows) if row not in self._rounds]
        self._rounds.update((row, []) for row in fresh)
        goals: dict[int, list[tuple[Row, int]]] = defaultdict(list)
        for at, round, rule in self._each(fresh, f"select distinct i, r, k from goal join {self._triples} using (s, p, o)"):
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
        way = plain.proof_sql(("goal.s", "goal.p", "goal.o"), "goal.r", self._triples, 1)
        found = self._each([(*row, round) for row, round in goals], f"select i, way.* from goal, lateral ({way}) way")
        self._first_ways.update(((plain.number, *goals[row[0]]), [row[1:]]) for row in found)
        return [(plain, row[1:]) for row in found]

    def _each(self, goals: Sequence[Bound], sql: str) -> list[Bound]:
        """The rows of a SELECT from `goal`, in which each row has its place in the sequence, `i`."""
        if not goals:
            return []
        columns = [list(range(len(goals))), *(list(column) for column in zip(*goals, strict=True))]
        names = ("i", "s", "p", "o", "r")[: len(columns)]
        given = ", ".join(f"unnest(${at}::uinteger[]) {name}" for at, name in enumerate(names, start=1))
        return self._database.run(f"with goal as materialized (select {given}) {sql} order by all", columns)
