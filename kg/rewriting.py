"""EXISTS and NOT EXISTS, rewritten so that the engine looks up what it would otherwise join anew for each row.

The engine evaluates the group of an EXISTS for each row of what is around it, and joins several triple patterns in it by reading
all that each of them matches: what takes milliseconds with MINUS takes minutes. Joined by LATERAL, each pattern is looked up with
the values that the row and the patterns before it gave. A triple pattern has no scope of its own, so that this is the same join
(https://www.w3.org/TR/sparql11-query/#BasicGraphPatterns), and NOT EXISTS keeps its meaning, which is not that of MINUS.

    FILTER NOT EXISTS { ?doc :signedBy ?who . ?state :leader ?who }
    FILTER NOT EXISTS { ?state :leader ?who LATERAL { ?doc :signedBy ?who } }

What cannot be followed is left as it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from kg.tokens import Token, tokens, word
from kg.triples import Block, Pattern, Reader, Unreadable

# A text with more of either is no question of a reader: it would take long to rewrite.
_MOST_GROUPS, _MOST_PATTERNS = 100, 64
# What holds a group that is left as it is.
_HOLDS_A_GROUP = frozenset(("OPTIONAL", "MINUS", "SERVICE", "LATERAL"))

# A piece of the text from the first offset to the second, and what stands there instead.
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Rewriting:
    """A query `text` that gives the same answer; `left` are the places of EXISTS that it leaves slow, in whole or in part."""

    text: str
    left: tuple[int, ...]


def rewritten(text: str) -> str:
    """The query, rewritten where that makes it fast.

    >>> rewritten("ASK { ?s a ?c FILTER NOT EXISTS { ?x :of ?y . ?s :has ?x } }")
    'ASK { ?s a ?c FILTER NOT EXISTS { ?s :has ?x LATERAL { ?x :of ?y } } }'
    """
    return rewriting(text).text if "exists" in text.lower() else text


def rewriting(text: str) -> Rewriting:
    """The query, rewritten, and what could not be."""
    read = list(tokens(text))
    starts = [at for at in range(1, len(read)) if read[at][0] == "{" and word(read[at - 1]) == "EXISTS"]
    if len(starts) > _MOST_GROUPS:
        return Rewriting(text, tuple(read[at].start() for at in starts))
    names = _Names(text, read)
    edits: list[Edit] = []
    left = []
    for at in starts:
        try:
            tested = _Tested(text, read, at, names)
        except (Unreadable, IndexError, RecursionError):
            left.append(read[at - 1].start())
        else:
            edits += tested.edits
            left += [read[at - 1].start()] * tested.is_left
    return Rewriting(_edited(text, edits), tuple(left))


def _edited(text: str, edits: list[Edit]) -> str:
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


class _Names:
    """Where the variables of a text stand, and names that it does not have."""

    def __init__(self, text: str, read: Sequence[Token]) -> None:
        self._spans: dict[str, tuple[int, int]] = {}
        for token in read:
            if token.lastgroup == "variable":
                first, _ = self._spans.get(token[0][1:], (token.start(), 0))
                self._spans[token[0][1:]] = (first, token.start())
        prefix = next(name for name in ("kg" + "_" * n for n in count(1)) if name not in text)
        self.fresh = (f"?{prefix}{number}" for number in count(1))

    def outside(self, start: int, end: int) -> set[str]:
        """The variables that also stand outside of a piece of the text."""
        return {name for name, (first, last) in self._spans.items() if first < start or last > end}


@dataclass
class _Group:
    """A group: its blocks of triple patterns, and what of it was passed over."""

    blocks: list[Block] = field(default_factory=list)
    starts_with_block: bool = False
    is_empty: bool = True
    is_pure: bool = True
    """Whether it holds patterns alone, so that what it sees of the values around it makes no difference."""


class _Tested:
    """The group of one EXISTS, which begins at a token: the edits that make it fast, and whether they leave some of it slow."""

    def __init__(self, text: str, read: Sequence[Token], at: int, names: _Names) -> None:
        self.edits: list[Edit] = []
        self.is_left = False
        self._groups: list[_Group] = []
        self._reader = Reader(text, read, at, names.fresh)
        self._read_group()
        self._known = names.outside(read[at].start(), self._reader.end)
        for group in self._groups:
            self._rewrite(group)

    def _read_group(self) -> _Group:
        group = _Group()
        self._groups.append(group)
        self._reader.take("{")
        while not self._reader.sees("}"):
            self._read_element(group)
        self._reader.take("}")
        return group

    def _read_element(self, group: _Group) -> None:
        reader, kind = self._reader, word(self._reader.token)
        if reader.sees("."):
            reader.take(".")
        elif kind == "FILTER":
            self._read_filter()
            group.is_pure = False
        elif kind == "GRAPH" or reader.sees("{"):
            self._read_groups(group)
        elif kind in ("BIND", "VALUES") or kind in _HOLDS_A_GROUP:
            reader.skip("(" if kind == "BIND" else "{")
            self.is_left |= kind in _HOLDS_A_GROUP
            group.is_pure = group.is_empty = False
        else:
            group.starts_with_block |= group.is_empty
            group.blocks.append(reader.block())
            group.is_empty = False

    def _read_filter(self) -> None:
        reader = self._reader
        reader.take()
        if word(reader.token) == "NOT":
            reader.take()
        if word(reader.token) == "EXISTS":
            reader.skip("{")
        else:
            reader.skip("(")

    def _read_groups(self, around: _Group) -> None:
        """GRAPH with its group, or groups joined by UNION; joined to what stands before as a pattern would be."""
        reader, start = self._reader, self._reader.token.start()
        is_pure = self._read_inner()
        while word(reader.token) == "UNION":
            reader.take()
            is_pure &= self._read_inner()
        if not around.is_empty and is_pure:
            self.edits += [(start, start, "LATERAL { "), (reader.end, reader.end, " }")]
        self.is_left |= not around.is_empty and not is_pure
        around.is_pure &= is_pure
        around.is_empty = False

    def _read_inner(self) -> bool:
        """Reads one group, and says whether it holds patterns alone."""
        reader = self._reader
        if word(reader.token) == "GRAPH":
            reader.take()
            reader.node([])
        if word(reader.next) == "SELECT":
            reader.skip("{")
            return False
        group = self._read_group()
        return group.is_pure and not any(pattern.is_reflexive for block in group.blocks for pattern in block.patterns)

    def _rewrite(self, group: _Group) -> None:
        patterns = [pattern for block in group.blocks for pattern in block.patterns]
        if len(patterns) > _MOST_PATTERNS or not _may_follow(patterns, group):
            self.is_left = True
            return
        known = set(self._known)
        for at, block in enumerate(group.blocks):
            is_first = at == 0 and group.starts_with_block
            ordered = list(_ordered(block.patterns, known))
            if len(ordered) > is_first:
                lookups = [f"LATERAL {{ {pattern.text} }}" for pattern in ordered[is_first:]]
                self.edits.append((block.start, block.end, " ".join([pattern.text for pattern in ordered[:is_first]] + lookups)))
            known |= {name for pattern in block.patterns for name in pattern.variables}


def _may_follow(patterns: Sequence[Pattern], group: _Group) -> bool:
    """Whether a lookup of each pattern gives what a join would.

    A path of no steps leads from any term to itself if it is given that term, and from each node of the graph if not. So what is
    given to it must be a node of the graph: a subject or object of another pattern of its block.
    """
    reflexive = [pattern for pattern in patterns if pattern.is_reflexive]
    if not reflexive:
        return True
    if len(group.blocks) > 1 or not group.starts_with_block:
        return False
    nodes = {name for pattern in patterns if not pattern.is_reflexive for name in pattern.ends}
    shared = [name for name in _names(patterns) if sum(name in pattern.variables for pattern in patterns) > 1]
    return all(name in nodes for pattern in reflexive for name in pattern.ends if name in shared)


def _names(patterns: Sequence[Pattern]) -> set[str]:
    return {name for pattern in patterns for name in pattern.variables}


def _ordered(patterns: Sequence[Pattern], known: Collection[str]) -> Iterator[Pattern]:
    """The patterns in the order in which each finds most of its terms known; paths of no steps come last."""
    waiting, bound = list(patterns), set(known)
    while waiting:
        best = max(waiting, key=lambda pattern: _promise(pattern, bound))
        waiting.remove(best)
        bound |= best.variables
        yield best


def _promise(pattern: Pattern, bound: Collection[str]) -> tuple[bool, bool, int, int]:
    known = [name for name in pattern.variables if name in bound]
    unknown = len(pattern.variables) - len(known)
    return not pattern.is_reflexive, bool(known) or not unknown, -unknown, len(known)
