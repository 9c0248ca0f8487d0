"""Servers that tests share, one of each kind for each process that runs tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.program import shared_cache
from tests.web.serving import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A read-only server of the flagship."""
    with serving("--workers", "2", "--deadline", "20", cache=shared_cache(tmp_path_factory)) as running:
        yield running
