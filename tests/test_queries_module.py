"""Saved queries: what a head may say, what is wrong with one and where, and how parameters are bound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest

from kg.answers import Rows
from kg.errors import KGError, Place, QueryError, SourceError, UsageError
from kg.graph import KnowledgeGraph
from kg.parameters import Parameter
from kg.queries import catalogue, saved
from tests.conftest import Tiny

DATA = """:g { :tokyo a :City ; rdfs:label 'Tokyo'@en ; :size 5 . :osaka a :City ; rdfs:label 'Osaka'@en ; :size 3 .
    :fuji a :Peak ; rdfs:label 'Fuji'@en . :near a owl:SymmetricProperty . :tokyo :near :osaka }"""
CITIES = """#+ summary: Cities by size
#+ description: |
#+   All of them,
#+   in order.
#+ tags: [cities, sizes]
#+ question:
#+   en: Which cities are there?
#+   ru: Какие есть города?
#+ parameters:
#+   city:
#+     type: iri
#+     class: ":City"
#+     label: {en: city, ja: 都市}
#+   size: {type: integer, default: 5, choices: [3, 5]}
#+ view: {type: bar, x: city, width: 400}
#+ closed-world: true
#+ empty: {en: not stated}
#+ see: [peaks]

PREFIX : <http://e/>

SELECT ?city ?size { ?city :size ?size } ORDER BY ?city
"""


@pytest.fixture
def graph(opened: Callable[..., KnowledgeGraph]) -> KnowledgeGraph:
    return opened(**{"data/d.trig": DATA, "queries/cities.rq": CITIES})


def head(tiny: Tiny, lines: str, body: str = "SELECT ?x ?y { ?x ?p ?y }") -> SourceError:
    text = "".join(f"#+ {line}\n" for line in lines.splitlines())
    with pytest.raises(SourceError) as caught:
        saved(tiny(**{"queries/q.rq": f"{text}{body}"}), "q")
    return caught.value


def test_a_head_is_read_whole(graph: KnowledgeGraph) -> None:
    query = saved(graph.project, "cities")
    assert (query.name, query.summary, query.description) == ("cities", "Cities by size", {"en": "All of them,\nin order."})
    assert (query.tags, query.see) == (("cities", "sizes"), ("peaks",))
    assert query.question == {"en": "Which cities are there?", "ru": "Какие есть города?"}
    assert query.view == {"type": "bar", "x": "city", "width": 400}
    assert (query.reasoning, query.closed_world, query.empty) == (False, True, {"en": "not stated"})
    assert query.text == CITIES
    assert query.parameters == {
        "city": Parameter("city", "iri", ":City", label={"en": "city", "ja": "都市"}),
        "size": Parameter("size", "integer", default="5", choices=("3", "5")),
    }


def test_a_description_may_stand_in_several_languages(tiny: Tiny) -> None:
    text = "#+ question: {en: What?}\n#+ description: {ru: Всё, ja: すべて}\nSELECT ?x { ?x ?p ?y }"
    assert saved(tiny(**{"queries/q.rq": text}), "q").description == {"ru": "Всё", "ja": "すべて"}


def test_defaults_fill_in_and_what_has_none_ranges_over_all(graph: KnowledgeGraph) -> None:
    answer = graph.query("cities")
    assert isinstance(answer, Rows)
    assert [(str(city), size.value) for city, size in answer] == [("<http://e/tokyo>", "5")]  # type: ignore[union-attr]


def test_none_sets_a_default_aside(graph: KnowledgeGraph) -> None:
    assert len(graph.query("cities", size=None)) == 2


@pytest.mark.parametrize("city", ["Tokyo", ":tokyo", "tokyo", "http://e/tokyo", ox.NamedNode("http://e/tokyo")])
def test_a_thing_is_given_by_any_of_its_names(graph: KnowledgeGraph, city: object) -> None:
    assert len(graph.query("cities", city=city)) == 1


@pytest.mark.parametrize("size", [3, "3", Decimal(3), ox.Literal(3)])
def test_a_value_is_given_as_text_as_python_value_or_as_term(graph: KnowledgeGraph, size: object) -> None:
    assert len(graph.query("cities", size=size)) == 1


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({"town": "Tokyo"}, "cities has no parameter 'town'", "its parameters are city, size"),
        ({"sise": 5}, "cities has no parameter 'sise'", "did you mean 'size'?"),
        ({"city": "Fuji"}, "nothing that is a :City is called 'Fuji'", "there are"),
        ({"city": "Tokio"}, "nothing that is a :City is called 'Tokio'", "did you mean 'Tokyo' (:tokyo)?"),
        ({"city": 5}, "5 is no thing for 'city'", "a thing: its label, short name or IRI that is a :City"),
        ({"size": "big"}, "big is no integer for 'size'", "give one of 3, 5"),
        ({"size": 4}, "4 is no choice for 'size'", "one of 3, 5"),
        ({"size": [3]}, "[3] is no integer for 'size'", "give one of 3, 5"),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(
    graph: KnowledgeGraph, given: dict[str, Any], said: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        graph.query("cities", **given)
    assert caught.value.message == said
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("string", "any\nthing", None),
        ("integer", "-5", "5.0"),
        ("decimal", "2.5", "1e3"),
        ("boolean", True, "yes"),
        ("boolean", "false", "False"),
        ("date", date(2025, 12, 20), "2025-02-30"),
        ("date", "2025-12-20", "20251220"),
        ("gYear", 2025, "25"),
        ("integer", " 5", "5 6"),
    ],
)
def test_a_value_must_have_the_form_of_its_type(kind: str, right: object, wrong: object) -> None:
    parameter = Parameter("x", kind)
    if right != " 5":
        assert parameter.literal(right).datatype.value.endswith(f"#{kind}")
    with pytest.raises(UsageError, match=f"no {kind} for 'x'"):
        parameter.literal(wrong)


def test_a_required_parameter_must_be_given(opened: Callable[..., KnowledgeGraph]) -> None:
    text = "#+ question: {en: What?}\n#+ parameters: {y: {type: gYear, required: true}}\nSELECT ?y { ?x ?p ?y }"
    graph = opened(**{"queries/q.rq": text})
    with pytest.raises(UsageError, match="q needs a value for 'y'") as caught:
        graph.query("q")
    assert caught.value.hint == "a year, such as 2025"
    assert len(graph.query("q", y=2025)) == 0


def test_a_query_runs_over_what_is_asserted_alone_where_that_is_asked_for(opened: Callable[..., KnowledgeGraph]) -> None:
    text = "#+ question: {en: What?}\n#+ reasoning: true\nPREFIX : <http://e/>\nSELECT ?x ?y { ?x :near ?y }"
    graph = opened(**{"data/d.trig": DATA, "queries/near.rq": text})
    assert (len(graph.query("near")), len(graph.query("near", asserted=True))) == (2, 1)


@pytest.mark.parametrize("body", ["ASK { ?x ?p ?y }", "CONSTRUCT { ?x ?p ?y } { ?x ?p ?y }"])
def test_a_query_without_a_projection_may_have_any_of_its_variables_as_parameter(
    graph: KnowledgeGraph, tiny: Tiny, body: str
) -> None:
    made = tiny(**{"queries/q.rq": f"#+ question: {{en: What?}}\n#+ parameters: {{x: {{type: iri}}}}\n{body}"})
    assert len(saved(made, "q").run(graph, x="Tokyo")) > 0


def test_the_heads_of_grlc_are_understood(tiny: Tiny) -> None:
    lines = "#+ question: {en: What?}\n#+ defaults:\n#+   - x: one\n#+ enumerate:\n#+   - x: [one, two]\n#+   - y: [a]\n"
    query = saved(tiny(**{"queries/q.rq": f"{lines}SELECT ?x ?y {{ ?x ?p ?y }}"}), "q")
    assert query.parameters == {
        "x": Parameter("x", default="one", choices=("one", "two")),
        "y": Parameter("y", choices=("a",)),
    }


LEAST = "question: {en: What?}\n"
COMPARED = "compare: {line: 1, as: {en: Needs}, by: x, show: [x]}"


@pytest.mark.parametrize(
    ("lines", "place", "said", "hint"),
    [
        ("", (1, 0), "the head has no question in English", "kg/heads.py"),
        ("question: {ru: Что?}", (1, 0), "the head has no question in English", "kg/heads.py"),
        (LEAST + "sumary: x", (2, 4), "unknown key 'sumary'", "did you mean 'summary'?"),
        (LEAST + "tags: [a", (3, 3), "the head is no YAML", "kg/heads.py"),
        (LEAST + "tags: one", (2, 10), "a list must stand here", "[one, two]"),
        (LEAST + "summary: [a]", (2, 13), "a text must stand here", "quotes"),
        (LEAST + "summary: a\nsummary: b", (3, 4), "this key stands here twice", "leave one"),
        (LEAST + "description: [a]", (2, 17), "a text must stand here, or one for each language", "{en: …"),
        (LEAST + "description: {russian: a}", (2, 18), "'russian' is no tag of a language", "{en: …"),
        (LEAST + "description: {en: [a]}", (2, 22), "a text must stand here", "quotes"),
        (LEAST + "reasoning: maybe", (2, 15), "true or false must stand here", "true or false"),
        (LEAST + "view: bar", (2, 10), "pairs of key and value must stand here", "{type: table}"),
        (LEAST + "parameters:\n  x:\n    type: uri", (4, 14), "unknown type 'uri'", "did you mean 'iri'?"),
        (LEAST + "parameters:\n  x:\n    kind: iri", (4, 8), "unknown key 'kind'", "the keys are type, class"),
        (LEAST + "parameters:\n  z: {type: iri}", (3, 6), "the query does not project ?z", "add ?z"),
        (LEAST + "parameters:\n  x: {default: c, choices: [a, b]}", (3, 6), "the default 'c' is no choice", "one of a, b"),
        (LEAST + "parameters:\n  x: {type: integer, default: c}", (3, 6), "c is no integer for 'x'", "a whole number"),
        (LEAST + "parameters:\n  x: {type: gYear, choices: [2025, soon]}", (3, 6), "soon is no gYear for 'x'", "one of"),
        (LEAST + "compare: {by: x}", (2, 13), "`compare` lacks line, as, show", "kg/heads.py"),
        (LEAST + COMPARED.replace("line: 1", "line: first"), (2, 20), "a whole number must stand here", "digits"),
        (LEAST + COMPARED.replace("en", "fr"), (2, 13), "`compare` has no name in English", "as: {en: …}"),
        (LEAST + COMPARED.replace("[x]", "[z]"), (2, 54), "the query does not project ?z", "add ?z"),
        (LEAST + COMPARED, (1, 0), "`compare` is by 'x', which is no parameter", "add it to `parameters`"),
        (LEAST + "defaults: {z: 1}", (2, 15), "the query does not project ?z", "add ?z"),
    ],
)
def test_a_fault_in_a_head_is_told_at_its_line(tiny: Tiny, lines: str, place: tuple[int, int], said: str, hint: str) -> None:
    error = head(tiny, lines)
    assert error.place == Place("queries/q.rq", *place)
    assert said in error.message
    assert hint in error.hint


def test_a_control_character_in_a_head_is_told(tiny: Tiny) -> None:
    assert "the head is no YAML" in head(tiny, "question: {en: \x01}").message


def test_a_query_that_is_not_utf_8_is_told(tiny: Tiny) -> None:
    with pytest.raises(SourceError, match=r"queries/q\.rq: not UTF-8"):
        saved(tiny(**{"queries/q.rq": b"\xff"}), "q")


def test_a_fault_in_the_text_of_a_query_is_told_in_its_file(graph: KnowledgeGraph, tiny: Tiny) -> None:
    query = saved(tiny(**{"queries/q.rq": "#+ question: {en: What?}\n\nSELECT ?x {\n  ?x ?p }\n"}), "q")
    with pytest.raises(QueryError) as caught:
        query.run(graph)
    assert caught.value.place == Place("queries/q.rq", 4, 9)


def test_a_catalogue_holds_the_questions_in_order_and_not_the_checks(tiny: Tiny) -> None:
    names = ["b.rq", "a.rq", "checks/c.rq", ".hidden.rq", "note.md"]
    made = tiny(**{f"queries/{name}": "#+ question: {en: What?}\nASK {}" for name in names})
    assert list(catalogue(made)) == ["a", "b"]
    assert len(catalogue(made)) == 2


def test_a_broken_query_does_not_hide_the_others(tiny: Tiny) -> None:
    made = tiny(**{"queries/a.rq": "#+ [", "queries/b.rq": "#+ question: {en: What?}\nASK {}"})
    assert catalogue(made)["b"].question == {"en": "What?"}
    with pytest.raises(SourceError):
        catalogue(made)["a"]


@pytest.mark.parametrize(
    ("files", "hint"), [({}, "the folder queries/ holds none"), ({"queries/abc.rq": ""}, "the queries are abc")]
)
def test_an_unknown_query_is_told_with_those_that_there_are(tiny: Tiny, files: dict[str, str], hint: str) -> None:
    with pytest.raises(UsageError, match="no query is called 'xyz'") as caught:
        saved(tiny(**files), "xyz")
    assert caught.value.hint == hint


def test_every_query_of_the_flagship_runs_with_its_defaults(flagship: KnowledgeGraph) -> None:
    failed: dict[str, KGError] = {}
    for name in catalogue(flagship.project):
        try:
            flagship.query(name)
        except KGError as error:
            failed[name] = error
    assert not failed
    assert len(catalogue(flagship.project)) >= 70
