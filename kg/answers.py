"""Answers (rows, triples, yes or no) and the one table of formats that they and the exports are written in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pyoxigraph as ox

from kg import writers
from kg.errors import UsageError
from kg.names import Names
from kg.writers import Presenter, Row, Term

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from kg.evidence import Evidence

__all__ = [
    "FORMATS",
    "Answer",
    "Format",
    "Presenter",
    "Row",
    "Rows",
    "Term",
    "Triples",
    "YesNo",
    "by_name",
    "sort_key",
    "used_prefixes",
]


@dataclass
class Answer(ABC):
    """What a query gave; `Rows`, `Triples` or `YesNo`. `names` shortens the IRIs shown, `grounds` finds the evidence."""

    kind: ClassVar[str]
    names: Names = field(default_factory=lambda: Names({}), kw_only=True, repr=False, compare=False)
    grounds: Callable[[Answer], list[Evidence]] | None = field(default=None, kw_only=True, repr=False, compare=False)

    @abstractmethod
    def __iter__(self) -> Iterator[Any]: ...

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def table(self) -> tuple[list[str], list[Row]]:
        """The answer as column names and rows of terms."""

    @abstractmethod
    def _write(self, form: Format, presenter: Presenter) -> str: ...

    @classmethod
    def formats(cls) -> list[str]:
        """The names of the formats that fit such an answer, the usual one first."""
        return [form.name for form in FORMATS if form.for_rows]

    def __str__(self) -> str:
        return self.format(self.formats()[0])

    def format(self, name: str, presenter: Presenter | None = None) -> str:
        """The answer written in the format `name`; UsageError names the formats that fit where `name` does not."""
        if name not in self.formats():
            raise UsageError(
                f"an answer of {self.kind} cannot be written as {name!r}", hint=f"what fits is {', '.join(self.formats())}"
            )
        return self._write(by_name(name), presenter or Presenter(self.names))

    def evidence(self) -> list[Evidence]:
        """What each row or triple rests on, in order, with its sentences; UsageError where no graph gave the answer."""
        if self.grounds is None:
            raise UsageError("an answer made by hand rests on nothing", hint="ask a graph: graph.sparql(…).evidence()")
        return self.grounds(self)

    def columns(self) -> dict[str, list[Any]]:
        """The answer as Python values by column: numbers, dates and booleans as such, IRIs as short names."""
        from kg.values import columns

        return columns(*self.table(), self.names)

    def to_pandas(self) -> pandas.DataFrame:
        """The answer as a pandas DataFrame; UsageError where pandas is not installed."""
        from kg.values import to_pandas

        return to_pandas(self.columns())

    def to_polars(self) -> polars.DataFrame:
        """The answer as a polars DataFrame; UsageError where polars is not installed."""
        from kg.values import to_polars

        return to_polars(self.columns())

    def to_arrow(self) -> pyarrow.Table:
        """The answer as an Arrow table; UsageError where pyarrow is not installed."""
        from kg.values import to_arrow

        return to_arrow(self.columns())


@dataclass
class Rows(Answer):
    """The answer of a SELECT query.

    >>> print(Rows(["n"], [(ox.Literal(1),), (ox.Literal("two"),)]).format("markdown"), end="")
    | n |
    | --- |
    | 1 |
    | two |
    """

    kind = "rows"
    variables: list[str]
    rows: list[Row]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def table(self) -> tuple[list[str], list[Row]]:
        return self.variables, self.rows

    def _write(self, form: Format, presenter: Presenter) -> str:
        assert form.rows
        return form.rows(self.variables, self.rows, presenter)


@dataclass
class YesNo(Answer):
    """The answer of an ASK query."""

    kind = "yes or no"
    value: bool

    def __iter__(self) -> Iterator[bool]:
        return iter([self.value])

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return self.value

    def table(self) -> tuple[list[str], list[Row]]:
        return ["answer"], [(ox.Literal(self.value),)]

    def _write(self, form: Format, _presenter: Presenter) -> str:
        assert form.yes_no
        return form.yes_no(self.value)


@dataclass
class Triples(Answer):
    """The answer of a CONSTRUCT or DESCRIBE query, sorted."""

    kind = "triples"
    triples: list[ox.Triple]

    def __post_init__(self) -> None:
        self.triples = sorted(set(self.triples), key=sort_key)

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    @classmethod
    def formats(cls) -> list[str]:
        return [form.name for form in FORMATS if form.for_triples]

    def table(self) -> tuple[list[str], list[Row]]:
        return ["subject", "predicate", "object"], [tuple(triple) for triple in self.triples]

    def _write(self, form: Format, presenter: Presenter) -> str:
        prefixes = used_prefixes(self.triples, presenter.names.prefixes)
        try:
            written = ox.serialize(self.triples, format=form.rdf, prefixes=prefixes)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"these triples cannot be written as {form.name!r}: {error}", hint="turtle can carry them"
            ) from error
        assert written is not None
        return written.decode()


def sort_key(triple: ox.Triple | ox.Quad) -> tuple[str, ...]:
    """The order in which triples and quads are written: by their terms, as text; the graph comes last."""
    return tuple(map(str, triple))


def used_prefixes(statements: Iterable[ox.Triple | ox.Quad], prefixes: dict[str, str]) -> dict[str, str]:
    """Those prefixes whose namespace begins an IRI of the statements, sorted."""
    text = "\n".join(sorted({iri for statement in statements for iri in _iris(statement)}))
    return {prefix: iri for prefix, iri in sorted(prefixes.items()) if f"<{iri}" in text}


def _iris(term: object) -> Iterator[str]:
    if isinstance(term, ox.NamedNode):
        yield str(term)
    elif isinstance(term, ox.Literal) and str(term).endswith(">"):
        yield str(term.datatype)
    elif isinstance(term, ox.Triple | ox.Quad):
        for part in term:
            yield from _iris(part)


@dataclass(frozen=True)
class Format:
    """A format by its name: file suffix, media type, and what writes it (`rdf` names pyoxigraph's own writer).

    `also` are further media types that are asked for and mean this format.
    """

    name: str
    suffix: str
    media_type: str
    also: tuple[str, ...] = ()
    rows: Callable[[Sequence[str], Sequence[Row], Presenter], str] | None = None
    yes_no: Callable[[bool], str] | None = None
    rdf: ox.RdfFormat | None = None

    @property
    def for_rows(self) -> bool:
        return self.rows is not None

    @property
    def for_triples(self) -> bool:
        return self.rdf is not None


_JSON, _XML = ("application/json",), ("application/xml", "text/xml")
FORMATS: tuple[Format, ...] = (
    Format("table", "txt", "text/plain", rows=writers.write_table, yes_no=writers.write_word),
    Format("json", "json", "application/sparql-results+json", _JSON, writers.write_json, writers.write_boolean_json),
    Format("xml", "xml", "application/sparql-results+xml", _XML, writers.write_xml, writers.write_boolean_xml),
    Format("csv", "csv", "text/csv", rows=writers.write_csv, yes_no=writers.write_boolean),
    Format("tsv", "tsv", "text/tab-separated-values", rows=writers.write_tsv, yes_no=writers.write_boolean),
    Format("markdown", "md", "text/markdown", rows=writers.write_markdown, yes_no=writers.write_word),
    Format("turtle", "ttl", "text/turtle", ("application/x-turtle", "text/n3"), rdf=ox.RdfFormat.TURTLE),
    Format("trig", "trig", "application/trig", ("application/x-trig",), rdf=ox.RdfFormat.TRIG),
    Format("ntriples", "nt", "application/n-triples", ("text/plain",), rdf=ox.RdfFormat.N_TRIPLES),
    Format("nquads", "nq", "application/n-quads", ("text/x-nquads",), rdf=ox.RdfFormat.N_QUADS),
    Format("rdfxml", "rdf", "application/rdf+xml", _XML, rdf=ox.RdfFormat.RDF_XML),
    Format("jsonld", "jsonld", "application/ld+json", _JSON, rdf=ox.RdfFormat.JSON_LD),
    # Of whole graphs only; its writer is kg.statements.
    Format("statements", "csv", "text/csv"),
)


def by_name(name: str) -> Format:
    """The format called `name`; UsageError lists the names where there is none.

    >>> by_name("turtle").suffix
    'ttl'
    """
    for known in FORMATS:
        if known.name == name:
            return known
    raise UsageError(f"no format is called {name!r}", hint=f"the formats are {', '.join(f.name for f in FORMATS)}")
