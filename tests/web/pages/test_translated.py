"""What the editors explain, pages tell in the reader's language: definitions, remarks, examples and doubts."""

from __future__ import annotations

from html import unescape

import pytest

from kg.graph import KnowledgeGraph
from tests.web.pages.test_pages import visit
from tests.web.serving import Server

LANGUAGES = ("en", "ru", "ja")
ARTICLE = "/page/article/2025-12-tokyo-summit"
DOUBT = "SELECT ?text { ?doubt cajad:doubtNumber 14 ; rdfs:comment ?text }"
NOTES = "SELECT ?text { cajad:causedBy skos:definition|skos:scopeNote|skos:example ?text }"
DEFINITIONS = "SELECT ?text { ?term rdfs:isDefinedBy ?ontology ; skos:definition ?text }"


def texts(graph: KnowledgeGraph, query: str) -> dict[str, set[str]]:
    """What a query finds, by language."""
    found = [row[0] for row in graph.sparql(query)]
    return {lang: {text.value for text in found if text.language == lang} for lang in LANGUAGES}


def others(found: dict[str, set[str]], lang: str) -> set[str]:
    return {text for each, told in found.items() if each != lang for text in told}


def wanted_and_shown(server: Server, path: str, found: dict[str, set[str]], lang: str) -> tuple[set[str], set[str]]:
    """The texts in a language that a page does not tell, and those in others that it tells."""
    told = unescape(visit(server, f"{path}{'&' if '?' in path else '?'}lang={lang}").text)
    return {text for text in found[lang] if text not in told}, {text for text in others(found, lang) if text in told}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/page/doubt-14",
        "/page/dependency-now",
        f"{ARTICLE}/P16.S4",
        ARTICLE,
        "/impact?sentence=tokyo:P16.S4",
        "/query/dependencies-of",
    ],
)
def test_a_doubt_is_told_in_the_language_of_the_reader(server: Server, flagship: KnowledgeGraph, path: str, lang: str) -> None:
    assert wanted_and_shown(server, path, texts(flagship, DOUBT), lang) == (set(), set())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_term_explains_it_in_the_language_of_the_reader(
    server: Server, flagship: KnowledgeGraph, lang: str
) -> None:
    found = texts(flagship, NOTES)
    assert {len(told) for told in found.values()} == {3}
    assert wanted_and_shown(server, "/page/ontology/causedBy", found, lang) == (set(), set())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_terms_defines_each_in_the_language_of_the_reader(
    server: Server, flagship: KnowledgeGraph, lang: str
) -> None:
    found = texts(flagship, DEFINITIONS)
    assert min(map(len, found.values())) > 270
    assert wanted_and_shown(server, "/page/ontology", found, lang) == (set(), set())


@pytest.mark.parametrize(("lang", "words"), [("en", "could take that other"), ("ru", "заменить"), ("ja", "代わりうる")])
@pytest.mark.parametrize(
    "path",
    ["/why?s=id:kazakhstan&p=cajad:alternativeSupplierTo&o=id:japan", "/why?s=id:usa&p=cajad:alternativeSupplierTo&o=id:japan"],
)
def test_a_rule_of_the_project_is_said_in_the_language_of_the_reader(server: Server, path: str, lang: str, words: str) -> None:
    assert words in visit(server, f"{path}&lang={lang}").text


def test_sentences_of_a_japanese_description_stand_without_a_space(server: Server) -> None:
    told = visit(server, "/query/direction-of-aid?lang=ja").text
    assert "従っています。同じ二者" in told
