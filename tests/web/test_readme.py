"""The README's section on serving does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kg.web.settings import table, variable
from tests.program import ROOT
from tests.web.serving import Server, serving

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Serve it\n")[1].split("\n## ")[0]
LINES = [line for block in re.findall(r"^```shell\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL) for line in block.splitlines()]
COMMANDS = [line.split("#")[0].split() for line in LINES if line.startswith("kg ")]
REQUESTS = [shlex.split(line) for line in LINES if line.startswith("curl ")]


def test_the_section_shows_how_to_start_and_how_to_ask() -> None:
    assert len(COMMANDS) == 3
    assert len(REQUESTS) >= 3


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_of_the_section_serves(tmp_path: Path, words: list[str]) -> None:
    assert words[:2] == ["kg", "serve"]
    # Of a flag that is given twice, the last counts.
    arguments = (*words[2:], "--host", "127.0.0.1", "--port", "0")
    with serving(*arguments, "--data", tmp_path / "data", cache=tmp_path / "cache") as server:
        assert server.ask("ASK {}", "text/csv").text.strip() == "true"


@pytest.mark.parametrize("words", REQUESTS, ids=lambda words: words[1][:60])
def test_a_request_of_the_section_is_answered(server: Server, words: list[str]) -> None:
    address = words[1].replace("http://127.0.0.1:7878", "")
    headers = dict(words[at + 1].split(": ") for at, word in enumerate(words) if word == "-H")
    fields = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "--data-urlencode")
    if fields and "--get" not in words:
        response = server.client.post(server.url + address, data=fields, headers=headers)
    else:
        tail = "".join(f"&{name}=ASK%7B%7D" if value == "…" else f"&{name}={value}" for name, value in fields.items())
        response = server.get(address + tail, headers=headers)
    assert response.status_code == 200, response.text


def test_the_flags_and_variables_of_the_section_are_there() -> None:
    flags = {f"--{name.replace('_', '-')}" for name, _, _ in table()}
    assert set(re.findall(r"`(--[a-z-]+)", SECTION)) <= flags | {"--help"}
    assert set(re.findall(r"KG_SERVE_[A-Z_]+", SECTION)) <= {variable(name) for name, _, _ in table()}


def test_the_examples_of_deployment_use_settings_that_are_there() -> None:
    files = list((ROOT / "deploy").iterdir())
    assert len(files) == 2
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"KG_SERVE_[A-Z_]+", text)) <= {variable(name) for name, _, _ in table()}
        assert "kg" in text
