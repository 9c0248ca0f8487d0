"""All ways in which the rules make the triples of a closed graph of each other: why they follow, what rests on some, what falls.

Where every way is known, a triple stays without others if one of its ways leads, step by step, to what is still asserted
(W. Dowling and J. Gallier, "Linear-time Algorithms for Testing the Satisfiability of Propositional Horn Formulae", 1984).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import NamedTuple

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.compile import Plain
from kg.reasoning.database import Database, term
from kg.reasoning.duckdb_engine import Reasoner
from kg.reasoning.equality import Row
from kg.reasoning.facts import Term
from kg.reasoning.lists import cells_of, list_of
from kg.reasoning.proofs import Proof
from kg.reasoning.select import LEGAL, TELLING

# The triples by which a rule makes a triple, each by its place among all.
Way = tuple[int, ...]
_Bound = tuple[int, ...]


class Fallen(NamedTuple):
    """What is neither asserted nor follows any more, and what is asserted no more and follows all the same."""

    gone: frozenset[ox.Triple]
    inferred: frozenset[ox.Triple]


class _First(NamedTuple):
    """How a triple was first derived: the round of its latest premise, the values of the rule's variables, rule, and premises."""

    latest: int
    bound: _Bound
    rule: str
    way: Way


class Derivations:
    """The triples of a closed graph and the ways in which each is made: plain data, which another process can be given.

    None of its terms may have more than one name: see `Closure.derivations`.
    """

    def __init__(self, reasoner: Reasoner) -> None:
        run = reasoner.database.run
        self._texts: dict[int, str] = dict(run("select id, t from term"))
        self._numbers = {text: number for number, text in self._texts.items()}
        rows = run(f"select s, p, o, r, k, {LEGAL} and {TELLING} from T")
        self._rows: list[Row] = [(s, p, o) for s, p, o, *_ in rows]
        self._places = {row: at for at, row in enumerate(self._rows)}
        self._came: list[tuple[int, int]] = [(round, rule) for *_, round, rule, _ in rows]
        # What is inferred and told to nobody is a premise of others all the same.
        self._told: list[bool] = [is_told for *_, is_told in rows]
        self._compares_literals = bool(run("select 1 from literal limit 1"))
        self._ways: dict[int, list[Way]] = {}
        self._first: dict[int, _First] = {}
        for plain in reasoner.plain:
            if plain.rule.conclusion:
                self._learn(plain, reasoner.database)
        self._uses = _reversed((made, way) for made, ways in self._ways.items() for way in ways)
        self._first_uses = _reversed((made, first.way) for made, first in self._first.items())
        self._objects: dict[tuple[int, int], list[int]] = defaultdict(list)
        for subject, predicate, object in sorted(self._rows):
            self._objects[subject, predicate].append(object)

    @property
    def is_whole(self) -> bool:
        """Whether it is known of each triple that is not asserted how it was derived."""
        return all(self._is_asserted(at) or at in self._first for at in range(len(self._rows)))

    @property
    def inferred(self) -> frozenset[ox.Triple]:
        """What follows and is not asserted."""
        return self._triples(at for at, is_told in enumerate(self._told) if is_told and not self._is_asserted(at))

    def first_proofs(self, triples: Sequence[ox.Triple]) -> list[Proof | None]:
        """Of each triple the proof by which it was first derived, None if it does not hold."""
        written: dict[int, Proof] = {}
        return [None if (at := self._place(triple)) is None else self._proof(at, written) for triple in triples]

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """What the subject has the predicate to, as the sources write it."""
        key = (self._numbers.get(str(subject), -1), self._numbers.get(str(predicate), -1))
        return [term(self._texts[number]) for number in self._objects.get(key, ())]

    def resting(self, on: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
        """The triples that are inferred and in whose first proof one of the triples is a premise, at whatever depth."""
        found = self._reached(self._known(on), self._first_uses)
        return self._triples(at for at in found if self._told[at])

    def without(self, removed: Iterable[ox.Triple]) -> Fallen | None:
        """What falls where the triples are asserted no more; None where it cannot be told: where lists or literals fall."""
        out = {at for at in self._known(removed) if self._is_asserted(at)}
        if self._is_beyond(out):
            return None
        fallen = out | self._reached(out, self._uses)
        fallen -= self._regained(fallen)
        left = out - fallen
        gone = {at for at in fallen if self._is_asserted(at) or self._told[at]} | {at for at in left if not self._told[at]}
        return Fallen(self._triples(gone), self._triples(left - gone))

    def _learn(self, plain: Plain, database: Database) -> None:
        """Notes all ways in which a rule makes triples, and of each triple the one by which it was first derived."""
        sql, names = plain.instances_sql()
        placed = _Placed(plain, names, database)
        for bound in database.run(sql):
            made = self._places.get(placed.conclusion(bound))
            if made is not None:
                way = tuple(self._places[row] for row in placed.premises(bound))
                self._ways.setdefault(made, []).append(way)
                self._note_first(made, plain, bound, way)

    def _note_first(self, made: int, plain: Plain, bound: _Bound, way: Way) -> None:
        round, rule = self._came[made]
        latest = max((self._came[at][0] for at in way), default=0)
        if rule == plain.number and latest < round:
            first = _First(latest, bound, plain.rule.name, way)
            self._first[made] = min(first, self._first.get(made, first))

    def _proof(self, goal: int, written: dict[int, Proof]) -> Proof | None:
        """The proof of a triple; those that are written already are taken over, and premises are written first."""
        for at in self._needed(goal, written):
            subject, predicate, object = map(self._term, self._rows[at])
            first = None if self._is_asserted(at) else self._first[at]
            premises = tuple(written[each] for each in self._premises(first.way)) if first else ()
            written[at] = Proof((subject, predicate, object), first.rule if first else "", premises)
        return written[goal]

    def _needed(self, goal: int, written: dict[int, Proof]) -> list[int]:
        """The triples of which the proof of one consists, premises first: these came in earlier rounds."""
        found, waiting = {goal}, [goal]
        while waiting:
            at = waiting.pop()
            premises = () if self._is_asserted(at) else self._premises(self._first[at].way)
            waiting += [each for each in premises if each not in found]
            found.update(premises)
        return sorted(found - written.keys(), key=lambda at: self._came[at])

    def _premises(self, way: Way) -> tuple[int, ...]:
        """The premises, in which helpers of the engine give way to what they stand for."""
        found: list[int] = []
        for at in dict.fromkeys(way):
            is_helper = any(v.HELPERS <= number < v.BLANKS for number in self._rows[at][1:])
            found += self._premises(self._first[at].way) if is_helper else [at]
        return tuple(found)

    def _term(self, number: int) -> Term:
        return term(self._texts[number])

    def _place(self, triple: ox.Triple) -> int | None:
        subject, predicate, object = (self._numbers.get(str(each), -1) for each in triple)
        return self._places.get((subject, predicate, object))

    def _known(self, triples: Iterable[ox.Triple]) -> set[int]:
        """The places of those of the triples that there are."""
        return {at for triple in triples if (at := self._place(triple)) is not None}

    def _triples(self, places: Iterable[int]) -> frozenset[ox.Triple]:
        lines = (" ".join(self._texts[number] for number in self._rows[at]) for at in places)
        parsed = ox.parse("".join(f"{line} .\n" for line in lines), format=ox.RdfFormat.N_TRIPLES)
        return frozenset(quad.triple for quad in parsed)

    def _is_asserted(self, at: int) -> bool:
        return not self._came[at][1]

    def _reached(self, start: Collection[int], uses: dict[int, list[int]]) -> set[int]:
        """What is made of the triples, step by step, and not asserted."""
        found: set[int] = set()
        waiting = [*start]
        while waiting:
            for made in uses.get(waiting.pop(), ()):
                if made not in found and not self._is_asserted(made):
                    found.add(made)
                    waiting.append(made)
        return found

    def _regained(self, fallen: set[int]) -> set[int]:
        """What of the fallen is made all the same of what has not fallen, or has been regained."""
        lost = set(fallen)
        waiting = sorted(fallen)
        while waiting:
            at = waiting.pop()
            if at in lost and any(lost.isdisjoint(way) for way in self._ways.get(at, ())):
                lost.discard(at)
                waiting += (made for made in self._uses.get(at, ()) if made in lost)
        return fallen - lost

    def _is_beyond(self, out: set[int]) -> bool:
        """Whether a list may change with the triples, which may then be one that rules can use; or what is known of literals."""
        rows = [self._rows[at] for at in out]
        if any(predicate in (v.FIRST, v.REST) for _, predicate, _ in rows):
            return True
        return self._compares_literals and any(object >= v.LITERALS for *_, object in rows)


class _Placed:
    """Where in the values of a rule's variables, and of the terms that it names, its premises and its conclusion stand."""

    def __init__(self, plain: Plain, names: list[str], database: Database) -> None:
        premises, conclusion = plain.rule.premises, plain.rule.conclusion or ()
        triples = [each.slots for each in premises if not each.word]
        terms = [slot for triple in (conclusion, *triples) for slot in triple if not isinstance(slot, str)]
        places = {slot: at for at, slot in enumerate((*names, *dict.fromkeys(terms)))}
        self._named = tuple(map(database.number, dict.fromkeys(terms)))
        self._conclusion = itemgetter(*(places[slot] for slot in conclusion))
        self._premises = [itemgetter(*(places[slot] for slot in triple)) for triple in triples]
        self._lists = [places[slot] for each in premises for slot in list_of(each.word, each.slots)]
        self._cells = cache(partial(cells_of, database, "T"))

    def conclusion(self, bound: _Bound) -> Row:
        found: Row = self._conclusion(bound + self._named)
        return found

    def premises(self, bound: _Bound) -> Iterator[Row]:
        """The triples that the premises are, and those of the lists that they speak of."""
        values = bound + self._named
        yield from (premise(values) for premise in self._premises)
        for head in self._lists:
            yield from self._cells(values[head])


def _reversed(ways: Iterable[tuple[int, Way]]) -> dict[int, list[int]]:
    """From each triple to those that are made of it."""
    found: dict[int, list[int]] = defaultdict(list)
    for made, way in ways:
        for at in dict.fromkeys(way):
            found[at].append(made)
    return found
