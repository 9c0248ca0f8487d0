"""The triples on which a pattern matches: plain patterns, patterns with unnamed nodes, and property paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# The triples of the graphs that a pattern looks into, by subject, predicate and object; None stands for any.
View = Callable[[Term | None, Term | None, Term | None], Iterable[ox.Triple]]


@dataclass(frozen=True)
class Inverse:
    """The path walked backwards."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """One path after the other."""

    first: Path
    then: Path


@dataclass(frozen=True)
class Either:
    """Any of the paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Repeat:
    """The path any number of times: at least once unless `zero`, at most once unless `many`."""

    path: Path
    zero: bool
    many: bool


@dataclass(frozen=True)
class NoneOf:
    """One step by any other property than these."""

    properties: frozenset[ox.NamedNode]


Path = ox.NamedNode | Inverse | Sequence | Either | Repeat | NoneOf


def turned(path: Path) -> Path:
    """The path from its end to its start."""
    match path:
        case Inverse(inner):
            return inner
        case Sequence(first, then):
            return Sequence(turned(then), turned(first))
        case Either(paths):
            return Either(tuple(map(turned, paths)))
        case Repeat(inner, zero, many):
            return Repeat(turned(inner), zero, many)
    return Inverse(path)


def ends(path: Path, start: Term, view: View) -> set[Term]:
    """Where the path leads from `start`."""
    match path:
        case Inverse(inner):
            if isinstance(inner, ox.NamedNode | NoneOf):
                return {triple.subject for triple in _steps(inner, None, start, view)}
            return ends(turned(inner), start, view)
        case Sequence(first, then):
            return {end for middle in ends(first, start, view) for end in ends(then, middle, view)}
        case Either(paths):
            return {end for each in paths for end in ends(each, start, view)}
        case Repeat(inner, zero, many):
            return _reached(inner, start, view, many=many) | ({start} if zero else set())
    return {triple.object for triple in _steps(path, start, None, view)}


def _reached(path: Path, start: Term, view: View, *, many: bool) -> set[Term]:
    reached = ends(path, start, view)
    frontier = reached if many else set()
    while frontier := {end for node in frontier for end in ends(path, node, view)} - reached:
        reached = reached | frontier
    return reached


def between(path: Path, start: Term, end: Term, view: View) -> set[ox.Triple] | None:
    """The triples on the ways along the path from `start` to `end`; None where there is no way."""
    match path:
        case Inverse(inner):
            return between(inner, end, start, view)
        case Sequence(first, then):
            middles = ends(first, start, view) & ends(turned(then), end, view)
            return _union(part for at in middles for part in (between(first, start, at, view), between(then, at, end, view)))
        case Either(paths):
            return _union(between(each, start, end, view) for each in paths)
        case Repeat(inner, zero, many):
            return set() if zero and start == end else _repeated(inner, start, end, view, many=many)
    return set(_steps(path, start, end, view)) or None


def _repeated(path: Path, start: Term, end: Term, view: View, *, many: bool) -> set[ox.Triple] | None:
    if not many:
        return between(path, start, end, view)
    forth = {start} | _reached(path, start, view, many=True)
    back = {end} | _reached(turned(path), end, view, many=True)
    return _union(between(path, one, other, view) for one in forth & back for other in ends(path, one, view) & back)


def _steps(path: Path, start: Term | None, end: Term | None, view: View) -> Iterator[ox.Triple]:
    if isinstance(path, ox.NamedNode):
        yield from view(start, path, end)
    elif isinstance(path, NoneOf):
        yield from (triple for triple in view(start, None, end) if triple.predicate not in path.properties)


def _union(parts: Iterable[set[ox.Triple] | None]) -> set[ox.Triple] | None:
    found = [part for part in parts if part is not None]
    return set().union(*found) if found else None


# A node of a pattern: a term, or the name of a variable (`?x`) or of an unnamed node (`_:x`).
Node = Term | str
Pattern = tuple[Node, Node | Path, Node]
Binding = dict[str, Term]


def matched(patterns: tuple[Pattern, ...], bound: Binding, view: View) -> set[ox.Triple] | None:
    """The triples on which the patterns match together, whatever the unbound nodes stand for; None where they do not."""
    if not patterns:
        return set()
    first = min(patterns, key=lambda pattern: sum(isinstance(node, str) and node not in bound for node in pattern))
    rest = tuple(pattern for pattern in patterns if pattern is not first)
    found: set[ox.Triple] | None = None
    for triples, also in _matches(first, bound, view):
        others = matched(rest, bound | also, view)
        if others is not None:
            found = (found or set()) | triples | others
    return found


def _matches(pattern: Pattern, bound: Binding, view: View) -> Iterator[tuple[set[ox.Triple], Binding]]:
    """The ways in which one pattern matches, each with its triples and what its unbound nodes then stand for."""
    subject, predicate, object = pattern
    start, end = _now(subject, bound), _now(object, bound)
    if isinstance(predicate, Inverse | Sequence | Either | Repeat | NoneOf):
        yield from _along(start, predicate, end, view)
        return
    nodes = (start, _now(predicate, bound), end)
    for triple in view(*(None if isinstance(node, str) else node for node in nodes)):
        also: Binding = {}
        if all(also.setdefault(node, term) == term for node, term in zip(nodes, triple, strict=True) if isinstance(node, str)):
            yield {triple}, also


def _now(node: Node, bound: Binding) -> Node:
    return bound.get(node, node) if isinstance(node, str) else node


def _along(subject: Node, path: Path, object: Node, view: View) -> Iterator[tuple[set[ox.Triple], Binding]]:
    for start in _candidates(subject, path, object, view):
        finishes = ends(path, start, view) if isinstance(object, str) else {object}
        for finish in finishes:
            triples = between(path, start, finish, view)
            if triples is not None:
                yield triples, {node: term for node, term in ((subject, start), (object, finish)) if isinstance(node, str)}


def _candidates(subject: Node, path: Path, object: Node, view: View) -> set[Term]:
    if not isinstance(subject, str):
        return {subject}
    if not isinstance(object, str):
        return ends(turned(path), object, view)
    return {term for triple in view(None, None, None) for term in (triple.subject, triple.object)}
