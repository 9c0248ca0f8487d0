"""What goes into a generation: made of all files or, where an older one has most of it, of those that are others now.

Of an older generation the files are taken over (the stores by hard links) and changed: `statements.duckdb`, which says in which
file a quad is stated; `closure.duckdb`, the closed graph; and both stores, whose default graphs are the RDF merges.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import sources
from kg.literals import stored_quad
from kg.names import WELL_KNOWN
from kg.project import Project
from kg.reasoning.closure import close, close_triples, reopen
from kg.reasoning.rules import Rule, read
from kg.statements_of_files import StatementsOfFiles

if TYPE_CHECKING:
    from kg.reasoning.closure import Closure

ALL, ASSERTED, CLOSURE, STATEMENTS = "all", "asserted", "closure.duckdb", "statements.duckdb"
_DEFAULT = ox.DefaultGraph()
# Where a quad stands that was written to a server.
_OF_NO_FILE = ""
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """What a generation holds."""

    manifest: Manifest
    all: ox.Store
    asserted: ox.Store
    inferred: list[ox.Triple]
    closure: Closure


def build(project: Project, found: sources.Sources, folder: Path) -> Manifest:
    """Makes a generation of all that the files hold, in a folder; its manifest."""
    lines = b"".join(f"{quad.triple} .\n".encode() for quad in found.quads)
    closure = close(lines, full=False, more_rules=_rules(project, found))
    content = _content(project, found, closure, ox.Store(str(folder / ALL)), ox.Store(str(folder / ASSERTED)))
    for store in (content.all, content.asserted):
        store.flush()
    closure.save(folder / CLOSURE)
    with StatementsOfFiles(folder / STATEMENTS) as statements:
        for file, parsed in found.parsed.items():
            statements.add(file, parsed.quads)
    return content.manifest


def in_memory(project: Project, found: sources.Sources) -> Content:
    """What a generation of all that the files hold would be; nothing is written."""
    closure = close_triples((quad.triple for quad in found.quads), full=False, more_rules=_rules(project, found))
    return _content(project, found, closure, ox.Store(), ox.Store())


def _content(project: Project, found: sources.Sources, closure: Closure, all: ox.Store, asserted: ox.Store) -> Content:
    stated, inferred = [quad.triple for quad in found.quads], sorted(closure.inferred, key=str)
    _fill(asserted, found.quads, stated)
    _fill(all, [*found.quads, *_at(inferred, _inferred(project))], [*stated, *inferred])
    by_file = {file: parsed.prefixes for file, parsed in found.parsed.items()}
    graphs = {quad.graph_name.value for quad in found.quads if isinstance(quad.graph_name, ox.NamedNode)}
    prefixes = _prefixes(project, found.prefixes)
    manifest = _manifest(prefixes, by_file, found.rules, closure, statements=len(found.quads), graphs=sorted(graphs))
    return Content(manifest, all, asserted, inferred, closure)


def renew(project: Project, old: Path, manifest: Manifest, files: Collection[str], folder: Path) -> Manifest | None:
    """Makes a generation of an older one and of the files that are others now; its manifest.

    None where the rules would not be the same: then all is to be built.
    """
    here = {project.shown(file): file for file in sources.graph_files(project)}
    changed = {name: sources.parse(project, here[name]) if name in here else sources.Parsed([], {}) for name in files}
    known = manifest["prefixes_by_file"] | {name: parsed.prefixes for name, parsed in changed.items()}
    by_file = {name: known[name] for name in here}
    prefixes = _prefixes(project, sources.merged(by_file.values()))
    rules = own_rules(manifest["rules"], prefixes)
    if rules != own_rules(manifest["rules"], manifest["prefixes"]):
        return None
    with _taken_over(old, folder, rules) as (closure, statements):
        before = {quad for name in changed for quad in statements.forget(name)}
        for name, parsed in changed.items():
            statements.add(name, parsed.quads)
        after = {quad for parsed in changed.values() for quad in parsed.quads}
        _change(folder, closure, _inferred(project), before, statements.like(before), after)
        return _manifest_of(closure, statements, prefixes, by_file, manifest["rules"])


def rewrite(
    project: Project, old: Path, manifest: Manifest, removed: Collection[ox.Quad], added: Collection[ox.Quad], folder: Path
) -> Manifest:
    """Makes a generation of an older one with some quads taken out, as the stores write them, and others put in; its manifest."""
    rules = own_rules(manifest["rules"], manifest["prefixes"])
    with _taken_over(old, folder, rules) as (closure, statements):
        wanted = {*removed}
        before = {quad for quad in statements.like(wanted) if stored_quad(quad) in wanted}
        statements.withdraw(before)
        statements.add(_OF_NO_FILE, added)
        _change(folder, closure, _inferred(project), before, statements.like(before), {*added})
        return _manifest_of(closure, statements, manifest["prefixes"], manifest["prefixes_by_file"], manifest["rules"])


def _change(
    folder: Path, closure: Closure, inferred: ox.NamedNode, before: set[ox.Quad], stay: set[ox.Quad], after: set[ox.Quad]
) -> None:
    """Changes closure and stores; `stay` are the quads that are stated and like those of before."""
    removed, added = before - after - stay, after - before
    gone = {quad.triple for quad in removed} - {quad.triple for quad in after | stay}
    closure.change(added={quad.triple for quad in added}, removed=gone)
    _Stores(folder, closure, inferred).change(removed, added | stay)


def _rules(project: Project, found: sources.Sources) -> list[Rule]:
    return own_rules(found.rules, _prefixes(project, found.prefixes))


def own_rules(texts: Mapping[str, str], prefixes: Mapping[str, str]) -> list[Rule]:
    """The rules of the project's own, from the texts of their files."""
    return [rule for file, text in texts.items() for rule in read(text, {**WELL_KNOWN, **prefixes}, file)]


def _prefixes(project: Project, of_files: Mapping[str, str]) -> dict[str, str]:
    return {"graph": project.graph(""), **of_files, **project.prefixes}


def _inferred(project: Project) -> ox.NamedNode:
    return ox.NamedNode(project.graph("inferred"))


def _manifest_of(
    closure: Closure,
    statements: StatementsOfFiles,
    prefixes: dict[str, str],
    by_file: dict[str, dict[str, str]],
    rules: dict[str, str],
) -> Manifest:
    return _manifest(prefixes, by_file, rules, closure, statements=statements.count(), graphs=statements.graphs())


def _manifest(
    prefixes: dict[str, str],
    by_file: dict[str, dict[str, str]],
    rules: dict[str, str],
    closure: Closure,
    *,
    statements: int,
    graphs: list[str],
) -> Manifest:
    return {
        "prefixes": prefixes,
        "prefixes_by_file": by_file,
        "rules": rules,
        "counts": {"statements": statements, **closure.counts()},
        "graphs": graphs,
        "clashes": [[clash.rule, clash.message, [f"{triple} ." for triple in clash.triples]] for clash in closure.clashes],
    }


def _fill(store: ox.Store, named: Iterable[ox.Quad], default: Iterable[ox.Triple]) -> None:
    store.bulk_extend(named)
    store.bulk_extend(_at(default))


@contextmanager
def _taken_over(old: Path, folder: Path, rules: list[Rule]) -> Iterator[tuple[Closure, StatementsOfFiles]]:
    """The closure and the statements of an older generation, to be changed in the folder of a new one, with its stores."""
    for name in (ALL, ASSERTED):
        ox.Store.read_only(str(old / name)).backup(str(folder / name))
    for name in (CLOSURE, STATEMENTS):
        shutil.copyfile(old / name, folder / name)
    closure = reopen(folder / CLOSURE, more_rules=rules, writable=True)
    try:
        with StatementsOfFiles(folder / STATEMENTS) as statements:
            yield closure, statements
    finally:
        closure.shut()


class _Stores:
    """The stores of a generation, which rewrite literals: what goes may be the same there as what stays."""

    def __init__(self, folder: Path, closure: Closure, inferred: ox.NamedNode) -> None:
        self._folder, self._closure, self._graph = folder, closure, inferred

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Takes quads out of named graphs and puts others in, and with them what was asserted and inferred, and is.

        The default graph is the merge of all: that it is said there does not make a triple stay there, or not.
        """
        removed, added = (list(filter(_is_named, quads)) for quads in (removed, added))
        now = self._closure.affected()
        beside = self._closure.status(self._others(each for some in now for each in some))
        asserted, inferred = now.asserted | beside.asserted, now.inferred | beside.inferred
        out = [*removed, *_at(now.gone | now.inferred)]
        self._write(ASSERTED, out, [*added, *_at(asserted)])
        out = [*removed, *_at(now.gone), *_at(now.gone | now.asserted, self._graph)]
        self._write(ALL, out, [*added, *_at(asserted | inferred), *_at(inferred, self._graph)])

    def _write(self, name: str, out: Iterable[ox.Quad], here: Iterable[ox.Quad]) -> None:
        store = ox.Store(str(self._folder / name))
        for quad in out:
            store.remove(quad)
        store.extend(here)
        store.flush()

    def _others(self, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
        """The triples with any literal where one of these has one."""
        like = self._closure.like(each for each in triples if isinstance(each.object, ox.Literal))
        return {each for each in like if isinstance(each.object, ox.Literal)}


def _is_named(quad: ox.Quad) -> bool:
    return quad.graph_name != _DEFAULT


def _at(triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> Iterator[ox.Quad]:
    return (ox.Quad(each.subject, each.predicate, each.object, graph) for each in triples)
