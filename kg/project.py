"""A project: three folders, `ontology/ data/ queries/`, and an optional `kg.toml` beside them.

    title = "Central Asia + Japan"             # what the tour and the pages call it, or {en = "…", ru = "…", ja = "…"}
    tour = ["summits-of-2025"]                 # the saved queries that `kg tour` asks
    base = "https://w3id.org/cajad/"           # graphs that files do not name are called <base>graph/<file stem>
    texts = ["../article.txt"]                 # texts that the operator holds, for pages to show their passages; not published
    quantity = ["cajad:value", "cajad:unit"]   # the property that holds the number of an amount, and those of what is said of it
    [prefixes]                                 # short names beside the well-known ones
    cajad = "https://w3id.org/cajad/ontology#"
    [statements]                               # further columns of the table of statements, each the value of a property
    modality = "cajad:modality"
    [tags]                                     # what the tags of the queries are called; a text, or one for each language
    money = {en = "Money", ru = "Деньги", ja = "資金"}
    [columns]                                  # what those columns of answers are called that no parameter or term names
    growth = {en = "growth", ru = "рост", ja = "増加"}
    [codes]                                    # what a text means that a query writes into its answer, for pages
    included-in = {en = "is part of it", ru = "входит в неё", ja = "その一部"}
    [rules]                                    # what each rule of ontology/*.rules says, for pages
    exposure = {en = "whoever …", ru = "кто …", ja = "…"}

Every setting may be left out.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

from kg.errors import Place, ProjectError, relative
from kg.languages import Texts, chosen, is_tag
from kg.names import Names

FOLDERS = ("ontology", "data", "queries")
# What an IRI cannot hold (https://www.w3.org/TR/turtle/#grammar-production-IRIREF), and what would end its path.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\%?#\ud800-\udfff]')
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\ud800-\udfff]*')
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Project:
    """Where one project's files, base IRI and cache are."""

    root: Path
    title: Texts = field(default_factory=dict)
    base: str = "urn:kg:"
    prefixes: dict[str, str] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    tour: list[str] = field(default_factory=list)
    quantity: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tags: dict[str, Texts] = field(default_factory=dict)
    columns: dict[str, Texts] = field(default_factory=dict)
    codes: dict[str, Texts] = field(default_factory=dict)
    rules: dict[str, Texts] = field(default_factory=dict)

    @property
    def titles(self) -> Texts:
        """Its title in each language, else the name of its folder."""
        return self.title or {"": self.root.name}

    def called(self, lang: str = "en") -> str:
        """Its title for readers of a language."""
        return chosen(self.titles, lang)[0]

    def theme(self, tag: str) -> Texts:
        """What a tag of queries is called, else the tag itself."""
        return self.tags.get(tag) or {"": tag}

    @property
    def ontology(self) -> Path:
        return self.root / "ontology"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    def graph(self, name: str) -> str:
        """The IRI of a graph of this project: `inferred`, or the stem of a file that names no graph."""
        return f"{self.base}graph/{_NOT_IN_IRI.sub(_percent, name)}"

    def shown(self, path: Path) -> str:
        """A file as its reader would type it: relative to the project's root."""
        return relative(path, self.root)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(found[0]))


def cache_folder() -> Path:
    """Where built graphs are kept: $KG_CACHE, else `kg` in the user's cache folder (XDG base directories)."""
    chosen = os.environ.get("KG_CACHE")
    return Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kg"


def bundled() -> Path:
    """The CA+JAD project that comes with the package (a wheel carries a copy; a checkout is its own)."""
    carried = _HERE / "bundled"
    return carried if carried.is_dir() else _HERE.parent


def find(start: Path | None = None) -> Project:
    """The project at `start`; without it, the nearest folder upwards that has the three folders, else the bundled one.

    Raises ProjectError where `start` is no project or its kg.toml is wrong.
    """
    if start is not None:
        return at(start)
    here = Path.cwd()
    nearest = next((folder for folder in (here, *here.parents) if not missing_folders(folder)), bundled())
    return at(nearest)


def missing_folders(root: Path) -> list[str]:
    """Which of the three folders `root` lacks."""
    return [name for name in FOLDERS if not (root / name).is_dir()]


def at(root: Path) -> Project:
    """The project whose folders lie in `root`."""
    missing = missing_folders(root)
    if missing:
        raise ProjectError(
            f"{root} is no project: it lacks {', '.join(f'{name}/' for name in missing)}",
            hint=f"a project has the folders {', '.join(f'{name}/' for name in FOLDERS)}; make them, or point -C elsewhere",
        )
    return Project(root=root.resolve(), **_settings(root / "kg.toml"))


def _settings(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(f"not valid TOML: {error}", place=Place(str(file)), hint="see https://toml.io") from error
    settings = {key: _checked(file, key, value) for key, value in read.items()}
    _check_names(file, settings.get("quantity", []), settings.get("prefixes", {}))
    return settings


def _check_names(file: Path, properties: list[str], prefixes: dict[str, str]) -> None:
    """Raises ProjectError where the setting `quantity` names no property."""
    names = Names(prefixes)
    wrong = next((short for short in properties if names.expand(short) is None), None)
    if wrong is not None:
        hint = "write it as prefix:name, with a prefix of [prefixes]"
        raise ProjectError(f"'quantity' names no property: {wrong!r}", place=Place(str(file)), hint=hint)


def _checked(file: Path, key: str, value: object) -> Any:
    """The value of a setting, with texts by their language where it has languages; ProjectError where it is none."""
    if key not in _FITTING:
        raise ProjectError(f"unknown setting {key!r}", place=Place(str(file)), hint=f"the settings are {', '.join(_FITTING)}")
    if not _FITTING[key](value):
        raise ProjectError(f"setting {key!r} has the wrong type", place=Place(str(file)), hint=_HINTS.get(key, _SEE))
    if key in ("base", "prefixes"):
        _check_iris(file, key, value)
    if key in _OF_LANGUAGES and isinstance(value, dict):
        return {name: _by_language(each) for name, each in value.items()}
    return _by_language(value) if key == "title" else value


def _check_iris(file: Path, key: str, value: Any) -> None:
    wrong = next((text for text in (value.values() if isinstance(value, dict) else [value]) if not _IRI.fullmatch(text)), None)
    if wrong is not None:
        raise ProjectError(
            f"{wrong!r} is no IRI", place=Place(str(file)), hint=f"{key} wants whole IRIs, like https://example.org/"
        )


def _by_language(value: Any) -> Texts:
    return {"": value} if isinstance(value, str) else value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_in_languages(value: object) -> bool:
    """Whether it is a text, or a table of languages and texts."""
    return _is_text(value) or (_is_table(value, _is_text) and value != {} and all(map(is_tag, value)))


def _is_table(value: object, fits: Callable[[object], bool]) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and all(map(fits, value.values()))


_OF_LANGUAGES = ("tags", "columns", "codes", "rules")
# What each setting has to be.
_FITTING: dict[str, Callable[[object], bool]] = {
    "title": _is_in_languages,
    "base": _is_text,
    "prefixes": partial(_is_table, fits=_is_text),
    "statements": partial(_is_table, fits=_is_text),
    "tour": _is_list,
    "quantity": _is_list,
    "texts": _is_list,
    **dict.fromkeys(_OF_LANGUAGES, partial(_is_table, fits=_is_in_languages)),
}
_SEE = "see the head of kg/project.py"
_HINTS = dict.fromkeys(("title", *_OF_LANGUAGES), 'write a text, or one for each language: {en = "…", ru = "…", ja = "…"}')
