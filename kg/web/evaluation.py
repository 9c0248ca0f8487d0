"""Evaluating a query text in a worker: over the dataset that was asked for, into the format that was negotiated."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast

import pyoxigraph as ox

from kg import sparql
from kg.answers import Format, Presenter, Term, by_name
from kg.errors import Place
from kg.names import Names
from kg.tokens import tokens
from kg.web.limits import DEEPEST, LONGEST_TEXT
from kg.web.negotiation import media_type
from kg.web.published import published
from kg.web.refusals import Refusal
from kg.web.sink import Sink, XmlSink
from kg.web.state import WorkerState
from kg.writers import plain

# What writes each format, what it writes at the end of a row and nowhere else (in CSV, a line break in a value counts as one),
# and how many rows more or less there are than such ends.
_RESULTS = {
    "json": (ox.QueryResultsFormat.JSON, b'}},{"', 1),
    "xml": (ox.QueryResultsFormat.XML, b"</result>", 0),
    "csv": (ox.QueryResultsFormat.CSV, b"\r\n", -1),
    "tsv": (ox.QueryResultsFormat.TSV, b"\n", -1),
}
_BASE = "http://localhost/"
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")


def query(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Answers a query text. Parameters: `body`, the text in UTF-8; `asserted`; `rows` and `graph`, the names of the formats for
    either kind of answer, None where none is acceptable; `default_graphs` and `named_graphs`, both None for the whole dataset;
    `endpoints`; `address`, the URL of the server; `terms`, which some of its variables are bound to, as N-Triples writes them.
    """
    with solved(state, parameters) as result:
        _write(result, state.graph.names, parameters["rows"], parameters["graph"], sink)


@contextmanager
def solved(state: WorkerState, parameters: Mapping[str, Any]) -> Iterator[object]:
    """What the engine gives for a query text, with the parameters of `query`; faults that show while it is read are told, too."""
    text, names = parameters.get("body", b"").decode(), state.graph.names
    examine(text, parameters["endpoints"])
    store = state.graph.store(asserted=parameters["asserted"])
    with sparql.faults(text, names), published(state, store, text, parameters["address"]):
        chosen = _dataset(store, text, names, parameters["default_graphs"], parameters["named_graphs"])
        bound = sparql.bindings(terms(parameters["terms"]))
        yield sparql.ask(chosen.store, text, names, base_iri=base(state), substitutions=bound, **chosen.restriction)


def terms(told: Mapping[str, str]) -> dict[str, Term]:
    """The terms that N-Triples texts stand for; Refusal (400) where one stands for none."""
    return {name: _term(name, text) for name, text in told.items()}


def _term(name: str, text: str) -> Term:
    try:
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise Refusal(400, f"${name} is no term", hint='write it as N-Triples does: <http://…>, "text"@en') from error
    found: Term = quad.object
    return found


def base(state: WorkerState) -> str:
    """What relative IRIs are relative to: the base of the data, where something can be relative to it."""
    found = state.graph.project.base
    return found if "://" in found else _BASE


def examine(text: str, endpoints: Collection[str] = ()) -> None:
    """Raises Refusal or QueryError where a text is too long, is nested too deep, or asks for what is not allowed."""
    if len(text.encode()) > LONGEST_TEXT:
        raise Refusal(413, f"the query is longer than {LONGEST_TEXT >> 10} KiB", hint="bind fewer terms", limit="length")
    sparql.refuse(text, endpoints=endpoints)
    refuse_nesting(text)


def refuse_nesting(text: str) -> None:
    """Raises Refusal where the brackets of a text are nested too deep."""
    if sum(map(text.count, _OPEN)) <= DEEPEST:
        return
    depth = 0
    for token in tokens(text):
        depth += (token[0] in _OPEN) - (token[0] in _CLOSE)
        if depth > DEEPEST:
            place = Place("query", text.count("\n", 0, token.start()) + 1, token.start() - text.rfind("\n", 0, token.start()))
            raise Refusal(400, f"nested more than {DEEPEST} levels deep", place=place, hint="nest less", limit="nesting")


def _write(result: object, names: Names, rows: str | None, graph: str | None, sink: Sink) -> None:
    if isinstance(result, ox.QueryTriples):
        form = _accepted(graph, "turtle, ntriples, rdfxml, jsonld, trig and nquads")
        sink.head(media_type(form))
        write = partial(result.serialize, format=form.rdf)
        written(write, sink, is_xml=form.rdf == ox.RdfFormat.RDF_XML)
        return
    assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
    form = _accepted(rows, "json, xml, csv, tsv, markdown and table")
    sink.head(media_type(form))
    if form.name not in _RESULTS:
        answer = sparql.answer_of(result, names)
        sink.allow_rows(len(answer))
        sink.write(answer.format(form.name, Presenter(names)).encode())
        return
    writer, end, more = _RESULTS[form.name]
    sink.count_rows(end, more)
    if form.name == "csv" and isinstance(result, ox.QuerySolutions):
        _write_csv(result, sink)
        return
    written(partial(result.serialize, format=writer), sink, is_xml=form.name == "xml")


def written(write: Callable[[IO[bytes]], object], sink: Sink, *, is_xml: bool) -> None:
    """Lets the engine write into a sink; Refusal (406) where XML cannot carry what it writes."""
    if not is_xml:
        write(cast(IO[bytes], sink))
        return
    document = XmlSink(sink)
    write(cast(IO[bytes], document))
    document.end()


def _write_csv(result: ox.QuerySolutions, sink: Sink) -> None:
    """Writes rows as CSV. The engine would not quote an IRI that holds a comma."""
    rows = csv.writer(codecs.getwriter("utf-8")(cast(IO[bytes], sink)), lineterminator="\r\n")
    rows.writerow(variable.value for variable in result.variables)
    rows.writerows(map(plain, row) for row in result)


def _accepted(name: str | None, offered: str) -> Format:
    if name is None:
        raise Refusal(406, "the answer is offered in none of the formats that you accept", hint=f"there are {offered}")
    return by_name(name)


@dataclass(frozen=True)
class _Dataset:
    store: ox.Store
    restriction: dict[str, Any]


def _dataset(store: ox.Store, text: str, names: Names, default: list[str] | None, named: list[str] | None) -> _Dataset:
    """The dataset of the protocol's parameters, which win over FROM in the text, else that of the text."""
    if default is None and named is None:
        stated = clauses(text, names)[0] if text.upper().count("FROM") > 1 else []
        if len(stated) < 2:
            return _Dataset(store, {})
        default, named = clauses(text, names)
    defaults, nameds = _nodes(default or []), _nodes(named or [])
    if len(defaults) > 1:
        store, defaults = _merged(store, defaults, nameds), [ox.DefaultGraph()]
    return _Dataset(store, {"default_graph": defaults, "named_graphs": nameds})


def _nodes(iris: Iterable[str]) -> list[Any]:
    try:
        return [ox.NamedNode(iri) for iri in dict.fromkeys(iris)]
    except ValueError as error:
        raise Refusal(400, f"a graph's name is no IRI: {error}", hint="give a whole IRI, percent-encoded") from error


def _merged(store: ox.Store, defaults: list[Any], named: list[Any]) -> ox.Store:
    """A store whose default graph is the RDF merge of several graphs: the engine would give a triple once for each of them."""
    merged = ox.Store()
    for graph in defaults:
        quads = store.quads_for_pattern(None, None, None, graph)
        merged.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in named:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return merged


def clauses(text: str, names: Names) -> tuple[list[str], list[str]]:
    """The graphs of FROM and of FROM NAMED in a query text; those whose prefix is unknown are left to the engine to tell.

    >>> clauses("PREFIX e: <http://e/> ASK FROM e:a FROM <http://e/b> FROM NAMED e:c {}", Names({}))
    (['http://e/a', 'http://e/b'], ['http://e/c'])
    """
    words = list(tokens(text))
    known = Names({**names.prefixes, **dict(_declared(words))})
    found: tuple[list[str], list[str]] = ([], [])
    for at, word in enumerate(words):
        if word.lastgroup == "word" and word[0].upper() == "FROM":
            is_named = words[at + 1 : at + 2] != [] and words[at + 1][0].upper() == "NAMED"
            name = words[at + 1 + is_named : at + 2 + is_named]
            found[is_named].extend(filter(None, (known.expand(each[0]) for each in name)))
    return found


def _declared(words: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    for at in range(len(words) - 2):
        if words[at].lastgroup == "word" and words[at][0].upper() == "PREFIX":
            yield words[at + 1][0].removesuffix(":"), words[at + 2][0][1:-1]
