"""A portrait as text for people, and as JSON for programs: each fact with the sentences that it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.answers import Presenter, Term
from kg.graph import KnowledgeGraph
from kg.portrait import Fact, Portrait

_INFERRED, _IMPLIED = "(inferred)", "(implied)"
_WIDEST = 60


def to_text(portrait: Portrait, graph: KnowledgeGraph, how: Presenter, passages: Mapping[str, str]) -> str:
    """The portrait as lines; `passages` (sentence IRI → text) are printed at its end where given."""
    sentences = _Sentences(graph, portrait)
    lines = [*_head(portrait, how), *_notes(portrait)]
    for title, facts in _titled(portrait.by_property(), how):
        lines += _group(title, [(how.text(fact.object), sentences.shown(fact)) for fact in facts])
    for title, facts in _titled(portrait.incoming_by_property(), how):
        lines += _group(f"← {title}", [(how.text(fact.subject), sentences.shown(fact)) for fact in facts])
    if passages:
        lines += ["", *(f"{graph.names.shorten(iri)}  {text}" for iri, text in passages.items() if iri in sentences.all)]
    return "\n".join(lines) + "\n"


def _head(portrait: Portrait, how: Presenter) -> Iterator[str]:
    short = how.names.shorten(portrait.thing.value)
    yield f"{portrait.label}  {short}" if portrait.label else short
    if portrait.labels:
        yield "  " + " · ".join(f"{label} ({language})" if language else label for language, label in portrait.labels.items())
    if portrait.types:
        yield "  " + ", ".join(f"{how.text(fact.object)}{f' {_INFERRED}' if fact.inferred else ''}" for fact in portrait.types)


def _notes(portrait: Portrait) -> Iterator[str]:
    yield from (f"  {note.object.value}" for note in portrait.notes if isinstance(note.object, ox.Literal))


def _titled(groups: Iterable[tuple[ox.NamedNode, list[Fact]]], how: Presenter) -> list[tuple[str, list[Fact]]]:
    """The groups by the names of their properties; those of other vocabularies, which have none of ours, come last."""
    named = [(how.text(predicate), facts) for predicate, facts in groups]
    return sorted(named, key=lambda group: (":" in group[0], group[0].casefold()))


def _group(title: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    yield from ("", title)
    width = min(_WIDEST, max(len(value) for value, _ in pairs))
    yield from (f"  {value:<{width}}  {where}".rstrip() for value, where in pairs)


class _Sentences:
    """Where the facts of a portrait are stated."""

    def __init__(self, graph: KnowledgeGraph, portrait: Portrait) -> None:
        facts = [*portrait.types, *portrait.facts, *portrait.incoming]
        grounds = graph.ground(fact.triple for fact in facts)
        self._names = graph.names
        self._evidence = {fact.triple: found for fact, found in zip(facts, grounds, strict=True)}
        self.all = {iri for found in grounds for iri in found.sentences}

    def of(self, fact: Fact) -> tuple[str, ...]:
        """The sentences that the fact rests on, else the other graphs that state it."""
        return self._evidence[fact.triple].sources

    def shown(self, fact: Fact) -> str:
        short = " ".join(map(self._names.shorten, self.of(fact)))
        if fact.inferred:
            return f"{short} {_INFERRED}"
        implied = self._evidence[fact.triple].implied_by == self.of(fact)
        return f"{short} {_IMPLIED}" if implied else short


def to_json(portrait: Portrait, graph: KnowledgeGraph, how: Presenter, passages: Mapping[str, str]) -> str:
    """The portrait as one JSON object; `passages` of the sentences that it names are added where given."""
    sentences = _Sentences(graph, portrait)

    def written(facts: Iterable[Fact]) -> list[dict[str, Any]]:
        return [_fact(fact, how, sentences.of(fact)) for fact in facts]

    whole = {
        "thing": portrait.thing.value,
        "label": portrait.label,
        "labels": portrait.labels,
        "types": written(portrait.types),
        "notes": [note.object.value for note in portrait.notes if isinstance(note.object, ox.Literal)],
        "facts": written(portrait.facts),
        "incoming": written(portrait.incoming),
    }
    whole["passages"] = {iri: text for iri, text in passages.items() if iri in sentences.all}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _fact(fact: Fact, how: Presenter, sources: tuple[str, ...]) -> dict[str, Any]:
    terms = {"subject": fact.subject, "predicate": fact.predicate, "object": fact.object}
    return {
        **{role: _term(term, how) for role, term in terms.items()},
        "sources": list(sources),
        "graphs": list(fact.graphs),
        "inferred": fact.inferred,
    }


def _term(term: Term, how: Presenter) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value, "label": how.text(term)}
    if isinstance(term, ox.Literal):
        return {"value": term.value, "datatype": term.datatype.value, **({"language": term.language} if term.language else {})}
    return {"value": str(term)}
