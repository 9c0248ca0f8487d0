"""Why a triple holds, as a tree that folds; or why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.errors import UsageError
from kg.explanation import Explanation, Leaf
from kg.explanations import InWords
from kg.reasoning.facts import FIRST, REST, TYPE, Fact
from kg.reasoning.missing import Missing, Pattern
from kg.reasoning.proofs import Proof
from kg.web.pages import rendering
from kg.web.pages.citing import Citing, Source
from kg.web.pages.citing import why as address
from kg.web.pages.doubts import Doubt
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.pages.texts import Sentence, Texts
from kg.web.pages.vocabulary import PROPERTIES
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

MOST_PROOFS = 5
_LISTS = (FIRST, REST)


@dataclass(frozen=True)
class Quote:
    """A sentence that a proof rests on, and where it stands."""

    source: Source
    sentence: Sentence


@dataclass(frozen=True)
class Step:
    """A line of a proof: a triple and its rule, or where it is stated; `quotes` are of the sentences that no line above names.

    The `ends` steps above it end before it.
    """

    parts: list[Shown]
    depth: int
    rule: str = ""
    words: str = ""
    is_above: bool = False
    sources: list[Source] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    ends: int = 0
    opens: bool = False


@dataclass(frozen=True)
class Premise:
    """A premise of a rule, and where is told why it holds, or does not; `why` is empty where it stands for many triples."""

    parts: list[Shown]
    why: str


@dataclass(frozen=True)
class Lack:
    """A rule that would conclude the triple, and its premises; `behind` says the same of the first that is wanted."""

    rule: str
    words: str
    held: list[Premise]
    wanted: list[Premise]
    behind: list[Lack]


def why(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the proofs of a triple. Parameters: `s`, `p`, `o` as `kg why` takes them; `most` proofs; `here`.

    Where one of the three is empty, they are asked for.
    """
    graph, here = state.graph, Here.of(parameters["here"])
    asked = {name: parameters[name] for name in "spo"}
    explanation = _explained(state, parameters) if all(asked.values()) else None
    told = _told(state, here, explanation, parameters["most"]) if explanation else {"is_answered": False}
    rendering.write(sink, graph, here, "why.html", {**told, "asked": asked, "properties": _properties(state, here)})


def _explained(state: WorkerState, parameters: Mapping[str, Any]) -> Explanation:
    try:
        return state.graph.why(parameters["s"], parameters["p"], parameters["o"], most=parameters["most"])
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error


def _told(state: WorkerState, here: Here, explanation: Explanation, most: int) -> dict[str, Any]:
    tree = _Tree(state, here, explanation)
    return {
        "is_answered": True,
        "parts": [tree.part(term) for term in explanation.triple],
        "holds": explanation.holds,
        "is_stated": explanation.holds and not explanation.proofs[0].rule,
        "sources": tree.sources(),
        "proofs": [tree.steps(proof) for proof in explanation.proofs],
        "lacks": [tree.lack(each) for each in explanation.missing],
        "more": here.again(all=str(MOST_PROOFS)) if explanation.holds and most < MOST_PROOFS else "",
        "formats": [(name, here.plain("/why", [*here.pairs, ("format", name)])) for name in ("json", "turtle")],
    }


def _properties(state: WorkerState, here: Here) -> list[tuple[str, str]]:
    """The properties of the project's ontology, which may be asked for: short names, and what they are called."""
    own, terms = f"{state.graph.project.base}ontology#", Terms(state.graph, here)
    store = state.graph.store()
    quads = (quad for kind in PROPERTIES for quad in store.quads_for_pattern(None, TYPE, kind, ox.DefaultGraph()))
    iris = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    found = (iri for iri in iris if iri.startswith(own))
    return sorted(((shown.short, shown.text) for shown in map(terms.thing, found)), key=lambda pair: pair[1].casefold())


class _Tree:
    """The lines of proofs; what was proved once in a proof is not proved again."""

    def __init__(self, state: WorkerState, here: Here, explanation: Explanation) -> None:
        self._explanation, self._here = explanation, here
        self._terms = Terms(state.graph, here)
        self._citing, self._texts = Citing(state.graph, self._terms, state.passages), Texts(state.graph)
        self._quoted: set[str] = set()
        self._words = InWords(state.graph.store(), state.graph.presenter(here.lang))

    def part(self, slot: object) -> Shown:
        """A term of a triple; a nameless one in words, a variable by what it may be."""
        if isinstance(slot, ox.NamedNode | ox.Literal):
            return self._terms.show(slot)
        return Shown(self._words.term(slot), "text")  # type: ignore[arg-type]

    def sources(self) -> list[Source]:
        """The sentences that the first proof rests on."""
        return [self._citing.source(iri, is_sentence=True) for iri in self._explanation.sentences]

    def steps(self, proof: Proof) -> list[Step]:
        """A proof as lines, each with its depth; premises follow what they prove."""
        self._quoted.clear()
        return _closed(list(self._lines(proof, set())))

    def _lines(self, whole: Proof, seen: set[Fact]) -> Iterator[Step]:
        waiting = [(whole, 0)]
        while waiting:
            proof, depth = waiting.pop()
            parts = [self.part(term) for term in proof.fact]
            if not proof.rule:
                yield self._leaf(proof.fact, parts, depth)
                continue
            words = self._terms.rule(proof.rule)
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
        quotes = [*self._quotes(zip(leaf.sentences, sources, strict=False))]
        return Step(parts, depth, sources=sources, quotes=quotes, places=[str(place) for place in leaf.places], doubts=doubts)

    def _quotes(self, sources: Iterable[tuple[str, Source]]) -> Iterator[Quote]:
        """The sentences that were not quoted yet."""
        for iri, source in sources:
            if iri not in self._quoted and (sentence := self._texts.sentence(iri)):
                self._quoted.add(iri)
                yield Quote(source, sentence)

    def _premise(self, pattern: Pattern) -> Premise:
        parts = [self.part(slot) for slot in pattern]
        subject, predicate, thing = pattern
        if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and not isinstance(thing, str):
            return Premise(parts, address(self._here, ox.Triple(subject, predicate, thing)))
        return Premise(parts, "")

    def lack(self, missing: Missing) -> Lack:
        """A rule that comes near."""
        held, wanted = ([*map(self._premise, each)] for each in (missing.held, missing.wanted))
        return Lack(missing.rule, self._terms.rule(missing.rule), held, wanted, [*map(self.lack, missing.behind)])


def _closed(steps: list[Step]) -> list[Step]:
    """The lines with what a template needs to nest them: whether lines belong below one, and how many end before it."""
    depths = [step.depth for step in steps] + [0]
    found = []
    for at, step in enumerate(steps):
        ends = max(depths[at - 1] - step.depth, 0) if at else 0
        found.append(Step(**{**vars(step), "ends": ends, "opens": depths[at + 1] > step.depth and at + 1 < len(steps)}))
    return found
