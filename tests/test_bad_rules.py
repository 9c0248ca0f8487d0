"""Wrong rules, malformed lists and ill-typed literals, as the real program meets them: said in words, with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import SOUND, Run, project, run

ONTOLOGY = str(SOUND["ontology/o.ttl"])
DATA = str(SOUND["data/d.trig"])
NEAR = ["query", "near", "--format", "csv"]
# A file of the project with a fault, and what is said of it.
RULES = {
    "unsafe": ("\nally if ?x o:near ?y then ?y o:near ?z", "ontology/own.rules:2: ", "no premise says what ?z is"),
    "misspelt": (
        "# Lists.\nlisted\n  if itm ?x ?l . ?x a o:City\n  then ?x o:near ?x",
        "ontology/own.rules:2: ",
        "is `item` meant?",
    ),
    "prefix": ("ally if ?x nowhere:near ?y then ?y o:near ?x", "ontology/own.rules:1: ", "the prefix of `nowhere:near`"),
    "no rule": ("good if ?x o:near ?y then ?y o:near ?x\nally ?x o:near ?y", "ontology/own.rules:2: ", "this is no rule"),
}
LISTS = {
    "circle": ("o:City owl:unionOf _:l . _:l rdf:first o:City ; rdf:rest _:l .", "it runs in a circle"),
    "no end": ("o:City owl:unionOf [ rdf:first o:City ; rdf:rest [ ] ] .", "it has no end"),
    "no list": ('o:City owl:hasKey "o:since" .', "it is no list"),
}
LITERALS = {
    "form": ('id:tokyo o:since "soon"^^xsd:integer .', '"soon"^^xsd:integer is no value of its datatype (dt-not-type)'),
    "day": ('id:tokyo o:since "2025-02-30T00:00:00Z"^^xsd:dateTime .', "is no value of its datatype (dt-not-type)"),
    "range": ("o:since rdfs:range xsd:byte . id:tokyo o:since 500 .", "must be a xsd:byte and is none (dt-not-type)"),
}


def asked(tmp_path: Path, *arguments: str, **files: str) -> Run:
    return run(*arguments, cache=tmp_path / "cache", cwd=project(tmp_path / "project", files))


@pytest.mark.parametrize("name", RULES)
def test_a_wrong_rule_is_told_with_its_line_and_no_answer_is_given(tmp_path: Path, name: str) -> None:
    text, place, reason = RULES[name]
    sound = asked(tmp_path, *NEAR)
    assert sound.code == 0
    refused = asked(tmp_path, *NEAR, **{"ontology/own.rules": text})
    assert (refused.code, refused.out) == (2, "")
    assert place in refused.err and reason in refused.err and "a rule is: " in refused.err and "Traceback" not in refused.err
    checked = asked(tmp_path, "check")
    assert checked.code == 1
    assert place in checked.out and reason in checked.out and "[syntax]" in checked.out
    (tmp_path / "project/ontology/own.rules").unlink()
    assert asked(tmp_path, *NEAR).out == sound.out


def prefixed(turtle: str) -> str:
    return (
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
        f"@prefix id: <http://e/id/> .\n{turtle}"
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_malformed_list_is_told_with_its_line_and_stops_nothing(tmp_path: Path, name: str) -> None:
    text, reason = LISTS[name]
    files = {"ontology/o.ttl": prefixed(ONTOLOGY) + text}
    checked = asked(tmp_path, "check", **files)
    line = len(files["ontology/o.ttl"].splitlines())
    assert checked.code == 1
    assert f"ontology/o.ttl:{line}:" in checked.out and f"{reason} [malformed-list]" in checked.out
    answer = asked(tmp_path, *NEAR, **files)
    assert answer.code == 0 and "osaka" in answer.out


@pytest.mark.parametrize("name", LITERALS)
def test_an_ill_typed_literal_is_a_contradiction_at_its_line_and_stops_nothing(tmp_path: Path, name: str) -> None:
    text, reason = LITERALS[name]
    files = {"data/d.trig": prefixed(DATA) + text}
    checked = asked(tmp_path, "check", **files)
    line = len(files["data/d.trig"].splitlines())
    assert checked.code == 1
    assert f"data/d.trig:{line}:" in checked.out and f"{reason}" in checked.out and "[inconsistent]" in checked.out
    answer = asked(tmp_path, *NEAR, **files)
    assert answer.code == 0 and "osaka" in answer.out
