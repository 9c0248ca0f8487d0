"""Why a triple holds, as a tree that folds; or why it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.errors import UsageError
from kg.explanation import Explanation, Leaf
from kg.explanations import InWords
from kg.reasoning.facts import FIRST, REST, Fact
from kg.reasoning.missing import Missing
from kg.reasoning.proofs import Proof
from kg.reasoning.words import in_words
from kg.web.pages import rendering
from kg.web.pages.citing import Citing, Source
from kg.web.pages.doubts import Doubt
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

MOST_PROOFS = 5
_LISTS = (FIRST, REST)


@dataclass(frozen=True)
class Step:
    """A line of a proof: a triple and its rule, or where it is stated. The `ends` steps above it end before it."""

    parts: list[Shown]
    depth: int
    rule: str = ""
    words: str = ""
    is_above: bool = False
    sources: list[Source] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    ends: int = 0
    opens: bool = False


@dataclass(frozen=True)
class Lack:
    """A rule that would conclude the triple, and its premises."""

    rule: str
    words: str
    held: list[list[Shown]]
    wanted: list[list[Shown]]


def why(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the proofs of a triple. Parameters: `s`, `p`, `o` as `kg why` takes them; `most` proofs; `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    try:
        explanation = graph.why(parameters["s"], parameters["p"], parameters["o"], most=parameters["most"])
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error
    tree = _Tree(state, here, explanation)
    context = {
        "parts": [tree.part(term) for term in explanation.triple],
        "holds": explanation.holds,
        "is_stated": explanation.holds and not explanation.proofs[0].rule,
        "proofs": [tree.steps(proof) for proof in explanation.proofs],
        "lacks": [tree.lack(each) for each in explanation.missing],
        "more": here.again(all=str(MOST_PROOFS)) if explanation.holds and parameters["most"] < MOST_PROOFS else "",
        "formats": [(name, here.plain("/why", [*here.pairs, ("format", name)])) for name in ("json", "turtle")],
    }
    rendering.write(sink, graph, here, "why.html", context)


class _Tree:
    """The lines of proofs; what was proved once in a proof is not proved again."""

    def __init__(self, state: WorkerState, here: Here, explanation: Explanation) -> None:
        self._explanation, self._here = explanation, here
        self._terms = Terms(state.graph, here)
        self._citing = Citing(state.graph, self._terms, state.passages)
        self._words = InWords(state.graph.store(), state.graph.presenter(here.lang))

    def part(self, slot: object) -> Shown:
        """A term of a triple; a nameless one in words, a variable by what it may be."""
        if isinstance(slot, ox.NamedNode | ox.Literal):
            return self._terms.show(slot)
        return Shown(self._words.term(slot), "text")  # type: ignore[arg-type]

    def steps(self, proof: Proof) -> list[Step]:
        """A proof as lines, each with its depth; premises follow what they prove."""
        return _closed(list(self._lines(proof, set())))

    def _lines(self, whole: Proof, seen: set[Fact]) -> Iterator[Step]:
        waiting = [(whole, 0)]
        while waiting:
            proof, depth = waiting.pop()
            parts = [self.part(term) for term in proof.fact]
            if not proof.rule:
                yield self._leaf(proof.fact, parts, depth)
                continue
            words = in_words(proof.rule, self._here.lang)
            yield Step(parts, depth, proof.rule, words, is_above=proof.fact in seen)
            if proof.fact not in seen:
                seen.add(proof.fact)
                # The lists of OWL are shown whole, in the axiom that they belong to.
                premises = [premise for premise in proof.premises if premise.fact[1] not in _LISTS]
                waiting += [(premise, depth + 1) for premise in reversed(premises)]

    def _leaf(self, fact: Fact, parts: list[Shown], depth: int) -> Step:
        leaf: Leaf = self._explanation.leaves[fact]
        sources = [self._citing.source(iri, is_sentence=True, is_implied=iri not in leaf.graphs) for iri in leaf.sentences]
        sources += [self._citing.source(iri, is_sentence=False) for iri in leaf.graphs if iri not in leaf.sentences]
        doubts = self._citing.doubts.of_fact(leaf.sentences, fact)
        return Step(parts, depth, sources=sources, places=[str(place) for place in leaf.places], doubts=doubts)

    def lack(self, missing: Missing) -> Lack:
        """A rule that comes near."""
        held, wanted = ([[self.part(slot) for slot in pattern] for pattern in each] for each in (missing.held, missing.wanted))
        return Lack(missing.rule, in_words(missing.rule, self._here.lang), held, wanted)


def _closed(steps: list[Step]) -> list[Step]:
    """The lines with what a template needs to nest them: whether lines belong below one, and how many end before it."""
    depths = [step.depth for step in steps] + [0]
    found = []
    for at, step in enumerate(steps):
        ends = max(depths[at - 1] - step.depth, 0) if at else 0
        found.append(Step(**{**vars(step), "ends": ends, "opens": depths[at + 1] > step.depth and at + 1 < len(steps)}))
    return found
