"""Pictures in a worker: the specification alone, for to draw it takes more than a worker may do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from kg.answers import Answer, Presenter
from kg.citation import cited
from kg.errors import UsageError
from kg.pictures import shapes
from kg.pictures.drawing import vega
from kg.pictures.kinds import specification
from kg.pictures.theme import NARROW, WIDE
from kg.web.asking import bind, named
from kg.web.negotiation import JSON
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

_MOST_BYTES = 4 << 20
# A worker can open no file.
shapes.load()


def picture(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the specification of a picture. Parameters: `name`, `values`, `asserted`, `lang`, `is_narrow`."""
    graph, lang, saved = state.graph, parameters["lang"], named(state, parameters["name"])
    bound = bind(graph, saved, parameters["values"])
    answer = graph.evaluate(saved.text, bound, asserted=parameters["asserted"], origin=saved.shown)
    how: dict[str, Any] = {"name": saved.name, "title": saved.asked(lang), "lang": lang, "empty": saved.empty.get(lang, "")}
    how["sources"] = partial(cited, graph, answer, lang)
    try:
        write(answer, saved.view, graph.presenter(lang), how, sink, is_narrow=parameters["is_narrow"])
    except UsageError as error:
        raise Refusal(400 if saved.view else 404, error.message, hint=error.hint) from error


def write(
    answer: Answer, view: Mapping[str, Any], presenter: Presenter, how: Mapping[str, Any], sink: Sink, *, is_narrow: bool
) -> None:
    """Writes the specification of an answer, with `how` of `kg.pictures.kinds.specification`; UsageError as there."""
    written = vega(specification(answer, view, presenter, measure=NARROW if is_narrow else WIDE, **how))
    if len(written) > _MOST_BYTES:
        raise Refusal(413, f"the picture takes more than {_MOST_BYTES >> 20} MiB to describe", hint="give a value to a parameter")
    sink.head(JSON.media_type)
    sink.write(written)
