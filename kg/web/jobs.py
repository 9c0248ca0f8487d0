"""What workers do. A job is plain data; the table says which function does each kind of job, and how that is confined.

A function takes the worker's state, the parameters and a sink: `function(state, parameters, sink)`. It calls
`sink.head(media_type)` and then writes; a KGError that it raises becomes a refusal (400 unless it is a `Refusal`).
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from kg.web.sink import Sink
    from kg.web.state import WorkerState

Function: TypeAlias = "Callable[[WorkerState, Mapping[str, Any], Sink], None]"


class Confinement(Enum):
    """What the kernel lets a worker do: none starts a program or writes a file."""

    QUERY = "query"
    """Neither files nor network: for all that evaluates or parses what a stranger wrote."""
    PROJECT = "project"
    """Reads files, no network: for jobs of our own code that load the proofs, and bind what a stranger wrote as terms."""
    DRAWING = "drawing"
    """No network, and no files but those of the folders that it is given: for the renderer, whose threads share sockets."""
    ENDPOINTS = "endpoints"
    """Reads files and reaches the network: for queries that name none but the endpoints that the settings allow."""


@dataclass(frozen=True)
class Job:
    """A kind of work and its parameters, which JSON could write.

    `body` comes to the function as the parameter of that name; `name` is what the metrics count the job by; `endpoints` says
    that it asks other servers, which the settings allow.
    """

    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""
    name: str = ""
    endpoints: bool = False
    written: bytes = b""

    @property
    def head(self) -> bytes:
        """The kind and the parameters as JSON; `written` where that is known."""
        head = {"kind": self.kind, "parameters": dict(self.parameters)}
        return self.written or json.dumps(head, sort_keys=True).encode()

    @property
    def text(self) -> str:
        """The query text of a job of the kind `sparql`."""
        return self.body.decode() if self.kind == "sparql" else ""

    @property
    def is_of_pages(self) -> bool:
        """Whether a reader with a browser asks, who may go on to what takes long to work out, or somebody who does.

        >>> Job("page-home").is_of_pages, Job("impact").is_of_pages, Job("sparql").is_of_pages
        (True, True, False)
        """
        return self.kind.startswith("page-") or self.confinement is Confinement.PROJECT

    @property
    def confinement(self) -> Confinement:
        """How the worker has to be confined that does it."""
        return Confinement.ENDPOINTS if self.endpoints else KINDS[self.kind].confinement


@dataclass(frozen=True)
class Kind:
    """Where the function of a kind is (`module:name`), how it is confined, and whether its worker is spent afterwards."""

    function: str
    confinement: Confinement
    spends: bool = False

    def load(self) -> Function:
        module, name = self.function.split(":")
        found: Function = getattr(importlib.import_module(module), name)
        return found


KINDS: Mapping[str, Kind] = {
    "sparql": Kind("kg.web.evaluation:query", Confinement.QUERY),
    "graph": Kind("kg.web.graphs:read", Confinement.QUERY),
    "update": Kind("kg.web.writing:update", Confinement.QUERY, spends=True),
    "upload": Kind("kg.web.writing:upload", Confinement.QUERY, spends=True),
    "saved": Kind("kg.web.asking:query", Confinement.QUERY),
    "followed": Kind("kg.web.asking:sparql", Confinement.QUERY),
    "evidence": Kind("kg.web.asking:evidence", Confinement.PROJECT),
    "picture": Kind("kg.web.picturing:picture", Confinement.PROJECT),
    "picture-of-text": Kind("kg.web.pages.charting:picture", Confinement.QUERY),
    "neighbours": Kind("kg.web.neighbours:neighbours", Confinement.QUERY),
    "network": Kind("kg.web.neighbours:network", Confinement.QUERY),
    "vocabulary": Kind("kg.web.vocabulary:vocabulary", Confinement.QUERY),
    "queries": Kind("kg.web.catalogue:listing", Confinement.QUERY),
    "choices": Kind("kg.web.catalogue:choices", Confinement.QUERY),
    "service": Kind("kg.web.dataset:service", Confinement.QUERY),
    "void": Kind("kg.web.dataset:void", Confinement.QUERY),
    "openapi": Kind("kg.web.openapi:document", Confinement.QUERY),
    "locate": Kind("kg.web.describing:locate", Confinement.QUERY),
    "thing": Kind("kg.web.describing:thing", Confinement.QUERY),
    "portrait": Kind("kg.web.describing:portrait", Confinement.PROJECT),
    "why": Kind("kg.web.explaining:why", Confinement.PROJECT),
    "impact": Kind("kg.web.explaining:impact", Confinement.PROJECT),
    "page-home": Kind("kg.web.pages.finding:home", Confinement.QUERY),
    "page-search": Kind("kg.web.pages.finding:search", Confinement.QUERY),
    "suggest": Kind("kg.web.pages.finding:suggest", Confinement.QUERY),
    "page-articles": Kind("kg.web.pages.finding:articles", Confinement.QUERY),
    "page-ask": Kind("kg.web.pages.question:ask", Confinement.QUERY),
    "page-question": Kind("kg.web.pages.question:page", Confinement.PROJECT),
    "page-evidence": Kind("kg.web.pages.question:evidence", Confinement.PROJECT),
    "page-thing": Kind("kg.web.pages.things:page", Confinement.PROJECT),
    "page-ontology": Kind("kg.web.pages.vocabulary:page", Confinement.QUERY),
    "page-why": Kind("kg.web.pages.proofs:why", Confinement.PROJECT),
    "page-impact": Kind("kg.web.pages.resting:impact", Confinement.PROJECT),
    "page-compared": Kind("kg.web.pages.comparing:ask", Confinement.QUERY),
    "page-compare": Kind("kg.web.pages.comparing:page", Confinement.PROJECT),
    "page-sparql": Kind("kg.web.pages.results:editor", Confinement.QUERY),
    "page-solve": Kind("kg.web.pages.results:solve", Confinement.QUERY),
    "page-follow": Kind("kg.web.pages.results:follow", Confinement.QUERY),
    "page-results": Kind("kg.web.pages.results:results", Confinement.PROJECT),
    "page-evidence-of-text": Kind("kg.web.pages.results:evidence", Confinement.PROJECT),
    "page-failure": Kind("kg.web.pages.failures:page", Confinement.QUERY),
    "remove": Kind("kg.web.writing:remove", Confinement.QUERY, spends=True),
}
