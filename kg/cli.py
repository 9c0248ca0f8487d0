"""The command line: parse arguments, call one function, print. Data goes to stdout, talk to stderr.

Exit codes: 0 fine, 1 findings, 2 usage or bad input.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kg import __version__, options, process
from kg.errors import UsageError
from kg.saved_commands import SavedQueries, list_queries
from kg.serve_command import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, message="kg %(version)s")
@options.project_option
def cli() -> None:
    """Ask a text as a graph: every answer with the sentences that it rests on.

    Without -C, the project is the nearest folder upwards that has ontology/, data/ and queries/, else the bundled one: the
    "Central Asia + Japan" summit of December 2025.

    Start with: kg tour
    """


@cli.command()
@options.lang_option
@options.project_option
def tour(lang: str) -> None:
    """Build the graph, ask a handful of questions, and show what their answers rest on.

    Example: kg tour --lang ru
    """
    from kg.tour import tour as take

    take(options.graph_to_ask(), lang)


@cli.group(cls=SavedQueries, invoke_without_command=True, subcommand_metavar="[NAME] [--PARAMETER VALUE …]")
@options.lang_option
@options.format_option
@options.project_option
@click.pass_context
def query(context: click.Context, lang: str, form: str | None) -> None:
    """Run a saved query by name; without a name, list them.

    A parameter is an option of its query: `kg query NAME --help` shows them. A thing is named by its label in any language, or by
    its short name; the value * leaves the parameter open.

    Examples: kg query, kg query needs-of-state --state Kazakhstan, kg query summits-of-2025 --format csv
    """
    if context.invoked_subcommand is None:
        list_queries(lang, form or "table")
    else:
        context.default_map = {context.invoked_subcommand: {"lang": lang, "form": form}}


@cli.command()
@click.argument("text", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="A file that holds the query.")
@options.format_option
@options.lang_option
@options.labels_option
@options.evidence_option
@options.asserted_option
@options.project_option
def sparql(
    text: str | None, file: Path | None, form: str | None, lang: str, labels: bool, evidence: bool, asserted: bool
) -> None:
    """Ask in SPARQL, over what is asserted and inferred; the project's prefixes are declared already.

    TEXT may be - for standard input.

    Example: kg sparql 'SELECT ?place { id:tokyo-summit cajad:heldAt ?place }' --evidence
    """
    asked = _sparql_text(text, file)
    graph = options.graph_to_ask()
    answer = graph.evaluate(asked, {}, asserted=asserted, origin=str(file or "query"))
    options.print_answer(graph, answer, form, lang, labels=labels, evidence=evidence)


def _sparql_text(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise UsageError("give the query either as TEXT or with -f FILE", hint="kg sparql 'ASK { ?s ?p ?o }'")
    try:
        if file is not None:
            return file.read_text(encoding="utf-8-sig")
        return (sys.stdin.buffer.read() if text == "-" else os.fsencode(text or "")).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file or 'the query'} cannot be read: {error}", hint="give it in UTF-8") from error


@cli.command()
@click.argument("thing", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--text", "source", type=click.Path(path_type=Path), help="Your copy of the source text: prints the passages.")
@options.lang_option
@options.project_option
def show(thing: tuple[str, ...], form: str, source: Path | None, lang: str) -> None:
    """Show a thing: its facts, each with the sentences that it rests on.

    THING is an IRI, a short name, or a label in any language.

    Examples: kg show Kazakhstan, kg show Казахстан, kg show id:tokyo-summit --text article.txt
    """
    from kg import portraits
    from kg.passages import passages
    from kg.terminal import presenter

    graph = options.graph_to_ask()
    portrait = graph.show(" ".join(thing), lang=lang)
    texts = passages(graph, source) if source else {}
    write = portraits.to_json if form == "json" else portraits.to_text
    click.echo(write(portrait, graph, presenter(graph, lang), texts), nl=False)


@cli.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@click.option("--all", "most", type=click.IntRange(1), default=1, metavar="N", help="Up to N different proofs.")
@click.option("--format", "form", type=click.Choice(["text", "json", "prov"]), default="text", show_default=True)
@options.lang_option
@options.project_option
def why(subject: str, predicate: str, object: str, most: int, form: str, lang: str) -> None:
    """Prove a triple: by which rules it follows, from which sentences, in which files; or say what it would need to hold.

    SUBJECT, PREDICATE and OBJECT are IRIs, short names, or labels in any language; a literal is written as in Turtle. The format
    prov is PROV-O, as N-Triples. Exits with 1 if the triple does not hold.

    Examples: kg why 'Central Asia + Japan' 'has summit' id:tokyo-summit, kg why id:japan a cajad:State --format json
    """
    from kg.explanations import to_json, to_prov, to_text

    graph = options.graph_to_ask()
    explanation, how = graph.why(subject, predicate, object, most=most), graph.presenter(lang)
    if form == "text":
        click.echo(to_text(explanation, graph, how), nl=False)
    else:
        click.echo(to_json(explanation, how) if form == "json" else to_prov(explanation, graph.project.base), nl=False)
    if not explanation.holds:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("sentence")
@click.option("--format", "form", type=click.Choice(["text", "json", "prov"]), default="text", show_default=True)
@options.lang_option
@options.project_option
def impact(sentence: str, form: str, lang: str) -> None:
    """Show what would fall if a sentence were wrong: statements, inferences, rows of answers to the saved questions.

    SENTENCE is a short name, an IRI, or the last part of one. With it falls what was derived from it alone.

    Example: kg impact tokyo:P16.S3
    """
    from kg.impact import impact as find
    from kg.impacts import to_json, to_prov, to_text

    graph = options.graph_to_ask()
    found = find(graph, sentence)
    if form == "text":
        click.echo(to_text(found, graph, graph.presenter(lang)), nl=False)
    else:
        click.echo(to_json(found) if form == "json" else to_prov(found), nl=False)


@cli.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option(
    "--text", "source", type=click.Path(path_type=Path), help="Your copy of the source text: checks offsets and hashes."
)
@options.project_option
def check(form: str, source: Path | None) -> None:
    """Find everything that is wrong with ontology, data and queries, each at file:line:column.

    Exits with 1 if there is an error or a warning.

    Examples: kg check, kg -C my-project check --format sarif
    """
    from kg import checks, terminal

    with terminal.progress() as progress:
        findings = checks.check(options.chosen_project(), text=source, progress=progress)
    write = {"text": checks.to_text, "json": checks.to_json, "sarif": checks.to_sarif}[form]
    click.echo(write(findings), nl=False)
    options.say(checks.summary(findings))
    if any(found.severity != "note" for found in findings):
        raise click.exceptions.Exit(1)


@cli.command()
@click.option(
    "--format", "form", default="trig", show_default=True, metavar="FORMAT", help="A format of graphs, `statements`, or `all`."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (for `all`, the folder); else stdout.")
@click.option("--graph", "name", metavar="GRAPH", help="One named graph, by IRI, short name or last part.")
@options.project_option
def export(form: str, output: Path | None, name: str | None) -> None:
    """Write the graph as linked data: sorted, and the same bytes each time.

    Examples: kg export --format turtle -o cajad.ttl, kg export --format statements -o statements.csv,
    kg export --format all -o build/data
    """
    from kg.export import write

    write(options.opened_graph(), form, output, graph_name=name)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The N-Triples file to write.")
@click.option("--full", is_flag=True, help="Also what is trivial: x sameAs x, everything an owl:Thing …")
@click.option("--engine", default="duckdb", show_default=True, help="duckdb, or owlrl for reference.")
@click.option("--memory", metavar="SIZE", help="About how much memory to use, such as 4GB; the rest goes to disk.")
def reason(files: tuple[Path, ...], output: Path, full: bool, engine: str, memory: str | None) -> None:
    """Close any RDF files under the rules of OWL 2 RL.

    Exits with 1 and a report if the triples contradict each other.

    Example: kg reason ontology.ttl data.nt.gz -o closed.nt --memory 4GB
    """
    from kg.reasoning.files import reason as close

    with process.cleared_away():
        clashes = close(files, output, full=full, engine=engine, memory=memory, progress=options.say)
    for clash in clashes:
        options.say(f"kg: {clash.rule}: {clash.message}")
        for triple in clash.triples:
            options.say(f"  {triple} .")
    if clashes:
        raise click.exceptions.Exit(1)


cli.add_command(serve)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, saved queries and options.

    Example: kg completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(cli, {}, "kg", process.COMPLETE).source())
