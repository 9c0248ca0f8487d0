"""Running the server: settings, the proxy before it, what it tells its operator, other endpoints, and what cannot be served."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.web.settings import table, variable
from tests.program import project, run, shared_cache
from tests.web.serving import ROOT, Server, eventually, serving

PLACES = "SELECT ?o { <http://e/id/tokyo> <http://e/o#near> ?o }"
OSAKA = [("http://e/id/osaka",)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def test_every_setting_is_a_flag_and_a_variable(tmp_path: Path) -> None:
    shown = run("serve", "--help", cache=tmp_path).out
    assert len(table()) >= 18
    for name, _, _ in table():
        assert f"--{name.replace('_', '-')}" in shown
        assert variable(name) in shown


def test_a_setting_may_come_from_the_environment_and_the_flag_wins(tmp_path: Path, root: Path) -> None:
    env = {"KG_SERVE_DEADLINE": "0.3", "KG_SERVE_WORKERS": "1", "KG_SERVE_LOG": "1"}
    with serving("--workers", "3", cache=tmp_path / "cache", root=root, env=env) as server:
        # One more than can be at work stands ready.
        eventually(lambda: len(server.processes()["worker"]) == 3 + 1)
        slow = server.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }")
        assert slow.status_code == 503
        assert "0.3 seconds" in slow.text
        assert server.rows(PLACES) == OSAKA
        assert '"status": 503' in server.said()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "70000"),
        (["--workers", "0"], "--workers"),
        (["--deadline", "soon"], "--deadline"),
        (["--host", "256.1.1.1"], "cannot listen on 256.1.1.1"),
        (["--writable", "--data", "/proc/nowhere"], "/proc/nowhere"),
        (["--nope"], "--nope"),
    ],
)
def test_what_cannot_be_set_is_told(tmp_path: Path, root: Path, arguments: list[str], said: str) -> None:
    ended = run("-C", root, "serve", "--port", "0", *arguments, cache=tmp_path / "cache")
    assert ended.code == 2
    assert said in ended.err and "Traceback" not in ended.err


def test_a_port_that_is_taken_is_told(tmp_path: Path, root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("-C", root, "serve", "--port", str(taken.getsockname()[1]), cache=tmp_path / "cache")
    assert ended.code == 2
    assert "Address already in use" in ended.err and "--port" in ended.err


def test_two_servers_do_not_write_to_one_folder(tmp_path: Path, root: Path) -> None:
    arguments = ("--writable", "--data", tmp_path / "data")
    with serving(*arguments, cache=tmp_path / "cache", root=root):
        ended = run("-C", root, "serve", "--port", "0", *arguments, cache=tmp_path / "cache")
    assert ended.code == 2
    assert "another server writes" in ended.err and "--data" in ended.err


def test_a_project_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = project(tmp_path / "project", {"data/x.ttl": "<http://e/a> <http://e/b>"})
    ended = run("-C", broken, "serve", "--port", "0", cache=tmp_path / "cache")
    assert ended.code == 2
    assert "data/x.ttl:1" in ended.err


def test_the_token_that_is_made_up_is_told_and_works(tmp_path: Path, root: Path) -> None:
    with serving("--writable", "--data", tmp_path / "data", cache=tmp_path / "cache", root=root) as server:
        found = re.search(r"this token: (\S+)", server.said())
        assert found and str(tmp_path / "data") in server.said()
        headers = {"Authorization": f"Bearer {found[1]}"}
        update = {"update": "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }"}
        assert server.client.post(f"{server.url}/sparql", data=update, headers=headers).status_code == 204


def test_the_log_has_a_line_for_each_request_and_nothing_of_who_asked_what(tmp_path: Path, root: Path) -> None:
    with serving("--log", cache=tmp_path / "cache", root=root) as server:
        for _ in range(3):
            assert server.rows(PLACES) == OSAKA
        server.get("/nowhere?secret=1", headers={"Cookie": "secret"})
        # A line is written when the answer has gone; that of a later request stands below it.
        server.get("/-/health")
        lines = [json.loads(line) for line in server.said().splitlines() if line.startswith("{")]
        lines = [line for line in lines if line["route"] != "/-/health"]
        assert [line["status"] for line in lines if line["route"] == "/sparql"] == [200] * 3
        assert lines[-1]["status"] == 404
        assert not re.search("tokyo|secret|127.0.0.1", "\n".join(map(json.dumps, lines)))
        assert {"time", "method", "route", "status", "seconds", "bytes"} <= lines[0].keys()


def test_health_and_metrics_tell_how_it_is(server: Server) -> None:
    told = server.get("/-/health").json()
    assert told["status"] == "ok" and told["generation"]
    server.ask("SELECT ?x { BIND(1 AS ?x) } # measured")
    server.ask("broken")
    text = server.get("/-/metrics").text
    for metric in (
        "kg_requests_total",
        "kg_query_seconds_bucket",
        "kg_kills_total",
        "kg_cache_hits_total",
        "kg_running",
        "kg_waiting",
    ):
        assert f"# TYPE {metric.removesuffix('_bucket')} " in text
    assert re.search(r'kg_query_seconds_count\{query="sparql"\} [1-9]', text)
    for line in text.splitlines():
        assert re.fullmatch(r"# TYPE \w+ \w+|\w+(\{.*\})? [0-9.e+]+", line), line


def test_below_the_path_of_a_proxy(tmp_path: Path, root: Path) -> None:
    with serving("--prefix", "/kg", cache=tmp_path / "cache", root=root) as server:
        for path in ("/kg/sparql", "/sparql", "/kg/sparql/"):
            assert server.get(f"{path}?query={quote(PLACES)}", headers={"Accept": "text/csv"}).text.split() == ["o", OSAKA[0][0]]
        assert server.get("/kgsparql").status_code == 404


def test_the_proxy_is_believed_only_where_there_is_one(tmp_path: Path, root: Path) -> None:
    told = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "data.example",
        "X-Forwarded-Prefix": "/kg",
        "Accept": "text/turtle",
    }
    with serving("--behind-proxy", cache=tmp_path / "cache", root=root) as server:
        assert "https://data.example/kg/sparql" in server.get("/sparql", headers=told).text
    with serving(cache=tmp_path / "cache", root=root) as server:
        assert "data.example" not in server.get("/sparql", headers=told).text


@contextmanager
def endpoint() -> Iterator[tuple[str, list[bytes]]]:
    """A SPARQL endpoint that knows one answer, and what it was asked."""
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"from afar"}}]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as serves:
        thread = threading.Thread(target=serves.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{serves.server_port}/sparql", heard
        finally:
            serves.shutdown()
            thread.join()


def test_an_endpoint_that_is_allowed_may_be_asked_and_no_other(tmp_path: Path, root: Path) -> None:
    with (
        endpoint() as (allowed, heard),
        endpoint() as (other, silent),
        serving("--endpoints", allowed, cache=tmp_path / "cache", root=root) as server,
    ):
        assert server.rows(f"SELECT ?x {{ SERVICE <{allowed}> {{ ?s ?p ?x }} }}") == [("from afar",)]
        assert server.rows(f"SELECT ?x {{ SERVICE SILENT <{allowed}> {{ ?s ?p ?x }} }}") == [("from afar",)]
        assert len(heard) == 2
        for text in (
            f"SELECT ?x {{ SERVICE <{other}> {{ ?s ?p ?x }} }}",
            f"SELECT ?x {{ SERVICE <{allowed}> {{ ?s ?p ?x }} SERVICE <{other}> {{ ?s ?p ?x }} }}",
            f"SELECT ?x {{ VALUES ?u {{ <{other}> }} SERVICE ?u {{ ?s ?p ?x }} }}",
            f"PREFIX o: <{other}> SELECT ?x {{ SERVICE o: {{ ?s ?p ?x }} }}",
        ):
            assert server.ask(text).status_code == 400
        assert server.rows(PLACES) == OSAKA
    assert silent == []


def test_a_server_of_the_flagship_answers_as_the_command_line_does(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) } ORDER BY STR(?s) STR(?p) STR(?o) LIMIT 500"
    printed = run("-C", ROOT, "sparql", text, "--format", "csv", cache=shared_cache(tmp_path_factory)).out
    assert server.ask(text, "text/csv").text == printed.replace("\r\r\n", "\r\n")
