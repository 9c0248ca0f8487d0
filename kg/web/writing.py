"""Working out changes in a worker: what an update or an upload would remove and add, without keeping any of it.

The worker's store is its own copy; it is thrown away with the worker, and the writer makes the change.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Any

import pyoxigraph as ox

from kg import sparql
from kg.errors import Place, QueryError, SourceError
from kg.sources import refuse_depth
from kg.tokens import tokens
from kg.web.changes import Change
from kg.web.evaluation import base, refuse_nesting
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

PATCH = "application/x-kg-change"
# What a client says of a file whose kind it does not know.
_ANY = "application/octet-stream"
_WITHOUT_DATASET = {"USING", "WITH"}
# Entities can be made to grow without bound, and nothing in RDF needs them but as abbreviations.
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def update(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Works out an update. Parameters: `text`; `endpoints`; `using` and `using_named`, the protocol's dataset."""
    text, store, names = parameters["text"], _exact(state), state.graph.names
    refuse_update(text, parameters["endpoints"])
    with sparql.faults(text, names, "update"):
        asked = using(text, parameters["using"], parameters["using_named"])
        before, were_empty = set(store), _empty(store)
        asked, prefixes = prefixes_apart(asked, names.prefixes)
        store.update(asked, prefixes=prefixes, base_iri=base(state))
        _tell(sink, (before, set(store)), (were_empty, _empty(store)))


def refuse_update(text: str, endpoints: Collection[str]) -> None:
    """Raises QueryError or Refusal where an update is nested too deep, or asks for what is not allowed."""
    sparql.refuse_services(text, "update", endpoints)
    refuse_nesting(text)
    for token in tokens(text):
        if token.lastgroup == "word" and token[0].upper() == "LOAD":
            place = Place("update", text.count("\n", 0, token.start()) + 1)
            raise QueryError("LOAD would fetch from the network", place=place, hint="upload the file to /store")


def prefixes_apart(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """An update without what is declared between its operations, where the engine reads no PREFIX; and all prefixes it has then.

    Blanks take the place of a declaration. One that gives a prefix another meaning stays, and the engine tells its place.

    >>> prefixes_apart("CLEAR ALL; PREFIX e: <urn:e> DROP ALL", {})
    ('CLEAR ALL;                   DROP ALL', {'e': 'urn:e'})
    """
    meanings, later, is_later = dict(known), {}, False
    words = list(tokens(text))
    for word, name, iri in zip(words, words[1:], words[2:], strict=False):
        is_later = is_later or word[0] == ";"
        if word.lastgroup != "word" or word[0].upper() != "PREFIX" or (name.lastgroup, iri.lastgroup) != ("name", "iri"):
            continue
        prefix, meaning = name[0].removesuffix(":"), iri[0][1:-1]
        if not is_later:
            meanings[prefix] = meaning
        elif meanings.setdefault(prefix, meaning) == meaning:
            later[prefix] = meaning
            text = text[: word.start()] + _blank(text[word.start() : iri.end()]) + text[iri.end() :]
    return text, {**known, **later}


def _blank(text: str) -> str:
    return re.sub(r"\S", " ", text)


def using(text: str, default: list[str], named: list[str]) -> str:
    """The update with the protocol's dataset written into each of its operations that have a WHERE.

    >>> using("INSERT { ?s a ?o } WHERE { ?s ?p ?o }", ["urn:g"], [])
    'INSERT { ?s a ?o } USING <urn:g> WHERE { ?s ?p ?o }'
    """
    if not default and not named:
        return text
    words = list(tokens(text))
    if any(word.lastgroup == "word" and word[0].upper() in _WITHOUT_DATASET for word in words):
        raise Refusal(400, "the update names a dataset, and so do the parameters", hint="leave one of them out")
    clauses = "".join([*(f"USING {_iri(each)} " for each in default), *(f"USING NAMED {_iri(each)} " for each in named)])
    pieces, last = [], 0
    for at in _wheres(words):
        pieces += [text[last:at], clauses]
        last = at
    return "".join([*pieces, text[last:]])


def _wheres(words: list[re.Match[str]]) -> Iterator[int]:
    depth = 0
    for before, word in zip([None, *words], words, strict=False):
        depth += (word[0] == "{") - (word[0] == "}")
        if not depth and word.lastgroup == "word" and word[0].upper() == "WHERE":
            if before and before[0].upper() == "DELETE":
                raise Refusal(400, "DELETE WHERE takes no dataset", hint="write DELETE { … } WHERE { … }")
            yield word.start()


def _iri(text: str) -> str:
    try:
        return str(ox.NamedNode(text))
    except ValueError as error:
        raise Refusal(400, f"a graph's name is no IRI: {error}", hint="give a whole IRI, percent-encoded") from error


def upload(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Works out an upload. Parameters: `graph`, an IRI, or "" for the default graph, or None for the dataset; `body`; `format`,
    or None for a form whose parts say theirs; `replaces`. The header `Existed` says whether there was such a graph.
    """
    store, graph, replaces = _exact(state), parameters["graph"], parameters["replaces"]
    target = None if graph is None else _node(graph)
    before, were_empty = set(store.quads_for_pattern(None, None, None, target)), _empty(store)
    new = ox.Store()
    new.extend(_parsed(parameters, target, base(state)))
    after = set(new) if replaces else before | set(new)
    kept = set() if replaces and target is None else were_empty
    made = {target} if isinstance(target, ox.NamedNode) else set()
    empty = (kept | made).difference(quad.graph_name for quad in after)
    _tell(sink, (before, after), (were_empty, empty), existed=target is None or _is_there(store, target))


def remove(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Works out the removal of a graph, or of all (`graph` is None)."""
    store, graph = _exact(state), parameters["graph"]
    target = None if graph is None else _node(graph)
    if target is not None and not _is_there(store, target):
        raise no_graph(graph)
    were_empty = _empty(store)
    empty = set() if target is None else were_empty.difference([target])
    _tell(sink, (set(store.quads_for_pattern(None, None, None, target)), set()), (were_empty, empty))


def no_graph(iri: str) -> Refusal:
    """What is said of a graph that is not there."""
    return Refusal(404, f"there is no graph <{iri}>", hint="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs")


def _node(iri: str) -> ox.NamedNode | ox.DefaultGraph:
    if not iri:
        return ox.DefaultGraph()
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise Refusal(400, f"a graph's name is no IRI: {error}", hint="give a whole IRI, percent-encoded") from error


def _exact(state: WorkerState) -> ox.Store:
    assert state.exact is not None
    return state.exact


def _is_there(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> bool:
    return isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)


def _empty(store: ox.Store) -> set[ox.NamedNode]:
    """The graphs that hold nothing."""
    found = (graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    return {graph for graph in found if next(store.quads_for_pattern(None, None, None, graph), None) is None}


def _tell(
    sink: Sink,
    quads: tuple[set[ox.Quad], set[ox.Quad]],
    empty: tuple[set[ox.NamedNode], set[ox.NamedNode]],
    *,
    existed: bool = True,
) -> None:
    """Tells the change from quads to others, and from graphs that hold nothing to others."""
    before, after = quads
    sink.head(PATCH, headers={"Existed": "1" if existed else "0"})
    sink.write(Change.of(before - after, after - before, None if empty[0] == empty[1] else empty[1]).packed())


def _parsed(parameters: Mapping[str, Any], target: ox.NamedNode | ox.DefaultGraph | None, base_iri: str) -> Iterator[ox.Quad]:
    base_of_graph = target.value if isinstance(target, ox.NamedNode) else base_iri
    for content, form in _parts(parameters):
        for quad in _read(content.removeprefix(BOM_UTF8), form, base_of_graph):
            yield quad if target is None else ox.Quad(quad.subject, quad.predicate, quad.object, _target_of(quad, target))


def _target_of(quad: ox.Quad, target: ox.NamedNode | ox.DefaultGraph) -> ox.NamedNode | ox.DefaultGraph:
    if quad.graph_name not in (ox.DefaultGraph(), target):
        raise Refusal(400, f"the upload also speaks of the graph {quad.graph_name}", hint="send a dataset to /store itself")
    return target


def _read(content: bytes, form: ox.RdfFormat, base_iri: str) -> list[ox.Quad]:
    if form == ox.RdfFormat.RDF_XML and (_DOCTYPE.search(content) or b"\0" in content):
        raise Refusal(400, "RDF/XML with a DOCTYPE is not read here", hint="write the entities out")
    try:
        refuse_depth(content, form, "upload")
        return list(ox.parse(content, format=form, base_iri=base_iri, rename_blank_nodes=True))
    except SourceError as error:
        raise Refusal(400, error.message, hint=error.hint, place=error.place) from error
    except (SyntaxError, ValueError, OSError, MemoryError) as error:
        place = Place("upload", error.lineno or 0, error.offset or 0) if isinstance(error, SyntaxError) else None
        said = str(error.args[0] if error.args else error)
        raise Refusal(400, said, place=place, hint="the error is there or just before it") from error


def _parts(parameters: Mapping[str, Any]) -> Iterable[tuple[bytes, ox.RdfFormat]]:
    """The body with its format, or those of the parts of a form."""
    body = parameters.get("body", b"")
    if parameters["format"] is not None:
        return [(body, _format(parameters["format"]))]
    message = BytesParser().parsebytes(b"Content-Type: " + parameters["type"].encode() + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise Refusal(400, "the form cannot be read", hint="send the graph itself, with its Content-Type")
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(_payload(part.get_payload(decode=True)), _format_of(part)) for part in parts]


def _payload(content: object) -> bytes:
    return content if isinstance(content, bytes) else b""


def _format_of(part: Message) -> ox.RdfFormat:
    """The format of a part: what it says, or its file's suffix, for many a client knows no media types of RDF."""
    is_stated = "content-type" in part and part.get_content_type() != _ANY
    by_suffix = ox.RdfFormat.from_extension((part.get_filename() or "").rpartition(".")[2])
    return by_suffix if by_suffix and not is_stated else _format(part.get_content_type())


def _format(media_type: str) -> ox.RdfFormat:
    found = ox.RdfFormat.from_media_type(media_type)
    if found is None:
        raise Refusal(415, f"{media_type} is not read here", hint="send Turtle, N-Triples, RDF/XML, JSON-LD, TriG or N-Quads")
    return found
