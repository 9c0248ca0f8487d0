"""Points in time as XML Schema writes them: https://www.w3.org/TR/xmlschema11-2/#dateTime."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_DAY = r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_HOUR = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
# The forms of xsd:dateTime and xsd:dateTimeStamp.
MOMENT, ZONED = f"{_DAY}T{_HOUR}{_ZONE}?", f"{_DAY}T{_HOUR}{_ZONE}"
_PARTS = re.compile(r"(-?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)(.*)")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Moment:
    """A point in time: its seconds since the year 0, in its zone's time if it has no zone, else in UTC; the zone in minutes."""

    seconds: Fraction
    zone: int | None

    def differs(self, other: Moment) -> bool:
        """Whether the two are certainly not identical; of one moment in two zones, XML Schema 1.0 and 1.1 disagree."""
        return self.seconds != other.seconds or (self.zone is None) != (other.zone is None)


def moment(text: str) -> Moment:
    """The moment that a text of the form of xsd:dateTime means; ValueError where its month has no such day.

    >>> moment("2025-12-31T24:00:00Z") == moment("2026-01-01T00:00:00+00:00")
    True
    """
    match = _PARTS.fullmatch(text)
    if not match:
        raise ValueError(text)
    # Through Decimal, as Python reads no number of thousands of digits otherwise.
    year, month, day, hour, minute = (int(Decimal(match[at])) for at in range(1, 6))
    if day > _DAYS[month - 1] + (month == 2 and _leaps(year)):
        raise ValueError(text)
    zone = _zone(match[7])
    minutes = (_days(year, month, day) * 24 + hour) * 60 + minute - (zone or 0)
    return Moment(minutes * 60 + Fraction(Decimal(match[6])), zone)


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days(year: int, month: int, day: int) -> int:
    """The days since the first of the year 0, in the calendar of today."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400 + 1
    return year * 365 + leaps + sum(_DAYS[: month - 1]) + (month > 2 and _leaps(year)) + day - 1


def _zone(text: str) -> int | None:
    """The zone in minutes east of UTC; None where there is none."""
    if not text:
        return None
    minutes = 0 if text == "Z" else int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes
