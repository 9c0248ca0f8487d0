"""What tests of pages in a browser share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.pages.watching import Watched
from tests.web.serving import Server


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page in a browser of its own; it must ask no other host, and complain of nothing."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US") as context:
        found = Watched(context.new_page(), server)
        yield found
    assert found.wrong == []
    assert [url for url in found.asked if not url.startswith((server.url, "data:", "blob:"))] == []
