"""kg.export: what goes out is what the sources say and what follows, the same bytes every time, in formats that read back."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import jsonld
from kg.answers import by_name
from kg.errors import ProjectError, UsageError
from kg.export import ALL, EXPORTS, export, write
from kg.graph import KnowledgeGraph
from kg.names import Names

ROOT = Path(__file__).parents[1]
INFERRED = "http://e/graph/inferred"
FILES = {
    "kg.toml": """base = "http://e/"
[prefixes]
o = "http://e/o#"
id = "http://e/id/"
[statements]
modality = "o:modality"
""",
    "ontology/terms.ttl": """@prefix o: <http://e/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
o:near a owl:SymmetricProperty , owl:ObjectProperty ; rdfs:label "is near"@en .
o:Big owl:equivalentClass [ a owl:Restriction ; owl:onProperty o:size ; owl:hasValue 1 ] .
""",
    "data/facts.trig": """@prefix id: <http://e/id/> .
@prefix o: <http://e/o#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
<http://e/text/S1> oa:start 0 ; oa:end 9 .
<http://e/text/S1> { id:tokyo o:near id:osaka ; o:amount "01.50"^^xsd:decimal ; rdfs:label "Tokyo"@en , "東京"@ja . }
<http://e/text/S2> { id:tokyo o:near id:osaka . id:plan o:modality "proposed" ; o:about id:osaka , "a \\"b\\"\\n.\\n}" . }
""",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("project")
    for name, content in ({"queries/README.md": ""} | FILES).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        return kg.open(folder)


def dataset(content: bytes, format: str) -> ox.Dataset:
    rdf = by_name(format).rdf
    assert rdf
    found = ox.Dataset(ox.parse(content, format=rdf))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def moved(quad: ox.Quad, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def merged(quads: ox.Dataset) -> ox.Dataset:
    found = ox.Dataset(moved(quad, ox.DefaultGraph()) for quad in quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def expected() -> ox.Dataset:
    """What the tiny project states, its graphs named after its files, and what follows from it."""
    terms = ox.NamedNode("http://e/graph/terms")
    facts = ox.NamedNode("http://e/graph/facts")
    declared = [moved(quad, terms) for quad in ox.parse(FILES["ontology/terms.ttl"], format=ox.RdfFormat.TURTLE)]
    read = ox.parse(FILES["data/facts.trig"], format=ox.RdfFormat.TRIG)
    stated = [quad if isinstance(quad.graph_name, ox.NamedNode) else moved(quad, facts) for quad in read]
    follows = f"<http://e/id/osaka> <http://e/o#near> <http://e/id/tokyo> <{INFERRED}> ."
    found = ox.Dataset([*declared, *stated, *ox.parse(follows, format=ox.RdfFormat.N_QUADS)])
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.mark.parametrize("format", ["nquads", "trig", "jsonld"])
def test_formats_of_quads_hold_the_sources_and_what_follows(graph: KnowledgeGraph, format: str) -> None:
    assert dataset(export(graph, format), format) == expected()


@pytest.mark.parametrize("format", ["turtle", "ntriples", "rdfxml"])
def test_formats_of_triples_hold_the_merge(graph: KnowledgeGraph, format: str) -> None:
    assert dataset(export(graph, format), format) == merged(expected())


def test_lexical_forms_are_kept(graph: KnowledgeGraph) -> None:
    for format in EXPORTS:
        assert b"01.50" in export(graph, format.name), format.name


def test_trig_reads_well(graph: KnowledgeGraph) -> None:
    text = export(graph, "trig", graph_name="S2").decode()
    assert text == (
        '@prefix id: <http://e/id/> .\n@prefix o: <http://e/o#> .\n\n<http://e/text/S2> {\n'
        '\tid:plan o:about "a \\"b\\"\\n.\\n}" , id:osaka ;\n\t\to:modality "proposed" .\n\n\tid:tokyo o:near id:osaka .\n}\n'
    )  # fmt: skip


def test_only_the_prefixes_that_are_used_are_declared(graph: KnowledgeGraph) -> None:
    turtle = export(graph, "turtle").decode()
    assert "@prefix o: " in turtle
    assert "@prefix prov: " not in turtle
    assert "@prefix skos: " not in turtle


def test_statements_are_one_row_a_quad(graph: KnowledgeGraph) -> None:
    rows = list(csv.DictReader(io.StringIO(export(graph, "statements").decode(), newline="")))
    assert len(rows) == len(expected())
    assert list(rows[0]) == [
        *("graph", "sentence", "subject", "subject_label", "predicate", "predicate_label", "object", "object_label"),
        *("datatype", "language", "modality", "inferred"),
    ]  # fmt: skip
    amount = next(row for row in rows if row["predicate"] == "http://e/o#amount")
    assert amount["sentence"] == "<http://e/text/S1>"
    assert (amount["subject_label"], amount["object"], amount["datatype"]) == ("Tokyo", "01.50", "xsd:decimal")
    plans = [row for row in rows if row["subject"] == "http://e/id/plan"]
    assert {row["modality"] for row in plans} == {"proposed"}
    assert [row["subject"] for row in rows if row["inferred"] == "true"] == ["http://e/id/osaka"]
    assert next(row for row in rows if row["object"] == "東京")["language"] == "ja"


def test_a_column_with_an_unknown_prefix_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kg.toml").write_text('[statements]\nmodality = "nope"\n')
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ProjectError, match=r"kg\.toml: the column 'modality' names no property: 'nope'"):
        export(kg.open(tmp_path), "statements")


def test_columns_that_are_no_table_of_texts_are_refused(tmp_path: Path) -> None:
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kg.toml").write_text("[statements]\nmodality = 1\n")
    with pytest.raises(ProjectError, match=r"kg\.toml: setting 'statements' has the wrong type"):
        kg.open(tmp_path)


def test_a_file_name_that_no_iri_can_hold_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "50% о мире.nt").write_text("<http://e/a> <http://e/b> <http://e/c> .\n")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    written = "<http://e/a> <http://e/b> <http://e/c> <urn:kg:graph/50%25%20о%20мире> .\n"
    assert export(kg.open(tmp_path), "nquads").decode() == written


@pytest.mark.parametrize("settings", ['base = "x y"', '[prefixes]\na = "no iri"'])
def test_settings_that_want_an_iri_say_so(tmp_path: Path, settings: str) -> None:
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kg.toml").write_text(settings)
    with pytest.raises(ProjectError, match="is no IRI"):
        kg.open(tmp_path)


@pytest.mark.parametrize("name", ["S1", "http://e/text/S1", "<http://e/text/S1>"])
def test_a_graph_is_chosen_by_iri_or_last_part(graph: KnowledgeGraph, name: str) -> None:
    assert {str(quad.graph_name) for quad in dataset(export(graph, "nquads", graph_name=name), "nquads")} == {
        "<http://e/text/S1>"
    }


@pytest.mark.parametrize(("name", "count"), [("terms", 7), ("inferred", 1), ("facts", 2)])
def test_the_graph_of_a_file_is_chosen_by_its_stem(graph: KnowledgeGraph, name: str, count: int) -> None:
    assert len(dataset(export(graph, "nquads", graph_name=name), "nquads")) == count


def test_an_unknown_graph_or_format_names_what_there_is(graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="no graph is called 'S7'"):
        export(graph, "nquads", graph_name="S7")
    with pytest.raises(UsageError, match="turtle, trig, ntriples, nquads, rdfxml, jsonld, statements"):
        export(graph, "table")


def test_all_formats_go_into_a_folder(graph: KnowledgeGraph, tmp_path: Path) -> None:
    written = write(graph, ALL, tmp_path / "new" / "dump")
    assert [file.name for file in written] == [
        *("graph.ttl", "graph.trig", "graph.nt", "graph.nq", "graph.rdf", "graph.jsonld", "statements.csv")
    ]  # fmt: skip
    assert sorted(file.name for file in (tmp_path / "new" / "dump").iterdir()) == sorted(file.name for file in written)
    assert written[0].read_bytes() == export(graph, "turtle")


def test_a_file_is_not_put_in_the_place_of_a_folder(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        write(graph, "turtle", tmp_path)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        write(graph, ALL, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_what_cannot_be_written_leaves_nothing_behind(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ProjectError, match="cannot be written"):
        write(graph, "turtle", tmp_path / "file" / "graph.ttl")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("statement", ["<http://e/a> <http://e/1> <http://e/b> .", '<http://e/a> <http://e/b> "\\u0001" .'])
def test_rdfxml_says_what_it_cannot_carry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    for folder in ("ontology", "data", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "d.nt").write_text(statement + "\n")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(UsageError, match="rdfxml cannot carry this graph"):
        export(kg.open(tmp_path), "rdfxml")


IRIS = st.sampled_from(["http://e/a", "http://e/b#c", "http://f/a", "http://e/", "urn:x:y", "http://e/x%20y", "http://e/é"])
LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))),
    st.builds(lambda text, language: ox.Literal(text, language=language), st.text("ab @:"), st.sampled_from(["en", "ja"])),
    st.builds(lambda text, iri: ox.Literal(text, datatype=ox.NamedNode(iri)), st.text("01.:e-"), IRIS),
)
NODES = st.builds(ox.NamedNode, IRIS)
SUBJECTS = NODES | st.just(ox.BlankNode("n"))
OBJECTS = NODES | LITERALS | st.just(ox.BlankNode("m"))
QUADS = st.builds(ox.Quad, SUBJECTS, NODES, OBJECTS, NODES | st.just(ox.DefaultGraph()))


@given(st.sets(QUADS))
def test_jsonld_brings_back_any_quads(quads: set[ox.Quad]) -> None:
    names = Names({"e": "http://e/", "f": "http://f/", "a": "http://e/b#", "urn": "http://e/x"})
    in_order = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.subject), str(quad)))
    given, found = ox.Dataset(quads), dataset(jsonld.write(in_order, names), "jsonld")
    given.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert found == given


def test_jsonld_refuses_what_it_cannot_carry() -> None:
    node = ox.NamedNode("http://e/a")
    with pytest.raises(UsageError, match="JSON-LD cannot carry"):
        jsonld.write([ox.Quad(node, node, ox.Triple(node, node, node))], Names({}))


def test_jsonld_has_one_context_and_short_keys(graph: KnowledgeGraph) -> None:
    document = json.loads(export(graph, "jsonld"))
    assert document["@context"]["amount"] == {"@id": "o:amount", "@type": "xsd:decimal"}
    assert document["@context"]["label"] == {"@id": "rdfs:label", "@container": "@language"}
    sentence = next(each for each in document["@graph"] if each["@id"] == "http://e/text/S1")
    assert sentence["@graph"][0]["label"] == {"en": "Tokyo", "ja": "東京"}


def flagship(tmp_path: Path, format: str, seed: str) -> bytes:
    """The flagship graph, exported by a process with its own hash seed and its own cache."""
    program = f"import sys, kg; from kg.export import export; sys.stdout.buffer.write(export(kg.open({str(ROOT)!r}), {format!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "KG_CACHE": str(tmp_path / seed), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True).stdout


@pytest.mark.slow
def test_the_flagship_comes_out_the_same_from_every_build(tmp_path: Path) -> None:
    for format in ("trig", "jsonld", "statements"):
        assert flagship(tmp_path, format, "1") == flagship(tmp_path, format, "2"), format


@pytest.mark.parametrize("format", ["trig", "jsonld"])
def test_the_flagship_reads_back_from_every_format_of_quads(format: str, real: Callable[[], KnowledgeGraph]) -> None:
    graph = real()
    assert dataset(export(graph, format), format) == dataset(export(graph, "nquads"), "nquads")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], KnowledgeGraph]:
    def opened() -> KnowledgeGraph:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KG_CACHE", str(tmp_path_factory.getbasetemp() / "flagship"))
            return kg.open(ROOT)

    return opened
