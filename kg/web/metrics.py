"""What the server counts, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
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
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BUCKETS) + 1))
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
            at = next((number for number, most in enumerate(_BUCKETS) if taken <= most), len(_BUCKETS))
            self._counts[name][at] += 1

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
        for most, count in zip((*map(str, _BUCKETS), "+Inf"), self._counts[name], strict=True):
            total += count
            yield f"kg_query_seconds_bucket{_labels({'query': name, 'le': most})} {total}"
        yield f"kg_query_seconds_sum{_labels({'query': name})} {self._seconds[name]:.6f}"
        yield f"kg_query_seconds_count{_labels({'query': name})} {total}"


def simple(name: str, kind: str, values: Mapping[str, float] | float, label: str = "") -> Iterator[str]:
    """A metric without a history: one value, or one for each value of a label."""
    yield f"# TYPE {name} {kind}"
    if isinstance(values, Mapping):
        yield from (f"{name}{_labels({label: each})} {value:g}" for each, value in sorted(values.items()))
    else:
        yield f"{name} {values:g}"


def _labels(values: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in values.items()) + "}"
