"""What an answer may have, and that nobody works for a client who has hung up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.program import PATIENCE, shared_cache
from tests.web.serving import Server, serving

ROWS = 100
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose answers may have few rows, and whose queries much time."""
    arguments = ("--rows", str(ROWS), "--deadline", str(PATIENCE), "--workers", "2")
    with serving(*arguments, cache=shared_cache(tmp_path_factory)) as server:
        yield server


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "markdown", "table"])
def test_an_answer_with_too_many_rows_is_refused_and_one_with_as_many_as_may_be_is_not(narrow: Server, form: str) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?o)) } LIMIT"
    assert narrow.ask(f"{text} {ROWS}", format=form).status_code == 200
    refused = narrow.ask(f"{text} {ROWS + 1}", format=form)
    assert refused.status_code == 413
    problem = refused.json()
    assert (problem["limit"], problem["query"]) == ("rows", f"{text} {ROWS + 1}")
    assert "more than 100 rows" in problem["detail"]
    assert "LIMIT" in problem["hint"]


def test_a_saved_query_is_held_to_it_too(narrow: Server) -> None:
    assert narrow.get("/query/everything-about?thing=*").status_code == 413
    assert narrow.get(f"/query/everything-about?thing=*&limit={ROWS}").status_code == 200


def metric(server: Server, name: str) -> float:
    lines = server.get("/-/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("text", [SLOW, LONG], ids=["before an answer", "in the middle of one"])
def test_nobody_works_for_a_client_who_has_hung_up(wide: Server, method: str, text: str) -> None:
    for number in range(3):
        ask_and_hang_up(wide, method, f"{text} # {method} {number}")
    end = time.monotonic() + PATIENCE / 2
    while metric(wide, "kg_running"):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("--deadline", str(PATIENCE), "--workers", "2", cache=shared_cache(tmp_path_factory)) as server:
        yield server


def ask_and_hang_up(server: Server, method: str, text: str) -> None:
    written = f"query={quote(text, safe='')}"
    head = f"Host: e\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(written)}\r\n\r\n{written}"
    request = f"POST /sparql HTTP/1.1\r\n{head}" if method == "POST" else f"GET /sparql?{written} HTTP/1.1\r\nHost: e\r\n\r\n"
    with socket.create_connection(server.address) as client:
        client.sendall(request.encode())
        if text.startswith("SELECT *"):
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        end = time.monotonic() + PATIENCE / 2
        while not metric(server, "kg_running"):
            assert time.monotonic() < end
            time.sleep(0.02)
