"""What cannot be answered is a page, too: what happened, what to do, and where else to go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.program import shared_cache
from tests.web.pages.test_pages import LANGUAGES, Links, visit
from tests.web.serving import Server, serving

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HEADLINES = {
    404: ("Nothing is found here", "Здесь ничего нет", "見つかりません"),
    400: ("This cannot be asked so", "Так задать вопрос нельзя", "この形では質問できません"),
}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that gives a query one second."""
    with serving("--workers", "1", "--deadline", "1", cache=shared_cache(tmp_path_factory)) as running:
        yield running


@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/page/kazahstan", 404),
        ("/query/nees-of-state", 404),
        ("/no/such/path", 404),
        ("/query/needs-of-state?state=Mars", 404),
        ("/query/needs-of-state?stat=Japan", 400),
        ("/query/needs-of-state?offset=many", 400),
        ("/sparql?query=SELEC", 400),
        ("/impact", 400),
        ("/impact?sentence=Japan", 404),
        ("/evidence/needs-of-state?evidence-row=99", 404),
        ("/page/graph/notes?offset=100000", 404),
    ],
)
def test_a_failure_is_a_page_in_the_reader_s_language(server: Server, path: str, status: int, at: int) -> None:
    page = visit(server, path, **{"Accept-Language": LANGUAGES[at]})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert HEADLINES[status][at] in page.text and f'<html lang="{LANGUAGES[at]}">' in page.text
    assert "Traceback" not in page.text


def test_near_misses_are_links(server: Server) -> None:
    assert "/page/kazakhstan" in Links(visit(server, "/page/kazahstan").text).found
    assert "/query/needs-of-state" in Links(visit(server, "/query/nees-of-state").text).found


@pytest.mark.parametrize("path", ["/query/needs-of-state", "/evidence/needs-of-state"])
def test_a_value_that_is_none_of_the_choices_leads_to_those_that_are(server: Server, path: str) -> None:
    near = visit(server, f"{path}?state=Kazakstan")
    assert near.status_code == 404 and "state: “Kazakstan” is none of the choices." in near.text
    assert f"{path}?state=id%3Akazakhstan" in Links(near.text).found
    far = visit(server, f"{path}?state=Mars&lang=ru").text
    assert all(name in far for name in ("Казахстан", "Кыргызстан", "Таджикистан", "Туркменистан", "Узбекистан"))
    assert f"{path}?lang=ru&state=id%3Auzbekistan" in Links(far).found and "cajad:" not in far


def test_a_wrong_query_is_kept_to_be_mended(server: Server) -> None:
    page = visit(server, "/sparql?query=SELECT+%3Fx+%7B+%3Cbroken")
    assert page.status_code == 400 and "SELECT ?x { &lt;broken</textarea>" in page.text and "query:1:" in page.text


def test_a_query_that_takes_too_long_is_kept_and_narrowed(hasty: Server) -> None:
    page = hasty.get("/sparql", params={"query": SLOW}, headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert SLOW in page.text and "Narrow it" in page.text and "Stopped by a limit" in page.text


def test_a_language_that_there_is_none_is_told(server: Server) -> None:
    page = visit(server, "/?lang=xx")
    assert (page.status_code, "en, ru, ja" in page.text) == (400, True)


def test_programs_still_get_problems(server: Server) -> None:
    for accept in ("", "*/*", "application/json", "application/sparql-results+json"):
        found = server.get("/page/kazahstan", headers={"Accept": accept})
        assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")


def test_what_is_not_there_is_not_answered_with_all_that_is(server: Server) -> None:
    page = visit(server, "/query/nothing-here").text
    assert "nothing-here" in page and "accepted-proposals" not in page and 'href="/' in page
