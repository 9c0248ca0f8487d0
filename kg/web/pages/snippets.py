"""A question with its present values as a line for other tools: HTTP, the command line, Python."""

from __future__ import annotations

import keyword
import shlex
from collections.abc import Sequence

from kg.parameters import LONGER
from kg.queries import SavedQuery
from kg.web.pages.here import Here

Pairs = Sequence[tuple[str, str]]


def of(saved: SavedQuery, given: Pairs, here: Here) -> list[tuple[str, str]]:
    """Pairs of the kind of a tool and what to type there."""
    return [("api", api(saved, given, here)), ("command", command(saved, given, here)), ("python", python(saved, given))]


def api(saved: SavedQuery, given: Pairs, here: Here) -> str:
    """The question over HTTP."""
    path = Here("", "", (), here.lang, "").plain(f"/query/{saved.name}.csv", given)
    return f"curl {shlex.quote(here.address + path)}"


def command(saved: SavedQuery, given: Pairs, here: Here) -> str:
    """The question on the command line, with its sentences."""
    options = [part for name, value in given for part in _option(name, value)]
    lang = [] if here.lang == "en" else ["--lang", here.lang]
    return shlex.join(["kg", "query", saved.name, *options, *lang, "--evidence"])


def _option(name: str, value: str) -> list[str]:
    return ["--asserted"] if name == "asserted" else [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


def python(saved: SavedQuery, given: Pairs) -> str:
    """The question in Python."""
    arguments = [_argument(name, value) for name, value in given]
    simple = [text for text, is_simple in arguments if is_simple]
    odd = [text for text, is_simple in arguments if not is_simple]
    keywords = [*simple, *([f"**{{{', '.join(odd)}}}"] if odd else [])]
    call = ", ".join([repr(saved.name), *keywords])
    return f"import kg\n\ngraph = kg.open()\nanswer = graph.query({call})\nprint(answer.to_pandas())"


def _argument(name: str, value: str) -> tuple[str, bool]:
    plain = name.removeprefix(LONGER)
    if name == "asserted":
        return "asserted=True", True
    written = "None" if value == "*" else repr(value)
    return (
        (f"{plain}={written}", True)
        if plain.isidentifier() and not keyword.iskeyword(plain)
        else (f"{plain!r}: {written}", False)
    )
