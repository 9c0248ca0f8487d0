"""The answer of any query text as a page: rows with what they rest on, as far as the limits allow, and each row's own page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.pages.test_pages import BROWSER, LANGUAGES, visit
from tests.web.serving import Server
from tests.web.test_hostile import QUERIES

PLACES = "SELECT ?summit ?place { ?summit a cajad:Summit ; cajad:heldAt ?place } ORDER BY ?summit"
EVIDENCE = re.compile(r'href="(/evidence\?[^"]*)"')


def asked(server: Server, query: str, path: str = "/sparql", **more: str) -> str:
    page = server.get(path, params={"query": query, **more}, headers=BROWSER)
    assert page.status_code == 200, page.text
    return page.text


def test_each_cell_and_row_leads_to_what_it_rests_on(server: Server) -> None:
    text = asked(server, PLACES, lang="ru")
    links = [unescape(found) for found in EVIDENCE.findall(text)]
    assert {f"evidence-row={row}&evidence-cell={cell}" for row in range(1, 5) for cell in (0, 1)} <= {
        link.partition("&evidence-")[2].join(("evidence-", "")) for link in links
    }
    page = visit(server, next(link for link in links if link.endswith("evidence-row=4&evidence-cell=1")))
    assert "Об этом значении" in page.text and "tokyo:P1.S1" in page.text and "Токио" in page.text


def test_doubts_and_conclusions_are_marked_as_on_the_page_of_a_question(server: Server) -> None:
    text = asked(server, PLACES)
    assert text.count('class="badge inferred"') >= 4
    assert "D17</a>" in text and "D6</a>" in text
    assert 'class="badge inferred"' not in asked(
        server, PLACES.replace("?summit a cajad:Summit ; cajad", "?summit cajad"), asserted="1"
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("ASK { id:tokyo-summit cajad:heldAt id:tokyo }", "tokyo:P1.S1"),
        ("CONSTRUCT { ?s cajad:heldAt ?o } WHERE { ?s cajad:heldAt ?o . FILTER (?s = id:tokyo-summit) }", "tokyo:P1.S1"),
        ("SELECT (COUNT(?place) AS ?n) { id:tokyo-summit cajad:heldAt ?place }", "tokyo:P1.S1"),
        (
            "SELECT ?place FROM <https://w3id.org/cajad/article/2025-12-tokyo-summit/P1.S1> { ?s cajad:heldAt ?place }",
            "tokyo:P1.S1",
        ),
    ],
)
def test_every_kind_of_answer_has_its_evidence(server: Server, query: str, sentence: str) -> None:
    assert sentence in asked(server, query, "/evidence", **{"evidence-row": "1"})


def test_the_data_set_of_the_protocol_is_shown_without_evidence(server: Server) -> None:
    graph = {"default-graph-uri": "https://w3id.org/cajad/article/2025-12-tokyo-summit/P1.S1"}
    text = asked(server, "SELECT ?place { ?s cajad:heldAt ?place }", **graph)
    assert "/page/tokyo" in text and not EVIDENCE.search(text)
    page = server.get("/evidence", params={"query": PLACES, **graph}, headers=BROWSER)
    assert (page.status_code, "whole data set" in page.text) == (400, True)


@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_what_rests_on_too_much_is_shown_without_it(server: Server, at: int) -> None:
    everything = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
    said = ("takes more than a request may", "не позволяют ограничения", "制限を超えます")
    text = asked(server, everything, lang=LANGUAGES[at])
    assert said[at] in text and '<data value="' in text
    page = server.get("/evidence", params={"query": everything}, headers=BROWSER)
    assert (page.status_code, "takes more than a request may" in page.text) == (413, True)


def test_rows_are_counted_where_all_are_known(server: Server) -> None:
    query = "SELECT ?thing { ?thing a cajad:CentralAsianState }"
    assert "<small>5 rows</small>" in asked(server, query)
    assert "<small>5 rows</small>" in asked(server, query, offset="3")
    assert "<small>" not in asked(server, query, offset="50").partition('id="answer"')[2].partition("</h2>")[0]
    everything = asked(server, "SELECT * { ?s ?p ?o }", offset="100")
    assert "101–150" in everything and " rows</small>" not in everything


def test_nobody_waits_long_for_what_the_rows_rest_on(server: Server) -> None:
    posted = server.client.post(f"{server.url}/sparql", data={"query": QUERIES["values"]}, headers=BROWSER)
    assert posted.status_code == 200 and "takes more than a request may" in posted.text


@pytest.mark.parametrize(
    ("parameters", "status"),
    [({}, 400), ({"query": PLACES, "evidence-row": "9"}, 404), ({"query": PLACES, "evidence-cell": "2"}, 404)],
)
def test_a_row_that_there_is_none_is_told(server: Server, parameters: dict[str, str], status: int) -> None:
    assert server.get("/evidence", params=parameters, headers=BROWSER).status_code == status


def test_a_form_that_is_posted_is_answered_by_a_page_whose_links_lack_the_text(server: Server) -> None:
    posted = server.client.post(f"{server.url}/sparql?lang=ja", data={"query": PLACES}, headers=BROWSER)
    assert posted.status_code == 200 and "答え" in posted.text
    links = [unescape(found) for found in EVIDENCE.findall(posted.text)]
    assert links and not any("query=" in link for link in links)
    page = server.client.post(server.url + links[0], data={"query": PLACES}, headers=BROWSER)
    assert page.status_code == 200 and "tokyo:P24.S1" in page.text


def test_programs_that_post_get_what_they_got_before(server: Server) -> None:
    for accept in ("*/*", "application/sparql-results+json"):
        found = server.client.post(f"{server.url}/sparql", data={"query": "ASK {}"}, headers={"Accept": accept})
        assert found.json() == {"head": {}, "boolean": True}


COUNTS = "SELECT ?class (COUNT(?s) AS ?things) { ?s a ?class ; cajad:heldAt ?o } GROUP BY ?class ORDER BY DESC(?things)"
WHEN = "SELECT ?summit ?from { ?summit a cajad:Summit ; cajad:hasTime ?time . ?time cajad:earliest ?from }"
WHERE = "SELECT ?place ?latitude ?longitude { ?place cajad:latitude ?latitude ; cajad:longitude ?longitude }"
PICTURE = re.compile(r'<img src="(/sparql\.svg[^"]*)"')


@pytest.mark.parametrize(
    ("query", "lang", "drawn"),
    [(COUNTS, "en", "class · things"), (WHEN, "ru", "Токийский саммит"), (WHERE, "ja", "アスタナ")],
    ids=["bars", "timeline", "map"],
)
def test_rows_are_drawn_where_a_picture_fits_their_columns(server: Server, query: str, lang: str, drawn: str) -> None:
    (address,) = PICTURE.findall(asked(server, query, lang=lang))
    picture = server.get(unescape(address))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert drawn in picture.text
    for suffix, media_type in (("png", "image/png"), ("narrow.svg", "image/svg+xml"), ("narrow.vega.json", "application/json")):
        other = server.get(unescape(address).replace(".svg", f".{suffix}", 1))
        assert (other.status_code, other.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    "query",
    [
        PLACES,
        "SELECT ?s (STRLEN(STR(?s)) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s a cajad:Summit }",
        "ASK {}",
        "CONSTRUCT WHERE { ?s cajad:heldAt ?o }",
    ],
    ids=["no numbers", "more than a page", "one row", "yes or no", "triples"],
)
def test_rows_that_no_picture_fits_have_none(server: Server, query: str) -> None:
    assert not PICTURE.findall(asked(server, query))


def test_amounts_in_different_units_are_never_drawn_on_one_axis(server: Server) -> None:
    query = "SELECT ?amount ?value { ?amount cajad:value ?value ; cajad:currency ?currency FILTER (?currency %s id:usd) }"
    assert not PICTURE.findall(asked(server, query % "!="))
    text = asked(server, "SELECT ?currency (COUNT(?a) AS ?n) { ?a cajad:currency ?currency } GROUP BY ?currency")
    assert PICTURE.findall(text)


@pytest.mark.parametrize(("query", "status"), [(PLACES, 404), ("ASK {}", 404), ("SELECT", 400), ("", 400)])
def test_what_no_picture_fits_is_refused_as_one(server: Server, query: str, status: int) -> None:
    assert server.get("/sparql.svg", params={"query": query}).status_code == status
    assert server.get("/sparql.pdf", params={"query": query}).status_code == 404
