"""Answers: the formats that they are written in, and the values that they become in Python."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answers import FORMATS, Presenter, Row, Rows, Term, Triples, YesNo, by_name
from kg.errors import UsageError
from kg.names import Names

XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = Names({"id": "http://e/id/"})
JAPAN = ox.NamedNode("http://e/id/japan")
PARSERS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


TEXTS = st.text(st.characters(min_codepoint=9, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cn")), max_size=8).filter(
    lambda text: all(character in "\t\n\r" or " " <= character != "￾" for character in text)
)
TERMS: st.SearchStrategy[Term] = st.one_of(
    st.just(JAPAN),
    st.just(ox.BlankNode("b1")),
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="ja"), TEXTS),
    st.builds(lambda text: ox.Literal(text, language="ar", direction=ox.BaseDirection.RTL), TEXTS),
    st.builds(lambda text: typed(text, "integer"), TEXTS),
    st.builds(lambda text: ox.Triple(JAPAN, JAPAN, ox.Literal(text)), TEXTS),
)
ANSWERS = st.builds(lambda rows: Rows(["a", "b"], rows), st.lists(st.tuples(TERMS | st.none(), TERMS | st.none()), max_size=4))


@given(ANSWERS, st.sampled_from(sorted(PARSERS)))
def test_rows_read_back_as_they_were_from_the_formats_that_keep_terms(answer: Rows, name: str) -> None:
    read = ox.parse_query_results(answer.format(name).encode(), format=PARSERS[name])
    assert isinstance(read, ox.QuerySolutions)
    assert [variable.value for variable in read.variables] == answer.variables
    assert [tuple(row) for row in read] == answer.rows


def plain(term: Term | None) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {term} )>>"
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term or "")


@given(ANSWERS)
def test_csv_keeps_the_values_as_the_standard_says(answer: Rows) -> None:
    read = list(csv.reader(io.StringIO(answer.format("csv"), newline="")))
    assert read == [answer.variables, *([plain(term) for term in row] for row in answer.rows)]
    assert answer.format("csv").endswith("\r\n")


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("name", ["json", "xml"])
def test_yes_and_no_read_back(name: str, value: bool) -> None:
    read = ox.parse_query_results(YesNo(value).format(name).encode(), format=PARSERS[name])
    assert isinstance(read, ox.QueryBoolean) and bool(read) is value


def test_xml_says_what_it_cannot_carry() -> None:
    with pytest.raises(UsageError, match=r"XML cannot carry the character U\+0001"):
        Rows(["a"], [(ox.Literal("\x01"),)]).format("xml")


def test_a_table_lines_up_whatever_the_script() -> None:
    rows: list[Row] = [(ox.Literal("日本"), ox.Literal("a\nb")), (None, JAPAN)]
    assert Rows(["name", "x"], rows).format("table", Presenter(NAMES)) == ("name  x\n----  --------\n日本  a b\n      id:japan\n")


def test_a_table_shows_labels_where_there_are_any() -> None:
    answer = Rows(["x"], [(JAPAN,), (ox.NamedNode("http://e/id/tokyo"),)])
    labelled = Presenter(NAMES, {JAPAN.value: "日本"}.get)
    assert [line.strip() for line in answer.format("table", labelled).splitlines()[2:]] == ["日本", "id:tokyo"]


def test_what_is_unbound_can_be_said_in_words() -> None:
    assert "not stated" in Rows(["x"], [(None,)]).format("markdown", Presenter(NAMES, unbound="not stated"))


def test_markdown_does_not_take_a_bar_for_a_border() -> None:
    assert Rows(["x"], [(ox.Literal("a|b"),)]).format("markdown").splitlines()[2] == r"| a\|b |"


def test_rows_without_columns_can_be_written_in_every_format() -> None:
    assert len([Rows([], [()]).format(name) for name in Rows.formats()]) == 6


TRIPLES = [
    ox.Triple(JAPAN, JAPAN, ox.Literal("b")),
    ox.Triple(JAPAN, JAPAN, ox.Literal("a")),
    ox.Triple(JAPAN, JAPAN, ox.Literal("a")),
]


@pytest.mark.parametrize("name", Triples.formats())
def test_triples_read_back_from_every_format(name: str) -> None:
    answer = Triples(TRIPLES, names=NAMES)
    rdf = by_name(name).rdf
    assert rdf
    assert {quad.triple for quad in ox.parse(answer.format(name).encode(), format=rdf)} == set(TRIPLES)


def test_triples_are_sorted_and_each_comes_once() -> None:
    assert [str(triple.object) for triple in Triples(TRIPLES)] == ['"a"', '"b"']


def test_only_the_prefixes_that_are_used_are_declared() -> None:
    written = Triples(TRIPLES, names=NAMES).format("turtle")
    assert [line for line in written.splitlines() if "prefix" in line] == ["@prefix id: <http://e/id/> ."]


def test_a_format_that_cannot_carry_a_triple_is_a_usage_error() -> None:
    quoted = Triples([ox.Triple(JAPAN, JAPAN, ox.Triple(JAPAN, JAPAN, JAPAN))])
    with pytest.raises(UsageError, match="cannot be written as 'jsonld'"):
        quoted.format("jsonld")


@pytest.mark.parametrize(
    ("answer", "name", "fits"),
    [
        (Rows([], []), "turtle", "table, json, xml, csv, tsv, markdown"),
        (YesNo(True), "turtle", "table, json, xml, csv, tsv, markdown"),
        (Triples([]), "csv", "turtle, trig, ntriples, nquads, rdfxml, jsonld"),
        (Rows([], []), "excel", "table, json, xml, csv, tsv, markdown"),
    ],
)
def test_a_format_that_does_not_fit_is_told_with_those_that_do(answer: Rows | YesNo | Triples, name: str, fits: str) -> None:
    with pytest.raises(UsageError) as caught:
        answer.format(name)
    assert fits in caught.value.hint


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no format is called 'excel'") as caught:
        by_name("excel")
    assert all(form.name in caught.value.hint for form in FORMATS)


def test_every_format_of_answers_has_a_name_a_suffix_and_a_media_type_of_its_own() -> None:
    fitting = [form for form in FORMATS if form.for_rows or form.for_triples]
    assert len(fitting) == 12
    for column in ("name", "suffix", "media_type"):
        assert len({getattr(form, column) for form in fitting}) == len(fitting)


def test_an_answer_has_a_length_and_is_iterated() -> None:
    assert (len(Rows(["a"], [(JAPAN,)])), list(Rows(["a"], [(JAPAN,)]))) == (1, [(JAPAN,)])
    assert (len(YesNo(False)), list(YesNo(False)), bool(YesNo(False))) == (1, [False], False)
    assert len(Triples(TRIPLES)) == 2


VALUES: dict[str, tuple[Term | None, object]] = {
    "iri": (JAPAN, "id:japan"),
    "integer": (typed("05", "integer"), 5),
    "long": (typed("5", "long"), 5),
    "decimal": (typed("1.50", "decimal"), Decimal("1.50")),
    "double": (typed("1e3", "double"), 1000.0),
    "boolean": (typed("1", "boolean"), True),
    "date": (typed("2025-12-20", "date"), date(2025, 12, 20)),
    "moment": (typed("2025-12-20T10:00:00Z", "dateTime"), datetime(2025, 12, 20, 10, tzinfo=UTC)),
    "year": (typed("2025", "gYear"), "2025"),
    "nonsense": (typed("twenty", "integer"), "twenty"),
    "text": (ox.Literal("a", language="en"), "a"),
    "nothing": (None, None),
    "huge": (typed("9" * 30, "integer"), "9" * 30),
    "long_decimal": (typed("0." + "1" * 50, "decimal"), "0." + "1" * 50),
}
ROW = Rows(list(VALUES), [tuple(term for term, _ in VALUES.values())], names=NAMES)


def test_terms_become_python_values() -> None:
    assert ROW.columns() == {name: [value] for name, (_, value) in VALUES.items()}


def test_a_column_of_several_types_becomes_text_and_whole_numbers_join_decimals() -> None:
    mixed = Rows(["a", "b"], [(typed("1", "integer"), typed("1", "integer")), (JAPAN, typed("1.5", "decimal"))], names=NAMES)
    assert mixed.columns() == {"a": ["1", "id:japan"], "b": [Decimal(1), Decimal("1.5")]}


def test_pandas_polars_and_arrow_hold_the_same_values() -> None:
    expected = {name: value for name, (_, value) in VALUES.items()}
    assert ROW.to_polars().to_dicts() == [expected]
    assert ROW.to_arrow().to_pylist() == [expected]
    frame = ROW.to_pandas()
    held = {name: frame[name].tolist()[0] for name in expected if name != "nothing"}
    assert held == {name: value for name, value in expected.items() if name != "nothing"}
    assert frame["nothing"].isna().all()


def test_a_missing_number_stays_missing_and_the_others_whole() -> None:
    frame = Rows(["n"], [(typed("1", "integer"),), (None,)]).to_pandas()
    assert str(frame["n"].dtype) == "Int64" and frame["n"].isna().tolist() == [False, True]


def test_triples_and_yes_or_no_become_tables_too() -> None:
    assert Triples(TRIPLES, names=NAMES).columns()["object"] == ["a", "b"]
    assert YesNo(True).columns() == {"answer": [True]}


def test_a_missing_library_is_told_with_the_way_to_install_it() -> None:
    script = (
        "import sys; sys.modules['polars'] = None\n"
        "from kg.answers import Rows\nfrom kg.errors import UsageError\n"
        "try: Rows([], []).to_polars()\nexcept UsageError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "polars is not installed\n  pip install polars\n"
