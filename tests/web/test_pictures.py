"""Pictures over HTTP: drawn by one confined process that may fail without harm, and the data that scripts of pages draw with."""

from __future__ import annotations

import os
import signal
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.pictures import drawing
from tests.program import project, shared_cache
from tests.web.serving import Server, serving

DEPOSITS = "/query/deposits-by-state"


@pytest.mark.parametrize(
    ("suffix", "media_type", "start"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("vega.json", "application/json", b'{"$schema"')],
)
def test_an_answer_is_drawn_in_each_form(server: Server, suffix: str, media_type: str, start: bytes) -> None:
    answer = server.get(f"{DEPOSITS}.{suffix}?lang=ja")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(start)
    assert server.get(f"{DEPOSITS}.{suffix}?lang=ja", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_picture_is_that_of_the_specification(server: Server) -> None:
    described = server.get("/query/timeline.vega.json?lang=ru").json()
    assert server.get("/query/timeline.svg?lang=ru").content == drawing.svg(described)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Source: Article on the Tokyo summit of December 2025 (P17.S4)"),
        ("ru", "Источник: Статья о Токийском саммите, декабрь 2025 года (P17.S4)"),
        ("ja", "出典：2025年12月の東京サミットに関する記事 (P17.S4)"),
    ],
)
def test_a_picture_without_its_page_says_where_it_comes_from(server: Server, lang: str, said: str) -> None:
    assert said in server.get(f"{DEPOSITS}.vega.json?lang={lang}").json()["title"]["subtitle"]


def test_a_map_is_drawn_where_no_file_can_be_opened(server: Server) -> None:
    shown = "".join(ET.fromstring(server.get("/query/deposits-on-the-map.svg").content).itertext())
    assert "Kazakhstan" in shown
    assert "Natural Earth" in shown


def test_parameters_count_for_a_picture_as_for_an_answer(server: Server) -> None:
    one = server.get(f"{DEPOSITS}.vega.json?state=Kazakhstan").json()
    assert [each["label"][4:] for each in one["data"]["values"]] == ["Kazakhstan"]
    wrong = server.get(f"{DEPOSITS}.svg?state=Atlantis")
    assert (wrong.status_code, wrong.headers["content-type"]) == (404, "application/problem+json")
    assert server.get(f"{DEPOSITS}.svg?nothing=1").status_code == 400
    assert server.get(f"{DEPOSITS}.svg?lang=de").status_code == 400


def test_what_has_no_picture_says_so(server: Server) -> None:
    answer = server.get("/query/opinions.png")
    assert answer.status_code == 404
    assert "view" in answer.json()["hint"]
    assert server.get("/query/no-such-query.svg").status_code == 404


def test_the_renderer_is_confined_in_all_its_threads(server: Server) -> None:
    assert server.get(f"{DEPOSITS}.svg").status_code == 200
    (pid,) = server.processes()["drawing"]
    modes = {
        line.split()[1]
        for status in Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text().splitlines()
        if line.startswith("Seccomp:")
    }
    assert modes == {"2"}
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert f"{1 << 30}" in next(line for line in limits.splitlines() if line.startswith("Max data size"))
    assert "0" in next(line for line in limits.splitlines() if line.startswith("Max file size")).split()


@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 0.1, 0.2, 0.5])
def test_a_picture_whose_renderer_is_killed_is_drawn_by_another(tmp_path_factory: pytest.TempPathFactory, seconds: float) -> None:
    """Before it begins, while it draws, and while another is being started."""
    with serving("--workers", "1", cache=shared_cache(tmp_path_factory)) as server:
        assert server.get(f"{DEPOSITS}.svg").status_code == 200
        (pid,) = server.processes()["drawing"]
        os.kill(pid, signal.SIGKILL)
        with ThreadPoolExecutor(1) as asking:
            asked = asking.submit(server.get, f"{DEPOSITS}.png")
            time.sleep(seconds)
            for killed in server.processes()["drawing"]:
                os.kill(killed, signal.SIGKILL)
            assert asked.result().status_code == 200
        assert server.processes()["drawing"] not in ([], [pid])
        assert server.stop() == 0


def test_a_renderer_that_hangs_is_ended_at_the_deadline(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving("--workers", "1", "--deadline", "1", cache=shared_cache(tmp_path_factory)) as server:
        assert server.get(f"{DEPOSITS}.svg").status_code == 200
        (pid,) = server.processes()["drawing"]
        os.kill(pid, signal.SIGSTOP)
        late = server.get(f"{DEPOSITS}.png")
        assert late.status_code == 503
        assert "more than 1 s" in late.json()["detail"]
        assert server.get(f"{DEPOSITS}.png").status_code == 200


def test_the_renderer_ends_with_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving("--workers", "1", cache=shared_cache(tmp_path_factory)) as server:
        assert server.get(f"{DEPOSITS}.svg").status_code == 200
        (pid,) = server.processes()["drawing"]
        os.kill(server.processes()["server"][0], signal.SIGKILL)
        for _ in range(200):
            if not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes():
                return
            time.sleep(0.05)
    raise AssertionError("the renderer outlived its server")


def test_labels_of_a_stranger_are_text(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    head = "#+ question: {en: '</text><script>'}\n#+ view: {type: bar, label: l, value: v}\n"
    query = head + 'SELECT ?l ?v { VALUES (?l ?v) { ("<script>alert(1)</script>" 1) ("datum.x" 2) } }'
    root = project(tmp_path / "own", {"queries/hostile.rq": query})
    with serving(cache=shared_cache(tmp_path_factory), root=root) as server:
        parsed = ET.fromstring(server.get("/query/hostile.svg").content)
    assert not [each for each in parsed.iter() if each.tag.endswith("script")]
    assert "<script>alert(1)</script>" in list(parsed.itertext())


def test_more_rows_than_a_picture_shows_are_shown_without_one(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    head = "#+ question: {en: 'How many?'}\n#+ view: {type: bar, label: l, value: v}\n"
    counted = "SELECT ?l ?v { VALUES (?l ?v) { %s } }"
    files = {f"queries/of-{size}.rq": head + counted % " ".join(f'("l{at}" {at})' for at in range(size)) for size in (60, 61)}
    with serving(cache=shared_cache(tmp_path_factory), root=project(tmp_path / "own", files)) as server:
        pages = {size: server.get(f"/query/of-{size}", headers={"Accept": "text/html"}).text for size in (60, 61)}
        statuses = {size: server.get(f"/query/of-{size}.svg").status_code for size in (60, 61)}
    assert {size: '<figure class="picture"' in page for size, page in pages.items()} == {60: True, 61: False}
    assert statuses == {60: 200, 61: 400}


def test_neighbours_are_nodes_and_edges_with_labels(server: Server) -> None:
    told = server.get("/neighbours?thing=id:kazakhstan&lang=ru").json()
    nodes = {node["id"]: node for node in told["nodes"]}
    assert told["title"] == "Казахстан"
    assert [node["label"] for node in nodes.values() if node["centre"]] == ["Казахстан"]
    assert 10 < len(nodes) <= 300
    assert told["edges"]
    assert all(edge["source"] in nodes and edge["target"] in nodes and edge["label"] for edge in told["edges"])
    assert all(bool(edge["graphs"]) != edge["inferred"] for edge in told["edges"])
    assert nodes["https://w3id.org/cajad/id/kazakhstan"]["page"] == f"{server.url}/id/kazakhstan"


def test_neighbours_of_nothing_are_refused(server: Server) -> None:
    assert server.get("/neighbours?thing=Atlantis").status_code == 404
    assert server.get("/neighbours").status_code == 400


def test_more_neighbours_than_can_be_drawn_are_counted(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = "".join(f'  ex:n{at} rdfs:label "n{at}" . ex:hub ex:near ex:n{at} .\n' for at in range(2000))
    prefixes = "@prefix ex: <https://example.org/id/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    data = f'{prefixes}ex:g {{ ex:hub rdfs:label "hub" .\n{lines} }}'
    root = project(tmp_path / "own", {"data/many.trig": data})
    with serving(cache=shared_cache(tmp_path_factory), root=root) as server:
        told = server.get("/neighbours?thing=hub").json()
    assert len(told["nodes"]) == 300
    assert "299 of 2000" in told["left"]


def test_what_the_triples_of_an_answer_join_is_told(server: Server) -> None:
    pattern = "{ ?summit cajad:heldAt ?place ; a ?class ; rdfs:label ?label }"
    query = f"CONSTRUCT {pattern} WHERE {{ ?summit a cajad:Summit {pattern} }}"
    told = server.get("/network", params={"query": query, "lang": "ru"}).json()
    labels = {node["id"]: node["label"] for node in told["nodes"]}
    edges = {(labels[edge["source"]], labels[edge["target"]]) for edge in told["edges"]}
    assert len(edges) == len(told["edges"]) == 4
    assert ("Токийский саммит Центральной Азии и Японии, 2025 год", "Токио") in edges
    assert not any(edge["inferred"] for edge in told["edges"]) and all(edge["graphs"] for edge in told["edges"])
    made = server.get("/network", params={"query": "CONSTRUCT { id:tokyo id:japan id:tokyo-summit } WHERE {}"}).json()
    assert [(edge["inferred"], edge["graphs"]) for edge in made["edges"]] == [(False, [])]


@pytest.mark.parametrize("query", ["SELECT * {}", "ASK {}", "CONSTRUCT", ""])
def test_what_joins_nothing_is_refused(server: Server, query: str) -> None:
    assert server.get("/network", params={"query": query}).status_code == 400


def test_more_things_than_can_be_drawn_are_counted(server: Server) -> None:
    told = server.get("/network", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}).json()
    assert len(told["nodes"]) == 300 and told["left"].startswith("300 of ")


def test_the_editor_completes_words_of_this_graph_alone(server: Server) -> None:
    told = server.get("/vocabulary").json()
    assert "https://w3id.org/cajad/ontology#Summit" in told["classes"]
    assert "https://w3id.org/cajad/ontology#locatedIn" in told["properties"]
    assert "https://w3id.org/cajad/id/japan" in told["things"]
    assert told["prefixes"]["cajad"] == "https://w3id.org/cajad/ontology#"
    assert len(told["examples"]) == len(server.get("/query").json()["queries"])
    answer = server.ask(told["examples"][0]["text"], "application/sparql-results+json")
    assert answer.status_code == 200
