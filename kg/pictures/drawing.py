"""From a specification to SVG and PNG, by Vega in the V8 of vl-convert: without network, with the fonts of the package."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import ProjectError

FOLDER = Path(__file__).parent / "drawn"
# The Vega-Lite for which the specifications are written; the page draws with the same one.
_VERSION = "6.4"
# Twice as many pixels as points: sharp on a slide.
_SCALE = 2.0
_NUMBERED = re.compile(r'(="url\(#|id=")(clip|gradient_)(\d+)(\)?")')


def svg(specification: Mapping[str, Any]) -> bytes:
    """The picture as SVG."""
    text: str = _library().vegalite_to_svg(json.dumps(specification), vl_version=_VERSION, allowed_base_urls=[])
    return _renumbered(text).encode()


def _renumbered(text: str) -> str:
    """The SVG with its clippings and gradients counted from nought: Vega counts on from one picture to the next."""
    names: dict[str, str] = {}
    return _NUMBERED.sub(lambda found: f"{found[1]}{found[2]}{names.setdefault(found[3], str(len(names)))}{found[4]}", text)


def png(specification: Mapping[str, Any]) -> bytes:
    """The picture as PNG."""
    image: bytes = _library().vegalite_to_png(json.dumps(specification), vl_version=_VERSION, allowed_base_urls=[], scale=_SCALE)
    return image


def vega(specification: Mapping[str, Any]) -> bytes:
    """The specification itself, as JSON."""
    return (json.dumps(specification, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


@dataclass(frozen=True)
class Form:
    """A form of a picture: file suffix, media type, and what writes it."""

    suffix: str
    media_type: str
    write: Callable[[Mapping[str, Any]], bytes]


FORMS: Mapping[str, Form] = {
    "svg": Form("svg", "image/svg+xml", svg),
    "png": Form("png", "image/png", png),
    "vega": Form("vega.json", "application/json", vega),
}


def make_room() -> None:
    """Lifts the limit of addresses that the command line sets for queries: V8 reserves far more than it uses."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def load() -> None:
    """Loads the library, but nothing that it reads later."""
    importlib.import_module("vl_convert")


@cache
def _library() -> Any:
    import vl_convert

    if not FOLDER.is_dir():
        raise ProjectError("the fonts of the pictures are not there", hint="in a checkout: make assets")
    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert
