"""The files that pages link to: scripts, styles and what they load, bundled when the package is built, served under `/static/`.

A name has the hash of its content in it, so that a browser may keep the file for ever. `url("app.js")` is the path to put into a
page; below a proxy's prefix the prefix stands before it. There are `style.css` and `app.js` for all pages. `app.js` loads
`picture.js`, `graph.js` and `editor.js` when they are asked for. The page of the editor, `<div id="editor">`, links `editor.css`.

All of it works under `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'`, without
`unsafe-inline` or `unsafe-eval`.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from kg.errors import ProjectError
from kg.web.refusals import Refusal
from kg.web.representation import takes_gzip

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"


def url(name: str) -> str:
    """The path at which the bundle's file for `name` is served; ProjectError where there is no bundle."""
    return f"/static/{_manifest()[name]}"


async def static(request: Request) -> Response:
    """A file of the bundle."""
    name: str = request.path_params["name"]
    if name not in _files():
        raise Refusal(404, f"there is no file {name!r}", hint="pages link to the files of this version: load the page anew")
    body, compressed = _files()[name], takes_gzip(request.headers)
    headers = {"Content-Type": _TYPES[Path(name).suffix], "Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if compressed:
        return Response(_compressed(name), headers={**headers, "Content-Encoding": "gzip"})
    return Response(body, headers=headers)


@cache
def _manifest() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ProjectError("the scripts of the pages are not bundled", hint="in a checkout: make assets") from error
    return found


@cache
def _files() -> MappingProxyType[str, bytes]:
    """The files of the bundle by name. What is asked for is looked up here: no path of a request reaches the disk."""
    _manifest()
    return MappingProxyType({file.name: file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.suffix in _TYPES})


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_files()[name], mtime=0)
