"""The tree of errors: what each says, and that it is the tree that its module draws."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg import errors
from kg.errors import KGError, Place, ProjectError, QueryError, ServerError, SourceError, UnknownThingError, UsageError, relative

TREE = [UsageError, UnknownThingError, ProjectError, SourceError, QueryError, ServerError]


def test_every_error_is_a_kg_error() -> None:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert set(found) == {KGError, *TREE}


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert drawn == [kind.__name__ for kind in TREE]


@pytest.mark.parametrize("kind", TREE)
def test_an_error_says_where_what_and_what_next(kind: type[KGError]) -> None:
    error = kind("no such thing", place=Place("data/a.ttl", 3, 7), hint="make it")
    assert str(error) == "data/a.ttl:3:7: no such thing\n  make it"


def test_an_error_without_place_and_hint_is_one_line() -> None:
    assert str(UsageError("wrong")) == "wrong"


def test_an_unknown_line_is_not_shown() -> None:
    assert str(Place("a.ttl")) == "a.ttl"
    assert str(Place("a.ttl", 4)) == "a.ttl:4"


def test_places_sort_by_file_then_line_then_column() -> None:
    places = [Place("b", 1), Place("a", 2, 1), Place("a", 1, 9)]
    assert sorted(places) == [Place("a", 1, 9), Place("a", 2, 1), Place("b", 1)]


def test_a_path_is_shown_relative_to_the_root_where_it_lies_below_it() -> None:
    assert relative(Path("/p/data/a.ttl"), Path("/p")) == "data/a.ttl"
    assert relative(Path("/q/a.ttl"), Path("/p")) == "/q/a.ttl"
