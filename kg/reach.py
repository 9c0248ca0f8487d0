"""Which triples the answer of a query may depend on: those that match one of its triple patterns, wherever in it that stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pyoxigraph as ox

from kg.names import WELL_KNOWN, Names
from kg.tokens import Token, tokens, word
from kg.triples import Pattern, Reader, Unreadable

_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
# With these, an answer may depend on triples that match no pattern of the text.
_BEYOND = frozenset(("DESCRIBE", "SERVICE", "BASE", "FROM"))
# What stands behind the group of a sub-query.
_TAIL = frozenset(("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))
_TERMS = ("variable", "iri", "name", "number", "string", "long")

# Whether something is the subject of a triple with the property.
Has = Callable[[ox.Triple, ox.NamedNode], bool]


@dataclass(frozen=True)
class _Match:
    """A triple pattern: its properties; its subject and object where they are IRIs.

    `beside` are the properties, one of each set, that what stands at a variable subject must have, too.
    """

    predicates: frozenset[ox.NamedNode]
    subject: ox.NamedNode | None = None
    object: ox.NamedNode | None = None
    beside: tuple[frozenset[ox.NamedNode], ...] = ()

    def meets(self, triple: ox.Triple, has: Has) -> bool:
        if self.subject not in (None, triple.subject) or self.object not in (None, triple.object):
            return False
        return all(any(has(triple, each) for each in properties) for properties in self.beside)


class Reach:
    """The triple patterns of a query; where they cannot be told, any triple may count.

    >>> reach = Reach("SELECT * { ?s ex:p ?o MINUS { ?s a ex:C } }", Names({"ex": "urn:"}))
    >>> s, o = ox.NamedNode("urn:s"), ox.NamedNode("urn:o")
    >>> [reach.meets({p: [ox.Triple(s, p, o)]}, lambda *_: True) for p in map(ox.NamedNode, ("urn:p", "urn:q"))]
    [True, False]
    """

    def __init__(self, text: str, names: Names) -> None:
        self._matches: list[_Match] | None
        try:
            self._matches = list(_Walk(text, names).matches())
        except (Unreadable, IndexError, RecursionError):
            self._matches = None

    def meets(self, triples: Mapping[ox.NamedNode, Collection[ox.Triple]], has: Has) -> bool:
        """Whether the answer may be another one without some of these triples, which are given by their predicates.

        `has` tells of the graph that has them.
        """
        return self._matches is None or any(
            match.meets(triple, has) for match in self._matches for each in match.predicates for triple in triples.get(each, ())
        )


@dataclass
class _Group:
    """A group of a pattern, whose solutions are joined with those of the group around it."""

    around: _Group | None
    patterns: list[Pattern] = field(default_factory=list)
    is_over: bool = False

    def joined(self) -> Iterator[Pattern]:
        """Its own patterns, and those of the groups around it."""
        yield from self.patterns
        if self.around:
            yield from self.around.joined()


class _Walk:
    """Goes through the tokens of a text from group to group."""

    def __init__(self, text: str, names: Names) -> None:
        self._text, self._names = text, names
        self._read = list(tokens(text))
        self._fresh = (f"?_{at}" for at in count())
        if "\\" in text or not _BEYOND.isdisjoint(map(word, self._read)):
            raise Unreadable(0)
        places = (at for at, token in enumerate(self._read) if word(token) == "PREFIX")
        self._prefixes = {self._read[at + 1][0].removesuffix(":"): self._read[at + 2][0].strip("<>") for at in places}
        self._found: list[_Group] = []
        # The groups and parentheses that are open; None stands for a parenthesis.
        self._open: list[_Group | None] = []
        self._is_apart = False

    def matches(self) -> Iterator[_Match]:
        """What each pattern matches."""
        at = 0
        while at < len(self._read):
            at = self._step(at)
        return (self._match(pattern, group) for group in self._found for pattern in group.patterns)

    def _step(self, at: int) -> int:
        """Sees to what stands at a place; the place that comes next."""
        token, here = self._read[at], self._open[-1] if self._open else None
        if token[0] in "{(":
            self._enter(at)
        elif token[0] in "})":
            self._open.pop()
        elif word(token) in ("SELECT", "VALUES", "GRAPH"):
            return self._passed(at)
        elif here and word(token) in _TAIL:
            here.is_over = True
        elif here and not here.is_over and (token.lastgroup in _TERMS or token[0] in ("[", "_")):
            return self._read_block(at, here)
        return at + 1

    def _enter(self, at: int) -> None:
        if self._read[at][0] == "(":
            self._open.append(None)
            return
        if self._read[at + 1][0] == "}" and at > 1 and word(self._read[at - 2]) == "GRAPH":
            # It asks for the names of graphs.
            raise Unreadable(at)
        around = None if self._is_apart else next((group for group in reversed(self._open) if group), None)
        group, self._is_apart = _Group(around), False
        self._found.append(group)
        self._open.append(group)

    def _passed(self, at: int) -> int:
        """Where the walk goes on behind a word that no pattern follows at once."""
        if word(self._read[at]) == "GRAPH":
            return at + 2
        # What is not chosen in a sub-query is not what is called so around it.
        self._is_apart = word(self._read[at]) == "SELECT"
        end = "{" if self._is_apart else "}"
        while self._read[at][0] != end:
            at += 1
        return at + (end == "}")

    def _read_block(self, at: int, group: _Group) -> int:
        """Adds the patterns that begin here to their group; where they end."""
        block = Reader(self._text, self._read, at, self._fresh).block()
        group.patterns += block.patterns
        while at < len(self._read) and self._read[at].start() < block.end:
            at += 1
        return at

    def _match(self, pattern: Pattern, group: _Group) -> _Match:
        predicates, is_plain = self._predicates(pattern, group)
        if not is_plain:
            return _Match(predicates)
        others = [each for each in group.joined() if each is not pattern and each.subject == pattern.subject]
        known = [self._predicates(each, group) for each in others if not each.is_reflexive]
        beside = tuple(properties for properties, is_plain in known if is_plain)
        is_variable = pattern.subject[0] in "?$"
        return _Match(predicates, self._end(pattern.subject), self._end(pattern.object), beside if is_variable else ())

    def _predicates(self, pattern: Pattern, group: _Group) -> tuple[frozenset[ox.NamedNode], bool]:
        """The properties of a pattern, and whether one triple of one of them matches it."""
        step = pattern.step.text
        if step[0] in "?$" or "!" in step or (pattern.is_reflexive and not self._is_anchored(pattern, group)):
            raise Unreadable(0)
        read = list(tokens(step))
        named = [token for token in read if token.lastgroup in ("iri", "name") or token[0] == "a"]
        rest = {token[0] for token in read} - {token[0] for token in named}
        return frozenset(map(self._iri, named)), rest <= {"|"}

    def _is_anchored(self, pattern: Pattern, group: _Group) -> bool:
        """Whether an end of a path that may stay where it is is a given term, or in another pattern beside it.

        Otherwise all terms of the graph are its ends.
        """
        others = {end for each in group.patterns if not each.is_reflexive for end in each.ends}
        return len(pattern.ends) < 2 or not others.isdisjoint(pattern.ends)

    def _end(self, text: str) -> ox.NamedNode | None:
        """The IRI that stands at an end of a pattern; None for what else stands there."""
        (token, *more) = tokens(text)
        return self._iri(token) if token.lastgroup in ("iri", "name") and not more else None

    def _iri(self, token: Token) -> ox.NamedNode:
        if token[0] == "a":
            return _TYPE
        prefix, _, local = token[0].partition(":")
        if token.lastgroup == "iri":
            iri: str | None = token[0][1:-1]
        else:
            iri = self._prefixes[prefix] + local if prefix in self._prefixes else self._names.expand(token[0])
        if iri is None:
            raise Unreadable(token.start())
        return ox.NamedNode(iri)
