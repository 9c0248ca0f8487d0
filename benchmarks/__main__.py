"""`python -m benchmarks [queries | reasoning …]`: without a name, that of queries."""

from __future__ import annotations

import click

from benchmarks import queries, reasoning, serving, soak
from benchmarks.graphs import SHAPES, SIZES


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measures speed, as ratios to peers in the same run."""
    if context.invoked_subcommand is None:
        queries.main()


@main.command("queries")
def _queries() -> None:
    """`kg query` beside a script with rdflib."""
    queries.main()


@main.command("reasoning")
@click.option(
    "--shape", "shapes", multiple=True, type=click.Choice(list(SHAPES)), default=list(SHAPES), help="What the graph is about."
)
@click.option(
    "--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), default=["25k", "250k"], help="Triples; may repeat."
)
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(reasoning.ENGINES), default=reasoning.ENGINES, help="May repeat."
)
@click.option("--limit", default=300.0, show_default=True, help="Seconds that an engine may take.")
def _reasoning(shapes: tuple[str, ...], sizes: tuple[str, ...], engines: tuple[str, ...], limit: float) -> None:
    """Closing graphs beside other reasoners."""
    reasoning.main(shapes, sizes, engines, limit)


@main.command("serving")
@click.option("--connections", multiple=True, type=int, default=serving.CONNECTIONS, show_default=True, help="May repeat.")
def _serving(connections: tuple[int, ...]) -> None:
    """`kg serve` beside other SPARQL servers, with wrk."""
    serving.main(connections)


@main.command("soak")
@click.option("--minutes", default=3.0, show_default=True)
def _soak(minutes: float) -> None:
    """Well-behaved and hostile clients and changes at once, and what is left of it."""
    soak.main(minutes)


if __name__ == "__main__":
    main()
