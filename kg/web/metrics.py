"""What the server counts, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

# The upper bounds of the times that are counted together, in seconds.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metrics:
    """Counts since the start.

    >>> metrics = Metrics()
    >>> with metrics.timing("needs-of-state"):
    ...     pass
    >>> metrics.requests[("/sparql", 200)] += 1
    >>> [line for line in metrics.lines() if line.startswith("kg_requests_total")]
    ['kg_requests_total{route="/sparql",status="200"} 1']
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self._seconds: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Counts a query by its name, with the time that it takes, and whether it fails."""
        begun = time.perf_counter()
        try:
            yield
        except Exception:
            self.failed[name] += 1
            raise
        finally:
            taken = time.perf_counter() - begun
            self._seconds[name] += taken  # type: ignore[assignment]
            self._counts[name][bucket(taken)] += 1

    def add(self, name: str, counts: Sequence[int], seconds: float) -> None:
        """Counts queries of a name that were timed elsewhere: how many fell into each bucket, and what they took together."""
        self._seconds[name] += seconds  # type: ignore[assignment]
        self._counts[name] = [before + more for before, more in zip(self._counts[name], counts, strict=True)]

    def lines(self) -> Iterator[str]:
        """The counts, each metric with its kind."""
        yield "# TYPE kg_requests_total counter"
        for (route, status), count in sorted(self.requests.items()):
            yield f"kg_requests_total{_labels({'route': route, 'status': str(status)})} {count}"
        yield "# TYPE kg_query_failures_total counter"
        for name, count in sorted(self.failed.items()):
            yield f"kg_query_failures_total{_labels({'query': name})} {count}"
        yield "# TYPE kg_query_seconds histogram"
        for name in sorted(self._counts):
            yield from self._histogram(name)

    def _histogram(self, name: str) -> Iterator[str]:
        total = 0
        for most, count in zip((*map(str, BUCKETS), "+Inf"), self._counts[name], strict=True):
            total += count
            yield f"kg_query_seconds_bucket{_labels({'query': name, 'le': most})} {total}"
        yield f"kg_query_seconds_sum{_labels({'query': name})} {self._seconds[name]:.6f}"
        yield f"kg_query_seconds_count{_labels({'query': name})} {total}"


def bucket(seconds: float) -> int:
    """The number of the bucket that a time falls into.

    >>> bucket(0.0004), bucket(60) == len(BUCKETS)
    (0, True)
    """
    return bisect_left(BUCKETS, seconds)


def simple(name: str, kind: str, values: Mapping[str, float] | float, label: str = "") -> Iterator[str]:
    """A metric without a history: one value, or one for each value of a label."""
    yield f"# TYPE {name} {kind}"
    if isinstance(values, Mapping):
        yield from (f"{name}{_labels({label: each})} {value:g}" for each, value in sorted(values.items()))
    else:
        yield f"{name} {values:g}"


def _labels(values: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in values.items()) + "}"
