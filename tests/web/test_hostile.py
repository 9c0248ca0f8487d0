"""What a hostile stranger may send: nothing ends or hangs the server or reaches another, and all of it gets an honest error."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPResponse
from pathlib import Path

import httpx
import pytest

from kg.web.representation import ALWAYS
from tests.program import PATIENCE, project
from tests.web.serving import Server, serving

FULL = 65_000
ALL = "?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
FACTS = "".join(f"<http://e/id/n{n}> <http://e/o#near> <http://e/id/n{(n * 7) % 3000}> .\n" for n in range(3000))
HONEST = {400, 403, 404, 405, 406, 408, 411, 413, 414, 415, 431, 501, 503, 505}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A writable server with tight limits: what it takes from strangers is more than a read-only one takes."""
    folder = tmp_path_factory.mktemp("hostile")
    limits = ("--workers", "2", "--deadline", "3", "--memory", "256", "--answer", "8", "--connections", "200", "--upload", "4")
    root = project(folder / "project", {"data/many.nt": FACTS})
    arguments = (*limits, "--writable", "--no-token", "--data", folder / "data")
    with serving(*arguments, cache=folder / "cache", root=root) as server:
        yield server


def filled(before: str, step: str, middle: str, after: str, end: str) -> str:
    """A text of about the largest size: a step repeated, what is in the middle, and its counterpart repeated."""
    count = (FULL - len(before) - len(middle) - len(end)) // (len(step) + len(after))
    return before + step * count + middle + after * count + end


QUERIES = {
    "braces": filled("ASK ", "{", "", "}", ""),
    "parentheses": filled("ASK { FILTER(", "(", "1", ")", ") }"),
    "not": filled("ASK { FILTER(", "!", "true", "", ") }"),
    "sum": filled("ASK { FILTER(", "1+", "1", "", " > 0) }"),
    "if": filled("ASK { FILTER(", "IF(true,", "1", ",2)", ") }"),
    "not exists": filled("ASK { ", "FILTER NOT EXISTS { ", "", "}", " }"),
    "subselects": filled("ASK ", "{ SELECT * ", "{}", "}", ""),
    "unions": filled("ASK { ", "{} UNION ", "{}", "", " }"),
    "binds": "ASK { " + " ".join(f"BIND(?v{n} + 1 AS ?v{n + 1})" for n in range(2000)) + " }",
    "optionals": filled("SELECT * { ?s ?p ?o ", "OPTIONAL{?s ?p ?o}", "", "", "}"),
    "minuses": filled("SELECT * { ?s ?p ?o ", "MINUS{?s ?p ?o}", "", "", "}"),
    "many patterns": "SELECT * { " + "".join(f"?s{n} ?p{n} ?s{n + 1} . " for n in range(2000)) + "}",
    "collection": "SELECT * { ?s ?p " + "(" * 30 + "1" + ")" * 30 + " }",
    "deep collection": "SELECT * { ?s ?p " + "(" * 300 + "1" + ")" * 300 + " }",
    "blank nodes": "SELECT * { ?s ?p " + "[<urn:p> " * 60 + "1" + "]" * 60 + " }",
    "path": "SELECT * { ?s " + "/".join(["<http://e/o#near>"] * 2000) + " ?o }",
    "alternatives": "SELECT * { ?s (" + "|".join(["<http://e/o#near>"] * 2000) + ")* ?o }",
    "paths of paths": "SELECT (COUNT(*) AS ?n) { ?s ((<http://e/o#near>+)*)+ ?o . ?o (<http://e/o#near>|!<http://e/x>)* ?x }",
    "values": "SELECT * { VALUES ?x { " + "1 " * 30_000 + "} }",
    "count": f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    "count distinct": f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {ALL} BIND(CONCAT(STR(?s), STR(?a), STR(?d)) AS ?x) }}",
    "order": f"SELECT * {{ {ALL} }} ORDER BY ?s ?a ?d",
    "order limit": f"SELECT * {{ {ALL} }} ORDER BY RAND() LIMIT 1",
    "group": f"SELECT ?s ?a ?d (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?s ?a ?d",
    "group concat": f"SELECT (GROUP_CONCAT(STR(?s)) AS ?n) {{ {ALL} }}",
    "distinct": f"SELECT DISTINCT ?s ?a ?d {{ {ALL} }}",
    "construct": f"CONSTRUCT {{ ?s ?a ?d }} {{ {ALL} FILTER(ISIRI(?a)) }} ORDER BY ?d",
    "describe": f"DESCRIBE * {{ {ALL} }}",
    "concat": 'SELECT ?z { BIND("x" AS ?v0) '
    + "".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(40))
    + "BIND(?v40 AS ?z) }",
    "replace": 'SELECT ?z { BIND("xxxxxxxx" AS ?v0) '
    + "".join(f'BIND(REPLACE(?v{n}, "x", "xxxxxxxx") AS ?v{n + 1}) ' for n in range(12))
    + "BIND(?v12 AS ?z) }",
    "regex": 'ASK { FILTER REGEX("' + "a" * 20_000 + '!", "^(a+)+$") }',
    "regex repeated": 'ASK { FILTER REGEX("aaa", "' + "(" * 5 + "a" + "{1,1000})" * 5 + '") }',
    "regex alternation": 'SELECT * { ?s ?p ?o FILTER REGEX(STR(?s), "' + "|".join(f"x{n}y" for n in range(8000)) + '") }',
    "regex of rows": f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER REGEX(STR(?s), CONCAT(STR(?a), '+')) }}",
    "hash": f"SELECT (MAX(SHA512(CONCAT(STR(?s), STR(?a), STR(?d)))) AS ?n) {{ {ALL} }}",
    "exists": f"SELECT (COUNT(*) AS ?n) {{ ?x ?y ?z FILTER EXISTS {{ {ALL} FILTER(?f = ?x && ?a != ?z) }} }}",
    "too long": "ASK {} # " + "x" * 70_000,
    "empty": "",
    "zero bytes": "ASK { ?s \0 ?o }",
    "half": "SELECT ?s WHERE {",
    "prose": "What is near?",
    "unknown function": "SELECT * { BIND(<http://e/f>(1) AS ?x) }",
    "unknown prefix": "SELECT * { ?s nope:p ?o }",
    "unended string": "ASK { ?s ?p '" + "x" * FULL,
    "unended comments": "#" * FULL,
    "quotes": "ASK { ?s ?p " + "'" * 50_000,
    "surrogates": "ASK { ?s ?p '\\uD800' }",
    "update": "DELETE WHERE { ?s ?p ?o }",
}
HARMLESS = {
    "sum",
    "not",
    "binds",
    "values",
    "unions",
    "regex",
    "regex repeated",
    "regex alternation",
    "unknown function",
    "group concat",
    "minuses",
    "optionals",
    "collection",
    "alternatives",
    "paths of paths",
    "blank nodes",
    "many patterns",
    "path",
    "describe",
}


def told(response: httpx.Response) -> None:
    """An error that says what is wrong and what to do next."""
    assert response.status_code in HONEST, (response.status_code, response.text[:500])
    assert response.headers["content-type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["detail"] and problem["status"] == response.status_code, problem
    assert "Traceback" not in response.text
    if "limit" in problem and problem["limit"] != "length":
        assert problem["hint"], problem


def serves(server: Server) -> None:
    """It is still there, and well."""
    assert server.rows("SELECT ?o { <http://e/id/tokyo> <http://e/o#near> ?o }") == [("http://e/id/osaka",)]


@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_is_told_its_limit_and_hurts_nobody(hostile: Server, name: str) -> None:
    response = hostile.client.post(f"{hostile.url}/sparql", data={"query": QUERIES[name]})
    if not (name in HARMLESS and response.status_code == 200):
        told(response)
    serves(hostile)


def test_there_are_queries_enough() -> None:
    assert len(QUERIES) >= 45
    assert not HARMLESS - QUERIES.keys()


def test_a_killed_query_gets_its_text_back(hostile: Server) -> None:
    response = hostile.ask(QUERIES["count"])
    assert response.status_code == 503
    told(response)
    assert json.loads(response.content)["query"] == QUERIES["count"]
    assert json.loads(response.content)["limit"] == "time"
    assert "retry-after" in response.headers


def test_an_answer_that_is_too_large_is_cut_off_and_not_passed_off_as_whole(hostile: Server) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        hostile.ask("SELECT * { ?s ?p ?o . ?a ?b ?c }")
    serves(hostile)


# Reaching others

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
XML = "application/rdf+xml"


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what anybody has sent there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    heard.append(b"connected")
                    connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)


REACHING = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { sErViCe#c\n<URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE<URL>{?s ?p ?o}}",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <URL> { ?s ?p ?o } }",
    "PREFIX u: <URL> SELECT * { SERVICE u: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o . OPTIONAL { SERVICE <URL> { ?s ?x ?y } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { FILTER(?a<?b) SERVICE <URL> { ?s ?p ?o } FILTER(?c>?d) }",
    "ASK { ?s ?p '''#''' SERVICE <URL> { ?s ?p ?o } }",
    'ASK { ?s ?p "\\"" SERVICE <URL> { ?s ?p ?o } }',
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE <URL>",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
]
UPDATES = [
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <urn:g>",
    "load <URL>",
    "L\\u004FAD <URL>",
    "LOAD <file:///etc/passwd>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> } ; LOAD <URL>",
    "DELETE { ?s ?p ?o } USING <URL> WHERE { ?s ?p ?o . SERVICE <URL> { ?s ?p ?o } }",
    "COPY <URL> TO <urn:g>",
]
UPLOADS = {
    "context": ("application/ld+json", '{"@context": "URL", "@id": "urn:a"}'),
    "entity": (XML, '<!DOCTYPE x [<!ENTITY e SYSTEM "URL">]>' + RDF + "&e;</rdf:RDF>"),
    "document type": (XML, '<!DOCTYPE x SYSTEM "URL">' + RDF + "</rdf:RDF>"),
    "style sheet": (XML, '<?xml-stylesheet href="URL"?>' + RDF + "</rdf:RDF>"),
    "imports": ("text/turtle", "<urn:o> <http://www.w3.org/2002/07/owl#imports> <URL> ."),
}


def test_nothing_that_is_sent_makes_the_server_ask_another(hostile: Server) -> None:
    with listener() as (port, heard):
        url = f"http://127.0.0.1:{port}/x"
        for text in REACHING:
            response = hostile.client.post(f"{hostile.url}/sparql", data={"query": text.replace("URL", url)})
            assert response.status_code in (200, 400), (text, response.text)
        for parameter in ("default-graph-uri", "named-graph-uri"):
            assert hostile.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", parameter: url}).status_code == 200
        for text in UPDATES:
            response = hostile.client.post(f"{hostile.url}/sparql", data={"update": text.replace("URL", url)})
            assert response.status_code in (204, 400), (text, response.text)
        for kind, text in UPLOADS.values():
            response = hostile.client.post(
                f"{hostile.url}/store",
                params={"graph": "urn:up"},
                content=text.replace("URL", url),
                headers={"Content-Type": kind},
            )
            assert response.status_code in (201, 204, 400), (text, response.text)
        for path in ("/store?graph=", "/id/", "/data/"):
            hostile.get(path + url)
    assert heard == []
    assert len(REACHING) + len(UPDATES) + len(UPLOADS) >= 35
    serves(hostile)


def test_the_listener_hears_whoever_comes() -> None:
    with listener() as (port, heard):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.recv(1)
        assert heard == [b"connected"]


# Uploads


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "billion laughs": (
        XML,
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{RDF}<rdf:Description><e:p>&l11;</e:p></rdf:Description></rdf:RDF>',
    ),
    "quadratic entity": (
        XML,
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 80_000}">]>{RDF}<rdf:Bag><e:p>{"&a;" * 20_000}</e:p></rdf:Bag></rdf:RDF>',
    ),
    "entity in another case": (XML, f'<!doctype x [<!ENTITY a "a">]>{RDF}</rdf:RDF>'),
    "utf-16": (XML, f'<!DOCTYPE x [<!ENTITY a "a">]>{RDF}</rdf:RDF>'.encode("utf-16")),
    "nested json": ("application/ld+json", '{"@id":"urn:a","urn:p":' * 10_000 + "1" + "}" * 10_000),
    "nested arrays": ("application/ld+json", "[" * 100_000 + "]" * 100_000),
    "nested contexts": ("application/ld+json", '{"@context":' * 3_000 + "{}" + "}" * 3_000),
    "nested triples": ("text/turtle", "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 100_000 + "1" + ")>>" * 100_000 + "."),
    "nested triples in n-triples": (
        "application/n-triples",
        "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 90_000 + "<urn:c>" + " )>>" * 90_000 + " .",
    ),
    "nested elements": (XML, RDF + "<rdf:Description><e:p>" * 60_000 + "</e:p></rdf:Description>" * 60_000 + "</rdf:RDF>"),
    "too large": ("text/turtle", "#" * (5 << 20)),
    "long literal": ("text/turtle", "<urn:a> <urn:b> '" + "x" * (3 << 20)),
    "not utf-8": ("text/turtle", b"<urn:a> <urn:b> '\xff' ."),
    "half": ("text/turtle", "<urn:a> <urn:b>"),
    "no format": ("image/png", b"\x89PNG"),
    "form without boundary": ("multipart/form-data", "x"),
    "form of forms": ("multipart/form-data; boundary=a", "--a\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n" * 5_000),
    "other graph": ("application/trig", "<urn:other> { <urn:a> <urn:b> <urn:c> }"),
    "charset": ("text/turtle; charset=utf-7", "<urn:a> <urn:b> <urn:c> ."),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_upload_changes_nothing_and_hurts_nobody(hostile: Server, name: str) -> None:
    kind, content = BOMBS[name]
    assert isinstance(content, str | bytes)
    sent = content if isinstance(content, bytes) else content.encode()
    try:
        response = hostile.client.put(
            f"{hostile.url}/store", params={"graph": "urn:bomb"}, content=sent, headers={"Content-Type": kind}
        )
    except httpx.WriteError:  # It has hung up before it had heard all.
        assert len(sent) > 4 << 20
    else:
        told(response)
    assert hostile.get("/store", params={"graph": "urn:bomb"}).status_code == 404
    serves(hostile)


def test_a_compressed_body_is_not_blown_up(hostile: Server) -> None:
    headers = {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}
    told(hostile.client.put(f"{hostile.url}/store", params={"graph": "urn:bomb"}, content=b"\x1f\x8b", headers=headers))


# HTTP


def raw(server: Server, sent: bytes) -> tuple[int, bytes]:
    """The status and the body of what the server says to these bytes; 0 where it hangs up, or waits for more."""
    with socket.create_connection(server.address, timeout=PATIENCE) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        connection.settimeout(2)
        response = HTTPResponse(connection)
        try:
            response.begin()
            return response.status, response.read()
        except (HTTPException, ConnectionResetError, TimeoutError):
            return 0, b""


HEAD = b"Host: x\r\n"
ODD = {
    "garbage": b"\x00\xff\x16\x03\x01 hello\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http 0.9": b"GET /sparql\r\n\r\n",
    "next version": b"GET /-/health HTTP/2.0\r\n" + HEAD + b"\r\n",
    "letters in the address": "GET /ö HTTP/1.1\r\n".encode() + HEAD + b"\r\n",
    "no host": b"GET /-/health HTTP/1.1\r\n\r\n",
    "odd method": b"BREW /sparql HTTP/1.1\r\n" + HEAD + b"\r\n",
    "trace": b"TRACE /sparql HTTP/1.1\r\n" + HEAD + b"\r\n",
    "connect": b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "absolute": b"GET http://127.0.0.1:1/x HTTP/1.1\r\n" + HEAD + b"\r\n",
    "long path": b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "long header": b"GET /-/health HTTP/1.1\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    "many headers": b"GET /-/health HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % n for n in range(30_000)) + b"\r\n",
    "long accept": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"Accept: " + b"a/b;q=0.1," * 10_000 + b"\r\n\r\n",
    "odd accept": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b'Accept: ;;;,,,/;q=x;"\r\n\r\n',
    "odd header": b"GET /-/health HTTP/1.1\r\nX Y: 1\r\n\r\n",
    "header with zero": b"GET /-/health HTTP/1.1\r\nX: a\0b\r\n\r\n",
    "folded header": b"GET /-/health HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
    "negative length": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\n",
    "huge length": b"POST /sparql HTTP/1.1\r\n"
    + HEAD
    + b"Content-Type: application/sparql-query\r\nContent-Length: 99999999999\r\n\r\nASK",
    "overflowing length": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nASK",
    "smuggling": b"POST /sparql HTTP/1.1\r\n"
    + HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /-/health HTTP/1.1\r\n\r\n",
    "odd chunk": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "huge chunk": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "no type": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\n\r\nASK",
    "short body": b"POST /sparql HTTP/1.1\r\n"
    + HEAD
    + b"Content-Type: application/sparql-query\r\nContent-Length: 30\r\n\r\nASK",
    "upgrade": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "h2c": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "expect": b"POST /sparql HTTP/1.1\r\n"
    + HEAD
    + b"Expect: 100-continue\r\nContent-Type: text/x\r\nContent-Length: 3\r\n\r\nASK",
    "odd expect": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Expect: the-unexpected\r\nContent-Length: 0\r\n\r\n",
    "pipeline": b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    "range": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"Range: bytes=0-1,2-3,4-99999999999\r\n\r\n",
    "tags": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"If-None-Match: " + b'"a",' * 20_000 + b"\r\n\r\n",
    "odd date": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HEAD + b"If-Modified-Since: the day before\r\n\r\n",
    "odd authorization": b"PUT /store?graph=urn:x HTTP/1.1\r\n"
    + HEAD
    + b"Authorization: Bearer \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "odd type": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Type: ;;=\xff;\r\nContent-Length: 3\r\n\r\nASK",
}
PATHS = [
    "/store/../../../etc/passwd",
    "/store/..%2f..%2fetc%2fpasswd",
    "/%00",
    "/%ff%fe",
    "//",
    "//evil.example/x",
    "/.git/config",
    "/-/",
    "/sparql/x",
    "/sparql?query=%ff",
    "/sparql?query=%zz",
    "/sparql?query=ASK%7B%7D&query=ASK%7B%7D",
    "/sparql?query=ASK%7B%7D&asserted=maybe",
    "/sparql?query=ASK%7B%7D&format=../../x",
    "/sparql?query=ASK%7B%7D&default-graph-uri=not an iri",
    "/sparql?update=CLEAR+ALL",
    "/sparql?query=ASK%7B%7D&default-graph-uri=http://[",
    "/store?graph=",
    "/store?graph=x",
    "/store?graph=urn:a&default",
    "/store?graph=a:%00",
    "/store?graph=http://[",
    "/sparql?" + "&".join(f"a{n}=1" for n in range(3000)),
    "/sparql?query=ASK%7B%7D&" + "default-graph-uri=urn:a&" * 900,
    "/store?format=nix",
    "/?" + "%" * 1000,
]


@pytest.mark.parametrize("name", ODD)
def test_odd_http_is_answered_or_hung_up_on(hostile: Server, name: str) -> None:
    status, answer = raw(hostile, ODD[name])
    assert status in {0, 200, 201, 401, *HONEST}, answer[:300]
    assert b"Traceback" not in answer
    serves(hostile)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("garbage", 400), ("tls", 400), ("odd method", 501), ("long path", 431), ("long header", 431), ("no host", 400)),
        *(("http 0.9", 505), ("next version", 505), ("letters in the address", 400)),
    ],
)
def test_what_is_no_request_is_told_so(hostile: Server, name: str, status: int) -> None:
    found, answer = raw(hostile, ODD[name])
    assert (found, json.loads(answer)["status"]) == (status, status)


def test_what_is_no_request_is_told_with_the_headers_of_every_response(hostile: Server) -> None:
    with socket.create_connection(hostile.address, timeout=PATIENCE) as connection:
        connection.sendall(ODD["garbage"])
        response = HTTPResponse(connection)
        response.begin()
    assert {*ALWAYS} <= {(name.lower().encode(), value.encode()) for name, value in response.getheaders()}
    assert response.getheader("Date")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_odd_addresses_are_told(hostile: Server, path: str) -> None:
    status, answer = raw(hostile, f"GET {path.replace(' ', '%20')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert status in {200, *HONEST}, answer[:300]
    assert b"root:" not in answer
    serves(hostile)


def test_there_is_odd_http_enough() -> None:
    assert len(ODD) + len(PATHS) >= 55


def test_clients_that_say_nothing_take_nothing_from_others(hostile: Server) -> None:
    with ThreadPoolExecutor() as threads:
        silent = [socket.create_connection(hostile.address, timeout=PATIENCE) for _ in range(90)]
        for each in silent:
            each.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\nX: ")
        list(threads.map(lambda _: serves(hostile), range(20)))
    for each in silent:
        each.close()


def test_more_connections_than_may_be_open_are_told(hostile: Server) -> None:
    many = [socket.create_connection(hostile.address, timeout=PATIENCE) for _ in range(150)]
    answer = many[-1].recv(1000)
    assert b" 503 " in answer and b"retry-after" in answer
    for each in many:
        each.close()
    serves(hostile)


def test_clients_that_hang_up_leave_nothing(hostile: Server) -> None:
    for number in range(120):
        with socket.create_connection(hostile.address, timeout=PATIENCE) as connection:
            asked = f"GET /sparql?query=ASK%7B%7D%23{number} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"
            connection.sendall(asked.encode())
            time.sleep(number % 12 / 1000)
    serves(hostile)
    assert "Traceback" not in hostile.said()


def test_a_client_that_does_not_listen_takes_nothing_from_others(hostile: Server) -> None:
    deaf = [socket.create_connection(hostile.address, timeout=PATIENCE) for _ in range(10)]
    for each in deaf:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        each.sendall(b"GET /sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo.%3Fa+%3Fb+%3Fc%7D HTTP/1.1\r\nHost: x\r\n\r\n")
    for _ in range(10):
        serves(hostile)
    for each in deaf:
        each.close()


def test_well_behaved_clients_are_served_while_others_misbehave(hostile: Server) -> None:
    names = ["count", "order", "concat", "group", "hash", "distinct"] * 3

    def misbehave(name: str) -> int:
        return httpx.post(f"{hostile.url}/sparql", data={"query": QUERIES[name]}, timeout=PATIENCE, trust_env=False).status_code

    with ThreadPoolExecutor(len(names)) as threads:
        running = [threads.submit(misbehave, name) for name in names]
        while not all(each.done() for each in running):
            number = sum(each.done() for each in running)
            assert hostile.rows(f"SELECT ?o {{ <http://e/id/tokyo> <http://e/o#near> ?o }} # {number}") == [
                ("http://e/id/osaka",)
            ]
    assert {each.result() for each in running} == {503}


def test_nothing_is_left_of_it(hostile: Server, tmp_path: Path) -> None:
    serves(hostile)
    assert "Traceback" not in hostile.said()
    assert "fault" not in hostile.said()
    assert len(hostile.processes()["worker"]) <= 4
    assert not list(Path("/tmp").glob("core*"))
