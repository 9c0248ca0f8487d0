"""A closed graph: what was asserted, what follows from it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import Place, SourceError, UsageError
from kg.reasoning.clashes import Clash, find
from kg.reasoning.database import PLAIN, Database, connect, quoted, term
from kg.reasoning.derivations import Derivations, Fallen
from kg.reasoning.duckdb_engine import Progress, Reasoner, quiet
from kg.reasoning.equality import Row
from kg.reasoning.facts import Term
from kg.reasoning.lists import malformed
from kg.reasoning.loading import load, take
from kg.reasoning.missing import Missing, missing
from kg.reasoning.proofs import Proof, Prover
from kg.reasoning.rules import Rule, rules
from kg.reasoning.scratch import temporary_file, written_whole
from kg.reasoning.select import LEGAL, Select

# What the tables of a saved closure mean; a change of them is another format.
FORMAT = "kg closed graph 2"
_MOST_DERIVED = 200_000


class Status(NamedTuple):
    """Triples by what they are: asserted, inferred and not asserted, or neither."""

    asserted: frozenset[ox.Triple]
    inferred: frozenset[ox.Triple]
    gone: frozenset[ox.Triple]


class Closure:
    """The triples given, those that follow from them, and the contradictions among both."""

    def __init__(self, database: Database, reasoner: Reasoner, *, full: bool) -> None:
        self._database, self._reasoner = database, reasoner
        self._select = Select(reasoner, full=full)

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """The contradictions, each once, in the order of the rules."""
        rows = self._database.run("select rule, message, triples from clash order by rowid")
        return tuple(Clash(rule, message, _triples(lines)) for rule, message, lines in rows)

    @cached_property
    def asserted(self) -> frozenset[ox.Triple]:
        return self._triples(self._select.asserted())

    @cached_property
    def inferred(self) -> frozenset[ox.Triple]:
        return self._triples(self._select.inferred())

    def malformed_lists(self) -> list[tuple[ox.Triple, str]]:
        """The asserted axioms that no rule can use, as their list is malformed, each with what is wrong with it."""
        found = list(malformed(self._database))
        texts = self._database.texts(number for row, _ in found for number in row)
        lines = (" ".join(texts[number] for number in row) for row, _ in found)
        triples = _triples("".join(f"{line} .\n" for line in lines))
        return [(triple, reason) for triple, (_, reason) in zip(triples, found, strict=True)]

    def ntriples(self) -> bytes:
        """All triples as canonical N-Triples, sorted."""
        return self._lines(self._select.all())

    def proof(self, triple: ox.Triple) -> Proof | None:
        """Why the triple holds, as it was first derived; None if it does not."""
        return next(iter(self.proofs(triple, most=1)), None)

    def proofs(self, triple: ox.Triple, *, most: int) -> list[Proof]:
        """Up to so many different proofs of the triple."""
        return self._prover.proofs((triple.subject, triple.predicate, triple.object), most)

    def first_proofs(self, triples: Iterable[ox.Triple]) -> list[Proof | None]:
        """What `proof` gives for each triple; for many far faster than one by one."""
        return self._prover.first([(triple.subject, triple.predicate, triple.object) for triple in triples])

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """What the subject has the predicate to, as the sources write it."""
        known = self._database.known({str(subject), str(predicate)})
        numbers = [known.get(str(subject), -1), known.get(str(predicate), -1)]
        rows = self._database.run(
            f"select distinct o from ({self._select.expanded()}) where s = $1 and p = $2 order by o", numbers
        )
        return [term(text) for text in self._database.texts(number for (number,) in rows).values()]

    def like(self, triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
        """All triples with the subject and the predicate of one of these."""
        self._database.run("create or replace temp table asked (s uinteger, p uinteger)")
        self._database.insert("asked", {(s, p) for s, p, _ in self._known(triples)})
        return self._triples(f"select distinct s, p, o from ({self._select.expanded()}) semi join asked using (s, p)")

    def missing(self, triple: ox.Triple, *, most: int) -> list[Missing]:
        """Up to so many rules that come nearest to a triple that does not hold, with the premises that each lacks."""
        return missing(self._reasoner, (triple.subject, triple.predicate, triple.object), most)

    @cached_property
    def _prover(self) -> Prover:
        return Prover(self._reasoner)

    def resting(self, on: Collection[ox.Triple]) -> frozenset[ox.Triple]:
        """The inferred triples in whose first proof one of these, which are asserted, is a premise, at whatever depth."""
        if self.derivations:
            return self.derivations.resting(on)
        inferred, wanted = sorted(self.inferred, key=str), {(each.subject, each.predicate, each.object) for each in on}
        proofs = zip(inferred, self.first_proofs(inferred), strict=True)
        return frozenset(triple for triple, proof in proofs if proof and not wanted.isdisjoint(proof.leaves()))

    def without(self, removed: Collection[ox.Triple]) -> Fallen | None:
        r"""What falls where triples are asserted no more; None where only closing anew can tell.

        >>> own = "http://www.w3.org/2002/07/owl#"
        >>> closed = close(f"<urn:a> <{own}inverseOf> <urn:b> .\n<urn:x> <urn:a> <urn:y> .".encode(), full=False)
        >>> fallen = closed.without([ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode("urn:a"), ox.NamedNode("urn:y"))])
        >>> sorted(str(triple.predicate) for triple in fallen.gone)
        ['<urn:a>', '<urn:b>']
        """
        return self.derivations.without(removed) if self.derivations else None

    @cached_property
    def derivations(self) -> Derivations | None:
        """All ways to all triples; None where terms have more than one name, in each of which a triple may be derived, or where
        there are too many triples for Python to hold.
        """
        is_large = self._database.value("select count(*) from T") > _MOST_DERIVED
        found = None if self._reasoner.equality or is_large else Derivations(self._reasoner)
        return found if found and found.is_whole else None

    def change(self, *, added: Iterable[ox.Triple] = (), removed: Iterable[ox.Triple] = ()) -> None:
        """Asserts triples, and asserts others no longer: the closure is then that of what is asserted now, as if closed anew.

        What is both removed and added is asserted afterwards; to remove what is not asserted changes nothing. A change is made
        whole or, where it fails, not at all; a graph that was reopened to be changed keeps it in its file.

        >>> closed = close(b"<urn:a> <http://www.w3.org/2002/07/owl#sameAs> <urn:b> .", full=False)
        >>> closed.change(removed=closed.asserted)
        >>> closed.inferred
        frozenset()
        """
        if self._database.read_only:
            raise UsageError("this closed graph was opened to be read", hint="reopen it with writable=True")
        try:
            with self._database.whole():
                before = self._reasoner.change(self._rows(added), self._known(removed))
                clashed = self._database.run("delete from clash returning 1")
                self._note_clashes(since=None if clashed else before)
        except BaseException:
            self._reasoner.forget()
            raise
        for name in ("asserted", "inferred", "clashes", "_prover", "derivations"):
            self.__dict__.pop(name, None)

    def affected(self) -> Status:
        """What the last change may have touched, as it stands now."""
        was = self._select.expanded("lost", "rep_before")
        # Where a class has grown, what was said in the name that stands for it is now said in others too.
        grown = "(select rep from rep anti join rep_before using (id, rep))"
        more = " or ".join(f"{name} in {grown}" for name in "spo") if self._reasoner.equality else "false"
        now = self._select.expanded(f"(from T where r > {self._reasoner.before} or {more})")
        stated = "select s, p, o from given union all select s, p, o from removed"
        self._database.run(f"create or replace temp table touched as {was} union {now} union {stated}")
        return self._status()

    def status(self, triples: Iterable[ox.Triple]) -> Status:
        """How it stands with triples."""
        self._database.run("create or replace temp table touched (s uinteger, p uinteger, o uinteger)")
        self._database.insert("touched", self._known(triples))
        return self._status()

    def _status(self) -> Status:
        within = "semi join touched using (s, p, o)"
        asserted = self._triples(f"select * from ({self._select.asserted()}) {within}")
        inferred = self._triples(f"select * from ({self._select.inferred()}) {within}")
        return Status(asserted, inferred, self._triples(f"select * from touched where {LEGAL}") - asserted - inferred)

    def counts(self) -> dict[str, int]:
        """How many triples are `asserted`, and how many `inferred`."""
        rows = {
            "asserted": f"select distinct * from ({self._select.asserted()})",
            "inferred": f"select distinct * from ({self._select.inferred()})",
        }
        return {name: int(self._database.value(f"select count(*) from ({sql})")) for name, sql in rows.items()}

    def _rows(self, triples: Iterable[ox.Triple]) -> list[Row]:
        listed = list(triples)
        numbers = self._database.numbers(str(term) for triple in listed for term in triple)
        return [(numbers[str(s)], numbers[str(p)], numbers[str(o)]) for s, p, o in listed]

    def _known(self, triples: Iterable[ox.Triple]) -> list[Row]:
        """The triples of which all terms are known: no other can be asserted."""
        listed = list(triples)
        numbers = self._database.known({str(term) for triple in listed for term in triple})
        rows = ([numbers.get(str(term)) for term in triple] for triple in listed)
        return [(s, p, o) for s, p, o in rows if s is not None and p is not None and o is not None]

    def _note_clashes(self, since: int | None = None) -> None:
        clashes = find(self._reasoner, since)
        lines = ((clash.rule, clash.message, "".join(f"{triple} .\n" for triple in clash.triples)) for clash in clashes)
        self._database.insert("clash", lines)

    def write(self, file: Path) -> int:
        """Writes all triples as canonical N-Triples, each once, in no order, in one step, compressed as .gz; their number."""
        options = PLAIN + (", compression gzip" if file.suffix.lower() == ".gz" else "")
        with written_whole(file) as beside:
            return int(self._database.value(f"copy ({self._texts(self._select.all())}) to {quoted(str(beside))} ({options})"))

    def save(self, file: Path) -> None:
        """Writes the closed graph to a file that `reopen` reads, in one step."""
        with written_whole(file) as beside:
            here = self._database.value("select current_database()").replace('"', '""')
            self._database.run(f'attach {quoted(str(beside))} as saved; copy from database "{here}" to saved; detach saved')

    def shut(self) -> None:
        """Lets go of the file, which then holds all changes."""
        self._database.connection.close()

    def _triples(self, rows: str) -> frozenset[ox.Triple]:
        return frozenset(_triples(self._lines(rows)))

    def _lines(self, rows: str) -> bytes:
        return "".join(f"{line}\n" for (line,) in self._database.run(f"{self._texts(rows)} order by 1")).encode()

    def _texts(self, rows: str) -> str:
        """SQL: the lines of the rows. These become a table first: only of tables the database knows which to look up in which."""
        self._database.run(f"""
            create or replace temp table result as {rows};
            create or replace temp table predicate as from term where id in (select p from result)""")
        names = {"s": "term", "p": "predicate", "o": "term"}
        joins = " ".join(f"join {table} as {name}_ on {name}_.id = {name}" for name, table in names.items())
        return f"select concat(s_.t, ' ', p_.t, ' ', o_.t, ' .') from result {joins}"


def _triples(lines: str | bytes) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))


def close(ntriples: bytes, *, full: bool, more_rules: Iterable[Rule] = ()) -> Closure:
    """The closure of N-Triples; SourceError with the line where they are none."""
    with temporary_file(ntriples) as file:
        return close_file(file, full=full, more_rules=more_rules)


def close_file(
    file: Path, *, full: bool, more_rules: Iterable[Rule] = (), database: Database | None = None, progress: Progress = quiet
) -> Closure:
    """The closure of an N-Triples file, in an empty database if one is given; `progress` hears of each round."""
    database = database or Database(connect())
    database.create()
    load(database, file)
    return _closed(database, more_rules, full=full, progress=progress)


def close_triples(triples: Iterable[ox.Triple], *, full: bool, more_rules: Iterable[Rule] = ()) -> Closure:
    """The closure of triples, made in memory without any file."""
    database = Database(connect())
    database.create()
    take(database, triples)
    return _closed(database, more_rules, full=full, progress=quiet)


def _closed(database: Database, more_rules: Iterable[Rule], *, full: bool, progress: Progress) -> Closure:
    reasoner = Reasoner(database, (*rules(), *more_rules), full=full, progress=progress)
    reasoner.close()
    database.run("insert into kept values (?, ?)", [FORMAT, full])
    closed = Closure(database, reasoner, full=full)
    closed._note_clashes()
    return closed


def reopen(file: Path, *, more_rules: Iterable[Rule] = (), writable: bool = False) -> Closure:
    """The closed graph that `Closure.save` wrote, closed under the same `more_rules`, to be read or changed.

    Several processes may read it at once; who changes it must be alone.

    Raises SourceError where the file is missing or holds no closed graph of this version.

    >>> closed = close(b"<urn:a> <http://www.w3.org/2002/07/owl#sameAs> <urn:b> .", full=False)
    >>> with temporary_file(b"") as file:
    ...     closed.save(file)
    ...     [str(triple) for triple in reopen(file).inferred]
    ['<urn:b> <http://www.w3.org/2002/07/owl#sameAs> <urn:a>']
    """
    import duckdb

    try:
        database = Database(connect(file, read_only=not writable))
        ((made_as, full),) = database.run("select format, is_full from kept")
    except (duckdb.Error, ValueError) as error:
        raise _unreadable(file) from error
    if made_as != FORMAT:
        raise _unreadable(file)
    reasoner = Reasoner(database, (*rules(), *more_rules), full=full)
    reasoner.resume()
    return Closure(database, reasoner, full=full)


def _unreadable(file: Path) -> SourceError:
    return SourceError("this is no closed graph of this version", place=Place(str(file)), hint="close the triples again")
