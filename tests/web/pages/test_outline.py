"""How pages are built: what is named once, what leads where, and in which language each part is."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.web.pages.test_pages import LANGUAGES, PAGES, visit
from tests.web.serving import Server

# Besides the pages of each kind: those of failures, and answers with all that may stand below them.
OTHERS = (
    "/no/such/path",
    "/query/no-such-question",
    "/sparql?query=SELECT",
    "/sparql?query=CONSTRUCT+WHERE+{?s+cajad:heldAt+%3Fo}",
    "/sparql?query=SELECT+%3Fs+(COUNT(*)+AS+%3Fn)+{%3Fs+cajad:heldAt+%3Fo;+%3Fp+%3Fq}+GROUP+BY+%3Fs",
    "/query/corridor-on-the-map",
    "/evidence?query=SELECT+*+{%3Fs+a+cajad:Summit}&evidence-row=1",
)


class Outline(HTMLParser):
    """The levels of the headings of a page in order, and how often each landmark stands on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.landmarks: dict[str, int] = {}
        self.unnamed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in ("header", "main", "footer"):
            self.landmarks[tag] = self.landmarks.get(tag, 0) + 1
        if tag == "nav" and not {"aria-label", "aria-labelledby"} & {name for name, _ in attrs}:
            self.unnamed.append(str(attrs))


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_headings_lead_from_one_level_to_the_next(server: Server, path: str) -> None:
    outline = Outline(visit(server, path).text)
    assert outline.levels[0] == 1 and outline.levels.count(1) == 1
    steps = [after - before for before, after in zip(outline.levels, outline.levels[1:], strict=False)]
    assert max(steps, default=0) <= 1, outline.levels
    assert (outline.landmarks, outline.unnamed) == ({"header": 1, "main": 1, "footer": 1}, [])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_itself_and_its_other_languages_by_whole_addresses(server: Server, path: str) -> None:
    text = visit(server, path, **{"Accept-Language": "ru"}).text
    links = {
        (rel, lang): unescape(href)
        for rel, lang, href in re.findall(r'<link rel="(\w+)"(?: hreflang="([\w-]+)")? href="(http[^"]+)"', text)
    }
    assert {lang for _, lang in links} == {"", "x-default", *LANGUAGES}
    assert links["canonical", ""] == links["alternate", "ru"]
    assert "lang=" not in links["alternate", "x-default"]
    for address in links.values():
        assert visit(server, address.removeprefix(server.url)).status_code == 200


@pytest.mark.parametrize("path", ["/show?thing=Japan", "/show?thing=id:japan&lang=ja", "/page/japan"])
def test_the_page_of_a_thing_is_one_however_it_is_called(server: Server, path: str) -> None:
    lang = "ja" if "lang" in path else "en"
    assert f'<link rel="canonical" href="{server.url}/page/japan?lang={lang}">' in visit(server, path).text


@pytest.mark.parametrize("path", ["/no/such/path", "/sparql?query=SELECT"])
def test_a_failure_is_no_page_to_be_found_again(server: Server, path: str) -> None:
    assert 'rel="canonical"' not in visit(server, path).text
