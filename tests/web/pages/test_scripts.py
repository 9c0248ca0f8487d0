"""The scripts of pages in a real browser: pictures to point at, neighbours, the editor; nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from kg.web import assets
from tests.web.serving import Server

PATIENCE = 30_000
# The table of the editor tries to write a style element, and is kept from it (see kg/web/assets.py).
KEPT_FROM_IT = "Applying inline style violates"


class Watched:
    """A page, with what it asked for and what went wrong in it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        is_known = KEPT_FROM_IT in message.text and "/static/editor-" in message.location["url"]
        if message.type in ("error", "warning") and not is_known:
            self.wrong.append(message.text)

    def scripts(self) -> set[str]:
        """The names of the files that were loaded from the bundle, without their hashes."""
        return {Path(urlsplit(url).path).name.partition("-")[0] for url in self.asked if "/static/" in url}


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page in a browser of its own; it must ask no other host, and complain of nothing."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US") as context:
        found = Watched(context.new_page(), server)
        yield found
    assert found.wrong == []
    assert [url for url in found.asked if not url.startswith((server.url, "data:", "blob:"))] == []


def test_a_picture_can_be_pointed_at_once_that_is_asked_for(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/query/deposits-by-state?lang=ru")
    expect(page.locator("figure[data-picture] img")).to_be_visible()
    assert "picture" not in watched.scripts()
    page.click("figure[data-picture] button")
    page.wait_for_selector("figure[data-state=drawn] canvas")
    assert "picture" in watched.scripts()
    assert page.locator("figure[data-picture] img").count() == 0


@pytest.mark.parametrize("name", ["timeline", "who-met-whom", "corridor-on-the-map", "amounts-ranked"])
def test_each_type_of_picture_is_drawn_by_the_page_too(watched: Watched, name: str) -> None:
    watched.page.goto(f"{watched.server.url}/query/{name}?lang=ja")
    watched.page.click("figure[data-picture] button")
    watched.page.wait_for_selector("figure[data-state=drawn] canvas")


def test_a_thing_is_drawn_with_its_neighbours_once_that_is_asked_for(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/page/tokyo-declaration?lang=en")
    assert "graph" not in watched.scripts()
    page.click("[data-graph] button")
    page.wait_for_selector("[data-graph][data-state=drawn] canvas")
    label = page.locator("[data-graph] [role=img]").get_attribute("aria-label")
    assert label == watched.server.get("/neighbours?thing=id:tokyo-declaration").json()["title"]


def opened(watched: Watched, query: str = "") -> Page:
    watched.page.goto(f"{watched.server.url}/sparql?lang=en{query}")
    watched.page.wait_for_selector("#editor[data-state=ready]")
    return watched.page


def test_the_editor_takes_the_place_of_the_form_and_answers(watched: Watched) -> None:
    page = opened(watched)
    assert page.locator("#editor form.sparql").count() == 0
    page.select_option("#editor select", "deposits-by-state")
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr table a.iri")
    links = [link.get_attribute("href") for link in page.locator(".yasr table tbody a.iri").all()]
    assert f"{watched.server.url}/id/kazakhstan" in links
    assert "160" in page.locator(".yasr table").inner_text()


def test_the_editor_completes_from_this_graph(watched: Watched) -> None:
    page = opened(watched)
    page.click(".yasqe .CodeMirror-lines")
    page.keyboard.press("Control+A")
    page.keyboard.type("PREFIX cajad: <https://w3id.org/cajad/ontology#>\nSELECT * { ?x a cajad:Leaders")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hints")
    shown = page.locator(".CodeMirror-hints").inner_text()
    assert "LeadersSummit" in shown
    assert "linkeddata.es" not in " ".join(watched.asked)


def test_the_editor_leads_to_the_evidence_of_what_it_asks(watched: Watched) -> None:
    page = opened(watched)
    link = page.locator("#editor p.line a").last
    link.focus()
    address = urlsplit(link.get_attribute("href") or "")
    asked = parse_qs(address.query)
    assert (address.path, asked["evidence"], asked["format"]) == ("/sparql", ["1"], ["json"])
    assert "SELECT" in asked["query"][0]


def test_the_bundle_says_what_the_pages_link_to() -> None:
    for name in ("style.css", "app.js", "editor.css"):
        assert assets.url(name).startswith("/static/")
