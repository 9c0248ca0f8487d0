"""Where an answer comes from, in short, as a picture has it that is shown without its page."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.answers import Answer
from kg.evidence.grounds import as_in_text
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN

# What says of a sentence in which text it stands.
PART = ox.NamedNode(WELL_KNOWN["dcterms"] + "isPartOf")
# So many sentences of a text are named.
_MOST = 12


def cited(graph: KnowledgeGraph, answer: Answer, lang: str) -> list[str]:
    """The texts that an answer of the graph rests on, each with its sentences; where there is no sentence, the other graphs.

    Example: `Article on the Tokyo summit of December 2025 (P19.S1, P19.S2)`.
    """
    found: dict[str, list[str]] = {}
    for source in sorted({source for each in answer.evidence() for source in each.sources}, key=as_in_text):
        work = next(works_of(graph.store(), ox.NamedNode(source)), "")
        found.setdefault(work or source, []).extend([graph.names.shorten(source).rpartition(":")[2]] if work else [])
    return [_named(graph, work, sentences, lang) for work, sentences in found.items()]


def works_of(store: ox.Store, sentence: ox.NamedNode) -> Iterator[str]:
    """The texts that a sentence is part of; none where nothing says so."""
    quads = store.quads_for_pattern(sentence, PART, None, ox.DefaultGraph())
    return (quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))


def _named(graph: KnowledgeGraph, work: str, sentences: list[str], lang: str) -> str:
    name = graph.label(work, lang) or graph.names.shorten(work)
    more = " …" if len(sentences) > _MOST else ""
    return f"{name} ({', '.join(sentences[:_MOST])}{more})" if sentences else name
