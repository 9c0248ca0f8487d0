"""The command line does what its help says: each command, each option, on the flagship and on a project of somebody else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import project as projects
from kg.answers import FORMATS
from kg.cli import cli
from kg.options import LANGUAGES
from kg.queries import catalogue
from kg.terminal import NOT_STATED
from tests.program import PATIENCE, ROOT, Run, environment, project, run, shared_cache, start

Kg = Callable[..., Run]
ARTICLE = ROOT.parent / "shared" / "article" / "article.ru.txt"
SAVED = catalogue(projects.at(ROOT))
COMMANDS = ("check", "completion", "export", "impact", "query", "reason", "serve", "show", "sparql", "tour", "why")
ROWS = [form.name for form in FORMATS if form.for_rows]
GRAPHS = [form.name for form in FORMATS if form.for_triples]
SPARQL_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_cache(tmp_path_factory)


@pytest.fixture
def flagship(cache: Path) -> Kg:
    """The program on the bundled project, from a folder that has nothing to do with it; it must end well."""

    def ask(*arguments: str | bytes | Path, code: int = 0, **more: object) -> Run:
        found = run(*arguments, cache=cache, **more)  # type: ignore[arg-type]
        assert found.code == code, found
        return found

    return ask


@pytest.fixture
def own(tmp_path: Path) -> Kg:
    """The program on a tiny project, whose files may be replaced."""

    def ask(*arguments: str | bytes | Path, files: dict[str, str] | None = None, code: int = 0, **more: object) -> Run:
        root = project(tmp_path / "project", files)
        found = run(*arguments, **{"cache": tmp_path / "cache", "cwd": root, **more})  # type: ignore[arg-type]
        assert found.code == code, found
        return found

    return ask


def table(run: Run) -> list[list[str]]:
    """The rows of a table or of CSV, the names of the columns first."""
    if "," in run.out.splitlines()[0]:
        return list(csv.reader(io.StringIO(run.out, newline="")))
    return [re.split(r"\s{2,}", line.strip()) for line in run.out.splitlines() if not line.startswith("--")]


def on_a_terminal(*arguments: str, cache: Path, cwd: Path, columns: int = 100) -> str:
    """What a person sees on a terminal, without colours."""
    ours, theirs = pty.openpty()
    env = {"COLUMNS": str(columns), "TERM": "xterm"}
    process = start(*arguments, cache=cache, cwd=cwd, env=env, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # The end of a terminal, on Linux.
            break
        if not part:
            break
        seen += part
    process.communicate(timeout=PATIENCE)
    os.close(ours)
    assert process.returncode == 0, seen
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen.decode()).replace("\r", "")


# Help and ways in


def test_the_commands_are_those_that_are_tested_here() -> None:
    assert sorted(cli.commands) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(flagship: Kg, command: str) -> None:
    for flag in ("--help", "-h"):
        shown = flagship(command, flag).out
        assert re.search(rf"Examples?:\s+kg (-C my-project )?{command}", shown), shown


def test_the_help_names_every_command_and_where_to_start(flagship: Kg) -> None:
    shown = flagship("--help").out
    assert [name for name in COMMANDS if not re.search(rf"^  {name} ", shown, re.MULTILINE)] == []
    assert "Start with: kg tour" in shown


def test_the_version_is_the_packages(flagship: Kg) -> None:
    assert flagship("--version").out == f"kg {kg.__version__}\n"


def test_the_console_script_is_the_module(flagship: Kg, cache: Path) -> None:
    script = Path(sys.executable).with_name("kg")
    found = subprocess.run([script, "--help"], capture_output=True, text=True, check=True, env=environment(cache))
    assert found.stdout == flagship("--help").out


@pytest.mark.parametrize(
    "command",
    [["query"], ["query", "near"], ["sparql", "ASK {}"], ["show", "Osaka"], ["check"], ["export"], ["tour"]],
    ids=lambda command: " ".join(command),
)
def test_the_project_may_be_chosen_before_and_after_the_command(tmp_path: Path, command: list[str]) -> None:
    root, cache = project(tmp_path / "project"), tmp_path / "cache"
    before = run("-C", root, *command, cache=cache)
    after = run(*command, "-C", root, cache=cache)
    assert before.code == after.code == 0, (before, after)
    assert before.out == after.out
    assert before.out or command == ["check"]


def test_the_nearest_project_upwards_is_meant(own: Kg, tmp_path: Path) -> None:
    below = tmp_path / "project" / "data" / "deep" / "deeper"
    below.mkdir(parents=True)
    assert table(own("query", "--format", "csv", cwd=below))[1:] == [["near", "What is near?", ""]]


def test_outside_of_projects_the_bundled_one_is_meant(flagship: Kg, tmp_path: Path) -> None:
    assert "European Union" in flagship("query", "summits-of-2025", cwd=tmp_path).out


# Saved queries


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_saved_queries_are_listed_with_their_questions(flagship: Kg, lang: str) -> None:
    files = sorted(file.stem for file in (ROOT / "queries").glob("*.rq"))
    head, *rows = table(flagship("query", "--lang", lang, "--format", "csv"))
    assert head == ["name", "question", "tags"]
    assert [row[0] for row in rows] == files
    assert len(rows) > 50
    assert {row[0]: row[1] for row in rows} == {name: SAVED[name].question[lang] for name in files}


def test_a_query_without_a_question_in_a_language_is_listed_with_its_english_one(own: Kg) -> None:
    only = {"queries/near.rq": "#+ question: {en: What?}\nASK {}"}
    assert "What?" in own("query", "--lang", "ja", files=only).out


@pytest.mark.parametrize("form", SPARQL_RESULTS)
def test_rows_are_written_as_others_read_them(flagship: Kg, form: str) -> None:
    expected = table(flagship("query", "who-met-whom", "--format", "csv"))
    parsed = ox.parse_query_results(flagship("query", "who-met-whom", "--format", form).out, format=SPARQL_RESULTS[form])
    assert isinstance(parsed, ox.QuerySolutions)
    assert [variable.value for variable in parsed.variables] == expected[0]
    assert [[term.value for term in row] for row in parsed] == expected[1:]
    assert len(expected) == 26


def test_csv_has_one_line_a_row_and_the_lines_of_the_standard(flagship: Kg) -> None:
    out = flagship("query", "needs-of-state", "--format", "csv").out
    assert out.count("\r\n") == out.count("\n") == len(table(Run(0, out, "")))


@pytest.mark.parametrize("form", GRAPHS)
def test_triples_are_written_as_others_read_them(flagship: Kg, form: str) -> None:
    asked = flagship("sparql", "CONSTRUCT WHERE { id:japan ?p ?o }", "--format", form).out
    rdf = next(each.rdf for each in FORMATS if each.name == form)
    rows = flagship("sparql", "SELECT ?p ?o { id:japan ?p ?o }", "--format", "csv")
    assert len({quad.triple for quad in ox.parse(asked, format=rdf)}) == len(table(rows)) - 1 > 20


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize(("lang", "state", "field"), [
    ("en", "Kazakhstan", "renewable energy"),
    ("ru", "Казахстан", "возобновляемая энергетика"),
    ("ja", "カザフスタン", "再生可能エネルギー"),
])  # fmt: skip
def test_tables_show_labels_and_say_what_is_not_stated(flagship: Kg, form: str, lang: str, state: str, field: str) -> None:
    out = flagship("query", "needs-of-state", "--format", form, "--lang", lang).out
    assert any(state in line and field in line for line in out.splitlines())
    assert [line.count(NOT_STATED[lang]) for line in out.splitlines() if NOT_STATED[lang] in line] == [2]


@pytest.mark.parametrize(
    ("lang", "season", "day", "amount"),
    [
        ("en", "spring 2025", "19–20 December 2025", "130,000,000,000"),
        ("ru", "весна 2025 г.", "19–20 декабря 2025 г.", "130\u202f000\u202f000\u202f000"),
        ("ja", "2025年春", "2025年12月19～20日", "130,000,000,000"),
    ],
)
def test_tables_write_times_and_numbers_as_readers_do(flagship: Kg, lang: str, season: str, day: str, amount: str) -> None:
    """What is to be read by programs is as it was stated."""
    summits = flagship("query", "summits-of-2025", "--lang", lang)
    assert season in summits.out and day in summits.out
    assert amount in flagship("query", "amounts-ranked", "--lang", lang).out
    stated = flagship("query", "summits-of-2025", "--lang", lang, "--format", "csv").out
    assert "2025-21" in stated and "2025-12-19/2025-12-20" in stated


def test_a_table_is_what_comes_without_a_format(flagship: Kg) -> None:
    asked = ["query", "summits-of-2025"]
    assert flagship(*asked).out == flagship(*asked, "--format", "table").out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_answer_says_what_that_means(flagship: Kg, lang: str) -> None:
    out = flagship("query", "summits-of-2025", "--partner", "id:uzbekistan", "--lang", lang).out
    assert out == SAVED["summits-of-2025"].empty[lang] + "\n"


def test_an_empty_answer_is_still_data_in_the_other_formats(flagship: Kg) -> None:
    out = flagship("query", "summits-of-2025", "--partner", "id:uzbekistan", "--format", "csv").out
    assert out == "partner,summit,time,from,until,place\r\n"


def test_labels_stand_in_columns_of_their_own(flagship: Kg) -> None:
    asked = ["query", "summits-of-2025", "--format", "csv"]
    head, first, *_ = table(flagship(*asked, "--labels", "--lang", "ru"))
    assert head == ["partner", "partnerLabel", "summit", "summitLabel", "time", "from", "until", "place", "placeLabel"]
    assert first[:2] == ["https://w3id.org/cajad/id/eu", "Европейский союз"]
    assert [row[:1] + row[2:3] + row[4:8] for row in table(flagship(*asked, "--labels"))] == table(flagship(*asked))


def test_evidence_adds_the_sentences_of_each_row(flagship: Kg) -> None:
    rows = table(flagship("query", "rare-earth-claims", "--evidence", "--format", "csv"))
    at = rows[0].index("sentences")
    assert {row[at] for row in rows[1:]} == {"tokyo:P17.S3"}


def test_labels_and_evidence_go_together(flagship: Kg) -> None:
    head, *rows = table(flagship("query", "causes-of", "--labels", "--evidence", "--format", "csv"))
    assert head == ["thing", "thingLabel", "cause", "causeLabel", "isDirect", "sentences", "rules", "notes"]
    assert all(all(row[:6]) for row in rows)


@pytest.mark.parametrize("name", [name for name in SAVED if SAVED[name].reasoning][:4])
def test_without_reasoning_the_answer_is_another(flagship: Kg, name: str) -> None:
    reasoned, asserted = (flagship("query", name, "--format", "csv", *more) for more in ([], ["--asserted"]))
    assert reasoned.out != asserted.out
    assert "--asserted leaves it out" in reasoned.err
    assert "this question needs reasoning" in asserted.err


def test_a_closed_world_is_said(flagship: Kg) -> None:
    assert "closed world" in flagship("query", "needs-of-state").err
    assert "closed world" not in flagship("query", "summits-of-2025").err


@pytest.mark.parametrize(
    "name",
    [
        "Kazakhstan",
        "kazakhstan",
        "Казахстан",
        "カザフスタン",
        "Қазақстан",
        "id:kazakhstan",
        "https://w3id.org/cajad/id/kazakhstan",
    ],
)
def test_a_thing_is_named_in_any_language_or_by_its_identifier(flagship: Kg, name: str) -> None:
    rows = table(flagship("query", "needs-of-state", "--state", name, "--format", "csv"))
    assert [row[0] for row in rows[1:]] == ["https://w3id.org/cajad/id/kazakhstan"] * 2


def test_a_star_opens_a_default(flagship: Kg) -> None:
    closed, opened = (table(flagship("query", "corridors-avoiding", "--format", "csv", *more)) for more in ([], ["--actor", "*"]))
    assert [row[0] for row in closed[1:]] == ["https://w3id.org/cajad/id/russia"]
    assert len(opened) > len(closed)


def test_options_of_all_queries_may_stand_before_the_name(flagship: Kg) -> None:
    after = flagship("query", "needs-of-state", "--format", "markdown", "--lang", "ru")
    assert flagship("query", "--format", "markdown", "--lang", "ru", "needs-of-state").out == after.out


def test_a_parameter_that_is_called_like_an_option_keeps_both(flagship: Kg) -> None:
    assert "--parameter-format" in flagship("query", "next-summit", "--help").out
    rows = table(flagship("query", "next-summit", "--parameter-format", "id:ca-jad", "--format", "csv"))
    assert rows[1][0] == "https://w3id.org/cajad/id/ca-jad"


def test_the_help_of_a_query_tells_its_question_parameters_and_an_example(flagship: Kg) -> None:
    shown = " ".join(flagship("query", "corridors-avoiding", "--help").out.split())
    assert "Which transport corridor avoids Russia?" in shown
    assert "--actor VALUE iri (cajad:State) [default: id:russia]" in shown
    assert "Example: kg query corridors-avoiding --actor id:russia" in shown


def test_a_query_may_be_called_with_spaces(own: Kg) -> None:
    more = {"queries/what is near.rq": "#+ question: {en: What?}\nASK {}"}
    assert own("query", "what is near", files=more).out == "yes\n"
    assert "kg query 'what is near'" in own("query", "what is near", "--help").out


# SPARQL


def test_sparql_comes_as_an_argument_a_file_or_standard_input(own: Kg, tmp_path: Path) -> None:
    text = 'SELECT ?o { id:tokyo rdfs:label ?o FILTER(LANG(?o) = "ja") }'
    (tmp_path / "q.rq").write_text(f"﻿{text}", encoding="utf-8")
    answers = [own("sparql", text), own("sparql", "-f", tmp_path / "q.rq"), own("sparql", "-", stdin=text.encode())]
    assert {answer.out for answer in answers} == {"o\n----\n東京\n"}


def test_sparql_sees_what_follows_unless_told_not_to(own: Kg) -> None:
    assert own("sparql", "ASK { id:osaka o:near id:tokyo }").out == "yes\n"
    assert own("sparql", "ASK { id:osaka o:near id:tokyo }", "--asserted").out == "no\n"


def test_sparql_gives_evidence(flagship: Kg) -> None:
    asked = "SELECT ?place { id:tokyo-summit cajad:heldAt ?place }"
    assert table(flagship("sparql", asked, "--evidence"))[1:] == [["Tokyo", "tokyo:P1.S1 tokyo:P24.S1"]]


def test_the_usual_format_fits_the_answer(own: Kg) -> None:
    assert own("sparql", "CONSTRUCT WHERE { id:tokyo o:near ?x }").out == (
        "@prefix id: <http://e/id/> .\n@prefix o: <http://e/o#> .\nid:tokyo o:near id:osaka .\n"
    )


def test_ctrl_c_ends_a_query_that_would_run_for_ever(flagship: Kg, cache: Path, tmp_path: Path) -> None:
    flagship("sparql", "ASK {}")
    asked = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    process = start("sparql", asked, cache=cache)
    group = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (children := group.read_text().split()) or processor_time(int(children[0])) < 1:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode in (130, -signal.SIGINT)


def processor_time(process: int) -> float:
    """The seconds that a process has worked."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Portraits


@pytest.mark.parametrize("name", ["Казахстан", "カザフスタン", "Қазақстан", "id:kazakhstan", "kazakhstan"])
def test_a_thing_is_shown_by_any_of_its_names(flagship: Kg, name: str) -> None:
    shown = flagship("show", name).out
    assert shown == flagship("show", "Kazakhstan").out
    assert shown.startswith("Kazakhstan  id:kazakhstan\n")
    assert "Central Asian state" in shown


def test_facts_stand_beside_their_sentences_and_what_follows_says_so(flagship: Kg) -> None:
    lines = flagship("show", "id:kazakhstan").out.splitlines()
    assert lines[lines.index("is largest producer of") + 1].split() == ["uranium", "tokyo:P17.S2"]
    assert any(line.endswith("(inferred)") for line in lines)
    assert any(line.startswith("← ") for line in lines)


@pytest.mark.parametrize(("lang", "title"), [("ru", "является крупнейшим производителем"), ("ja", "最大の生産国")])
def test_a_portrait_is_told_in_other_languages(flagship: Kg, lang: str, title: str) -> None:
    label = flagship(
        "sparql", f'SELECT ?l {{ cajad:largestProducerOf rdfs:label ?l FILTER(LANG(?l) = "{lang}") }}'
    ).out.splitlines()[2]
    assert label in flagship("show", "id:kazakhstan", "--lang", lang).out.splitlines()


def test_a_name_of_several_words_needs_no_quotes(flagship: Kg) -> None:
    assert flagship("show", "European", "Union").out == flagship("show", "European Union").out


def test_a_portrait_as_json_holds_each_fact_with_its_sources(flagship: Kg) -> None:
    whole = json.loads(flagship("show", "Казахстан", "--format", "json").out)
    assert whole["thing"] == "https://w3id.org/cajad/id/kazakhstan"
    assert whole["labels"]["kk"] == "Қазақстан"
    fact = next(fact for fact in whole["facts"] if fact["object"].get("label") == "uranium")
    assert fact["sources"] == ["https://w3id.org/cajad/article/2025-12-tokyo-summit/P17.S2"]
    assert not fact["inferred"]
    assert all(fact["sources"] for fact in whole["facts"] + whole["incoming"])


def with_a_text(*sentences: str) -> tuple[str, dict[str, str]]:
    """A text, and the provenance of its sentences."""
    text, lines = " ".join(sentences), ["@prefix o: <http://e/o#> . @prefix oa: <http://www.w3.org/ns/oa#> ."]
    for number, sentence in enumerate(sentences, start=1):
        start, digest = text.index(sentence), hashlib.sha256(sentence.encode()).hexdigest()
        lines.append(f'<http://e/text/S{number}> oa:start {start} ; oa:end {start + len(sentence)} ; o:sha256 "{digest}" .')
    return text, {"data/sentences.ttl": "\n".join(lines)}


def files_that_hold(folder: Path, text: str) -> list[Path]:
    found = [file for file in folder.rglob("*") if file.is_file()]
    assert len(found) >= 5
    return [file for file in found if text.encode() in file.read_bytes()]


def test_passages_of_a_text_are_shown_and_kept_nowhere(own: Kg, tmp_path: Path) -> None:
    text, files = with_a_text("𝔗okyo lies near Osaka, and 大阪 near Токио.", "Nothing else is said here.")
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    shown = own("show", "東京", "--text", tmp_path / "text.txt", files=files).out
    assert shown.endswith("text:S1  𝔗okyo lies near Osaka, and 大阪 near Токио.\n")
    assert "Nothing else" not in shown
    whole = json.loads(own("show", "東京", "--text", tmp_path / "text.txt", "--format", "json", files=files).out)
    assert list(whole["passages"]) == ["http://e/text/S1"]
    checked = own("check", "--text", tmp_path / "text.txt", files=files, code=1)
    assert re.findall(r"\[([\w-]+)\]", checked.out) == ["unreachable"]
    for folder in (tmp_path / "cache", tmp_path / "project"):
        assert files_that_hold(folder, "lies near Osaka") == []


def test_passages_of_the_article_are_shown_and_kept_nowhere(cache: Path, tmp_path: Path) -> None:
    if not ARTICLE.is_file():
        pytest.skip(f"the article is not here: {ARTICLE} is missing")
    own_cache = tmp_path / "cache"
    shown = run("show", "lithium", "--text", ARTICLE, cache=own_cache)
    assert shown.code == 0, shown
    passage = next(line.partition("  ")[2] for line in shown.out.splitlines() if line.startswith("tokyo:P17.S3  "))
    assert len(passage) > 20
    assert passage in ARTICLE.read_text(encoding="utf-8")
    assert files_that_hold(own_cache, passage) == []


# Checks and exports


def test_a_sound_project_has_nothing_to_complain_of(own: Kg) -> None:
    found = own("check")
    assert found.out == ""
    assert found.err.endswith("nothing to complain of\n")


BROKEN = {"data/d.trig": "@prefix id: <http://e/id/> .\nid:a id:b\n"}


def test_findings_are_data_and_exit_with_1(own: Kg) -> None:
    found = own("check", files=BROKEN, code=1)
    assert found.out.startswith("data/d.trig:")
    assert found.err.endswith("1 error, 1 note\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_findings_are_written_for_programs(own: Kg, form: str) -> None:
    read = json.loads(own("check", "--format", form, files=BROKEN, code=1).out)
    codes = [each["code"] for each in read] if form == "json" else [each["ruleId"] for each in read["runs"][0]["results"]]
    assert sorted(codes) == ["not-checked", "syntax"]


def test_another_text_is_found_out(own: Kg, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Another text, long enough to hold all that the first one holds." * 3, encoding="utf-8")
    _, files = with_a_text("Tokyo lies near Osaka.")
    assert "[text-mismatch]" in own("check", "--text", tmp_path / "other.txt", files=files, code=1).out


def test_an_export_to_a_file_is_the_export_to_stdout(own: Kg, tmp_path: Path) -> None:
    shown = own("export", "--format", "nquads")
    assert own("export", "--format", "nquads", "-o", tmp_path / "new" / "out.nq").out == ""
    assert (tmp_path / "new" / "out.nq").read_bytes() == shown.out.encode()
    quads = list(ox.parse(shown.out, format=ox.RdfFormat.N_QUADS))
    assert len(quads) > 10


def test_an_export_of_one_graph_holds_no_other(own: Kg) -> None:
    for name in ("http://e/text/S1", "S1"):
        quads = list(ox.parse(own("export", "--graph", name, "--format", "nquads").out, format=ox.RdfFormat.N_QUADS))
        assert {str(quad.graph_name) for quad in quads} == {"<http://e/text/S1>"}
        assert len(quads) == 3


def test_an_export_of_all_formats_fills_a_folder_with_the_same_bytes_each_time(own: Kg, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        own("export", "--format", "all", "-o", tmp_path / folder)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert one == two
    assert sorted(one) == ["graph.jsonld", "graph.nq", "graph.nt", "graph.rdf", "graph.trig", "graph.ttl", "statements.csv"]


# Streams and terminals


def test_talk_goes_to_stderr_and_a_second_run_builds_nothing(tmp_path: Path) -> None:
    root, cache = project(tmp_path / "project"), tmp_path / "cache"
    first, second = (run("-C", root, "query", "near", "--format", "csv", cache=cache) for _ in range(2))
    assert first.out == second.out == "city,other,since\r\nhttp://e/id/tokyo,http://e/id/osaka,\r\n"
    assert first.err.startswith("reasoning over ")
    assert second.err == ""


@pytest.mark.parametrize("command", [["export"], ["query"], ["export", "-C", str(ROOT), "--format", "nquads"], ["tour"]])
def test_a_reader_that_has_read_enough_is_no_error(flagship: Kg, cache: Path, command: list[str]) -> None:
    flagship("sparql", "ASK {}")
    process = start(*command, cache=cache)
    assert process.stdout and process.stderr
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=PATIENCE) == 0
    process.stderr.close()
    assert process.stdin
    process.stdin.close()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_data_is_utf_8_whatever_the_locale_says(flagship: Kg, encoding: str) -> None:
    shown = flagship("show", "Токио", "--lang", "ja", env={"PYTHONIOENCODING": encoding})
    assert shown.out.startswith("東京  id:tokyo\n")


@pytest.mark.parametrize(("lang", "words"), [("ru", ["Казахстан", "не указано"]), ("ja", ["カザフスタン", "記載なし"])])
def test_a_terminal_gets_a_table_as_wide_as_it_is(flagship: Kg, cache: Path, lang: str, words: list[str]) -> None:
    flagship("sparql", "ASK {}")
    seen = on_a_terminal("query", "needs-of-state", "--lang", lang, cache=cache, cwd=cache.parent, columns=90)
    assert [word for word in words if word not in seen] == []
    assert "───" in seen
    assert max(map(len, seen.splitlines())) <= 90


def test_a_narrow_terminal_folds_and_loses_nothing(flagship: Kg, cache: Path) -> None:
    flagship("sparql", "ASK {}")
    seen = on_a_terminal("query", "rare-earth-claims", "--evidence", cache=cache, cwd=cache.parent, columns=60)
    assert max(map(len, seen.splitlines())) <= 60
    whole = on_a_terminal("query", "rare-earth-claims", "--evidence", cache=cache, cwd=cache.parent, columns=300)
    assert sorted(re.sub(r"[\s─]", "", seen)) == sorted(re.sub(r"[\s─]", "", whole))


def test_brackets_in_a_label_are_no_markup(tmp_path: Path) -> None:
    root = project(tmp_path / "project", {"data/e.ttl": '<http://e/id/osaka> <http://e/o#since> "[bold]x[/bold] :smile: [/]" .'})
    seen = on_a_terminal("query", "near", "--city", "*", cache=tmp_path / "cache", cwd=root)
    assert "Tokyo [capital]" in seen
    assert "[bold]x[/bold] :smile: [/]" in seen


# Completion


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o nosort"), ("zsh", "#compdef kg"), ("fish", "complete --no-files")]
)
def test_the_script_of_a_shell_is_printed(flagship: Kg, shell: str, sign: str) -> None:
    script = flagship("completion", shell).out
    assert sign in script
    assert f"_KG_COMPLETE={shell}_complete" in script


def completed(ask: Kg, line: str) -> list[str]:
    """What bash is told to complete the last word of a line with."""
    env = {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    found = ask(env=env)
    assert found.err == ""
    return [line.partition(",")[2] for line in found.out.splitlines()]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("kg ch", ["check"]),
        ("kg query summits", ["summits-of-2025"]),
        ("kg query summits-of-2025 --par", ["--partner"]),
        ("kg sparql --ev", ["--evidence"]),
        ("kg query needs-of-state --lang ", ["en", "ru", "ja"]),
    ],
)
def test_commands_queries_and_options_are_completed(flagship: Kg, line: str, found: list[str]) -> None:
    assert completed(flagship, line) == found


def test_completion_knows_the_project_and_survives_a_broken_query(own: Kg, tmp_path: Path) -> None:
    files = {"queries/nearest.rq": "#+ question: [\n"}
    assert completed(lambda **more: own(files=files, **more), "kg query ne") == ["near", "nearest"]
    line = f"kg -C {tmp_path / 'project'} query ne"
    assert completed(lambda **more: own(cwd=tmp_path, **more), line) == ["near", "nearest"]


@pytest.mark.parametrize("line", ["kg -C /nowhere query su", "kg query nowhere --x"])
def test_completion_is_silent_about_what_is_wrong(flagship: Kg, line: str) -> None:
    assert completed(lambda **more: flagship(code=2, **more), line) == []


# The tour


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tour_asks_shows_sentences_and_says_what_to_try_next(flagship: Kg, lang: str) -> None:
    shown = flagship("tour", "--lang", lang).out
    together = "".join(shown.split())
    asked = projects.at(ROOT).tour
    assert len(asked) >= 5
    assert [name for name in asked if "".join(SAVED[name].question[lang].split()) not in together] == []
    assert [name for name in asked if f"kg query {name} --evidence" not in shown] == []
    assert shown.count("sentences\n") == len(asked)
    assert "tokyo:P17.S3" in shown
    assert shown.rstrip().splitlines()[-8] == "Next:"


def test_what_the_tour_says_to_try_next_works(flagship: Kg, cache: Path, tmp_path: Path) -> None:
    following = flagship("tour").out.partition("Next:\n")[2]
    commands = [line.strip().split("   ")[0] for line in following.splitlines() if line.strip()]
    assert len(commands) == 7
    # It serves until it is ended; the tests of the server start it so.
    commands.remove("kg serve")
    for command in commands:
        env = environment(cache, {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})
        ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, env=env)
        assert ended.returncode == (1 if "warning" in ended.stderr and command.startswith("kg check") else 0), (command, ended)


def test_what_the_tour_says_is_quoted_for_the_shell(own: Kg) -> None:
    assert "kg show 'Tokyo [capital]'" in own("tour").out


def test_the_tour_of_any_project_asks_what_needs_no_value(own: Kg) -> None:
    files = {
        "queries/a.rq": "#+ question: {en: Needs a value?}\n#+ parameters: {x: {required: true}}\nSELECT ?x { ?x ?y ?z }",
        "queries/b.rq": "#+ question: {en: Yes or no?}\nASK {}",
        "queries/c.rq": "#+ question: {en: Which triples?}\nCONSTRUCT WHERE { ?s <http://e/o#near> ?o }",
    }
    shown = own("tour", files=files).out
    assert "1. Yes or no?\n   kg query b\n\nyes\n" in shown
    assert "2. Which triples?" in shown
    assert "3. What is near?" in shown
    assert "Needs a value?" not in shown
    assert "kg show Osaka" in shown


def test_the_tour_of_a_project_without_queries_says_what_to_try(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    (root / "queries" / "near.rq").unlink()
    found = run("tour", "-C", root, cache=tmp_path / "cache")
    assert found.code == 0, found
    assert "0 saved questions" in found.out


def test_files_are_closed_outside_any_project(tmp_path: Path) -> None:
    near = "<http://e/near>"
    symmetric = f"{near} a <http://www.w3.org/2002/07/owl#SymmetricProperty> ."
    (tmp_path / "near.ttl").write_text(f"{symmetric} <http://e/a> {near} <http://e/b> .", encoding="utf-8")
    found = run("reason", "near.ttl", "-o", "closed.nt", cache=tmp_path / "cache", cwd=tmp_path)
    assert (found.code, found.out) == (0, "")
    assert f"<http://e/b> {near} <http://e/a> ." in (tmp_path / "closed.nt").read_text(encoding="utf-8")


def test_files_that_contradict_each_other_are_closed_and_told(tmp_path: Path) -> None:
    nothing = "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Nothing> ."
    (tmp_path / "bad.nt").write_text(nothing + "\n", encoding="utf-8")
    found = run("reason", "bad.nt", "-o", "closed.nt", cache=tmp_path / "cache", cwd=tmp_path)
    assert found.code == 1
    assert "cls-nothing2" in found.err
    assert nothing in (tmp_path / "closed.nt").read_text(encoding="utf-8")
