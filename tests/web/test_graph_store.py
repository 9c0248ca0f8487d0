"""`/store` as clients write to it: graphs that hold nothing, what clients leave out, how tools send files, what is too large."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from tests.program import project
from tests.web.serving import Server, serving

ONE = "<http://e/s> <http://e/p> <http://e/o> ."
TRIPLE = "<http://e/s> <http://e/p> <http://e/o>"
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/s"><e:p rdf:resource="http://e/o"/></rdf:Description></rdf:RDF>"""


@pytest.fixture(scope="module")
def open_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes updates from anybody, and no more than one MiB at once."""
    folder = tmp_path_factory.mktemp("open")
    arguments = ("--workers", "2", "--writable", "--no-token", "--upload", "1", "--data", folder / "data")
    with serving(*arguments, cache=folder / "cache", root=project(folder / "project")) as server:
        yield server


def sent(server: Server, method: str, graph: str, content: str | bytes = b"", **headers: str) -> httpx.Response:
    """The response to a request about a graph; `content_type` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = content.encode() if isinstance(content, str) else content
    return server.client.request(method, f"{server.url}/store", params={"graph": graph}, content=body, headers=named)


def triples(server: Server, graph: str) -> set[str] | None:
    """The triples of a graph; None where there is none."""
    response = server.get("/store", params={"graph": graph}, headers={"Accept": "application/n-triples"})
    if response.status_code == 404:
        return None
    return {str(quad.triple) for quad in ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES)}


def updated(server: Server, text: str) -> int:
    return server.client.post(f"{server.url}/sparql", data={"update": text}).status_code


# Graphs that hold nothing


def test_an_empty_graph_is_there_until_it_is_removed(open_store: Server) -> None:
    assert sent(open_store, "PUT", "urn:empty", content_type="text/turtle").status_code == 201
    assert triples(open_store, "urn:empty") == set()
    assert sent(open_store, "HEAD", "urn:empty").status_code == 200
    assert ("urn:empty",) in open_store.rows("SELECT ?g { GRAPH ?g {} }")
    assert sent(open_store, "PUT", "urn:empty", ONE, content_type="text/turtle").status_code == 204
    assert sent(open_store, "PUT", "urn:empty", content_type="text/turtle").status_code == 204
    assert triples(open_store, "urn:empty") == set()
    assert sent(open_store, "DELETE", "urn:empty").status_code == 204
    assert triples(open_store, "urn:empty") is None
    assert sent(open_store, "DELETE", "urn:empty").status_code == 404


def test_updates_make_empty_clear_and_drop_graphs(open_store: Server) -> None:
    assert updated(open_store, "CREATE GRAPH <urn:made>") == 204
    assert triples(open_store, "urn:made") == set()
    assert updated(open_store, "CREATE GRAPH <urn:made>") == 400
    assert updated(open_store, "INSERT DATA { GRAPH <urn:made> { <urn:a> <urn:b> 1 } }") == 204
    assert updated(open_store, "CLEAR GRAPH <urn:made>") == 204
    assert triples(open_store, "urn:made") == set()
    assert updated(open_store, "DROP GRAPH <urn:made>") == 204
    assert triples(open_store, "urn:made") is None


def test_a_dataset_that_replaces_all_leaves_no_empty_graph(open_store: Server) -> None:
    before = open_store.get("/store", headers={"Accept": "application/n-quads"}).content
    assert updated(open_store, "CREATE GRAPH <urn:left>") == 204
    url, quads = f"{open_store.url}/store", {"Content-Type": "application/n-quads"}
    assert open_store.client.post(url, content=before, headers=quads).status_code == 204
    assert triples(open_store, "urn:left") == set()
    assert open_store.client.put(url, content=before, headers=quads).status_code == 204
    assert triples(open_store, "urn:left") is None


def test_an_empty_graph_outlives_the_server(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    arguments = ("--writable", "--no-token", "--data", tmp_path / "data")
    with serving(*arguments, cache=tmp_path / "cache", root=root) as server:
        assert sent(server, "PUT", "urn:empty", content_type="text/turtle").status_code == 201
        assert sent(server, "PUT", "urn:full", ONE, content_type="text/turtle").status_code == 201
    with serving(*arguments, cache=tmp_path / "cache", root=root) as server:
        assert (triples(server, "urn:empty"), triples(server, "urn:full")) == (set(), {TRIPLE})


# What clients leave out, and how tools send files


def test_each_graph_that_is_posted_without_a_name_gets_its_own(open_store: Server) -> None:
    url, turtle = f"{open_store.url}/store", {"Content-Type": "text/turtle"}
    made = [open_store.client.post(each, content=ONE, headers=turtle) for each in (url, url, f"{url}/")]
    assert [response.status_code for response in made] == [201, 201, 201]
    addresses = {response.headers["location"] for response in made}
    assert len(addresses) == 3
    assert [triples(open_store, each) for each in addresses] == [{TRIPLE}] * 3


@pytest.mark.parametrize(
    "body", [ONE, XML, f'<?xml version="1.0"?>\n{XML}', f"<!-- a comment -->{XML}", f"\ufeff{ONE}", f"\ufeff{XML}"]
)
def test_a_body_without_a_media_type_is_taken_for_what_it_looks_like(open_store: Server, body: str) -> None:
    assert sent(open_store, "PUT", "urn:unnamed", body).status_code in (201, 204)
    assert triples(open_store, "urn:unnamed") == {TRIPLE}


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("a.ttl", "application/octet-stream", ONE),
        ("a.ttl", None, ONE.replace("<http://e/p>", "<http://e/p>\n")),
        ("a.rdf", "application/octet-stream", XML),
        ("a", "text/turtle", ONE),
        ("a.rdf", "text/turtle", ONE),
    ],
)
def test_a_file_in_a_form_is_read_by_its_type_or_its_name(open_store: Server, name: str, kind: str | None, body: str) -> None:
    stated = f"Content-Type: {kind}\r\n" if kind else ""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n{stated}\r\n'
    sent(open_store, "DELETE", "urn:form")
    response = sent(open_store, "POST", "urn:form", f"{head}{body}\r\n--b--\r\n", content_type="multipart/form-data; boundary=b")
    assert response.status_code == 201
    assert triples(open_store, "urn:form") == {TRIPLE}


def test_a_file_in_a_form_that_is_no_graph_is_415(open_store: Server) -> None:
    head = (
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    response = sent(open_store, "POST", "urn:form", f"{head}x\r\n--b--\r\n", content_type="multipart/form-data; boundary=b")
    assert response.status_code == 415


def test_a_part_of_a_graph_is_not_taken_for_the_whole(open_store: Server) -> None:
    whole = sent(open_store, "PUT", "urn:part", ONE, content_type="text/turtle")
    part = sent(open_store, "PUT", "urn:part", content_type="text/turtle", content_range="bytes 0-0/9")
    assert (whole.status_code, part.status_code) == (201, 400)
    assert triples(open_store, "urn:part") == {TRIPLE}


# What is too large


def status(connection: socket.socket) -> int:
    """The status of the response that comes."""
    with connection.makefile("rb") as lines:
        return int(lines.readline().split()[1])


def test_who_sends_too_much_is_told_so_once_all_is_sent(open_store: Server) -> None:
    head = f"PUT /store?graph=urn:much HTTP/1.1\r\nHost: e\r\nContent-Type: text/turtle\r\nContent-Length: {5 << 20}\r\n\r\n"
    with socket.create_connection(open_store.address) as connection:
        connection.sendall(head.encode() + b"#" * (5 << 20))
        assert status(connection) == 413
    assert triples(open_store, "urn:much") is None


def test_who_asks_before_sending_too_much_is_told_at_once(open_store: Server) -> None:
    head = f"PUT /store?graph=urn:much HTTP/1.1\r\nHost: e\r\nExpect: 100-continue\r\nContent-Length: {5 << 20}\r\n\r\n"
    with socket.create_connection(open_store.address) as connection:
        connection.sendall(head.encode())
        assert status(connection) == 413


# Conditions


def tag(server: Server, graph: str, kind: str = "text/turtle") -> str:
    found: str = server.get("/store", params={"graph": graph}, headers={"Accept": kind}).headers["etag"]
    return found


def test_a_change_is_made_only_if_its_condition_holds(open_store: Server) -> None:
    put = {"content_type": "text/turtle"}
    assert sent(open_store, "PUT", "urn:if", ONE, if_match="*", **put).status_code == 412
    assert sent(open_store, "PUT", "urn:if", ONE, if_none_match="*", **put).status_code == 201
    assert sent(open_store, "PUT", "urn:if", "", if_none_match="*", **put).status_code == 412
    old = tag(open_store, "urn:if")
    assert sent(open_store, "POST", "urn:if", ONE.replace("/o", "/q"), if_match=f'"x", {old}', **put).status_code == 204
    for method in ("PUT", "POST", "DELETE"):
        refused = sent(open_store, method, "urn:if", if_match=old, **put)
        assert refused.status_code == 412 and "ETag" in refused.json()["hint"]
    assert triples(open_store, "urn:if") == {TRIPLE, TRIPLE.replace("/o", "/q")}
    assert sent(open_store, "PUT", "urn:if", ONE, if_match=f"W/{tag(open_store, 'urn:if')}", **put).status_code == 412
    assert sent(open_store, "PUT", "urn:if", ONE, if_none_match=tag(open_store, "urn:if"), **put).status_code == 412
    assert sent(open_store, "DELETE", "urn:if", if_match=tag(open_store, "urn:if", "application/n-triples")).status_code == 204


def test_a_change_may_be_asked_for_if_nothing_was_changed_since(open_store: Server) -> None:
    date = open_store.get("/store?default").headers["last-modified"]
    put = {"content_type": "text/turtle"}
    past = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert sent(open_store, "PUT", "urn:since", ONE, if_unmodified_since=past, **put).status_code == 412
    assert sent(open_store, "PUT", "urn:since", ONE, if_unmodified_since=date, **put).status_code == 201
    assert sent(open_store, "PUT", "urn:since", ONE, if_unmodified_since="yesterday", **put).status_code == 204


def test_of_two_who_change_what_both_have_read_one_is_told(open_store: Server) -> None:
    assert sent(open_store, "PUT", "urn:both", ONE, content_type="text/turtle").status_code == 201
    seen = tag(open_store, "urn:both")
    more = [f"<urn:a> <urn:b> {number} ." for number in range(4)]
    with ThreadPoolExecutor() as threads:
        found = threads.map(
            lambda each: sent(open_store, "PUT", "urn:both", each, if_match=seen, content_type="text/turtle"), more
        )
        assert sorted(response.status_code for response in found) == [204, 412, 412, 412]


def test_a_graph_of_thousands_is_taken_and_given_whole(open_store: Server) -> None:
    many = "".join(f"<http://e/s{number}> <http://e/p> {number} .\n" for number in range(5000))
    assert sent(open_store, "PUT", "urn:many", many, content_type="text/turtle").status_code == 201
    assert len(triples(open_store, "urn:many") or ()) == 5000
    # An answer that long is streamed, and has no tag that a condition could name.
    assert sent(open_store, "DELETE", "urn:many", if_match='"any"').status_code == 412
    assert sent(open_store, "DELETE", "urn:many", if_match="*").status_code == 204
    assert triples(open_store, "urn:many") is None
