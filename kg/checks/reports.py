"""Findings as text for people, as JSON for programs, and as SARIF 2.1.0 for code-review tools."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from kg import __version__
from kg.checks.findings import RULES, Finding, Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_OWN_CHECK = Rule("error", "A query of queries/checks/ found an offender.")


def to_text(findings: Sequence[Finding]) -> str:
    """One finding a line, its hint below it."""
    return "".join(f"{found}\n" for found in findings)


def summary(findings: Sequence[Finding]) -> str:
    """How many findings of each severity there are.

    >>> summary([])
    'nothing to complain of'
    """
    count = Counter(found.severity for found in findings)
    parts = [f"{count[kind]} {kind}{'s' * (count[kind] != 1)}" for kind in ("error", "warning", "note") if count[kind]]
    return ", ".join(parts) or "nothing to complain of"


def to_json(findings: Sequence[Finding]) -> str:
    """One JSON list with an object for each finding; an unknown line or column is 0."""
    return _dump([_flat(found) for found in findings])


def _flat(found: Finding) -> dict[str, str | int]:
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.place.file,
        "line": found.place.line,
        "column": found.place.column,
        "message": found.message,
        "hint": found.hint,
    }


def to_sarif(findings: Sequence[Finding]) -> str:
    """A SARIF 2.1.0 log with one run; its files are relative to the project's root."""
    codes = sorted({found.code for found in findings} | set(RULES))
    driver = {"name": "kg", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, codes.index(found.code)) for found in findings],
    }
    return _dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    rule = RULES.get(code, _OWN_CHECK)
    return {
        "id": code,
        "shortDescription": {"text": rule.meaning},
        "help": {"text": rule.meaning},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(found: Finding, rule: int) -> dict[str, Any]:
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(found)}],
    }


def _location(found: Finding) -> dict[str, Any]:
    region = {"startLine": found.place.line, "startColumn": found.place.column}
    known = {key: value for key, value in region.items() if value}
    artifact = {"artifactLocation": {"uri": quote(found.place.file)}}
    return artifact | ({"region": known} if found.place.line else {})


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
