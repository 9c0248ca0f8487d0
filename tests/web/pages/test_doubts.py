"""Whoever sees a doubtful fact sees the doubt: at its thing, its sentence, its article, and in answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

import pytest

from kg import queries
from kg.graph import KnowledgeGraph
from kg.web.pages.paths import page_path
from tests.web.pages.test_pages import visit
from tests.web.serving import Server

HOW_MANY = 28
ARTICLE = "/page/article/2025-12-tokyo-summit"


def told(text: str) -> set[int]:
    """The numbers of the doubts that badges on a page tell of."""
    return {int(number) for number in re.findall(r'class="badge doubt"[^>]*>[^<]*?D(\d+)<', text)}


def about(graph: KnowledgeGraph, property: str) -> dict[int, set[str]]:
    """What the doubts are about, by their numbers."""
    found: dict[int, set[str]] = defaultdict(set)
    for number, thing in graph.sparql(f"SELECT ?number ?thing {{ ?doubt cajad:doubtNumber ?number ; cajad:{property} ?thing }}"):
        found[int(number.value)].add(thing.value)
    return found


def lacking(server: Server, graph: KnowledgeGraph, doubts: dict[int, set[str]]) -> list[tuple[int, str]]:
    """The pages of things that do not tell a doubt about them."""
    pairs = [(number, thing) for number, things in doubts.items() for thing in things]
    pages = {thing: told(visit(server, _path(graph, thing)).text) for _, thing in pairs}
    return [(number, thing) for number, thing in pairs if number not in pages[thing]]


def _path(graph: KnowledgeGraph, thing: str) -> str:
    path = page_path(thing, graph.project.base)
    return f"/page/{path}" if path else f"/show?thing={quote(thing, safe='')}"


@pytest.mark.parametrize("property", ["onThing", "onSentence"])
def test_each_doubt_is_told_at_what_it_is_about(server: Server, flagship: KnowledgeGraph, property: str) -> None:
    doubts = about(flagship, property)
    assert len(doubts) == HOW_MANY
    assert lacking(server, flagship, doubts) == []


def test_the_article_tells_all_doubts(server: Server) -> None:
    assert told(visit(server, ARTICLE).text) == {*range(1, HOW_MANY + 1)}


def test_each_doubt_is_told_in_an_answer_that_is_not_about_doubts(server: Server, flagship: KnowledgeGraph) -> None:
    asked = [query for query in queries.catalogue(flagship.project).values() if not query.needs_a_value]
    assert len(asked) > 70
    texts = [
        visit(server, f"/query/{query.name}?limit=500").text for query in asked if query.name != "resting-on-doubtful-sentences"
    ]
    assert set[int]().union(*map(told, texts)) == {*range(1, HOW_MANY + 1)}


def told_at(server: Server, paths: Iterable[str]) -> list[set[int]]:
    return [told(visit(server, path).text) for path in paths]


def test_evidence_proof_comparison_and_impact_tell_a_doubt(server: Server) -> None:
    paths = (
        "/evidence/causes-of?evidence-row=1",
        "/why?s=id:search-for-resource-sources&p=cajad:causedBy&o=id:senkaku-dispute",
        "/compare?thing=id:japan",
        "/impact?sentence=tokyo:P16.S3",
    )
    assert [23 in found for found in told_at(server, paths)] == [True] * len(paths)
