"""How our reasoner grows with what it is given: `python -m benchmarks scaling`, `python -m benchmarks equality`.

Time is that of the whole process, files in, closed file out. Linear growth is a level column `µs/triple`: it falls at first, as
the start of the program is spread over more triples.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from benchmarks.graphs import equal, written
from benchmarks.reasoning import BUILD, GIGABYTE, WIDTH, Run, measured

FORMATS = ("nt", "nt.gz", "ttl")
COLUMNS = ("triples", "s", "µs/triple", "triples/s", "peak GB")
EQUAL = {"clique": (100, 200, 400), "chain": (500, 1000, 2000, 4000)}


def curve(shapes: tuple[str, ...], sizes: tuple[str, ...], limit: float, memory: str | None) -> None:
    """Prints our time and memory by size, for each shape."""
    table = Table("graph", *COLUMNS, title=f"kg reason{f' --memory {memory}' if memory else ''}")
    for shape in shapes:
        for size in sizes:
            source = written(shape, size, BUILD / "graphs")
            _add(table, f"{shape} {size}", source, _count(source), limit, *([memory] if memory else []))
    Console(width=WIDTH).print(table)


def formats(shape: str, size: str, limit: float) -> None:
    """Prints our time and memory by the format of the file that is read."""
    table = Table("format", *COLUMNS, title=f"kg reason, {shape} {size}")
    source = written(shape, size, BUILD / "graphs")
    for suffix in FORMATS:
        _add(table, suffix, _as(source, suffix), _count(source), limit)
    Console(width=WIDTH).print(table)


def _as(source: Path, suffix: str) -> Path:
    """The file in another format."""
    file = source.with_suffix(f".{suffix}")
    if file.exists():
        return file
    if suffix == "nt.gz":
        with source.open("rb") as plain, gzip.open(file, "wb", compresslevel=6) as out:
            shutil.copyfileobj(plain, out)
    elif suffix != "nt":
        triples = (quad.triple for quad in ox.parse(path=source, format=ox.RdfFormat.N_TRIPLES))
        ox.serialize(triples, str(file), format=ox.RdfFormat.TURTLE)
    return file


def _add(table: Table, name: str, source: Path, given: int, limit: float, *memory: str) -> None:
    run = measured("ours", source, BUILD / "closed/ours.nt", limit, *memory)
    table.add_row(name, f"{given:,}", *([run.failure] if run.failure else _cells(run, given)))


def _count(source: Path) -> int:
    with source.open("rb") as file:
        return sum(1 for _ in file)


def _cells(run: Run, given: int) -> Iterator[str]:
    yield f"{run.seconds:.2f}"
    yield f"{run.seconds / given * 1e6:.2f}"
    yield f"{given / run.seconds:,.0f}"
    yield f"{run.peak / GIGABYTE:.2f}"


def equality(limit: float) -> None:
    """Prints how time and memory grow with the names of one thing, until the output, which grows with their square."""
    table = Table("names for one thing", "triples", "s", "peak GB", "rows stored", "triples out", "s to write")
    (BUILD / "closed").mkdir(parents=True, exist_ok=True)
    for shape, numbers in EQUAL.items():
        for number in numbers:
            source = BUILD / f"graphs/{shape}-{number}.nt"
            source.parent.mkdir(exist_ok=True)
            lines = equal(shape, number)
            source.write_text("".join(lines), encoding="utf-8")
            took = measured("equality", source, BUILD / "closed/equality.nt", limit).took
            row = (f"{took['reason']:.2f}", f"{took['peak'] / GIGABYTE:.3f}", f"{took['stored']:,}", f"{took['written']:,}")
            table.add_row(f"{number} in a {shape}", f"{len(lines):,}", *row, f"{took['write']:.2f}")
    Console(width=WIDTH).print(table)
