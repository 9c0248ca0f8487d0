"""An explanation as text for people, as JSON for programs, and as PROV-O; all three say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg import prov
from kg.answers import Presenter
from kg.explanation import Explanation, Leaf
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.reasoning.facts import FIRST, REST, TYPE, Fact, Term
from kg.reasoning.missing import Missing, Pattern
from kg.reasoning.proofs import Proof
from kg.reasoning.rules import Slot
from kg.reasoning.words import in_words

_STEP = "  "
_DEEPEST = 3
_LISTS = (FIRST, REST)


def to_text(explanation: Explanation, graph: KnowledgeGraph, how: Presenter) -> str:
    """The explanation as indented lines: below each triple the rule that gives it, below the rule what it rests on."""
    return "\n".join(_Text(explanation, graph, how).lines()) + "\n"


class _Text:
    """Lines of text; what was proved once in a proof is not proved again."""

    def __init__(self, explanation: Explanation, graph: KnowledgeGraph, how: Presenter) -> None:
        self._explanation, self._how = explanation, how
        self._words = InWords(graph.store(), how)
        self._seen: set[Fact] = set()

    def lines(self) -> Iterator[str]:
        """The proofs with an empty line between each two; without any, what is missing."""
        for at, proof in enumerate(self._explanation.proofs):
            self._seen.clear()
            yield from [""] * bool(at)
            yield from self._proof(proof, "")
        if not self._explanation.proofs:
            yield from self._refusal()

    def _proof(self, proof: Proof, indent: str) -> Iterator[str]:
        yield f"{indent}{self._triple(proof.fact)}"
        below = indent + _STEP
        if not proof.rule:
            yield f"{below}{self._stated(self._explanation.leaves[proof.fact])}"
        elif proof.fact in self._seen:
            yield f"{below}as above"
        else:
            self._seen.add(proof.fact)
            yield f"{below}by {proof.rule}: {in_words(proof.rule)}"
            for premise in proof.premises:
                # The lists of OWL are shown whole, in the axiom that they belong to.
                if premise.fact[1] not in _LISTS:
                    yield from self._proof(premise, below + _STEP)

    def _stated(self, leaf: Leaf) -> str:
        where = ", ".join(map(self._how.names.shorten, leaf.graphs)) or "stated"
        sentences = [self._how.names.shorten(each) for each in leaf.sentences if each not in leaf.graphs]
        derived = f", from {', '.join(sentences)}" if sentences else ""
        places = f"  ({', '.join(map(str, leaf.places))})" if leaf.places else ""
        return f"stated in {where}{derived}{places}"

    def _refusal(self) -> Iterator[str]:
        explanation = self._explanation
        yield f"{self._triple(tuple(explanation.triple))}"
        yield f"{_STEP}does not hold: it is not stated, and does not follow"
        if not explanation.missing:
            yield f"{_STEP}no rule comes near it: it would have to be stated"
        for missing in explanation.missing:
            yield from self._missing(missing, _STEP)

    def _missing(self, missing: Missing, indent: str) -> Iterator[str]:
        yield f"{indent}by {missing.rule} it would: {in_words(missing.rule)}"
        yield from (f"{indent}{_STEP}holds    {self._triple(each)}" for each in missing.held)
        yield from (f"{indent}{_STEP}missing  {self._triple(each)}" for each in missing.wanted)
        for behind in missing.behind:
            yield from self._missing(behind, indent + _STEP * 2)

    def _triple(self, pattern: Pattern | tuple[Slot, ...]) -> str:
        return " · ".join(map(self._words.term, pattern))


class InWords:
    """Terms, and the nameless nodes of axioms, as a reader would say them."""

    def __init__(self, store: ox.Store, how: Presenter) -> None:
        self._store, self._how = store, how

    def term(self, slot: Slot, depth: int = 0) -> str:
        """A term by its label, a variable as it is, a nameless node by what is stated of it."""
        if isinstance(slot, str):
            return slot
        if isinstance(slot, ox.Literal) and not slot.language and slot.datatype.value == WELL_KNOWN["xsd"] + "string":
            return f'"{slot.value}"'
        return self._nameless(slot, depth) if isinstance(slot, ox.BlankNode) else self._how.text(slot)

    def _nameless(self, node: ox.BlankNode, depth: int) -> str:
        """A list by its members, another node by what is stated of it."""
        if depth > _DEEPEST:
            return "…"
        stated = [(quad.predicate, quad.object) for quad in self._store.quads_for_pattern(node, None, None, ox.DefaultGraph())]
        if any(predicate == FIRST for predicate, _ in stated):
            return f"({', '.join(self.term(member, depth + 1) for member in self._members(node))})"
        told = sorted(
            f"{self._how.text(predicate)} {self.term(object, depth + 1)}" for predicate, object in stated if predicate != TYPE
        )
        return f"[{'; '.join(told)}]"

    def _members(self, cell: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        while isinstance(cell, ox.BlankNode) and cell not in seen:
            seen.add(cell)
            yield from self._objects(cell, FIRST)
            cell = next(self._objects(cell, REST), cell)

    def _objects(self, subject: ox.BlankNode, predicate: ox.NamedNode) -> Iterator[Term]:
        return (quad.object for quad in self._store.quads_for_pattern(subject, predicate, None, ox.DefaultGraph()))


def to_json(explanation: Explanation, how: Presenter) -> str:
    """The explanation as one JSON object.

    `proofs` are trees: `subject`, `predicate`, `object`, and either `rule` and `premises`, or `graphs`, `sentences` and
    `places` (file:line:column); what was proved above is not proved again, its `premises` are left out. Where `holds` is
    false, `missing` lists rules with the premises that are `held` and `wanted`.
    """
    whole = {
        **_triple(tuple(explanation.triple), how),
        "holds": explanation.holds,
        "proofs": [_proof(proof, explanation, how, set()) for proof in explanation.proofs],
        "missing": [_missing(missing, how) for missing in explanation.missing],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _proof(proof: Proof, explanation: Explanation, how: Presenter, seen: set[Fact]) -> dict[str, Any]:
    if proof.rule:
        told = {**_triple(proof.fact, how), "rule": proof.rule, "inWords": in_words(proof.rule)}
        if proof.fact in seen:
            return told
        seen.add(proof.fact)
        return {**told, "premises": [_proof(premise, explanation, how, seen) for premise in proof.premises]}
    leaf = explanation.leaves[proof.fact]
    places = [str(place) for place in leaf.places]
    return {**_triple(proof.fact, how), "graphs": [*leaf.graphs], "sentences": [*leaf.sentences], "places": places}


def _missing(missing: Missing, how: Presenter) -> dict[str, Any]:
    return {
        "rule": missing.rule,
        "inWords": in_words(missing.rule),
        "held": [_triple(each, how) for each in missing.held],
        "wanted": [_triple(each, how) for each in missing.wanted],
        "behind": [_missing(each, how) for each in missing.behind],
    }


def _triple(slots: tuple[Slot, ...], how: Presenter) -> dict[str, Any]:
    return {role: _slot(slot, how) for role, slot in zip(("subject", "predicate", "object"), slots, strict=True)}


def _slot(slot: Slot, how: Presenter) -> dict[str, str]:
    if isinstance(slot, str):
        return {"variable": slot.removeprefix("?")}
    label = {"label": how.text(slot)} if isinstance(slot, ox.NamedNode) else {}
    return {"term": str(slot), **label}


def to_prov(explanation: Explanation, base: str) -> str:
    """The proofs in PROV-O (https://www.w3.org/TR/prov-o/), as N-Triples, sorted.

    A triple is an rdf:Statement, named by the SHA-256 of its N-Triples text. An inferred one was generated by an activity that
    used its premises and had the rule, an IRI below `base`, as plan; an asserted one was derived from the graphs that state it,
    its sentences are its primary sources.
    """
    told = _Prov(explanation, base)
    for proof in explanation.proofs:
        told.add(proof)
    return prov.written(told.triples)


class _Prov:
    """The triples of PROV-O, each once."""

    def __init__(self, explanation: Explanation, base: str) -> None:
        self._leaves, self._base = explanation.leaves, base
        self.triples: set[ox.Triple] = set()
        self._said: set[int] = set()

    def add(self, proof: Proof) -> ox.NamedNode:
        """Says how a triple came about; gives its name."""
        stated = prov.statement(proof.fact)
        if id(proof) in self._said:
            return stated.name
        self._said.add(id(proof))
        self.triples |= stated.triples
        if proof.rule:
            self._infer(stated.name, proof)
        else:
            self._source(stated.name, self._leaves[proof.fact])
        return stated.name

    def _infer(self, name: ox.NamedNode, proof: Proof) -> None:
        used = [self.add(premise) for premise in proof.premises]
        key = " ".join((name.value, proof.rule, *sorted(each.value for each in used)))
        activity, association = prov.named("activity", key), prov.named("association", key)
        rule = ox.NamedNode(f"{self._base}rule/{proof.rule}")
        self._say(name, prov.term("wasGeneratedBy"), activity)
        self._say(activity, prov.TYPE, prov.term("Activity"))
        for each in used:
            self._say(activity, prov.term("used"), each)
        self._say(activity, prov.term("qualifiedAssociation"), association)
        self._say(association, prov.TYPE, prov.term("Association"))
        self._say(association, prov.term("hadPlan"), rule)
        self._say(rule, prov.TYPE, prov.term("Plan"))
        self._say(rule, prov.LABEL, ox.Literal(proof.rule, language="en"))

    def _source(self, name: ox.NamedNode, leaf: Leaf) -> None:
        for graph in leaf.graphs:
            self._say(name, prov.term("wasDerivedFrom"), ox.NamedNode(graph))
        for sentence in leaf.sentences:
            self._say(name, prov.term("hadPrimarySource"), ox.NamedNode(sentence))

    def _say(self, subject: ox.NamedNode, predicate: ox.NamedNode, object: Term) -> None:
        self.triples.add(ox.Triple(subject, predicate, object))
