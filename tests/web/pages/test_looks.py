"""Pictures on pages, by day, in the dark, on paper, on small screens and without scripts, in a real browser."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.web.pages.test_browser import SMALL, opened
from tests.web.pages.watching import Watched
from tests.web.serving import Server

COUNTS = "SELECT ?class (COUNT(?s) AS ?things) { ?s a ?class ; cajad:heldAt ?o } GROUP BY ?class ORDER BY DESC(?things)"
PROOF = "/why?s=id:kazakhstan&p=cajad:memberOf&o=id:ca-jad"
# A query without a view.
NONE = "/query/opinions.vega.json"


def loaded(picture: Locator) -> int:
    """The width of a picture that has come."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    width: int = picture.evaluate("image => image.naturalWidth")
    return width


@pytest.mark.parametrize(("scheme", "is_turned"), [("light", False), ("dark", True)])
def test_a_picture_has_the_ground_of_the_page(browser: Browser, server: Server, scheme: str, *, is_turned: bool) -> None:
    with opened(browser, server, color_scheme=scheme) as page:
        page.goto(f"{server.url}/query/deposits-by-state")
        picture = page.locator("figure.picture img")
        assert loaded(picture)
        assert (picture.evaluate("image => getComputedStyle(image).filter") != "none") == is_turned
        page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
        assert picture.evaluate("image => getComputedStyle(image).filter") == "none"


def test_without_scripts_a_picture_stands_with_the_answer_of_any_query(browser: Browser, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False, width=SMALL) as page:
        page.goto(f"{server.url}/sparql?query={quote(COUNTS)}&lang=ja")
        assert loaded(page.locator("figure.picture img")) < 600
        assert page.locator("figure.picture").bounding_box()["width"] <= SMALL  # type: ignore[index]
        address = page.get_by_role("link", name="SVG").get_attribute("href") or ""
        assert server.get(address).headers["content-type"] == "image/svg+xml"


def test_the_editor_shows_the_picture_of_each_answer(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/sparql?query={quote(COUNTS)}")
    page.locator("figure.picture button").click()
    expect(page.locator("figure.picture canvas")).to_be_visible()
    expect(page.locator("figure.picture button")).to_have_count(0)
    page.goto(f"{watched.server.url}/sparql?query=ASK+{{}}")
    page.wait_for_selector('#editor[data-state="complete"]')
    expect(page.locator("figure.picture")).to_have_count(0)
    page.locator(".CodeMirror").evaluate("(place, text) => place.CodeMirror.setValue(text)", COUNTS)
    page.get_by_role("button", name="Run").click()
    assert loaded(page.locator("figure.picture img"))


def test_on_a_small_screen_the_picture_for_it_is_made_interactive(browser: Browser, server: Server) -> None:
    with opened(browser, server, width=SMALL) as page:
        page.goto(f"{server.url}/query/deposits-by-state")
        still = loaded(page.locator("figure.picture img"))
        with page.expect_response("**/query/deposits-by-state.narrow.vega.json*"):
            page.locator("figure.picture button").click()
        canvas = page.locator("figure.picture canvas")
        expect(canvas).to_be_visible()
        assert canvas.bounding_box()["width"] <= still < 2 * SMALL  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL


@pytest.mark.parametrize(
    ("lang", "told", "lost"),
    [("ru", "нет рисунка", "Сервер не дал ответа"), ("ja", "図はありません", "サーバーから答えが得られませんでした")],
)
def test_why_there_is_no_picture_is_told_in_the_reader_s_language(watched: Watched, lang: str, told: str, lost: str) -> None:
    page = watched.page
    page.goto(f"{watched.server.url}/query/deposits-by-state?lang={lang}")
    figure, alert = page.locator("figure.picture"), page.locator("figure.picture [role=alert]")
    figure.evaluate("(figure, address) => (figure.dataset.picture = address)", f"{NONE}?lang={lang}")
    figure.locator("button").click()
    expect(alert).to_contain_text(told)
    page.context.set_offline(True)
    figure.locator("button").click()
    expect(alert).to_contain_text(lost)
    page.context.set_offline(False)
    figure.evaluate("(figure, address) => (figure.dataset.picture = address)", f"/query/deposits-by-state.vega.json?lang={lang}")
    figure.locator("button").click()
    expect(figure.locator("canvas")).to_be_visible()
    expect(alert).to_have_count(0)
    watched.wrong = [each for each in watched.wrong if "ERR_INTERNET_DISCONNECTED" not in each]


def test_the_home_page_shows_what_an_answer_looks_like(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url)
        link = page.locator(".hero a.picture")
        assert loaded(link.locator("img"))
        link.click()
        expect(page.locator("h1")).to_have_text(page.locator("figure.picture img").get_attribute("alt") or "")


def test_on_paper_a_question_keeps_what_was_asked_and_what_it_rests_on(browser: Browser, server: Server) -> None:
    with opened(browser, server, color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        page.goto(f"{server.url}/query/needs-of-state?state=id:kazakhstan")
        for gone in (
            "nav.main",
            ".search",
            ".ask button",
            ".formats",
            ".snippet",
            "figcaption",
            "a.how",
            "h2#use",
            "h2#download",
        ):
            expect(page.locator(gone).first).to_be_hidden()
        for kept in ("h1", "[name=state]", "figure.picture img", "td.rests .source", ".printed"):
            expect(page.locator(kept).first).to_be_visible()
        colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert page.locator(".printed").inner_text().endswith("/query/needs-of-state?state=id%3Akazakhstan&lang=en")


def test_on_paper_a_proof_is_unfolded_to_its_sentences(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(server.url + PROOF)
        page.locator(".proof > details > summary small").click()
        leaves = page.locator(".proof .leaf")
        expect(leaves.first).to_be_hidden()
        page.emulate_media(media="print")
        assert leaves.count() > 3
        for leaf in leaves.all():
            expect(leaf).to_be_visible()
        expect(page.locator(".why form")).to_be_hidden()


def test_nothing_moves_for_readers_who_want_no_motion(browser: Browser, server: Server) -> None:
    moving = "[...document.querySelectorAll('*')].filter((each) => parseFloat(getComputedStyle(each).transitionDuration)).length"
    for motion, behaviour in (("no-preference", "smooth"), ("reduce", "auto")):
        with opened(browser, server, reduced_motion=motion) as page:
            page.goto(f"{server.url}/sparql")
            assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
            page.locator("#state").evaluate("place => place.classList.add('running')")
            spinner = page.locator("#state").evaluate("place => getComputedStyle(place, '::before').animationName")
            assert (spinner == "none") == (motion == "reduce")
            assert page.evaluate(moving) == 0


def test_a_picture_is_taken_as_a_file(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.goto(f"{server.url}/query/corridor-on-the-map?lang=ru")
        for name in ("SVG", "PNG"):
            with page.expect_download() as taken:
                page.get_by_role("link", name=name, exact=True).click()
            assert taken.value.suggested_filename == f"corridor-on-the-map.{name.lower()}"


def test_five_things_stand_side_by_side_without_being_moved(browser: Browser, server: Server) -> None:
    states = "&".join(f"thing=id:{name}" for name in ("kazakhstan", "uzbekistan", "turkmenistan", "kyrgyzstan", "tajikistan"))
    with opened(browser, server) as page:
        page.goto(f"{server.url}/compare?{states}")
        assert page.locator(".scroll").evaluate("place => place.scrollWidth <= place.clientWidth")
        sources = page.locator(".compare .source")
        expect(sources.first).to_be_hidden()
        page.locator(".compare summary").first.click()
        expect(sources.first).to_be_visible()


def test_a_choice_is_read_whole(browser: Browser, server: Server) -> None:
    free = "width: max-content; max-width: none"
    whole = f"menu => {{ const shown = menu.offsetWidth; menu.style.cssText = '{free}'; return shown >= menu.offsetWidth }}"
    with opened(browser, server) as page:
        page.goto(f"{server.url}/query/corridor-on-the-map?lang=ru")
        assert page.locator("select[name=corridor]").evaluate(whole)
