"""The bundle of scripts and styles: each file under a name of its own for ever, and nothing else of the disk."""

from __future__ import annotations

import re

import pytest

from kg.web import assets
from tests.web.serving import Server

NAMES = ("style.css", "app.js", "picture.js", "graph.js", "editor.js", "editor.css")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_served_with_its_type_and_may_be_kept_for_ever(server: Server, name: str) -> None:
    answer = server.get(assets.url(name))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == ("text/css" if name.endswith("css") else "text/javascript") + "; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    stem, _, suffix = name.partition(".")
    assert re.fullmatch(rf"/static/{stem}-[A-Z0-9]{{8}}\.{suffix}", assets.url(name))


def test_a_file_is_compressed_for_whoever_takes_that(server: Server) -> None:
    path = assets.url("editor.js")
    plain = server.get(path, headers={"Accept-Encoding": "identity"})
    compressed = server.get(path, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.content == plain.content
    assert int(compressed.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("path", ["..%2f..%2fapp.py", "%2e%2e/assets.py", "manifest.json", "sources.sha256", "", "app.js"])
def test_nothing_else_is_served(server: Server, path: str) -> None:
    answer = server.get(f"/static/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_script_that_a_script_loads_is_served(server: Server) -> None:
    waiting, seen = [assets.url(name) for name in NAMES if name.endswith(".js")], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        text = server.get(path)
        assert text.status_code == 200
        loaded = re.findall(r'(?:from|import)\s*\(?"\./((?:part|app|picture|graph|editor)-[^"]+\.js)"', text.text)
        waiting += [f"/static/{name}" for name in loaded if f"/static/{name}" not in seen]
    assert len(seen) >= len([name for name in NAMES if name.endswith(".js")])
