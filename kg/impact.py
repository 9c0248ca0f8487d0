"""What would fall if a sentence were wrong: what it states, what follows from that, and what questions would no longer answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg import store
from kg.answers import Row, Term
from kg.errors import UsageError
from kg.evidence import Origins
from kg.graph import KnowledgeGraph
from kg.lacking import Lacking, alike
from kg.queries import SavedQuery, catalogue
from kg.reach import Reach

if TYPE_CHECKING:
    from kg.reasoning.closure import Closure
    from kg.reasoning.derivations import Derivations

# Of how many sentences is kept what would fall with them: readers ask again, in another language or on another page.
_REMEMBERED = 200

Triples = Collection[ox.Triple]
Changed = dict[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Impact:
    """What falls with a sentence.

    `graphs` are the sentence and what was derived from it alone; `stated` their triples that nothing else states or implies;
    `inferred` those that no longer follow; `lost` and `gained` the rows that answers to saved questions lose and gain, whose
    columns are in `columns`.
    """

    sentence: str
    graphs: tuple[str, ...]
    stated: tuple[ox.Triple, ...]
    inferred: tuple[ox.Triple, ...]
    lost: Mapping[str, tuple[Row, ...]]
    gained: Mapping[str, tuple[Row, ...]]
    columns: Mapping[str, tuple[str, ...]]


def impact(graph: KnowledgeGraph, sentence: str) -> Impact:
    """What would fall; `sentence` is looked up like any thing, and may be any named graph.

    Saved questions are asked with their defaults. Raises UsageError where it is no named graph of the project.
    """
    return Impacts(graph, catalogue(graph.project).values()).of(sentence)


class Table(NamedTuple):
    """An answer in rows, with the names of its columns."""

    columns: tuple[str, ...]
    rows: list[Row]


class Impacts:
    """What rests on each sentence of a graph, and on what it answers to queries; what is found for one sentence serves the next.

    `own` is a store in memory that holds what the graph's store holds and is changed for moments; without it, a copy is made.
    """

    def __init__(self, graph: KnowledgeGraph, queries: Iterable[SavedQuery], own: ox.Store | None = None) -> None:
        self._graph, self._own = graph, own
        self._queries = {query.name: query for query in queries if not query.needs_a_value}
        self._origins = Origins(graph.store())
        self._before: dict[str, Table] = {}
        self._found = lru_cache(maxsize=_REMEMBERED)(self._worked_out)

    def of(self, sentence: str) -> Impact:
        """What would fall with a sentence, or another named graph; UsageError where it is none of the project."""
        return self._found(self._home(sentence))

    def _worked_out(self, sentence: str) -> Impact:
        home, graphs = self._falling(sentence)
        stated = self._graph.traces.only_in(graphs)
        if not (fallen := self._known.without(stated)):
            return self.anew(sentence)
        after = self._answers(Lacking(self._store, graphs, fallen, self._graph.inferred, self._alike))
        return self._impact(home, graphs, fallen.gone & stated, fallen.gone - stated, after)

    def anew(self, sentence: str) -> Impact:
        """The same, from a graph that is built without the sentence: slower, for what no way of conclusion can tell."""
        home, graphs = self._falling(sentence)
        built = store.without(self._graph.project, graphs)
        without = KnowledgeGraph(built, self._graph.project, self._queries.__getitem__)
        remaining = without.closure.asserted | without.closure.inferred
        stated, inferred = self._graph.closure.asserted - remaining, self._graph.closure.inferred - remaining
        return self._impact(home, graphs, stated, inferred, {name: _answer(without, name) for name in self._queries})

    def conclusions(self, sentence: str) -> tuple[ox.Triple, ...]:
        """What was concluded from what the sentence states or implies, which is a premise in the proof of each."""
        return _sorted(self._known.resting(self._graph.traces.any_in(self._derived(self._home(sentence)))))

    def _falling(self, sentence: str) -> tuple[str, tuple[str, ...]]:
        """The graph that is meant, and with it those that were derived from it alone."""
        home = self._home(sentence)
        return home, tuple(each for each in self._derived(home) if self._origins.sentences(each) <= {home})

    def _home(self, sentence: str) -> str:
        home = self._graph.find(sentence).value
        if home not in self._graph.graphs:
            example = self._graph.names.shorten(min(self._graph.graphs, default=home))
            raise UsageError(f"{sentence} is no sentence, and no other named graph", hint=f"name one as in {example}")
        return home

    def _derived(self, home: str) -> tuple[str, ...]:
        """The graph, and those that were derived from it, alone or among others."""
        return (home, *(each for each in self._graph.graphs if each != home and home in self._origins.sentences(each)))

    def place(self, name: str, row: Row) -> int:
        """The number of a row of the present answer to a question, counted from one."""
        return self._present(name).rows.index(row) + 1

    def _answers(self, lack: Lacking) -> dict[str, Table]:
        """What the questions answer whose answers may be others without what is lacking."""
        reached = {name for name, reach in self._reaches.items() if reach.meets(lack.triples, self._has)}
        reached |= {name for name, bound in self._bound.items() if bound is None or not lack.terms.isdisjoint(bound.values())}
        with lack as changed:
            graph = self._graph.asking(changed)
            return {name: _answer(graph, name) for name in self._queries if name in reached}

    def _present(self, name: str) -> Table:
        if name not in self._before:
            self._before[name] = _answer(self._graph, name)
        return self._before[name]

    def _impact(self, home: str, graphs: tuple[str, ...], stated: Triples, inferred: Triples, after: dict[str, Table]) -> Impact:
        before = {name: self._present(name) for name in after}
        lost, gained = _missing(before, after), _missing(after, before)
        columns = {name: (before if name in lost else after)[name].columns for name in after if name in lost or name in gained}
        return Impact(home, graphs, _sorted(stated), _sorted(inferred), lost, gained, columns)

    @property
    def _known(self) -> Derivations | Closure:
        """What can tell what rests on triples."""
        return self._graph.traces.derivations or self._graph.closure

    @cached_property
    def _store(self) -> ox.Store:
        if self._own is None:
            self._own = ox.Store()
            self._own.bulk_extend(self._graph.store())
        return self._own

    def _has(self, triple: ox.Triple, property: ox.NamedNode) -> bool:
        return next(self._store.quads_for_pattern(triple.subject, property, None), None) is not None

    @cached_property
    def _alike(self) -> Mapping[ox.Triple, int]:
        return alike(self._known.inferred)

    @cached_property
    def _reaches(self) -> dict[str, Reach]:
        return {name: Reach(query.text, self._graph.names) for name, query in self._queries.items()}

    @cached_property
    def _bound(self) -> dict[str, Mapping[str, Term] | None]:
        return {name: _bound(self._graph, query) for name, query in self._queries.items()}


def _sorted(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    return tuple(sorted(triples, key=str))


def _bound(graph: KnowledgeGraph, query: SavedQuery) -> Mapping[str, Term] | None:
    """What the parameters are by default; None where there is no such thing."""
    try:
        return query.bind(graph, {})
    except UsageError:
        return None


def _answer(graph: KnowledgeGraph, name: str) -> Table:
    try:
        columns, rows = graph.query(name).table()
    except UsageError:  # The thing that it asks about by default is gone.
        return Table((), [])
    return Table(tuple(columns), rows)


def _missing(before: Mapping[str, Table], after: Mapping[str, Table]) -> Changed:
    gone = {name: tuple((Counter(table.rows) - Counter(after[name].rows)).elements()) for name, table in before.items()}
    return {name: rows for name, rows in gone.items() if rows}
