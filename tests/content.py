"""The content of the flagship project for its tests: the quads of data/, and SPARQL over all that is stated or follows."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from kg import project, sources
from kg.names import Names
from tests import coverage
from tests.coverage import ROOT

NAMES = Names({**project.at(ROOT).prefixes, "wd": "http://www.wikidata.org/entity/", "gn": "https://sws.geonames.org/"})
FILE_COUNT = 18


@cache
def data() -> tuple[ox.Quad, ...]:
    """The quads of data/ alone."""
    here = project.at(ROOT)
    files = sources.rdf_files(here.data)
    assert len(files) >= FILE_COUNT
    return tuple(quad for file in files for quad in sources.parse(here, file).quads)


@cache
def store() -> ox.Store:
    """Named graphs as the files have them; in the default graph all that is stated or follows."""
    found = ox.Store()
    found.extend(coverage.whole().quads)
    found.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in coverage.whole().quads)
    return found


def rows(query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT, sorted: short names without `id:`, and the text of literals."""
    found = store().query(query, prefixes=NAMES.prefixes)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(map(shown, row)) for row in found)


def column(query: str) -> list[str]:
    """The first column of a SELECT."""
    return [row[0] for row in rows(query)]


def shown(term: object) -> str:
    """A term as the tests write it."""
    return NAMES.shorten(term.value).removeprefix("id:") if isinstance(term, ox.NamedNode) else getattr(term, "value", "")
