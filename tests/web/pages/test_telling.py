"""What is wrong and what to do next is told in the reader's language; programs hear it in English."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.web.pages import telling
from kg.web.pages.faults import FAULTS
from tests.program import shared_cache
from tests.web.pages.test_pages import BROWSER, LANGUAGES, visit
from tests.web.serving import Server, serving

HOLE = re.compile(r"\{(\w+)\}")
LONG = "x" * 4001
NESTED = "SELECT * { " + "{" * 70 + "}" * 70 + " }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SPARQL = "/sparql?query="
# An address, its status, and what the page says of it in Russian and in Japanese.
FAILURES: dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = {
    "/no/such/path": (404, ("Такой страницы нет.",), ("このページはありません。",)),
    "/page/nowhere-at-all": (404, ("Ничего с именем",), ("という名前のものはありません。",)),
    "/query/nees-of-state": (404, ("Вопроса с именем 'nees-of-state' нет.",), ("'nees-of-state'という名前の質問はありません。",)),
    "/query/needs-of-state?stat=Japan": (
        400,
        ("У вопроса needs-of-state нет параметра 'stat'.", "Возможно, вы имели в виду 'state'?"),
        ("needs-of-stateに'stat'というパラメーターはありません。", "もしかして：'state'"),
    ),
    "/query/needs-of-state?qqqqq=Japan": (400, ("Его параметры: state.",), ("パラメーターの一覧：state。",)),
    "/query/reaching-beyond?year=soon": (
        400,
        ("Значение soon параметра 'year' — не год.", "Что нужно указать: год, например 2025."),
        ("'year'の値soonは年ではありません。", "指定するもの：年（例：2025）。"),
    ),
    "/query/needs-of-state?offset=many": (
        400,
        ("offset=many: нужно целое число от 0 до 1000000.", "Например, offset=10."),
        ("offset=many：0から1000000までの整数が必要です。", "例：offset=10"),
    ),
    "/query/needs-of-state?asserted=maybe": (
        400,
        ("Параметр 'asserted' может быть равен 1 или 0, но не 'maybe'.",),
        ("'asserted'は1か0です。",),
    ),
    "/query/needs-of-state?state=a&state=b": (
        400,
        ("Параметр 'state' указан несколько раз (2).",),
        ("'state'が2回指定されています。",),
    ),
    "/query/needs-of-state?state=%FF": (400, ("Параметры прочитать не удалось.",), ("パラメーターを読み取れません。",)),
    "/evidence/needs-of-state?evidence-row=99": (
        404,
        ("В ответе нет строки 99.", "Вернитесь к ответу."),
        ("答えに99行目はありません。",),
    ),
    "/evidence/needs-of-state?evidence-row=1&evidence-cell=9": (
        404,
        ("В строке нет столбца 9.",),
        ("この行に列9はありません。",),
    ),
    "/page/graph/notes?offset=100000": (404, ("Утверждений в графе:",), ("最初のページに戻ってください。",)),
    "/show": (400, ("Не указано: 'thing'.", "Укажите thing=…"), ("'thing'が指定されていません。",)),
    "/impact": (400, ("Не указано: 'sentence'.",), ("'sentence'が指定されていません。",)),
    "/impact?sentence=Japan": (
        404,
        ("— не предложение и не другой", "Назовите его так: tokyo:P0.S1."),
        ("文でも、ほかの名前付きグラフでもありません。",),
    ),
    "/why?s=Mars&p=cajad:memberOf&o=id:ca-jad": (
        404,
        ("Ничего с именем 'Mars' нет.",),
        ("'Mars'という名前のものはありません。",),
    ),
    "/compare?" + "&".join(f"thing={n}" for n in range(20)): (
        400,
        ("Сравнить столько объектов нельзя: 20.", "Можно выбрать до"),
        ("20件の対象は比較できません。",),
    ),
    "/evidence": (400, ("Не указано: 'query'.",), ("'query'が指定されていません。",)),
    "/static/nothing.js": (404, ("Файла 'nothing.js' нет.",), ("ファイル'nothing.js'はありません。",)),
    "/?lang=xx": (400, ("Подписей на языке 'xx' нет.", "Доступные языки: en, ru, ja."), ("使える言語：en, ru, ja。",)),
    f"{SPARQL}SELEC": (400, ("Это не запрос: в нём нет ни одного из слов ASK",), ("クエリではありません：",)),
    f"{SPARQL}SELECT+*+%7B%7D+LIMIT+x": (
        400,
        ("Здесь не должно быть 'x'", "Строка 1, столбец 19 запроса:", "Ошибка в этом месте или сразу перед ним."),
        ("ここに'x'は置けません。", "1行目、19列目"),
    ),
    f"{SPARQL}SELECT+%3Fx+%3Fx+%7B%7D": (
        400,
        ("Строка 1, столбец", "Подробности — на английском языке:", '<p lang="en"><bdi>Duplicated variable'),
        ("クエリの1行目、", "詳細（英語）：", '<p lang="en"><bdi>Duplicated variable'),
    ),
    f"{SPARQL}SELECT+*+%7B": (400, ("До конца запроса чего-то не хватает",), ("末尾の前に何かが足りません。",)),
    f"{SPARQL}SELECT+*+%7B%3Fs+a+cajat:Summit%7D": (
        400,
        ("Префикс cajat: не объявлен.", "Возможно, вы имели в виду 'cajad' или"),
        ("接頭辞 cajat: が宣言されていません。",),
    ),
    f"{SPARQL}SELECT+*+%7B%3Fs+a+qqqqqq:Summit%7D": (400, ("Напишите в начале PREFIX qqqqqq: <",), ("先頭に PREFIX qqqqqq: <",)),
    f"{SPARQL}ASK+%7BSERVICE+<http://e.org/>+%7B%7D%7D": (
        400,
        ("SERVICE обращается к другому серверу.",),
        ("SERVICEは別のサーバーに",),
    ),
    f"{SPARQL}DROP+ALL": (400, ("DROP изменяет граф, а здесь его можно только читать.",), ("DROPはグラフを変更しますが",)),
    f"{SPARQL}LOAD+<http://e.org/>": (400, ("LOAD изменяет граф",), ("LOADはグラフを変更しますが",)),
    "/sparql?update=DROP+ALL": (400, ("Изменение нельзя отправить методом GET.",), ("更新はGETでは送れません。",)),
    f"{SPARQL}{NESTED}": (400, ("Вложенность глубже 64 уровней.", "Уменьшите вложенность."), ("入れ子が64段を超えています。",)),
    f"{SPARQL}ASK%7B%7D&default-graph-uri=no": (400, ("Имя графа — не IRI:",), ("グラフ名がIRIではありません：",)),
    f"{SPARQL}ASK%7B%7D&$x=no": (400, ("Значение $x — не терм RDF.",), ("$xの値はRDFの項ではありません。",)),
    "/query/needs-of-state.ttl": (406, ("в нём строки",), ("この答え（行）は",)),
}


REMARKS = (
    "rests also on what is not there: a closed-world reading",
    "Основано и на том, чего в графе нет: граф считается полным.",
    "グラフにないことも根拠としています（閉世界仮説）。",
)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that gives a query one second."""
    with serving("--workers", "1", "--deadline", "1", cache=shared_cache(tmp_path_factory)) as running:
        yield running


@pytest.mark.parametrize("path", FAILURES)
@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_what_is_wrong_is_told_in_the_reader_s_language(server: Server, path: str, at: int) -> None:
    status, *expected = FAILURES[path]
    page = visit(server, path, **{"Accept-Language": LANGUAGES[at]})
    assert page.status_code == status
    problem = server.get(path, headers={"Accept": "application/problem+json, */*;q=0.1"}).json()
    shown = html.unescape(page.text)
    assert (problem["detail"] in shown) == (at == 0 or '<p lang="en">' in shown)
    for said in expected[at - 1] if at else ():
        assert html.unescape(said) in shown


@pytest.mark.parametrize(("at", "said"), [(0, "Line 2, column"), (1, "Строка 2, столбец"), (2, "2行目、")])
def test_a_fault_is_placed_in_words_and_kept_where_the_editor_looks(server: Server, at: int, said: str) -> None:
    page = visit(server, f"{SPARQL}SELECT+*%0A%7B+%3Fs+%7D", **{"Accept-Language": LANGUAGES[at]}).text
    assert said in page and '<div id="result">' in page and re.search(r'data-place="query:2:\d+"', page)


@pytest.mark.parametrize(
    ("at", "said", "hint"),
    [
        (0, "this takes longer than 1 seconds", "ask for less: add LIMIT"),
        (1, "Это занимает больше 1 с.", "Запросите меньше: добавьте LIMIT"),
        (2, "1秒を超えました。", "範囲を狭めてください。LIMITや"),
    ],
    ids=LANGUAGES,
)
def test_a_limit_is_told_in_the_reader_s_language(hasty: Server, at: int, said: str, hint: str) -> None:
    page = hasty.get("/sparql", params={"query": SLOW}, headers={**BROWSER, "Accept-Language": LANGUAGES[at]})
    assert page.status_code == 503 and said in page.text and hint in page.text


@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_a_remark_on_evidence_is_told_in_the_reader_s_language(server: Server, at: int) -> None:
    page = visit(server, "/evidence/needs-without-offer?evidence-row=1", **{"Accept-Language": LANGUAGES[at]})
    assert page.status_code == 200 and f'<li lang="{LANGUAGES[at]}"><bdi>{REMARKS[at]}</bdi></li>' in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_table_does_not_know_is_shown_as_it_is_and_marked(lang: str) -> None:
    for unknown in ("the moon is made of cheese", LONG, f"no query is called '{LONG}'", ""):
        assert telling.told(unknown, lang) == (unknown, "en")


def test_words_of_a_list_are_translated_and_what_is_quoted_is_not() -> None:
    assert telling.told("did you mean 'war or peace' or 'b'?", "ru").text == "Возможно, вы имели в виду 'war or peace' или 'b'?"
    assert telling.told("give one of a, b", "ru").text == "Что нужно указать: одно из следующего: a, b."


def test_a_text_in_a_text_in_a_text_is_not_looked_up() -> None:
    assert telling.told("give " * 700 + "any text", "ru").text == "Что нужно указать: " + "give " * 699 + "any text"


def test_a_value_is_no_template() -> None:
    assert telling.told("nothing that is a {name} is called '{kind}'", "ru").text.endswith("{name} нет ничего с именем '{kind}'.")


@pytest.mark.parametrize("template", FAULTS)
def test_translations_have_the_holes_of_the_template(template: str) -> None:
    holes = sorted(HOLE.findall(template))
    assert len(holes) == len(set(holes))
    for told in FAULTS[template]:
        assert told.strip() and sorted(HOLE.findall(told)) == holes
    for lang in LANGUAGES[1:]:
        text = HOLE.sub("7", template)
        assert telling.told(text, lang).lang == lang


@pytest.mark.parametrize("template", FAULTS)
def test_a_template_is_one_of_a_text_that_the_program_says(template: str) -> None:
    for part in HOLE.split(template)[::2]:
        assert _is_composed(part), f"{part!r} is said nowhere"


def _is_composed(text: str) -> bool:
    """Whether a text stands in one that the program says, or in a row of such texts, the first of which it may end in."""
    return any(text in each for each in _said()) or any(
        text[:at] and any(each.endswith(text[:at]) for each in _said()) and _is_composed(text[at:]) for at in range(4, len(text))
    )


@cache
def _said() -> frozenset[str]:
    """The texts in the program, without the table itself, and what HTTP says."""
    package = Path(kg.__file__).parent
    files = (file for file in package.rglob("*.py") if file.name not in ("faults.py", "messages.py"))
    found = {text for file in files for text in _texts(ast.parse(file.read_text(encoding="utf-8")))}
    return frozenset(found | {status.phrase for status in HTTPStatus})


def _texts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


# What is told only to programs that write, or of what cannot be read, whose language nobody knows; and what is put together of
# parts, which are tested above.
OF_PROGRAMS = ("graphs.py", "publishing.py", "writing.py", "connection.py")
COMPOSED = "this cannot be had in 7"


def test_every_refusal_of_the_server_is_in_the_table() -> None:
    files = (file for file in (Path(kg.__file__).parent / "web").rglob("*.py") if file.name not in OF_PROGRAMS)
    refused = {text for file in files for text in _refused(ast.parse(file.read_text(encoding="utf-8")))} - {"", COMPOSED}
    assert len(refused) > 80
    assert [text for text in sorted(refused) if telling.told(text, "ru").lang == "en"] == []


def _refused(tree: ast.Module) -> Iterator[str]:
    """The messages and hints of refusals, with a 7 for each value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Refusal", "busy", "_too_much"):
            for told in (*node.args, *(each.value for each in node.keywords if each.arg == "hint")):
                yield from _with_a_value(told)


def _with_a_value(told: ast.expr) -> Iterator[str]:
    if isinstance(told, ast.Constant) and isinstance(told.value, str):
        yield told.value
    if isinstance(told, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in told.values)


MESSAGES = st.one_of(
    st.text(), st.builds(lambda template, value: HOLE.sub(lambda _: value, template), st.sampled_from(list(FAULTS)), st.text())
)


@given(MESSAGES, st.sampled_from(LANGUAGES))
def test_any_message_is_told(message: str, lang: str) -> None:
    found = telling.told(message, lang)
    assert found.lang in (lang, "en") and (found.lang == lang or found.text == message)


@given(MESSAGES, st.sampled_from(LANGUAGES))
def test_any_place_is_told(place: str, lang: str) -> None:
    assert telling.place(place, lang) == ""


@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_what_was_asked_is_escaped_in_a_message(server: Server, at: int) -> None:
    for path in ("/query/<script>alert(1)<%2Fscript>", "/query/needs-of-state?state=<script>x{name}{0}", "/show?thing=<b>{kind}"):
        page = visit(server, path, **{"Accept-Language": LANGUAGES[at]})
        assert (
            page.status_code in (400, 404)
            and "<script>alert" not in page.text
            and "<script>x" not in page.text
            and "<b>" not in page.text
        )
