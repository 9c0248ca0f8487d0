"""`python -m benchmarks [queries | reasoning …]`: without a name, that of queries."""

from __future__ import annotations

import click

from benchmarks import pages, queries, reasoning, scaling, serving, soak
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


@main.command("pages")
def _pages() -> None:
    """Pages for browsers, each made anew."""
    pages.main()


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


@main.command("scaling")
@click.option(
    "--shape", "shapes", multiple=True, type=click.Choice(list(SHAPES)), default=list(SHAPES), help="What the graph is about."
)
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), default=list(SIZES), help="Triples; may repeat.")
@click.option("--memory", help="As for kg reason, such as 4GB.")
@click.option("--limit", default=600.0, show_default=True, help="Seconds that a run may take.")
def _scaling(shapes: tuple[str, ...], sizes: tuple[str, ...], memory: str | None, limit: float) -> None:
    """Closing graphs of growing size."""
    scaling.curve(shapes, sizes, limit, memory)


@main.command("formats")
@click.option("--shape", type=click.Choice(list(SHAPES)), default="diplomacy", show_default=True)
@click.option("--size", type=click.Choice(list(SIZES)), default="250k", show_default=True, help="Triples.")
@click.option("--limit", default=600.0, show_default=True, help="Seconds that a run may take.")
def _formats(shape: str, size: str, limit: float) -> None:
    """Closing a graph from files of several formats."""
    scaling.formats(shape, size, limit)


@main.command("equality")
@click.option("--limit", default=600.0, show_default=True, help="Seconds that a run may take.")
def _equality(limit: float) -> None:
    """Closing graphs in which one thing has many names."""
    scaling.equality(limit)


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
