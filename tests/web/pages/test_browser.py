"""The pages in a real browser: with and without scripts, by keyboard, on a small screen, in the dark, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.web.pages.test_pages import LANGUAGES, PAGES
from tests.web.serving import Server

QUESTION = "/query/needs-of-state"
SMALL, LARGE = 360, 1280
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def opened(browser: Browser, server: Server, *, width: int = LARGE, **more: Any) -> Iterator[Page]:
    """A page in a browser of its own; it must ask no other host, and complain of nothing."""
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            faults.append(f"asks {request.url}")

    with browser.new_context(viewport={"width": width, "height": 800}, locale="en-US", **more) as context:
        page = context.new_page()
        page.on("console", heard)
        page.on("request", asked)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"says {dialog.message}"))
        yield page
    assert faults == []


def with_language(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.parametrize("at", range(len(PAGES)), ids=PAGES)
def test_a_page_fits_and_is_accessible(browser: Browser, server: Server, at: int) -> None:
    path, lang = [*PAGES][at], LANGUAGES[at % 3]
    scheme = ("light", "dark")[at % 2]
    with opened(browser, server, width=SMALL, color_scheme=scheme) as page:
        page.goto(server.url + with_language(path, lang))
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL
        found = Axe().run(page, options=RULES)
        told = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found.response["violations"]]
        assert told == []


def test_the_dark_is_dark(browser: Browser, server: Server) -> None:
    colours = []
    for scheme in ("light", "dark"):
        with opened(browser, server, color_scheme=scheme) as page:
            page.goto(server.url)
            colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(251, 250, 247)", "rgb(20, 23, 26)"]


def test_a_question_is_asked_by_keyboard_alone(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + QUESTION)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.name") != "state":
            page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.type("Kaz")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**state=id%3Akazakhstan*")
        expect(page.locator("tbody tr")).to_have_count(2)


def test_back_and_forward_keep_answers(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + QUESTION)
        page.select_option("[name=state]", label="Uzbekistan")
        page.click("button.primary")
        expect(page.locator("[name=state]")).to_have_value("id:uzbekistan")
        page.click("text=Русский")
        expect(page.locator("[name=state]")).to_have_value("id:uzbekistan")
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        page.go_back()
        page.go_back()
        expect(page.locator("tbody tr")).to_have_count(11)
        page.go_forward()
        expect(page.locator("dl.same dd a.thing").first).to_have_text("Uzbekistan")


def test_without_scripts_an_answer_leads_to_its_sentence(browser: Browser, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False) as page:
        page.goto(server.url)
        page.get_by_role("link", name="What does each Central Asian state want").first.click()
        page.select_option("[name=state]", label="Kazakhstan")
        page.click("button.primary")
        page.locator("tbody tr").first.locator("td").first.locator("a.how").click()
        expect(page.locator("h1")).to_have_text("What this rests on")
        page.locator(".facts .source").first.click()
        expect(page.locator("h1")).to_have_text("Sentence 1 of paragraph 22")
        assert page.locator("button.scripted").count() == 0 or not page.locator("button.scripted").first.is_visible()


def test_without_scripts_sparql_is_asked_and_mended(browser: Browser, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False, width=SMALL) as page:
        page.goto(server.url + "/sparql")
        page.fill("textarea", "SELECT ?s { ?s a cajad:Summit }")
        page.click("button.primary")
        expect(page.locator("tbody tr").first).to_be_visible()
        page.select_option("#format", "csv")
        with page.expect_response("**format=csv*") as led:
            page.evaluate("document.querySelector('form.sparql').submit()")
        assert led.value.headers["content-type"].startswith("text/csv")


def test_without_scripts_the_rows_of_any_query_lead_to_their_sentences(browser: Browser, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False) as page:
        page.goto(server.url + "/sparql?query=SELECT+*+{id:tokyo-summit+cajad:heldAt+%3Fplace}&lang=ru")
        page.locator("td.rests a.how").click()
        expect(page.locator("h1")).to_have_text("На чём это основано")
        page.locator(".facts .source").first.click()
        expect(page.locator("h1")).to_have_text("Предложение 1 абзаца 1")
        page.go_back()
        page.get_by_role("link", name="Назад к ответу").click()
        expect(page.locator("td a.thing")).to_have_text("Токио")


def test_evidence_opens_beside_the_answer(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + QUESTION)
        sign = page.locator("tbody tr").first.locator("td").nth(1).locator("a.how")
        sign.click()
        panel = page.locator("dialog.panel")
        expect(panel.get_by_text("tokyo:P22.S1").first).to_be_visible()
        assert page.url == server.url + QUESTION
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(sign).to_be_focused()


def test_a_table_sorts_by_number(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + "/query/deposits-by-state")
        page.get_by_role("button", name="deposits").click()
        column = page.locator("tbody tr td:nth-child(2) data").evaluate_all("all => all.map((each) => Number(each.value))")
        assert column == sorted(column) != []
        page.get_by_role("button", name="deposits").click()
        column = page.locator("tbody tr td:nth-child(2) data").evaluate_all("all => all.map((each) => Number(each.value))")
        assert column == sorted(column, reverse=True)


def test_suggestions_lead_to_things(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url)
        page.locator("[name=q]").press_sequentially("Казах")
        page.locator(".suggestions a", has_text="Kazakhstan").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/**")


def test_a_proof_folds(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + next(path for path in PAGES if path.startswith("/why?s=id")))
        leaf = page.locator(".proof .leaf").first
        expect(leaf).to_be_visible()
        page.locator(".proof > details > summary small").click()
        expect(leaf).not_to_be_visible()


def test_what_rests_on_a_sentence_opens_beside_it(browser: Browser, server: Server) -> None:
    with opened(browser, server, width=SMALL) as page:
        page.goto(server.url + "/page/article/2025-12-tokyo-summit/P16.S3")
        page.get_by_role("link", name="What would fall if it were wrong?").click()
        expect(page.locator("dialog.panel h1")).to_have_text("If tokyo:P16.S3 were wrong")
        page.get_by_role("button", name="Close").click()
        expect(page.locator("dialog.panel")).to_have_count(0)


def test_a_picture_stands_with_its_answer(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + "/query/summits-of-2025")
        page.locator("figure.picture").scroll_into_view_if_needed()
        picture = page.locator("figure.picture img")
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        assert picture.get_attribute("alt") == page.locator("h1").inner_text()
