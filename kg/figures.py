"""Numbers and moments as readers of a language write them; the value as stated stays beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.languages import SEASONS, Texts, season
from kg.names import WELL_KNOWN

_XSD = WELL_KNOWN["xsd"]
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "int", "long", "nonNegativeInteger", "positiveInteger"))
# Between groups of three digits, and before the fraction.
_MARKS = {"en": (",", "."), "ru": ("\u202f", ","), "ja": (",", ".")}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "ru": (
        *("январь", "февраль", "март", "апрель", "май", "июнь"),
        *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    ),
}
_OF_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
# Names of large numbers, the largest first.
_SCALES = {
    "en": ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
    "ru": ((10**12, "\u00a0трлн"), (10**9, "\u00a0млрд"), (10**6, "\u00a0млн")),
    "ja": ((10**12, "兆"), (10**8, "億"), (10**4, "万")),
}
# From where on a number is large, and what its words can say: four digits that noughts follow.
_LARGE = 10**6
_ROUND = re.compile(r"(-?)([1-9]\d{0,3}0{0,14})(?:\.0+)?")
# A longer one is left as it is.
_NUMBER = re.compile(r"([+-]?)0*(\d{1,300})(?:\.(\d+))?")
_DATE = r"(?P<year>\d{4}|XXXX)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
_MOMENTS: Mapping[str, re.Pattern[str]] = {
    _XSD + "date": re.compile(_DATE),
    _XSD + "gYearMonth": re.compile(_DATE),
    # The first and the last second of a day bound it: the day says enough.
    _XSD + "dateTime": re.compile(rf"{_DATE}T(?:(?:00:00:00|23:59:59)(?:\.0+)?Z?|(?P<time>\d\d:\d\d:\d\d)(?:\.0+)?(?P<zone>Z?))"),
}
# One side of a time in the Extended Date/Time Format (https://www.loc.gov/standards/datetime/); a mere number is left alone.
_SPAN = re.compile(rf"{_DATE}(?P<about>~?)")
_UNKNOWN = "XXXX"
_ABOUT: Texts = {"en": "about {}", "ru": "примерно {}", "ja": "{}ごろ"}
_YEARLESS: Texts = {"en": "{}, year not stated", "ru": "{}, год не указан", "ja": "{}（年の記載なし）"}


def written(value: str, datatype: str, lang: str) -> str:
    """A value as readers of a language write it; unchanged where nothing is known of its type.

    >>> written("3700000000", _XSD + "integer", "en"), written("2025-12", _XSD + "gYearMonth", "ja")
    ('3,700,000,000', '2025年12月')
    >>> [written(f"2025-05-31T{time}", _XSD + "dateTime", "en") for time in ("23:59:59Z", "09:30:00Z", "09:30:15")]
    ['31 May 2025', '31 May 2025 09:30 UTC', '31 May 2025 09:30:15']
    """
    if datatype in _NUMBERS:
        return number(value, lang)
    if datatype == _XSD + "string":
        return span(value, lang)
    found = _MOMENTS[datatype].fullmatch(value) if datatype in _MOMENTS else None
    return (found and _moment(found, lang)) or value


def is_number(datatype: str) -> bool:
    """Whether values of a type stand in a column of figures."""
    return datatype in _NUMBERS or datatype in (_XSD + "double", _XSD + "float")


def number(value: str, lang: str) -> str:
    """A number with its digits in groups of three where it has five or more before the point; noughts at its end say nothing.

    >>> number("12345.50", "ru"), number("2025.0", "en")
    ('12\u202f345,5', '2025')
    """
    found = _NUMBER.fullmatch(value)
    if not found:
        return value
    group, point = _MARKS[lang]
    sign, whole, rest = found[1], found[2], (found[3] or "").rstrip("0")
    digits = f"{int(whole):,}".replace(",", group) if len(whole) >= len("12345") else whole
    return f"{sign}{digits}{point + rest if rest else ''}"


def in_words(value: str, lang: str) -> str:
    """A large number by the name of its scale, where so few digits say all of it; else empty.

    >>> in_words("3700000000", "en"), in_words("3700000000", "ja"), in_words("12400000", "en"), in_words("1234567", "en")
    ('3.7 billion', '37億', '12.4 million', '')
    """
    found = _ROUND.fullmatch(value)
    if not found or int(found[2]) < _LARGE:
        return ""
    scale, name = next(pair for pair in _SCALES[lang] if int(found[2]) >= pair[0])
    count, rest = divmod(int(found[2]), scale)
    fraction = f"{rest / scale:.12f}"[1:].rstrip("0") if rest else ""
    return f"{found[1]}{number(f'{count}{fraction}', lang)}{name}"


def span(text: str, lang: str) -> str:
    """A time in the Extended Date/Time Format as readers of a language write it; any other text unchanged.

    >>> span("2025-21", "en"), span("2025-12-19/2025-12-20", "en"), span("2010~", "ru"), span("2025", "ja"), span("10-12", "en")
    ('spring 2025', '19–20 December 2025', 'примерно 2010', '2025', '10-12')
    """
    sides = [_SPAN.fullmatch(side) for side in text.split("/")]
    told = [_side(side, lang) if side else "" for side in sides]
    if text.isdecimal() or not all(told):
        return text
    begun, ended = text.partition("/")[0], text.rpartition("/")[2]
    if begun != ended and len(begun) == len(ended) == len("2025-12-19") and begun[:8] == ended[:8]:
        return f"{told[0].removesuffix('日')}～{int(ended[8:])}日" if lang == "ja" else f"{int(begun[8:])}–{told[-1]}"
    return _dash(told, lang).join(told)


def _dash(sides: list[str], lang: str) -> str:
    """What joins the sides of a span: words stand apart from it."""
    if lang == "ja":
        return "～"
    return " – " if any(" " in each for each in sides) else "–"


def _side(found: re.Match[str], lang: str) -> str:
    text = _moment(found, lang)
    return _ABOUT[lang].format(text) if text and found["about"] else text


def _moment(found: re.Match[str], lang: str) -> str:
    """A moment in words; empty where there is none such."""
    year, month, day = (found[name] for name in ("year", "month", "day"))
    if not month:
        return "" if year == _UNKNOWN else year
    if month in SEASONS and not day:
        return season(month, year, lang)
    if not 1 <= int(month) <= len(_OF_MONTHS) or not 0 <= int(day or 0) <= 31:
        return ""
    told = _in_words(lang, "" if year == _UNKNOWN else year, int(month), int(day or 0))
    told = _YEARLESS[lang].format(told) if year == _UNKNOWN else told
    at = found.groupdict().get("time")
    return f"{told} {at.removesuffix(':00')}{' UTC' if found['zone'] else ''}" if at else told


def _in_words(lang: str, year: str, month: int, day: int) -> str:
    if lang == "ja":
        return f"{f'{year}年' if year else ''}{month}月{f'{day}日' if day else ''}"
    if lang == "en":
        return " ".join(filter(None, (str(day or ""), _MONTHS["en"][month - 1], year)))
    name = _OF_MONTHS[month - 1] if day else _MONTHS["ru"][month - 1]
    return " ".join(filter(None, (str(day or ""), name, f"{year} г." if year else "")))
