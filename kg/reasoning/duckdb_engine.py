"""The engine: the rules as SQL, run in rounds over what was new in the round before, until nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.errors import SourceError
from kg.reasoning import vocabulary as v
from kg.reasoning.compile import LONGEST_KEY, VARIANTS, Plain
from kg.reasoning.database import Database, unknown
from kg.reasoning.equality import REFLEXIVE, Equality, Row
from kg.reasoning.facts import Term
from kg.reasoning.lists import read_lists
from kg.reasoning.literals import Types, look_at_literals, look_at_named, note_counts, types_used
from kg.reasoning.rules import LIST_AT, LIST_WORDS, Rule
from kg.reasoning.shapes import SPO, Shape, again, branch, met, visible
from kg.reasoning.tables import ShapeTables, Table, Words
from kg.reasoning.written_out import plain

Progress = Callable[[str], None]

# SQL: that a literal stands in a triple that is asserted.
IN_USE = """id in (select o from T where k = 0 union all select o from X where k = 0
    union all select unnest([a, b]) from eq where k = 0)"""
# So many new triples are few.
_FEW = 10_000
_ALWAYS = {"datatype", "derived", "meet", "annotation", "lasting"}
LIST_RELATIONS = {"item", "pair", *(f"{kind}{part}" for kind in ("chain", "types") for part in ("1", "2", "-step"))}


def quiet(_message: str) -> None:
    """Progress that nobody wants to hear of."""


class Reasoner:
    """Closes the triples of a database under rules."""

    def __init__(self, database: Database, rules: Sequence[Rule], *, full: bool, progress: Progress = quiet) -> None:
        self.database = database
        self.equality = Equality(database, literals=full)
        self.round = 0
        self.plain: list[Plain] = []
        self._rules = [rule for rule in rules if full or not rule.full]
        self.full, self._progress = full, progress
        # The predicates and classes of the axioms that there are, and the words of which something is known.
        self.present: set[int | str] = set(_ALWAYS)
        # Those of them that changed since the axioms were last looked at, and since the shapes were.
        self._changed: set[int | str] = set()
        self._changed_for_shapes: set[int | str] = set()
        # Whether all axioms and lists are to be taken for new.
        self._anew = True
        # The literals that are the same as something else, and were looked at.
        self._named_literals: set[int] = set()
        # SQL: which literals stand in triples.
        self._in_use = "true"
        self._seen = 0
        # How many triples are new.
        self._count = 0
        # The round before the last change.
        self.before = 0
        # The round in which axioms last changed.
        self._axioms_at = 0
        # The datatypes that axioms use as classes.
        self._types: Types = []
        # The predicates by which axioms come to lists.
        self._to_lists: set[int] = set()
        # What stands for the terms that rules name.
        self._named: dict[int, int] = {}
        # Whether the tables of the shapes are to be looked at again.
        self._refill = True
        # Whether what was known of literals is to be found out again.
        self.literals_lost = False
        self.tables = ShapeTables(database)
        self.here, self._new = Words(), Words()

    def close(self) -> None:
        """Takes the triples of the table `given` as asserted, and adds all that follows."""
        self.database.run("create or replace temp table fresh as select s, p, o, 0::usmallint k from given; drop table given")
        self._absorb()
        self._read_axioms()
        self._look_at_literals()
        self._run()

    def resume(self) -> None:
        """Knows the rules of a database that is closed already, as proofs need them."""
        self.plain = plain(self._rules, self._lengths_of_keys(), self._number)

    def change(self, added: Sequence[Row], removed: Sequence[Row]) -> int | None:
        """Asserts triples, and asserts others no longer; takes out and adds what then follows no more, or newly.

        Gives the round before; None if axioms changed.
        """
        from kg.reasoning.withdrawal import withdraw

        if not self.tables:
            self._look_again()
        self._new, self._count, self.literals_lost, self._in_use = Words(), 0, False, IN_USE
        self.database.run("""
            delete from D; create or replace temp table given (s uinteger, p uinteger, o uinteger);
            create or replace temp table rep_before as from rep""")
        self.before = before = self.round
        literals = any(row[2] >= v.LITERALS for row in added)
        # What is the same as a literal is compared with all literals that there are.
        compared = self.full and bool(self._named_literals) and literals
        lost = withdraw(self, removed, literals=compared)
        if self.literals_lost:
            self._named_literals.clear()
        self.database.insert("given", added)
        if literals:
            # It is answered from the literals that there are.
            self._changed_for_shapes.add("lasting")
        self.round += 1
        self.equality.assert_given(self.round)
        self._absorb()
        self._look_at_literals(new=IN_USE if self.literals_lost else "id in (select o from given)", used=self._in_use)
        self._run(lost)
        return None if self._axioms_at > before else before

    def forget(self) -> None:
        """Knows no more than the database says, as after a change that was given up."""
        self.equality = Equality(self.database, literals=self.full)
        self.tables.clear()
        self.here, self._changed, self._changed_for_shapes = Words(), set(), set()
        self.resume()

    def look_anew(self, *, axioms: bool, apart: set[int]) -> None:
        """Looks at all axioms again, if they are others now, or terms that rules name are no longer what they were."""
        self._anew |= axioms or not apart.isdisjoint(self._named.values())

    def _look_again(self) -> None:
        """Knows of a closed graph what is known while it is being closed."""
        rounds = "select r from T union all select r from X union all select r from eq"
        self.round = max(1, self.database.value(f"select coalesce(max(r), 0) from ({rounds})"))
        self._read_axioms()
        self._types = types_used(self.database)
        self._named_literals = {number for each in self.equality.classes for number in each if number >= v.LITERALS}
        self.here = self.words_of("T")
        # One round back, what is filled in is taken to have been there.
        self.round -= 1
        self.tables.group(self.plain)
        self.tables.fill(self.present, None, self.round + 1)
        self.round += 1
        self._seen, self._anew, self._refill, self._changed = self.round, False, False, set()

    def words_of(self, table: str) -> Words:
        """The predicates and classes of the triples in a table."""
        found = self.database.run(f"select p, case when p = {v.TYPE} then o end c from {table} group by all")
        return Words({predicate for predicate, _ in found}, {one for _, one in found if one})

    def applicable(self) -> Iterator[tuple[Shape, Table]]:
        """The shapes that axioms give something to go by, and of whose atoms each may be met by a triple."""
        for shape, table in self.tables.made():
            if table.first and all(self.here.meet(atom, table) for atom in shape.atoms):
                yield shape, table

    def live(self, rules: Iterable[Plain]) -> list[Plain]:
        """The rules that have something to go by."""
        words = {word for (word,) in self.database.run("select distinct word from literal")}
        return [each for each in rules if each.needs <= self.present | words]

    def _run(self, lost: Words | None = None) -> None:
        """Derives until nothing is new; `lost` are the words of triples that were taken out, and may follow all the same."""
        while True:
            self._close_axioms()
            self._fill_tables()
            if not self._derive(lost) and not self._look_at_named() and not self._reflect():
                return
            lost = None

    def _look_at_named(self) -> bool:
        """Where all is asked for, looks at literals that are now the same as something else; whether there were any."""
        if self.full and look_at_named(self.database, self.equality.classes, self._named_literals, self._in_use):
            self._anew = True
        return self._anew

    def _reflect(self) -> bool:
        """Where all is asked for, and axioms speak of owl:sameAs, says of each term that it is itself; whether that was new."""
        spoken = f"from S where s = {v.SAME} or o = {v.SAME} union all select 1 from cell where c = {v.SAME}"
        if not self.full or (len(self.equality.class_of(v.SAME)) == 1 and not self.database.run(f"select 1 {spoken} limit 1")):
            return False
        terms = " union ".join(f"select {name} t from T where {visible(name)}" for name in SPO)
        return self._next_round([f"select t s, {v.SAME}::uinteger p, t o, {REFLEXIVE} k from ({terms})"])

    def _read_axioms(self) -> None:
        """Reads axioms and lists from the triples anew."""
        run = self.database.run
        run(f"delete from S; insert into S from T where {v.SCHEMA_ROW.format(p='p', o='o')}")
        self.present = {*_ALWAYS, *(need for (need,) in run(f"select distinct case when p = {v.TYPE} then o else p end from S"))}
        read_lists(self.database, {word: self._used(word) for word in ("chain", "types")})
        lengths = self._lengths_of_keys()
        if run("select 1 from cell limit 1"):
            self.present |= LIST_RELATIONS | {f"keys{length}" for length in lengths}
        self._note_counts()
        self.present |= {word for (word,) in run("select distinct word from literal")}
        self.plain = plain(self._rules, lengths, self._number)
        named = {slot for each in self.plain for slot in each.constants}
        self.database.learn(named)
        self._to_lists = {predicate for word in LIST_WORDS for predicate in self._used(word)}
        self._named = {each: self.equality.of(each) for each in map(self.database.number, named)}
        self._anew, self._axioms_at = True, self.round

    def _lengths_of_keys(self) -> set[int]:
        keys = ", ".join(map(str, self._used("keys"))) or "0"
        rows = self.database.run(f"select n, min(s) from cell join S on l = o where p in ({keys}) group by n order by n")
        for length, owner in rows:
            if length > LONGEST_KEY:
                raise _too_long(length, self.database.texts([owner])[owner])
        return {length for length, _ in rows}

    def _used(self, word: str) -> list[int]:
        """The predicates by which rules come to the lists that they use with the word."""
        return [
            self._number(other.slots[1])
            for rule in self._rules
            for premise in rule.premises
            if premise.word == word
            for other in rule.premises
            if not other.word and other.slots[2] == premise.slots[LIST_AT[word]] and not isinstance(other.slots[1], str)
        ]

    def _number(self, term: Term) -> int:
        return self.equality.of(self.database.number(term))

    def _look_at_literals(self, **which: str) -> None:
        """Notes what is not known yet of literals, and in full mode merges those of equal value."""
        if self._anew or self._changed:
            self._types = types_used(self.database)
            self._note_counts()
        known = [*look_at_literals(self.database, self._types, full=self.full, **which)]
        if not known:
            return
        of = self.equality.of
        found = {(word, of(a), of(b)) for word, a, b in known} - {*self.database.run("from literal")}
        self.database.insert("literal", sorted(found))
        self._anew |= bool(found)
        if any(word == "equal" for word, _, _ in found):
            rule = self.number_of("dt-eq")
            self._next_round([f"select a s, {v.SAME}::uinteger p, b o, {rule} k from literal where word = 'equal'"])

    def _note_counts(self) -> None:
        note_counts(self.database)
        if self.database.run("select 1 from number limit 1"):
            self.present.add("number")

    def number_of(self, name: str) -> int:
        """The number of a rule that is not written out."""
        return next((at * VARIANTS for at, rule in enumerate(self._rules, start=1) if rule.name == name), 0)

    def _next_round(self, selects: Sequence[str], *, of_new: bool = False) -> bool:
        """Adds what the SELECTs give and is not known; whether there was any. `of_new`: they have seen all that was new."""
        self.round += 1
        found = f"select s, p, o, min(k)::usmallint k from ({' union all '.join(selects)}) group by s, p, o"
        new = f"from ({found}) anti join T using (s, p, o)"
        if self._count <= _FEW:
            new = f"with found as materialized ({found}) from {unknown('found')}"
        self.database.run(f"create or replace temp table fresh as {new}{'; delete from D' if of_new else ''}")
        if of_new:
            self._new, self._count = Words(), 0
        return self._absorb()

    def _absorb(self) -> bool:
        """Takes the triples of `fresh` over into the tables."""
        database = self.database
        words = f"select p, case when p = {v.TYPE} then o end c, count(*) from fresh group by all"
        found = database.run(words)
        if any(predicate == v.SAME for predicate, _, _ in found):
            self._anew |= self.equality.merge(self.round)
            self._anew |= any(self.equality.of(each) != now for each, now in self._named.items())
            found = database.run(words)
        # In this order, whoever looks for a triple passes over most of the table.
        database.run(f"insert into T select s, p, o, {self.round}, k from fresh order by p, s")
        if self.round:
            database.run("insert into D select s, p, o from fresh")
        predicates = {predicate for predicate, _, _ in found}
        classes = {one for _, one, _ in found if one}
        axioms = Words(predicates, classes).axioms()
        self.here.add(predicates, classes)
        self._new.add(predicates, classes)
        if axioms:
            self._axioms_at = self.round
            condition = v.SCHEMA_ROW.format(p="p", o="o")
            database.run(f"insert into S select s, p, o, {self.round}, k from fresh where {condition}")
        self.present |= axioms
        self._changed |= axioms
        self._changed_for_shapes |= axioms
        self._anew |= self.round > 0 and not predicates.isdisjoint((v.FIRST, v.REST, *self._to_lists))
        if count := sum(number for _, _, number in found):
            self._count += count
            self._progress(f"round {self.round}: {count} new triples")
        return bool(found) or self._anew

    def _close_axioms(self) -> None:
        """Adds what follows from axioms alone."""
        while self._anew or self._changed:
            if anew := self._anew:
                self._read_axioms()
                self._refill = True
            self._anew = False
            changed, self._changed = self._changed, set()
            since, self._seen = self._seen + 1, self.round
            live = [each for each in self.plain if each.rule.conclusion and not each.data and each.needs <= self.present]
            selects = [sql for each in live for sql in _of_axioms(each, None if anew else since, changed)]
            if selects:
                self._next_round(selects)

    def _fill_tables(self) -> None:
        """Brings the tables of the shapes to what the axioms now say."""
        if self._refill:
            self.tables.group(self.plain)
        self.tables.fill(self.present, None if self._refill else self._changed_for_shapes, self.round + 1)
        self._refill = False
        self._changed_for_shapes.clear()

    def _derive(self, lost: Words | None) -> bool:
        """Adds what follows from what is new, and what of the lost follows all the same; whether there was any."""
        selects = [sql for shape, table in self.applicable() for sql in self._branches(shape, table)]
        selects += self._regained(lost) if lost else ()
        if not selects:
            return False
        return self._next_round(selects, of_new=True)

    def _regained(self, lost: Words) -> Iterator[str]:
        # What is the same is found from what says so; but two literals may be said to be, and stay two.
        pairs = f"select 1 from lost where p = {v.SAME} and s >= {v.LITERALS} and s <> o limit 1"
        paired = v.SAME in lost.predicates and bool(self.database.run(pairs))
        for shape, table in self.applicable():
            if (paired or not shape.pairs) and lost.meet(shape.head, table):
                yield again(table.number, shape)
        for each in self.live(self.plain):
            if each.rule.conclusion and not each.data:
                yield f"from ({each.conclusions_sql()}) semi join lost using (s, p, o)"

    def _branches(self, shape: Shape, table: Table) -> Iterator[str]:
        now = self.round + 1
        if table.last == now:
            yield branch(table.number, shape, delta=None, since=now)
        if table.first < now:
            new = (at for at, atom in enumerate(shape.atoms) if self._new.meet(atom, table))
            yield from (branch(table.number, shape, delta=at) for at in new if self._may_pair(shape, table, at))

    def _may_pair(self, shape: Shape, table: Table, delta: int) -> bool:
        """False where it is cheap to see that nothing new is in a pair: to find pairs, all that may be in one is read."""
        if not shape.pairs or self._count > _FEW:
            return True
        return bool(self.database.run(met(table.number, shape, delta=delta)))


def _too_long(length: int, owner: str) -> SourceError:
    message = f"the key of {owner} has {length} properties; the longest that can be used has {LONGEST_KEY}"
    return SourceError(message, hint="state a shorter key")


def _of_axioms(each: Plain, since: int | None, changed: set[int | str]) -> Iterator[str]:
    if since is None:
        yield each.conclusions_sql()
        return
    for at, premise in enumerate(each.axioms):
        if each.need(premise) in changed:
            yield each.conclusions_sql(since, at)
