"""A scope: a pattern whose variables are all visible in it. A query is one, and so is each sub-query and each tested pattern.

The pattern is asked again, with the values of a row for its variables, and with a mark at the end of each of its groups, so
that every solution says which groups (branches of UNION, OPTIONAL …) it went through. Scopes inside it are asked in turn, with
what the solutions say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count

import pyoxigraph as ox

from kg.answers import Rows
from kg.errors import QueryError
from kg.evidence.grounds import Source
from kg.evidence.outline import Group, Item, Outline, group_of, outline, tests_absence, variables
from kg.evidence.paths import Term, matched
from kg.evidence.patterns import Block, blocks, default_graphs
from kg.evidence.rows import Row, Solution, batches, binds, copied, of_tested, solutions_of
from kg.sparql import evaluate

ABSENCE = "rests also on what is not there: a closed-world reading"
NOT_AGAIN = "asking again did not give this row, so what it rests on was not found"
MIXED = "several groups have these values, and the query does not give out what tells them apart"
_UNREPEATABLE = frozenset(("RAND", "NOW", "UUID", "STRUUID", "BNODE"))
# Solutions are held in memory: a query that joins everything with everything has too many to follow.
_MOST_SOLUTIONS = 200_000

# A triple that a pattern matched, and the graph in which it did, None being the default graph.
Statement = tuple[ox.Triple, str | None]


@dataclass
class Found:
    """What was found for one row."""

    statements: set[Statement] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Asked:
    """What is the same for all scopes of a query; `default` are the graphs of its FROM, `prefix` begins no name of its own."""

    source: Source
    prologue: str
    dataset: str
    default: tuple[ox.NamedNode, ...] | None
    prefix: str

    @classmethod
    def of(cls, source: Source, text: str, parts: Outline) -> Asked:
        clauses = f"{parts.prologue}\nSELECT * {parts.dataset} {{}}"
        default = default_graphs(clauses, source.names.prefixes) if parts.dataset else None
        prefix = next(name for name in ("kg" + "_" * n for n in count(1)) if name not in text)
        return cls(source, parts.prologue, parts.dataset, default, prefix)


@dataclass(frozen=True)
class Scope:
    """A pattern to ask again.

    `names` are the variables that it gives out (None is all), `keys` those that tell its groups apart. A tested pattern takes
    the values of a row inside, after the first `within` characters, where its filters see them. `single`: one row stands for
    all solutions, even for none.
    """

    asked: Asked
    body: str
    names: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()
    within: int = 0
    single: bool = False
    terms: Mapping[str, Term] = field(default_factory=dict)

    @classmethod
    def of_query(cls, source: Source, text: str, terms: Mapping[str, Term]) -> Scope:
        """The scope of a whole query; QueryError where the query cannot be followed."""
        parts = outline(text)
        return replace(_of_outline(Asked.of(source, text, parts), parts, ()), terms=terms)

    def analyse(self) -> None:
        """Reads the patterns of this scope and of those in it, which is remembered."""
        _ = self._blocks
        for scope in self._inner.values():
            scope.analyse()

    def found(self, rows: Sequence[Row]) -> list[Found]:
        """What each row rests on; QueryError where the pattern cannot be followed."""
        distinct = {frozenset(row.items()): row for row in rows}
        results = dict(zip(distinct, self._found(list(distinct.values())), strict=True))
        return [results[frozenset(row.items())] for row in rows]

    def _found(self, rows: list[Row]) -> list[Found]:
        solutions = self._solutions(rows)
        found = [self._of_row(row, own) for row, own in zip(rows, solutions, strict=True)]
        for group, scope in self._inner.items():
            self._add_inner(group, scope, solutions, found)
        return found

    def _of_row(self, row: Row, solutions: list[Solution]) -> Found:
        if not solutions:
            return Found(notes={ABSENCE if self.within or self.single else NOT_AGAIN})
        if len({tuple(solution.get(name) for name in self.keys if name not in row) for solution in solutions}) > 1:
            solutions.clear()
            return Found(notes={MIXED})
        statements = {statement for solution in solutions for statement in self._statements(solution)}
        return Found(statements, {note for solution in solutions for note in self._absences(solution)})

    def _statements(self, solution: Solution) -> Iterator[Statement]:
        bound = {f"?{name}": term for name, term in solution.items()}
        for block in self._blocks:
            if block.marker in solution:
                graph = bound.get(block.graph) if isinstance(block.graph, str) else block.graph
                home = graph if isinstance(graph, ox.NamedNode) else None
                searched = (home,) if home else self.asked.default
                for triple in matched(block.patterns, bound, self.asked.source.view(searched)) or ():
                    yield from self._placed(triple, searched)

    def _placed(self, triple: ox.Triple, searched: tuple[ox.NamedNode, ...] | None) -> Iterator[Statement]:
        if searched is None:
            yield triple, None
        for home in searched or ():
            if ox.Quad(triple.subject, triple.predicate, triple.object, home) in self.asked.source.store:
                yield triple, home.value

    def _absences(self, solution: Solution) -> Iterator[str]:
        taken_away = any(inner.kind == "absent" for group in self._passed(solution) for inner in group.inside)
        if taken_away or tests_absence(self.body):
            yield ABSENCE

    def _passed(self, solution: Solution) -> list[Group]:
        """The groups that the solution went through."""
        return [group for mark, group in self._marks.items() if mark in solution]

    def _reached(self, group: Group, solution: Solution) -> bool:
        """Whether the solution went through a sub-query, or through the group in which a pattern is tested."""
        passed = self._passed(solution)
        return group in passed or (group.kind == "exists" and any(group in around.inside for around in passed))

    def _add_inner(self, group: Group, scope: Scope, solutions: list[list[Solution]], found: list[Found]) -> None:
        """Adds to what was found for each row what the scope of the group gives for the row's solutions."""
        copies = self._copies.get(group, {})
        for own, result in zip(solutions, found, strict=True):
            through = [solution for solution in own if self._reached(group, solution)]
            rows = [copied(solution, copies) if copies else of_tested(solution, scope.given) for solution in through]
            for part in scope.found(rows):
                result.statements |= part.statements
                result.notes |= part.notes

    @cached_property
    def _inner(self) -> dict[Group, Scope]:
        """The scopes of the sub-queries and of the tested patterns."""
        return {group: self._scope(group) for group in self._group.walk() if group.kind in ("select", "exists")}

    def _scope(self, group: Group) -> Scope:
        text = self.body[group.start : group.end + 1]
        if group.kind == "select":
            return _of_outline(self.asked, outline(text[1:-1]), group.graphs)
        text = f"{{ {text} }}" if group_of(text).kind == "select" else text
        body = _in_graph(text, group.graphs)
        return Scope(self.asked, body, within=body.index(text) + 1)

    @property
    def given(self) -> frozenset[str]:
        """The variables whose values a row of this scope says."""
        if self.within:
            return frozenset(variables(self.body))
        return self._visible if self.names is None else self._visible & set(self.names)

    @cached_property
    def _group(self) -> Group:
        return group_of(self.body)

    @cached_property
    def _marks(self) -> dict[str, Group]:
        """The groups that have a mark of their own, by the mark."""
        groups = (group for group in self._group.walk() if group.kind in ("plain", "select"))
        return {f"{self.asked.prefix}{group.start}": group for group in groups}

    @cached_property
    def _copies(self) -> dict[Group, dict[str, str]]:
        """What holds the values that a sub-query gives to its variables; around it, they may have others where it gives none."""
        marks = {group: mark for mark, group in self._marks.items() if group.kind == "select"}
        return {group: {name: f"{mark}_{name}" for name in sorted(self._inner[group].given)} for group, mark in marks.items()}

    @cached_property
    def _marked(self) -> str:
        """The pattern with its marks: one at the end of each plain group, one around each sub-query."""
        additions: list[tuple[int, int, str]] = []
        for mark, group in self._marks.items():
            if group.kind == "select":
                copying = binds(self._copies[group])
                additions += [(group.end + 1, 0, f" BIND(true AS ?{mark}) {copying} }}"), (group.start, 1, "{ ")]
            else:
                additions.append((group.end, 2, f" BIND(true AS ?{mark}) "))
        text = self.body
        for at, _, added in sorted(additions, reverse=True):
            text = text[:at] + added + text[at:]
        return text

    @cached_property
    def _visible(self) -> frozenset[str]:
        """The variables that solutions of the pattern have, but for the marks."""
        answer = self._ask(f"SELECT * {self.asked.dataset} WHERE {self._marked} LIMIT 0", {})
        return frozenset(answer.variables) - self._marks.keys() - {*self._copied}

    @property
    def _copied(self) -> Iterator[str]:
        return (copy for copies in self._copies.values() for copy in copies.values())

    @cached_property
    def _blocks(self) -> list[Block]:
        query = f"{self.asked.prologue}\nSELECT * {{ {self._marked} }}"
        return blocks(query, frozenset(self._marks), self.asked.source.names.prefixes)

    def _solutions(self, rows: list[Row]) -> list[list[Solution]]:
        """The solutions that give each row."""
        found: list[list[Solution]] = [[] for _ in rows]
        number = f"{self.asked.prefix}row"
        names = sorted({name for row in rows for name in row} & (self.given if self.within else self._visible))
        # A row's value must be the solution's own: one without a value would go with any.
        own = {name: name if self.within else f"{self.asked.prefix}of_{name}" for name in names}
        for values in batches(rows, names):
            answer = self._ask(self._again(number, own, values), self.terms)
            if len(answer) > _MOST_SOLUTIONS:
                raise QueryError(f"more than {_MOST_SOLUTIONS} solutions give these rows: too many to follow")
            for solution in solutions_of(answer):
                at = int(str(solution.pop(number).value))  # type: ignore[union-attr]
                if all(solution.get(own[name]) == rows[at].get(name) for name in names if name in rows[at]):
                    found[at].append(solution)
        return found

    def _again(self, number: str, own: Mapping[str, str], values: list[str]) -> str:
        names = {number, *own, *own.values(), *self._visible, *self._marks, *self._copied, *self.terms}
        chosen = " ".join(f"?{name}" for name in sorted(names))
        table = f"VALUES ({' '.join(f'?{name}' for name in (number, *own))}) {{ {' '.join(values)} }}"
        inside = self._marked if self.within else f"{{ {{ {self._marked} {binds(own)} }} }}"
        at = self.within or len(inside) - 1
        return f"SELECT {chosen} {self.asked.dataset} WHERE {inside[:at]} {table} {inside[at:]} LIMIT {_MOST_SOLUTIONS + 1}"

    def _ask(self, text: str, terms: Mapping[str, Term]) -> Rows:
        answer = evaluate(self.asked.source.store, f"{self.asked.prologue}\n{text}", self.asked.source.names, terms)
        assert isinstance(answer, Rows)
        return answer


def _of_outline(asked: Asked, parts: Outline, graphs: tuple[str, ...]) -> Scope:
    """The scope of a query: its pattern, in the graph around it, with what SELECT and GROUP BY compute from it."""
    keys = [item.variable or f"{asked.prefix}key{at}" for at, item in enumerate(parts.keys)]
    computed = [(item.expression, key) for item, key in zip(parts.keys, keys, strict=True)]
    computed += [(item.expression, item.variable) for item in _of_one_solution(parts.items)]
    additions = " ".join(f"BIND({expression} AS ?{name})" for expression, name in computed if expression)
    names = None if parts.everything else tuple(item.variable for item in parts.items)
    single = parts.groups and not keys
    return Scope(asked, f"{{ {_in_graph(parts.where, graphs)} {additions} }}", names, tuple(keys), single=single)


def _of_one_solution(items: Iterable[Item]) -> Iterator[Item]:
    """What each solution alone gives again: no aggregate, nothing computed from one, nothing that differs each time."""
    others: set[str] = set()
    for item in items:
        if item.aggregates or not item.words.isdisjoint(_UNREPEATABLE) or not variables(item.expression).isdisjoint(others):
            others.add(item.variable)
        else:
            yield item


def _in_graph(pattern: str, graphs: tuple[str, ...]) -> str:
    return f"{{ GRAPH {graphs[-1]} {pattern} }}" if graphs else pattern
