"""The files of `ontology/` and `data/` → quads, with every error at its file, line and column.

A triple that its file puts in no graph goes into the graph named after the file. Files called `*shapes.ttl` in
`ontology/` hold SHACL shapes; they say what complete data looks like and are no part of the graph. Files `*.rules` there
hold rules by which more follows.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import Place, SourceError
from kg.project import Project
from kg.rdf_files import FORMATS

RULES = ".rules"
_WHERE = re.compile(r"^Parser error (?:at|between) [^:]*: ")
_HINTS = {
    r"The prefix (\S*): has not been declared": "declare it at the top of the file: @prefix {}: <https://…> .",
    r"No scheme found in an absolute IRI": "write the whole IRI, or declare @base at the top of the file",
    r"Unexpected end of file": "something that was opened here is not closed: a quote, a bracket or a statement without its dot",
    r"No LoadDocumentCallback": "copy the context into the file; nothing is fetched from the network",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The parsers recurse here, and a stack that overflows kills the process. Other brackets do no harm.
_DEEPEST = 100
_NESTING = {
    ox.RdfFormat.JSON_LD: re.compile(rb'"(?:[^"\\]|\\.)*"|(?P<open>[\[{])|(?P<close>[\]}])'),
    None: re.compile(
        rb"""(?P<open><<)|(?P<close>>>)|<[^<>"{}|^`\\\s]*>|\#[^\n]*
        |\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
        re.VERBOSE | re.DOTALL,
    ),
}


@dataclass(frozen=True)
class Parsed:
    """What one file holds."""

    quads: list[ox.Quad]
    prefixes: dict[str, str]


@dataclass(frozen=True)
class Sources:
    """What the files of a project hold, by the names of the files, in their order."""

    parsed: dict[str, Parsed]
    files: list[Path]
    shapes: list[Path]
    # The texts of the project's own rules, by the names of their files.
    rules: dict[str, str]

    @cached_property
    def quads(self) -> list[ox.Quad]:
        return [quad for one in self.parsed.values() for quad in one.quads]

    @cached_property
    def prefixes(self) -> dict[str, str]:
        return merged([one.prefixes for one in self.parsed.values()])

    def with_quads(self, quads: list[ox.Quad]) -> Sources:
        """The same, but for the quads, which then are those of one nameless file."""
        return replace(self, parsed={"": Parsed(quads, self.prefixes)})


def merged(prefixes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The prefixes of several files; the first of a name wins."""
    found: dict[str, str] = {}
    for one in prefixes:
        found = {**one, **found}
    return found


def read(project: Project) -> Sources:
    """All quads of the project; raises SourceError at the first file that cannot be read or parsed."""
    files = graph_files(project)
    parsed = {project.shown(file): parse(project, file) for file in files}
    rules = {project.shown(file): _text(project, file).decode() for file in rule_files(project)}
    return Sources(parsed, files, shape_files(project), rules)


def graph_files(project: Project) -> list[Path]:
    """The files whose quads make up the graph, sorted by path."""
    shapes = set(shape_files(project))
    return [file for folder in (project.data, project.ontology) for file in rdf_files(folder) if file not in shapes]


def shape_files(project: Project) -> list[Path]:
    """The files that hold SHACL shapes, sorted by path."""
    return [file for file in rdf_files(project.ontology) if file.name.endswith("shapes.ttl")]


def rule_files(project: Project) -> list[Path]:
    """The files that hold rules of the project's own, in the notation of `kg.reasoning.rules`, sorted by path."""
    return sorted(file for file in project.ontology.rglob(f"*{RULES}") if file.is_file() and not file.name.startswith("."))


def rdf_files(folder: Path) -> list[Path]:
    """The files below `folder` that a parser is known for, sorted by path; hidden files and folders are left out."""
    found = (file for file in folder.rglob("*") if file.suffix.lower() in FORMATS and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts))


def digests(project: Project) -> tuple[dict[str, str], str]:
    """The hash of each file whose quads make up the graph, by its name; and one of what else the graph is made by."""
    settings = project.root / "kg.toml"
    others = {project.shown(file): _digest(project, file) for file in rule_files(project) + [settings] * settings.is_file()}
    made_by = hashlib.sha256("\0".join((project.base, *others, *others.values())).encode("utf-8", "surrogateescape"))
    return {project.shown(file): _digest(project, file) for file in graph_files(project)}, made_by.hexdigest()


def _digest(project: Project, file: Path) -> str:
    return hashlib.sha256(_bytes(project, file)).hexdigest()


def parse(project: Project, file: Path) -> Parsed:
    """The quads of one file, each in a named graph; raises SourceError where it cannot be read or parsed."""
    content, form = _text(project, file), FORMATS[file.suffix.lower()]
    refuse_depth(content, form, project.shown(file))
    parser = ox.parse(content, format=form)
    try:
        quads = list(parser)
    except (SyntaxError, ValueError, OSError, MemoryError) as error:
        raise _syntax_error(project, file, error) from error
    home = ox.NamedNode(project.graph(file.stem))
    return Parsed([_at_home(quad, home) for quad in _own_blank_nodes(quads, project.shown(file))], parser.prefixes)


def _bytes(project: Project, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", place=Place(project.shown(file)), hint="check who may read it"
        ) from error


def _text(project: Project, file: Path) -> bytes:
    content = _bytes(project, file).removeprefix(_BYTE_ORDER_MARK)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        place = Place(project.shown(file), content.count(b"\n", 0, error.start) + 1)
        raise SourceError("not UTF-8", place=place, hint="save the file as UTF-8") from error
    return content


def refuse_depth(content: bytes, form: ox.RdfFormat, shown: str) -> None:
    """Raises SourceError where a content is nested deeper than its parser survives; `shown` is what the content is called."""
    pattern = _NESTING.get(form, _NESTING[None])
    if pattern is _NESTING[None] and b"<<" not in content:
        return
    depth = 0
    for token in pattern.finditer(content):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > _DEEPEST:
            place, hint = Place(shown, content.count(b"\n", 0, token.start()) + 1), "give the inner parts names"
            raise SourceError(f"nested more than {_DEEPEST} levels deep", place=place, hint=hint)


def _syntax_error(project: Project, file: Path, error: Exception) -> SourceError:
    line, column = (error.lineno or 0, error.offset or 0) if isinstance(error, SyntaxError) else (0, 0)
    reason = _WHERE.sub("", str(error.args[0] if error.args else error))
    return SourceError(reason, place=Place(project.shown(file), line, column), hint=_hint(reason))


def _hint(reason: str) -> str:
    found = ((re.search(pattern, reason), hint) for pattern, hint in _HINTS.items())
    fitting = (hint.format(*match.groups()) for match, hint in found if match)
    return next(fitting, "the error is at this place or just before it")


def _at_home(quad: ox.Quad, home: ox.NamedNode) -> ox.Quad:
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        return quad
    return ox.Quad(quad.subject, quad.predicate, quad.object, home)


def _own_blank_nodes(quads: list[ox.Quad], file: str) -> list[ox.Quad]:
    """The quads with blank nodes that meet no other file's and are called the same in every run: numbered as they come.

    Canonical names (RDFC-1.0) would be the same too, but finding them takes hours for a list of some thousand members.
    """
    if not any(isinstance(term, ox.BlankNode) for quad in quads for term in _terms(quad)):
        return quads
    prefix = f"{re.sub(r'[^A-Za-z0-9]', '', Path(file).stem)}{hashlib.sha256(os.fsencode(file)).hexdigest()[:8]}n"
    names: dict[str, str] = {}
    return [_renamed(quad, lambda label: names.setdefault(label, f"{prefix}{len(names)}")) for quad in quads]


def _terms(statement: ox.Quad | ox.Triple) -> Iterator[object]:
    for term in statement:
        if isinstance(term, ox.Triple):
            yield from _terms(term)
        yield term


def _renamed(quad: ox.Quad, name: Callable[[str], str]) -> ox.Quad:
    subject, predicate, object, graph = (_named(term, name) for term in quad)
    return ox.Quad(subject, predicate, object, graph)


def _named(term: Any, name: Callable[[str], str]) -> Any:
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(name(term.value))
    if isinstance(term, ox.Triple):
        return ox.Triple(*(_named(part, name) for part in term))
    return term
