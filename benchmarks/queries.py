"""`kg query NAME` as a whole process, beside a script that parses the same files with rdflib and asks the same query.

python -m benchmarks queries
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kg.project import bundled

ROOT = bundled()
KG = Path(sys.executable).with_name("kg")
NAMES = ("needs-of-state", "summits-of-2025", "outcomes-with-japan", "who-met-whom")
RUNS = 9
RUNS_OF_RDFLIB = 3

WITH_RDFLIB = """
import sys
from pathlib import Path
from rdflib import Dataset
dataset = Dataset(default_union=True)
root = Path(sys.argv[1])
for file in [*root.glob("ontology/*.ttl"), *root.glob("data/**/*.trig")]:
    if not file.name.endswith("shapes.ttl"):
        dataset.parse(file)
print(dataset.query(Path(sys.argv[2]).read_text()).serialize(format="csv").decode())
"""


def seconds(command: list[str], runs: int) -> float:
    """The median time of whole processes, after one that warms the caches."""
    subprocess.run(command, check=True, capture_output=True)
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def first_build() -> float:
    """The time of `kg tour` with an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        subprocess.run([KG, "-C", ROOT, "tour"], check=True, capture_output=True, env={"KG_CACHE": cache})
        return time.perf_counter() - start


def main() -> None:
    """Prints the table."""
    table = Table("saved query", "kg query, s", "rdflib script, s", "ratio")
    for name in NAMES:
        ours = seconds([str(KG), "-C", str(ROOT), "query", name], RUNS)
        file = ROOT / "queries" / f"{name}.rq"
        theirs = seconds([sys.executable, "-c", WITH_RDFLIB, str(ROOT), str(file)], RUNS_OF_RDFLIB)
        table.add_row(name, f"{ours:.3f}", f"{theirs:.2f}", f"{theirs / ours:.1f}")
    Console().print(table)
    Console().print(f"kg tour with an empty cache: {first_build():.1f} s")
