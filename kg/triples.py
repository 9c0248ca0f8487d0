"""The triple patterns of a SPARQL text: read from its tokens, each as the text that its author wrote.

By https://www.w3.org/TR/sparql11-query/#rTriplesBlock. Steps of a path become patterns of their own, and a blank node a variable;
collections, labels of blank nodes and triple terms are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.tokens import Token, word

_TERMS = frozenset(("variable", "iri", "name", "number", "string", "long"))
_LANGUAGE = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_PAIRS = {"{": "}", "(": ")", "[": "]"}


class Unreadable(Exception):
    """A text that is not followed here; the engine will say whether it is right."""


@dataclass(frozen=True)
class Step:
    """A step of a path, and whether it may also stay where it is (`*` and `?`)."""

    text: str
    is_reflexive: bool = False


@dataclass(frozen=True)
class Pattern:
    """A triple pattern by its terms, as text."""

    subject: str
    step: Step
    object: str

    @property
    def text(self) -> str:
        return f"{self.subject} {self.step.text} {self.object}"

    @property
    def is_reflexive(self) -> bool:
        return self.step.is_reflexive

    @property
    def ends(self) -> frozenset[str]:
        """The names of the variables at its ends."""
        return _variables(self.subject, self.object)

    @property
    def variables(self) -> frozenset[str]:
        return _variables(self.subject, self.step.text, self.object)


def _variables(*texts: str) -> frozenset[str]:
    return frozenset(text[1:] for text in texts if text[0] in "?$")


@dataclass(frozen=True)
class Block:
    """Triple patterns that stand together, from one offset of the text to another."""

    patterns: tuple[Pattern, ...]
    start: int
    end: int


class Reader:
    """A place among the tokens of a text, which moves as they are read; `fresh` gives variables that the text does not have."""

    def __init__(self, text: str, read: Sequence[Token], at: int, fresh: Iterator[str]) -> None:
        self._text, self._read, self._at, self._fresh = text, read, at, fresh

    @property
    def token(self) -> Token:
        return self._read[self._at]

    @property
    def next(self) -> Token:
        return self._read[self._at + 1]

    @property
    def end(self) -> int:
        """Where in the text what was read ends."""
        return self._read[self._at - 1].end()

    def sees(self, *marks: str) -> bool:
        return self.token.lastgroup == "mark" and self.token[0] in marks

    def take(self, mark: str = "") -> None:
        """Moves behind the token; Unreadable where it should be a mark and is not."""
        if mark and not self.sees(mark):
            raise Unreadable(self.token.start())
        self._at += 1

    def skip(self, opening: str) -> None:
        """Moves behind the next bracket of this kind, and all in it."""
        while not self.sees(opening):
            self.take()
        depth = 0
        while depth or self.sees(opening):
            depth += self.sees(opening) - self.sees(_PAIRS[opening])
            self.take()
            if not depth:
                return

    def block(self) -> Block:
        """The triple patterns that begin here."""
        start = self.token.start()
        patterns: list[Pattern] = []
        self._same_subject(patterns)
        end = self.end
        while self.sees(".") and self._begins_term(self.next):
            self.take(".")
            self._same_subject(patterns)
            end = self.end
        return Block(tuple(patterns), start, end)

    def _begins_term(self, token: Token) -> bool:
        return token.lastgroup in _TERMS or token[0] in ("[", "(", "_", "+", "-") or word(token) in ("TRUE", "FALSE")

    def _same_subject(self, patterns: list[Pattern]) -> None:
        known = len(patterns)
        subject = self.node(patterns)
        if len(patterns) == known or self._sees_verb():
            self._properties(subject, patterns)

    def _properties(self, subject: str, patterns: list[Pattern]) -> None:
        while self._sees_verb():
            steps = self._verb()
            self._objects(subject, steps, patterns)
            while self.sees(","):
                self.take(",")
                self._objects(subject, steps, patterns)
            if not self.sees(";"):
                return
            while self.sees(";"):
                self.take(";")
        if self._read[self._at - 1][0] != ";":
            raise Unreadable(self.token.start())

    def _objects(self, subject: str, steps: Sequence[Step], patterns: list[Pattern]) -> None:
        object = self.node(patterns)
        if self.sees("~") or (self.sees("{") and self.next[0] == "|"):
            raise Unreadable(self.token.start())
        for at, step in enumerate(steps, 1):
            to = object if at == len(steps) else next(self._fresh)
            patterns.append(Pattern(subject, step, to))
            subject = to

    def node(self, patterns: list[Pattern]) -> str:
        """The term that stands here; what is said of a blank node in brackets is added to the patterns."""
        if self.sees("["):
            return self._blank(patterns)
        start = self.token.start()
        if self.sees("+", "-"):
            self.take()
        kind = self.token.lastgroup
        if kind not in _TERMS and word(self.token) not in ("TRUE", "FALSE"):
            raise Unreadable(start)
        self.take()
        if kind in ("string", "long"):
            self._suffix()
        return self._text[start : self.end]

    def _blank(self, patterns: list[Pattern]) -> str:
        self.take("[")
        name = next(self._fresh)
        if not self.sees("]"):
            self._properties(name, patterns)
        self.take("]")
        return name

    def _suffix(self) -> None:
        """The language or the datatype of a literal."""
        if self.sees("@") and (found := _LANGUAGE.match(self._text, self.token.start())):
            while self.token.start() < found.end():
                self.take()
        elif self.sees("^") and self.next[0] == "^":
            self.take("^")
            self.take("^")
            self.take()

    def _sees_verb(self) -> bool:
        return self.token.lastgroup in ("variable", "iri", "name") or self.token[0] in ("a", "^", "!", "(")

    def _verb(self) -> list[Step]:
        if self.token.lastgroup != "variable":
            return self._path()
        self.take()
        return [Step(self._read[self._at - 1][0])]

    def _path(self) -> list[Step]:
        """The steps of a path that go one after the other; one step where it has alternatives."""
        start, steps, has_choice = self.token.start(), [self._step()], False
        while self.sees("/", "|"):
            has_choice |= self.sees("|")
            self.take()
            steps.append(self._step())
        return [Step(self._text[start : self.end], any(step.is_reflexive for step in steps))] if has_choice else steps

    def _step(self) -> Step:
        start = self.token.start()
        if self.sees("^"):
            self.take()
        is_reflexive = self._primary()
        if self.sees("*", "?") or (self.sees("+") and self.next.lastgroup != "number"):
            is_reflexive |= not self.sees("+")
            self.take()
        return Step(self._text[start : self.end], is_reflexive)

    def _primary(self) -> bool:
        """Reads a property, a set of them that is negated, or a path in parentheses; whether that may stay where it is."""
        if self.sees("("):
            self.take()
            steps = self._path()
            self.take(")")
            return any(step.is_reflexive for step in steps)
        if self.sees("!"):
            self.take()
            if self.sees("("):
                self.skip("(")
                return False
            if self.sees("^"):
                self.take()
        if self.token.lastgroup not in ("iri", "name") and self.token[0] != "a":
            raise Unreadable(self.token.start())
        self.take()
        return False
