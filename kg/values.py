"""Terms as Python values, for pandas, polars and Arrow."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import UsageError
from kg.names import WELL_KNOWN, Names

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_XSD = WELL_KNOWN["xsd"]
_INTEGERS = "integer int long short byte nonNegativeInteger positiveInteger unsignedInt unsignedLong unsignedShort unsignedByte"
_READERS: dict[str, Any] = {
    **{_XSD + name: int for name in _INTEGERS.split()},
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    _XSD + "date": date.fromisoformat,
    _XSD + "dateTime": datetime.fromisoformat,
}
# What a column can hold without loss: 64 bits and 38 digits in Arrow and polars; pandas marks missing values in these types only.
_LARGEST_INTEGER = 2**63
_MOST_DIGITS = 38
_PANDAS = {int: "Int64", float: "Float64", bool: "boolean"}


def python_value(term: object, names: Names) -> Any:
    """A literal as the Python value that it denotes (as text where it denotes none here), an IRI as its short name.

    >>> python_value(ox.Literal("1.50", datatype=ox.NamedNode(_XSD + "decimal")), Names({}))
    Decimal('1.50')
    """
    if isinstance(term, ox.NamedNode):
        return names.shorten(term.value)
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term)
    with suppress(ValueError, ArithmeticError, KeyError):
        return _READERS[term.datatype.value](term.value)
    return term.value


def columns(variables: Sequence[str], rows: Sequence[Sequence[object]], names: Names) -> dict[str, list[Any]]:
    """The rows as one list of values a column; a column of several types becomes text."""
    return {name: _uniform([python_value(row[at], names) for row in rows]) for at, name in enumerate(variables)}


def _uniform(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, Decimal}:
        return _uniform([None if value is None else Decimal(value) for value in values])
    if len(kinds) <= 1 and all(map(_fits, values)):
        return values
    return [None if value is None else str(value) for value in values]


def _fits(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= _MOST_DIGITS
    return not isinstance(value, int) or -_LARGEST_INTEGER <= value < _LARGEST_INTEGER


def to_pandas(values: dict[str, list[Any]]) -> pandas.DataFrame:
    """The columns as a DataFrame in which a missing value is missing, not a number."""
    pd = _library("pandas")
    frame: pandas.DataFrame = pd.DataFrame(
        {name: pd.Series(column, dtype=_PANDAS.get(_kind(column), object)) for name, column in values.items()}
    )
    return frame


def _kind(column: list[Any]) -> type:
    return next((type(value) for value in column if value is not None), object)


def to_polars(values: dict[str, list[Any]]) -> polars.DataFrame:
    """The columns as a polars DataFrame."""
    frame: polars.DataFrame = _library("polars").DataFrame(values)
    return frame


def to_arrow(values: dict[str, list[Any]]) -> pyarrow.Table:
    """The columns as an Arrow table."""
    return _library("pyarrow").table(values)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed", hint=f"pip install {name}") from error
