"""Ask a text as a graph: SPARQL, OWL 2 RL reasoning and linked data over a folder of RDF files and saved queries.

This is the door; what is not named here may change. Nothing is loaded before it is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from kg.answers import Answer, Rows, Triples, YesNo
    from kg.errors import KGError
    from kg.graph import KnowledgeGraph
    from kg.queries import SavedQuery
    from kg.remote import RemoteGraph

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "KGError",
    "KnowledgeGraph",
    "RemoteGraph",
    "Rows",
    "SavedQuery",
    "Triples",
    "YesNo",
    "__version__",
    "connect",
    "open",
]

_HOMES = {
    "Answer": "kg.answers",
    "Rows": "kg.answers",
    "Triples": "kg.answers",
    "YesNo": "kg.answers",
    "KGError": "kg.errors",
    "KnowledgeGraph": "kg.graph",
    "SavedQuery": "kg.queries",
    "RemoteGraph": "kg.remote",
}


def open(path: str | Path | None = None) -> KnowledgeGraph:
    """The graph of the project at `path`; without it, of the nearest project upwards, else of the bundled one.

    It is built at the first call and kept on disk until a file changes. Raises ProjectError where `path` is no
    project, SourceError where one of its files cannot be read.

    >>> graph = open()
    >>> print(graph.sparql("SELECT ?place { id:tokyo-summit cajad:heldAt ?place }"))
    place
    --------
    id:tokyo
    >>> print(graph.label("https://w3id.org/cajad/id/tokyo", "ja"))
    東京
    """
    from pathlib import Path

    from kg import project, queries

    return queries.opened(project.find(None if path is None else Path(path)))


def connect(url: str) -> RemoteGraph:
    """The graph that the server at `url` holds (`kg serve`), asked with the same words: query, sparql, show, why.

    Nothing is asked of the server yet. Raises UsageError where `url` is no address.

    >>> connect("http://127.0.0.1:8000/")
    <RemoteGraph http://127.0.0.1:8000>
    """
    from kg.remote import RemoteGraph

    return RemoteGraph(url)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
