"""The OpenAPI document (https://spec.openapis.org/oas/v3.1.1), made from the heads of the saved queries.

SPARQL and the graph store have protocols of their own, which `/sparql` describes; here stands what else is asked by GET.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kg import __version__
from kg.answers import Format
from kg.evidence.outline import outline
from kg.languages import chosen
from kg.options import LANGUAGES
from kg.parameters import TYPES, Parameter
from kg.pictures.drawing import FORMS
from kg.pictures.view import TYPES as TYPES_OF_VIEWS
from kg.queries import SavedQuery
from kg.web.catalogue import write_json
from kg.web.controls import CONTROLS, MOST_ROWS, field_name
from kg.web.linked import MOST_PROOFS
from kg.web.negotiation import GRAPHS, JSON, ROWS, TEXT
from kg.web.refusals import PROBLEM
from kg.web.requests import NO, YES
from kg.web.sink import Sink
from kg.web.state import WorkerState

_OBJECT = {"type": "object"}
_PROBLEM = {
    "type": "object",
    "description": "What is wrong, and what to do next (RFC 9457).",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
    },
}
_TERM = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "datatype": {"type": "string"},
        "xml:lang": {"type": "string"},
    },
}
_EVIDENCE = {
    "type": "array",
    "description": "With evidence=1: for each row the sentences that it rests on, and the triples that lead there.",
    "items": {
        "type": "object",
        "required": ["sentences", "impliedBy", "others", "notes", "triples"],
        "properties": {
            **{name: {"type": "array", "items": {"type": "string"}} for name in ("sentences", "impliedBy", "others", "notes")},
            "triples": {"type": "array", "items": _OBJECT},
        },
    },
}
_RESULTS = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format; with evidence=1 also what each row rests on.",
    "required": ["head"],
    "properties": {
        "head": _OBJECT,
        "boolean": {"type": "boolean"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object", "additionalProperties": _TERM}}},
        },
        "evidence": _EVIDENCE,
        "origins": _OBJECT,
    },
}
_FLAG = {"type": "string", "enum": [*YES, *NO], "default": NO[0]}
_SHARED: dict[str, tuple[str, dict[str, Any]]] = {
    "limit": ("Rows of a page; the Link header leads to the others.", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
    "offset": ("Rows before the page.", {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}),
    "evidence": ("1 adds the sentences that each row rests on.", _FLAG),
    "asserted": ("1 leaves out what was inferred.", _FLAG),
    "labels": ("1 adds a column of labels beside each column of things.", _FLAG),
    "lang": ("The language of labels.", {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
}
_CALLED = "an IRI, a short name, or a label in any language"


def document(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the document. Parameters: `address`, the URL of the server."""
    queries = list(state.queries())
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": state.graph.project.called(),
            "version": __version__,
            "description": "Saved questions over a knowledge graph, each answer with its sentences. The suffix of a format may "
            "stand behind the name of a query: /query/NAME.csv.",
        },
        "servers": [{"url": parameters["address"]}],
        "tags": [{"name": tag} for tag in sorted({tag for query in queries for tag in query.tags})],
        "paths": {
            **_lists(queries),
            **{f"/query/{query.name}": _query(query) for query in queries},
            **_pictures(queries),
            **_things(),
        },
        "components": {"schemas": {"Results": _RESULTS, "Problem": _PROBLEM}},
    }
    write_json(told, sink)


def _lists(queries: Sequence[SavedQuery]) -> dict[str, Any]:
    names = [query.name for query in queries]
    path = [_in_path("name", {"type": "string", **({"enum": names} if names else {})}), _in_path("parameter", {"type": "string"})]
    lang = _in_query("lang", *_SHARED["lang"])
    paths = {"/query": _get("listQueries", "The saved queries", [], {JSON: _OBJECT})}
    if names:
        choices = _get("listChoices", "The values that a parameter may have", [*path, lang], {JSON: _OBJECT})
        paths["/query/{name}/choices/{parameter}"] = choices
    return paths


def _query(saved: SavedQuery) -> dict[str, Any]:
    form = outline(saved.text).form
    is_graph = form in ("CONSTRUCT", "DESCRIBE")
    content = {each: {"$ref": "#/components/schemas/Results"} if each.name == "json" else {} for each in ROWS}
    given = [_parameter(each) for each in saved.parameters.values()]
    shared = [_in_query(name, *_SHARED[name]) for name in CONTROLS if name != "labels" or form == "SELECT"]
    operation = _get(saved.name, saved.asked("en"), [*given, *shared], {**(_graphs() if is_graph else content)})
    described = {
        "description": "\n\n".join(filter(None, (saved.summary, chosen(saved.description, "en")[0]))),
        "tags": [*saved.tags],
    }
    operation["get"].update({key: value for key, value in described.items() if value})
    return operation


def _pictures(queries: Sequence[SavedQuery]) -> dict[str, Any]:
    """The pictures of the queries that have a view, as one path."""
    names = [query.name for query in queries if query.view.get("type") in TYPES_OF_VIEWS]
    if not names:
        return {}
    path = [_in_path("name", {"type": "string", "enum": names})]
    path.append(_in_path("form", {"type": "string", "enum": [form.suffix for form in FORMS.values()]}))
    shared = [_in_query(name, *_SHARED[name]) for name in ("asserted", "lang")]
    content: dict[Format, Any] = {Format(name, form.suffix, form.media_type): {} for name, form in FORMS.items()}
    return {"/query/{name}.{form}": _get("draw", "The picture of an answer", [*path, *shared], content)}


def _graphs() -> dict[Format, Any]:
    return {**{form: {} for form in GRAPHS}, JSON: _OBJECT}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    name = field_name(parameter.name)
    schema: dict[str, Any] = {"type": "string"}
    if parameter.choices:
        schema["enum"] = [*parameter.choices]
    elif parameter.type == "date":
        schema["format"] = "date"
    elif parameter.type not in ("iri", "string"):
        schema["pattern"] = f"^({TYPES[parameter.type][0]})$"
    if parameter.default is not None:
        schema["default"] = parameter.default
    told = _in_query(name, f"{parameter.label.get('en', parameter.name)}: {parameter.expects()}", schema)
    return {**told, "required": parameter.required and parameter.default is None}


def _things() -> dict[str, Any]:
    things, reasons = {**_graphs()}, {JSON: _OBJECT, TEXT: {}, **{form: {} for form in GRAPHS}}
    lang = _in_query("lang", *_SHARED["lang"])

    def called(name: str, what: str) -> dict[str, Any]:
        return {**_in_query(name, what, {"type": "string", "minLength": 1}), "required": True}

    most = _in_query("all", "Up to so many proofs.", {"type": "integer", "minimum": 1, "maximum": MOST_PROOFS, "default": 1})
    triple = [called("s", f"The subject: {_CALLED}"), called("p", f"The property: {_CALLED}")]
    object = called("o", f"The object: {_CALLED}, or a literal as Turtle writes it")
    return {
        "/data/{name}": _get("describe", "A thing, by the end of its IRI", [_in_path("name", {"type": "string"}), lang], things),
        "/show": _get("show", "A thing, by any of its names", [called("thing", _CALLED), lang], reasons),
        "/why": _get("why", "Why a triple holds, or what it lacks", [*triple, object, most, lang], reasons),
        "/neighbours": _get("neighbours", "A thing with its neighbours", [called("thing", _CALLED), lang], {JSON: _OBJECT}),
        "/vocabulary": _get("vocabulary", "The words of the graph, for editors", [], {JSON: _OBJECT}),
        "/impact": _get("impact", "What would fall if a sentence were wrong", [called("sentence", _CALLED), lang], reasons),
        "/.well-known/void": _get("void", "The data set in VoID and DCAT", [], {form: {} for form in GRAPHS}),
    }


def _get(name: str, summary: str, parameters: Sequence[dict[str, Any]], content: Mapping[Format, Any]) -> dict[str, Any]:
    types = {form.media_type: {"schema": schema} if schema else {} for form, schema in content.items()}
    problem = {"description": "Refused", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    responses = {"200": {"description": "The answer", "content": types}, "default": problem}
    return {"get": {"operationId": name, "summary": summary, "parameters": [*parameters], "responses": responses}}


def _in_query(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": dict(schema)}


def _in_path(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": dict(schema)}
