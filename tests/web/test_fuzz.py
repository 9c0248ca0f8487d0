"""No request, however it is put together, is answered with a fault of the server's own."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.program import project
from tests.web.serving import Server, serving

PATHS = [
    "/sparql",
    "/store",
    "/store/x",
    "/query",
    "/query/near",
    "/query/near.csv",
    "/id/tokyo",
    "/data/tokyo.ttl",
    "/why",
    "/impact",
]
MORE_PATHS = ["/openapi.json", "/.well-known/void", "/article/x", "/graph/x", "/ontology", "/-/health", "/-/metrics", "/", "//"]
NAMES = [
    "query",
    "update",
    "format",
    "output",
    "asserted",
    "default-graph-uri",
    "named-graph-uri",
    "using-graph-uri",
    "graph",
    "default",
]
MORE_NAMES = ["evidence", "lang", "limit", "offset", "city", "s", "p", "o", "sentence", "access_token", "$x"]
VALUES = [
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "CLEAR SILENT GRAPH <urn:g>",
    "1",
    "",
    "urn:g",
    "http://e/id/tokyo",
    "csv",
    "a",
    "*",
    "-1",
]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
    "text/turtle",
    "application/ld+json",
]
MORE_TYPES = [
    "application/rdf+xml",
    "application/trig",
    "multipart/form-data; boundary=x",
    "text/plain",
    "x",
    "",
    ";;",
    "text/turtle;charset=x",
]
HEADERS = [
    "accept",
    "accept-encoding",
    "accept-language",
    "if-none-match",
    "if-modified-since",
    "origin",
    "authorization",
    "range",
    "host",
    "te",
]
SOME = r"""
SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) [ ] ?s ?p ?o * . ; , a <http://e/a> <urn:b> id:tokyo o:near _:b 1 2.5 1e3
'x' "y"@en ^^ FILTER OPTIONAL UNION MINUS BIND AS VALUES GRAPH FROM NAMED SERVICE GROUP BY HAVING ORDER LIMIT OFFSET
DISTINCT EXISTS NOT IN IF COUNT SUM STR REGEX CONCAT && || ! = != < > + - / | ^ PREFIX BASE : <x> INSERT DELETE DATA
WITH USING LOAD CLEAR ALL DEFAULT <<( )>> UNDEF # \u0041 TRIPLE LATERAL
"""
WORDS = SOME.split()

texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
values = st.one_of(st.sampled_from(VALUES), texts, st.text(max_size=20), st.binary(max_size=12)).map(
    lambda value: value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
)
parameters = st.lists(st.tuples(st.sampled_from(NAMES + MORE_NAMES), values), max_size=4)
header_values = st.one_of(
    st.sampled_from(VALUES + TYPES), st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
).map(lambda value: value.strip().encode("latin-1"))
headers = st.dictionaries(st.sampled_from(HEADERS), header_values, max_size=3)
bodies = st.one_of(values, st.binary(max_size=200), texts.map(str.encode))
UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fuzzed")
    arguments = ("--workers", "2", "--deadline", "2", "--writable", "--no-token", "--data", folder / "data")
    with serving(*arguments, cache=folder / "cache", root=project(folder / "project")) as server:
        yield server


def is_sound(server: Server, request: httpx.Request) -> None:
    """It is answered, and by no fault."""
    try:
        response = server.client.send(request)
    except (httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.ReadError):
        return
    assert response.status_code < 600 and response.status_code not in (500, 502), (request, response.text)
    assert "Traceback" not in response.text


@UNHURRIED
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    path=st.sampled_from(PATHS + MORE_PATHS),
    asked=parameters,
    more=headers,
    kind=st.sampled_from([*TYPES, *MORE_TYPES]),
    body=bodies,
)
def test_no_request_is_answered_with_a_fault(
    fuzzed: Server, method: str, path: str, asked: list[tuple[str, bytes]], more: dict[str, bytes], kind: str, body: bytes
) -> None:
    query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in asked)
    told = [(name.encode(), value) for name, value in {**more, "content-type": kind.encode()}.items()]
    is_sound(fuzzed, fuzzed.client.build_request(method, f"{fuzzed.url}{path}?{query}", headers=told, content=body))


@UNHURRIED
@given(text=texts, kind=st.sampled_from(["query", "update"]))
def test_no_text_is_answered_with_a_fault(fuzzed: Server, text: str, kind: str) -> None:
    is_sound(fuzzed, fuzzed.client.build_request("POST", f"{fuzzed.url}/sparql", data={kind: text}))


@UNHURRIED
@given(path=st.text(max_size=30), prefix=st.sampled_from(["/", "/id/", "/data/", "/query/", "/store/", "/article/", "/graph/"]))
def test_no_address_is_answered_with_a_fault(fuzzed: Server, path: str, prefix: str) -> None:
    encoded = quote_from_bytes(path.encode("utf-8", "surrogatepass"), safe="/?=&%.")
    try:
        request = fuzzed.client.build_request("GET", f"{fuzzed.url}{prefix}{encoded}")
    except httpx.InvalidURL:
        return
    is_sound(fuzzed, request)


def test_there_was_no_fault_in_all_of_it(fuzzed: Server) -> None:
    assert fuzzed.get("/-/health").status_code == 200
    assert "fault" not in fuzzed.said()
    assert "Traceback" not in fuzzed.said()
