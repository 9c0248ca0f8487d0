"""What pages say: every message in every language, figures and moments as readers write them, labels that fall back openly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import figures
from kg.answers import Rows
from kg.graph import KnowledgeGraph
from kg.options import LANGUAGES
from kg.queries import catalogue
from kg.reasoning.words import IN_WORDS
from kg.web.pages import messages
from kg.web.pages.faults import FAULTS
from kg.web.pages.here import OWN_NAMES, Here
from kg.web.pages.standard_terms import TERMS
from kg.web.pages.table import headings
from kg.web.pages.terms import Terms

TABLES: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "messages": messages.MESSAGES,
    "terms": TERMS,
    "rules": IN_WORDS,
}
PAGES = Path(messages.__file__).parent
VALUE = re.compile(r"\{(\w+)\}")
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize("table", TABLES)
def test_every_message_is_there_in_every_language(table: str) -> None:
    found = TABLES[table]
    assert len(found) >= 20
    for key, message in found.items():
        assert len(message) == len(LANGUAGES) and all(text.strip() for text in message), key
        assert len({tuple(sorted(VALUE.findall(text))) for text in message}) == 1, key


def test_every_message_is_used_and_every_used_one_exists() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in chain(PAGES.glob("templates/*.html"), PAGES.glob("*.py")))
    used = {key for key in re.findall(r"""(?:\bt\(|said\()"([a-z.]+)\"""", text) if not key.endswith(".")}
    assert used - set(messages.MESSAGES) == set()
    built = ("column.", "error.", "question.")
    unused = [key for key in messages.MESSAGES if text.count(f'"{key}"') < 2 and not key.startswith(built)]
    assert unused == []


@pytest.mark.parametrize("asked", ["?thing a ?name", "?thing ?name ?value", "GRAPH ?name { ?thing a ?kind }"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_class_property_or_graph_of_the_flagship_is_without_a_name(flagship: KnowledgeGraph, lang: str, asked: str) -> None:
    named = Terms(flagship, Here("", "", (), lang, ""))
    answer = flagship.sparql(f"SELECT DISTINCT ?name {{ {asked} }}")
    assert isinstance(answer, Rows)
    names = [row[0].value for row in answer.rows if isinstance(row[0], ox.NamedNode)]
    assert len(names) > 60
    assert [name for name in names if not named.label(name)[0] or named.label(name)[1]] == []


def test_the_languages_name_themselves() -> None:
    assert set(OWN_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("value", "datatype", "en", "ru", "ja"),
    [
        ("3700000000", "integer", "3,700,000,000", "3\u202f700\u202f000\u202f000", "3,700,000,000"),
        ("41.667", "decimal", "41.667", "41,667", "41.667"),
        ("-12345.5", "decimal", "-12,345.5", "-12\u202f345,5", "-12,345.5"),
        ("2025", "gYear", "2025", "2025", "2025"),
        ("2025-12", "gYearMonth", "December 2025", "декабрь 2025 г.", "2025年12月"),
        ("2025-12-20", "date", "20 December 2025", "20 декабря 2025 г.", "2025年12月20日"),
        ("2025-99-20", "date", "2025-99-20", "2025-99-20", "2025-99-20"),
        ("2025-21", "string", "spring 2025", "весна 2025 г.", "2025年春"),
        ("2010~", "string", "about 2010", "примерно 2010", "2010ごろ"),
        ("2004/2023", "string", "2004–2023", "2004–2023", "2004～2023"),
        ("2025-12-19/2025-12-20", "string", "19–20 December 2025", "19–20 декабря 2025 г.", "2025年12月19～20日"),
        ("XXXX-06", "string", "June, year not stated", "июнь, год не указан", "6月（年の記載なし）"),
        ("XXXX/..", "string", "XXXX/..", "XXXX/..", "XXXX/.."),
        ("10-12", "string", "10-12", "10-12", "10-12"),
        (
            "2025-12-19T00:00:00Z",
            "dateTime",
            "19 December 2025",
            "19 декабря 2025 г.",
            "2025年12月19日",
        ),
        ("much", "integer", "much", "much", "much"),
    ],
)
def test_a_value_is_written_as_readers_write_it(value: str, datatype: str, en: str, ru: str, ja: str) -> None:
    written = [figures.written(value, XSD + datatype, lang) for lang in ("en", "ru", "ja")]
    assert written == [en, ru, ja]


def test_true_and_false_are_words(flagship: KnowledgeGraph) -> None:
    told = [Terms(flagship, Here("", "/", (), lang, "")) for lang in LANGUAGES]
    assert [terms.show(ox.Literal(value=True)).text for terms in told] == ["yes", "да", "はい"]
    assert [terms.show(ox.Literal(value=False)).text for terms in told] == ["no", "нет", "いいえ"]


def test_every_column_of_every_answer_has_a_heading_in_every_language(flagship: KnowledgeGraph) -> None:
    seen = 0
    for lang in LANGUAGES:
        terms = Terms(flagship, Here("", "/", (), lang, ""))
        for saved in catalogue(flagship.project).values():
            variables = flagship.query(saved.name).table()[0] if not saved.needs_a_value else []
            told = headings(variables, saved.parameters, terms)
            assert [each.name for each in told if each.lang] == [], saved.name
            seen += len(told)
    assert seen > 700


def test_a_label_in_another_language_says_so(flagship: KnowledgeGraph) -> None:
    terms = Terms(flagship, Here("", "/", (), "ja", ""))
    assert terms.label("https://w3id.org/cajad/id/japan") == ("日本", "")
    shown = [terms.thing(iri) for iri in flagship.graphs if flagship.labels(iri) and "ja" not in flagship.labels(iri)]
    assert all(each.lang == "en" for each in shown)


# What typesetting of a language does not know: foreign quotes and signs, a space before a sign, two words for one thing.
_KANA = "[\u3040-\u30ff\u4e00-\u9fff]"
ODD = {
    "ru": re.compile("[“”„]|[а-яё] [,.;:!]|\\( | \\)|\\b(?:ее|еще|идет|дает|ведет|объем|прием|пересчет|своем)\\b"),
    "ja": re.compile(f"[“”„«»]|{_KANA}[,.;:!?]|{_KANA} {_KANA}|編者|疑問点"),
}


def told_by_the_project(graph: KnowledgeGraph, lang: str) -> Iterator[str]:
    """What queries, themes, columns, the ontology and the data say in a language."""
    for saved in catalogue(graph.project).values():
        yield from (texts[lang] for texts in (saved.question, saved.description) if lang in texts)
    yield from (texts[lang] for names in (graph.project.tags, graph.project.columns) for texts in names.values())
    yield from (row[0].value for row in graph.sparql(f"SELECT DISTINCT ?text {{ ?s ?p ?text FILTER (LANG(?text) = '{lang}') }}"))


@pytest.mark.parametrize("lang", list(ODD))
def test_texts_are_set_as_their_language_is(flagship: KnowledgeGraph, lang: str) -> None:
    own = [getattr(message, lang) for table in (*TABLES.values(), FAULTS) for message in table.values()]
    texts = [*own, *told_by_the_project(flagship, lang)]
    assert len(texts) > 1500
    assert [text for text in texts if ODD[lang].search(text)] == []
