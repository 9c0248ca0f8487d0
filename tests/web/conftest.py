"""Servers and a browser that tests share, one of each kind for each process that runs tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.program import project, shared_cache
from tests.web.serving import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-gpu"
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A read-only server of the flagship."""
    with serving("--workers", "2", "--deadline", "20", cache=shared_cache(tmp_path_factory)) as running:
        yield running


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[Server]:
    """A server of a small project that takes updates from anybody."""
    root, data = project(tmp_path / "project"), tmp_path / "data"
    with serving("--workers", "2", "--writable", "--no-token", "--data", data, cache=tmp_path / "cache", root=root) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the tests that need it are skipped, and say so. A process can have but one."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium, so no page is tested in a browser: install Debian's package chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield running
        running.close()
