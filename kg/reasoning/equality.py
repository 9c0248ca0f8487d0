"""Terms that turn out to be the same are stored as one: the one with the smallest number stands for its class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from kg.reasoning import vocabulary as v
from kg.reasoning.database import Database, near, unknown

# Rules that have no number: a triple is there because its terms are the same as others', or because it says so of itself.
REWRITTEN, REFLEXIVE = 65535, 65534
Row = tuple[int, int, int]
# SQL: joins that find what stands for the terms of a row of the table `{0}`, if anything does.
_NAMES = "".join(f" left join rep {{0}}{name} on {{0}}{name}.id = {{0}}.{name}" for name in "spo")
_TOUCHED = "s in (select id from gone) or p in (select id from gone) or o in (select id from gone)"
# SQL: the triples of T with a term that is gone. Place by place, only the parts of T are read where it may be.
_TOUCHED_OF_T = " union ".join(f"select T.*, T.rowid id from T semi join gone on {name} = gone.id" for name in "spo")


def _now(alias: str, suffix: str = "") -> str:
    """SQL: a row's terms as they are named now, after the joins of `_NAMES`."""
    return ", ".join(f"coalesce({alias}{name}.rep, {alias}.{name}) {name}{suffix}" for name in "spo")


# SQL: the triples of X, each with its terms as they are named now.
RENAMED = f"(select x.rowid id, x.s before_s, x.p before_p, x.o before_o, x.r, x.k, {_now('x')} from X x{_NAMES.format('x')})"


class Equality:
    """The classes of terms that are the same, and the triples rewritten accordingly."""

    def __init__(self, database: Database, *, literals: bool) -> None:
        self._database = database
        # Without need, two literals are not merged: that a property has two values is a clash, not a reason to exchange them.
        self._which = "true" if literals else f"not (s >= {v.LITERALS} and o >= {v.LITERALS})"
        self._stands_for: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        for number, representative in database.run("select id, rep from rep"):
            self._stands_for[number] = representative
            self._members.setdefault(representative, [representative]).append(number)

    def __bool__(self) -> bool:
        return bool(self._members)

    @property
    def classes(self) -> Iterable[list[int]]:
        """The terms that are the same, for each class of more than one."""
        return self._members.values()

    def of(self, number: int) -> int:
        """The term that stands for a term."""
        return self._stands_for.get(number, number)

    def class_of(self, number: int) -> list[int]:
        """All that is the same as a term, itself included."""
        return self._members.get(self.of(number), [number])

    def assert_given(self, round: int) -> None:
        """Makes `fresh` of the triples of `given`, which are asserted, in the names that stand for their terms."""
        edge, moved = f"p = {v.SAME} and s <> o and {self._which}", " or ".join(f"{name} <> {name}_" for name in "spo")
        still, named = "(e.s, e.p, e.o) = (e.s_, e.p_, e.o_)", "(select s_ s, p_ p, o_ o from stated)"
        self._database.run(f"""
            delete from given where {edge} and (s, o) in (select a, b from eq where k = 0);
            create or replace temp table stated as
            select distinct g.s, g.p, g.o, {_now("g", "_")} from given g{_NAMES.format("g")} where not (g.{edge});
            insert into X select s, p, o, {round}, 0 from stated anti join (from X where k = 0) using (s, p, o) where {moved};
            create or replace temp table held as from {near(named)} semi join {named} using (s, p, o);
            update T set k = 0 where rowid in (select id from held join stated e using (s, p, o) where k <> 0 and {still});
            update S set k = 0 from stated e where (S.s, S.p, S.o) = (e.s, e.p, e.o) and S.k <> 0 and {still};
            create or replace temp table fresh as
            select s_ s, p_ p, o_ o, min(case when {moved} then {REWRITTEN} else 0 end)::usmallint k from stated group by all;
            create or replace temp table fresh as from fresh anti join held using (s, p, o);
            insert into fresh select distinct s, p, o, 0 from given where {edge};
            insert into fresh select distinct rep, {v.SAME}, rep, {REFLEXIVE} from rep
            anti join (select s rep from T where p = {v.SAME} and s = o union all
                select s from fresh where p = {v.SAME} and s = o) using (rep)""")

    def dissolve(self, representatives: Collection[int]) -> None:
        """Takes the classes apart: what their terms are the same as is to be found anew."""
        for representative in representatives:
            for number in self._members.pop(representative, ()):
                self._stands_for.pop(number, None)
        self._database.run("delete from rep where rep in (select unnest(?))", [[*representatives]])

    def merge(self, round: int) -> bool:
        """Takes what is the same out of the new triples, `fresh`; rewrites these and all older ones; whether axioms changed."""
        run, same = self._database.run, f"p = {v.SAME} and s <> o and {self._which}"
        axioms = False
        # Where a property is the same as owl:sameAs, what is rewritten says that more is the same.
        while pairs := run(f"select s, o from fresh where {same}"):
            run(f"insert into eq select s, o, {round}, k from fresh where {same} order by s, o; delete from fresh where {same}")
            gone = self._united(pairs)
            run("create or replace temp table gone (id uinteger, rep uinteger)")
            self._database.insert("gone", gone.items())
            axioms |= self._in_axioms()
            self._rewrite(round)
            self._keep(gone)
        return axioms

    def _united(self, pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
        """Merges the classes of the pairs; the terms that stood for a class and no longer do, and what stands for them now."""
        gone = set()
        for pair in pairs:
            first, second = sorted(map(self.of, pair))
            if first != second:
                joining = self._members.pop(second, [second])
                self._members.setdefault(first, [first]).extend(joining)
                self._stands_for.update(dict.fromkeys(joining, first))
                gone.add(second)
        return {number: self.of(number) for number in gone}

    def _in_axioms(self) -> bool:
        """Whether an axiom, a list of one, or a literal that was looked at speaks of a term that is gone."""
        parts = (
            "s from S",
            "p from S",
            "o from S",
            "l from cell",
            "c from cell",
            "a from literal",
            "b from literal",
            "l from number",
        )
        union = " union all ".join(f"select {part}" for part in parts)
        return bool(self._database.value(f"select exists (from ({union}) u(id) semi join gone using (id))"))

    def _rewrite(self, round: int) -> None:
        names = "".join(f" left join gone g{name} on g{name}.id = {name}" for name in "spo")
        values = ", ".join(f"coalesce(g{name}.rep, {name}) {name}" for name in "spo")
        untouched = " and ".join(f"g{name}.id is null" for name in "spo")
        changed = f"{values}, case when {untouched} then k else {REWRITTEN} end k"
        self._database.run(f"""
            create or replace temp table touched as {_TOUCHED_OF_T};
            insert into X select s, p, o, r, k from touched;
            insert into X select s, p, o, {round}, k from fresh where {_TOUCHED};
            delete from T where rowid in (select id from touched);
            create or replace temp table fresh as
            select s, p, o, min(k)::usmallint k from (
                select {changed} from (select s, p, o, k from fresh union all select s, p, o, {REWRITTEN} from touched){names}
                union all select rep, {v.SAME}, rep, {REFLEXIVE} from gone) group by s, p, o;
            create or replace temp table fresh as from {unknown("fresh")};
            update literal set a = rep from gone where a = id; update literal set b = rep from gone where b = id;
            update number set l = rep from gone where l = id""")

    def _keep(self, gone: dict[int, int]) -> None:
        """Writes down what stands for the members of the classes that changed."""
        rows = [(number, first) for first in sorted({*gone.values()}) for number in self._members[first] if number != first]
        self._database.run("delete from rep where rep in (select id from gone) or rep in (select rep from gone)")
        self._database.insert("rep", rows)


def originals(database: Database, rows: Iterable[Row]) -> dict[Row, list[Row]]:
    """The asserted triples that were rewritten to each of the rows."""
    wanted = set(rows)
    found: dict[Row, list[Row]] = defaultdict(list)
    if not wanted:
        return found
    stated = f"select s, p, o, before_s, before_p, before_o from {RENAMED} where k = 0 order by all"
    for *named, s, p, o in database.run(stated):
        if (key := (named[0], named[1], named[2])) in wanted:
            found[key].append((s, p, o))
    return found
