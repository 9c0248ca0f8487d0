"""The limits of a job, in one place."""

from __future__ import annotations

from dataclasses import dataclass

# SPARQL texts longer than this are refused; https://www.w3.org/TR/sparql11-protocol/ sets no limit.
LONGEST_TEXT = 64 << 10
# How deep brackets may be nested in a text. The engine's planner takes exponential time over deep collections and paths.
DEEPEST = 64


@dataclass(frozen=True)
class Limits:
    """How long a job may take (seconds), how much memory it may take and how large its answer may be (bytes, rows)."""

    deadline: float = 10.0
    memory: int = 1 << 30
    answer: int = 256 << 20
    rows: int = 1_000_000
