"""Closes triples under the rules of OWL 2 RL/RDF, and finds where they contradict each other.

Usable alone: it knows triples, and no projects. The rules are data (`kg.reasoning.rules`), compiled to SQL, and run in DuckDB.
owlrl stands behind the same seam, as a reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, overload

from kg.errors import UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.reasoning import closure as duckdb
    from kg.reasoning.clashes import Clash
    from kg.reasoning.rules import Rule

__all__ = ["ENGINES", "Closure", "close", "reopen"]

ENGINES = ("duckdb", "owlrl")


class Closure(Protocol):
    """The triples given, those that follow from them, and the contradictions among both."""

    @property
    def asserted(self) -> frozenset[ox.Triple]: ...

    @property
    def inferred(self) -> frozenset[ox.Triple]: ...

    @property
    def clashes(self) -> tuple[Clash, ...]: ...

    def ntriples(self) -> bytes:
        """All triples as canonical N-Triples, sorted."""


@overload
def close(
    ntriples: bytes, *, full: bool = ..., engine: Literal["duckdb"] = ..., more_rules: Iterable[Rule] = ...
) -> duckdb.Closure: ...


@overload
def close(ntriples: bytes, *, full: bool = ..., engine: str, more_rules: Iterable[Rule] = ...) -> Closure: ...


def close(ntriples: bytes, *, full: bool = False, engine: str = "duckdb", more_rules: Iterable[Rule] = ()) -> Closure:
    """The closure of the triples; `full` keeps what is trivial (x sameAs x, everything an owl:Thing …).

    `more_rules` are used besides those of OWL 2 RL; owlrl knows none.
    Raises SourceError with the line where `ntriples` is no N-Triples, UsageError where there is no such engine.

    >>> closure = close(b'''
    ... <urn:a> <urn:near> <urn:b> .
    ... <urn:near> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#SymmetricProperty> .
    ... ''')
    >>> [str(triple) for triple in closure.inferred]
    ['<urn:b> <urn:near> <urn:a>']
    """
    if engine == "duckdb":
        from kg.reasoning import closure

        return closure.close(ntriples, full=full, more_rules=more_rules)
    if engine == "owlrl":
        from kg.reasoning import owlrl_engine

        return owlrl_engine.close(ntriples, full=full)
    raise UsageError(f"there is no engine {engine!r}", hint=f"choose one of {', '.join(ENGINES)}")


def reopen(file: Path, *, more_rules: Iterable[Rule] = (), writable: bool = False) -> duckdb.Closure:
    """The closed graph that `save` of a closure wrote, closed under the same `more_rules`, to be read or changed.

    Raises SourceError where the file is missing or holds no closed graph of this version. `kg.reasoning.closure` says more.
    """
    from kg.reasoning import closure

    return closure.reopen(file, more_rules=more_rules, writable=writable)
