"""The tree of errors, and the place that an error or a finding points to.

    KGError
    ├── UsageError     the call is wrong: an unknown query, thing or parameter, a value of the wrong type
    │   └── UnknownThingError   nothing is called so, or more than one thing is
    ├── ProjectError   a folder is missing, kg.toml is wrong, the cache cannot be written
    ├── SourceError    a file cannot be read or parsed
    ├── QueryError     a SPARQL text cannot be parsed or evaluated
    └── ServerError    a server cannot be reached, is busy, or has met a limit

Every error says what is wrong, where, and what to do next; the command line prints it and exits with 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Place:
    """A point in a file; line and column count from 1, and 0 means unknown.

    >>> str(Place("data/summit.trig", 12, 5))
    'data/summit.trig:12:5'
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        known = [part for part in (self.line, self.column) if part]
        return ":".join([self.file, *map(str, known)])


class KGError(Exception):
    """What is wrong (`message`), where (`place`), and what to do next (`hint`).

    >>> print(UsageError("no query is called 'summit'", hint="did you mean 'summits-of-2025'?"))
    no query is called 'summit'
      did you mean 'summits-of-2025'?
    """

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.hint = message, place, hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        then = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{then}"


class UsageError(KGError):
    """The call is wrong: an unknown query, thing or parameter, or a value of the wrong type."""


class UnknownThingError(UsageError):
    """Nothing is called so, or more than one thing is."""


class ProjectError(KGError):
    """A folder is missing, kg.toml is wrong, or the cache cannot be written."""


class SourceError(KGError):
    """A file cannot be read or parsed."""


class QueryError(KGError):
    """A SPARQL text cannot be parsed or evaluated."""


class ServerError(KGError):
    """A server cannot be reached, is busy, or has met a limit."""


def relative(path: Path, root: Path) -> str:
    """The path as a reader would type it: relative to `root` where it lies below it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
