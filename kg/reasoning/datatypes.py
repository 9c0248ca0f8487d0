"""The values of literals, as far as OWL 2 RL knows datatypes: is a literal well formed, is it in a datatype, do two differ?

The names stand for https://www.w3.org/TR/owl2-profiles/#Entities_3; of any other datatype nothing is claimed. Forms and values
are those of https://www.w3.org/TR/xmlschema11-2/, and values are the same where that says that they are identical, as OWL asks.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes import c_float
from decimal import Decimal
from itertools import combinations
from math import inf, isinf
from xml.etree.ElementTree import ParseError, canonicalize

import pyoxigraph as ox

from kg.names import WELL_KNOWN
from kg.reasoning.moments import MOMENT, ZONED, Moment, moment

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
# https://www.w3.org/TR/xml/#NT-NameStartChar, without the colon
_START = (
    r"A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF"
    r"\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = rf"[{_START}][{_START}.0-9\xB7\u0300-\u036F\u203F\u2040-]*"
_TEXTS = {
    "string": r"[\s\S]*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?!.*  )(?:[^\t\n\r ](?:[^\t\n\r]*[^\t\n\r ])?)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": rf"[{_START}.0-9\xB7\u0300-\u036F\u203F\u2040:-]+",
    "Name": rf"[{_START}:][{_START}.0-9\xB7\u0300-\u036F\u203F\u2040:-]*",
    "NCName": _NAME,
}
_FLOATING = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_BASE64 = r"([A-Za-z0-9+/] ?){4}"
# What stands before the first colon of a relative reference would be its scheme: https://www.rfc-editor.org/rfc/rfc3986#section-4.2
_SCHEME = r"(?=[a-zA-Z][a-zA-Z0-9+.-]*:|[^:/?#]*([/?#]|$))"
# The lexical forms of each datatype, after white space is collapsed; the key of the outer table is the value space.
_FORMS: dict[str, dict[str, str]] = {
    "decimal": {"decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", **dict.fromkeys(_WHOLE, r"[+-]?[0-9]+")},
    "double": {"double": _FLOATING},
    "float": {"float": _FLOATING},
    "string": _TEXTS,
    "boolean": {"boolean": "true|false|1|0"},
    "hexBinary": {"hexBinary": "([0-9a-fA-F]{2})*"},
    "base64Binary": {
        "base64Binary": rf"(({_BASE64})*(([A-Za-z0-9+/] ?){{2}}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=|{_BASE64}))?"
    },
    "anyURI": {"anyURI": rf"{_SCHEME}[^%]*(%[0-9a-fA-F]{{2}}[^%]*)*"},
    "dateTime": {"dateTime": MOMENT, "dateTimeStamp": ZONED},
}
_SPACES = {_XSD + name: space for space, names in _FORMS.items() for name in names} | {
    _RDF + "XMLLiteral": "xml",
    _PLAIN: "plain",
    _TAGGED: "tagged",
}
_PATTERNS = {_XSD + name: re.compile(form) for names in _FORMS.values() for name, form in names.items()}
# rdf:PlainLiteral writes the language behind the last @; https://www.w3.org/TR/rdf-plain-literal/
_PLAIN_FORM = re.compile(r"([\s\S]*)@((?:[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)?)")
# The datatypes whose literals can be ill-typed.
JUDGED = tuple(name for name in _SPACES if name != _TAGGED)

# A value space, and what in it is the same for the same values alone.
Value = tuple[str, object]


def value(literal: ox.Literal) -> Value | None:
    """Something that is equal for literals of the same value alone; None where there is none, or nobody knows.

    >>> value(ox.Literal(1)) == value(ox.Literal("01", datatype=ox.NamedNode(_XSD + "byte")))
    True
    """
    datatype = literal.datatype.value
    space = _SPACES.get(datatype)
    if not space or (datatype in _PATTERNS and not _in_form(literal, datatype)):
        return None
    if space == "string":
        return "text", (literal.value, "")
    with suppress(ValueError):
        return _READERS[space](literal)
    return None


def ill_typed(literal: ox.Literal) -> bool:
    """Whether the literal's text is no lexical form of its datatype.

    >>> ill_typed(ox.Literal("twenty", datatype=ox.NamedNode(_XSD + "integer")))
    True
    """
    return literal.datatype.value in JUDGED and value(literal) is None


def belongs(literal: ox.Literal, datatype: str) -> bool | None:
    """Whether the literal's value is in the datatype; None where this module does not know.

    >>> belongs(ox.Literal("2.0", datatype=ox.NamedNode(_XSD + "decimal")), _XSD + "byte")
    True
    """
    known = value(literal)
    if datatype == _LITERAL:
        return not ill_typed(literal)
    if literal.datatype.value not in _SPACES or datatype not in _SPACES:
        return None
    return known is not None and _contains(datatype, *known)


def _contains(datatype: str, space: str, found: object) -> bool:
    """Whether a datatype contains a value."""
    if datatype in (_PLAIN, _TAGGED):
        return space == "text" and isinstance(found, tuple) and (datatype == _PLAIN or bool(found[1]))
    name = datatype.removeprefix(_XSD)
    if isinstance(found, Decimal):
        return _SPACES[datatype] == space and (name not in _WHOLE or _within(found, *_WHOLE[name]))
    if isinstance(found, Moment):
        return name == "dateTime" or (name == "dateTimeStamp" and found.zone is not None)
    if isinstance(found, tuple):
        return name in _TEXTS and not found[1] and bool(_PATTERNS[datatype].fullmatch(found[0]))
    return _SPACES[datatype] == space


def differ(one: ox.Literal, other: ox.Literal) -> bool:
    """Whether the two literals certainly denote different values.

    >>> differ(ox.Literal(1), ox.Literal("01", datatype=ox.NamedNode(_XSD + "integer")))
    False
    """
    values = value(one), value(other)
    return values[0] is not None and values[1] is not None and apart(values[0], values[1])


def apart(one: Value, other: Value) -> bool:
    """Whether two values certainly are not identical."""
    (_, first), (_, second) = one, other
    return first.differs(second) if isinstance(first, Moment) and isinstance(second, Moment) else one != other


def whole_meeting() -> Iterator[tuple[str, str, str]]:
    """Three datatypes of whole numbers: the third holds what the first two share, and neither of the two.

    >>> ("xsd:short", "xsd:unsignedInt", "xsd:unsignedShort") in whole_meeting()
    True
    """
    ends = {name: (-inf if low is None else low, inf if high is None else high) for name, (low, high) in _WHOLE.items()}
    for (one, (low, high)), (other, (least, most)) in combinations(ends.items(), 2):
        shared = max(low, least), min(high, most)
        for third, (start, end) in ends.items():
            holds = [start <= first <= last <= end for first, last in (shared, (low, high), (least, most))]
            if holds == [True, False, False]:
                yield f"xsd:{one}", f"xsd:{other}", f"xsd:{third}"


def _in_form(literal: ox.Literal, datatype: str) -> bool:
    name, text = datatype.removeprefix(_XSD), _collapsed(literal)
    return bool(_PATTERNS[datatype].fullmatch(text)) and (name not in _WHOLE or _within(Decimal(text), *_WHOLE[name]))


def _collapsed(literal: ox.Literal) -> str:
    return literal.value if _SPACES[literal.datatype.value] == "string" else " ".join(literal.value.split())


def _within(number: Decimal, low: int | None, high: int | None) -> bool:
    return number == number.to_integral_value() and (low is None or low <= number) and (high is None or number <= high)


def _bits(text: str, *, double: bool) -> Value:
    """A floating-point number by its bits: zero and minus zero are not identical, and NaN is itself."""
    number = float(text.replace("INF", "inf"))
    nearest = number if double else c_float(number).value
    if _lost(nearest, text):
        raise ValueError(text)
    return ("double", struct.pack("<d", nearest)) if double else ("float", struct.pack("<f", nearest))


def _lost(nearest: float, text: str) -> bool:
    """Whether a finite number is beyond the largest or below the smallest that there is.

    XML Schema 1.1 reads it as infinity or as zero. Here it has no value, as the test cases of OWL 2 RL/RDF have it: who wrote it
    meant neither.
    """
    return (isinf(nearest) and "INF" not in text) or (nearest == 0 and bool(re.match(r"[+-]?[0.]*[1-9]", text)))


def _plain(literal: ox.Literal) -> Value:
    if not (match := _PLAIN_FORM.fullmatch(literal.value)):
        raise ValueError(literal.value)
    return "text", (match[1], match[2].lower())


def _xml(literal: ox.Literal) -> Value:
    """A well-formed fragment by its canonical form, which has no document type, so that no entity can grow."""
    try:
        return "xml", canonicalize(f"<x>{literal.value}</x>", with_comments=True)
    except ParseError as error:
        raise ValueError(literal.value) from error


_READERS: dict[str, Callable[[ox.Literal], Value]] = {
    "decimal": lambda literal: ("decimal", Decimal(_collapsed(literal))),
    "double": lambda literal: _bits(_collapsed(literal), double=True),
    "float": lambda literal: _bits(_collapsed(literal), double=False),
    "boolean": lambda literal: ("boolean", _collapsed(literal) in ("true", "1")),
    "hexBinary": lambda literal: ("hexBinary", _collapsed(literal).upper()),
    "base64Binary": lambda literal: ("base64Binary", _collapsed(literal).replace(" ", "")),
    "anyURI": lambda literal: ("anyURI", _collapsed(literal)),
    "dateTime": lambda literal: ("dateTime", moment(_collapsed(literal))),
    "xml": _xml,
    "plain": _plain,
    "tagged": lambda literal: ("text", (literal.value, (literal.language or "").lower())),
}
