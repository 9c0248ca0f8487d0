"""What a worker tells of the whole: the service (SPARQL 1.1 Service Description) and the data set (VoID and DCAT).

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg import __version__
from kg.answers import by_name
from kg.export import written
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.web.negotiation import DATASETS, GRAPHS, media_type
from kg.web.sink import Sink
from kg.web.state import WorkerState

_SD = "http://www.w3.org/ns/sparql-service-description#"
_RL = "http://www.w3.org/ns/owl-profile/RL"
_OWL_RDF_BASED = "http://www.w3.org/ns/entailment/OWL-RDF-Based"
# The names of formats at https://www.w3.org/ns/formats/; those without one are told by VoID alone.
_FORMATS = {
    **{"json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML", "csv": "SPARQL_Results_CSV", "tsv": "SPARQL_Results_TSV"},
    **{"turtle": "Turtle", "trig": "TriG", "ntriples": "N-Triples", "nquads": "N-Quads", "rdfxml": "RDF_XML"},
    "jsonld": "JSON-LD",
}
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_ENTITIES = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class }"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_BY_CLASS = "SELECT ?class ?property (COUNT(*) AS ?n) { ?s a ?class ; ?property ?o } GROUP BY ?class ?property"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_TOTALS = (
    "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) (COUNT(DISTINCT ?p) AS ?properties) "
    "(COUNT(DISTINCT ?o) AS ?distinctObjects) { ?s ?p ?o }"
)

Object = ox.NamedNode | ox.Literal


class _Told:
    """Quads that are being collected."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def say(self, subject: str, prefix: str, name: str, *objects: Object | str | int) -> None:
        """Says what a subject has for a property; a text is an IRI."""
        predicate = ox.NamedNode((_SD if prefix == "sd" else WELL_KNOWN[prefix]) + name)
        for each in objects:
            term = ox.NamedNode(each) if isinstance(each, str) else ox.Literal(each) if isinstance(each, int) else each
            self.quads.append(ox.Quad(ox.NamedNode(subject), predicate, term))

    def is_a(self, subject: str, *classes: str) -> None:
        self.say(subject, "rdf", "type", *classes)


def service(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Describes the SPARQL service. Parameters: `address`, the URL of the server; `form`; `writable`; `federated`."""
    address, told = parameters["address"], _Told()
    endpoint, dataset = f"{address}/sparql", _dataset(address)
    told.is_a(endpoint, f"{_SD}Service")
    told.say(endpoint, "sd", "endpoint", endpoint)
    updates = [f"{_SD}SPARQL11Update"] if parameters["writable"] else []
    told.say(endpoint, "sd", "supportedLanguage", f"{_SD}SPARQL11Query", *updates)
    told.say(endpoint, "sd", "resultFormat", *(f"http://www.w3.org/ns/formats/{name}" for name in _FORMATS.values()))
    told.say(endpoint, "sd", "feature", *(_SD + name for name in _features(parameters)))
    told.say(endpoint, "sd", "defaultEntailmentRegime", _OWL_RDF_BASED)
    told.say(endpoint, "sd", "defaultSupportedEntailmentProfile", _RL)
    told.say(endpoint, "sd", "defaultDataset", dataset)
    told.is_a(dataset, f"{_SD}Dataset")
    told.say(dataset, "sd", "defaultGraph", f"{dataset}-default")
    told.is_a(f"{dataset}-default", f"{_SD}Graph")
    told.say(f"{dataset}-default", "void", "triples", *(row["triples"] for row in _rows(state.graph, _TOTALS)))
    for row in _rows(state.graph, _GRAPHS):
        graph = _fragment(address, "graph", state.graph, row["graph"])
        told.say(dataset, "sd", "namedGraph", graph)
        told.is_a(graph, f"{_SD}NamedGraph")
        told.say(graph, "sd", "name", row["graph"])
        if row["graph"] == state.graph.inferred:
            told.say(graph, "sd", "entailmentRegime", _OWL_RDF_BASED)
            told.say(graph, "sd", "supportedEntailmentProfile", _RL)
        told.say(graph, "sd", "graph", f"{graph}-triples")
        told.is_a(f"{graph}-triples", f"{_SD}Graph")
        told.say(f"{graph}-triples", "void", "triples", row["n"])
    _write(state.graph, told, parameters["form"], sink)


def _features(parameters: Mapping[str, Any]) -> Iterator[str]:
    """What the service can: in updates, the default graph is not the union of the others, as it is in queries."""
    yield "EmptyGraphs" if parameters["writable"] else "UnionDefaultGraph"
    if parameters["federated"]:
        yield "BasicFederatedQuery"


def void(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Describes the data set. Parameters: `address`, the URL of the server; `form`; `generation`."""
    told = _Told()
    _catalogue(state.graph, parameters["address"], parameters["generation"], told)
    _statistics(state.graph, parameters["address"], told)
    _write(state.graph, told, parameters["form"], sink)


def _catalogue(graph: KnowledgeGraph, address: str, generation: str, told: _Told) -> None:
    """What the data set is, and where it can be had."""
    dataset, project = _dataset(address), graph.project
    void, dcat = WELL_KNOWN["void"], WELL_KNOWN["dcat"]
    told.is_a(dataset, f"{void}Dataset", f"{dcat}Dataset")
    told.say(dataset, "dcterms", "title", *(ox.Literal(text, language=tag or None) for tag, text in project.titles.items()))
    told.say(dataset, "dcat", "version", ox.Literal(generation))
    told.say(dataset, "void", "sparqlEndpoint", f"{address}/sparql")
    told.say(dataset, "void", "uriSpace", ox.Literal(f"{project.base}id/"))
    told.say(dataset, "void", "vocabulary", *sorted({*graph.names.prefixes.values()} & _vocabularies(graph)))
    for name, url, description in (("sparql", "/sparql", "/sparql"), ("queries", "/query", "/openapi.json")):
        access = f"{address}/.well-known/void#{name}"
        told.is_a(access, f"{dcat}DataService")
        told.say(access, "dcterms", "title", ox.Literal(f"kg {__version__}: {url}"))
        told.say(access, "dcat", "endpointURL", address + url)
        told.say(access, "dcat", "endpointDescription", address + description)
        told.say(access, "dcat", "servesDataset", dataset)
    for form in GRAPHS:
        distribution = f"{address}/.well-known/void#{form.name}"
        told.is_a(distribution, f"{dcat}Distribution")
        told.say(dataset, "dcat", "distribution", distribution)
        told.say(dataset, "void", "feature", f"http://www.w3.org/ns/formats/{_FORMATS[form.name]}")
        dump = f"{address}/store?{'' if form in DATASETS else 'default&'}format={form.name}"
        told.say(dataset, "void", "dataDump", dump)
        told.say(distribution, "dcat", "accessURL", f"{address}/store")
        told.say(distribution, "dcat", "downloadURL", dump)
        told.say(distribution, "dcat", "accessService", f"{address}/.well-known/void#sparql")
        told.say(distribution, "dcat", "mediaType", f"https://www.iana.org/assignments/media-types/{form.media_type}")


def _vocabularies(graph: KnowledgeGraph) -> set[str]:
    """The namespaces whose terms the data use."""
    terms = [row["class"] for row in _rows(graph, _CLASSES)] + [row["property"] for row in _rows(graph, _PROPERTIES)]
    used = [term.value for term in terms]
    return {space for space in graph.names.prefixes.values() if any(iri.startswith(space) for iri in used)}


def statistics(graph: KnowledgeGraph, address: str) -> Iterator[ox.Triple]:
    """The statistics of the data set, as triples."""
    told = _Told()
    told.is_a(_dataset(address), f"{WELL_KNOWN['void']}Dataset")
    told.say(_dataset(address), "void", "sparqlEndpoint", f"{address}/sparql")
    _statistics(graph, address, told)
    yield from (quad.triple for quad in told.quads)


def _statistics(graph: KnowledgeGraph, address: str, told: _Told) -> None:
    dataset = _dataset(address)
    for row in _rows(graph, _TOTALS):
        for name, number in row.items():
            told.say(dataset, "void", name, number)
    classes = [row for row in _rows(graph, _CLASSES) if isinstance(row["class"], ox.NamedNode)]
    told.say(dataset, "void", "classes", len(classes))
    told.say(dataset, "void", "entities", *(row["n"] for row in _rows(graph, _ENTITIES)))
    for row in classes:
        partition = _fragment(address, "class", graph, row["class"])
        told.say(dataset, "void", "classPartition", partition)
        told.say(partition, "void", "class", row["class"])
        told.say(partition, "void", "entities", row["n"])
    for row in _rows(graph, _PROPERTIES):
        _property(dataset, _fragment(address, "property", graph, row["property"]), row, told)
    for row in _rows(graph, _BY_CLASS):
        if isinstance(row["class"], ox.NamedNode):
            partition = _fragment(address, "class", graph, row["class"])
            _property(partition, f"{partition}--{_short(graph, row['property'])}", row, told)


def _property(whole: str, partition: str, row: Mapping[str, Any], told: _Told) -> None:
    told.say(whole, "void", "propertyPartition", partition)
    told.say(partition, "void", "property", row["property"])
    told.say(partition, "void", "triples", row["n"])


def _rows(graph: KnowledgeGraph, text: str) -> Iterator[dict[str, Any]]:
    answer = graph.sparql(text)
    names, rows = answer.table()
    yield from (dict(zip(names, row, strict=True)) for row in rows)


def _dataset(address: str) -> str:
    return f"{address}/.well-known/void#dataset"


def _fragment(address: str, kind: str, graph: KnowledgeGraph, term: ox.NamedNode) -> str:
    return f"{address}/.well-known/void#{kind}-{_short(graph, term)}"


def _short(graph: KnowledgeGraph, term: ox.NamedNode) -> str:
    return quote(graph.names.shorten(term.value).strip("<>"), safe=":")


def _write(graph: KnowledgeGraph, told: _Told, form: str, sink: Sink) -> None:
    chosen = by_name(form)
    sink.head(media_type(chosen))
    sink.write(written(graph, told.quads, chosen))
