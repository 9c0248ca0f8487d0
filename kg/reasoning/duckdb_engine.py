"""The engine: the rules as SQL, run in rounds over what was new in the round before, until nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.errors import SourceError
from kg.reasoning import vocabulary as v
from kg.reasoning.compile import LONGEST_KEY, VARIANTS, Plain, Shape, branch, plain
from kg.reasoning.database import Database
from kg.reasoning.equality import Equality
from kg.reasoning.facts import Term
from kg.reasoning.lists import read_lists
from kg.reasoning.literals import look_at_literals, look_at_named
from kg.reasoning.rules import LIST_WORDS, Rule

Progress = Callable[[str], None]

_ALWAYS = {"datatype", "derived", "annotation", "lasting"}
_LIST_WORDS = {"item", "pair", *(f"{kind}{part}" for kind in ("chain", "types") for part in ("1", "2", "-step"))}


def quiet(_message: str) -> None:
    """Progress that nobody wants to hear of."""


@dataclass
class _Table:
    """The table of a shape: its number, its rules, whether it was made, the rounds in which it first and last got rows (or 0)."""

    number: int
    rules: list[Plain] = field(default_factory=list)
    made: bool = False
    first: int = 0
    last: int = 0
    # The predicates and classes in each of its columns that holds such.
    words: dict[str, set[int]] = field(default_factory=dict)


@dataclass
class _Words:
    """The predicates and classes of triples."""

    predicates: set[int] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)

    def add(self, predicates: set[int], classes: set[int]) -> None:
        self.predicates |= predicates
        self.classes |= classes

    def meet(self, atom: tuple[int | str, ...], table: _Table) -> bool:
        """Whether one of the triples may be what the atom asks for."""
        _, predicate, object = atom
        if isinstance(predicate, int):
            classes = table.words.get(str(object)) if predicate == v.TYPE else None
            return predicate in self.predicates and (classes is None or not classes.isdisjoint(self.classes))
        wanted = table.words.get(predicate)
        return wanted is None or not wanted.isdisjoint(self.predicates)


class Reasoner:
    """Closes the triples of a database under rules."""

    def __init__(self, database: Database, rules: Sequence[Rule], *, full: bool, progress: Progress = quiet) -> None:
        self.database = database
        self.equality = Equality(database, literals=full)
        self.round = 0
        self.plain: list[Plain] = []
        self._rules = [rule for rule in rules if full or not rule.full]
        self._full, self._progress = full, progress
        # The predicates and classes of the axioms that there are, and the words of which something is known.
        self._present: set[int | str] = set(_ALWAYS)
        # Those of them that changed since the axioms were last looked at, and since the shapes were.
        self._changed: set[int | str] = set()
        self._changed_for_shapes: set[int | str] = set()
        # Whether all axioms and lists are to be taken for new.
        self._anew = True
        # The literals that are the same as something else, and were looked at.
        self._named: set[int] = set()
        self._seen = 0
        self._tables: dict[Shape, _Table] = {}
        self._here, self._new = _Words(), _Words()

    def close(self) -> None:
        """Takes the triples of the table `given` as asserted, and adds all that follows."""
        self.database.run("create or replace temp table fresh as select s, p, o, 0::usmallint k from given; drop table given")
        self._absorb()
        self._read_axioms()
        look_at_literals(self.database, full=self._full)
        self._merge_equal_literals()
        self._run()

    def resume(self) -> None:
        """Knows the rules of a database that is closed already, as proofs need them."""
        self.plain = plain(self._rules, self._lengths_of_keys(), self._number)

    def live(self, rules: Iterable[Plain]) -> list[Plain]:
        """The rules that have something to go by."""
        words = {word for (word,) in self.database.run("select distinct word from literal")}
        return [each for each in rules if each.needs <= self._present | words]

    def _run(self) -> None:
        while True:
            self._close_axioms()
            self._fill_shapes()
            if not self._derive() and not self._look_at_named():
                return

    def _look_at_named(self) -> bool:
        """Where all is asked for, looks at literals that are now the same as something else; whether there were any."""
        if self._full and look_at_named(self.database, self.equality.classes, self._named):
            self._anew = True
        return self._anew

    def _read_axioms(self) -> None:
        """Reads axioms and lists from the triples anew."""
        run = self.database.run
        run(f"delete from S; insert into S from T where {v.SCHEMA_ROW.format(p='p', o='o')}")
        self._present = {*_ALWAYS, *(need for (need,) in run(f"select distinct case when p = {v.TYPE} then o else p end from S"))}
        read_lists(self.database, {word: self._used(word) for word in ("chain", "types")})
        lengths = self._lengths_of_keys()
        if run("select 1 from cell limit 1"):
            self._present |= _LIST_WORDS | {f"keys{length}" for length in lengths}
        if run("select 1 from number limit 1"):
            self._present.add("number")
        self._present |= {word for (word,) in run("select distinct word from literal")}
        self.plain = plain(self._rules, lengths, self._number)
        self._anew = True

    def _lengths_of_keys(self) -> set[int]:
        keys = ", ".join(map(str, self._used("keys"))) or "0"
        rows = self.database.run(f"select n, min(s) from cell join S on l = o where p in ({keys}) group by n order by n")
        for length, owner in rows:
            if length > LONGEST_KEY:
                raise _too_long(length, self.database.texts([owner])[owner])
        return {length for length, _ in rows}

    def _used(self, word: str) -> list[int]:
        """The predicates by which rules come to the lists that they use with the word."""
        at = 1 if LIST_WORDS[word] > 1 else 0
        return [
            self._number(other.slots[1])
            for rule in self._rules
            for premise in rule.premises
            if premise.word == word
            for other in rule.premises
            if not other.word and other.slots[2] == premise.slots[at] and not isinstance(other.slots[1], str)
        ]

    def _number(self, term: Term) -> int:
        return self.equality.of(self.database.number(term))

    def _merge_equal_literals(self) -> None:
        if self._full:
            rule = next((at for at, rule in enumerate(self._rules, start=1) if rule.name == "dt-eq"), 0)
            self._next_round([f"select a s, {v.SAME}::uinteger p, b o, {rule * VARIANTS} k from literal where word = 'equal'"])
        self._read_axioms()

    def _next_round(self, selects: Sequence[str], *, of_new: bool = False) -> bool:
        """Adds what the SELECTs give and is not known; whether there was any. `of_new`: they have seen all that was new."""
        self.round += 1
        self.database.run(f"""
            create or replace temp table fresh as
            select s, p, o, k from (select s, p, o, min(k)::usmallint k from ({" union all ".join(selects)}) group by s, p, o)
            anti join T using (s, p, o){"; delete from D" if of_new else ""}""")
        if of_new:
            self._new = _Words()
        return self._absorb()

    def _absorb(self) -> bool:
        """Takes the triples of `fresh` over into the tables."""
        database = self.database
        count = f"select p, case when p = {v.TYPE} then o end c, count(*) from fresh group by all"
        found = database.run(count)
        if any(predicate == v.SAME for predicate, _, _ in found):
            self._anew |= self.equality.merge(self.round)
            found = database.run(count)
        # In this order, whoever looks for a triple passes over most of the table.
        database.run(f"insert into T select s, p, o, {self.round}, k from fresh order by p, s")
        if self.round:
            database.run("insert into D select s, p, o from fresh")
        predicates = {predicate for predicate, _, _ in found}
        classes = {one for _, one, _ in found if one}
        axioms = {one for one in classes if one in v.CLASSES} | {one for one in predicates if one in v.PREDICATES}
        self._here.add(predicates, classes)
        self._new.add(predicates, classes)
        if axioms:
            condition = v.SCHEMA_ROW.format(p="p", o="o")
            database.run(f"insert into S select s, p, o, {self.round}, k from fresh where {condition}")
        self._present |= axioms
        self._changed |= axioms
        self._changed_for_shapes |= axioms
        self._anew |= self.round > 0 and not predicates.isdisjoint((v.FIRST, v.REST))
        if found:
            self._progress(f"round {self.round}: {sum(number for _, _, number in found)} new triples")
        return bool(found) or self._anew

    def _close_axioms(self) -> None:
        """Adds what follows from axioms alone."""
        while self._anew or self._changed:
            if anew := self._anew and self.round > 0:
                self._read_axioms()
                self._tables.clear()
            anew, self._anew = anew or self._anew, False
            changed, self._changed = self._changed, set()
            since, self._seen = self._seen + 1, self.round
            live = [each for each in self.plain if each.rule.conclusion and not each.data and each.needs <= self._present]
            selects = [sql for each in live for sql in _of_axioms(each, None if anew else since, changed)]
            if selects:
                self._next_round(selects)

    def _fill_shapes(self) -> None:
        """Adds to the tables of the shapes what axioms have changed."""
        anew = not self._tables
        if anew:
            for each in self.plain:
                if each.rule.conclusion and each.data:
                    self._tables.setdefault(each.shape, _Table(len(self._tables))).rules.append(each)
        statements = []
        for shape, table in self._tables.items():
            live = [
                each for each in table.rules if each.needs <= self._present and (anew or each.needs & self._changed_for_shapes)
            ]
            if live:
                statements.append(self._fill(shape, table, live))
        self._changed_for_shapes.clear()
        if statements:
            self.database.run("; ".join(statements))
            self._note_filled()

    def _fill(self, shape: Shape, table: _Table, live: list[Plain]) -> str:
        columns = ["k", *(f"k{at}" for at in range(1, shape.width + 1))]
        rows = f"select distinct *, {self.round + 1}::usmallint n from ({' union all '.join(each.axioms_sql() for each in live)})"
        if table.made:
            return f"insert into k{table.number} from ({rows}) anti join k{table.number} using ({', '.join(columns)})"
        table.made = True
        kinds = ", ".join(f"{name}::{'usmallint' if name == 'k' else 'uinteger'} {name}" for name in columns)
        return f"create or replace temp table k{table.number} as select {kinds}, n from ({rows})"

    def _note_filled(self) -> None:
        tables = {table.number: table for table in self._tables.values() if table.made}
        selects = (f"select {number}, min(n), max(n) from k{number}" for number in tables)
        for number, first, last in self.database.run(" union all ".join(selects)):
            tables[number].first, tables[number].last = first or 0, last or 0
        slots = [(table, slot) for shape, table in self._tables.items() if table.last == self.round + 1 for slot in shape.words]
        selects = (f"select {at}, {slot} from k{table.number} group by all" for at, (table, slot) in enumerate(slots))
        for table, slot in slots:
            table.words[slot] = set()
        for at, word in self.database.run(" union all ".join(selects)) if slots else ():
            slots[at][0].words[slots[at][1]].add(word)

    def _derive(self) -> bool:
        """Adds what follows from what was new since the last time; whether there was any."""
        selects = [sql for shape, table in self._tables.items() if table.first for sql in self._branches(shape, table)]
        if not selects:
            return False
        return self._next_round(selects, of_new=True)

    def _branches(self, shape: Shape, table: _Table) -> Iterator[str]:
        now = self.round + 1
        if not all(self._here.meet(atom, table) for atom in shape.atoms):
            return
        if table.last == now:
            yield branch(table.number, shape, delta=None, since=now)
        if table.first < now:
            new = (at for at, atom in enumerate(shape.atoms) if self._new.meet(atom, table))
            yield from (branch(table.number, shape, delta=at) for at in new)


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
