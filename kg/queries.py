"""Saved queries: `queries/<question>.rq`, plain SPARQL under a head that makes it a command, a function and a page.

The head is the `#+` lines at the top of the file, in YAML; `kg.heads` says what may stand there. A parameter is a
variable that the query projects and the caller may bind; without a value it takes its default, else it ranges over all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import kept, sparql, store
from kg.answers import Answer, Rows, Term
from kg.errors import Place, QueryError, SourceError, UsageError
from kg.graph import KnowledgeGraph
from kg.names import Names, did_you_mean
from kg.parameters import Head, Parameter
from kg.project import Project

__all__ = ["Catalogue", "Parameter", "SavedQuery", "catalogue", "opened", "saved"]


@dataclass(frozen=True, kw_only=True)
class SavedQuery(Head):
    """A query with its head: its name is the file's, its text the whole file."""

    name: str
    path: Path
    shown: str
    text: str

    @classmethod
    def read(cls, project: Project, path: Path) -> SavedQuery:
        """The query in a file; SourceError with file and line where it cannot be read or its head is wrong."""
        shown = project.shown(path)
        text = _text(path, shown)
        return cls(**vars(_head(text, shown)), name=path.stem, path=path, shown=shown, text=text)

    def run(self, graph: KnowledgeGraph, /, *, asserted: bool = False, **parameters: Any) -> Answer:
        """The answer; parameters are terms, Python values or text. UsageError where one is unknown or its value is wrong."""
        terms = self.bind(graph, parameters)
        return graph.evaluate(self.text, terms, asserted=asserted, origin=self.shown)

    def bind(self, graph: KnowledgeGraph, values: Mapping[str, object]) -> dict[str, Term]:
        """The values as terms, defaults filled in; None leaves a parameter unbound that has a default."""
        for name in values:
            if name not in self.parameters:
                known = f"its parameters are {', '.join(self.parameters)}" if self.parameters else "it has none"
                hint = did_you_mean(name, self.parameters, otherwise=known)
                raise UsageError(f"{self.name} has no parameter {name!r}", hint=hint)
        given = {name: values.get(name, parameter.default) for name, parameter in self.parameters.items()}
        missing = next((name for name, value in given.items() if value is None and self.parameters[name].required), None)
        if missing:
            raise UsageError(f"{self.name} needs a value for {missing!r}", hint=self.parameters[missing].expects())
        return {name: _term(graph, self.parameters[name], value) for name, value in given.items() if value is not None}


def _head(text: str, shown: str) -> Head:
    if head := kept.recall(text):
        return head
    from kg.heads import read_head

    head = read_head(text, shown, _projected(text))
    kept.keep(text, head)
    return head


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", place=Place(shown), hint="check who may read it") from error
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8", place=Place(shown), hint="save the file as UTF-8") from error


def _projected(text: str) -> set[str] | None:
    """The variables that callers may bind; None where the text cannot be parsed, which running it will say better."""
    try:
        answer = sparql.evaluate(ox.Store(), text, Names({}), {})
    except QueryError:
        return None
    return set(answer.variables) if isinstance(answer, Rows) else sparql.variables(text)


def _term(graph: KnowledgeGraph, parameter: Parameter, value: object) -> Term:
    term = _thing(graph, parameter, value) if parameter.type == "iri" else parameter.literal(value)
    choices = [_thing(graph, parameter, one) if parameter.type == "iri" else parameter.literal(one) for one in parameter.choices]
    if choices and term not in choices:
        raise UsageError(f"{value!s} is no choice for {parameter.name!r}", hint=parameter.expects())
    return term


def _thing(graph: KnowledgeGraph, parameter: Parameter, value: object) -> ox.NamedNode:
    if isinstance(value, ox.NamedNode):
        return value
    if not isinstance(value, str):
        raise UsageError(f"{value!r} is no thing for {parameter.name!r}", hint=parameter.expects())
    kind = graph.names.expand(parameter.cls) if parameter.cls else None
    return graph.find(value, ox.NamedNode(kind) if kind else None)


class Catalogue(Mapping[str, SavedQuery]):
    """The saved queries of a project by name, in order; a file is read when its query is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files = {file.stem: file for file in sorted(project.queries.glob("*.rq")) if not file.name.startswith(".")}
        self._read: dict[str, SavedQuery] = {}

    def __getitem__(self, name: str) -> SavedQuery:
        if name not in self._read:
            self._read[name] = SavedQuery.read(self._project, self._files[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def saved(self, name: str) -> SavedQuery:
        """One query; UsageError with near misses where none is called so."""
        if name in self:
            return self[name]
        listed = f"the queries are {', '.join(self)}" if self else "the folder queries/ holds none"
        raise UsageError(f"no query is called {name!r}", hint=did_you_mean(name, self, otherwise=listed))


def catalogue(project: Project) -> Catalogue:
    """The saved queries of a project."""
    return Catalogue(project)


def saved(project: Project, name: str) -> SavedQuery:
    """One saved query; UsageError with near misses where none is called so."""
    return Catalogue(project).saved(name)


def opened(project: Project, progress: store.Progress = store.quiet) -> KnowledgeGraph:
    """The graph of a project, built where it has to be; raises SourceError and ProjectError as `store.built` does."""
    return KnowledgeGraph(store.built(project, progress), project, Catalogue(project).saved)
