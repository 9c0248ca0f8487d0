"""What all tests share: tiny projects made on the spot, and the flagship graph, built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg import project, queries
from kg.graph import KnowledgeGraph
from kg.project import Project

Tiny = Callable[..., Project]

# On one line and before the text, so that the lines of a text count as they are written in a test.
HEADER = (
    "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long, so that at the end no process waits for another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """Makes a project with a cache of its own from the texts of its files, prefixes declared in Turtle and TriG."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))

    def make(**files: str | bytes) -> Project:
        root = tmp_path / "project"
        for folder in project.FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            _write(root / name, text)
        return project.at(root)

    return make


def _write(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER if file.suffix in (".ttl", ".trig") else ""
    file.write_bytes(text if isinstance(text, bytes) else f"{header}{text}".encode())


@pytest.fixture
def opened(tiny: Tiny) -> Callable[..., KnowledgeGraph]:
    """Opens the graph of a tiny project."""
    return lambda **files: queries.opened(tiny(**files))


@pytest.fixture(scope="session")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The graph of the project that comes with the package, built once a session in a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield queries.opened(project.at(Path(__file__).parent.parent))
