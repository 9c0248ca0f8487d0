"""A client who asks one new query after the other is answered by a worker directly, and notices nothing but the speed."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.web.connection import _ENOUGH
from kg.web.lent import _fairly, _Guest
from tests.program import PATIENCE
from tests.web.serving import Server, eventually, serving, worked

SCAN = "SELECT * { ?s ?p ?o } LIMIT 10"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = "application/sparql-results+json"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving("--workers", "2", "--deadline", "2", cache=tmp_path_factory.mktemp("cache")) as running:
        yield running


def new(text: str = SCAN) -> str:
    """A text that nobody has asked before."""
    return f"{text} # {next(_numbers)}"


class Client:
    """A client with one connection."""

    def __init__(self, server: Server, **headers: str) -> None:
        self.server, self.headers = server, {"Accept": JSON, **headers}
        self.connection = HTTPConnection(*server.address, timeout=PATIENCE)

    def ask(self, text: str, **headers: str) -> HTTPResponse:
        """The response to a query text, read to its end; its body is `found`."""
        self.connection.request("GET", f"/sparql?query={quote(text, safe='')}", headers=self.headers | headers)
        response = self.connection.getresponse()
        self.found = response.read()
        return response

    def count(self, text: str = SCAN) -> int:
        """How many rows the answer to a new text has."""
        assert self.ask(new(text)).status == 200, self.found
        return len(json.loads(self.found)["results"]["bindings"])


def metric(server: Server, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", server.get("/-/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0


@contextmanager
def on_loan(server: Server, **headers: str) -> Iterator[Client]:
    """A client whose connection a worker has."""
    client = Client(server, **headers)
    with closing(client.connection):
        lend(client)
        yield client


def lend(client: Client) -> None:
    """Asks until the connection is on loan."""

    def ask() -> None:
        assert client.count() == 10

    eventually(lambda: is_lent(client.server, ask))


def is_lent(server: Server, ask: Callable[[], None]) -> bool:
    """Whether the server does not see what is asked, after a while."""
    for _ in range(2 * _ENOUGH):
        ask()
    before = metric(server, "kg_cache_misses_total")
    ask()
    return metric(server, "kg_cache_misses_total") == before


def told(response: HTTPResponse) -> dict[str, str]:
    return {name: value for name, value in response.getheaders() if name != "date"}


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("accept", [JSON, "application/sparql-results+xml", "text/csv", "text/turtle;q=0.1, */*"])
def test_a_worker_answers_as_the_server_does(server: Server, encoding: str, accept: str) -> None:
    headers = {"Accept-Encoding": encoding, "Accept": accept}
    texts = [SCAN, "ASK {}", "SELECT ?s { ?s ?p 'caf\u00e9+ %' }", "SELECT * { ?s ?p ?o } LIMIT 200"]
    with on_loan(server) as lent:
        lent.headers |= headers
        asked = [(text, f"{text} #{number}-{encoding}-{accept}") for text in texts for number in range(12)]
        by_worker: dict[str, list[object]] = {}
        for text, asked_text in asked:
            response = lent.ask(asked_text)
            by_worker.setdefault(text, []).append((response.status, told(response), lent.found))
    for text, answers in by_worker.items():
        with closing((client := Client(server, **headers)).connection):
            response = client.ask(new(text))
            assert answers == [(response.status, told(response), client.found)] * len(answers)


def test_each_request_is_counted(server: Server) -> None:
    requests, queries = 'kg_requests_total{route="/sparql",status="200"}', 'kg_query_seconds_count{query="sparql"}'
    with on_loan(server) as client:
        before = metric(server, requests), metric(server, queries)
        for _ in range(100):
            client.count()
        assert (metric(server, requests), metric(server, queries)) == (before[0] + 100, before[1] + 100)


def test_who_asks_the_same_again_gets_it_from_those_that_are_remembered(server: Server) -> None:
    with on_loan(server) as client:
        text = new()
        tags = {client.ask(text).getheader("etag") for _ in range(6)}
        assert len(tags) == 1 and metric(server, 'kg_repeated_total{answer="/sparql sparql"}')
        assert client.ask(text, **{"If-None-Match": str(tags.pop())}).status == 304


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("SELECT * { broken", 400, "query:1:"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE would ask another server"),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", 400, "read only"),
        (CROSS, 503, '"limit": "time"'),
        ("ASK " + "{" * 65 + "}" * 65, 400, "nested more than"),
        (f"SELECT * {{ ?s ?p '{'x' * 70_000}' }}", 414, "longer than"),
        (f"SELECT ?s {{ ?s ?p ?o {'FILTER(?o != 1) ' * 1500} }} LIMIT 1", 200, "bindings"),
        (
            "SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), STR(?c), STR(?f)) AS ?x) }",
            503,
            "limit",
        ),
    ],
    ids=["syntax", "service", "update", "slow", "nested", "long", "head", "memory"],
)
def test_what_a_worker_does_not_answer_is_told_as_ever(server: Server, text: str, status: int, said: str) -> None:
    with on_loan(server) as client:
        response = client.ask(text)
        assert (response.status, said in client.found.decode()) == (status, True), client.found
        assert client.count() == 10


def test_who_hangs_up_takes_nobody_with_him(server: Server) -> None:
    """Who is the first to send requests of a shape is no part of those of others."""
    first, second = Client(server, Accept="text/csv, */*;q=0.123"), Client(server, Accept="text/csv, */*;q=0.123")
    assert first.ask(new("ASK {}")).status == 200
    asked = threading.Thread(target=second.ask, args=(CROSS,))
    asked.start()
    eventually(lambda: metric(server, 'kg_running{kind="quick"}') + metric(server, 'kg_running{kind="slow"}') > 0)
    first.connection.close()
    asked.join(PATIENCE)
    second.connection.close()
    assert b'"limit": "time"' in second.found


def test_a_slow_query_keeps_nobody_else(server: Server) -> None:
    with on_loan(server) as slow, on_loan(server) as other, on_loan(server) as third:
        asked = threading.Thread(target=slow.ask, args=(CROSS,))
        asked.start()
        counts = 0
        while asked.is_alive():
            assert other.count() == third.count() == 10
            counts += 1
        assert counts > 20 and b'"limit": "time"' in slow.found


def test_long_answers_come_whole(server: Server) -> None:
    text = "SELECT * { ?s ?p ?o BIND(CONCAT(STR(?s), STR(?p), STR(?o)) AS ?x) }"
    with on_loan(server) as client:
        few, many = client.count(f"{text} LIMIT 1000"), client.count(f"{text} LIMIT 4000")
        assert (few, many) == (1000, 4000)
        assert client.count() == 10


def test_a_client_who_reads_slowly_gets_all(server: Server) -> None:
    text = new("SELECT * { ?s ?p ?o BIND(CONCAT(STR(?s), STR(?p), STR(?o)) AS ?x) } LIMIT 2500")
    with on_loan(server) as client, on_loan(server) as other:
        assert client.connection.sock
        client.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        client.connection.request("GET", f"/sparql?query={quote(text, safe='')}", headers=client.headers)
        assert other.count() == 10
        time.sleep(0.3)
        assert len(json.loads(client.connection.getresponse().read())["results"]["bindings"]) == 2500


def raw(text: str, *more: str) -> bytes:
    """A request as `Client` writes it."""
    lines = [f"GET /sparql?query={quote(text, safe='')} HTTP/1.1", "Host: e", f"Accept: {JSON}", *more]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def answers_to(server: Server, pieces: list[bytes], count: int) -> list[int]:
    """How long the bodies are that come for requests in pieces, over a connection on loan."""
    with closing(socket.create_connection(server.address, PATIENCE)) as connection, connection.makefile("rb") as file:

        def ask() -> None:
            connection.sendall(raw(new()))
            assert body(file) > 100

        eventually(lambda: is_lent(server, ask))
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)
        return [body(file) for _ in range(count)]


def body(file: object) -> int:
    """The length of the body of the next response."""
    head = b"".join(iter(file.readline, b"\r\n"))  # type: ignore[attr-defined]
    assert head.startswith(b"HTTP/1.1 200 OK\r\n"), head
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    return len(file.read(int(length[1])))  # type: ignore[attr-defined]


def test_requests_may_come_in_any_pieces(server: Server) -> None:
    ask, ten = "ASK {}", raw(new())
    (length,), (short,) = answers_to(server, [ten], 1), answers_to(server, [raw(new(ask))], 1)
    assert length > short
    several = [raw(new()), raw(new(ask)), raw(new())]
    assert answers_to(server, [b"".join(several)], 3) == [length, short, length]
    assert answers_to(server, [ten[:30], ten[30:100], ten[100:]], 1) == [length]
    other = raw(new(ask), "X-Other: 1")
    assert answers_to(server, [other, raw(new()), raw(new())[:-2], b"\r\n"], 3) == [short, length, length]


def test_who_hangs_up_leaves_nothing(server: Server) -> None:
    for _ in range(5):
        with on_loan(server) as client:
            client.connection.request("GET", f"/sparql?query={quote(new(CROSS), safe='')}", headers=client.headers)
    eventually(lambda: metric(server, "kg_lent") == 0 and metric(server, 'kg_running{kind="slow"}') == 0)
    eventually(lambda: len(server.processes()["worker"]) <= 2 + 1)


def test_what_was_written_is_seen_at_once(writable: Server) -> None:
    text = "SELECT ?o { <urn:s> <urn:p> ?o }"
    with on_loan(writable) as client:
        for number in range(4):
            done = writable.client.post(f"{writable.url}/sparql", data={"update": f"INSERT DATA {{ <urn:s> <urn:p> {number} }}"})
            assert done.status_code in (200, 204), done.text
            assert client.count(text) == number + 1
            lend(client)


def test_a_worker_may_be_killed_at_any_moment(server: Server) -> None:
    """Each request is answered as it should be, or the connection ends; none is answered twice."""
    chance = random.Random(7)
    answered = broken = 0
    while answered < 1000:
        with on_loan(server) as client, suppress(ConnectionError):
            pid = max(server.processes()["worker"], key=worked)
            killing = threading.Timer(chance.random() / 20, suppressed_kill, [pid])
            killing.start()
            broken += 1
            for _ in range(200):
                limit = chance.randrange(1, 20)
                assert client.count(f"SELECT * {{ ?s ?p ?o }} LIMIT {limit}") == limit
                answered += 1
            broken -= 1
            killing.join()
    assert broken < 5
    assert server.get("/-/health").status_code == 200


def suppressed_kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_it_stops_gracefully(tmp_path: Path) -> None:
    with serving("--workers", "1", cache=tmp_path) as server, on_loan(server) as client, on_loan(server) as idle:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c { SELECT * { ?d ?e ?f } LIMIT 100 } }"
        asked = threading.Thread(target=client.ask, args=(text,))
        asked.start()
        time.sleep(0.05)
        assert server.stop() == 0
        asked.join(PATIENCE)
        assert b'"bindings"' in client.found
        with pytest.raises((ConnectionError, OSError)):
            idle.count()


guests = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=12)


@given(guests)
def test_clients_take_turns(ready: list[tuple[str, int]]) -> None:
    chosen = _fairly([_Guest(at, at, client, b"", {}, False, used) for at, (client, used) in enumerate(ready)])
    assert sorted(guest.number for guest in chosen) == list(range(len(ready)))
    turns = [sum(other.client == guest.client for other in chosen[:at]) for at, guest in enumerate(chosen)]
    if len({guest.client for guest in chosen}) > 1:
        assert turns == sorted(turns)
        for client in "abc":
            used = [guest.used for guest in chosen if guest.client == client]
            assert used == sorted(used)
