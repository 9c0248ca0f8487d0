"""Prefixes and short names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.names import WELL_KNOWN, Names, did_you_mean, nearest

NAMES = Names({"": "http://e/", "id": "http://e/id/"})


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("http://e/id/japan", "id:japan"),
        ("http://e/x", ":x"),
        ("http://e/id/P17.S4", "id:P17.S4"),
        ("http://e/id/日本", "id:日本"),
        ("http://e/id/", "<http://e/id/>"),
        ("http://e/id/a/b", "<http://e/id/a/b>"),
        ("http://e/id/ends.", "<http://e/id/ends.>"),
        ("http://other/x", "<http://other/x>"),
    ],
)
def test_an_iri_is_shortened_by_the_longest_prefix_where_the_result_is_readable(iri: str, short: str) -> None:
    assert NAMES.shorten(iri) == short


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("id:japan", "http://e/id/japan"),
        ("<http://x/y>", "http://x/y"),
        ("http://x/y", "http://x/y"),
        ("urn:x:y", "urn:x:y"),
        ("nowhere:x", None),
        ("Japan", None),
        ("", None),
        ("id://x", "id://x"),
    ],
)
def test_a_short_name_and_an_iri_expand_and_other_text_does_not(text: str, iri: str | None) -> None:
    assert NAMES.expand(text) == iri


@given(st.sampled_from(sorted(NAMES.prefixes.values())), st.text("abcxyz019-_.é日:/ #%", max_size=12))
def test_what_is_shortened_expands_to_itself(namespace: str, local: str) -> None:
    iri = namespace + local
    assert NAMES.expand(NAMES.shorten(iri)) == iri


@given(
    st.text("abcxyz019-_.é日", min_size=1, max_size=12)
    | st.text(st.characters(max_codepoint=0x1FFFF, exclude_categories=("Cs", "Cn")), min_size=1, max_size=3)
)
def test_a_short_name_can_stand_in_turtle(local: str) -> None:
    short = NAMES.shorten("http://e/id/" + local)
    assume(not short.startswith("<"))
    quad = next(iter(ox.parse(f"PREFIX id: <http://e/id/> {short} a {short} .".encode(), format=ox.RdfFormat.TURTLE)))
    assert quad.subject == ox.NamedNode("http://e/id/" + local)


def test_a_project_may_bind_a_well_known_prefix_anew() -> None:
    assert Names({"schema": "http://schema.org/"}).expand("schema:name") == "http://schema.org/name"


def test_the_prologue_declares_every_prefix() -> None:
    store = ox.Store()
    used = " ".join(f"{prefix}:x" for prefix in NAMES.prefixes)
    assert store.query(f"SELECT * {{ VALUES ?x {{ {used} }} }}", prefixes=NAMES.prefixes)
    assert len(NAMES.prefixes) == len(WELL_KNOWN) + 2


def test_near_misses_are_found_whatever_their_case() -> None:
    assert nearest("JAPN", ["Japan", "Kazakhstan"]) == ["Japan"]
    assert nearest("zzz", ["Japan"]) == []


def test_a_hint_names_near_misses_or_says_something_else() -> None:
    assert did_you_mean("japn", ["japan"]) == "did you mean 'japan'?"
    assert did_you_mean("zzz", ["japan"], otherwise="see the list") == "see the list"
