"""A graph as files of linked data: sorted, free of the clock, the same bytes in every run.

What is exported are the quads of the sources, as they are written there, and the inferred triples in a graph of their own.
Formats of triples hold the RDF merge of all graphs; formats of quads, and the table of statements, keep the graphs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg import jsonld, sources, statements
from kg.answers import FORMATS, Format, by_name, used_prefixes
from kg.errors import ProjectError, UsageError
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN, did_you_mean

EXPORTS: tuple[Format, ...] = tuple(format for format in FORMATS if format.for_triples or format.name == "statements")
ALL = "all"
_RDF_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")


def write(graph: KnowledgeGraph, format: str, output: Path | None, *, graph_name: str | None = None) -> list[Path]:
    """Write the graph to the file `output` (None: stdout), or in `all` formats into the folder `output`; returns the files.

    Each file appears whole or not at all. Raises UsageError where `output` is a folder and should be a file or the other
    way round, ProjectError where it cannot be written, and what `export` raises.
    """
    if output is None:
        sys.stdout.buffer.write(export(graph, format, graph_name=graph_name))
        return []
    formats = EXPORTS if format == ALL else (_exportable(format),)
    if format == ALL and output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file", hint="all formats are written into a folder: name a new or existing one")
    if format != ALL and output.is_dir():
        raise UsageError(f"{output} is a folder", hint=f"name the file: {output / _file_name(formats[0])}")
    quads = _chosen(graph, graph_name)
    files = {output / _file_name(each) if format == ALL else output: each for each in formats}
    for file, each in files.items():
        _write_whole(file, _serialized(graph, quads, each))
    return list(files)


def export(graph: KnowledgeGraph, format: str, *, graph_name: str | None = None) -> bytes:
    """The graph, or one named graph of it (by IRI, short name or the last part of either), in a format by name.

    Raises UsageError where the format or the graph is unknown or the format cannot carry the graph.
    """
    return _serialized(graph, _chosen(graph, graph_name), _exportable(format))


def written(graph: KnowledgeGraph, quads: Iterable[ox.Quad], format: Format) -> bytes:
    """Any quads in a format of graphs, sorted; UsageError where the format cannot carry them."""
    return _serialized(graph, _in_order(quads), format)


def _exportable(name: str) -> Format:
    if name in (format.name for format in EXPORTS):
        return by_name(name)
    known = ", ".join(format.name for format in EXPORTS)
    raise UsageError(f"a graph cannot be exported as {name!r}", hint=f"the formats are {known}; with -o FOLDER also {ALL}")


def _file_name(format: Format) -> str:
    return f"{'statements' if format.rdf is None else 'graph'}.{format.suffix}"


def _chosen(graph: KnowledgeGraph, name: str | None) -> list[ox.Quad]:
    """The quads to export, each once, sorted by graph and subject, types first."""
    inferred = (ox.Quad(triple.subject, triple.predicate, triple.object, graph.inferred) for triple in graph.inferences())
    quads = {*sources.read(graph.project).quads, *inferred}
    if name is not None:
        home = _graph_called(graph, name, quads)
        quads = {quad for quad in quads if quad.graph_name == home}
    return _in_order(quads)


def _in_order(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return sorted(set(quads), key=lambda quad: (str(quad.graph_name), *_by_subject(quad)))


def _by_subject(statement: ox.Quad | ox.Triple) -> tuple[str, bool, str, str]:
    predicate = statement.predicate
    return str(statement.subject), predicate != _RDF_TYPE, str(predicate), str(statement.object)


def _graph_called(graph: KnowledgeGraph, name: str, quads: Iterable[ox.Quad]) -> ox.NamedNode:
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    exact = graphs & {graph.names.expand(name), graph.project.graph(name)}
    fitting = sorted(exact or (iri for iri in graphs if re.split("[/#:]", iri)[-1] == name))
    if len(fitting) == 1:
        return ox.NamedNode(fitting[0])
    if fitting:
        several = ", ".join(map(graph.names.shorten, fitting))
        raise UsageError(f"several graphs are called {name!r}", hint=f"choose one of {several}")
    shorts = sorted(map(graph.names.shorten, graphs))
    hint = did_you_mean(name, shorts, otherwise=f"some of the graphs are {', '.join(shorts[:5])}")
    raise UsageError(f"no graph is called {name!r}", hint=hint)


def _serialized(graph: KnowledgeGraph, quads: Sequence[ox.Quad], format: Format) -> bytes:
    if format.rdf is None:
        return statements.write(graph, quads)
    if format.rdf == ox.RdfFormat.JSON_LD:
        return jsonld.write(quads, graph.names)
    merged = quads if format.rdf.supports_datasets else sorted({quad.triple for quad in quads}, key=_by_subject)
    try:
        written = ox.serialize(merged, format=format.rdf, prefixes=used_prefixes(merged, graph.names.prefixes)) or b""
        if format.rdf == ox.RdfFormat.RDF_XML:
            # XML turns a bare carriage return into a line feed.
            written = written.replace(b"\r", b"&#13;")
            # A property that ends in no XML name, or a control character, is written all the same: as something that is no XML.
            expat.ParserCreate(namespace_separator=" ").Parse(written, True)
    except (OSError, ValueError, expat.ExpatError) as error:
        raise UsageError(f"{format.name} cannot carry this graph: {error}", hint="trig and nquads can") from error
    return _spaced(written) if format.name in ("turtle", "trig") else written


def _spaced(text: bytes) -> bytes:
    """Turtle or TriG with an empty line before each subject and graph; literals hold no line breaks there."""
    return re.sub(rb"(?<=[.}]\n)(?=\t?[^\t@}\n])", b"\n", text)


def _write_whole(file: Path, content: bytes) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ProjectError(f"{file} cannot be written: {error.strerror}", hint="choose another place with -o") from error
