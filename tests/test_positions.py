"""kg.positions: the place of a term is the place where it is written."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.positions import ANONYMOUS, Positions, Prefixes, index, tokens

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("ontology", "data") for path in (ROOT / folder).rglob("*") if path.suffix in (".ttl", ".trig"))

TEXT = """\
@prefix e: <http://e/> .
PREFIX x: <http://x/>
@base <http://base/> .
# e:comment e:is e:skipped
e:a a e:C ; e:p "one. <http://e/no>"@en , 1.5 , true ;
  e:q [ e:r ( e:m "two"^^e:T ) ; e:s <rel> ] .
e:g { e:b e:p \"\"\"long
e:not "quoted" \"\"\" ; e:p 'é' , e:é . }
GRAPH <g2> { _:n e:p e:c , <http://e/\\u0064> , e:x\\-y . }
"""


def test_every_role_is_known() -> None:
    where = index(TEXT)
    assert where.of("http://e/a", "subject") == [(5, 1)]
    assert where.of("http://e/p", "predicate") == [(5, 13), (7, 11), (8, 22), (9, 18)]
    assert where.of("http://e/C", "object") == [(5, 7)]
    assert where.of("http://e/g", "graph") == [(7, 1)]
    assert where.of("http://base/g2", "graph") == [(9, 7)]
    assert where.of("http://e/T", "datatype") == [(6, 26)]
    assert where.of("http://base/rel", "object") == [(6, 38)]


def test_what_stands_in_strings_and_comments_is_no_term() -> None:
    where = index(TEXT)
    for hidden in ("comment", "no", "not"):
        assert where.of(f"http://e/{hidden}") == []


def test_escapes_are_read() -> None:
    where = index(TEXT)
    assert where.of("http://e/d") == [(9, 28)]
    assert where.of("http://e/x-y") == [(9, 48)]


def test_blank_nodes_are_occurrences() -> None:
    where = index(TEXT)
    labels = [found.term for found in where.occurrences if found.term.startswith(("_:", ANONYMOUS))]
    assert labels == ["[]1", "[]2", "_:n"]


def test_a_statement_is_found_by_its_object_then_predicate_then_subject() -> None:
    where = index(TEXT)
    assert where.of_statement("http://e/a", "http://e/p", "1.5") == (5, 43)
    assert where.of_statement("http://e/a", "http://e/p", "nothing") == (5, 13)
    assert where.of_statement("http://e/b", "http://e/p", "é") == (8, 26)
    assert where.of_statement("http://e/b", "http://e/none") == (7, 7)
    assert where.of_statement("http://e/none", "http://e/p") is None


def test_the_graph_of_a_quad_is_no_object() -> None:
    where = index('<http://s> <http://p> <http://o> <http://g> .\n<http://s> <http://p> "x"^^<http://d> <http://h> .')
    assert where.of("http://g", "graph") == [(1, 34)]
    assert where.of("http://h", "graph") == [(2, 39)]


def test_declared_and_used_prefixes_are_told_apart() -> None:
    where = index(TEXT)
    assert [(found.prefix, found.namespace) for found in where.declarations] == [("e", "http://e/"), ("x", "http://x/")]
    assert where.used_prefixes == {"e"}


@pytest.mark.parametrize(
    "broken", ["", "[", "]]]", "e:a", '"open', "@prefix", "PREFIX e:", "( [ . } {", "e:a e:b ^^ ; ,", "\x00\ud800"]
)
def test_a_broken_text_is_followed_as_far_as_it_makes_sense(broken: str) -> None:
    assert isinstance(index(broken), Positions)


@given(st.text())
def test_no_text_breaks_the_tokenizer(text: str) -> None:
    assert all(text.startswith(token.text, token.offset) for token in tokens(text))
    index(text)


def test_real_files_are_walked() -> None:
    assert FILES, "the flagship project has no Turtle or TriG files"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_statement_of_a_real_file_is_at_its_predicate(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    where, lines = index(text), text.split("\n")
    parser = ox.parse(text, format=ox.RdfFormat.from_extension(file.suffix[1:]))
    quads = [quad for quad in parser if isinstance(quad.subject, ox.NamedNode)]
    prefixes = Prefixes({found.prefix: found.namespace for found in where.declarations})
    for quad in quads:
        assert isinstance(quad.subject, ox.NamedNode)
        spot = where.of_statement(quad.subject.value, quad.predicate.value)
        assert spot, quad
        token = next(tokens(lines[spot[0] - 1][spot[1] - 1 :]))
        found = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" if token.text == "a" else prefixes.iri(token)
        assert found == quad.predicate.value
