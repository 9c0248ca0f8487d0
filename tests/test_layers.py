"""Which module may import which: the table is the design's, and every import in the package is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"
BASE = {"errors", "languages", "names"}

# Besides errors, languages and names. A package is one layer; its modules may import each other.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "languages": set(),
    "names": set(),
    "positions": set(),
    "process": set(),
    "project": set(),
    "parameters": set(),
    "values": set(),
    "figures": set(),
    "writers": {"figures"},
    "tokens": set(),
    "triples": {"tokens"},
    "rewriting": {"tokens", "triples"},
    "answers": {"writers", "values"},
    "prov": {"writers"},
    "pictures": {"answers", "figures", "values"},
    "rdf_files": set(),
    "literals": set(),
    "sources": {"project", "rdf_files"},
    "reasoning": {"rdf_files"},
    "statements_of_files": {"reasoning"},
    "traces": {"reasoning"},
    "build": {"literals", "project", "sources", "reasoning", "statements_of_files"},
    "store": {"build", "project", "sources", "reasoning", "statements_of_files", "traces", "__init__"},
    "sparql": {"answers", "rewriting", "tokens"},
    "things": set(),
    "portrait": {"answers", "things"},
    "evidence": {"answers", "reasoning", "sparql", "tokens"},
    "places": {"positions", "project", "sources"},
    "explanation": {"evidence", "reasoning"},
    "graph": {
        "answers",
        "literals",
        "evidence",
        "explanation",
        "places",
        "portrait",
        "project",
        "reasoning",
        "sparql",
        "store",
        "things",
        "traces",
    },
    "reach": {"tokens", "triples"},
    "lacking": {"literals", "reasoning"},
    "impact": {"answers", "evidence", "graph", "lacking", "queries", "reach", "reasoning", "store"},
    "impacts": {"answers", "graph", "impact", "prov"},
    "explanations": {"answers", "explanation", "graph", "prov", "reasoning"},
    "heads": {"parameters"},
    "kept": {"parameters", "project"},
    "queries": {"graph", "heads", "kept", "parameters", "sparql", "store", "answers", "project"},
    "jsonld": {"answers"},
    "statements": {"graph", "sources"},
    "export": {"answers", "graph", "jsonld", "statements", "sources"},
    "passages": {"graph", "answers"},
    "checks": {
        "__init__",
        "answers",
        "explanation",
        "explanations",
        "graph",
        "passages",
        "pictures",
        "positions",
        "project",
        "queries",
        "rdf_files",
        "reasoning",
        "rewriting",
        "sources",
        "sparql",
    },
    "ontology_page": {"project", "sources"},
    "footnotes": {"answers"},
    "citation": {"answers", "evidence", "graph"},
    "columns": {"answers", "footnotes"},
    "wire": {"answers", "evidence", "explanation", "reasoning"},
    "remote": {"answers", "evidence", "explanation", "parameters", "portrait", "sparql", "things", "wire"},
    "terminal": {"answers", "graph"},
    "portraits": {"answers", "graph", "portrait"},
    "tour": {"answers", "columns", "graph", "queries", "terminal"},
    "options": {"answers", "columns", "project", "queries", "terminal"},
    "web": {
        "answers",
        "writers",
        "citation",
        "columns",
        "explanation",
        "passages",
        "portrait",
        "reasoning",
        "export",
        "options",
        "parameters",
        "pictures",
        "evidence",
        "explanations",
        "figures",
        "graph",
        "impact",
        "impacts",
        "literals",
        "names",
        "portraits",
        "project",
        "queries",
        "saved_pictures",
        "sources",
        "sparql",
        "store",
        "tokens",
        "traces",
        "wire",
        "__init__",
    },
    "serve_command": {"options", "web"},
    "saved_pictures": {"answers", "citation", "graph", "pictures", "queries"},
    "saved_commands": {"answers", "columns", "options", "parameters", "pictures", "queries", "saved_pictures", "terminal"},
}
# Each library that is heavy or that only one layer may know, with the modules that may.
KNOWN_TO = {
    "rdflib": {"reasoning", "evidence", "checks", "ontology_page"},
    "owlrl": {"reasoning"},
    "pyshacl": {"checks"},
    "yaml": {"heads"},
    "pandas": {"answers", "values"},
    "polars": {"answers", "values"},
    "pyarrow": {"answers", "values"},
    "jinja2": {"web"},
    "starlette": {"web"},
    "vl_convert": {"pictures"},
    "uvicorn": {"web"},
    "uvloop": {"web"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[str]:
    """The dotted names of all that a file imports, wherever the import stands; what only type checkers read is left out."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += ast.iter_child_nodes(node)


def layers_of(file: Path) -> set[str]:
    known = {layer(other) for other in FILES}
    parts = [name.split(".") for name in imports(file) if name.split(".")[0] == "kg"]
    return {part[1] if len(part) > 1 and part[1] in known else "__init__" for part in parts}


def test_the_table_speaks_of_modules_that_exist() -> None:
    assert len(FILES) >= 20
    assert {layer(file) for file in FILES} - {"__init__", "__main__", "cli", "main"} == set(MAY_IMPORT)


@pytest.mark.parametrize("file", [file for file in FILES if layer(file) in MAY_IMPORT], ids=lambda file: file.stem)
def test_a_module_imports_only_what_lies_below_it(file: Path) -> None:
    assert layers_of(file) - {layer(file)} - BASE <= MAY_IMPORT[layer(file)]


@pytest.mark.parametrize("library", KNOWN_TO)
def test_a_heavy_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = {layer(file) for file in FILES if library in {name.split(".")[0] for name in imports(file)}}
    assert users <= KNOWN_TO[library]


def test_only_one_module_imports_the_reference_engine() -> None:
    users = [file.name for file in FILES if "owlrl" in {name.split(".")[0] for name in imports(file)}]
    assert users == ["owlrl_engine.py"]


def test_nothing_imports_the_command_line() -> None:
    assert [file for file in FILES if "cli" in layers_of(file) and file.name != "main.py"] == []


def test_no_layer_imports_itself_in_a_circle() -> None:
    remaining = {name: set(below) for name, below in MAY_IMPORT.items()}
    while free := [name for name, below in remaining.items() if not below & remaining.keys()]:
        for name in free:
            del remaining[name]
    assert not remaining
