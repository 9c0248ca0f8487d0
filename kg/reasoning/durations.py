"""What the word `lasting` knows: when what begins at a date, and lasts so many years and months, ends by.

The date is one of ISO 8601 (a year, a month or a day), the duration of years and months. The end is the date so much later, by
https://www.w3.org/TR/xpath-functions-31/#func-add-yearMonthDuration-to-dateTime, marked as approximate (`~`) as EDTF does:
https://www.loc.gov/standards/datetime/. It is looked up among the literals that there are, and never made.
"""

from __future__ import annotations

from kg.reasoning import vocabulary as v

_LITERALS = f"from term where id >= {v.LITERALS}"
_DATE = "[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
# Every part of a year or month that is missing is a first; what is no date of the calendar is none at all.
_DAY = "try_cast(x || right('-01-01', 10 - length(x)) as date)"
_LATER = f"left(strftime({_DAY} + to_months(m::int), '%Y-%m-%d'), length(x))"

# SQL: the literals `a`, `b` and `c` such that `lasting a b c`. A year and some months do not end in a year that is known.
LASTING = f"""(
    with dates as (select id a, regexp_extract(t, '^"({_DATE})"', 1) x {_LITERALS} and x <> ''),
    parts as (select id b, regexp_extract(t, '^"P([0-9]{{1,4}}Y)?([0-9]{{1,4}}M)?"', ['y', 'm']) d {_LITERALS}),
    months as (select b, coalesce(try_cast(rtrim(d.y, 'Y') as int), 0) * 12 + coalesce(try_cast(rtrim(d.m, 'M') as int), 0) m
        from parts where d.y <> '' or d.m <> ''),
    ends as (select id c, regexp_extract(t, '^"({_DATE})~"', 1) e {_LITERALS} and e <> '')
    select a, b, c from dates, months join ends on e = {_LATER} where length(x) <> 4 or m % 12 = 0)"""
