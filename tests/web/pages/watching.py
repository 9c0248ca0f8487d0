"""A page in a browser that is watched: what it asks for, and whatever it says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

from tests.web.serving import Server

PATIENCE = 30_000
# What a browser says of every answer that is a refusal; a page cannot keep it from that.
_REFUSED = "Failed to load resource: the server responded with a status of"


class Watched:
    """A page, with what it asked for and what went wrong in it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.refused: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        (self.refused if message.text.startswith(_REFUSED) else self.wrong).append(message.text)

    def scripts(self) -> set[str]:
        """The names of the files that were loaded from the bundle, without their hashes."""
        return {Path(urlsplit(url).path).name.partition("-")[0] for url in self.asked if "/static/" in url}
