"""The real program as a process, and projects to run it on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 120
SOUND: Mapping[str, str | bytes] = {
    "kg.toml": 'base = "http://e/"\n[prefixes]\no = "http://e/o#"\nid = "http://e/id/"\ntext = "http://e/text/"\n',
    "ontology/o.ttl": """@prefix o: <http://e/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
o:City a owl:Class ; rdfs:label "city"@en , "город"@ru , "都市"@ja .
o:near a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:label "is near"@en , "рядом"@ru , "近い"@ja .
o:since a owl:DatatypeProperty ; rdfs:label "since"@en , "с"@ru , "以来"@ja .
o:sha256 a owl:DatatypeProperty ; rdfs:label "has hash"@en , "хеш"@ru , "ハッシュ"@ja .
""",
    "data/d.trig": """@prefix o: <http://e/o#> .
@prefix id: <http://e/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://e/text/S1> { id:tokyo a o:City ; o:near id:osaka . id:osaka a o:City . }
id:tokyo rdfs:label "Tokyo [capital]"@en , "Токио"@ru , "東京"@ja .
id:osaka rdfs:label "Osaka"@en , "Осака"@ru , "大阪"@ja .
""",
    "queries/near.rq": """#+ summary: Pairs
#+ question: {en: What is near?, ru: Что рядом?, ja: 近いのは何か}
#+ parameters:
#+   city: {type: iri, class: o:City, default: id:tokyo}
#+ empty: {en: nothing is near, ru: рядом ничего нет, ja: 近くに何もない}
SELECT ?city ?other ?since WHERE {
  ?city <http://e/o#near> ?other
  OPTIONAL { ?city <http://e/o#since> ?since }
}
ORDER BY ?city ?other
""",
}


@dataclass(frozen=True)
class Run:
    """How the program ended."""

    code: int
    out: str
    err: str


def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests of the flagship, over all workers: it is built once."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache-of-the-program"


def project(root: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A sound project in `root`, some of whose files are replaced or added."""
    for name, content in {**SOUND, **(files or {})}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def environment(cache: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the program sees of its surroundings; warnings are errors in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONWARNINGS": "error", "KG_CACHE": str(cache), **(more or {})}


def start(
    *arguments: str | bytes | Path,
    cache: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """The running program, first of a process group of its own."""
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.Popen(
        command,
        cwd=cwd or cache.parent,
        env=environment(cache, env),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def run(
    *arguments: str | bytes | Path,
    cache: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> Run:
    """The program run to its end."""
    with start(*arguments, cache=cache, cwd=cwd, env=env) as process:
        out, err = process.communicate(stdin, timeout=PATIENCE)
    return Run(process.returncode, out.decode(errors="surrogateescape"), err.decode(errors="replace"))
