"""Where a term stands in a Turtle, TriG, N-Triples or N-Quads file; the tokens serve SPARQL texts too.

The parser says what a file states, but not where; a finding without a line is of little use. This tokenizer therefore
follows the structure of statements just far enough to know each term's role. It accepts more than the grammars do: whether
a file is well formed is the parser's business.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple
from urllib.parse import urljoin

Role = Literal["subject", "predicate", "object", "graph", "datatype"]
Spot = tuple[int, int]

# PN_CHARS_BASE and its relatives, https://www.w3.org/TR/turtle/#grammar-production-PN_CHARS_BASE
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + "_0-9\\-\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    rf"""
      (?P<comment> \#[^\n]* )
    | (?P<iri> <(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*> )
    | (?P<string> \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
                | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<blank> _:[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])? )
    | (?P<name> (?:[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?)?:(?:(?:[{_CHARS}:]|{_ESCAPED})(?:\.*(?:[{_CHARS}:]|{_ESCAPED}))*)? )
    | (?P<at> @[A-Za-z]+(?:-+[A-Za-z0-9]+)* )
    | (?P<variable> [?$][{_CHARS}]+ )
    | (?P<number> [+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+) )
    | (?P<word> [A-Za-z][A-Za-z0-9_]* )
    | (?P<mark> \^\^ | [][(){{}};,.] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
# What stands for a blank node without a label, and for the predicate between a collection and its members.
ANONYMOUS, _COLLECTION = "[]", "()"
# The distance of a text that has the subject of a statement, but not as a subject.
_MENTIONED = 3
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Token(NamedTuple):
    """A piece of text: its kind (a group of the regular expression), how it is written, and where it begins."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Turtle, TriG or SPARQL text, without comments.

    >>> [token.text for token in tokens("id:japan a <http://e/State> . # a state")]
    ['id:japan', 'a', '<http://e/State>', '.']
    """
    for match in _TOKEN.finditer(text):
        if (kind := match.lastgroup) and kind != "comment":
            yield Token(kind, match[0], match.start())


class Lines:
    """From offsets in a text to line and column, both counted from 1, columns in code points."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def spot(self, offset: int) -> Spot:
        r"""The line and column of an offset.

        >>> Lines("a\nbc").spot(3)
        (2, 2)
        """
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Declaration(NamedTuple):
    """A line that binds a prefix."""

    prefix: str
    namespace: str
    offset: int


class Occurrence(NamedTuple):
    """A term in its role."""

    term: str
    role: Role
    offset: int


@dataclass
class Prefixes:
    """The prefixes and the base that hold at the present point of a text."""

    bound: dict[str, str] = field(default_factory=dict)
    base: str = ""

    def iri(self, token: Token) -> str | None:
        """The IRI that an `iri` or `name` token stands for; None where its prefix is bound to nothing."""
        if token.kind == "iri":
            return self.resolve(_unescaped(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        namespace = self.bound.get(prefix)
        return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)

    def resolve(self, reference: str) -> str:
        """An IRI reference, made absolute by the base where there is one."""
        return reference if _ABSOLUTE.match(reference) else urljoin(self.base, reference)


class Positions:
    r"""Where the terms and statements of one text stand.

    >>> where = index("PREFIX id: <http://e/>\nid:a id:p id:b ;\n  id:q 'x' , id:c .")
    >>> where.of("http://e/b")
    [(2, 11)]
    >>> where.of_statement("http://e/a", "http://e/q")
    (3, 3)
    >>> where.of_statement("http://e/a", "http://e/q", "http://e/c")
    (3, 14)
    """

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        walk = _Walk(text, prefixes)
        self._lines = Lines(text)
        self._statements = walk.statements
        self.occurrences: list[Occurrence] = walk.occurrences
        self.declarations: list[Declaration] = walk.declarations
        self.used_prefixes: set[str] = walk.used
        self._by_term: dict[str, list[Occurrence]] = {}
        for occurrence in walk.occurrences:
            self._by_term.setdefault(occurrence.term, []).append(occurrence)

    def spot(self, offset: int) -> Spot:
        """The line and column of an offset."""
        return self._lines.spot(offset)

    def of(self, term: str, role: Role | None = None) -> list[Spot]:
        """Where an IRI (or `_:label`, or `[]` and a number) is written, in order; with `role`, only where it has that role."""
        return [self.spot(found.offset) for found in self._by_term.get(term, ()) if role in (None, found.role)]

    def of_statement(self, subject: str, predicate: str, object: str | None = None) -> Spot | None:
        """Where `subject predicate object` is written; the object is an IRI or the lexical form of a literal.

        The place is the object's if it is given and found, else the predicate's, else the subject's, else None.
        """
        found = self.closest(subject, predicate, object)
        return found[1] if found and found[0] < _MENTIONED else None

    def closest(self, subject: str, predicate: str | None = None, object: str | None = None) -> tuple[int, Spot] | None:
        """What this text says that is nearest to a statement: a distance (the same in all texts), and its place."""
        written = self._statements.get((subject, predicate), ()) if predicate else ()
        exact = next((at for value, _, at in written if value == object), None)
        if exact is not None:
            return 0, self.spot(exact)
        if written:
            return 1, self.spot(written[0][1])
        as_subject = self.of(subject, "subject")
        mentions = as_subject or self.of(subject)
        return (2 if as_subject else _MENTIONED, mentions[0]) if mentions else None


def index(text: str, prefixes: Mapping[str, str] | None = None) -> Positions:
    """The positions of a Turtle, TriG, N-Triples or N-Quads text; one with syntax errors is followed as far as it makes sense.

    `prefixes` hold before the text declares its own. A SPARQL text has terms, but no statements.
    """
    return Positions(text, prefixes or {})


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT_ESCAPES.get(match[3], match[3])


@dataclass(slots=True)
class _Frame:
    """A place in the nesting: the statement so far, and the role that the next term has."""

    subject: str = ""
    predicate: str = ""
    predicate_at: int = 0
    next: Role = "subject"


class _Walk:
    """One pass over a text; its attributes are the result."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.occurrences: list[Occurrence] = []
        self.statements: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        self.declarations: list[Declaration] = []
        self.used: set[str] = set()
        self._prefixes = Prefixes(dict(prefixes))
        self._stack = [_Frame()]
        self._anonymous = 0
        self._stream = tokens(text)
        for token in self._stream:
            if handler := self._handlers.get(token.kind):
                handler(self, token)

    def _iri(self, token: Token) -> None:
        iri = self._prefixes.iri(token)
        if token.kind == "name":
            self.used.add(token.text.partition(":")[0])
        self._term(token.text if iri is None else iri, token.offset)

    def _blank(self, token: Token) -> None:
        self._term(token.text, token.offset)

    def _string(self, token: Token) -> None:
        quotes = 3 if token.text[:3] in ('"""', "'''") and len(token.text) > 5 else 1
        self._place(_unescaped(token.text[quotes:-quotes]), token.offset)

    def _number(self, token: Token) -> None:
        self._place(token.text, token.offset)

    def _at(self, token: Token) -> None:
        if token.text in ("@prefix", "@base"):
            self._declare(token.text[1:])

    def _word(self, token: Token) -> None:
        if token.text == "a":
            self._term(_RDF_TYPE, token.offset)
        elif token.text in ("true", "false"):
            self._place(token.text, token.offset)
        elif token.text.lower() in ("prefix", "base"):
            self._declare(token.text.lower())

    def _declare(self, what: str) -> None:
        token = next(self._stream, None)
        if what == "base" and token and token.kind == "iri":
            self._prefixes.base = self._prefixes.resolve(_unescaped(token.text[1:-1]))
            return
        namespace = next(self._stream, None)
        if token and token.kind == "name" and namespace and namespace.kind == "iri":
            prefix, iri = token.text.rstrip(":"), self._prefixes.resolve(_unescaped(namespace.text[1:-1]))
            self._prefixes.bound[prefix] = iri
            self.declarations.append(Declaration(prefix, iri, token.offset))

    def _term(self, term: str, offset: int) -> None:
        self.occurrences.append(Occurrence(term, self._stack[-1].next, offset))
        self._place(term, offset)

    def _place(self, term: str, offset: int) -> None:
        """Put a term into the statement and say what comes next; the term after an object is a graph (N-Quads)."""
        frame = self._stack[-1]
        if frame.next == "subject":
            frame.subject, frame.next = term, "predicate"
        elif frame.next == "predicate":
            frame.predicate, frame.predicate_at, frame.next = term, offset, "object"
        elif frame.next == "object":
            self.statements.setdefault((frame.subject, frame.predicate), []).append((term, frame.predicate_at, offset))
            frame.next = "object" if frame.predicate == _COLLECTION else "graph"
        elif frame.next == "datatype":
            frame.next = "object" if frame.predicate == _COLLECTION else "graph"

    def _mark(self, token: Token) -> None:
        frame = self._stack[-1]
        if token.text in ";,":
            frame.next = "predicate" if token.text == ";" else "object"
        elif token.text in ".}":
            self._stack = [_Frame()]
        elif token.text in "[(":
            self._open(token)
        elif token.text in "])":
            self._stack = self._stack[:-1] or [_Frame()]
        elif token.text == "^^":
            frame.next = "datatype"
        elif token.text == "{":
            self._open_graph()

    def _open(self, token: Token) -> None:
        self._anonymous += 1
        label = f"{ANONYMOUS}{self._anonymous}"
        self._term(label, token.offset)
        in_collection = token.text == "("
        self._stack.append(
            _Frame(label, _COLLECTION, token.offset, "object") if in_collection else _Frame(label, next="predicate")
        )

    def _open_graph(self) -> None:
        if self._stack[-1].next == "predicate" and self.occurrences:
            self.occurrences[-1] = self.occurrences[-1]._replace(role="graph")
        self._stack = [_Frame()]

    _handlers: ClassVar[dict[str, Callable[[_Walk, Token], None]]] = {
        "iri": _iri,
        "name": _iri,
        "blank": _blank,
        "string": _string,
        "number": _number,
        "at": _at,
        "word": _word,
        "mark": _mark,
    }
