"""Quads as JSON-LD 1.1 that people can read: one context in front, short names, language maps, no repeated datatypes.

The context is made from the quads themselves, so that every value comes back exactly as it was: a property is coerced only
where all its values are of one kind. Numbers stay strings, because JSON would turn 1.50 into 1.5.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg.answers import used_prefixes
from kg.errors import UsageError
from kg.names import WELL_KNOWN, Names

_RDF_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_STRING = WELL_KNOWN["xsd"] + "string"
# A prefix of JSON-LD 1.1 must end like this (https://www.w3.org/TR/json-ld11/#compact-iris).
_ENDS_PREFIX = (":", "/", "?", "#", "[", "]", "@")


def write(quads: Sequence[ox.Quad], names: Names) -> bytes:
    """The quads, which must be sorted by graph and subject, as a JSON-LD document; UsageError where JSON-LD cannot carry them.

    >>> quad = ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/name"), ox.Literal("Tokyo", language="en"))
    >>> print(write([quad], Names({"e": "http://e/"})).decode(), end="")
    {
     "@context": {
      "@version": 1.1,
      "e": "http://e/",
      "name": {
       "@id": "e:name",
       "@container": "@language"
      }
     },
     "@graph": [
      {
       "@id": "e:a",
       "name": {
        "en": "Tokyo"
       }
      }
     ]
    }
    """
    writer = _writer(quads, names)
    document = {"@context": writer.context(), "@graph": writer.graphs(quads)}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class _Property:
    """How the values of one property are written."""

    key: str
    iri: str
    kind: str  # "@id", "@language", a datatype, or "" where the values are of several kinds
    many: bool

    def definition(self, names: Names) -> dict[str, str]:
        typed = {"@type": names.shorten(self.kind).strip("<>")} if self.kind not in ("", "@language", _STRING) else {}
        container = "@language" if self.kind == "@language" else "@set" * self.many
        return {"@id": names.shorten(self.iri).strip("<>"), **typed, **({"@container": container} if container else {})}


@dataclass(frozen=True)
class _Writer:
    names: Names
    prefixes: dict[str, str]
    properties: dict[str, _Property]

    def context(self) -> dict[str, Any]:
        terms = sorted((term for term in self.properties.values() if term.key != term.iri), key=lambda term: term.key)
        return {"@version": 1.1, **self.prefixes, **{term.key: term.definition(self.names) for term in terms}}

    def graphs(self, quads: Iterable[ox.Quad]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for graph, held in groupby(quads, key=lambda quad: quad.graph_name):
            nodes = [self._node(subject, list(about)) for subject, about in groupby(held, key=lambda quad: quad.subject)]
            found += nodes if isinstance(graph, ox.DefaultGraph) else [{"@id": self._id(graph), "@graph": nodes}]
        return found

    def _node(self, subject: object, about: list[ox.Quad]) -> dict[str, Any]:
        values: dict[ox.NamedNode, list[Any]] = defaultdict(list)
        for quad in about:
            values[quad.predicate].append(quad.object)
        node: dict[str, Any] = {"@id": self._id(subject)}
        for predicate, objects in values.items():
            key, value = self._entry(predicate, objects)
            node[key] = value
        return node

    def _entry(self, predicate: ox.NamedNode, objects: list[Any]) -> tuple[str, Any]:
        if predicate.value not in self.properties:
            return "@type", _one_or_all([self._id(each) for each in objects])
        property = self.properties[predicate.value]
        if property.kind == "@language":
            return property.key, _language_map(objects)
        values = [self._value(each) if property.kind == "" else self._coerced(each) for each in objects]
        return property.key, values if property.many else _one_or_all(values)

    def _coerced(self, term: object) -> str:
        return term.value if isinstance(term, ox.Literal) else self._id(term)

    def _value(self, term: object) -> dict[str, str]:
        if not isinstance(term, ox.Literal):
            return {"@id": self._id(term)}
        if term.language:
            direction = {"@direction": term.direction.value} if term.direction else {}
            return {"@value": term.value, "@language": term.language, **direction}
        typed = {} if term.datatype.value == _STRING else {"@type": self._id(term.datatype)}
        return {"@value": term.value, **typed}

    def _id(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return self.names.shorten(term.value).removeprefix("<").removesuffix(">")
        if isinstance(term, ox.BlankNode):
            return str(term)
        raise UsageError(f"JSON-LD cannot carry {term}", hint="trig and nquads can")


def _writer(quads: Sequence[ox.Quad], names: Names) -> _Writer:
    used = used_prefixes(quads, names.prefixes)
    schemes = {term.value.partition(":")[0] for quad in quads for term in quad if isinstance(term, ox.NamedNode)}
    prefixes = {name: iri for name, iri in used.items() if name and name not in schemes and iri.endswith(_ENDS_PREFIX)}
    literal_types = any(quad.predicate == _RDF_TYPE and isinstance(quad.object, ox.Literal) for quad in quads)
    objects: dict[str, list[tuple[object, object]]] = defaultdict(list)
    for quad in quads:
        if quad.predicate != _RDF_TYPE or literal_types:
            objects[quad.predicate.value].append(((quad.graph_name, quad.subject), quad.object))
    short = _Exactly(prefixes)
    keys = _keys(sorted(objects), short)
    kinds = {iri: _kind(held) for iri, held in objects.items()}
    # JSON-LD forbids definitions that lead back to themselves: a type may be no term, and a whole IRI is not defined at all.
    kinds = {iri: "" if kind in objects or keys[iri] == iri else kind for iri, kind in kinds.items()}
    properties = {iri: _Property(keys[iri], iri, kinds[iri], _is_many(held)) for iri, held in objects.items()}
    return _Writer(short, prefixes, properties)


class _Exactly(Names):
    """Names that know the prefixes of the context and no others."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        super().__init__({})
        self.prefixes = prefixes
        self._longest_first = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))


def _keys(iris: list[str], names: Names) -> dict[str, str]:
    """A key for each property: its local name where only one has it and no prefix is called so, else its short name or IRI."""
    short = {iri: names.shorten(iri).strip("<>") for iri in iris}
    local = {iri: name.partition(":")[2] for iri, name in short.items() if name != iri}
    free = {name for name in local.values() if list(local.values()).count(name) == 1 and name not in names.prefixes}
    return {iri: local[iri] if local.get(iri) in free else short[iri] for iri in iris}


def _kind(held: list[tuple[object, object]]) -> str:
    kinds = {_kind_of(term) for _, term in held}
    return kinds.pop() if len(kinds) == 1 else ""


def _kind_of(term: object) -> str:
    if not isinstance(term, ox.Literal):
        return "@id"
    if term.language:
        return "" if term.direction else "@language"
    return term.datatype.value


def _is_many(held: list[tuple[object, object]]) -> bool:
    return len({subject for subject, _ in held}) < len(held)


def _language_map(objects: list[ox.Literal]) -> dict[str, Any]:
    found: dict[str, list[str]] = defaultdict(list)
    for literal in objects:
        found[literal.language or "@none"].append(literal.value)
    return {language: _one_or_all(found[language]) for language in sorted(found)}


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
