"""The cases of the W3C for the SPARQL 1.1 Protocol, service descriptions and the Graph Store Protocol."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import PATIENCE
from tests.web.serving import CONFORMANCE, serving

CHECK = CONFORMANCE / "w3c_protocol_check.py"
pytestmark = pytest.mark.skipif(not CHECK.is_file(), reason="the conformance cases are not beside this checkout")


def scratch(root: Path, *, fixture: bool) -> Path:
    """A project that holds the fixture of the cases, or nothing."""
    for folder in ("ontology", "data", "queries"):
        (root / folder).mkdir(parents=True)
    if fixture:
        shutil.copy(CONFORMANCE / "protocol_fixture.nq", root / "data")
    return root


def passed(*arguments: str) -> tuple[int, list[str]]:
    """How many cases pass, and the lines of those that do not."""
    command = [sys.executable, str(CHECK), *arguments]
    out = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False).stdout
    return len(re.findall(r"^PASS ", out, re.MULTILINE)), re.findall(r"^FAIL .*", out, re.MULTILINE)


@pytest.mark.slow
def test_a_writable_server_passes_all_cases(tmp_path: Path) -> None:
    root, data = scratch(tmp_path / "project", fixture=False), tmp_path / "data"
    arguments = ("--writable", "--no-token", "--data", data)
    with serving(*arguments, cache=tmp_path / "cache", root=root) as server:
        gsp = ("--gsp-url", f"{server.url}/store", "--gsp-direct", "--gsp-create")
        groups = ("--group", "w3c-query", "--group", "w3c-update", "--group", "w3c-gsp")
        assert passed(f"{server.url}/sparql", *gsp, *groups) == (47, [])


def test_a_read_only_server_passes_all_cases_of_reading(tmp_path: Path) -> None:
    with serving(cache=tmp_path / "cache", root=scratch(tmp_path / "project", fixture=True)) as server:
        assert passed(f"{server.url}/sparql", "--read-only", "--group", "w3c-query", "--group", "w3c-update") == (27, [])
