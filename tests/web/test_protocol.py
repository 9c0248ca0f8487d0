"""`/sparql` and `/store` as clients of the SPARQL protocols know them: formats, datasets, conditions, compression, writing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from tests.program import project
from tests.web.serving import Server, serving

ONE = "SELECT ?place { id:tokyo-summit cajad:heldAt ?place }"
PAST = "Mon, 01 Jan 2001 00:00:00 GMT"
TOKYO = "https://w3id.org/cajad/id/tokyo"
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
TWO = """
<http://e/a> { <http://e/x> <http://e/p> 1 , 2 }
<http://e/b> { <http://e/x> <http://e/p> 2 , 3 . <http://e/c> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://e/d> }
<http://e/b> { <http://e/x> a <http://e/c> }
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A read-only server of two graphs that share a triple."""
    folder = tmp_path_factory.mktemp("two")
    for name in ("ontology", "data", "queries"):
        (folder / "project" / name).mkdir(parents=True)
    (folder / "project" / "data" / "two.trig").write_text(TWO)
    with serving("--workers", "2", cache=folder / "cache", root=folder / "project") as server:
        yield server


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes updates from whoever knows the token `secret`."""
    folder = tmp_path_factory.mktemp("writable")
    arguments = ("--workers", "2", "--writable", "--token", "secret", "--data", folder / "data")
    with serving(*arguments, cache=folder / "cache", root=project(folder / "project")) as server:
        yield server


# Formats


def rows(response: httpx.Response) -> list[str]:
    """The first column of an answer in any format of rows."""
    kind, text = response.headers["content-type"].split(";")[0], response.text
    if kind == "application/sparql-results+json":
        return [row["place"]["value"] for row in json.loads(text)["results"]["bindings"]]
    if kind == "application/sparql-results+xml":
        return [each.text or "" for each in ElementTree.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}uri")]
    lines = list(csv.reader(io.StringIO(text), delimiter="\t" if kind.endswith("values") else ","))
    return [line[0].strip("<>") for line in lines[1:]]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_rows_come_in_the_format_that_the_client_likes_best(server: Server, accept: str, kind: str) -> None:
    response = server.ask(ONE, accept)
    assert response.headers["content-type"].split(";")[0] == kind
    assert rows(response) == [TOKYO]
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_rows_come_in_the_format_that_the_address_names(server: Server, name: str, parameter: str) -> None:
    assert rows(server.ask(ONE, "text/html", **{parameter: name})) == [TOKYO]


def test_a_format_that_is_left_open_is_the_usual_one(server: Server) -> None:
    assert rows(server.ask(ONE, format="")) == [TOKYO]
    assert server.get("/store?default&format=").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_rows_come_as_people_read_them(server: Server, name: str) -> None:
    assert "id:tokyo" in server.ask(ONE, format=name).text


@pytest.mark.parametrize("kind", GRAPHS)
def test_graphs_come_in_every_format(server: Server, kind: str) -> None:
    response = server.ask("CONSTRUCT { ?s cajad:heldAt ?o } { ?s cajad:heldAt ?o }", kind)
    assert response.headers["content-type"].split(";")[0] == kind
    found = {str(quad.triple) for quad in ox.parse(response.content, format=GRAPHS[kind])}
    assert any(TOKYO in triple for triple in found)
    asked = server.ask("DESCRIBE id:tokyo-summit", kind)
    assert asked.status_code == 200 and asked.content


@pytest.mark.parametrize("kind", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"])
def test_a_yes_or_no_comes_in_formats_of_rows(server: Server, kind: str) -> None:
    assert "true" in server.ask("ASK { id:tokyo-summit ?p ?o }", kind).text


@pytest.mark.parametrize("accept", ["image/png", "text/turtle"])
def test_what_is_offered_in_no_format_that_fits_is_406(server: Server, accept: str) -> None:
    response = server.ask(ONE, accept)
    assert response.status_code == 406
    assert "json" in response.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT ('\\u0001' AS ?x) {}", "application/sparql-results+xml"),
        ("CONSTRUCT { <urn:s> <urn:p> '\\u0001' } {}", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <http://e/1> 'no name of an element' } {}", "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_carry_is_told_and_not_written(server: Server, text: str, kind: str) -> None:
    response = server.ask(text, kind)
    assert (response.status_code, response.headers["content-type"]) == (406, "application/problem+json")


def test_xml_keeps_a_carriage_return(server: Server) -> None:
    response = server.ask("CONSTRUCT { <urn:s> <urn:p> 'a\\rb' } {}", "application/rdf+xml")
    assert ElementTree.fromstring(response.content)[0][0].text == "a\rb"


def test_each_value_is_one_field_of_csv(server: Server) -> None:
    values = ["http://e/a,b", '"quoted", with\na line break', "", "plain", "1.5"]
    text = """SELECT * { VALUES (?a ?b ?c ?d ?e) { (<http://e/a,b> '"quoted", with\\na line break' UNDEF "plain" 1.5) } }"""
    read = list(csv.reader(io.StringIO(server.ask(text, "text/csv").text, newline="")))
    assert dict(zip(*read, strict=True)) == dict(zip("abcde", values, strict=True))


# The protocol


def test_the_three_ways_of_asking_give_the_same(server: Server) -> None:
    direct = {"Content-Type": "application/sparql-query"}
    answers = [
        server.ask(ONE),
        server.client.post(f"{server.url}/sparql", data={"query": ONE}),
        server.client.post(f"{server.url}/sparql", content=ONE, headers=direct),
        server.client.post(
            f"{server.url}/sparql/", content=ONE.encode(), headers={"Content-Type": "application/sparql-query; charset=utf-8"}
        ),
    ]
    assert {answer.content for answer in answers} == {server.ask(ONE).content}


def test_head_says_what_get_would(server: Server) -> None:
    asked = server.ask(ONE)
    head = server.client.head(f"{server.url}/sparql", params={"query": ONE})
    assert head.content == b"" and head.status_code == 200
    assert head.headers["etag"] == asked.headers["etag"]
    assert head.headers["content-type"] == asked.headers["content-type"]


def test_the_methods_of_a_path_are_told(server: Server) -> None:
    response = server.client.delete(f"{server.url}/sparql")
    assert response.status_code == 405
    assert set(response.headers["allow"].replace(" ", "").split(",")) >= {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"query=ASK%7B%7D&query=ASK%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"query=ASK%7B%7D&update=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", "application/sparql-query; charset=utf-16", 415),
        (b"ASK { ?s ?p '\xff' }", "application/sparql-query", 400),
        (b"ASK", "application/sparql-query", 400),
        (b"#" * 70_000, "application/sparql-query", 413),
        (b"CLEAR ALL", "application/sparql-update", 403),
    ],
)
def test_what_the_protocol_does_not_allow_is_told(server: Server, sent: bytes, kind: str, status: int) -> None:
    response = server.client.post(f"{server.url}/sparql", content=sent, headers={"Content-Type": kind})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.content)["detail"]


def test_a_fault_in_a_query_is_told_at_its_place(server: Server) -> None:
    problem = json.loads(server.ask("SELECT ?s\n{ ?s ?p").content)
    assert problem["place"].startswith("query:2:")


def test_pages_of_other_sites_may_read(server: Server) -> None:
    assert server.ask(ONE).headers["access-control-allow-origin"] == "*"
    asked = server.client.options(
        f"{server.url}/sparql", headers={"Origin": "https://e", "Access-Control-Request-Method": "POST"}
    )
    assert asked.status_code == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    allowed = asked.headers["access-control-allow-headers"].lower()
    assert "content-type" in allowed and "authorization" in allowed and "if-match" in allowed


# Datasets


def numbers(server: Server, pattern: str = "?x <http://e/p> ?n", **parameters: str) -> list[str]:
    return sorted(row[0] for row in server.rows(f"SELECT ?n {{ {pattern} }}", **parameters))


def test_the_default_graph_is_the_merge_in_which_each_triple_is_once(two: Server) -> None:
    assert numbers(two) == ["1", "2", "3"]
    assert numbers(two, "GRAPH ?g { ?x <http://e/p> ?n }") == ["1", "2", "2", "3"]


def test_one_graph_can_be_picked(two: Server) -> None:
    assert numbers(two, default_graph_uri="http://e/a") == ["1", "2"]
    assert numbers(two, default_graph_uri="http://e/nowhere") == []
    assert numbers(two, "GRAPH ?g { ?x <http://e/p> ?n }", named_graph_uri="http://e/b") == ["2", "3"]
    assert numbers(two, named_graph_uri="http://e/b") == []
    assert numbers(two, "GRAPH ?g { ?x <http://e/p> ?n }", default_graph_uri="http://e/b") == []


def test_several_graphs_are_merged(two: Server) -> None:
    query = "SELECT ?n { ?x <http://e/p> ?n }"
    parameters = [("query", query), ("default-graph-uri", "http://e/a"), ("default-graph-uri", "http://e/b"), ("format", "csv")]
    assert sorted(two.get("/sparql", params=parameters).text.split()) == ["1", "2", "3", "n"]
    found = two.rows("PREFIX e: <http://e/> SELECT ?n FROM e:a FROM <http://e/b> { ?x e:p ?n }")
    assert sorted(found) == [("1",), ("2",), ("3",)]
    named = two.rows("SELECT ?n FROM <http://e/a> FROM <http://e/b> FROM NAMED <http://e/a> { GRAPH ?g { ?x <http://e/p> ?n } }")
    assert sorted(named) == [("1",), ("2",)]


def test_the_parameters_win_over_the_text(two: Server) -> None:
    text = "SELECT ?n FROM <http://e/b> { ?x <http://e/p> ?n }"
    assert sorted(two.rows(text)) == [("2",), ("3",)]
    assert sorted(two.rows(text, default_graph_uri="http://e/a")) == [("1",), ("2",)]


def test_what_is_inferred_can_be_left_out(two: Server) -> None:
    kinds = "SELECT ?k { <http://e/x> a ?k }"
    assert sorted(two.rows(kinds)) == [("http://e/c",), ("http://e/d",)]
    assert two.rows(kinds, asserted="1") == [("http://e/c",)]
    assert len(two.rows(kinds, asserted="0")) == 2
    assert two.ask(kinds, asserted="perhaps").status_code == 400


# Once more, and conditions


def test_an_answer_that_is_repeated_is_the_same(server: Server) -> None:
    first, *others = [server.ask("SELECT ?s { ?s a cajad:Summit } ORDER BY ?s # once more", "text/csv") for _ in range(5)]
    for other in others:
        assert other.content == first.content
        headers = [{name: value for name, value in each.headers.items() if name != "date"} for each in (first, other)]
        assert headers[0] == headers[1]
    assert re.search(r"kg_repeated_total\{.*\} \d+", server.get("/-/metrics").text)


def test_requests_of_one_shape_have_each_its_answer(server: Server) -> None:
    for number in range(5):
        assert server.rows(f"SELECT ?n {{ BIND({number} AS ?n) }}") == [(str(number),)]
        assert server.ask(f"SELECT ?n {{ BIND({number} AS ?n) ").status_code == 400
        assert len(server.ask(f"SELECT * {{ ?s ?p ?o . ?a ?p {number} }} LIMIT 20000").content) > 0
    assert server.rows("SELECT ?t { BIND('ä & b + c # d' AS ?t) }") == [("ä & b + c # d",)]


def test_a_client_that_has_the_answer_is_told_so(server: Server) -> None:
    first = server.ask(ONE)
    tag, date = first.headers["etag"], first.headers["last-modified"]

    def again(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.get("/sparql", params={"query": ONE}, headers=named).status_code

    assert again(if_none_match=tag) == 304
    assert again(if_none_match=f'"other", W/{tag}') == 304
    assert again(if_none_match="*") == 304
    assert again(if_none_match='"other"') == 200
    assert again(if_modified_since=date) == 304
    assert again(if_modified_since=date, if_none_match='"other"') == 200
    assert again(if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT") == 304
    assert again(if_modified_since="Mon, 01 Jan 2001 00:00:00 GMT") == again(if_modified_since="yesterday") == 200
    assert again(if_none_match=tag, accept="text/csv") == 200


def test_who_wants_only_what_it_knows_is_told_where_this_is_another(server: Server) -> None:
    first = server.ask(ONE)

    def again(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.get("/sparql", params={"query": ONE}, headers=named).status_code

    assert again(if_match=first.headers["etag"]) == again(if_match="*") == again(if_match="*", if_unmodified_since=PAST) == 200
    assert again(if_match='"other"') == again(if_match=f"W/{first.headers['etag']}") == again(if_unmodified_since=PAST) == 412
    assert again(if_unmodified_since=first.headers["last-modified"]) == again(if_unmodified_since="yesterday") == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [("HTTP/1.1\r\n", 400), ("HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400), ("HTTP/1.1\r\nHost: a\r\n", 200), ("HTTP/1.0\r\n", 200)],
)
def test_a_request_names_one_host(server: Server, head: str, status: int) -> None:
    with socket.create_connection(server.address) as connection, connection.makefile("rb") as lines:
        connection.sendall(f"GET /sparql?query=ASK%7B%7D {head}Connection: close\r\n\r\n".encode())
        assert int(lines.readline().split()[1]) == status


def test_a_long_answer_is_compressed_for_who_takes_that(server: Server) -> None:
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"
    plain = server.get("/sparql", params={"query": text}, headers={"Accept-Encoding": "identity"})
    with server.client.stream(
        "GET", f"{server.url}/sparql", params={"query": text}, headers={"Accept-Encoding": "gzip"}
    ) as found:
        raw = b"".join(found.iter_raw())
    assert found.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    assert found.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in found.headers["vary"]
    for unwanted in ("gzip;q=0", "gzip;q=0.000", "gzip; Q=0", "br"):
        refused = server.get("/sparql", params={"query": text}, headers={"Accept-Encoding": unwanted})
        assert "content-encoding" not in refused.headers
    apart = server.get("/sparql", params={"query": text}, headers=[("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")])
    assert apart.headers["content-encoding"] == "gzip"


def test_a_large_answer_is_streamed_whole(server: Server) -> None:
    response = server.ask("SELECT * { ?s ?p ?o . ?p ?q ?r }", "text/csv")
    assert response.headers["transfer-encoding"] == "chunked"
    counted = server.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?p ?q ?r }")
    assert len(list(csv.reader(io.StringIO(response.text)))) - 1 == int(counted[0][0])


# The graph store


def triples(response: httpx.Response) -> set[str]:
    kind = response.headers["content-type"].split(";")[0]
    return {str(quad.triple) for quad in ox.parse(response.content, format=GRAPHS[kind])}


def test_graphs_are_read_by_name(two: Server) -> None:
    assert len(triples(two.get("/store", params={"graph": "http://e/a"}))) == 2
    assert two.get("/store", params={"graph": "http://e/nowhere"}).status_code == 404
    assert two.client.head(f"{two.url}/store", params={"graph": "http://e/a"}).status_code == 200
    assert two.client.head(f"{two.url}/store", params={"graph": "http://e/nowhere"}).status_code == 404
    assert len(triples(two.get("/store?default"))) == 6
    assert len(triples(two.get("/store?default&asserted=1"))) == 5


@pytest.mark.parametrize("kind", ["application/n-quads", "application/trig"])
def test_the_dataset_is_read_without_a_name(two: Server, kind: str) -> None:
    response = two.get("/store", headers={"Accept": kind})
    graphs = {quad.graph_name for quad in ox.parse(response.content, format=GRAPHS[kind])}
    assert ox.NamedNode("http://e/a") in graphs and ox.DefaultGraph() in graphs


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_read_only_server_keeps_its_graphs(two: Server, method: str) -> None:
    response = two.client.request(method, f"{two.url}/store", params={"graph": "http://e/a"}, content=b"")
    assert response.status_code == 403
    assert "--writable" in response.text


def sent(
    server: Server, method: str, content: str = "", token: str = "secret", kind: str = "text/turtle", **name: str
) -> httpx.Response:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {token}"}
    return server.client.request(method, f"{server.url}/store", params=name, content=content.encode(), headers=headers)


def updated(server: Server, text: str, **parameters: str) -> int:
    fields = {name.replace("_", "-"): value for name, value in parameters.items()}
    headers = {"Authorization": "Bearer secret"}
    return server.client.post(f"{server.url}/sparql", data={"update": text, **fields}, headers=headers).status_code


def test_only_who_shows_the_token_may_write(writable: Server) -> None:
    for token in ("x", "Secret", "secret2"):
        response = sent(writable, "PUT", "<urn:a> <urn:b> 1 .", token, graph="urn:g")
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
    anonymous = writable.client.post(f"{writable.url}/sparql", data={"update": "CLEAR ALL"})
    assert anonymous.status_code == 401
    by_address = writable.client.post(
        f"{writable.url}/sparql?access_token=secret", data={"update": "CLEAR SILENT GRAPH <urn:none>"}
    )
    assert by_address.status_code == 204
    assert writable.get("/store", params={"graph": "urn:g"}).status_code == 404


def test_graphs_are_made_replaced_extended_and_removed(writable: Server) -> None:
    made = sent(writable, "PUT", "<urn:a> <urn:b> 01 , '1.50'^^<http://www.w3.org/2001/XMLSchema#decimal> .", graph="urn:one")
    assert made.status_code == 201 and "urn%3Aone" in made.headers["location"]
    assert sent(writable, "PUT", "<urn:a> <urn:b> 2 .", graph="urn:one").status_code == 204
    assert sent(writable, "POST", "<urn:a> <urn:b> 3 .", graph="urn:one").status_code == 204
    values = "SELECT ?n { GRAPH <urn:one> { <urn:a> <urn:b> ?n } } ORDER BY ?n"
    assert writable.rows(values) == [("2",), ("3",)]
    assert sent(writable, "DELETE", graph="urn:one").status_code == 204
    assert sent(writable, "DELETE", graph="urn:one").status_code == 404
    assert writable.rows(values) == []


def test_a_graph_has_an_address(writable: Server) -> None:
    made = writable.client.post(
        f"{writable.url}/store",
        content="<urn:q> <urn:b> 1 .",
        headers={"Content-Type": "text/turtle", "Authorization": "Bearer secret"},
    )
    assert made.status_code == 201
    assert triples(writable.client.get(made.headers["location"])) == {
        '<urn:q> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    }


def test_what_is_written_is_reasoned_over_and_merged(writable: Server) -> None:
    before = writable.rows("SELECT ?k { <urn:felix> a ?k }")
    schema = "<urn:Cat> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:Animal> ."
    assert sent(writable, "PUT", schema, graph="urn:schema").status_code == 201
    assert updated(writable, "INSERT DATA { GRAPH <urn:pets> { <urn:felix> a <urn:Cat> } }") == 204
    assert before == []
    assert sorted(writable.rows("SELECT ?k { <urn:felix> a ?k }")) == [("urn:Animal",), ("urn:Cat",)]
    assert writable.rows("SELECT ?k { <urn:felix> a ?k }", asserted="1") == [("urn:Cat",)]
    assert updated(writable, "DROP GRAPH <urn:schema>") == 204
    assert writable.rows("SELECT ?k { <urn:felix> a ?k }") == [("urn:Cat",)]


def test_what_the_files_say_can_be_taken_back_and_the_files_stay(writable: Server) -> None:
    near = "SELECT ?o { <http://e/id/tokyo> <http://e/o#near> ?o }"
    assert writable.rows(near) == [("http://e/id/osaka",)]
    remove = "DELETE WHERE { GRAPH <http://e/text/S1> { <http://e/id/tokyo> <http://e/o#near> ?o } }"
    assert updated(writable, remove) == 204
    assert writable.rows(near) == []
    back = "INSERT DATA { GRAPH <http://e/text/S1> { <http://e/id/tokyo> <http://e/o#near> <http://e/id/osaka> } }"
    assert updated(writable, back) == 204
    assert writable.rows(near) == [("http://e/id/osaka",)]


def test_in_an_update_the_default_graph_is_what_was_written_to_it(writable: Server) -> None:
    assert updated(writable, "INSERT DATA { <urn:x> <urn:y> 5 }") == 204
    assert triples(writable.get("/store?default")) == {'<urn:x> <urn:y> "5"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    assert updated(writable, "CLEAR DEFAULT") == 204
    assert writable.rows("SELECT ?o { <urn:x> <urn:y> ?o }") == []
    assert len(writable.rows("SELECT ?s { ?s ?p ?o }")) > 10


def test_an_update_may_be_given_its_dataset(writable: Server) -> None:
    assert (
        updated(writable, "INSERT DATA { GRAPH <urn:from> { <urn:m> <urn:n> 1 } GRAPH <urn:other> { <urn:m> <urn:n> 2 } }") == 204
    )
    copy = "INSERT { GRAPH <urn:to> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    assert updated(writable, copy, using_graph_uri="urn:from") == 204
    assert writable.rows("SELECT ?o { GRAPH <urn:to> { ?s ?p ?o } }") == [("1",)]
    assert updated(writable, f"WITH <urn:x> {copy}", using_graph_uri="urn:from") == 400
    assert updated(writable, "DELETE WHERE { ?s ?p ?o }", using_graph_uri="urn:from") == 400
    assert updated(writable, "CLEAR GRAPH <urn:to>", default_graph_uri="urn:from") == 400


def test_each_operation_of_an_update_may_declare_prefixes(writable: Server) -> None:
    declared = "PREFIX e: <urn:e:> INSERT DATA { GRAPH e:g { e:a e:b 1 } } ;\n"
    assert (
        updated(writable, f"{declared} PREFIX e: <urn:e:>\nPREFIX f: <urn:e:> INSERT DATA {{ GRAPH f:g {{ f:a e:b 2 }} }}") == 204
    )
    assert writable.rows("SELECT ?n { GRAPH <urn:e:g> { <urn:e:a> <urn:e:b> ?n } } ORDER BY ?n") == [("1",), ("2",)]
    # What the engine cannot read is refused: the prefix would have two meanings.
    assert updated(writable, f"{declared} PREFIX e: <urn:f:> INSERT DATA {{ GRAPH e:g {{ e:a e:b 3 }} }}") == 400
    assert updated(writable, "DROP GRAPH <urn:e:g>") == 204


def test_an_update_is_made_whole_or_not_at_all(writable: Server) -> None:
    assert updated(writable, "INSERT DATA { GRAPH <urn:half> { <urn:a> <urn:b> 1 } } ; CREATE GRAPH <urn:half>") == 400
    assert updated(writable, "INSERT DATA { GRAPH <urn:half> { <urn:a> <urn:b> 1 } } ; LOAD <file:///etc/passwd>") == 400
    assert writable.get("/store", params={"graph": "urn:half"}).status_code == 404


def test_a_page_of_another_site_may_not_write_where_there_is_no_token(tmp_path: Path) -> None:
    arguments = ("--writable", "--no-token", "--data", tmp_path / "data")
    with serving(*arguments, cache=tmp_path / "cache", root=project(tmp_path / "project")) as server:

        def update(origin: str) -> int:
            update = {"update": "INSERT DATA { <urn:a> <urn:b> 1 }"}
            return server.client.post(f"{server.url}/sparql", data=update, headers={"Origin": origin}).status_code

        assert update("https://evil.example") == 403
        assert update("null") == 403
        assert update(server.url) == 204
