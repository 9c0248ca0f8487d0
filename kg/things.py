"""The labels of things, and the way from what a reader calls a thing to its IRI."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from kg.errors import UnknownThingError
from kg.names import WELL_KNOWN, Names, nearest

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_ALTERNATIVE = ox.NamedNode(WELL_KNOWN["skos"] + "altLabel")
LABELS = (ox.NamedNode(WELL_KNOWN["rdfs"] + "label"), ox.NamedNode(WELL_KNOWN["skos"] + "prefLabel"))


# How many letters a name may have more or less than what was meant, and how many a word has that counts by itself.
_MOST_ODD, _LEAST_WORD = 3, 4


class Things:
    """What the things of one store are called."""

    def __init__(self, store: ox.Store, names: Names) -> None:
        self._store, self._names = store, names
        self._labels: dict[str, dict[str, str]] = {}

    def labels(self, iri: str) -> dict[str, str]:
        """The labels of a thing by language, sorted by language; the first kind of label that it has in a language counts."""
        if iri not in self._labels:
            self._labels[iri] = dict(sorted(self._read_labels(iri).items()))
        return self._labels[iri]

    def label(self, iri: str, lang: str) -> str | None:
        """The label in a language, else in English, else in any; None where there is none."""
        labels = self.labels(iri)
        return labels.get(lang) or labels.get("en") or next(iter(labels.values()), None)

    def find(self, text: str, kind: ox.NamedNode | None = None) -> ox.NamedNode:
        """The thing that `text` names: an IRI, a short name, a local name, or a label in any language.

        With `kind`, only the members of that class count. Raises UnknownThingError where nothing is called so, naming near
        misses, and where several things are, listing them.
        """
        for found in self._readings(text):
            fitting = sorted({thing for thing in found if kind is None or self._is(thing, kind)}, key=str)
            if len(fitting) > 1:
                listed = ", ".join(self._names.shorten(thing.value) for thing in fitting)
                raise UnknownThingError(f"{text!r} can be any of {listed}", hint="give the short name")
            if fitting:
                return fitting[0]
        raise UnknownThingError(f"nothing{self._of(kind)} is called {text!r}", hint=self._near(text, kind))

    def search(self, text: str, most: int) -> list[ox.NamedNode]:
        """The things of which a name, in any language, holds all words of a text; those that are called just so come first."""
        wanted = _folded(text)
        words = wanted.split()
        found: dict[ox.NamedNode, tuple[int, int, str]] = {}
        for name, things in self._index.items():
            if words and all(word in name for word in words):
                rank = (_rank(name, wanted), len(name), name)
                for thing in things:
                    found[thing] = min(found.get(thing, rank), rank)
        return sorted(found, key=lambda thing: (found[thing], thing.value))[:most]

    def near(self, text: str, most: int) -> list[ox.NamedNode]:
        """The things of which a name, or a word of it, is spelled almost like a text."""
        wanted = _folded(text)
        alike = [word for word in self._words if abs(len(word) - len(wanted)) <= _MOST_ODD]
        things = (thing for word in nearest(wanted, alike, count=most) for _, thing in sorted(self._words[word], key=_shortest))
        return list(dict.fromkeys(things))[:most]

    @cached_property
    def _index(self) -> dict[str, list[ox.NamedNode]]:
        """The things by their names, as they are compared."""
        found: dict[str, list[ox.NamedNode]] = {}
        for thing, label in (*self._named, *self._also_named):
            found.setdefault(_folded(label.value), []).append(thing)
        return found

    @cached_property
    def _words(self) -> dict[str, list[tuple[int, ox.NamedNode]]]:
        """The things by the words of their names, and by whole names, each with the length of its name."""
        found: dict[str, list[tuple[int, ox.NamedNode]]] = {}
        for name, things in self._index.items():
            for word in dict.fromkeys((name, *(each for each in name.split() if len(each) >= _LEAST_WORD))):
                found.setdefault(word, []).extend((len(name), thing) for thing in things)
        return found

    def _readings(self, text: str) -> Iterator[Iterable[ox.NamedNode]]:
        """The things that a text may mean, the surest reading first."""
        yield self._existing([self._names.expand(text) or ""])
        yield self._existing(namespace + text for namespace in self._names.prefixes.values())
        wanted = _folded(text)
        yield (thing for thing, label in self._named if label.value == text)
        yield (thing for thing, label in self._named if _folded(label.value) == wanted)
        yield (thing for thing, label in self._also_named if _folded(label.value) == wanted)
        yield (thing for thing, _ in self._named if _local(thing).casefold() == text.casefold())

    def _existing(self, iris: Iterable[str]) -> Iterator[ox.NamedNode]:
        for iri in iris:
            try:
                thing = ox.NamedNode(iri)
            except ValueError:
                continue
            if self._exists(thing):
                yield thing

    def _exists(self, thing: ox.NamedNode) -> bool:
        ask = self._store.quads_for_pattern
        return any(
            next(quads, None)
            for quads in (ask(thing, None, None, _DEFAULT), ask(None, None, thing, _DEFAULT), ask(None, thing, None, _DEFAULT))
        )

    def _is(self, thing: ox.NamedNode, kind: ox.NamedNode) -> bool:
        return ox.Quad(thing, _TYPE, kind) in self._store

    @cached_property
    def _named(self) -> list[tuple[ox.NamedNode, ox.Literal]]:
        return [pair for predicate in LABELS for pair in self._pairs(predicate)]

    @cached_property
    def _also_named(self) -> list[tuple[ox.NamedNode, ox.Literal]]:
        return self._pairs(_ALTERNATIVE)

    def _pairs(self, predicate: ox.NamedNode) -> list[tuple[ox.NamedNode, ox.Literal]]:
        quads = self._store.quads_for_pattern(None, predicate, None, _DEFAULT)
        pairs = ((quad.subject, quad.object) for quad in quads)
        return [(thing, label) for thing, label in pairs if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)]

    def _read_labels(self, iri: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for predicate in LABELS:
            quads = self._store.quads_for_pattern(ox.NamedNode(iri), predicate, None, _DEFAULT)
            labels = sorted((quad.object for quad in quads if isinstance(quad.object, ox.Literal)), key=str)
            found = {label.language or "": label.value for label in reversed(labels)} | found
        return found

    def _of(self, kind: ox.NamedNode | None) -> str:
        return f" that is a {self._names.shorten(kind.value)}" if kind else ""

    def _near(self, text: str, kind: ox.NamedNode | None) -> str:
        known = [pair for pair in (*self._named, *self._also_named) if kind is None or self._is(pair[0], kind)]
        by_name = {name: thing for thing, label in known for name in (_local(thing), label.value)}
        near = [f"{name!r} ({self._names.shorten(by_name[name].value)})" for name in nearest(text, by_name)]
        if near:
            return f"did you mean {' or '.join(near)}?"
        some = sorted({self._names.shorten(thing.value) for thing, _ in known})[:5] if kind else []
        return f"there are {', '.join(some)}" if some else "try a label, an IRI or a short name such as rdfs:label"


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shortest(named: tuple[int, ox.NamedNode]) -> tuple[int, str]:
    return (named[0], named[1].value)


def _rank(name: str, wanted: str) -> int:
    """How well a name fits: as a whole, at its beginning, at the beginning of a word, or anywhere."""
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2 if f" {wanted}" in name else 3


def _local(thing: ox.NamedNode) -> str:
    return thing.value.rstrip("/#").replace("#", "/").rpartition("/")[2]
