"""Closing files: any that the parser reads, compressed or not, in; N-Triples out."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import Place, SourceError, UsageError
from kg.rdf_files import FORMATS
from kg.reasoning.clashes import Clash
from kg.reasoning.closure import close_file
from kg.reasoning.database import Database, connect
from kg.reasoning.duckdb_engine import Progress, quiet
from kg.reasoning.facts import NTRIPLES
from kg.reasoning.scratch import workplace, written_whole

# Files of others come under more names than those of a project.
_FORMATS = {**FORMATS, ".owl": ox.RdfFormat.RDF_XML, ".xml": ox.RdfFormat.RDF_XML, ".n3": ox.RdfFormat.N3}
_ZIPPED = ".gz"
_MEMORY = re.compile(r"\d{1,6}(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)


def reason(
    files: Iterable[Path],
    output: Path,
    *,
    full: bool = False,
    engine: str = "duckdb",
    memory: str | None = None,
    progress: Progress = quiet,
) -> tuple[Clash, ...]:
    """Writes the closure of the files' triples to `output`, whole or not at all; the contradictions that it holds.

    Raises UsageError where a file is missing or of no known format, SourceError where it cannot be parsed.
    """
    named, output = list(files), _target(output)
    _refuse(output, memory)
    with _told(named), workplace() as folder:
        given = _as_ntriples(named, folder)
        if engine == "duckdb":
            database = Database(connect(memory=memory, spill=folder / "spill"))
            closure = close_file(given, full=full, database=database, progress=progress)
            closure.write(output)
            for triple, reason in closure.malformed_lists():
                progress(f"kg: warning: no rule can use the list of {triple} : {reason}")
            return closure.clashes
        return _with_reference(given, output, full=full, engine=engine)


def _target(output: Path) -> Path:
    """The file that a link leads to: the link stays one."""
    try:
        return output.resolve() if output.is_symlink() else output
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{output} is a link that leads nowhere", hint="name the file to write") from error


def _refuse(output: Path, memory: str | None) -> None:
    if memory is not None and not _MEMORY.fullmatch(memory):
        raise UsageError(f"{memory!r} is no amount of memory", hint="write it as 4GB or 512MB")
    if output.is_dir():
        raise UsageError(f"{output} is a folder", hint="name the file to write")
    if output.exists() and not output.is_file():
        raise UsageError(f"{output} is no ordinary file", hint="name a file: it is written beside and put in place whole")
    if not output.name.lower().endswith((".nt", f".nt{_ZIPPED}")):
        raise UsageError(f"{output} is to hold N-Triples", hint=f"call it .nt, or .nt{_ZIPPED} if compressed")
    if not output.parent.is_dir():
        raise UsageError(f"there is no folder {output.parent}", hint="make it, or write elsewhere")


@contextmanager
def _told(files: list[Path]) -> Iterator[None]:
    """Errors of the engine in words, and errors of the text at their file."""
    import duckdb

    try:
        yield
    except SourceError as error:
        if error.place and error.place.file == NTRIPLES and len(files) == 1:
            place = Place(str(files[0]), error.place.line, error.place.column)
            raise SourceError(error.message, place=place, hint=error.hint) from error
        raise
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            "the memory is not enough", hint="give more with --memory, or room for temporary files (TMPDIR)"
        ) from error
    except duckdb.IOException as error:
        raise UsageError(str(error).splitlines()[0], hint="see to the file, the folder or the disk") from error


def _with_reference(given: Path, output: Path, *, full: bool, engine: str) -> tuple[Clash, ...]:
    from kg.reasoning import close

    closure = close(given.read_bytes(), full=full, engine=engine)
    with written_whole(output) as beside:
        content = closure.ntriples()
        beside.write_bytes(gzip.compress(content, mtime=0) if _zipped(output) else content)
    return closure.clashes


def _as_ntriples(files: list[Path], folder: Path) -> Path:
    """One N-Triples file with the triples of all; a single one that is such already is taken as it is."""
    formats = {_format(file) for file in files}
    together = folder / "given.nt"
    if len(files) == 1 and formats == {ox.RdfFormat.N_TRIPLES}:
        if not _zipped(files[0]):
            return files[0]
        with together.open("wb") as out:
            out.writelines(_unpacked(files[0]))
        return together
    with together.open("wb") as out:
        for file in files:
            ox.serialize(_triples(file, apart=len(files) > 1), out, format=ox.RdfFormat.N_TRIPLES)
    return together


def _zipped(file: Path) -> bool:
    return file.suffix.lower() == _ZIPPED


def _format(file: Path) -> ox.RdfFormat:
    suffix = Path(file.stem).suffix if _zipped(file) else file.suffix
    if not file.is_file():
        raise UsageError(f"there is no file {file}", hint="name the files to be closed")
    if suffix.lower() not in _FORMATS:
        raise UsageError(
            f"{file} is of no known format", hint=f"call it one of {' '.join(_FORMATS)}, with {_ZIPPED} if compressed"
        )
    return _FORMATS[suffix.lower()]


def _unpacked(file: Path) -> Iterator[bytes]:
    with _read(file) as content:
        while piece := content.read(1 << 20):
            yield piece


def _triples(file: Path, *, apart: bool) -> Iterator[ox.Triple]:
    """The triples of a file; blank nodes may be kept apart from those of other files.

    An IRI that a file without a base leaves relative is relative to the file: https://www.rfc-editor.org/rfc/rfc3986#section-5.1.3.
    """
    base = file.resolve().as_uri()
    with _read(file) as content:
        for quad in ox.parse(content, format=_format(file), base_iri=base, rename_blank_nodes=apart):
            yield quad.triple


@contextmanager
def _read(file: Path) -> Iterator[IO[bytes]]:
    """The content of a file; what is wrong with it is told."""
    try:
        with cast(IO[bytes], gzip.open(file)) if _zipped(file) else file.open("rb") as content:
            yield content
    except SyntaxError as error:
        place = Place(str(file), error.lineno or 0, error.offset or 0)
        raise SourceError(str(error.args[0]), place=place, hint="mend the file") from error
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise SourceError(f"cannot be read: {error}", place=Place(str(file)), hint="is the file whole?") from error
