"""All files of a project, read one by one so that a broken one hides nothing in the others, and where things stand in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import sources, sparql
from kg.checks.findings import Finding, finding, from_error
from kg.errors import KGError, Place, SourceError
from kg.names import WELL_KNOWN, Names
from kg.positions import Positions, Spot, index
from kg.project import Project
from kg.queries import catalogue
from kg.rdf_files import FORMATS

RDF_TYPE = WELL_KNOWN["rdf"] + "type"
LABELS = (WELL_KNOWN["rdfs"] + "label", WELL_KNOWN["skos"] + "prefLabel")
_DECLARING = {
    *(WELL_KNOWN["owl"] + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    *(WELL_KNOWN["rdfs"] + name for name in ("Class", "Datatype")),
    WELL_KNOWN["rdf"] + "Property",
}
_WITH_POSITIONS = {".ttl", ".trig", ".nt", ".nq"}


@dataclass(frozen=True)
class SourceFile:
    """One file of ontology/, data/ or queries/: its text, and its quads if it is RDF and could be parsed."""

    path: Path
    shown: str
    text: str
    quads: tuple[ox.Quad, ...] = ()
    prefixes: dict[str, str] = field(default_factory=dict)
    is_shapes: bool = False

    @property
    def folder(self) -> str:
        return Path(self.shown).parts[0]

    @property
    def is_check(self) -> bool:
        """Whether this is a query of queries/checks/."""
        return Path(self.shown).parts[:2] == ("queries", "checks")

    @cached_property
    def where(self) -> Positions:
        followed = self.path.suffix in _WITH_POSITIONS or self.folder == "queries"
        return index(self.text if followed else "", self.prefixes)

    def place(self, spot: Spot | None) -> Place:
        """A spot in this file as a place; the file alone where the spot is not known."""
        return Place(self.shown, *(spot or (0, 0)))

    def first(self, iri: str) -> Place:
        """Where this file names an IRI first."""
        return self.place(next(iter(self.where.of(iri)), None))


@dataclass
class Corpus:
    """What was read of a project, what could not be read, and the questions that several checks ask of it."""

    project: Project
    files: list[SourceFile] = field(default_factory=list)
    queries: list[SourceFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @cached_property
    def content(self) -> list[SourceFile]:
        """The files that make the graph, without shapes."""
        return [file for file in self.files if not file.is_shapes]

    @cached_property
    def quads(self) -> list[ox.Quad]:
        return [quad for file in self.content for quad in file.quads]

    @cached_property
    def names(self) -> Names:
        found: dict[str, str] = {}
        for file in self.files:
            found = file.prefixes | found
        return Names(found | self.project.prefixes)

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The types that the files state, by thing."""
        found: dict[str, set[str]] = defaultdict(set)
        for quad in self.quads:
            if (
                quad.predicate.value == RDF_TYPE
                and isinstance(quad.subject, ox.NamedNode)
                and isinstance(quad.object, ox.NamedNode)
            ):
                found[quad.subject.value].add(quad.object.value)
        return found

    @cached_property
    def declared(self) -> set[str]:
        """The classes and properties that the files declare."""
        return {iri for iri, types in self.types.items() if types & _DECLARING}

    @cached_property
    def vocabularies(self) -> set[str]:
        """The namespaces of the project's own terms: those of declared terms that are not well known."""
        return {namespace(iri) for iri in self.declared} - set(WELL_KNOWN.values())

    @cached_property
    def subjects(self) -> set[str]:
        return {quad.subject.value for quad in self.quads if isinstance(quad.subject, ox.NamedNode)}

    @cached_property
    def graphs(self) -> set[str]:
        return {quad.graph_name.value for quad in self.quads if isinstance(quad.graph_name, ox.NamedNode)}

    @cached_property
    def labels(self) -> dict[str, list[tuple[str, ox.Literal]]]:
        """The labels of each thing, with the property that gives them, each once."""
        found: dict[str, dict[tuple[str, ox.Literal], None]] = defaultdict(dict)
        for quad in self.quads:
            if quad.predicate.value in LABELS and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                found[quad.subject.value][quad.predicate.value, quad.object] = None
        return {iri: list(labels) for iri, labels in found.items()}

    def label(self, iri: str) -> str:
        """What to call a thing in a message: its English label, else any, else its short name."""
        labels = sorted((label.language != "en", label.language or "", label.value) for _, label in self.labels.get(iri, ()))
        return labels[0][2] if labels else self.names.shorten(iri)

    def place(self, subject: str, predicate: str | None = None, object: str | None = None, *, last: bool = False) -> Place:
        """The place that is nearest to a statement over all files; `last` prefers the later of two that are equally near."""
        found = [(near, file) for file in self.files if (near := file.where.closest(subject, predicate, object))]
        if not found:
            return Place("data")
        nearest = min(near[0] for near, _ in found)
        fitting = [Place(file.shown, *near[1]) for near, file in found if near[0] == nearest]
        return fitting[-1 if last else 0]


def read(project: Project) -> Corpus:
    """All that can be read of a project's files; what cannot is among the findings."""
    corpus = Corpus(project)
    for folder in ("ontology", "data", "queries"):
        for path in _walk(project.root / folder):
            _read(corpus, folder, path)
    return corpus


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return path.name == "README.md" or any(part.startswith(".") for part in path.parts)


def _read(corpus: Corpus, folder: str, path: Path) -> None:
    try:
        if not _is_read(corpus.project, folder, path):
            corpus.findings.append(_unread(corpus.project.shown(path), folder))
        elif folder == "queries":
            _read_query(corpus, path)
        elif path.suffix == sources.RULES:
            _read_rules(corpus, path)
        else:
            corpus.files.append(_parsed(corpus.project, path))
    except KGError as error:
        corpus.findings.append(from_error(error))
        corpus.broken.add(corpus.project.shown(path))


def _read_query(corpus: Corpus, path: Path) -> None:
    """Read a query, its head unless it is a check, and its text: an empty store is enough to parse that."""
    shown = corpus.project.shown(path)
    file = SourceFile(path, shown, _text(path, shown), prefixes=corpus.names.prefixes)
    corpus.queries.append(file)
    if not file.is_check:
        catalogue(corpus.project)[path.stem]
    sparql.evaluate(ox.Store(), file.text, corpus.names, {}, shown)


def _read_rules(corpus: Corpus, path: Path) -> None:
    """Read rules of the project's own; which of them are wrong, the error says."""
    from kg.reasoning.rules import read

    shown = corpus.project.shown(path)
    list(read(_text(path, shown), {**WELL_KNOWN, **corpus.names.prefixes}, shown))


def _is_read(project: Project, folder: str, path: Path) -> bool:
    if folder == "queries":
        return path.suffix == ".rq" and path.parent in (project.queries, project.queries / "checks")
    return path.suffix.lower() in FORMATS or path in sources.rule_files(project)


def _unread(shown: str, folder: str) -> Finding:
    read = "queries/ and queries/checks/ hold .rq" if folder == "queries" else f"{folder}/ holds {', '.join(FORMATS)}"
    return finding("unknown-file", "nothing reads this file", Place(shown), f"{read}; rename the file or move it")


def _parsed(project: Project, path: Path) -> SourceFile:
    parsed = sources.parse(project, path)
    shown, shapes = project.shown(path), path in sources.shape_files(project)
    return SourceFile(path, shown, _text(path, shown), tuple(parsed.quads), parsed.prefixes, shapes)


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "not UTF-8"
        raise SourceError(reason, place=Place(shown), hint="save the file as UTF-8") from error


def namespace(iri: str) -> str:
    """An IRI up to its last `#` or `/`.

    >>> namespace("http://e/o#A")
    'http://e/o#'
    """
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def sorted_iris(terms: Iterable[object]) -> list[str]:
    """The IRIs among some terms, sorted, each once."""
    return sorted({term.value for term in terms if isinstance(term, ox.NamedNode)})
