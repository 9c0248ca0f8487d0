"""Conditions that clients put on requests: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers

from kg.web.refusals import Refusal

_CONDITIONS = ("if-match", "if-none-match", "if-unmodified-since")


def are_put(headers: Headers) -> bool:
    """Whether a change is asked for only if what there is fulfils a condition."""
    return any(name in headers for name in _CONDITIONS)


def refuse(headers: Headers, tags: Iterable[str] | None, modified: str) -> None:
    """Raises Refusal (412) where a condition of a change does not hold of what has these tags, one for each format, and was
    modified then; `tags` are None where there is nothing.
    """
    refuse_others(headers, tags, modified)
    if _is_one_of(headers, tags):
        raise changed()


def refuse_others(headers: Headers, tags: Iterable[str] | None, modified: str) -> None:
    """Raises Refusal (412) where a client wants only what it knows, and this is another."""
    match = headers.get("if-match")
    if match is not None and not _names(match, tags):
        raise changed()
    if match is None and is_later(modified, headers.get("if-unmodified-since", "")):
        raise changed()


def is_known(headers: Headers, tag: str, modified: str) -> bool:
    """Whether a client has already what it asks for; If-Modified-Since counts only without If-None-Match."""
    if "if-none-match" in headers:
        return _is_one_of(headers, [tag])
    since = headers.get("if-modified-since", "")
    return since == modified or is_later(since, modified)


def _is_one_of(headers: Headers, tags: Iterable[str] | None) -> bool:
    none_match = headers.get("if-none-match")
    return none_match is not None and _names(none_match.replace("W/", ""), tags)


def changed() -> Refusal:
    """What is said where a condition does not hold."""
    return Refusal(412, "this is not as the condition says", hint="read it again, and send its new ETag")


def _names(condition: str, tags: Iterable[str] | None) -> bool:
    """Whether a list of tags, or `*`, names what there is."""
    if tags is None or condition.strip() == "*":
        return tags is not None
    return not {each.strip() for each in condition.split(",")}.isdisjoint(tags)


def is_later(modified: str, date: str) -> bool:
    """Whether one HTTP date is later than another; it is not where one cannot be read.

    >>> is_later("Wed, 25 Nov 2026 14:00:01 GMT", "Wed, 25 Nov 2026 14:00:00 GMT")
    True
    """
    try:
        return parsedate_to_datetime(modified) > parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return False
