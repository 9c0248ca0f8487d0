"""One negotiation for all formats: RFC 9110 section 12.5.1, and what clients write that no RFC allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answers import FORMATS, Format
from kg.web.negotiation import DATASETS, GRAPHS, HTML, ROWS, called, choose, negotiate
from kg.web.refusals import Refusal

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def name(form: Format | None) -> str | None:
    return form.name if form else None


def test_what_is_offered_is_what_the_table_holds() -> None:
    assert [form.name for form in ROWS] == ["json", "xml", "csv", "tsv", "markdown", "table"]
    assert [form.name for form in GRAPHS] == ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"]
    assert [form.name for form in DATASETS] == ["trig", "nquads", "jsonld"]


@pytest.mark.parametrize("accept", ["", "  ", "*/*", "*", "*; q=.2", "*/*;q=0.1", ",", ";q=1", "nonsense", "/", "a/;q=1, /b"])
def test_without_a_readable_wish_the_usual_format_is_given(accept: str) -> None:
    assert (name(negotiate(accept, ROWS)), name(negotiate(accept, GRAPHS))) == ("json", "turtle")


@pytest.mark.parametrize("form", FORMATS[:-1], ids=lambda form: form.name)
def test_each_format_is_given_by_its_media_type(form: Format) -> None:
    offered = ROWS if form.for_rows else GRAPHS
    assert negotiate(form.media_type, offered) == form
    assert negotiate(form.media_type.upper(), offered) == form
    assert negotiate(f"image/png, {form.media_type}; charset=utf-8;q=0.3", offered) == form


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/sparql-results+xml, application/sparql-results+json;q=0.9", "xml"),
        ("application/sparql-results+xml;q=0.1, application/sparql-results+json;q=0.9", "json"),
        ("text/csv;q=0.5,text/tab-separated-values;q=0.51", "tsv"),
        ("text/csv;q=0.5, */*;q=0.1", "csv"),
        ("text/csv;q=0.1, */*;q=0.5", "json"),
        ("TEXT/CSV;Q=0.9, application/json;q=0.2", "csv"),
        ("text/csv ; q = 0.9 , application/json ; q = 0.2", "csv"),
    ],
)
def test_the_higher_quality_wins(accept: str, wanted: str) -> None:
    assert name(negotiate(accept, ROWS)) == wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/csv, */*", "csv"),
        ("*/*, text/csv", "csv"),
        ("text/*, application/sparql-results+xml", "xml"),
        ("*/*, text/*", "csv"),
        ("application/*", "json"),
        ("application/json, application/sparql-results+xml", "xml"),
        ("text/csv, text/tab-separated-values", "csv"),
        ("text/tab-separated-values, text/csv", "tsv"),
    ],
)
def test_among_equals_the_more_specific_and_then_the_earlier_wins(accept: str, wanted: str) -> None:
    assert name(negotiate(accept, ROWS)) == wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("application/sparql-results+json;q=0.0, application/*;q=0.5", "xml"),
        ("*/*;q=0, text/csv", "csv"),
        ("text/*;q=0, */*;q=0.1", "json"),
        ("text/csv;q=0", None),
        ("*/*;q=0", None),
        ("image/png", None),
        ("text/turtle", None),
        ("application/sparql-results", None),
    ],
)
def test_a_quality_of_zero_refuses(accept: str, wanted: str | None) -> None:
    assert name(negotiate(accept, ROWS)) == wanted


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        ("application/json", "json", "jsonld"),
        ("application/xml", "xml", "rdfxml"),
        ("text/xml", "xml", "rdfxml"),
        ("text/plain", "table", "ntriples"),
        ("application/x-turtle", None, "turtle"),
        ("text/n3", None, "turtle"),
    ],
)
def test_other_names_of_a_media_type_are_understood(accept: str, rows: str | None, graph: str | None) -> None:
    assert (name(negotiate(accept, ROWS)), name(negotiate(accept, GRAPHS))) == (rows, graph)


def test_a_browser_gets_a_page_where_there_is_one_and_something_else_where_not() -> None:
    assert negotiate(BROWSER, (*ROWS, HTML)) == HTML
    assert name(negotiate(BROWSER, ROWS)) == "xml"
    assert name(negotiate("*/*", (*ROWS, HTML))) == "json"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x;q=0", text/turtle;q=0.5', "jsonld"),
        ("text/turtle;q=high, application/n-triples;q=0.9", "turtle"),
        ("text/turtle;q=, application/n-triples;q=0.9", "turtle"),
        ("text/turtle;q=7, application/n-triples", "turtle"),
        ("text/turtle;q=-1, application/n-triples;q=0.1", "ntriples"),
        ("text/turtle;q=.2,,application/n-triples;q=.3", "ntriples"),
        ("text / turtle, application/n-triples;q=0.5", "ntriples"),
        ("text/turtle; q=0.5; level=1, application/n-triples;q=0.4", "turtle"),
        ('text/turtle;x="unclosed, application/n-triples', "turtle"),
    ],
)
def test_what_no_rfc_allows_is_read_as_well_as_can_be(accept: str, wanted: str) -> None:
    assert name(negotiate(accept, GRAPHS)) == wanted


@given(st.text(alphabet='*/;,q=01."\\ atexcsvjon+', max_size=60) | st.text())
def test_no_header_is_too_odd(accept: str) -> None:
    assert negotiate(accept, ROWS) in {*ROWS, None}


@pytest.mark.parametrize(
    ("word", "rows", "graph"),
    [
        ("json", "json", "jsonld"),
        ("xml", "xml", "rdfxml"),
        ("CSV", "csv", None),
        ("application/sparql-results+json", "json", None),
        ("sparql-results+json", "json", None),
        ("application/json", "json", "jsonld"),
        ("rdf+xml", None, "rdfxml"),
        ("text/turtle", None, "turtle"),
        ("turtle", None, "turtle"),
        ("ttl", None, "turtle"),
        ("nt", None, "ntriples"),
        ("n-triples", None, "ntriples"),
        ("nq", None, "nquads"),
        ("jsonld", None, "jsonld"),
        ("json-ld", None, "jsonld"),
        ("RDF/XML", None, "rdfxml"),
        ("application/sparql-results json", "json", None),
        ("n3", None, "turtle"),
        ("-", None, None),
        ("", None, None),
        ("png", None, None),
    ],
)
def test_a_format_may_be_named(word: str, rows: str | None, graph: str | None) -> None:
    assert (name(called(word, ROWS)), name(called(word, GRAPHS))) == (rows, graph)


def test_a_name_wins_over_the_header() -> None:
    assert choose("text/csv", ROWS, wanted="tsv").name == "tsv"


@pytest.mark.parametrize("wish", [("image/png", None), ("text/csv", "png")])
def test_a_refusal_lists_what_there_is(wish: tuple[str, str | None]) -> None:
    with pytest.raises(Refusal, match="cannot be had") as refused:
        choose(wish[0], ROWS, wanted=wish[1])
    assert refused.value.status == 406
    assert "text/csv" in refused.value.hint
    assert refused.value.more["offered"][0] == "application/sparql-results+json"
