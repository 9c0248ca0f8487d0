"""Where a reader is: the address of the page, the language they read, and how links keep both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from kg.options import LANGUAGES

Pairs = tuple[tuple[str, str], ...]
# What each language calls itself.
OWN_NAMES = {"en": "English", "ru": "Русский", "ja": "日本語"}
_LANG = "lang"


@dataclass(frozen=True)
class Here:
    """The page that was asked for: `root` is the path below which the server is shown, `path` stands below it.

    >>> here = Here("/kg", "/query/needs", (("lang", "ru"), ("state", "Japan")), "ru", "http://localhost/kg")
    >>> here.to("/page/japan"), here.again(offset="50")
    ('/kg/page/japan?lang=ru', '/kg/query/needs?lang=ru&state=Japan&offset=50')
    >>> here.absolute("/kg/page/japan")
    'http://localhost/kg/page/japan'
    """

    root: str
    path: str
    pairs: Pairs
    lang: str
    address: str

    @property
    def chosen(self) -> bool:
        """Whether the address names the language, so that links have to name it, too."""
        return any(name == _LANG for name, _ in self.pairs)

    @property
    def kept(self) -> Pairs:
        """What a form has to carry on besides its own fields."""
        return ((_LANG, self.lang),) if self.chosen else ()

    def to(self, path: str, pairs: Iterable[tuple[str, str]] = (), **more: object) -> str:
        """The URL of another page of this server, in the same language."""
        return self.plain(path, [*self.kept, *pairs, *((name, str(value)) for name, value in more.items())])

    def plain(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """The URL of what has no language."""
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        return f"{self.root}{_quoted(path, _SAFE)}{'?' if query else ''}{query}"

    def again(self, **changed: str | None) -> str:
        """The URL of this page with some parameters changed; None leaves one out."""
        kept = [(name, value) for name, value in self.pairs if name not in changed]
        return self.plain(self.path, [*kept, *((name, value) for name, value in changed.items() if value is not None)])

    @property
    def switches(self) -> list[tuple[str, str, str]]:
        """The languages: code, own name, and the URL of this page in it."""
        return [(code, OWN_NAMES[code], self.again(lang=code)) for code in LANGUAGES]

    def absolute(self, url: str) -> str:
        """A URL of this server with its host."""
        return self.address.removesuffix(self.root) + url

    def as_data(self) -> dict[str, Any]:
        """The place as plain data, to go from one process to another."""
        return {**vars(self), "pairs": [list(pair) for pair in self.pairs]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Here:
        """The place that `as_data` described."""
        return cls(**{**data, "pairs": tuple((name, value) for name, value in data["pairs"])})


_SAFE = "/:@!$&'()*+,;=~-._"
# What is no longer than the IRI of a thing stands in many links of a page.
_SHORT = 200


def _quoted(text: str, safe: str = "") -> str:
    return _remembered(text, safe) if len(text) <= _SHORT else quote(text, safe=safe)


@lru_cache(maxsize=10_000)
def _remembered(text: str, safe: str) -> str:
    return quote(text, safe=safe)
