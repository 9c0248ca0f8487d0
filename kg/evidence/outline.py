"""The outline of a SPARQL text: its clauses and its groups, each by its place in the text.

The text is cut by its words, never rewritten: what is done with a group is done with the very characters that its author wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.errors import QueryError
from kg.tokens import Token, tokens, word

_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_AFTER_GROUP_BY = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")


@dataclass(eq=False)
class Group:
    """A group `{ … }` of a pattern: `plain`, tested by `exists`, taken away (`absent`), or a whole `select`."""

    start: int
    kind: str
    graphs: tuple[str, ...]
    end: int = 0
    inside: list[Group] = field(default_factory=list)

    def walk(self) -> Iterator[Group]:
        """The group and all plain groups in it, and the groups of other kinds that stand in those."""
        yield self
        for group in self.inside if self.kind == "plain" else ():
            yield from group.walk()


@dataclass(frozen=True)
class Item:
    """An expression of SELECT or GROUP BY and the variable that it is given to; either may be empty."""

    expression: str
    variable: str
    words: frozenset[str] = frozenset()

    @property
    def aggregates(self) -> bool:
        return not self.words.isdisjoint(_AGGREGATES)


@dataclass(frozen=True)
class Outline:
    """A query by its clauses, each as text; `where` holds its braces, and is empty where DESCRIBE has none."""

    form: str
    prologue: str
    items: tuple[Item, ...]
    dataset: str
    template: str
    where: str
    keys: tuple[Item, ...]

    @property
    def everything(self) -> bool:
        """Whether the query gives out all its variables."""
        return self.form == "SELECT" and not self.items

    @property
    def groups(self) -> bool:
        """Whether a row stands for a group of solutions."""
        return bool(self.keys) or any(item.aggregates for item in self.items)


def outline(text: str) -> Outline:
    """The outline of a query; QueryError where the text has none.

    >>> outline("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y } GROUP BY ?x").items[1].variable
    'n'
    """
    try:
        return _Reader(text).outline()
    except (IndexError, StopIteration) as error:
        raise QueryError("the query has no outline that can be followed") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.tokens = text, list(tokens(text))

    def outline(self) -> Outline:
        at = next(at for at, token in enumerate(self.tokens) if word(token) in _FORMS)
        form, start = word(self.tokens[at]), at + 1
        template = ""
        if form == "CONSTRUCT" and self.tokens[start][0] == "{":
            close = self._closing(start)
            template, start = self._text(start, close), close + 1
        where = self._find(start, ("{",))
        dataset = min(self._find(start, ("FROM",)), where)
        heading = min(dataset, self._find(start, ("WHERE",)), where)
        close = self._closing(where) if where < len(self.tokens) else where - 1
        pattern = self._text(where, close) if where < len(self.tokens) else ""
        until = where - 1 if where and word(self.tokens[where - 1]) == "WHERE" else where
        return Outline(
            form=form,
            prologue=self.text[: self.tokens[at].start()],
            items=tuple(self._items(start, heading)),
            dataset=self._text(dataset, until - 1) if dataset < until else "",
            template=template or pattern,
            where=pattern,
            keys=tuple(self._keys(close + 1)),
        )

    def _text(self, first: int, last: int) -> str:
        return self.text[self.tokens[first].start() : self.tokens[last].end()] if first <= last else ""

    def _find(self, start: int, words: Sequence[str]) -> int:
        """Where one of the words or marks stands next outside of parentheses; the number of tokens if nowhere."""
        depth = 0
        for at in range(start, len(self.tokens)):
            depth += (self.tokens[at][0] == "(") - (self.tokens[at][0] == ")")
            if not depth and (word(self.tokens[at]) in words or self.tokens[at][0] in words):
                return at
        return len(self.tokens)

    def _closing(self, start: int) -> int:
        """Where the bracket closes that opens at `start`."""
        opening = self.tokens[start][0]
        closing, depth = {"{": "}", "(": ")"}[opening], 0
        for at in range(start, len(self.tokens)):
            depth += (self.tokens[at][0] == opening) - (self.tokens[at][0] == closing)
            if not depth:
                return at
        raise IndexError(start)

    def _keys(self, start: int) -> Iterator[Item]:
        at = self._find(start, ("GROUP",))
        return self._items(at + 2, self._find(at, _AFTER_GROUP_BY))

    def _items(self, start: int, end: int) -> Iterator[Item]:
        at = start
        while at < end:
            token = self.tokens[at]
            if token.lastgroup == "variable":
                yield Item("", token[0][1:])
            elif token[0] == "(":
                yield self._item(at + 1, self._closing(at) - 1)
                at = self._closing(at)
            elif at + 1 < end and self.tokens[at + 1][0] == "(":
                close = self._closing(at + 1)
                yield Item(self._text(at, close), "", self._words(at, close))
                at = close
            at += 1

    def _item(self, first: int, last: int) -> Item:
        if last > first and word(self.tokens[last - 1]) == "AS":
            return Item(self._text(first, last - 2), self.tokens[last][0][1:], self._words(first, last))
        return Item(self._text(first, last), "", self._words(first, last))

    def _words(self, first: int, last: int) -> frozenset[str]:
        return frozenset(word(token) for token in self.tokens[first : last + 1])


def group_of(pattern: str) -> Group:
    """The groups of a pattern's text, which begins with a brace; QueryError where braces do not match."""
    read = list(tokens(pattern))
    opened: list[Group] = []
    root: Group | None = None
    data = False
    for at, token in enumerate(read):
        data = data or word(token) == "VALUES"
        if token[0] == "{" and not data:
            group = _opened(read, at, opened[-1] if opened else None)
            root = root or group
            opened.append(group)
        elif token[0] == "}" and not data and opened:
            opened.pop().end = token.start()
        data = data and token[0] != "}"
    if root is None or opened:
        raise QueryError("the braces of the pattern do not match")
    return root


def _opened(read: list[Token], at: int, around: Group | None) -> Group:
    before = [word(token) or token[0] for token in read[max(at - 2, 0) : at]]
    graphs = around.graphs if around else ()
    if before[-1:] == ["EXISTS"]:
        kind = "absent" if before[:1] == ["NOT"] else "exists"
    elif before[-1:] == ["MINUS"]:
        kind = "absent"
    else:
        kind = "select" if [*map(word, read[at + 1 : at + 2])] == ["SELECT"] else "plain"
    graphs += (read[at - 1][0],) if len(before) == 2 and before[0] == "GRAPH" else ()
    group = Group(read[at].start(), kind, graphs)
    if around:
        around.inside.append(group)
    return group


def variables(text: str) -> set[str]:
    """The names of all variables that occur in a text."""
    return {token[0][1:] for token in tokens(text) if token.lastgroup == "variable"}


def tests_absence(pattern: str) -> bool:
    """Whether a pattern asks that a variable has no value: `!BOUND(…)`."""
    read = [word(token) or token[0] for token in tokens(pattern)]
    return any(pair == ("!", "BOUND") for pair in pairwise(read))
