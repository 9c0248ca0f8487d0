"""What a check finds, and the one table of the codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from kg.errors import KGError, Place, QueryError

Severity: TypeAlias = Literal["error", "warning", "note"]


class Rule(NamedTuple):
    """What a code stands for."""

    severity: Severity
    meaning: str


RULES: dict[str, Rule] = {
    "syntax": Rule("error", "A file cannot be read or parsed."),
    "not-checked": Rule("note", "Checks were left out because they need something that another finding says is broken."),
    "unknown-file": Rule("warning", "A file lies in a folder of the project and is not read."),
    "unknown-term": Rule("error", "A class or property is used and declared nowhere."),
    "undefined-thing": Rule("error", "A thing of this project is named and nothing is said about it."),
    "unreachable": Rule("warning", "Nothing links to a node and it has no label, so nobody can find it."),
    "missing-label": Rule("warning", "A label is missing, or missing in a language that the other labels have."),
    "two-labels": Rule("error", "One thing has two labels in one language."),
    "blank-node": Rule("error", "A blank node in data/: it cannot be named, and does not join across graphs."),
    "same-as": Rule("error", "owl:sameAs in data/: it copies every statement about either thing to the other."),
    "prefix-conflict": Rule("warning", "One prefix stands for two namespaces."),
    "prefix-unused": Rule("warning", "A prefix is declared and never used."),
    "shacl": Rule("error", "The data does not have the shape that the ontology asks for."),
    "malformed-list": Rule("error", "A list of an axiom is malformed, so that no rule can use the axiom."),
    "inconsistent": Rule("error", "The statements contradict each other under the rules of OWL 2 RL."),
    "query-fails": Rule("error", "A query cannot be evaluated."),
    "view-broken": Rule("error", "The view of a saved query does not fit its answer, so that there is no picture."),
    "answer-missing": Rule("error", "A saved query has no expected answer."),
    "answer-orphaned": Rule("error", "An expected answer belongs to no saved query."),
    "slow-negation": Rule("warning", "EXISTS over several patterns that cannot be rewritten is evaluated again for each row."),
    "unordered": Rule("warning", "A query without ORDER BY gives its rows in any order."),
    "check-columns": Rule("error", "A query of queries/checks/ does not give ?entity, ?problem and ?value."),
    "text-mismatch": Rule("error", "A sentence's offsets or hash do not fit the text."),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its code, how bad it is, what, where, and what to do next.

    >>> print(Finding("syntax", "error", "the dot is missing", Place("data/a.ttl", 3, 7), "end the statement with ' .'"))
    data/a.ttl:3:7: error: the dot is missing [syntax]
      end the statement with ' .'
    """

    code: str
    severity: Severity
    message: str
    place: Place
    hint: str = ""

    def __str__(self) -> str:
        then = "".join(f"\n  {line}" for line in self.hint.splitlines())
        return f"{self.place}: {self.severity}: {self.message} [{self.code}]{then}"


def finding(code: str, message: str, place: Place, hint: str = "") -> Finding:
    """A finding with the severity that RULES gives its code."""
    return Finding(code, RULES[code].severity, message, place, hint)


def from_error(error: KGError) -> Finding:
    """An error about a file as a finding; a query that is at fault as a whole, and not at a line, is no matter of syntax."""
    assert error.place
    code = "query-fails" if isinstance(error, QueryError) and not error.place.line else "syntax"
    return finding(code, error.message, error.place, error.hint)


def in_order(findings: list[Finding]) -> list[Finding]:
    """The findings by place, each once."""
    return sorted(set(findings), key=lambda found: (found.place, found.code, found.message, found.hint))
