"""Pictures in a worker: the specification alone, for to draw it takes more than a worker may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.errors import UsageError
from kg.pictures import shapes
from kg.pictures.drawing import vega
from kg.pictures.theme import NARROW, WIDE, Measure, Spec
from kg.saved_pictures import picture_of
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
    try:
        write(picture_of(saved, graph, answer, lang, measure(parameters)), sink)
    except UsageError as error:
        raise Refusal(400 if saved.view else 404, error.message, hint=error.hint) from error


def measure(parameters: Mapping[str, Any]) -> Measure:
    """How wide a picture is. Parameters: `is_narrow`."""
    return NARROW if parameters["is_narrow"] else WIDE


def write(picture: Spec, sink: Sink) -> None:
    """Writes the specification of a picture; Refusal where it is too large."""
    written = vega(picture)
    if len(written) > _MOST_BYTES:
        raise Refusal(413, f"the picture takes more than {_MOST_BYTES >> 20} MiB to describe", hint="give a value to a parameter")
    sink.head(JSON.media_type)
    sink.write(written)
