"""Every kind of page over a real server: what it says, in each language, and that every link on it answers."""

from __future__ import annotations

import html
import re
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest

from tests.program import shared_cache
from tests.web.serving import Server, serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
# A page of each kind, and a word of it in each language.
PAGES: dict[str, tuple[str, str, str]] = {
    "/": ("Questions by theme", "Вопросы по темам", "テーマ別の質問"),
    "/query": ("Questions by theme", "Вопросы по темам", "テーマ別の質問"),
    "/search?q=Казахстан": ("Kazakhstan", "Казахстан", "カザフスタン"),
    "/query/needs-of-state?state=id:kazakhstan": ("renewable energy", "возобновляемая энергетика", "再生可能エネルギー"),
    "/query/safe-totals": ("US dollar", "доллар США", "米ドル"),
    "/query/place-of-summit": ("not stated", "не указано", "記載なし"),
    "/evidence/needs-of-state?evidence-row=1&evidence-cell=1": ("About this value", "Об этом значении", "この値について"),
    "/page/kazakhstan": ("Central Asian state", "Казахстан", "カザフスタン"),
    "/page/ontology": ("Classes", "Классы", "クラス"),
    "/page/ontology/Summit": ("Used in", "Где используется", "使用箇所"),
    "/page/article/2025-12-tokyo-summit": ("Sentence by sentence", "Предложение за предложением", "一文ずつ"),
    "/page/article/2025-12-tokyo-summit/P17.S4": ("characters", "знаки", "文字目"),
    "/page/graph/inferred": ("concluded", "вывод", "推論"),
    "/articles": ("Other sources", "Другие источники", "その他の出典"),
    "/compare?thing=id:japan&thing=id:kazakhstan": ("Needs", "Потребности", "ニーズ"),
    "/sparql": ("Run", "Выполнить", "実行"),
    "/sparql?query=SELECT+*+%7B%3Fs+a+cajad:Summit%7D": ("Download", "Скачать", "ダウンロード"),
    "/why?s=id:search-for-resource-sources&p=cajad:causedBy&o=id:senkaku-dispute": ("leads on", "по цепочке", "段階をたどって"),
    "/why?s=Russia&p=cajad:memberOf&o=id:ca-jad": ("does not hold", "Это не так", "成り立ちません"),
    "/why?s=id:japan": ("Why is something so, or not?", "Почему что-то так или не так?", "なぜそう言えるのか、言えないのか"),
    "/impact?sentence=tokyo:P16.S3": ("Stated nowhere else", "Больше нигде не сказано", "ほかに記述がないもの"),
    "/show?thing=Japan": ("Japan", "Япония", "日本"),
}
LANGUAGES = ("en", "ru", "ja")
LEAST_LINKS = 1000


class Links(HTMLParser):
    """The addresses that a page leads to, and the names that can be jumped to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.found.append(value)
            elif name == "id" and value:
                self.names.add(value)


def visit(server: Server, path: str, **headers: str) -> httpx.Response:
    return server.get(path, headers={**BROWSER, **headers})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_a_page_speaks_the_reader_s_language(server: Server, path: str, at: int) -> None:
    lang = LANGUAGES[at]
    page = visit(server, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert page.status_code == 200, page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in page.text
    assert PAGES[path][at] in page.text


def test_a_page_tells_its_subject_its_project_and_its_other_languages(server: Server) -> None:
    page = visit(server, "/query/needs-of-state?state=id:kazakhstan").text
    assert re.search(r"<title>What does each .* — Central Asia \+ Japan", page)
    for lang in LANGUAGES:
        address = f"{server.url}/query/needs-of-state?state=id%3Akazakhstan&amp;lang={lang}"
        assert f'<link rel="alternate" hreflang="{lang}" href="{address}">' in page


@pytest.mark.parametrize(
    ("lang", "title", "theme", "column", "description"),
    [
        ("en", "the Tokyo summit of December 2025", "Needs and offers", "in respect of", "Opinions of whoever asserts them"),
        (
            "ru",
            "Токийский саммит в декабре 2025 года",
            "Потребности и предложения",
            "по признаку",
            "мнения тех, от кого они исходят",
        ),
        ("ja", "2025年12月の東京サミット", "ニーズと提供の申し出", "比較の観点", "測定された事実ではありません"),
    ],
)
def test_what_the_project_calls_things_is_in_the_reader_s_language(
    server: Server, lang: str, title: str, theme: str, column: str, description: str
) -> None:
    page = visit(server, f"/query/comparisons-of?lang={lang}").text
    assert f"<bdi>{description}" in page.replace("Это ", "").replace("述べた者の意見であり、", "")
    assert f'<th scope="col">{column}</th>' in page
    assert re.search(f"<span>[^<]*{title}</span>", page)
    assert f">{theme}</" in visit(server, f"/?lang={lang}").text


def test_what_a_project_says_in_one_language_is_marked_with_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    for folder in ("ontology", "data", "queries"):
        (root / folder).mkdir(parents=True)
    (root / "kg.toml").write_text('title = "Rivers"\nbase = "http://e.org/"\n[columns]\nlength = {en = "length in km"}\n')
    (root / "data" / "d.trig").write_text("<http://e.org/graph/g> { <http://e.org/id/a> <http://e.org/l> 5 }")
    head = "#+ question: {en: How long?}\n#+ description: As measured.\n#+ tags: [size]\n"
    (root / "queries" / "long.rq").write_text(f"{head}SELECT ?length {{ ?x <http://e.org/l> ?length }} ORDER BY ?length\n")
    with serving("-C", str(root), "--workers", "1", cache=tmp_path / "cache") as running:
        page = visit(running, "/query/long?lang=ru").text
        assert '<p class="description" lang="en"><bdi>As measured.</bdi></p>' in page
        assert '<th scope="col" class="number" lang="en">length in km</th>' in page
        assert '<span lang="">Rivers</span>' in page and '#theme-size" lang="">size</a>' in page
        assert '<p class="description"><bdi>As measured.' in visit(running, "/query/long?lang=en").text


def test_what_is_compared_stands_in_the_heads_of_the_queries(server: Server) -> None:
    page = visit(server, "/compare?thing=id:japan&thing=id:kazakhstan").text
    lines = ["Summits", "What was stressed", "Money, as stated", "Fields of cooperation", "Resources", "Needs", "Offers"]
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == lines


@pytest.mark.parametrize("path", ["/id/kazakhstan", "/article/2025-12-tokyo-summit/P17.S4"])
def test_the_language_of_an_address_is_kept_on_the_way_to_a_page(server: Server, path: str) -> None:
    led = visit(server, f"{path}?lang=ja")
    assert led.status_code == 303
    assert '<html lang="ja">' in server.get(led.headers["location"].removeprefix(server.url), headers=BROWSER).text
    assert visit(server, f"{path}?lang=xx").status_code == 400


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_browser_s_language_counts_where_the_address_names_none(server: Server, lang: str) -> None:
    page = visit(server, "/", **{"Accept-Language": f"de, {lang}-XX;q=0.8, en;q=0.1"})
    assert f'<html lang="{lang}">' in page.text
    assert "Accept-Language" in page.headers["vary"]


def test_programs_get_what_they_got_before(server: Server) -> None:
    assert server.get("/query/needs-of-state").headers["content-type"] == "application/sparql-results+json"
    assert server.get("/query/needs-of-state.csv", headers=BROWSER).headers["content-type"].startswith("text/csv")
    assert server.get("/sparql?query=ASK%7B%7D", headers={"Accept": "*/*"}).json() == {"head": {}, "boolean": True}
    assert server.get("/sparql", headers={"Accept": "text/turtle, text/html"}).headers["content-type"].startswith("text/turtle")
    assert "application/problem+json" in server.get("/query/no-such").headers["content-type"]


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/id/kazakhstan", "/page/kazakhstan"),
        ("/article/2025-12-tokyo-summit/P17.S4", "/page/article/2025-12-tokyo-summit/P17.S4"),
        ("/graph/notes", "/page/graph/notes"),
        ("/ontology", "/page/ontology"),
    ],
)
def test_a_thing_leads_a_browser_to_its_page(server: Server, asked: str, path: str) -> None:
    led = visit(server, asked)
    assert (led.status_code, led.headers["location"]) == (303, server.url + path)
    assert visit(server, path).status_code == 200


@pytest.mark.slow
def test_every_link_of_every_page_answers(server: Server) -> None:
    waiting, seen, broken = deque(PAGES), set[str](), []
    texts: dict[str, Links] = {}
    pages = {urljoin(server.url, path) for path in PAGES}
    while waiting:
        address = urljoin(server.url, waiting.popleft())
        bare, _ = urldefrag(address)
        if bare in seen or not bare.startswith(server.url):
            continue
        seen.add(bare)
        answer = server.client.get(bare, headers=BROWSER)
        if answer.status_code not in (200, 303) and not bare.endswith(("/search", "/query/")):
            broken.append((answer.status_code, bare))
        if bare in pages:
            texts[bare] = Links(answer.text)
            waiting.extend(urljoin(bare, each) for each in texts[bare].found if not each.startswith("data:"))
    assert broken == []
    assert len(seen) > LEAST_LINKS


def test_what_leads_to_other_hosts_is_never_loaded(server: Server) -> None:
    for path in PAGES:
        page = visit(server, path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "<script>" not in page.text and "style=" not in page.text and "onclick" not in page.text


def test_below_a_prefix_every_link_stays_below_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving("--workers", "1", "--prefix", "/kg", cache=shared_cache(tmp_path_factory)) as below:
        for path in ("/", "/query/needs-of-state", "/page/japan", "/sparql"):
            page = visit(below, f"/kg{path}")
            assert page.status_code == 200
            found = [each for each in Links(page.text).found if not each.startswith(("#", "data:", "http"))]
            assert found and all(each.startswith("/kg/") for each in found), found


@pytest.mark.parametrize("at", range(3), ids=LANGUAGES)
def test_the_page_of_a_sentence_shows_what_rests_on_it(server: Server, at: int) -> None:
    page = visit(server, f"/page/article/2025-12-tokyo-summit/P16.S3?lang={LANGUAGES[at]}").text
    part = page[page.index('<section class="rests-on">') :].partition("</section>")[0]
    assert ("falls without it", "без него не следует", "この文なしでは導けない")[at] in part
    led = set(Links(part).found)
    proofs = {link for link in led if urlsplit(link).path == "/why"}
    told = server.get("/impact?sentence=tokyo:P16.S3", headers={"Accept": "application/json"}).json()
    assert len(proofs) >= len(told["inferred"]) > 5
    assert {urlsplit(link).path.rpartition("/")[2] for link in led if link.startswith("/query/")} == {
        *told["lost"],
        *told["gained"],
    }
    evidence = next(link for link in led if link.startswith("/evidence/causes-of"))
    assert "P16.S3" in visit(server, evidence).text


def test_what_a_sentence_of_any_project_upholds_is_shown(tmp_path: Path) -> None:
    files = {
        "ontology/o.ttl": "<http://e/near> a <http://www.w3.org/2002/07/owl#SymmetricProperty> .",
        "data/f.trig": "@prefix : <http://e/> . :s { :a :near :b } GRAPH :g { :s <http://www.w3.org/ns/oa#start> 0 ; "
        "<http://www.w3.org/ns/oa#end> 9 }",
        "queries/near.rq": "#+ summary: near\n#+ question: {en: Who is near?}\nSELECT ?x { ?x <http://e/near> ?y } ORDER BY ?x\n",
        "kg.toml": 'base = "http://e/"\n',
    }
    for name, text in files.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text)
    with serving("--workers", "1", cache=tmp_path / "cache", root=tmp_path / "project") as tiny:
        page = visit(tiny, "/show?thing=http://e/s").text
    part = page[page.index('<section class="rests-on">') :].partition("</section>")[0]
    assert "1 of 1 would no longer follow" in part and "Who is near?" in part and part.count("<tr>") == 3


@pytest.mark.parametrize("asked", ["thing=id:japan&thing=id:kazakhstan", "thing=id:uzbekistan", "thing=id:china&thing=id:russia"])
def test_each_cell_of_a_comparison_leads_to_the_row_that_it_is_of(server: Server, asked: str) -> None:
    page = visit(server, f"/compare?{asked}").text
    rows = re.findall(r"<li>(.*?) <span class=\"origin\">(.*?)</span></li>", page)
    assert len(rows) > 3
    for row, origin in rows:
        cells = [html.unescape(cell) for cell in re.findall(r"<bdi[^>]*>(.*?)</bdi>", row)]
        evidence = [html.unescape(link) for link in re.findall(r'href="(/evidence/[^"]*)"', row)]
        assert len(evidence) == len(cells) and 'class="source' in origin
        told = html.unescape(visit(server, evidence[0]).text)
        assert [cell for cell in cells if cell not in told] == []


def test_a_comparison_tells_what_was_concluded_and_what_is_doubtful(server: Server) -> None:
    page = visit(server, "/compare?thing=id:japan&thing=id:kazakhstan").text
    money = page[page.index("Money, as stated") :].partition("</tr>")[0]
    assert "more than" in money and "6,000,000,000" in money and "US dollar" in money
    assert "doubtful D23" in money and 'class="badge inferred"' in money and "tokyo:P13.S2" in money


def test_a_proof_names_its_sentences_and_quotes_each_once(server: Server) -> None:
    page = visit(server, "/why?s=id:search-for-resource-sources&p=cajad:causedBy&o=id:senkaku-dispute").text
    lead = page[page.index('<p class="lead">') :].partition("</p>")[0]
    assert re.findall(r">(tokyo:\S+)</a>", lead) == ["tokyo:P16.S3", "tokyo:P16.S2"]
    quoted = re.findall(r"<cite>(.*?)</cite>", page)
    assert [each.partition(" ")[0] for each in quoted] == ["tokyo:P16.S3", "tokyo:P16.S2"]
    assert all("Paragraph 16" in each and "characters" in each for each in quoted)


def test_what_is_missing_leads_on_to_why_it_is(server: Server) -> None:
    page = visit(server, "/why?s=Russia&p=cajad:memberOf&o=id:ca-jad").text
    assert "Why is this not so?" in page
    links = re.findall(r'<li class="wanted">.*?class="how" href="(.*?)"', page)
    assert "hasMember" in links[0] and "does not hold" in visit(server, html.unescape(links[0])).text


def test_what_would_give_what_is_missing_is_told_below_it(server: Server) -> None:
    page = visit(server, "/why?s=Tajikistan&p=cajad:potentialSupplierOf&o=id:japan").text
    above, *below = page.split('<div class="behind">')
    assert "prp-spo2" in above and "is producer of" in above
    assert len(below) >= 2
    assert all("prp-spo1" in each and "is largest producer of" in each for each in below)


def test_the_page_of_a_thing_leads_to_asking_why(server: Server) -> None:
    assert "/why?s=id%3Arussia" in visit(server, "/page/russia").text or "/why?s=id:russia" in visit(server, "/page/russia").text
    form = visit(server, "/why?s=id:russia").text
    assert 'name="s" value="id:russia"' in form and '<option value="cajad:memberOf">is member of</option>' in form
    assert server.get("/why?s=id:russia").status_code == 400


def test_what_is_found_says_what_it_is(server: Server) -> None:
    for path, kind in (
        ("/search?q=Kazakhstan&lang=en", "Central Asian state"),
        ("/search?q=Kazakstan&lang=en", "Central Asian state"),
        ("/page/kazakstan?lang=ru", "государство Центральной Азии"),
    ):
        page = visit(server, path).text
        assert re.search(rf"/page/kazakhstan[^>]*>(?:<[^>]*>)*[^<]*(?:<[^>]*>)* <small>{kind}</small>", page), path
        assert "<small>id:" not in page, path


def test_a_search_that_finds_nothing_leads_on(server: Server) -> None:
    _, _, page = visit(server, "/search?q=zzqqxx").text.partition("<main")
    assert {"/", "/page/ontology", "/why"} <= set(Links(page).found)


def test_no_source_is_listed_by_its_short_name_twice(server: Server) -> None:
    page = visit(server, "/articles").text
    assert len(re.findall(r">graph:actors<", page)) == 1


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "part of another amount"), ("ru", "входит в другую сумму"), ("ja", "ほかの金額の一部")]
)
def test_what_a_query_says_in_codes_is_said_in_words(server: Server, lang: str, said: str) -> None:
    table = visit(server, f"/query/safe-totals?lang={lang}").text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert f'<bdi>{said}</bdi> <small class="stated">included-in</small>' in table
    assert "included-in" in server.get("/query/safe-totals.csv").text
