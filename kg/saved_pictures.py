"""The picture of a saved query's answer: the question is its title, and it says where the answer comes from."""

from __future__ import annotations

from functools import partial

from kg.answers import Answer
from kg.citation import cited
from kg.graph import KnowledgeGraph
from kg.pictures.kinds import specification
from kg.pictures.theme import WIDE, Measure, Spec
from kg.queries import SavedQuery


def picture_of(saved: SavedQuery, graph: KnowledgeGraph, answer: Answer, lang: str, measure: Measure = WIDE) -> Spec:
    """The Vega-Lite specification of the picture of an answer to a saved query, in a language.

    Raises UsageError as `kg.pictures.kinds.specification`.
    """
    return specification(
        answer,
        saved.view,
        graph.presenter(lang),
        name=saved.name,
        title=saved.asked(lang),
        lang=lang,
        empty=saved.empty.get(lang, ""),
        measure=measure,
        sources=partial(cited, graph, answer, lang),
    )
