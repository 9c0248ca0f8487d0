"""Bad input never yields a traceback, a wrong answer or lost data: the program says what is wrong, where, and what to do next."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.program import PATIENCE, SOUND, Run, environment, project, run, start

Ask = Callable[..., Run]
ANSWER = "city,other,since\r\nhttp://e/id/tokyo,http://e/id/osaka,\r\n"
NEAR = ["query", "near", "--format", "csv"]
HEAD = "#+ question: {en: What?}\n"
DEEP = 10_000
WIDE = "http://e/id/" + "x" * 5000


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The program in a tiny project, some of whose files are replaced or added."""

    def asked(*arguments: str | bytes | Path, files: Mapping[str, str | bytes] | None = None, **more: object) -> Run:
        root = project(tmp_path / "project", files)
        return run(*arguments, **{"cache": tmp_path / "cache", "cwd": root, **more})  # type: ignore[arg-type]

    return asked


def refused(found: Run, *said: str, code: int = 2) -> None:
    """It said so, in words, with a next step, and gave no half of an answer."""
    assert found.code == code, found
    assert found.out == "", found
    assert "Traceback" not in found.err, found
    assert [words for words in said if words not in found.err] == [], found
    assert "\n  " in found.err or "--help' for help" in found.err, found


# What is asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?s { ?s ?p }", "query:1:19: "),
        ("SELECT ?s\n{ ?s ?p ?o", "query:2:"),
        ("What is near?", "this is no query"),
        ("", "this is no query"),
        ("SELECT * { ?s nope:near ?o }", "query:1:15: the prefix nope: is not declared"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "query:1:12: SERVICE would ask another server"),
        ("INSERT DATA { id:a id:b id:c }", "query:1:1: INSERT would change the graph"),
        ("LOAD <file:///etc/passwd>", "query:1:1: LOAD would change the graph"),
        ("ASK { ?s ?p ?o } # " + "x" * 66_000, "longer than 64 KiB"),
    ],
    ids=["broken", "unclosed", "prose", "empty", "prefix", "service", "insert", "load", "long"],
)
def test_sparql_that_cannot_be_asked_is_told_at_its_place(ask: Ask, text: str, said: str) -> None:
    refused(ask("sparql", text), said)


def test_a_fault_in_a_file_is_told_with_its_name(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("SELECT ?s\n{ ?s ?p }")
    refused(ask("sparql", "-f", tmp_path / "q.rq"), f"{tmp_path / 'q.rq'}:2:")


@pytest.mark.parametrize("arguments", [[], ["ASK {}", "-f", "q.rq"]], ids=["neither", "both"])
def test_a_query_is_given_once(ask: Ask, arguments: list[str]) -> None:
    refused(ask("sparql", *arguments), "either as TEXT or with -f FILE")


@pytest.mark.parametrize("file", ["nowhere.rq", "data", "latin-1.rq"])
def test_a_query_file_that_cannot_be_read_is_named(ask: Ask, file: str) -> None:
    refused(
        ask("sparql", "-f", file, files={"latin-1.rq": "ASK { ?s ?p 'Caf\xe9' }".encode("latin-1")}), f"{file} cannot be read"
    )


def test_a_query_that_is_not_utf_8_is_refused(ask: Ask) -> None:
    refused(ask("sparql", b"ASK { ?s ?p '\xff' }"), "the query cannot be read")
    refused(ask("sparql", "-", stdin=b"ASK { ?s ?p '\xff' }"), "the query cannot be read")


def test_a_zero_byte_in_a_query_does_no_harm(ask: Ask) -> None:
    assert ask("sparql", "-", stdin=b"ASK { ?s ?p 'a\0b' }").out == "no\n"
    refused(ask("sparql", "-", stdin=b"ASK { ?s \0 ?o }"), "query:1:")


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * DEEP + "}" * DEEP,
        "ASK { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }",
        "ASK { FILTER(" + "!" * DEEP + "true) }",
        "ASK { FILTER(" + "1+" * 7000 + "1 > 0) }",
        "ASK " + "{ SELECT * " * 3000 + "{}" + "}" * 3000,
        "ASK { " + "{} UNION " * 5000 + "{} }",
    ],
    ids=["braces", "parentheses", "not", "sum", "subselects", "unions"],
)
def test_deep_nesting_ends_in_an_answer_or_in_words(ask: Ask, tmp_path: Path, text: str) -> None:
    (tmp_path / "q.rq").write_text(text)
    found = ask("sparql", "-f", tmp_path / "q.rq")
    assert (found.code == 0 and found.out == "yes\n") or "nest" in found.err, found
    saved = {"queries/deep.rq": HEAD + text}
    assert ask("query", "deep", files=saved) == Run(found.code, found.out, "")


def test_a_deeply_nested_query_hides_no_other(ask: Ask) -> None:
    saved = {"queries/deep.rq": f"{HEAD}ASK {'{' * DEEP}{'}' * DEEP}"}
    listed = ask("query", files=saved)
    assert "What?" in listed.out and "What is near?" in listed.out
    assert ask("check").code == 0


def test_an_engine_that_dies_is_told_in_words(ask: Ask) -> None:
    """ORDER BY over numbers among strings: the engine's order is not total, and its sort gives up the process."""
    literals = " , ".join(f'"{number * 7 % 1000}" , {number * 13 % 1000}.5' for number in range(500))
    found = ask(
        "sparql", "SELECT ?o { ?s ?p ?o } ORDER BY ?o", files={"data/mixed.ttl": f"<http://e/s> <http://e/p> {literals} ."}
    )
    assert found.code == 0 or "the engine died of SIGABRT" in found.err, found
    if found.code:
        refused(found, "ORDER BY STR")
    assert ask("sparql", "SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)").code == 0


ENDLESS = ["sparql", "SELECT (COUNT(*) AS ?count) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u }"]


def working(process: subprocess.Popen[bytes]) -> int:
    """The process that does the work of the program, once it says so."""
    assert process.stderr
    assert process.stderr.readline().startswith(b"reasoning over ")
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(child)


def test_an_engine_that_is_killed_for_its_memory_is_told_in_words(tmp_path: Path) -> None:
    process = start("-C", str(project(tmp_path / "project")), *ENDLESS, cache=tmp_path / "cache")
    os.kill(working(process), signal.SIGKILL)
    out, err = process.communicate(timeout=PATIENCE)
    refused(Run(process.returncode, out.decode(), err.decode()), "the engine died of SIGKILL")


def test_a_query_may_not_take_all_memory_of_the_machine(tmp_path: Path) -> None:
    process = start("-C", str(project(tmp_path / "project")), *ENDLESS, cache=tmp_path / "cache")
    limits = Path(f"/proc/{working(process)}/limits").read_text().splitlines()
    process.terminate()
    process.communicate(timeout=PATIENCE)
    (allowed,) = (line.split()[3] for line in limits if line.startswith("Max address space"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory // 2 < int(allowed) < memory


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_the_program_ends_its_work(tmp_path: Path, number: signal.Signals) -> None:
    process = start("-C", str(project(tmp_path / "project")), *ENDLESS, cache=tmp_path / "cache")
    child = working(process)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -number
    assert not Path(f"/proc/{child}").exists()


def test_a_program_that_is_killed_leaves_no_work_behind(tmp_path: Path) -> None:
    process = start("-C", str(project(tmp_path / "project")), *ENDLESS, cache=tmp_path / "cache")
    child = working(process)
    process.kill()
    process.communicate(timeout=PATIENCE)  # Its streams end when the last process that has them ends.
    assert not Path(f"/proc/{child}/exe").exists()


# What is named


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "nera"], "did you mean 'near'?"),
        (["query", "xyz"], "the queries are near"),
        (["query", "near", "--city", "Tokio-City"], "nothing that is a o:City is called 'Tokio-City'"),
        (["query", "near", "--city", "Osaca"], "did you mean 'Osaka' (id:osaka)"),
        (["query", "near", "--city", ""], "there are id:osaka, id:tokyo"),
        (["query", "near", "--city", "o:near"], "nothing that is a o:City"),
        (["query", "near", "--town", "Osaka"], "No such option '--town'"),
        (["query", "near", "Osaka"], "unexpected extra argument"),
        (["show", "Osaca"], "did you mean 'Osaka' (id:osaka)"),
        (["show", ""], "nothing is called ''"),
        (["show"], "Missing argument 'THING...'"),
        (["show", "http://e/id/nowhere"], "nothing is called 'http://e/id/nowhere'"),
        (["show", b"\xff"], "nothing is called"),
        (["query", b"\xff"], "no query is called"),
        (["export", "--graph", "nowhere"], "no graph is called 'nowhere'"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["--frobnicate"], "No such option '--frobnicate'"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["tour", "--lang", "xx"], "'xx' is not one of"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_there_is_met_with_what_there_is(ask: Ask, arguments: list[str | bytes], said: str) -> None:
    refused(ask(*arguments), said)


def test_a_label_of_several_things_lists_them(ask: Ask) -> None:
    twins = {"data/twins.ttl": '<http://e/id/x> <http://www.w3.org/2000/01/rdf-schema#label> "Twin"@en .\n'
             '<http://e/id/y> <http://www.w3.org/2000/01/rdf-schema#label> "Twin"@en .'}  # fmt: skip
    refused(ask("show", "twin", files=twins), "'twin' can be any of id:x, id:y", "give the short name")


TYPED = "\n".join(
    [
        "#+ question: {en: What?}",
        "#+ parameters: {n: {type: integer}, d: {type: date}, b: {type: boolean}, y: {type: gYear}, c: {choices: [red, green]}}",
        "SELECT ?n ?d ?b ?y ?c { BIND(1 AS ?x) }",
    ]
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--n", "many"], "a whole number, such as 5"),
        (["--n", ""], "a whole number, such as 5"),
        (["--d", "2025-02-30"], "a date, such as 2025-12-20"),
        (["--b", "yes"], "true or false"),
        (["--y", "25"], "a year, such as 2025"),
        (["--c", "blue"], "one of red, green"),
    ],
    ids=" ".join,
)
def test_a_value_of_the_wrong_type_is_met_with_a_right_one(ask: Ask, arguments: list[str], said: str) -> None:
    refused(ask("query", "typed", *arguments, files={"queries/typed.rq": TYPED}), said)


def test_a_needed_value_is_asked_for(ask: Ask) -> None:
    needs = {"queries/needs.rq": f"{HEAD}#+ parameters: {{x: {{required: true}}}}\nSELECT ?x {{ ?x ?y ?z }}"}
    refused(ask("query", "needs", files=needs), "needs a value for 'x'")
    refused(ask("query", "needs", "--x", "*", files=needs), "needs a value for 'x'")


def test_a_value_that_is_not_utf_8_is_refused(ask: Ask) -> None:
    text = {"queries/text.rq": f"{HEAD}#+ parameters: {{x: {{type: string}}}}\nSELECT ?x {{ BIND(1 AS ?y) }}"}
    found = ask("query", "text", "--x", b"\xff", files=text)
    assert "Traceback" not in found.err
    assert found.code == 2, found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*NEAR[:2], "--format", "turtle"], "what fits is table, json, xml, csv, tsv, markdown"),
        ([*NEAR[:2], "--format", "nope"], "what fits is table, json, xml, csv, tsv, markdown"),
        (["query", "--format", "turtle"], "what fits is table, json, xml, csv, tsv, markdown"),
        (["sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"], "turtle, trig, ntriples, nquads, rdfxml, jsonld"),
        (["sparql", "ASK {}", "--format", "turtle"], "what fits is table, json, xml, csv, tsv, markdown"),
        (["sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "--labels"], "ask with SELECT"),
        (["sparql", "ASK {}", "--evidence"], "ask with SELECT"),
        (["sparql", "SELECT ?sentences { ?s ?p ?sentences }", "--evidence"], "rename the variable"),
        (["export", "--format", "table"], "the formats are turtle, trig, ntriples, nquads, rdfxml, jsonld, statements"),
        (["export", "--format", "all"], "with -o FOLDER also all"),
        (["show", "Osaka", "--format", "csv"], "is not one of 'text', 'json'"),
        (["check", "--format", "csv"], "is not one of 'text', 'json', 'sarif'"),
    ],
    ids=str,
)
def test_a_format_that_does_not_fit_is_met_with_those_that_do(ask: Ask, arguments: list[str], said: str) -> None:
    refused(ask(*arguments), said)


# The project


@pytest.mark.parametrize("missing", ["ontology", "data", "queries"])
def test_a_project_without_one_of_its_folders_is_told_which(tmp_path: Path, missing: str) -> None:
    root = project(tmp_path / "project")
    shutil.rmtree(root / missing)
    found = run("query", "-C", root, cache=tmp_path / "cache")
    refused(found, f"{root} is no project: it lacks {missing}/", "point -C elsewhere")


@pytest.mark.parametrize("place", ["/nowhere", "/etc/passwd", "", "\udcff"])
def test_a_folder_that_is_none_is_told(ask: Ask, place: str) -> None:
    found = ask("-C", os.fsencode(place), "query", files={"sub/x": ""}, cwd=Path("/"))
    refused(found, "is no project")


def test_a_folder_whose_name_is_not_utf_8_is_a_project_like_others(tmp_path: Path) -> None:
    root = project(tmp_path / os.fsdecode(b"caf\xe9"), {os.fsdecode(b"data/\xe9.ttl"): "<http://e/a> <http://e/b> [] ."})
    found = run("-C", root, *NEAR, cache=tmp_path / "cache")
    assert found.out == ANSWER, found
    assert run("-C", root, "export", cache=tmp_path / "cache").code == 0
    assert "Traceback" not in run("-C", root, "check", cache=tmp_path / "cache").err


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["sh", "-c", 'cd "$1" && rmdir "$1" && exec "$0" -m kg query', sys.executable, str(gone)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path / "cache"))
    refused(Run(ended.returncode, ended.stdout, ended.stderr), "No such file or directory")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "not valid TOML"),
        (b"title = '\xff'", "not valid TOML"),
        ("titel = 'x'", "unknown setting 'titel'"),
        ("title = 5", "setting 'title' has the wrong type"),
        ("tour = 'near'", "setting 'tour' has the wrong type"),
        ("prefixes = []", "setting 'prefixes' has the wrong type"),
        ("base = 'here'", "'here' is no IRI"),
        ("tour = " + "[" * DEEP + "]" * DEEP, "not valid TOML"),
    ],
    ids=["broken", "not-utf-8", "unknown", "number", "text", "list", "no-iri", "nested"],
)
@pytest.mark.parametrize("command", [["query"], ["check"]], ids=["query", "check"])
def test_wrong_settings_are_told_with_their_file(ask: Ask, text: str | bytes, said: str, command: list[str]) -> None:
    refused(ask(*command, files={"kg.toml": text}), "kg.toml: ", said)


def test_a_tour_of_a_query_that_is_not_saved_is_told(ask: Ask) -> None:
    refused(ask("tour", files={"kg.toml": str(SOUND["kg.toml"]).replace("[", 'tour = ["nera"]\n[', 1)}), "did you mean 'near'?")


def test_an_empty_project_answers_nothing_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    for name in ("ontology", "data", "queries"):
        (tmp_path / "project" / name).mkdir(parents=True)
    ways = {"query": "name", "tour": "0 facts", "export": "", "check": ""}
    for command, begins in ways.items():
        found = run(command, "-C", tmp_path / "project", cache=tmp_path / "cache")
        assert found.code == 0 and begins in found.out, found
    found = run("sparql", "SELECT * { ?s ?p ?o }", "-C", tmp_path / "project", cache=tmp_path / "cache")
    assert found.out.split() == ["s", "p", "o", "-", "-", "-"] or found.code == 0, found


# Files of the project


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("data/x.ttl", "<http://e/a> <http://e/b>\n<http://e/c>", "data/x.ttl:2:"),
        ("data/x.ttl", "<http://e/a> e:b 1 .", "data/x.ttl:1:14: The prefix e: has not been declared"),
        ("ontology/x.ttl", "<http://e/a> <b> 1 .", "ontology/x.ttl:1:14: "),
        ("data/x.trig", "<http://e/g> {\n <http://e/a> <http://e/b> 1 ", "data/x.trig:2:"),
        ("data/x.nt", "<http://e/a> <http://e/b> 'c' .", "data/x.nt:1:"),
        ("data/x.rdf", "<rdf:RDF>", "data/x.rdf"),
        ("data/x.jsonld", "{", "data/x.jsonld"),
        ("data/x.jsonld", '{"@context": "http://127.0.0.1:9/c.jsonld", "a": 1}', "nothing is fetched from the network"),
        ("data/x.ttl", b"<http://e/a> <http://e/b> 'caf\xe9' .", "data/x.ttl:1: not UTF-8"),
        ("data/x.ttl", "<http://e/a> <http://e/b> 1 .\n\0", "data/x.ttl:2:"),
        ("data/x.ttl", "<http://e/a> <http://e/b> " + "<<( <urn:a> <urn:b> " * DEEP + "1" + ")>>" * DEEP + " .", "nested"),
        ("data/x.ttl", "<http://e/a> <http://e/b> " + "[" * DEEP + "]" * DEEP + " .", "data/x.ttl:1:"),
        ("data/x.jsonld", '{"http://e/a":' * DEEP + "1" + "}" * DEEP, "data/x.jsonld:1: nested"),
        ("data/x.ttl", "<http://e/a> <http://e/b> '" + "x" * 17_000_000 + "' .", "data/x.ttl: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_broken_file_is_told_at_its_place(ask: Ask, file: str, content: str | bytes, said: str) -> None:
    refused(ask(*NEAR, files={file: content}), said)
    checked = ask("check")
    assert checked.code == 1, checked
    assert said in checked.out.replace(": error: ", ": ")
    assert "[syntax]" in checked.out
    assert "Traceback" not in checked.err


@pytest.mark.parametrize(
    "command", [["sparql", "ASK {}"], ["show", "Osaka"], ["export"], ["tour"]], ids=lambda command: command[0]
)
def test_no_command_answers_from_a_broken_file(ask: Ask, command: list[str]) -> None:
    assert ask(*command).code == 0
    refused(ask(*command, files={"data/x.ttl": "<http://e/a> <http://e/b>\n<http://e/c>"}), "data/x.ttl:2:")


@pytest.mark.parametrize(
    "value",
    [
        "[ <http://e/b> " * DEEP + "1" + "]" * DEEP,
        "(" * 3000 + ")" * 3000,
        "'" + "x" * 5_000_000 + "'",
        f"<{WIDE}>",
        "'a\\u0000b'",
    ],
    ids=["nodes", "lists", "literal", "iri", "zero"],
)
def test_a_file_that_is_merely_odd_is_read(ask: Ask, value: str) -> None:
    assert ask(*NEAR, files={"data/x.ttl": f"<http://e/id/odd> <http://e/o#since> {value} ."}).out == ANSWER
    assert ask("show", "id:odd").code == 0
    assert ask("export", "--format", "nquads").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "SELECT ?s { ?s ?p }", "queries/bad.rq:2:"),
        ("#+ question: [en\nASK {}", "queries/bad.rq:"),
        ("#+ summary: x\nASK {}", "queries/bad.rq:1: the head has no question in English"),
        ("ASK {}", "queries/bad.rq:1: the head has no question in English"),
        (HEAD + "#+ sumary: x\nASK {}", "queries/bad.rq:2:4: unknown key 'sumary'"),
        (HEAD + "#+ parameters: {x: {type: uri}}\nSELECT ?x { ?x ?y ?z }", "unknown type 'uri'"),
        (HEAD + "#+ parameters: {z: {}}\nSELECT ?x { ?x ?y ?z }", "the query does not project ?z"),
        (b"#+ question: {en: \xff}\nASK {}", "queries/bad.rq: not UTF-8"),
        (HEAD + "#+ tags: " + "[" * DEEP + "]" * DEEP + "\nASK {}", "queries/bad.rq:2:"),
        (HEAD + "#+ view: {a: " + "[" * 30_000 + "]" * 30_000 + "}\nASK {}", "queries/bad.rq:2:"),
        (HEAD + "#+ defaults: &a [*a]\nASK {}", "queries/bad.rq:2:"),
        (HEAD + "#+ view: {a: !!python/object/apply:os.getpid []}\nASK {}", "queries/bad.rq:2:"),
        (HEAD + "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "queries/bad.rq:2:12: SERVICE"),
        (HEAD + "DELETE WHERE { ?s ?p ?o }", "queries/bad.rq:2:1: DELETE"),
    ],
    ids=lambda value: str(value)[25:60],
)
def test_a_broken_query_is_told_at_its_place_and_hides_no_other(ask: Ask, text: str | bytes, said: str) -> None:
    refused(ask("query", "bad", files={"queries/bad.rq": text}), said)
    assert ask(*NEAR).out == ANSWER
    listed = ask("query")
    assert "What is near?" in listed.out
    assert listed.code == 0 or said in listed.err
    checked = ask("check")
    assert checked.code == 1, checked
    assert said in checked.out.replace(": error: ", ": ")


def test_many_broken_queries_are_all_told(ask: Ask) -> None:
    listed = ask("query", files={"queries/a.rq": "ASK {}", "queries/z.rq": "ASK {}"})
    assert listed.code == 2
    assert "queries/a.rq:1: " in listed.err and "queries/z.rq:1: " in listed.err
    assert "What is near?" in listed.out


@pytest.mark.parametrize("command", [["show", "Osaka"], ["check"]], ids=["show", "check"])
@pytest.mark.parametrize("text", ["nowhere.txt", "data", "latin-1.txt"])
def test_a_text_that_cannot_be_read_is_named(ask: Ask, command: list[str], text: str) -> None:
    refused(ask(*command, "--text", text, files={"latin-1.txt": b"caf\xe9"}), text, "cannot be read")


def test_another_text_is_told(ask: Ask) -> None:
    refused(
        ask("show", "Osaka", "--text", "other.txt", files={"other.txt": "Another text."}),
        "other.txt: holds none of the sentences",
    )


def test_positions_that_are_no_numbers_do_no_harm(ask: Ask) -> None:
    place = (
        '<http://e/text/S1> <http://www.w3.org/ns/oa#start> "a" , -1 , 1.5 , 99999999999999999999 ; '
        '<http://www.w3.org/ns/oa#end> <http://e/x> , 4 ; <http://e/o#sha256> "x" , [] .'
    )
    files = {"data/s.ttl": place, "text.txt": "Some text."}
    refused(ask("show", "Osaka", "--text", "text.txt", files=files), "text.txt: holds none of the sentences")


# Where things are written


@pytest.mark.parametrize("output", ["data", "kg.toml/x/y.trig", "/proc/nowhere/x.trig"])
def test_an_output_that_cannot_be_written_is_told_and_nothing_is_lost(ask: Ask, output: str, tmp_path: Path) -> None:
    refused(ask("export", "-o", output), "-o" if "/" in output else "name the file")
    assert (tmp_path / "project" / "kg.toml").read_text() == SOUND["kg.toml"]


def test_all_formats_do_not_overwrite_a_file(ask: Ask, tmp_path: Path) -> None:
    refused(ask("export", "--format", "all", "-o", "kg.toml"), "kg.toml is a file")
    assert (tmp_path / "project" / "kg.toml").read_text() == SOUND["kg.toml"]


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    for command in (["export"], ["query"]):
        with Path("/dev/full").open("wb") as full:
            process = start("-C", str(root), *command, cache=tmp_path / "cache", stdout=full.fileno())
            _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert b"No space left" in err and b"Traceback" not in err


@pytest.mark.parametrize("command", [NEAR, ["check"], ["export"]], ids=["query", "check", "export"])
def test_a_cache_that_cannot_be_written_is_told(ask: Ask, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("")
    found = ask(*command, cache=tmp_path / "file" / "cache", cwd=project(tmp_path / "project"))
    refused(found, "cannot be written", "KG_CACHE")


# The cache after an accident


def generations(cache: Path) -> list[Path]:
    return [folder for home in cache.glob("*") if home.name != "heads" for folder in home.iterdir()]


def slow(tmp_path: Path) -> Path:
    """A project whose graph takes a moment to write."""
    facts = "".join(f'<http://e/id/n{number}> <http://e/o#since> "{number}" .\n' for number in range(20_000))
    return project(tmp_path / "project", {"data/many.nt": facts})


def killed_while_writing(root: Path, cache: Path) -> bool:
    """Whether a kill met a build that had begun to write."""
    shutil.rmtree(cache, ignore_errors=True)
    process = start("-C", str(root), *NEAR, cache=cache)
    while process.poll() is None and not list(cache.glob("*/.building-*/all")):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    left = list(cache.glob("*/.building-*"))
    while left and Path("/proc", left[0].name.split("-")[1]).exists():
        time.sleep(0.001)
    return bool(left)


def test_a_build_that_was_killed_is_put_away_and_done_again(tmp_path: Path) -> None:
    root, cache = slow(tmp_path), tmp_path / "cache"
    assert any(killed_while_writing(root, cache) for _ in range(10))
    found = run("-C", root, *NEAR, cache=cache)
    assert found.out == ANSWER, found
    assert "which an interrupted build left behind" in found.err
    assert [folder.name for folder in generations(cache) if folder.name.startswith(".")] == []
    assert len(generations(cache)) == 1


@pytest.mark.parametrize("at", ["reasoning", "writing"])
def test_ctrl_c_during_a_build_leaves_nothing_behind(tmp_path: Path, at: str) -> None:
    root, cache = slow(tmp_path), tmp_path / "cache"
    process = start("-C", str(root), *NEAR, cache=cache)
    assert process.stderr
    assert process.stderr.readline().startswith(b"reasoning over ")
    while at == "writing" and process.poll() is None and not list(cache.glob("*/.building-*/all")):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out == b"" and b"Traceback" not in err
    assert generations(cache) == []
    assert run("-C", root, *NEAR, cache=cache).out == ANSWER


def test_a_finished_build_that_was_cut_short_is_built_again(ask: Ask, tmp_path: Path) -> None:
    whole = [ask(*NEAR).out, ask("export").out, ask(*NEAR, "--asserted").out]
    (generation,) = generations(tmp_path / "cache")
    files = [*generation.glob("*.*"), *(generation / "all").glob("[CM]*"), *generation.glob("all/*.sst")]
    assert len(files) >= 6
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        found = ask(*NEAR)
        assert found.out == ANSWER, (file, found)
        assert "is damaged" in found.err, (file, found)
    assert [ask(*NEAR).out, ask("export").out, ask(*NEAR, "--asserted").out] == whole
