"""Labels and values that mean harm: they stay text, are seen for what they are, and do not break a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.pages.test_browser import LARGE, SMALL, opened
from tests.web.pages.test_pages import visit
from tests.web.serving import Server, serving

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TURNED = "safe \u202egnp.exe"
LONG = "word " * 2000
UNBROKEN = "x" * 400
DIGITS = "9" * 5000
MANY = 10_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a project whose words mean harm."""
    root = tmp_path_factory.mktemp("hostile")
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir()
    (root / "kg.toml").write_text('title = "<b>bold</b> & co"\nbase = "http://e.org/"\n[prefixes]\ne = "http://e.org/id/"\n')
    rows = "".join(f'e:n{at} e:in e:many ; rdfs:label "thing {at}" .\n' for at in range(MANY))
    (root / "data" / "all.ttl").write_text(
        "@prefix e: <http://e.org/id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f'e:script rdfs:label "{SCRIPT}"@en ; e:says "{LONG}" , "{UNBROKEN}" , "{TURNED}" , "\\u0007" .\n'
        f"e:script e:says <javascript:alert(3)> , {DIGITS} .\n"
        f'<http://e.org/id/a%22b%3Cc> rdfs:label "quoted" .\n{rows}'
    )
    head = '#+ question: {en: "' + "What is <i>in</i>?" + '"}\n#+ parameters: {place: {type: iri, label: {en: "<u>place</u>"}}}\n'
    (root / "queries" / "all.rq").write_text(
        f"{head}PREFIX e: <http://e.org/id/>\nSELECT ?place ?thing {{ ?thing e:in ?place }} ORDER BY ?thing\n"
    )
    said = "PREFIX e: <http://e.org/id/>\nSELECT ?who ?what { ?who e:says ?what } ORDER BY ?what\n"
    (root / "queries" / "said.rq").write_text(f'#+ question: {{en: "What is said?"}}\n{said}')
    with serving("--workers", "1", cache=root / "cache", root=root) as running:
        yield running


def test_markup_in_words_is_text(hostile: Server) -> None:
    for path in ("/", "/query/all", "/query/said", "/page/script", "/search?q=script", f"/search?q={SCRIPT}", f"/page/{SCRIPT}"):
        text = visit(hostile, path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "<i>in" not in text and "<u>place" not in text
        assert "<b>bold" not in text and "&lt;b&gt;bold" in text


def test_what_turns_text_around_is_shown_as_what_it_is(hostile: Server) -> None:
    text = visit(hostile, "/query/said").text
    assert "\u202e" not in text and "safe ⟨U+202E⟩gnp.exe" in text
    assert "\x07" not in text and "␇" in text


def test_a_long_text_is_folded_and_whole(hostile: Server) -> None:
    text = visit(hostile, "/query/said").text
    assert '<details class="long">' in text and LONG.strip() in text


def test_ten_thousand_rows_come_in_pages(hostile: Server) -> None:
    page = visit(hostile, "/query/all")
    assert page.text.count("<tr") == 51
    assert "rows 1 to 50 of 10,000" in page.text and 'rel="next" href="/query/all?offset=50"' in page.text
    last = visit(hostile, "/query/all?offset=9950")
    assert 'rel="next"' not in last.text and 'rel="prev" href="/query/all?offset=9900"' in last.text


def test_a_thing_with_ten_thousand_references_is_shown_in_part(hostile: Server) -> None:
    page = visit(hostile, "/page/many")
    assert page.status_code == 200 and "9960 more" in page.text
    assert len(page.content) < 200_000


def test_a_link_never_runs(hostile: Server) -> None:
    assert 'href="javascript:' not in visit(hostile, "/query/said").text


def test_an_odd_name_has_a_page(hostile: Server) -> None:
    page = visit(hostile, "/page/a%2522b%253Cc")
    assert (page.status_code, "quoted" in page.text) == (200, True)


def test_a_browser_runs_nothing_of_it(browser: Browser, hostile: Server) -> None:
    with opened(browser, hostile, width=SMALL) as page:
        page.goto(hostile.url + "/query/said")
        expect(page.locator("tbody tr")).to_have_count(6)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL
        page.goto(hostile.url + "/page/script")
        expect(page.locator("h1")).to_have_text(SCRIPT)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL


def test_a_number_of_five_thousand_digits_is_shown_as_it_is(hostile: Server) -> None:
    assert DIGITS in visit(hostile, "/query/said").text


@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_ten_thousand_rows_are_legible_in_a_browser(browser: Browser, hostile: Server, width: int) -> None:
    with opened(browser, hostile, width=width) as page:
        page.goto(hostile.url + "/query/all")
        expect(page.locator("tbody tr")).to_have_count(50)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_text("rows 51 to 100 of 10,000")).to_be_visible()


def test_the_neighbourhood_of_ten_thousand_is_drawn_in_part(browser: Browser, hostile: Server) -> None:
    with opened(browser, hostile) as page:
        page.goto(hostile.url + "/page/many")
        page.get_by_role("button", name="Draw the neighbourhood").click()
        expect(page.locator("[data-graph] canvas").first).to_be_visible(timeout=30_000)
        expect(page.locator("[data-graph] [role=note]")).to_be_visible()
