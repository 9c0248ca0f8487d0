"""Keys: members of a class that share a value of each property are the same, however many share one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kg.errors import SourceError
from kg.reasoning import closure
from kg.reasoning.closure import Closure
from tests.test_proofs import one
from tests.test_reasoning import closed, holds, ntriples

KEY = ":C owl:hasKey ( :p :q ) . "


def stored_links(turtle: str, folder: Path) -> int:
    """How many rows of a closed graph say that two terms are the same."""
    closure.close(ntriples(turtle), full=False).save(folder / "closed")
    with duckdb.connect(str(folder / "closed"), read_only=True) as connection:
        ((count,),) = connection.execute("select count(*) from eq").fetchall()
        return int(count)


def proven(turtle: str, goal: str) -> Closure:
    found = closure.close(ntriples(turtle), full=False)
    proof = found.proof(one(goal))
    assert proof and "prp-key" in set(proof.rules())
    return found


def test_a_value_that_a_thousand_share_merges_none_that_differ_in_the_other(tmp_path: Path) -> None:
    members = "".join(f":m{at} a :C ; :p :shared ; :q {at} . " for at in range(1000))
    assert stored_links(KEY + members, tmp_path) == 0
    assert stored_links(f"{KEY}{members} :last a :C ; :p :shared ; :q 7 .", tmp_path) == 1


def test_a_group_is_linked_to_one_of_its_members(tmp_path: Path) -> None:
    members = "".join(f":m{at} a :C ; :p :shared ; :q {at % 10} . " for at in range(1000))
    assert stored_links(KEY + members, tmp_path) == 990


def test_things_of_a_functional_property_are_linked_to_one_of_them(tmp_path: Path) -> None:
    values = ", ".join(f":m{at}" for at in range(300))
    assert stored_links(f":p a owl:FunctionalProperty . :a :p {values} .", tmp_path) == 299


def test_one_value_of_several_is_enough() -> None:
    turtle = f"{KEY}:a a :C ; :p 1, 2 ; :q 3, 4 . :b a :C ; :p 2, 5 ; :q 4, 6 ."
    assert holds(proven(turtle, ":a owl:sameAs :b"), ":a owl:sameAs :b . :b owl:sameAs :a")
    assert not holds(closed(f"{turtle} :c a :C ; :p 1 ; :q 7 ."), ":c owl:sameAs :a")


def test_what_is_merged_has_the_keys_of_both() -> None:
    turtle = f"{KEY}:a a :C ; :p 1 ; :q 3, 4 . :b a :C ; :p 1, 5 ; :q 4 . :c a :C ; :p 5 ; :q 3 ."
    assert holds(closed(turtle), ":c owl:sameAs :a")


def test_groups_that_overlap_become_one_class() -> None:
    turtle = f"{KEY}:a a :C ; :p 1 ; :q 1 . :b a :C ; :p 1, 2 ; :q 1 . :c a :C ; :p 2 ; :q 1 ."
    assert holds(proven(turtle, ":a owl:sameAs :c"), ":c owl:sameAs :a, :b")


@pytest.mark.parametrize(
    "late",
    [
        ":r rdfs:subPropertyOf :s . :s rdfs:subPropertyOf :q . :b a :C ; :p 1 ; :r 2 .",
        ":r rdfs:domain :D . :D rdfs:subClassOf :C . :b :r :x ; :p 1 ; :q 2 .",
        ":b a :C ; :p 1 . :f a owl:FunctionalProperty . :y :f :b, :other . :other :q 2 .",
    ],
    ids=["value", "type", "same"],
)
def test_what_completes_a_key_may_come_late(late: str) -> None:
    assert holds(proven(f"{KEY}:a a :C ; :p 1 ; :q 2 . {late}", ":a owl:sameAs :b"), ":a owl:sameAs :b")


def test_values_that_are_the_same_are_shared() -> None:
    turtle = f"{KEY}:a a :C ; :p :x ; :q 1 . :b a :C ; :p :y ; :q 1 . :i a owl:InverseFunctionalProperty . :x :i 1 . :y :i 1 ."
    assert holds(proven(turtle, ":b owl:sameAs :a"), ":a owl:sameAs :b ; :p :y")


def test_values_that_must_be_one_are_told_in_pairs() -> None:
    clashes = closed(":p a owl:FunctionalProperty . :a :p 1, 2, 3 .").clashes
    assert len({frozenset(clash.message.split()) for clash in clashes}) == 3


def key_of(length: int) -> str:
    properties = [f":p{at}" for at in range(length)]
    values = " ; ".join(f"{name} 1" for name in properties)
    return f":C owl:hasKey ( {' '.join(properties)} ) . :a a :C ; {values} . :b a :C ; {values} ."


def test_a_key_may_have_31_properties() -> None:
    assert holds(closed(key_of(31)), ":a owl:sameAs :b")


def test_a_longer_key_is_told_with_its_class() -> None:
    with pytest.raises(SourceError, match="key of <http://e/C> has 32 properties"):
        closed(key_of(32))
