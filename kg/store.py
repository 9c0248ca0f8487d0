"""Sources → reasoning → a built graph on disk, kept until a file changes.

A generation is a folder `<cache>/<project>/<key>` with `all/` (its default graph is the RDF merge of asserted and
inferred triples), `asserted/` (its default graph is the merge of the asserted alone), both with every named graph of
the sources, `inferred.nt`, `closure.duckdb` (the closed graph, which proves its triples), `manifest.json`, and
`sizes.json` with the size of each file. It is built beside its place, moved there in one step, and never changed again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import __version__, sources
from kg.errors import ProjectError, SourceError
from kg.names import WELL_KNOWN
from kg.project import Project, cache_folder

if TYPE_CHECKING:
    from kg.reasoning.closure import Closure
    from kg.reasoning.rules import Rule
    from kg.sources import Sources

Progress = Callable[[str], None]

# The code that decides what is built; a change of it builds anew.
_CODE = Path(__file__).parent
_MADE_BY = ("rdf_files.py", "sources.py", "store.py", "reasoning/*.py")
# A process may still read an older generation while a newer one is built: it opens some files late.
_KEPT = 4
_ATTEMPTS = 3
_BUILDING = ".building-"
_SIZES = "sizes.json"
_CLOSURE = "closure.duckdb"


def quiet(_message: str) -> None:
    """Progress that nobody wants to hear of."""


@dataclass(frozen=True)
class Built:
    """One generation: its folder, its manifest, and its stores."""

    folder: Path
    manifest: dict[str, Any]
    all: ox.Store

    @cached_property
    def inferred(self) -> list[ox.Triple]:
        """The inferred triples with their literals as the sources write them; the stores rewrite literals."""
        try:
            return [quad.triple for quad in ox.parse(path=self.folder / "inferred.nt")]
        except OSError as error:
            raise ProjectError(f"the built graph in {self.folder} is gone", hint="open the project again") from error

    @cached_property
    def closure(self) -> Closure:
        """The closed graph, which proves its triples; ProjectError where it has been replaced meanwhile."""
        from kg.reasoning.closure import reopen

        try:
            return reopen(self.folder / _CLOSURE, more_rules=_own_rules(self.manifest["rules"], self.manifest["prefixes"]))
        except SourceError as error:
            raise ProjectError(f"the built graph in {self.folder} is gone", hint="open the project again") from error

    @cached_property
    def asserted(self) -> ox.Store:
        """The store whose default graph holds no inferred triple; ProjectError where it has been replaced meanwhile."""
        try:
            return ox.Store.read_only(str(self.folder / "asserted"))
        except (OSError, RuntimeError) as error:
            raise ProjectError(f"the built graph in {self.folder} is gone", hint="open the project again") from error


def built(project: Project, progress: Progress = quiet) -> Built:
    """The built graph of the project's present files: from the cache, else built now and said so on `progress`.

    Raises SourceError where a file cannot be read, ProjectError where the cache cannot be written.
    """
    home = cache_folder() / hashlib.sha256(os.fsencode(project.root)).hexdigest()[:16]
    for _ in range(_ATTEMPTS):
        key = _key(project)
        if found := _opened(home / key, progress):
            return found
        _build(project, home, key, progress)
    raise ProjectError(f"the graph cannot be kept in {home}", hint="set KG_CACHE to another folder")


def write(project: Project, found: Sources, folder: Path) -> None:
    """Builds the graph of what was found, reasoned over, into an empty folder, with the files of a generation.

    Raises OSError where the folder cannot be written.
    """
    _Content.closed(project, found).write(folder)


def without(project: Project, graphs: Collection[str]) -> Built:
    """What would be built if these named graphs were not in the files; it lies in memory."""
    found = sources.read(project)
    kept = replace(found, quads=[quad for quad in found.quads if _home(quad) not in graphs])
    return _Content.closed(project, kept, in_memory=True).in_memory()


def _home(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _key(project: Project) -> str:
    total = hashlib.sha256("\0".join((__version__, project.base, sources.digest(project))).encode())
    for pattern in _MADE_BY:
        for file in sorted(_CODE.glob(pattern)):
            total.update(file.read_bytes())
    return total.hexdigest()[:16]


def _opened(folder: Path, progress: Progress) -> Built | None:
    """The generation in `folder`; a damaged one is put away."""
    if not folder.exists():
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        _compare_sizes(folder)
        return Built(folder, manifest, ox.Store.read_only(str(folder / "all")))
    except (OSError, RuntimeError, ValueError) as error:
        progress(f"the built graph in {folder} is damaged ({error}); building it again")
        with _writing(folder.parent):
            _remove(folder)
        return None


def _build(project: Project, home: Path, key: str, progress: Progress) -> None:
    with _writing(home):
        home.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(home, progress)
    content = _Content.of(project, progress)
    if _key(project) != key:
        progress("a file changed meanwhile; reading again")
        return
    from tempfile import mkdtemp

    with _writing(home):
        beside = Path(mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=home))
        try:
            content.write(beside)
            _publish(beside, home / key)
        finally:
            _remove(beside, if_possible=True)
        _remove_old(home, key)


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
    for folder in sorted(home.glob(f"{_BUILDING}*")):
        if not _lives(int(folder.name.removeprefix(_BUILDING).partition("-")[0])):
            progress(f"removing {folder}, which an interrupted build left behind")
            _remove(folder, if_possible=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_old(home: Path, key: str) -> None:
    """Keeps the few newest generations; whoever still reads an older one keeps what it has opened."""
    others = [folder for folder in home.iterdir() if folder.name != key and not folder.name.startswith(".")]
    for folder in sorted(others, key=lambda folder: folder.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        _remove(folder, if_possible=True)


@dataclass(frozen=True)
class _Content:
    """What goes into a generation."""

    quads: list[ox.Quad]
    inferred: list[ox.Triple]
    home_of_inferred: ox.NamedNode
    manifest: dict[str, Any]
    closure: Closure

    @classmethod
    def of(cls, project: Project, progress: Progress) -> _Content:
        found = sources.read(project)
        progress(f"reasoning over {len(found.quads)} statements from {len(found.files)} files")
        return cls.closed(project, found)

    @classmethod
    def closed(cls, project: Project, found: Sources, *, in_memory: bool = False) -> _Content:
        from kg.reasoning.closure import close, close_triples

        prefixes = {"graph": project.graph(""), **found.prefixes, **project.prefixes}
        own = _own_rules(found.rules, prefixes)
        if in_memory:
            closure = close_triples((quad.triple for quad in found.quads), full=False, more_rules=own)
        else:
            closure = close(b"".join(f"{quad.triple} .\n".encode() for quad in found.quads), full=False, more_rules=own)
        manifest = {
            "prefixes": prefixes,
            "rules": found.rules,
            "counts": {"statements": len(found.quads), "asserted": len(closure.asserted), "inferred": len(closure.inferred)},
            "graphs": sorted({_home(quad) for quad in found.quads} - {""}),
            "clashes": [[clash.rule, clash.message, [f"{triple} ." for triple in clash.triples]] for clash in closure.clashes],
        }
        inferred = sorted(closure.inferred, key=str)
        return cls(found.quads, inferred, ox.NamedNode(project.graph("inferred")), manifest, closure)

    def in_memory(self) -> Built:
        built = Built(Path(), self.manifest, self._all(ox.Store()))
        # Cached properties: what is put there is not opened from the disk.
        vars(built).update(asserted=self._asserted(ox.Store()), inferred=self.inferred, closure=self.closure)
        return built

    def write(self, folder: Path) -> None:
        self._asserted(ox.Store(str(folder / "asserted"))).flush()
        self._all(ox.Store(str(folder / "all"))).flush()
        (folder / "inferred.nt").write_bytes("".join(f"{triple} .\n" for triple in self.inferred).encode())
        self.closure.save(folder / _CLOSURE)
        _write_json(folder / "manifest.json", self.manifest)
        _write_json(folder / _SIZES, _sizes(folder))

    def _asserted(self, store: ox.Store) -> ox.Store:
        return _filled(store, self.quads, self._triples)

    def _all(self, store: ox.Store) -> ox.Store:
        named = [*self.quads, *_in_graph(self.inferred, self.home_of_inferred)]
        return _filled(store, named, [*self._triples, *self.inferred])

    @property
    def _triples(self) -> list[ox.Triple]:
        return [quad.triple for quad in self.quads]


def _own_rules(texts: Mapping[str, str], prefixes: Mapping[str, str]) -> list[Rule]:
    """The rules of the project's own, from the texts of their files."""
    from kg.reasoning.rules import read

    return [rule for file, text in texts.items() for rule in read(text, {**WELL_KNOWN, **prefixes}, file)]


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _sizes(folder: Path) -> dict[str, int]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name not in (_SIZES, "LOG"))
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def _compare_sizes(folder: Path) -> None:
    """Raises ValueError where a file was cut short: it may still open, and answer less."""
    if json.loads((folder / _SIZES).read_text(encoding="utf-8")) != _sizes(folder):
        raise ValueError("a file has another size than it was built with")


def _in_graph(triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def _filled(store: ox.Store, named: Iterable[ox.Quad], default: Iterable[ox.Triple]) -> ox.Store:
    store.bulk_extend(named)
    store.bulk_extend(_in_graph(default, ox.DefaultGraph()))
    return store
