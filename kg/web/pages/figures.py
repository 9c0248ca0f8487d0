"""Numbers and moments as readers of a language write them; the value as stated stays beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.names import WELL_KNOWN

_XSD = WELL_KNOWN["xsd"]
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "int", "long", "nonNegativeInteger", "positiveInteger"))
# Between groups of three digits, and before the fraction.
_MARKS = {"en": (",", "."), "ru": ("\u202f", ","), "ja": (",", ".")}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "ru": ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
}
_OF_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_NUMBER = re.compile(r"([+-]?)0*(\d+)(?:\.(\d+))?")
_MOMENTS: Mapping[str, re.Pattern[str]] = {
    _XSD + "date": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    _XSD + "gYearMonth": re.compile(r"(\d{4})-(\d\d)"),
}
_LAST_MONTH = 12


def written(value: str, datatype: str, lang: str) -> str:
    """A value as readers of a language write it; unchanged where nothing is known of its type.

    >>> written("3700000000", _XSD + "integer", "en"), written("2025-12", _XSD + "gYearMonth", "ja")
    ('3,700,000,000', '2025年12月')
    """
    if datatype in _NUMBERS:
        return number(value, lang)
    found = _MOMENTS[datatype].fullmatch(value) if datatype in _MOMENTS else None
    if not found or not 1 <= int(found[2]) <= _LAST_MONTH:
        return value
    return _moment(lang, int(found[1]), int(found[2]), int(found[3]) if found.lastindex == 3 else 0)


def is_number(datatype: str) -> bool:
    """Whether values of a type stand in a column of figures."""
    return datatype in _NUMBERS or datatype in (_XSD + "double", _XSD + "float")


def number(value: str, lang: str) -> str:
    """A number with its digits in groups of three where it has five or more before the point.

    >>> number("12345.5", "ru"), number("2025", "en")
    ('12\u202f345,5', '2025')
    """
    found = _NUMBER.fullmatch(value)
    if not found:
        return value
    group, point = _MARKS[lang]
    sign, whole, rest = found[1], found[2], found[3]
    digits = f"{int(whole):,}".replace(",", group) if len(whole) > 4 else whole
    return f"{sign}{digits}{point + rest if rest else ''}"


def _moment(lang: str, year: int, month: int, day: int) -> str:
    if lang == "ja":
        return f"{year}年{month}月{f'{day}日' if day else ''}"
    if not day:
        return f"{_MONTHS[lang][month - 1]} {year}{' г.' if lang == 'ru' else ''}"
    return f"{day} {_OF_MONTHS[month - 1]} {year} г." if lang == "ru" else f"{day} {_MONTHS[lang][month - 1]} {year}"
