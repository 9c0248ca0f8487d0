"""Everything that can be wrong with a project, as findings with a code and a place; a broken file hides nothing elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.checks import content, corpus, queries, shacl, texts
from kg.checks.corpus import Corpus
from kg.checks.findings import RULES, Finding, Rule, Severity, finding, in_order
from kg.checks.reports import summary, to_json, to_sarif, to_text
from kg.errors import Place, UsageError
from kg.explanation import Explanation
from kg.explanations import to_text as to_proof
from kg.graph import KnowledgeGraph
from kg.project import Project
from kg.queries import opened

__all__ = ["RULES", "Finding", "Rule", "Severity", "check", "summary", "to_json", "to_sarif", "to_text"]

_Check = Callable[[Corpus], Iterable[Finding]]
_OF_ANY_FILE: tuple[_Check, ...] = (content.blank_nodes, content.same_as, content.prefixes, queries.texts, queries.answers)
_OF_ALL_FILES: tuple[_Check, ...] = (
    content.unknown_terms,
    content.undefined_things,
    content.unreachable,
    content.labels,
    content.malformed_lists,
)
_IRI = re.compile(r"<([^<>\s]+)>")
_CLASH_HINT = "one of the statements is wrong, or an axiom is:"


def quiet(_: str) -> None:
    """Say nothing."""


def check(project: Project, *, text: Path | None = None, progress: Callable[[str], None] = quiet) -> list[Finding]:
    """All findings about a project, by place; with `text`, also whether the sentences stand in that file as the data says.

    `progress` is told what is being done. Raises UsageError where `text` cannot be read, ProjectError where the cache
    cannot be written; everything else that is wrong is a finding.
    """
    progress("reading the files")
    read = corpus.read(project)
    found = [*read.findings, *(each for check in _OF_ANY_FILE for each in check(read))]
    if text is not None:
        found += texts.texts(read, text)
    broken = sorted(name for name in read.broken if not name.startswith("queries"))
    if broken:
        message = "terms, things, labels, shapes, contradictions and the answers of queries were not checked"
        return in_order([*found, finding("not-checked", message, Place(broken[0]), "mend the syntax errors first")])
    progress("checking terms and labels")
    found += (each for check in _OF_ALL_FILES for each in check(read))
    return in_order([*found, *_of_the_graph(read, progress)])


def _of_the_graph(read: Corpus, progress: Callable[[str], None]) -> Iterator[Finding]:
    """What needs the built graph: contradictions, shapes, and what queries give."""
    graph = opened(read.project, progress)
    yield from _contradictions(graph)
    progress("checking shapes")
    yield from shacl.shapes(read, graph.inferences())
    progress("running the queries")
    yield from queries.runs(read, graph)


def _contradictions(graph: KnowledgeGraph) -> Iterator[Finding]:
    """Each contradiction where the first of its triples is stated, with a proof of all of them."""
    how = graph.presenter()
    for clash in graph.clashes:
        found = [explanation for triple in clash.triples for explanation in _explained(graph, triple)]
        message = _IRI.sub(lambda iri: graph.names.shorten(iri[1]), clash.message)
        proofs = "".join(to_proof(explanation, graph, how) for explanation in found if explanation.holds)
        yield finding("inconsistent", f"{message} ({clash.rule})", _place(found), f"{_CLASH_HINT}\n{proofs.rstrip()}")


def _explained(graph: KnowledgeGraph, triple: ox.Triple) -> Iterator[Explanation]:
    """Why a triple holds; nothing where the proof is too deep to be followed: the contradiction is told all the same."""
    with suppress(UsageError):
        yield graph.explain(triple)


def _place(explanations: Iterable[Explanation]) -> Place:
    """The first place that states what the explanations rest on."""
    leaves = (leaf for each in explanations for proof in each.proofs for fact in proof.leaves() for leaf in [each.leaves[fact]])
    return next((place for leaf in leaves for place in leaf.places), Place("data"))
