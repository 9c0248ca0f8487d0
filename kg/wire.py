"""Answers, their evidence and explanations as JSON that can be read back: what a server sends and a client of it receives.

Rows and a yes or no are the SPARQL 1.1 Query Results JSON Format; triples are `{"triples": ["<s> <p> <o>", …]}`. With evidence:

    "evidence": for each row or triple, in order,
        {"sentences": […], "impliedBy": […], "others": […], "notes": […],
         "triples": [{"triple": "<s> <p> <o>", "graphs": […], "rules": […], "support": [{…}, …]}, …]}
    "origins": for each graph that is named there, the sentences that it is or was derived from

`sentences` state the triples, or (those in `impliedBy`) are what the graphs that state them were derived from; `others` are
graphs of labels, terms and reference. A triple has the `graphs` that assert it, or the `rules` that derive it from its `support`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.answers import Answer, Rows, Term, Triples, YesNo, by_name
from kg.errors import Place
from kg.evidence import Evidence, Found, Grounded, Origins
from kg.names import Names

if TYPE_CHECKING:
    from kg.explanation import Explanation, Leaf
    from kg.reasoning.facts import Fact
    from kg.reasoning.missing import Missing
    from kg.reasoning.proofs import Proof


def answer_data(answer: Answer) -> dict[str, Any]:
    """The answer as plain data.

    >>> answer_data(YesNo(True))
    {'head': {}, 'boolean': True}
    """
    if isinstance(answer, Triples):
        return {"triples": list(map(str, answer))}
    data: dict[str, Any] = json.loads(answer.format(by_name("json").name))
    return data


def read_answer(data: Mapping[str, Any], names: Names) -> Answer:
    """The answer that `answer_data` described, or any server's in SPARQL's JSON format; raises KeyError where it is none.

    >>> read_answer({"boolean": True}, Names({})).value
    True
    """
    if "triples" in data:
        return Triples(list(map(_triple, data["triples"])), names=names)
    if "boolean" in data:
        return YesNo(data["boolean"], names=names)
    variables = data["head"]["vars"]
    rows = [tuple(_term(row[name]) if name in row else None for name in variables) for row in data["results"]["bindings"]]
    return Rows(variables, rows, names=names)


def _term(told: Mapping[str, Any]) -> Term:
    kind, value = told["type"], told["value"]
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode(value)
    if kind == "triple":
        return ox.Triple(*(_term(value[role]) for role in ("subject", "predicate", "object")))  # type: ignore[arg-type]
    if language := told.get("xml:lang"):
        direction = told.get("its:dir")
        return ox.Literal(value, language=language, direction=ox.BaseDirection(direction) if direction else None)
    return ox.Literal(value, datatype=ox.NamedNode(told["datatype"])) if "datatype" in told else ox.Literal(value)


def _triple(text: str) -> ox.Triple:
    (quad,) = ox.parse(f"{text} .", format=ox.RdfFormat.N_TRIPLES)
    return ox.Triple(quad.subject, quad.predicate, quad.object)


def read_place(told: str) -> Place | None:
    """The place that `str` of a Place wrote; None for none.

    >>> read_place("data/summit.trig:12:5")
    Place(file='data/summit.trig', line=12, column=5)
    """
    found = re.fullmatch(r"(.+?)(?::([0-9]+))?(?::([0-9]+))?", told)
    return Place(found[1], int(found[2] or 0), int(found[3] or 0)) if found else None


def read_explanation(data: Mapping[str, Any]) -> Explanation:
    """The explanation that `kg.explanations.to_json` wrote."""
    from kg.explanation import Explanation

    leaves: dict[Fact, Leaf] = {}
    proofs = tuple(_proof(each, leaves, {}) for each in data["proofs"])
    return Explanation(ox.Triple(*_fact(data)), proofs, leaves, tuple(map(_missing, data["missing"])))


def _proof(told: Mapping[str, Any], leaves: dict[Fact, Leaf], known: dict[Fact, Proof]) -> Proof:
    """A proof, whose leaves are added to the others; what was proved above has no premises of its own here."""
    from kg.explanation import Leaf
    from kg.reasoning.proofs import Proof

    fact = _fact(told)
    if "rule" not in told:
        places = tuple(filter(None, map(read_place, told["places"])))
        leaves[fact] = Leaf(tuple(told["graphs"]), tuple(told["sentences"]), places)
        return Proof(fact)
    if "premises" in told:
        known[fact] = Proof(fact, told["rule"], tuple(_proof(each, leaves, known) for each in told["premises"]))
    return known[fact]


def _missing(told: Mapping[str, Any]) -> Missing:
    from kg.reasoning.missing import Missing

    held, wanted = (tuple(map(_fact, told[name])) for name in ("held", "wanted"))
    return Missing(told["rule"], held, wanted, tuple(map(_missing, told["behind"])))


def _fact(told: Mapping[str, Any]) -> Any:
    """A triple whose terms, or the names of its variables, were told one by one."""
    slots = (told[role] for role in ("subject", "predicate", "object"))
    return tuple(f"?{slot['variable']}" if "variable" in slot else _slot(slot["term"]) for slot in slots)


def _slot(text: str) -> Term:
    found: Term = _triple(f"<urn:s> <urn:p> {text}").object
    return found


def found_data(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was found for each row, as plain data."""
    return [{"statements": [[str(triple), home] for triple, home in each.statements], "notes": [*each.notes]} for each in found]


def read_found(data: Iterable[Mapping[str, Any]]) -> list[Found]:
    """What `found_data` described."""
    return [Found({(_triple(text), home) for text, home in each["statements"]}, set(each["notes"])) for each in data]


def evidence_data(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """The evidence of an answer as plain data: `evidence` and `origins`."""
    graphs = sorted({graph for each in evidence for grounded in each.triples for graph in grounded.all_graphs()})
    origins = next((each.origins for each in evidence if each.origins), None)
    homes = {graph: sorted(origins.sentences(graph)) for graph in graphs} if origins else {}
    return {"evidence": list(map(_evidence, evidence)), "origins": {graph: home for graph, home in homes.items() if home}}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "sentences": [*evidence.sentences],
        "impliedBy": [*evidence.implied_by],
        "others": [*evidence.others],
        "notes": [*evidence.notes],
        "triples": list(map(_grounded, evidence.triples)),
    }


def _grounded(grounded: Grounded) -> dict[str, Any]:
    if grounded.support or grounded.rules:
        return {"triple": str(grounded.triple), "rules": [*grounded.rules], "support": list(map(_grounded, grounded.support))}
    return {"triple": str(grounded.triple), "graphs": [*grounded.graphs]}


class _Told(Origins):
    """The origins of graphs, as they were told."""

    def __init__(self, homes: Mapping[str, Sequence[str]]) -> None:
        self._homes = homes
        self.sentences = cache(self._sentences)

    def _sentences(self, graph: str) -> frozenset[str]:
        return frozenset(self._homes.get(graph, ()))


def read_evidence(data: Mapping[str, Any]) -> list[Evidence]:
    """The evidence that `evidence_data` described."""
    origins = _Told(data["origins"])
    return [Evidence(tuple(map(_read_grounded, each["triples"])), tuple(each["notes"]), origins) for each in data["evidence"]]


def _read_grounded(told: Mapping[str, Any]) -> Grounded:
    support = tuple(map(_read_grounded, told.get("support", ())))
    return Grounded(_triple(told["triple"]), tuple(told.get("graphs", ())), tuple(told.get("rules", ())), support)
