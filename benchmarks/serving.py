"""Requests a second beside other SPARQL servers, on the same data and queries, measured with wrk (Debian's package).

`oxigraph serve-read-only` comes from PyPI's `oxigraph`, `rdflib-endpoint serve` from `rdflib-endpoint`; both go into an
environment of their own. Each query is asked at 1, 8 and 32 connections: the same one again and again ("repeated"), and a new
text each time ("unseen": wrk appends a comment with a number), which no cache has.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kg import project, queries
from kg.errors import UsageError

CONNECTIONS = (1, 8, 32)
SECONDS = 4
ROOT = Path(__file__).parents[1]
PEERS = ROOT / "build" / "peers-of-serving"
QUERIES = {
    "scan": "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
    "join": (
        "SELECT ?thing ?label ?kind WHERE { ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label ; "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?kind } ORDER BY ?label ?kind LIMIT 10"
    ),
}
_UNSEEN = """
local n = 0
local base = "{path}"
request = function()
  n = n + 1
  return wrk.format("GET", base .. "%20%23" .. n .. "x" .. tostring({{}}):sub(8))
end
"""


@dataclass(frozen=True)
class Measured:
    """Requests a second, and the time below which 99 in 100 of them stay, in milliseconds."""

    rate: float
    p99: float


def main(connections: Sequence[int] = CONNECTIONS) -> None:
    """Prints one table for each query and way of asking."""
    if not shutil.which("wrk"):
        raise UsageError("wrk is not installed", hint="apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "graph.nq"
        _export(data)
        for server in (_ours, _oxigraph, _rdflib_endpoint):
            with server(data) as url:
                _RESULTS[server.__name__.strip("_")] = _measure(url, connections)
    _print(connections)


_RESULTS: dict[str, dict[tuple[str, str, int], Measured]] = {}


def _export(file: Path) -> None:
    """The default graph of the flagship, as both peers load it: what all three servers answer over."""
    import pyoxigraph as ox

    graph = queries.opened(project.at(ROOT))
    content = graph.store().dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert content
    file.with_suffix(".nt").write_bytes(content)


def _measure(url: str, connections: Sequence[int]) -> dict[tuple[str, str, int], Measured]:
    found = {}
    for name, text in QUERIES.items():
        address = f"{url}?query={quote(text, safe='')}"
        for count in connections:
            found[name, "repeated", count] = _wrk(address, count)
            found[name, "unseen", count] = _wrk(address, count, unseen=True)
    return found


def _wrk(address: str, connections: int, *, unseen: bool = False) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        path = "/" + address.split("/", 3)[3]
        script.write(_UNSEEN.format(path=path.replace("%", "%%").replace("%%", "%")) if unseen else "")
        script.flush()
        header = ("-H", "Accept: application/sparql-results+json")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", *header, "-s", script.name, address]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx.*: (\d+)", out):
        sys.stderr.write(f"{address}: {wrong[0]}\n")
    rate, latency = re.search(r"Requests/sec:\s+([\d.]+)", out), re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    assert rate and latency, out
    return Measured(float(rate[1]), float(latency[1]) * {"us": 0.001, "ms": 1, "s": 1000}[latency[2]])


def _print(connections: Sequence[int]) -> None:
    for query in QUERIES:
        for way in ("repeated", "unseen"):
            print(f"\n{query}, {way}: requests/s and p99")
            for count in connections:
                shown = {name: found[query, way, count] for name, found in _RESULTS.items()}
                ours = shown["ours"]
                cells = [f"{name} {each.rate:9,.0f} {each.p99:7.2f} ms" for name, each in shown.items()]
                ratios = [_ratio(ours, each, name) for name, each in shown.items() if name != "ours"]
                print(f"  {count:2} connections: {'   '.join(cells)}   = {'  '.join(ratios)}")


def _ratio(ours: Measured, theirs: Measured, name: str) -> str:
    return f"{ours.rate / theirs.rate:6.2f} × {name}" if theirs.rate else f"{name} gave no answer in {SECONDS} s"


@contextmanager
def _ours(_data: Path) -> Iterator[str]:
    port = _free_port()
    with _running([sys.executable, "-m", "kg", "-C", str(ROOT), "serve", "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}/sparql"


@contextmanager
def _oxigraph(data: Path) -> Iterator[str]:
    port, binary, store = _free_port(), _peer("oxigraph", "oxigraph"), data.parent / "store"
    subprocess.run([binary, "load", "--location", store, "--file", data.with_suffix(".nt")], check=True, capture_output=True)
    with _running([binary, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"], port):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def _rdflib_endpoint(data: Path) -> Iterator[str]:
    port, program = _free_port(), _peer("rdflib-endpoint[cli]", "rdflib-endpoint")
    with _running([program, "serve", "--host", "127.0.0.1", "--port", str(port), str(data.with_suffix(".nt"))], port):
        yield f"http://127.0.0.1:{port}/"


def _peer(package: str, program: str) -> str:
    """The program of a peer, installed into an environment of its own."""
    binary = PEERS / "bin" / program
    if not binary.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run([PEERS / "bin" / "pip", "install", "--quiet", package], check=True)
    return str(binary)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except OSError as error:
            if "HTTP Error" not in str(error):
                time.sleep(0.1)
                continue
        return
    raise UsageError(f"nothing answers at port {port}", hint="start it by hand to see why")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
