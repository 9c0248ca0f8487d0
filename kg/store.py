"""Sources → reasoning → a built graph on disk, kept until a file changes.

A generation is a folder `<cache>/<project>/<key>` with `all/` (its default graph is the RDF merge of asserted and
inferred triples), `asserted/` (its default graph is the merge of the asserted alone), both with every named graph of
the sources, `closure.duckdb` (the closed graph, which proves its triples), `statements.duckdb` (which file states what),
`manifest.json`, and `sizes.json` with the size of each file. It is built beside its place, from an older generation where only
some files are others now, moved there in one step, and never changed again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from kg import __version__, sources
from kg.errors import ProjectError, SourceError
from kg.project import Project, cache_folder

if TYPE_CHECKING:
    from kg.reasoning.closure import Closure
    from kg.reasoning.facts import Term
    from kg.reasoning.proofs import Proof
    from kg.traces import Traces

Progress = Callable[[str], None]

# The code that decides what is built; a change of it builds anew.
_CODE = Path(__file__).parent
_MADE_BY = ("build.py", "rdf_files.py", "sources.py", "statements_of_files.py", "store.py", "literals.py", "reasoning/*.py")
# Where no more than one in so many files changed, a generation is made from an older one.
_SOME = 4
# A process may still read an older generation while a newer one is built: it opens some files late.
_KEPT = 4
_ATTEMPTS = 3
_BUILDING = ".building-"
_SIZES = "sizes.json"


def quiet(_message: str) -> None:
    """Progress that nobody wants to hear of."""


class Proving(Protocol):
    """What knows how triples follow."""

    def first_proofs(self, triples: Sequence[ox.Triple], /) -> list[Proof | None]:
        """Of each triple the proof by which it was first derived, None if it does not hold."""

    def objects(self, subject: Term, predicate: Term, /) -> list[Term]:
        """What the subject has the predicate to, as the sources write it."""


@dataclass(frozen=True)
class Built:
    """One generation: its folder, its manifest, and its stores."""

    folder: Path
    manifest: dict[str, Any]
    all: ox.Store

    @cached_property
    def inferred(self) -> list[ox.Triple]:
        """The inferred triples with their literals as the sources write them; the stores rewrite literals."""
        return sorted(self.closure.inferred, key=str)

    @cached_property
    def closure(self) -> Closure:
        """The closed graph, which proves its triples; ProjectError where it has been replaced meanwhile."""
        from kg.build import CLOSURE, own_rules
        from kg.reasoning.closure import reopen

        try:
            return reopen(self.folder / CLOSURE, more_rules=own_rules(self.manifest["rules"], self.manifest["prefixes"]))
        except SourceError as error:
            raise _gone(self.folder) from error

    @cached_property
    def traces(self) -> Traces:
        """Which graph states what, and how all else follows; ProjectError where the generation has been replaced meanwhile."""
        from kg.build import STATEMENTS
        from kg.statements_of_files import StatementsOfFiles
        from kg.traces import Traces

        if not (file := self.folder / STATEMENTS).exists():
            raise _gone(self.folder)
        with StatementsOfFiles(file, read_only=True) as statements:
            return Traces(self.closure.derivations, statements.texts())

    @property
    def proving(self) -> Proving:
        """What gives the first proofs of triples: the derivations where these are known already, else the closed graph."""
        known: Traces | None = vars(self).get("traces")
        return known.derivations if known and known.derivations else self.closure

    @cached_property
    def asserted(self) -> ox.Store:
        """The store whose default graph holds no inferred triple; ProjectError where it has been replaced meanwhile."""
        try:
            return ox.Store.read_only(str(self.folder / "asserted"))
        except (OSError, RuntimeError) as error:
            raise _gone(self.folder) from error


def _gone(folder: Path) -> ProjectError:
    return ProjectError(f"the built graph in {folder} is gone", hint="open the project again")


def built(project: Project, progress: Progress = quiet) -> Built:
    """The built graph of the project's present files: from the cache, else built now and said so on `progress`.

    Raises SourceError where a file cannot be read, ProjectError where the cache cannot be written.
    """
    home = cache_folder() / hashlib.sha256(os.fsencode(project.root)).hexdigest()[:16]
    for _ in range(_ATTEMPTS):
        origin = _Origin.of(project)
        if found := _opened(home / origin.key, progress):
            return found
        _build(project, home, origin, progress)
    raise ProjectError(f"the graph cannot be kept in {home}", hint="set KG_CACHE to another folder")


def write(project: Project, found: sources.Sources, folder: Path) -> None:
    """Builds the graph of what was found, reasoned over, into a folder, with the files of a generation.

    Raises OSError where the folder cannot be written.
    """
    from kg import build

    _finish(folder, build.build(project, found, folder))


def rewrite(project: Project, old: Path, removed: Collection[ox.Quad], added: Collection[ox.Quad], folder: Path) -> bool:
    """Builds the graph of an older generation with some quads taken out, given as the stores write them, and others put in.

    False where the older one is gone or damaged; then nothing is built. Raises OSError where the folder cannot be written.
    """
    from kg import build

    if not (manifest := _manifest_if_whole(old)):
        return False
    _finish(folder, build.rewrite(project, old, manifest, removed, added, folder))
    return True


def without(project: Project, graphs: Collection[str]) -> Built:
    """What would be built if these named graphs were not in the files; it lies in memory."""
    from kg import build

    found = sources.read(project)
    kept = [quad for quad in found.quads if _home(quad) not in graphs]
    content = build.in_memory(project, found.with_quads(kept))
    built = Built(Path(), content.manifest, content.all)
    # Cached properties: what is put there is not opened from the disk.
    vars(built).update(asserted=content.asserted, inferred=content.inferred, closure=content.closure)
    return built


def _home(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


@dataclass(frozen=True)
class _Origin:
    """What a generation is made of: the files of the graph, each with its hash, and what else makes it what it is."""

    files: dict[str, str]
    made_by: str

    @classmethod
    def of(cls, project: Project) -> _Origin:
        files, settings = sources.digests(project)
        total = hashlib.sha256(f"{__version__}\0{settings}".encode())
        for pattern in _MADE_BY:
            for file in sorted(_CODE.glob(pattern)):
                total.update(file.read_bytes())
        return cls(files, total.hexdigest())

    @property
    def key(self) -> str:
        """The name of the generation."""
        total = hashlib.sha256("\0".join((self.made_by, *self.files, *self.files.values())).encode("utf-8", "surrogateescape"))
        return total.hexdigest()[:16]

    def changed(self, manifest: dict[str, Any]) -> set[str] | None:
        """The files that are others than in a generation; None where more than some are, or it was made otherwise."""
        if manifest.get("made_by") != self.made_by:
            return None
        old = manifest["files"]
        changed = {name for name in {*old, *self.files} if old.get(name) != self.files.get(name)}
        few = len(changed) <= max(1, len(self.files) // _SOME)
        return changed if few else None


def _opened(folder: Path, progress: Progress) -> Built | None:
    """The generation in `folder`; a damaged one is put away."""
    if not folder.exists():
        return None
    try:
        return Built(folder, _manifest(folder), ox.Store.read_only(str(folder / "all")))
    except (OSError, RuntimeError, ValueError) as error:
        progress(f"the built graph in {folder} is damaged ({error}); building it again")
        with _writing(folder.parent):
            _remove(folder)
        return None


def _build(project: Project, home: Path, origin: _Origin, progress: Progress) -> None:
    from tempfile import mkdtemp

    with _writing(home):
        home.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(home, progress)
        beside = Path(mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=home))
    try:
        manifest = _made(project, home, origin, beside, progress)
        if _Origin.of(project) != origin:
            progress("a file changed meanwhile; reading again")
            return
        with _writing(home):
            _finish(beside, {**manifest, "files": origin.files, "made_by": origin.made_by})
            _publish(beside, home / origin.key)
            _remove_old(home, origin.key)
    finally:
        _remove(beside, if_possible=True)


def _made(project: Project, home: Path, origin: _Origin, folder: Path, progress: Progress) -> dict[str, Any]:
    """Fills the folder of a generation: from an older one where that is possible, else from all files."""
    from kg import build

    for old in _generations(home):
        manifest = _manifest_if_whole(old)
        if manifest and (changed := origin.changed(manifest)) is not None:
            progress(f"reasoning over what changed in {', '.join(sorted(changed))}")
            if made := build.renew(project, old, manifest, changed, folder):
                return made
            break
    found = sources.read(project)
    progress(f"reasoning over {len(found.quads)} statements from {len(found.files)} files")
    with _writing(home):
        return build.build(project, found, folder)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a generation; OSError or ValueError where that is not whole."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    _compare_sizes(folder)
    return manifest


def _manifest_if_whole(folder: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        return _manifest(folder)
    return None


def _generations(home: Path) -> list[Path]:
    """The generations that there are, newest first."""
    found = (folder for folder in home.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    return sorted(found, key=lambda folder: folder.stat().st_mtime, reverse=True)


def _publish(beside: Path, folder: Path) -> None:
    """Moves the generation to its place; where another process was first, its generation holds the same and stays."""
    try:
        beside.rename(folder)
    except OSError:
        if not folder.exists():
            raise


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProjectError(
            f"the cache {home} cannot be written: {error.strerror or error}", hint="set KG_CACHE to a folder that can"
        ) from error


def _remove(path: Path, *, if_possible: bool = False) -> None:
    # Loaded here, for most commands remove nothing.
    import shutil

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=if_possible)
    else:
        path.unlink(missing_ok=if_possible)


def _remove_abandoned(home: Path, progress: Progress) -> None:
    """Removes what builds left behind that were killed; a build whose process lives is left alone."""
    from kg.reasoning.scratch import runs

    for folder in sorted(home.glob(f"{_BUILDING}*")):
        if not runs(int(folder.name.removeprefix(_BUILDING).partition("-")[0])):
            progress(f"removing {folder}, which an interrupted build left behind")
            _remove(folder, if_possible=True)


def _remove_old(home: Path, key: str) -> None:
    """Keeps the few newest generations; whoever still reads an older one keeps what it has opened."""
    others = [folder for folder in _generations(home) if folder.name != key]
    for folder in others[_KEPT - 1 :]:
        _remove(folder, if_possible=True)


def _finish(folder: Path, manifest: dict[str, Any]) -> None:
    _write_json(folder / "manifest.json", manifest)
    _write_json(folder / _SIZES, _sizes(folder))


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _sizes(folder: Path) -> dict[str, int]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name not in (_SIZES, "LOG"))
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def _compare_sizes(folder: Path) -> None:
    """Raises ValueError where a file was cut short: it may still open, and answer less."""
    if json.loads((folder / _SIZES).read_text(encoding="utf-8")) != _sizes(folder):
        raise ValueError("a file has another size than it was built with")
