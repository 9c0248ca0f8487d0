"""The door: what `import kg` promises, and that it costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kg
from kg.errors import ProjectError

DOOR = [
    *("Answer", "KGError", "KnowledgeGraph", "RemoteGraph", "Rows", "SavedQuery", "Triples", "YesNo", "__version__"),
    *("connect", "open"),
]


def loaded_by(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())


def test_the_door_has_these_names_and_no_others() -> None:
    assert sorted(kg.__all__) == DOOR


@pytest.mark.parametrize("name", DOOR)
def test_every_name_of_the_door_leads_somewhere(name: str) -> None:
    assert getattr(kg, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = kg.nonsense


def test_importing_the_door_loads_nothing_heavy() -> None:
    assert not loaded_by("import kg") & {"pyoxigraph", "rdflib", "owlrl", "yaml", "click", "kg.answers"}


def test_what_answers_a_query_loads_no_reasoner_and_no_table_library() -> None:
    heavy = {"rdflib", "owlrl", "pyshacl", "pandas", "polars", "pyarrow", "kg.reasoning", "kg.evidence", "concurrent.futures"}
    loaded = loaded_by("import kg, kg.queries, kg.store, kg.things, kg.sparql")
    assert "pyoxigraph" in loaded
    assert not loaded & heavy


def test_opening_what_is_no_project_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ProjectError, match="is no project"):
        kg.open(tmp_path_factory.mktemp("empty"))
