"""The tokens of a SPARQL text: enough to know its words from its names, variables, IRIs and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

Token = re.Match[str]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<long>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3})
      | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<variable>[?$]\w+)
      | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w.:%-]|\\.)*(?:[\w:%-]|\\.))?)
      | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w))
      | (?P<word>\w+)
      | (?P<mark>\S)""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """The words, names, variables, IRIs, strings, numbers and marks of the text, without its comments.

    >>> [token[0] for token in tokens("?s ex:p 1.5 . # half")]
    ['?s', 'ex:p', '1.5', '.']
    """
    return (token for token in _TOKEN.finditer(text) if token.lastgroup != "comment")


def word(token: Token) -> str:
    """The keyword that a token may be, in capitals; empty for a token of another kind."""
    return token[0].upper() if token.lastgroup == "word" else ""
