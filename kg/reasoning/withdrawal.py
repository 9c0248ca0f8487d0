"""Taking out of a closure what is no longer asserted, and all that may have followed from it.

As in DRed (Gupta, Mumick and Subrahmanian, "Maintaining Views Incrementally", 1993), more is taken out than has to go, and what
still follows is derived again afterwards. The round and the rule of a triple keep that small: they say by which derivation it is
there, from premises of earlier rounds, and only where that one may be gone the triple leaves.

Of terms that are the same, that does not hold: a triple in the name that stands for them is there for what was said in any of
their names. Such a triple leaves with any premise, and where the ground of a class may be gone, the class is taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import Plain
from kg.reasoning.database import near
from kg.reasoning.duckdb_engine import LIST_RELATIONS, Reasoner
from kg.reasoning.equality import REFLEXIVE, RENAMED, Row
from kg.reasoning.shapes import LEAVING, LEAVING_AXIOMS, Shape, undone
from kg.reasoning.tables import Table, Words

_ROW = "s uinteger, p uinteger, o uinteger"
# A row of `T`, and its place there.
_ROW_OF_T = f"{_ROW}, r uinteger, k usmallint, id bigint"
# SQL: what stands for the first term of a pair that was found to be the same.
_CLASS = "coalesce((select rep from rep where id = a), a)"
_IN_CLASS = " or ".join(f"c.{name} in (select rep from rep)" for name in "spo")


def withdraw(reasoner: Reasoner, removed: Iterable[Row], *, literals: bool) -> Words | None:
    """Takes out triples that are no longer asserted, by the names in which they were, and what may have followed from them.

    The table `given` gets those asserted ones that were taken out on the way, `lost` all that was: to be asserted, and derived,
    again; with `literals`, all that followed from values of literals is. Gives the words of the lost; None where there are none.
    """
    return _Withdrawal(reasoner).run(removed, literals=literals)


class _Withdrawal:
    """One withdrawal; `found` holds the rows of `T` that are to leave, `leaving` those that do now, `lost` all that have left."""

    def __init__(self, reasoner: Reasoner) -> None:
        self._reasoner, self._database, self._equality = reasoner, reasoner.database, reasoner.equality
        self._apart: set[int] = set()
        self._lists_lost = False
        self._words = Words()

    def run(self, removed: Iterable[Row], *, literals: bool) -> Words | None:
        self._deny(removed)
        if literals:
            self._lose_literals()
        while words := self._leave():
            self._words.add(words.predicates, words.classes)
            self._undo(words)
        if self._words.predicates or self._apart:
            self._take_out()
            return self._words
        return None

    def _deny(self, removed: Iterable[Row]) -> None:
        """Finds where the triples are asserted: as they are, in names that are no longer used, or as two terms being the same."""
        run = self._database.run
        run(f"""
            create or replace temp table removed ({_ROW}); create or replace temp table found ({_ROW_OF_T});
            create or replace temp table lost ({_ROW_OF_T});
            create or replace temp table {LEAVING} as from lost""")
        self._database.insert("removed", removed)
        denied = "(before_s, before_p, before_o) in (select (s, p, o) from removed) and k = 0"
        # That two terms are the same may also be said by another name of owl:sameAs.
        apart = run(f"""
            select distinct {_CLASS} from eq join removed on a = s and b = o where p = {v.SAME} and k = 0
            union select s from {RENAMED} where {denied} and p = {v.SAME}""")
        run(f"""
            insert into found from {near("removed")} semi join removed using (s, p, o) where k = 0;
            insert into found {_now_named(denied)};
            delete from X using removed m where (X.s, X.p, X.o) = (m.s, m.p, m.o) and k = 0;
            delete from eq using removed m where (a, {v.SAME}, b) = (m.s, m.p, m.o) and k = 0""")
        if self._reasoner.full:
            # That a term is itself holds while it is in a triple, and is said again of those that still are.
            alone = "s not in (select rep from rep) and exists (from removed)"
            run(f"insert into found select *, rowid from T where k = {REFLEXIVE} and {alone}")
        self._part(one for (one,) in apart)
        self._forget_literals()

    def _forget_literals(self) -> None:
        """Where values of literals were compared, and one is in no triple any more, nothing of it may stay."""
        run = self._database.run
        if run("select 1 from literal where word in ('value', 'equal', 'differ') limit 1"):
            left = "select o from T anti join removed using (s, p, o) where k = 0 union all select o from X where k = 0"
            if run(f"select 1 from removed where o >= {v.LITERALS} and o not in ({left}) limit 1"):
                self._lose_literals()

    def _lose_literals(self) -> None:
        if not self._reasoner.literals_lost:
            self._reasoner.literals_lost = True
            self._database.run("delete from literal")
            self._lose_rules([each.number for each in self._reasoner.plain if each.needs & {"value", "differ"}])
            self._lose_rules([self._reasoner.number_of("dt-eq")])

    def _lose_lists(self) -> None:
        if not self._lists_lost:
            self._lists_lost = True
            self._lose_rules([each.number for each in self._reasoner.plain if _uses_lists(each)])

    def _lose_rules(self, numbers: list[int]) -> None:
        """Finds all that there is by the rules."""
        these = ", ".join(map(str, numbers)) or "0"
        self._database.run(f"""
            insert into found select *, rowid from T where k in ({these});
            insert into found {_now_named(f"k in ({these})")}""")
        for _, table in self._reasoner.tables.made():
            self._database.run(f"delete from k{table.number} where k in ({these})")
        self._part(one for (one,) in self._database.run(f"select distinct {_CLASS} from eq where k in ({these}) and k > 0"))

    def _part(self, representatives: Iterable[int]) -> None:
        """Takes classes apart: all that is said in the names that stand for them may be gone."""
        new = {*representatives}
        if self._equality.of(v.SAME) in new:
            # What was said by another name of owl:sameAs made other terms the same.
            new |= {each[0] for each in self._equality.classes}
        new -= self._apart
        self._apart |= new
        these = ", ".join(map(str, new))
        if new:
            apart = " union all ".join(f"select *, rowid from T where {name} in ({these})" for name in "spo")
            self._database.run(f"insert into found {apart}")
            if self._database.run(f"select 1 from cell where l in ({these}) or c in ({these}) limit 1"):
                self._lose_lists()
            if self._database.run(f"select 1 from literal where a in ({these}) or b in ({these}) limit 1"):
                self._lose_literals()

    def _leave(self) -> Words | None:
        """Lets those triples leave that were found and have not left yet; their words, or None where there are none."""
        self._database.run(f"""
            create or replace temp table {LEAVING} as select distinct * from found anti join lost using (id);
            insert into lost from {LEAVING}; delete from found;
            create or replace temp table {LEAVING_AXIOMS} as from S semi join {LEAVING} using (s, p, o)""")
        words = self._reasoner.words_of(LEAVING)
        return words if words.predicates else None

    def _undo(self, words: Words) -> None:
        """Finds what may have followed from those that leave."""
        if not words.predicates.isdisjoint((v.FIRST, v.REST)):
            self._lose_lists()
        selects = [*self._undone_by_axioms(words), *self._undone(words)]
        if not selects:
            return
        self._database.run(f"""
            create or replace temp table undone as select distinct * from ({" union all ".join(selects)});
            insert into found select c.* from {near("undone")} c join undone u using (s, p, o)
            where c.k = u.k and c.r > u.r or {_IN_CLASS};
            insert into found select c.*, c.rowid from T c join undone u on c.p = u.p and c.k = u.k and u.s in (c.s, c.o)
            where u.p = {v.SAME} and u.s = u.o and u.s >= {v.LITERALS}""")
        classes = f"select {_CLASS} c, k from eq"
        apart = f"select distinct c from ({classes}) e join undone u on c = s and e.k = u.k where p = {v.SAME} and s = o"
        self._part(one for (one,) in self._database.run(apart))

    def _undone(self, words: Words) -> Iterator[str]:
        for shape, table in self._reasoner.applicable():
            met = (at for at, atom in enumerate(shape.atoms) if words.meet(atom, table))
            yield from (undone(table.number, shape, delta=at) for at in met)

    def _undone_by_axioms(self, words: Words) -> Iterator[str]:
        changed = words.axioms()
        if not changed:
            return
        for each in self._reasoner.live(self._reasoner.plain):
            if each.rule.conclusion and not each.data:
                yield from (each.undone_sql(at) for at in _places(each, changed))
        for shape, table in self._reasoner.tables.made():
            if self._lose_rows(shape, table, changed):
                yield undone(table.number, shape, delta=None)

    def _lose_rows(self, shape: Shape, table: Table, changed: set[int]) -> bool:
        """Moves the rows of a shape's table that an axiom which leaves has given; whether there are any."""
        selects = [each.axioms_sql(leaving=at) for each in table.rules for at in _places(each, changed)]
        if not selects:
            return False
        columns, name = ", ".join(shape.columns), f"{LEAVING}_k{table.number}"
        rows = f"select {columns} from ({' union all '.join(selects)})"
        self._database.run(f"""
            create or replace temp table {name} as from k{table.number} semi join ({rows}) using ({columns});
            delete from k{table.number} where ({columns}) in (select ({columns}) from {name})""")
        return bool(self._database.value(f"select count(*) from {name}"))

    def _take_out(self) -> None:
        """Removes all that has left, and hands on what of it is still asserted."""
        apart = ", ".join(map(str, self._apart)) or "0"
        self._database.run(f"""
            create or replace temp table moved as from {RENAMED} semi join lost using (s, p, o);
            insert into given select before_s, before_p, before_o from moved where k = 0;
            insert into given select s, p, o from lost anti join removed using (s, p, o) where k = 0;
            insert into given select a, {v.SAME}, b from eq where k = 0 and {_CLASS} in ({apart});
            delete from X where rowid in (select id from moved);
            delete from eq where {_CLASS} in ({apart});
            delete from T where rowid in (select id from lost);
            delete from S using lost where (S.s, S.p, S.o) = (lost.s, lost.p, lost.o)""")
        self._equality.dissolve(self._apart)
        axioms = bool(self._words.axioms()) or self._lists_lost or self._reasoner.literals_lost
        self._reasoner.look_anew(axioms=axioms, apart=self._apart)


def _now_named(condition: str) -> str:
    """SQL: the triples of T, with their places, that those triples of X which meet a condition have become."""
    return f"""with named as materialized (select s, p, o from {RENAMED} where {condition})
        from {near("named")} semi join named using (s, p, o)"""


def _uses_lists(each: Plain) -> bool:
    return any(isinstance(need, str) and (need in LIST_RELATIONS or need.startswith("keys")) for need in each.needs)


def _places(each: Plain, changed: set[int]) -> Iterator[int]:
    """The places of the axioms of a rule that may be among those that changed."""
    return (at for at, premise in enumerate(each.axioms) if not premise.word and each.need(premise) in changed)
