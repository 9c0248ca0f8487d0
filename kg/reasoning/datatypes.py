"""The values of literals, as far as OWL 2 RL knows datatypes: is a literal well formed, is it in a datatype, do two differ?

The names stand for https://www.w3.org/TR/owl2-syntax/#Datatype_Maps; of any other datatype nothing is claimed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from ctypes import c_float
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from kg.names import WELL_KNOWN

_XSD, _RDF = WELL_KNOWN["xsd"], WELL_KNOWN["rdf"]
_LITERAL, _PLAIN, _TAGGED = WELL_KNOWN["rdfs"] + "Literal", _RDF + "PlainLiteral", _RDF + "langString"

# Smallest and largest value of each datatype whose values are whole numbers.
_WHOLE: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}
_NAME = r"[^\W\d][\w.\-·]*"
_TEXTS = {
    "string": r"[\s\S]*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?!.*  )(?:[^\t\n\r ](?:[^\t\n\r]*[^\t\n\r ])?)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": r"[\w.\-:·]+",
    "Name": rf":?{_NAME}(:{_NAME})*",
    "NCName": _NAME,
}
_FLOATING = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"
_TIME = r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"
_ZONE = r"(Z|[+-]\d\d:\d\d)"
# The lexical forms of each datatype, after white space is collapsed; the key of the outer table is the value space.
_FORMS: dict[str, dict[str, str]] = {
    "decimal": {"decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)", **dict.fromkeys(_WHOLE, r"[+-]?\d+")},
    "double": {"double": _FLOATING},
    "float": {"float": _FLOATING},
    "string": _TEXTS,
    "boolean": {"boolean": "true|false|1|0"},
    "hexBinary": {"hexBinary": "([0-9a-fA-F]{2})*"},
    "base64Binary": {"base64Binary": r"([A-Za-z0-9+/ ]*=? ?=?)"},
    "anyURI": {"anyURI": r"[^%]*(%[0-9a-fA-F]{2}[^%]*)*"},
    "dateTime": {"dateTime": _TIME + _ZONE + "?", "dateTimeStamp": _TIME + _ZONE},
}
_SPACES = {_XSD + name: space for space, names in _FORMS.items() for name in names}
_PATTERNS = {_XSD + name: re.compile(form) for names in _FORMS.values() for name, form in names.items()}
# The datatypes whose literals can be ill-typed.
JUDGED = tuple(_PATTERNS)


def ill_typed(literal: ox.Literal) -> bool:
    """Whether the literal's text is no lexical form of its datatype.

    >>> ill_typed(ox.Literal("twenty", datatype=ox.NamedNode(_XSD + "integer")))
    True
    """
    datatype = literal.datatype.value
    if datatype not in _PATTERNS:
        return False
    return not _PATTERNS[datatype].fullmatch(_collapsed(literal)) or not _in_range(literal, datatype)


def belongs(literal: ox.Literal, datatype: str) -> bool | None:
    """Whether the literal's value is in the datatype; None where this module does not know.

    >>> belongs(ox.Literal("2.0", datatype=ox.NamedNode(_XSD + "decimal")), _XSD + "byte")
    True
    """
    own, other = _space(literal.datatype.value), _space(datatype)
    if datatype == _LITERAL:
        return True
    if datatype == _PLAIN and own:
        return own in ("string", "tagged")
    if not own or not other:
        return None
    return own == other and not ill_typed(literal) and _in_subtype(literal, datatype)


def differ(one: ox.Literal, other: ox.Literal) -> bool:
    """Whether the two literals certainly denote different values.

    >>> differ(ox.Literal(1), ox.Literal("01", datatype=ox.NamedNode(_XSD + "integer")))
    False
    """
    spaces = _space(one.datatype.value), _space(other.datatype.value)
    if None in spaces or ill_typed(one) or ill_typed(other):
        return False
    if spaces[0] != spaces[1]:
        return True
    values = _value(one, spaces[0]), _value(other, spaces[1])
    return None not in values and values[0] != values[1]


def value(literal: ox.Literal) -> tuple[str, Any] | None:
    """Something that is equal for literals of equal value; None where that is not to be told.

    >>> value(ox.Literal(1)) == value(ox.Literal("01", datatype=ox.NamedNode(_XSD + "byte")))
    True
    """
    space = _space(literal.datatype.value)
    if not space or ill_typed(literal):
        return None
    found = _value(literal, space)
    return None if found is None else (space, found)


def _space(datatype: str) -> str | None:
    return "tagged" if datatype == _TAGGED else _SPACES.get(datatype)


def _collapsed(literal: ox.Literal) -> str:
    return literal.value if _space(literal.datatype.value) == "string" else " ".join(literal.value.split())


def _in_subtype(literal: ox.Literal, datatype: str) -> bool:
    if _space(datatype) == "string":
        return bool(_PATTERNS[datatype].fullmatch(literal.value))
    if datatype == _XSD + "dateTimeStamp":
        return bool(_PATTERNS[datatype].fullmatch(_collapsed(literal)))
    return _in_range(literal, datatype)


def _in_range(literal: ox.Literal, datatype: str) -> bool:
    name = datatype.removeprefix(_XSD)
    if name not in _WHOLE:
        return True
    value, (low, high) = Decimal(_collapsed(literal)), _WHOLE[name]
    return value == value.to_integral_value() and (low is None or low <= value) and (high is None or value <= high)


def _value(literal: ox.Literal, space: str | None) -> object:
    """Something that is equal for equal values and unequal for different ones; None where that is not to be told."""
    text = _collapsed(literal)
    if space == "decimal":
        return Decimal(text)
    if space in ("double", "float") and text != "NaN":
        return _float(text) if space == "double" else c_float(_float(text)).value
    if space == "boolean":
        return text in ("true", "1")
    if space == "dateTime":
        return _moment(text)
    return {"hexBinary": text.upper(), "base64Binary": text.replace(" ", "")}.get(space or "", (literal.value, literal.language))


def _float(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _moment(text: str) -> datetime | None:
    """The moment where it has a zone; without one, whether two moments differ is not always known."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else None
    return None
