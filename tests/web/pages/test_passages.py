"""Passages stand on pages where the operator holds the text, and nowhere else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.pages.test_pages import visit
from tests.web.serving import Server, serving

TEXT = "One met two. Two paid three."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a project with a text of two sentences, of which one is as it was."""
    root = tmp_path_factory.mktemp("text")
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir()
    (root / "kg.toml").write_text('title = "T"\nbase = "http://e.org/"\ntexts = ["mine.txt"]\n')
    (root / "mine.txt").write_text(TEXT)
    known, other = (hashlib.sha256(text.encode()).hexdigest() for text in (TEXT[:12], "another"))
    (root / "data" / "all.trig").write_text(
        "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix t: <http://e.org/ontology#> . @prefix a: <http://e.org/article/> .\n"
        "@prefix d: <http://purl.org/dc/terms/> . @prefix id: <http://e.org/id/> .\n"
        f'<http://e.org/graph/places> {{ a:S1 d:isPartOf a:one ; oa:start 0 ; oa:end 12 ; t:sha256 "{known}" .\n'
        f'a:S1 d:language "la" . a:S2 d:isPartOf a:one ; oa:start 13 ; oa:end 28 ; t:sha256 "{other}" . }}\n'
        "a:S1 { id:one t:met id:two } a:S2 { id:two t:paid id:three }\n"
    )
    (root / "queries" / "met.rq").write_text(
        '#+ question: {en: "Who met whom?"}\nPREFIX t: <http://e.org/ontology#>\nSELECT ?a ?b { ?a t:met ?b } ORDER BY ?a\n'
    )
    with serving("--workers", "1", cache=root / "cache", root=root) as running:
        yield running


@pytest.mark.parametrize("path", ["/page/article/S1", "/page/article/one", "/evidence/met?evidence-row=1", "/query/met"])
def test_a_passage_stands_where_its_sentence_is_shown(server: Server, path: str) -> None:
    assert "One met two." in visit(server, path).text


@pytest.mark.parametrize(
    "path",
    [
        *("/page/article/S1", "/page/article/one", "/evidence/met?evidence-row=1", "/impact?sentence=http://e.org/article/S1"),
        "/why?s=http://e.org/id/one&p=http://e.org/ontology%23met&o=http://e.org/id/two",
    ],
)
def test_a_passage_says_which_language_it_is_in(server: Server, path: str) -> None:
    assert re.search('<bdi[^>]* lang="la">One met two.</bdi>', visit(server, path).text)


@pytest.mark.parametrize("path", ["/page/article/S2", "/page/article/one", "/"])
def test_a_passage_that_was_changed_is_not_shown(server: Server, path: str) -> None:
    assert "Two paid three." not in visit(server, path).text


def test_the_text_is_no_part_of_what_programs_get(server: Server) -> None:
    for path in ("/data/article/S1.ttl", "/store", "/query/met.csv?evidence=1", "/openapi.json"):
        assert "One met two." not in server.get(path).text


def test_a_text_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    for name in ("ontology", "data", "queries"):
        (tmp_path / name).mkdir()
    (tmp_path / "kg.toml").write_text('texts = ["none.txt"]\n')
    with pytest.raises(AssertionError, match=r"none\.txt cannot be read"), serving(cache=tmp_path / "cache", root=tmp_path):
        pass
