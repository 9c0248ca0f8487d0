"""Why a triple holds, down to sentences and lines; or why it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import Place
from kg.reasoning.facts import Fact

if TYPE_CHECKING:
    from kg.evidence import Evidence
    from kg.reasoning.missing import Missing
    from kg.reasoning.proofs import Proof


@dataclass(frozen=True)
class Leaf:
    """An asserted triple: the named graphs that state it, the sentences among or behind them, and its places in files."""

    graphs: tuple[str, ...]
    sentences: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Explanation:
    """Proofs of a triple, the shortest first, with their leaves; without a proof, the rules that come nearest, in `missing`."""

    triple: ox.Triple
    proofs: tuple[Proof, ...]
    leaves: Mapping[Fact, Leaf] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()

    @property
    def holds(self) -> bool:
        return bool(self.proofs)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences that the first proof rests on, in the order in which it uses them."""
        leaves = self.proofs[0].leaves() if self.proofs else ()
        return tuple(dict.fromkeys(sentence for fact in leaves for sentence in self.leaves[fact].sentences))


def explained(
    triple: ox.Triple,
    proofs: Iterable[Proof],
    missing: Iterable[Missing],
    ground: Callable[[list[ox.Triple]], list[Evidence]],
    places: Callable[[ox.Triple], tuple[Place, ...]],
) -> Explanation:
    """The explanation that the proofs give; `ground` and `places` say where asserted triples are stated."""
    found = tuple(proofs)
    triples = {fact: ox.Triple(*fact) for fact in _leaves(found)}  # type: ignore[arg-type]
    grounds = ground([*triples.values()])
    leaves = {
        fact: Leaf(tuple(evidence.triples[0].graphs), evidence.sentences, places(leaf))
        for (fact, leaf), evidence in zip(triples.items(), grounds, strict=True)
    }
    return Explanation(triple, found, leaves, tuple(missing))


def _leaves(proofs: Iterable[Proof]) -> Iterator[Fact]:
    yield from dict.fromkeys(leaf for proof in proofs for leaf in proof.leaves())
