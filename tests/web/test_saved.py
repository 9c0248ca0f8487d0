"""The saved queries as an API: the same answers as from Python, page by page, with their sentences, and every fault told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from kg import project, queries, wire
from kg.graph import KnowledgeGraph
from kg.queries import catalogue
from tests.web.serving import ROOT, Server, serving

NEEDS = "/query/needs-of-state"


def saved_names(graph: KnowledgeGraph) -> list[str]:
    return [name for name, query in catalogue(graph.project).items() if not query.needs_a_value]


def test_the_list_says_what_each_query_asks_and_takes(server: Server) -> None:
    told = {query["name"]: query for query in server.get("/query").json()["queries"]}
    assert len(told) == len(list((ROOT / "queries").glob("*.rq"))) >= 70
    needs = told["needs-of-state"]
    assert needs["question"]["ja"] == "中央アジアの各国は日本に何を求めているか。また、言及のない国はどこか。"
    assert needs["url"] == f"{server.url}{NEEDS}"
    assert needs["parameters"][0] | {"label": {}} == {
        "name": "state",
        "type": "iri",
        "class": "cajad:CentralAsianState",
        "required": False,
        "label": {},
        "choices": f"{server.url}{NEEDS}/choices/state",
    }


def test_every_answer_and_its_evidence_are_those_of_python(server: Server, flagship: KnowledgeGraph) -> None:
    names = saved_names(flagship)
    assert len(names) >= 60
    for name in names:
        told = server.get(f"/query/{name}.json?evidence=1").json()
        answer = flagship.query(name)
        assert wire.read_answer(told, flagship.names) == answer, name
        assert wire.read_evidence(told) == answer.evidence(), name


@pytest.mark.parametrize(
    "state", ["Kazakhstan", "Казахстан", "カザフスタン", "id:kazakhstan", "https://w3id.org/cajad/id/kazakhstan"]
)
def test_a_thing_is_named_as_on_the_command_line(server: Server, state: str) -> None:
    rows = server.client.get(f"{server.url}{NEEDS}", params={"state": state}).json()["results"]["bindings"]
    assert {row["state"]["value"] for row in rows} == {"https://w3id.org/cajad/id/kazakhstan"}


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        (NEEDS, "", "application/sparql-results+json"),
        (NEEDS, "text/csv", "text/csv; charset=utf-8"),
        (f"{NEEDS}.csv", "application/json", "text/csv; charset=utf-8"),
        (f"{NEEDS}.xml", "", "application/sparql-results+xml"),
        (f"{NEEDS}.tsv", "", "text/tab-separated-values; charset=utf-8"),
        (f"{NEEDS}.md", "", "text/markdown; charset=utf-8"),
        (f"{NEEDS}/", "", "application/sparql-results+json"),
    ],
)
def test_the_format_is_that_of_the_suffix_else_of_accept(server: Server, path: str, accept: str, media_type: str) -> None:
    found = server.get(path, headers={"Accept": accept} if accept else {})
    assert (found.status_code, found.headers["content-type"]) == (200, media_type)
    assert "Accept" in found.headers["vary"]


def test_evidence_in_csv_is_columns(server: Server, flagship: KnowledgeGraph) -> None:
    found = list(csv.DictReader(io.StringIO(server.get("/query/participants-and-members.csv?evidence=1&labels=1&lang=ru").text)))
    assert found[1]["sentences"] == "tokyo:P0.S1 tokyo:P1.S1 tokyo:P24.S1"
    assert found[1]["stateLabel"] == "Казахстан"
    assert "prp" in found[1]["rules"] or "cajad" in found[1]["rules"]


def test_asserted_leaves_out_what_follows(server: Server) -> None:
    assert len(server.get("/query/participants-and-members").json()["results"]["bindings"]) == 6
    assert server.get("/query/participants-and-members?asserted=1").json()["results"]["bindings"] == []


def test_a_star_leaves_a_parameter_open(server: Server) -> None:
    one, all_of_them = (server.get(f"/query/proposals-of-actor.csv?actor={actor}").text for actor in ("Uzbekistan", "*"))
    assert len(one) < len(all_of_them)


def test_pages_lead_to_each_other(server: Server) -> None:
    whole = server.get("/query/timeline").json()["results"]["bindings"]
    url, rows, pages = f"{server.url}/query/timeline?limit=3&lang=ja", [], 0
    while True:
        found = server.client.get(url)
        rows += found.json()["results"]["bindings"]
        pages += 1
        assert found.links["first"]["url"] == f"{server.url}/query/timeline?lang=ja&limit=3"
        if "next" not in found.links:
            break
        url = found.links["next"]["url"]
    assert rows == whole
    assert pages == -(-len(whole) // 3) > 3
    before = server.client.get(server.client.get(url).links["prev"]["url"]).json()["results"]["bindings"]
    assert before == whole[(pages - 2) * 3 : (pages - 1) * 3]


def test_a_page_has_evidence_for_its_own_rows(server: Server) -> None:
    told = server.get("/query/timeline?limit=3&offset=2&evidence=1").json()
    assert len(told["evidence"]) == len(told["results"]["bindings"]) == 3
    assert all(each["sentences"] for each in told["evidence"])


def test_the_choices_of_a_parameter_have_labels(server: Server) -> None:
    told = server.get(f"{NEEDS}/choices/state?lang=ru").json()
    assert [choice["value"] for choice in told["choices"] if choice["label"] == "Казахстан"] == ["id:kazakhstan"]
    assert (len(told["choices"]), told["complete"]) == (5, True)


def test_choices_are_found_for_every_parameter(server: Server, flagship: KnowledgeGraph) -> None:
    asked = [(name, each) for name, query in catalogue(flagship.project).items() for each in query.parameters]
    assert len(asked) >= 40
    for name, parameter in asked:
        assert server.get(f"/query/{name}/choices/{parameter}").json()["choices"], (name, parameter)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/query/needs-of-stat", 404, "did you mean 'needs-of-state'"),
        ("/query/needs-of-state?stat=1", 400, "did you mean 'state'?"),
        ("/query/needs-of-state?state=Kazahstan", 404, "id:kazakhstan"),
        ("/query/needs-of-state?state=Japan", 404, "nothing that is a cajad:CentralAsianState is called 'Japan'"),
        ("/query/needs-of-state?state=a&state=b", 400, "given 2 times"),
        ("/query/needs-of-state?limit=0", 400, "no whole number from 1 to 1000000"),
        ("/query/needs-of-state?limit=ten", 400, "no whole number"),
        ("/query/needs-of-state?offset=-1", 400, "no whole number"),
        ("/query/needs-of-state?lang=de", 400, "the languages are en, ru, ja"),
        ("/query/needs-of-state?evidence=maybe", 400, "either 1 or 0"),
        ("/query/needs-of-state/choices/stat", 404, "did you mean 'state'?"),
        ("/query/nothing/choices/state", 404, "no query is called 'nothing'"),
        ("/query/needs-of-state.ttl", 406, "text/csv"),
        ("/query/..%2f..%2fetc%2fpasswd", 404, ""),
        ("/query/needs-of-state?state=%00", 404, "nothing"),
        ("/query/needs-of-state?state=%ff", 400, "UTF-8"),
    ],
)
def test_faults_are_told_with_what_to_do(server: Server, path: str, status: int, told: str) -> None:
    found = server.get(path)
    assert found.status_code == status, found.text
    problem = found.json()
    assert told in f"{problem['detail']} {problem.get('hint', '')}"
    assert found.headers["content-type"] == "application/problem+json"


def test_what_cannot_be_had_is_refused(server: Server) -> None:
    assert server.get(NEEDS, headers={"Accept": "image/png"}).status_code == 406
    refused = server.client.post(f"{server.url}{NEEDS}")
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_the_same_answer_need_not_be_sent_twice(server: Server) -> None:
    found = server.get(NEEDS)
    again = server.get(NEEDS, headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_behind_a_proxy_links_lead_through_it(tmp_path: Path) -> None:
    root = small(tmp_path)
    with serving("--behind-proxy", cache=tmp_path / "cache", root=root) as server:
        headers = {"X-Forwarded-Prefix": "/kg", "X-Forwarded-Host": "data.example", "X-Forwarded-Proto": "https"}
        found = server.get("/query/all?limit=1", headers=headers)
        assert found.links["next"]["url"] == "https://data.example/kg/query/all?limit=1&offset=1"
        listed = server.get("/query", headers=headers).json()["queries"]
        assert [query["url"] for query in listed] == ["https://data.example/kg/query/all"]


def small(folder: Path) -> Path:
    """A project of three things, with a query whose parameters are called like the API's own."""
    root = folder / "small"
    for name in ("ontology", "data", "queries"):
        (root / name).mkdir(parents=True)
    facts = "".join(
        f'<http://e/{n}> <http://e/limit> {n} ; <http://www.w3.org/2000/01/rdf-schema#label> "{n}"@en .\n' for n in "123"
    )
    (root / "data" / "d.ttl").write_text(facts)
    head = "#+ question: {en: Which?}\n#+ parameters: {limit: {type: integer}, format: {type: iri}}\n"
    (root / "queries" / "all.rq").write_text(
        f"{head}SELECT ?format ?limit {{ ?format <http://e/limit> ?limit }} ORDER BY ?limit\n"
    )
    (root / "queries" / "broken.rq").write_text("SELECT ?x { ?x ?y ?z }\n")
    return root


def test_parameters_may_be_called_like_the_words_of_the_api(tmp_path: Path) -> None:
    with serving(cache=tmp_path / "cache", root=small(tmp_path)) as server:

        def found(query: str) -> list[str]:
            return [row["limit"]["value"] for row in server.get(f"/query/all?{query}").json()["results"]["bindings"]]

        assert found("limit=2") == ["1", "2"]
        assert found("parameter-limit=2") == ["2"]
        assert found("format=http://e/3") == ["3"]
        assert server.get("/query/all?parameter-limit=x").status_code == 400
        assert server.get("/query/broken").status_code == 503


def test_a_constructed_graph_has_pages_and_evidence(tmp_path: Path) -> None:
    root = small(tmp_path)
    text = "#+ question: {en: Which?}\nCONSTRUCT { ?x <http://e/n> ?n } WHERE { ?x <http://e/limit> ?n }\n"
    (root / "queries" / "made.rq").write_text(text)
    with serving(cache=tmp_path / "cache", root=root) as server:
        assert server.get("/query/made.nt?limit=1&offset=1").text.startswith("<http://e/2> <http://e/n>")
        told = server.get("/query/made?evidence=1", headers={"Accept": "application/json"}).json()
        graph = queries.opened(project.at(root))
        assert wire.read_answer(told, graph.names) == graph.query("made")
        assert wire.read_evidence(told) == graph.query("made").evidence()
        assert server.get("/query/made.csv").status_code == 406


def test_urls_are_those_that_the_client_used(server: Server) -> None:
    other = f"http://localhost:{urlsplit(server.url).port}"
    with httpx.Client(trust_env=False) as client:
        told = json.loads(client.get(f"{other}/query").content)
    assert all(query["url"].startswith(f"{other}/query/") for query in told["queries"])
