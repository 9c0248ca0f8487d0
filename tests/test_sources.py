"""Files → quads: where triples go, what blank nodes are called, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import sources
from kg.errors import Place, SourceError
from tests.conftest import Tiny


def graphs(found: sources.Sources) -> list[str]:
    return [quad.graph_name.value for quad in found.quads if isinstance(quad.graph_name, ox.NamedNode)]


def test_a_triple_without_a_graph_goes_into_the_graph_named_after_its_file(tiny: Tiny) -> None:
    found = sources.read(tiny(**{"data/summit.ttl": ":a a :B .", "data/deep/er.nt": "<http://e/a> <http://e/b> <http://e/c> ."}))
    assert graphs(found) == ["urn:kg:graph/er", "urn:kg:graph/summit"]


def test_a_named_graph_stays(tiny: Tiny) -> None:
    found = sources.read(
        tiny(**{"data/a.trig": ":g { :a a :B } :a a :C .", "data/b.nq": "<http://e/a> <http://e/b> <http://e/c> <http://e/h> ."})
    )
    assert sorted(graphs(found)) == ["http://e/g", "http://e/h", "urn:kg:graph/a"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", ":a a :B ."),
        ("a.trig", ":a a :B ."),
        ("a.nt", "<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/B> ."),
        ("a.nq", "<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/B> ."),
        ("a.jsonld", '{"@id": "http://e/a", "@type": "http://e/B"}'),
        (
            "a.rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e/"><B r:about="http://e/a"/></r:RDF>',
        ),
    ],
)
def test_every_format_gives_the_same_quad(tiny: Tiny, name: str, text: str) -> None:
    quads = sources.read(tiny(**{f"data/{name}": text})).quads
    assert [str(quad.triple) for quad in quads] == ["<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/B>"]


def test_literals_are_kept_as_written(tiny: Tiny) -> None:
    written = '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    quads = sources.read(tiny(**{"data/a.ttl": f":a :b {written}, '1.50'^^xsd:decimal ."})).quads
    assert [str(quad.object) for quad in quads] == [written, '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>']


def test_shapes_are_no_part_of_the_graph(tiny: Tiny) -> None:
    made = tiny(
        **{"ontology/shapes.ttl": ":S a :Shape .", "ontology/my-shapes.ttl": ":T a :Shape .", "data/shapes.ttl": ":a a :B ."}
    )
    found = sources.read(made)
    assert [file.name for file in found.shapes] == ["my-shapes.ttl", "shapes.ttl"]
    assert len(found.quads) == 1


def test_other_files_are_passed_over(tiny: Tiny) -> None:
    made = tiny(
        **{
            "data/README.md": "# Data",
            "data/.hidden.ttl": ":a",
            "data/.git/x.ttl": ":a",
            "data/a.xlsx": b"\xff",
            "data/A.TTL": "",
        }
    )
    assert [file.name for file in sources.read(made).files] == ["A.TTL"]


def test_blank_nodes_of_two_files_never_meet(tiny: Tiny) -> None:
    same = "_:x a :B . _:x :p [ :q 1 ] ."
    quads = sources.read(tiny(**{"data/a.ttl": same, "data/b.ttl": same, "ontology/a.ttl": same})).quads
    labels = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.BlankNode)}
    assert len(quads) == 9 and len(labels) == 6


def test_blank_nodes_are_called_the_same_in_every_read(tiny: Tiny) -> None:
    made = tiny(**{"data/a.trig": "[] :p [ :q [ :r 1 ], [] ] . :g { [] :p <<( _:x :p _:y )>> }"})
    assert sources.read(made).quads == sources.read(made).quads


def test_the_first_binding_of_a_prefix_wins(tiny: Tiny) -> None:
    made = tiny(
        **{"data/a.ttl": "@prefix x: <http://first/> .", "data/b.ttl": "@prefix x: <http://second/> . @prefix y: <http://y/> ."}
    )
    prefixes = sources.read(made).prefixes
    assert (prefixes["x"], prefixes["y"]) == ("http://first/", "http://y/")


@pytest.mark.parametrize(
    ("text", "place", "said", "hint"),
    [
        (":a a :B .\n:a foo:b :c .", Place("data/a.ttl", 2, 4), "The prefix foo: has not been declared", "@prefix foo:"),
        (":a a :B .\n:a :b 'open .\n", Place("data/a.ttl", 2, 7), "Unexpected end of file", "not closed"),
        (":a a :B .\n<x> a :B .", Place("data/a.ttl", 2, 1), "No scheme found in an absolute IRI", "@base"),
        (":a a :B .\n:a :b ; ; .\n:c .", Place("data/a.ttl", 2, 7), "; is not a valid RDF object", "just before it"),
    ],
)
def test_a_syntax_error_is_told_at_its_line_and_column(tiny: Tiny, text: str, place: Place, said: str, hint: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        sources.read(tiny(**{"data/a.ttl": text}))
    assert caught.value.place == place
    assert hint in caught.value.hint


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tiny: Tiny) -> None:
    with pytest.raises(SourceError, match="not UTF-8") as caught:
        sources.read(tiny(**{"data/a.ttl": b"# fine\n# caf\xe9\n"}))
    assert caught.value.place == Place("data/a.ttl", 2)


def test_a_byte_order_mark_does_no_harm(tiny: Tiny) -> None:
    made = tiny(**{"data/a.ttl": b"\xef\xbb\xbf<http://e/a> a <http://e/B> ."})
    assert len(sources.read(made).quads) == 1


def test_broken_xml_and_json_are_told_with_their_file(tiny: Tiny) -> None:
    for name, text in (("a.rdf", "<rdf:RDF>"), ("a.jsonld", '{"@context": "http://remote.example/c", "a": 1}')):
        with pytest.raises(SourceError) as caught:
            sources.parse(made := tiny(**{f"data/{name}": text}), made.data / name)
        assert caught.value.place and caught.value.place.file == f"data/{name}"


def test_a_file_that_cannot_be_read_is_named(tiny: Tiny) -> None:
    made = tiny()
    # A file that nobody can read, not even root.
    (made.data / "a.ttl").symlink_to("/proc/self/mem")
    with pytest.raises(SourceError, match=r"data/a\.ttl: cannot be read"):
        sources.read(made)


def test_a_link_that_leads_nowhere_is_passed_over(tiny: Tiny) -> None:
    made = tiny()
    (made.data / "a.ttl").symlink_to(Path("nowhere.ttl"))
    assert sources.read(made).quads == []


def test_the_digest_changes_with_contents_names_and_settings_and_with_nothing_else(tiny: Tiny) -> None:
    seen = [str(sources.digests(tiny(**{"data/a.ttl": ":a a :B ."})))]
    assert str(sources.digests(tiny(**{"data/README.md": "words", "queries/q.rq": "ASK {}"}))) == seen[0]
    changes = ({"data/a.ttl": ":a a :C ."}, {"data/b.ttl": ""}, {"kg.toml": "base = 'http://b/'"}, {"ontology/a.ttl": ""})
    seen += [str(sources.digests(tiny(**change))) for change in changes]
    assert len(set(seen)) == 5


def test_the_flagship_has_no_blank_node_in_its_data() -> None:
    root = Path(__file__).parent.parent
    files = sources.rdf_files(root / "data")
    assert len(files) >= 10
    assert not [file for file in files if b"_:" in file.read_bytes()]
