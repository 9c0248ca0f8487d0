"""Answers as tables in a real browser: they fit, on a narrow screen row by row; what all rows say is said once; headings sort."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.pages.test_browser import LARGE, SMALL, opened, with_language
from tests.web.pages.test_pages import LANGUAGES, visit
from tests.web.serving import ROOT, Server

LEAST = 70
WIDTH = "document.documentElement.scrollWidth"


def questions() -> Iterator[str]:
    """The addresses of all saved queries, each in one of the languages."""
    found = sorted(file.stem for file in (ROOT / "queries").glob("*.rq"))
    assert len(found) >= LEAST
    for name, lang in zip(found, cycle(LANGUAGES), strict=False):
        yield with_language(f"/query/{name}", lang)


@pytest.mark.slow
@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_no_answer_makes_its_page_wider_than_the_screen(browser: Browser, server: Server, width: int) -> None:
    with opened(browser, server, width=width) as page:
        too_wide = [path for path in questions() if page.goto(server.url + path) and page.evaluate(WIDTH) > width]
    assert too_wide == []


def test_what_all_rows_say_is_said_once(server: Server) -> None:
    page = visit(server, "/query/needs-of-state?state=id:uzbekistan").text
    told, _, table = page[page.index('<dl class="same">') :].partition("<table")
    assert "Uzbekistan" in told and 'data-label="state"' not in table and 'data-label="field"' in table


def test_a_large_number_is_told_in_words_beside_it(server: Server) -> None:
    told = {
        "en": ("3,700,000,000", "3.7 billion"),
        "ru": ("3\u202f700\u202f000\u202f000", "3,7\u00a0млрд"),
        "ja": ("3,700,000,000", "37億"),
    }
    for lang, (digits, words) in told.items():
        page = visit(server, f"/query/outcomes-with-japan?lang={lang}").text
        assert f'<data value="3700000000"><bdi class="number">{digits}</bdi></data> <small class="words">{words}</small>' in page


def test_a_narrow_screen_shows_rows_with_their_headings(browser: Browser, server: Server) -> None:
    with opened(browser, server, width=SMALL) as page:
        page.goto(server.url + "/query/outcomes-with-japan")
        cells = page.locator("tbody tr").first.locator("td")
        expect(cells.nth(3)).to_have_css("display", "block")
        assert cells.nth(3).evaluate("cell => getComputedStyle(cell, '::before').content") == '"documents"'
        expect(page.locator("thead button").first).to_be_visible()


def test_headings_sort_by_keyboard_and_say_so(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + "/query/deposits-by-state")
        heading = page.locator("th", has=page.get_by_role("button", name="deposits"))
        heading.get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(heading).to_have_attribute("aria-sort", "ascending")
        assert _numbers(page) == sorted(_numbers(page)) != []
        page.keyboard.press("Space")
        expect(heading).to_have_attribute("aria-sort", "descending")
        assert _numbers(page) == sorted(_numbers(page), reverse=True)


def test_a_part_of_the_rows_is_not_sorted_as_if_it_were_all(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + "/query/implied-facts")
        expect(page.locator("tbody tr")).to_have_count(50)
        expect(page.locator("thead button")).to_have_count(0)


def _numbers(page: Page) -> list[float]:
    cells = page.locator("tbody tr td:nth-child(2) data")
    found: list[float] = cells.evaluate_all("all => all.map((each) => Number(each.value))")
    return found


def test_a_fact_shows_the_amount_that_it_names_with_unit_and_qualifier(server: Server) -> None:
    for path in ("/page/tokyo-initiative", "/page/article/2025-12-tokyo-summit/P5.S1"):
        shown = (re.sub("<[^>]*>", "", each) for each in visit(server, path).text.split('class="amount">')[1:])
        assert any(" ".join(each.split()).startswith("19,000,000,000 19 billion · US dollar · about") for each in shown), path


def test_no_comparison_makes_its_page_wider_than_the_screen(browser: Browser, server: Server) -> None:
    things = "&".join(f"thing=id:{name}" for name in ("kazakhstan", "japan", "china", "usa", "uzbekistan"))
    with opened(browser, server, width=SMALL) as page:
        page.goto(f"{server.url}/compare?{things}")
        assert page.evaluate(WIDTH) <= SMALL
        assert page.evaluate("[...document.querySelectorAll('.scroll')].every((box) => box.scrollWidth <= box.clientWidth)")


def test_a_small_screen_is_given_a_picture_that_fits(browser: Browser, server: Server) -> None:
    with opened(browser, server, width=SMALL) as page:
        page.goto(f"{server.url}/query/timeline?lang=ru")
        page.locator("figure.picture").scroll_into_view_if_needed()
        expect(page.locator("figure.picture img")).to_have_js_property("complete", True)
        assert page.evaluate("document.querySelector('figure img').currentSrc").partition("?")[0].endswith("/timeline.narrow.svg")
        assert page.evaluate(
            "document.querySelector('figure .shown').scrollWidth <= document.querySelector('figure .shown').clientWidth"
        )


def test_a_thing_shows_the_picture_of_a_question_about_it_alone(server: Server) -> None:
    page = visit(server, "/page/kazakhstan?lang=ru").text
    found = re.search(r'<img src="(/query/[^"]*\.svg\?[^"]*kazakhstan[^"]*)"', page)
    assert found and server.get(found[1].replace("&amp;", "&")).headers["content-type"] == "image/svg+xml"
    assert '<figure class="picture"' not in visit(server, "/page/tokyo-initiative").text
