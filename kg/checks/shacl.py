"""The shapes of the ontology, applied to the sources and what follows from them; results in the words of the labels.

The sources are validated, not the store: the store rewrites literals, so that `"1"^^xsd:int` would fail `sh:datatype xsd:int`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.checks.corpus import Corpus
from kg.checks.findings import Finding, Severity, finding
from kg.errors import Place
from kg.names import WELL_KNOWN

_SH = WELL_KNOWN["sh"]
_SEVERITIES: dict[str, Severity] = {_SH + "Warning": "warning", _SH + "Info": "note"}
# What a constraint component (https://www.w3.org/TR/shacl/#core-components) asks for, and the parameter that says how much.
_WORDS = {
    "MinCount": "{path} must have at least {minCount}, has {count}",
    "MaxCount": "{path} must have at most {maxCount}, has {count}",
    "Class": "{path} must be a {class}, and {value} is none",
    "Datatype": "{path} must be of type {datatype}, and {value} is not",
    "NodeKind": "{path} must be of kind {nodeKind}, and {value} is not",
    "In": "{path} may not be {value}",
    "HasValue": "{path} must have the value {hasValue}",
    "Pattern": "{path} must look like {pattern}, and {value} does not",
    "LanguageIn": "{path} may not be in the language of {value}",
    "UniqueLang": "{path} has several values in one language",
    "MinLength": "{path} must have at least {minLength} characters, and {value} has fewer",
    "MaxLength": "{path} must have at most {maxLength} characters, and {value} has more",
    "MinInclusive": "{path} must be at least {minInclusive}, and {value} is less",
    "MaxInclusive": "{path} must be at most {maxInclusive}, and {value} is more",
    "MinExclusive": "{path} must be more than {minExclusive}, and {value} is not",
    "MaxExclusive": "{path} must be less than {maxExclusive}, and {value} is not",
    "LessThan": "{path} must be less than '{lessThan}', and {value} is not",
    "LessThanOrEquals": "{path} must be at most '{lessThanOrEquals}', and {value} is more",
    "Closed": "{path} is not allowed here, and has the value {value}",
}


def shapes(corpus: Corpus, inferred: Iterable[ox.Triple]) -> Iterator[Finding]:
    """Each validation result as a finding at the statement that it is about."""
    wanted = [quad.triple for file in corpus.files if file.is_shapes for quad in file.quads]
    if not wanted:
        return
    from pyshacl import validate
    from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError

    with _undisturbed():
        data, rules = _graph([*(quad.triple for quad in corpus.quads), *inferred]), _graph(wanted)
        try:
            _, report, _ = validate(data, shacl_graph=rules, inplace=True)
        except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError) as error:
            link = getattr(error, "link", "https://www.w3.org/TR/shacl/")
            yield finding("syntax", f"the shapes cannot be used: {error.args[0]}", _first_shapes(corpus), f"see {link}")
            return
    results = _Results(corpus, data, rules, report)
    yield from results.findings()


def _first_shapes(corpus: Corpus) -> Place:
    return next(Place(file.shown) for file in corpus.files if file.is_shapes)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """rdflib keeps the lexical forms of literals as they are written, and pyshacl does not write to stderr."""
    import rdflib

    log = logging.getLogger("pyshacl-validate")
    before = rdflib.NORMALIZE_LITERALS, log.disabled
    rdflib.NORMALIZE_LITERALS, log.disabled = False, True
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS, log.disabled = before


def _graph(triples: Iterable[ox.Triple]) -> Any:
    from rdflib import Graph

    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@dataclass(frozen=True)
class _Results:
    """A validation report beside the graphs that it is about; all three are rdflib's."""

    corpus: Corpus
    data: Any
    shapes: Any
    report: Any

    def findings(self) -> Iterator[Finding]:
        from rdflib import RDF, URIRef

        for result in self.report.subjects(RDF.type, URIRef(_SH + "ValidationResult")):
            yield self._finding(result)

    def _finding(self, result: Any) -> Finding:
        focus, path, value = (self._of(result, name) for name in ("focusNode", "resultPath", "value"))
        severity = _SEVERITIES.get(str(self._of(result, "resultSeverity")), "error")
        message = f"{self._named(focus)}: {self._words(result, focus, path, value)}"
        return Finding("shacl", severity, message, self._place(focus, path, value), self._hint(result))

    def _of(self, node: Any, name: str) -> Any:
        from rdflib import URIRef

        return self.report.value(node, URIRef(_SH + name))

    def _words(self, result: Any, focus: Any, path: Any, value: Any) -> str:
        """What is wrong: in the words of the shape's author, else in ours, else in pyshacl's."""
        shape = self._of(result, "sourceShape")
        message = str(self._of(result, "resultMessage"))
        component = str(self._of(result, "sourceConstraintComponent")).removeprefix(_SH).removesuffix("ConstraintComponent")
        if component not in _WORDS or self._parameter(shape, "message"):
            return message
        name = component[0].lower() + component[1:]
        count = len(set(self.data.objects(focus, path))) if component.endswith("Count") else 0
        parts = {"path": f"'{self._named(path)}'" if path is not None else "it", "value": self._named(value), "count": count}
        return _WORDS[component].format(**parts, **{name: self._named(self._parameter(shape, name))})

    def _parameter(self, shape: Any, name: str) -> Any:
        from rdflib import URIRef

        return self.shapes.value(shape, URIRef(_SH + name))

    def _named(self, node: Any) -> str:
        from rdflib import BNode, URIRef

        if isinstance(node, URIRef):
            return self.corpus.label(str(node))
        return "a blank node" if isinstance(node, BNode) else f"{node}"

    def _place(self, focus: Any, path: Any, value: Any) -> Place:
        return self.corpus.place(str(focus), *(None if part is None else str(part) for part in (path, value)))

    def _hint(self, result: Any) -> str:
        from rdflib import URIRef

        shape = self._of(result, "sourceShape")
        named = shape if isinstance(shape, URIRef) else next(iter(self.shapes.subjects(URIRef(_SH + "property"), shape)), None)
        return f"asked by {self.corpus.names.shorten(str(named))}" if isinstance(named, URIRef) else ""
