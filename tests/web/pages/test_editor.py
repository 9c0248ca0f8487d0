"""The editor in a real browser: it asks, shows the server's own answer, says what is wrong, and its state is an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.pages.test_browser import RULES, opened
from tests.web.pages.watching import Watched
from tests.web.serving import Server

PLACES = "SELECT ?summit ?place {\n  ?summit a cajad:Summit ; cajad:heldAt ?place .\n} ORDER BY ?summit"
FAULTY = "SELECT ?summit {\n  ?summit a cajda:Summit .\n}"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# With a word of each kind, for each has a colour.
COLOURFUL = f"""# a comment\nPREFIX e: <http://e/>\n{PLACES.replace("}", '  FILTER (5 > 2.0 && ?summit != "5"@en) }')}"""
# Longer than an address may be.
LONG = f"# {'long ' * 1300}\nSELECT ?thing {{ ?thing a cajad:State }} ORDER BY ?thing LIMIT 60"


def at_editor(watched: Watched, query: str = "", lang: str = "en") -> Page:
    tail = f"&query={quote(query)}" if query else ""
    watched.page.goto(f"{watched.server.url}/sparql?lang={lang}{tail}")
    return ready(watched.page)


def ready(page: Page) -> Page:
    page.wait_for_selector("#editor[data-state=complete]")
    return page


def text_of(page: Page) -> str:
    return str(page.locator("textarea[name=query]").input_value())


def write(page: Page, text: str) -> None:
    """Types a text in the place of the one that is there; brackets are typed as they are."""
    page.locator(".CodeMirror-lines").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def rows(page: Page) -> Locator:
    return page.locator("#result tbody tr")


def test_an_answer_leads_to_its_sentences_by_clicks(watched: Watched) -> None:
    page = at_editor(watched)
    write(page, PLACES)
    page.get_by_role("button", name="Run").click()
    expect(rows(page)).to_have_count(4)
    expect(page.locator("#result td.thing a.thing").first).to_have_text("Summit of Central Asia with China, 2025")
    assert rows(page).first.locator("td.rests .badge.inferred").is_visible()
    rows(page).last.locator("td").nth(1).locator("a.how").click()
    panel = page.locator("dialog.panel")
    expect(panel.get_by_text("tokyo:P1.S1").first).to_be_visible()
    panel.locator(".facts .source").first.click()
    expect(page.locator("h1")).to_have_text("Sentence 1 of paragraph 1")


def test_each_kind_of_answer_is_shown(watched: Watched) -> None:
    page = at_editor(watched)
    shown = {
        "ASK { id:japan a cajad:State }": ".yes:has-text('yes')",
        "SELECT * { id:japan a cajad:Corridor ; ?p ?o }": ".silent:has-text('Nothing fits')",
        "DESCRIBE id:tokyo-summit": "td.rests a.source",
        "CONSTRUCT { ?s cajad:heldAt ?o } WHERE { ?s cajad:heldAt ?o }": ".formats :text-is('turtle')",
    }
    for query, found in shown.items():
        write(page, query)
        run(page)
        page.wait_for_selector(f"#result {found}")


def test_the_words_of_the_editor_are_in_the_reader_s_language(watched: Watched) -> None:
    words = [("en", "Run", "leaves the editor"), ("ru", "Выполнить", "выйти из редактора"), ("ja", "実行", "エディターから")]
    for lang, button, keys in words:
        page = at_editor(watched, PLACES, lang)
        expect(page.locator("#editor button.primary")).to_have_text(button)
        expect(page.locator("#keys")).to_contain_text(keys)
        label = page.locator("#query-text").evaluate("area => area.labels[0].textContent")
        assert label == page.locator("label[for=query-text]").inner_text()
        assert "autocomplete" not in page.locator("#editor").inner_text()


def test_a_saved_question_is_something_to_begin_with(watched: Watched) -> None:
    page = at_editor(watched, lang="ru")
    page.select_option("#example", "deposits-by-state")
    asked = page.locator("#example option:checked").inner_text()
    assert text_of(page).startswith(f"# {asked}\nPREFIX ")
    run(page)
    expect(page.locator("#result")).to_contain_text("160")
    page.click("#example-page")
    expect(page.locator("h1")).to_have_text(asked)


def test_a_fault_is_marked_where_it_is_until_the_text_is_changed(watched: Watched) -> None:
    page = at_editor(watched)
    write(page, FAULTY)
    run(page)
    expect(page.locator("#result .failure")).to_contain_text("cajda")
    marked = page.locator(".fault-line")
    expect(marked).to_contain_text("cajda:Summit")
    assert page.locator(".fault-sign").get_attribute("aria-label") == "Fault at this place"
    assert text_of(page) == FAULTY
    assert parse_qs(urlsplit(page.url).query)["query"] == [FAULTY]
    page.keyboard.type(" ")
    expect(marked).to_have_count(0)
    assert watched.refused != []


def test_the_address_of_a_faulty_query_shows_it_in_the_editor(watched: Watched) -> None:
    page = at_editor(watched, FAULTY, "ja")
    expect(page.locator(".fault-line")).to_contain_text("cajda:Summit")
    expect(page.locator("h1")).to_have_text("SPARQLで質問する")
    write(page, PLACES)
    run(page)
    expect(rows(page)).to_have_count(4)
    assert page.locator(".failure").count() == 0


def test_back_and_forward_lead_through_what_was_asked(watched: Watched) -> None:
    page = at_editor(watched)
    first, second = PLACES, "SELECT ?state { ?state a cajad:CentralAsianState }"
    for query, count in ((first, 4), (second, 5)):
        write(page, query)
        run(page)
        expect(rows(page)).to_have_count(count)
    page.go_back()
    expect(rows(page)).to_have_count(4)
    assert text_of(page) == first
    page.go_forward()
    expect(rows(page)).to_have_count(5)
    assert text_of(page) == second
    page.click("text=Русский")
    ready(page)
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(rows(page)).to_have_count(5)
    assert text_of(page) == second


def test_what_runs_can_be_cancelled(watched: Watched) -> None:
    page = at_editor(watched, PLACES)
    write(page, SLOW)
    run(page)
    expect(page.locator("#state")).to_have_text("Running…")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#state")).to_have_text("The query was cancelled.")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    expect(rows(page)).to_have_count(4)


@pytest.mark.parametrize(("lang", "told"), [("en", "gave no answer"), ("ru", "не дал ответа"), ("ja", "答えが得られません")])
def test_that_there_is_no_server_is_told(browser: Browser, server: Server, lang: str, told: str) -> None:
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(f"{server.url}/sparql?lang={lang}&query={quote(PLACES)}")
        ready(page)
        context.set_offline(True)
        write(page, "ASK {}")
        run(page)
        expect(page.locator("#state")).to_contain_text(told)
        expect(rows(page)).to_have_count(4)
        assert parse_qs(urlsplit(page.url).query)["query"] == [PLACES]


def test_a_query_that_is_too_long_is_kept_and_told_so(watched: Watched) -> None:
    page, text = at_editor(watched), f"# {'x' * 70_000}\nASK {{}}"
    write(page, text)
    run(page)
    expect(page.locator("#result .failure h2")).to_have_text("Too large")
    assert text_of(page) == text


def test_the_triples_of_an_answer_are_drawn(watched: Watched) -> None:
    page = at_editor(watched, lang="ru")
    write(page, "CONSTRUCT { ?s cajad:heldAt ?o } WHERE { ?s a cajad:Summit ; cajad:heldAt ?o }")
    run(page)
    page.click("[data-graph] button")
    page.wait_for_selector("[data-graph][data-state=drawn] canvas")
    expect(page.locator("[data-graph] [role=img]")).to_have_attribute("aria-label", "Ответ в виде рисунка")
    write(page, PLACES)
    run(page)
    expect(page.locator("#result th").first).to_contain_text("саммит")
    assert page.locator("[data-graph]").count() == 0


def test_a_long_query_is_sent_without_an_address(watched: Watched) -> None:
    page = at_editor(watched)
    write(page, LONG)
    run(page)
    expect(page.locator("#state")).to_contain_text("too long for an address")
    assert "query=" not in page.url
    assert "query=" not in (rows(page).first.locator("a.how").first.get_attribute("href") or "")
    with page.context.expect_page() as shown:
        rows(page).first.locator("a.how").first.click()
    expect(shown.value.locator("h1")).to_have_text("What this rests on")
    page.goto(watched.server.url)
    page.go_back()
    ready(page)
    assert text_of(page) == LONG


def test_the_rows_of_a_long_answer_come_page_by_page(watched: Watched) -> None:
    page = at_editor(watched)
    write(page, "SELECT ?thing { ?thing a ?class } ORDER BY ?thing ?class")
    run(page)
    expect(page.locator("#result .pager")).to_contain_text("1–50")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#result .pager")).to_contain_text("51–100")
    assert "offset=50" in page.url
    expect(rows(page).first.locator("a.how.all")).to_have_attribute("aria-label", "Evidence of row 51")
    page.go_back()
    expect(page.locator("#result .pager")).to_contain_text("1–50")


def test_a_format_is_a_file_of_the_browser(watched: Watched) -> None:
    page = at_editor(watched, PLACES)
    page.select_option("#format", "csv")
    with page.expect_response("**format=csv*") as led:
        page.get_by_role("button", name="Run").click()
    assert led.value.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("SELECT * { ?x a cajad:Leaders", "cajad:LeadersSummit"),
        ("SELECT * { ?x a саммит", "cajad:Summit"),
        ("SELECT * { ?x cajad:heldAt 東京", "id:tokyo"),
        ("SELECT * { ?x cajad:heldA", "cajad:heldAt"),
        ("SELECT * { ?summit ?p ?o . ?su", "?summit"),
    ],
)
def test_words_are_completed_by_name_or_label_of_this_graph(watched: Watched, typed: str, text: str) -> None:
    page = at_editor(watched)
    write(page, typed[:-1])
    page.keyboard.type(typed[-1])
    page.locator(".CodeMirror-hint").filter(has=page.locator(f"code:text-is('{text}')")).click()
    assert text_of(page).endswith(text)
    prefix = text.partition(":")[0]
    assert text.startswith("?") or f"PREFIX {prefix}: <" in text_of(page)
    assert "linkeddata.es" not in " ".join(watched.asked)


def test_labels_stand_beside_what_is_offered(watched: Watched) -> None:
    page = at_editor(watched, lang="ru")
    write(page, "SELECT * { ?x a ")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first.locator("small")).to_contain_text("класс")
    page.keyboard.press("Escape")
    write(page, "PREFIX caj")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("cajad: <https://w3id.org/cajad/ontology#>")


def test_keys_lead_out_of_the_editor(watched: Watched) -> None:
    page = at_editor(watched, PLACES)
    page.locator(".CodeMirror-lines").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    assert text_of(page) == f"  {PLACES}"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#example")).to_be_focused()


def offences(page: Page) -> list[Any]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_editor_is_for_everybody(browser: Browser, server: Server, width: int, scheme: str) -> None:
    with opened(browser, server, width=width, color_scheme=scheme) as page:
        page.goto(f"{server.url}/sparql?lang=ru&query={quote(COLOURFUL)}")
        ready(page)
        expect(rows(page)).to_have_count(4)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert offences(page) == []
        write(page, "SELECT * { ?x a cajad:Leader")
        page.keyboard.press("Control+Space")
        page.wait_for_selector(".CodeMirror-hints")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert offences(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_fault_is_told_to_everybody(browser: Browser, server: Server, scheme: str) -> None:
    shown: dict[str, Any] = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
    with browser.new_context(**shown) as context:
        page = context.new_page()
        page.goto(f"{server.url}/sparql?lang=en&query={quote(FAULTY)}")
        ready(page)
        page.wait_for_selector(".fault-line")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert offences(page) == []
