"""The scripts of pages in a real browser: pictures to point at, neighbours; nothing from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from kg.web import assets
from tests.web.pages.watching import Watched


def test_a_picture_can_be_pointed_at_once_that_is_asked_for(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/query/deposits-by-state?lang=ru")
    expect(page.locator("figure[data-picture] img")).to_be_visible()
    assert "picture" not in watched.scripts()
    page.click("figure[data-picture] button")
    page.wait_for_selector("figure[data-state=drawn] canvas")
    assert "picture" in watched.scripts()
    assert page.locator("figure[data-picture] img").count() == 0
    canvas = page.locator("figure canvas")
    said = [told for y in range(20, 200, 20) if (told := pointed_at(page, canvas, y))]
    assert "Казахстан: 160" in said and len(set(said)) > 1
    canvas.hover(position={"x": 2, "y": 2})
    expect(page.locator(".tip")).to_be_hidden()


def test_a_state_on_a_map_tells_its_value(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/query/deposits-on-the-map?lang=en")
    page.click("figure[data-picture] button")
    canvas = page.locator("figure[data-state=drawn] canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box() or {"width": 0, "height": 0}
    places = [(box["width"] * across / 12, box["height"] * down / 12) for across in range(3, 10) for down in range(4, 9)]
    said = {pointed_at(page, canvas, y, x) for x, y in places}
    assert {"Kazakhstan: 160", "Turkmenistan: 2"} <= said


def pointed_at(page: Page, canvas: Locator, y: float, x: float = 270) -> str:
    """What is told so far down, where bars begin or so far from the left; empty where nothing is."""
    canvas.hover(position={"x": x, "y": y})
    return "".join(page.locator(".tip:visible").all_inner_texts())


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


def test_the_bundle_says_what_the_pages_link_to() -> None:
    for name in ("style.css", "app.js", "editor.css"):
        assert assets.url(name).startswith("/static/")
