"""kg.checks: each thing that can be wrong is found, with its code, at its line and column, and alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from kg import project
from kg.checks import RULES, Finding, check, summary, to_json, to_sarif, to_text
from kg.errors import Place, UsageError

Spot = tuple[str, str, int, int]
Found = Callable[..., list[Finding]]

ONTOLOGY = """\
@prefix o: <http://e/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
o:Summit a owl:Class ; rdfs:label "summit"@en , "саммит"@ru .
o:status a owl:DatatypeProperty ; rdfs:label "has status"@en , "статус"@ru .
o:near a owl:ObjectProperty ; rdfs:label "is near"@en , "рядом"@ru .
"""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = "@prefix o: <http://e/o#> .\n@prefix id: <http://e/id/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
DATA = HEAD + 'id:tokyo a o:Summit ; rdfs:label "Tokyo"@en , "Токио"@ru .\n'
SHAPES = """\
@prefix o: <http://e/o#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
o:SummitShape a sh:NodeShape ; sh:targetClass o:Summit ; sh:property o:StatusShape .
o:StatusShape a sh:PropertyShape ; sh:path o:status ; sh:datatype xsd:int ; """
QUESTION = '#+ question: {en: "Which?", ru: "Какие?", ja: "どれ？"}'
QUERY = f"#+ summary: Summits\n{QUESTION}\nSELECT ?s WHERE {{ ?s a o:Summit }} ORDER BY ?s\n"


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    """The findings about a sound project, some of whose files are replaced or added."""

    def findings(files: dict[str, str | bytes] | None = None, *, text: Path | None = None) -> list[Finding]:
        monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
        sound: dict[str, str | bytes] = {"ontology/o.ttl": ONTOLOGY, "data/d.trig": DATA, "queries/README.md": "Queries.\n"}
        settings: dict[str, str | bytes] = {"kg.toml": 'base = "http://e/"\n[prefixes]\no = "http://e/o#"\nid = "http://e/id/"\n'}
        for name, content in (sound | settings | (files or {})).items():
            file = tmp_path / "project" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return check(project.at(tmp_path / "project"), text=text)

    return findings


def spots(findings: list[Finding]) -> list[Spot]:
    return [(each.code, each.place.file, each.place.line, each.place.column) for each in findings]


def test_a_sound_project_has_no_findings(found: Found) -> None:
    assert found({"queries/summits.rq": QUERY}) == []


def test_every_broken_file_is_found_and_hides_nothing_in_the_others(found: Found) -> None:
    findings = found(
        {
            "data/a.ttl": HEAD + "id:a o:near id:b ,\n",
            "data/b.trig": "@prefix id: <http://e/id/> .\nid:c id:d nope:e .\n",
            "data/c.ttl": b"<http://a> <http://b> '\xff' .",
            "data/d.trig": DATA + "id:x o:near [] .\n",
            "queries/q.rq": "#+ summary: [\nSELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s",
        }
    )
    assert {(code, file) for code, file, *_ in spots(findings)} == {
        ("syntax", "data/a.ttl"),
        ("syntax", "data/b.trig"),
        ("syntax", "data/c.ttl"),
        ("syntax", "queries/q.rq"),
        ("blank-node", "data/d.trig"),
        ("not-checked", "data/a.ttl"),
    }
    assert ("syntax", "data/b.trig", 2, 11) in spots(findings)


X, Q = "data/x.ttl", "queries/q.rq"
OWL = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
# The file that is wrong, its text, and the finding: code, line, column, and words that it says.
MISTAKES = [
    (X, HEAD + "id:tokyo a o:Sumit .\n", "unknown-term", 4, 12, "did you mean o:Summit?"),
    (X, HEAD + 'id:tokyo\n  o:statos "x" .\n', "unknown-term", 5, 3, "did you mean o:status?"),
    (X, HEAD + 'id:tokyo rdfs:lable "x" .\n', "unknown-term", 4, 10, "did you mean rdfs:label?"),
    (X, HEAD + "id:tokyo o:near <http://e/o#Nowhere> .\n", "unknown-term", 4, 17, "declare it"),
    (Q, QUERY.replace("o:Summit", "o:Submit"), "unknown-term", 3, 24, "did you mean o:Summit?"),
    (X, HEAD + "id:tokyo o:near id:tokio .\n", "undefined-thing", 4, 17, "did you mean id:tokyo?"),
    (Q, QUERY.replace("?s a", "id:kyoto o:near ?s . ?s a"), "undefined-thing", 3, 19, "id:kyoto"),
    (X, HEAD + 'id:lost o:status "x" .\n', "unreachable", 4, 1, "id:lost"),
    (X, HEAD + 'id:a rdfs:label "A"@en .\n', "missing-label", 4, 6, "'A' has no label in ru"),
    ("ontology/x.ttl", OWL + "<http://e/o#Bare> a owl:Class .\n", "missing-label", 2, 19, "o:Bare has no label"),
    (X, HEAD + 'id:tokyo rdfs:label "Tokyo"@en ,\n "Tōkyō"@en .\n', "two-labels", 5, 2, "'Tokyo' and 'Tōkyō'"),
    (X, HEAD + "id:tokyo o:near\n  _:n .\n_:n o:near id:tokyo .\n", "blank-node", 5, 3, "give it an IRI"),
    (X, HEAD + OWL + "id:tokyo owl:sameAs id:tokyo .\n", "same-as", 5, 21, "id:tokyo owl:sameAs id:tokyo"),
    (X, HEAD.replace("e/o#", "f/") + "id:tokyo a <http://e/o#Summit> .\n", "prefix-conflict", 1, 9, "<http://f/>"),
    ("data/notes.txt", "x", "unknown-file", 0, 0, ".trig"),
    ("queries/q.sparql", "x", "unknown-file", 0, 0, ".rq"),
    ("queries/deep/q.rq", QUERY, "unknown-file", 0, 0, "queries/checks/"),
    ("tests/answers/gone.csv", "s\n", "answer-orphaned", 0, 0, "'gone'"),
    (Q, QUERY.replace("ORDER BY ?s", ""), "unordered", 3, 1, "ORDER BY"),
    (Q, QUERY.replace(" }", ""), "syntax", 3, 41, ""),
    (Q, QUERY.replace("?s a", "?s nope:p ?s ; a"), "syntax", 3, 22, "nope: is not declared"),
    (Q, QUERY.replace("SELECT ?s", "SELECT ?s (<http://f/>(?s) AS ?f)"), "query-fails", 0, 0, "http://f/"),
    (Q, QUERY.replace("#+ su", "#+ view: {type: bar, label: s, value: v}\n#+ su"), "view-broken", 0, 0, "its value from 'v'"),
    ("queries/checks/q.rq", "SELECT ?entity WHERE { ?entity a o:Summit }", "check-columns", 0, 0, "?problem"),
]


@pytest.mark.parametrize(("file", "content", "code", "line", "column", "words"), MISTAKES, ids=[case[2] for case in MISTAKES])
def test_one_mistake_is_one_finding_at_its_place(
    found: Found, file: str, content: str, code: str, line: int, column: int, words: str
) -> None:
    findings = [each for each in found({file: content}) if each.code != "prefix-unused"]
    assert spots(findings) == [(code, file, line, column)]
    assert words in str(findings[0])


def test_every_query_has_its_answer_where_a_project_keeps_answers(found: Found) -> None:
    findings = found({Q: QUERY, "tests/answers/README.md": ""})
    assert spots(findings) == [("answer-missing", Q, 0, 0)]
    assert "tests/answers/q.csv" in findings[0].message


def test_each_row_of_a_check_is_a_finding_at_the_thing(found: Found) -> None:
    query = """SELECT ?entity ("no status" AS ?problem) ?value
               WHERE { ?entity a o:Summit ; rdfs:label ?value . FILTER(LANG(?value) = "ru") }"""
    findings = found({"queries/checks/no-status.rq": query})
    assert spots(findings) == [("no-status", "data/d.trig", 4, 1)]
    assert findings[0].message == "Tokyo: no status (Токио)"


def test_a_prefix_that_nothing_uses_is_found(found: Found) -> None:
    findings = found({"data/x.ttl": "@prefix a: <http://a/> .\n@prefix id: <http://e/id/> .\nid:tokyo a <http://e/o#Summit> .\n"})
    assert spots(findings) == [("prefix-unused", "data/x.ttl", 1, 9)]


@pytest.mark.parametrize(
    ("where", "column"),
    [
        ("?s a o:Summit FILTER NOT EXISTS { ?s o:near ?b OPTIONAL { ?b o:near ?s } }", 44),
        ("?s a o:Summit FILTER EXISTS { ?s o:near _:b . _:b o:status ?c }", 40),
        ("?s a o:Summit FILTER NOT EXISTS { _:b o:near ?s }", 0),
        ("?s a o:Summit FILTER NOT EXISTS { ?s o:near ?b . ?b o:near ?s }", 0),
        ("?s a o:Summit FILTER EXISTS { ?s o:near ?b ; o:status ?c }", 0),
        ("?s a o:Summit FILTER NOT EXISTS { ?s o:near/o:near ?b . }", 0),
        ("?s a o:Summit MINUS { ?s o:near ?b . ?b o:near ?s }", 0),
    ],
)
def test_exists_over_several_patterns_that_cannot_be_rewritten_is_found(found: Found, where: str, column: int) -> None:
    findings = found({"queries/q.rq": QUERY.replace("?s a o:Summit", where)})
    assert spots(findings) == ([("slow-negation", "queries/q.rq", 3, column)] if column else [])


def test_one_row_needs_no_order(found: Found) -> None:
    assert found({"queries/q.rq": QUERY.replace("?s WHERE", "(COUNT(*) AS ?n) WHERE").replace("ORDER BY ?s", "")}) == []


def test_a_shape_speaks_in_the_words_of_the_labels(found: Found) -> None:
    findings = found({"ontology/shapes.ttl": SHAPES + "sh:minCount 1 .\n"})
    assert spots(findings) == [("shacl", "data/d.trig", 4, 1)]
    assert findings[0].message == "Tokyo: 'has status' must have at least 1, has 0"
    assert findings[0].hint == "asked by o:StatusShape"


def test_shapes_see_literals_as_they_are_written(found: Found) -> None:
    typed = 'id:tokyo o:status "01"^^<http://www.w3.org/2001/XMLSchema#int> .\n'
    assert found({"ontology/shapes.ttl": SHAPES + ".\n", "data/x.ttl": HEAD.rsplit("@", 1)[0] + typed}) == []
    findings = found({"ontology/shapes.ttl": SHAPES + ".\n", "data/x.ttl": HEAD.rsplit("@", 1)[0] + 'id:tokyo o:status "x" .\n'})
    assert spots(findings) == [("shacl", "data/x.ttl", 3, 19)]


def test_the_severity_and_message_of_a_shape_are_kept(found: Found) -> None:
    shapes = SHAPES + 'sh:minCount 1 ; sh:severity sh:Warning ; sh:message "a status, please"@en .\n'
    findings = found({"ontology/shapes.ttl": shapes})
    assert [(each.severity, each.message) for each in findings] == [("warning", "Tokyo: a status, please")]


def test_shapes_that_cannot_be_used_are_found(found: Found) -> None:
    findings = found({"ontology/shapes.ttl": SHAPES + "sh:minCount 1 , 2 .\n"})
    assert spots(findings) == [("syntax", "ontology/shapes.ttl", 0, 0)]


def test_a_contradiction_names_its_rule(found: Found) -> None:
    far = 'o:Far a owl:Class ; rdfs:label "far"@en , "даль"@ru ; owl:disjointWith o:Summit .\n'
    findings = found({"ontology/o.ttl": ONTOLOGY + far, "data/x.ttl": HEAD.rsplit("@", 1)[0] + "id:tokyo a o:Far .\n"})
    assert [each.code for each in findings] == ["inconsistent"]
    assert findings[0].message == "id:tokyo belongs to the disjoint o:Far and o:Summit (cax-dw)"
    assert findings[0].place.file == "data/x.ttl"
    assert findings[0].place.line > 0


def test_a_contradiction_is_proved_down_to_files(found: Found) -> None:
    off = 'o:Off rdfs:subClassOf o:Far ; a owl:Class ; rdfs:label "off"@en , "прочь"@ru .\n'
    far = 'o:Far a owl:Class ; rdfs:label "far"@en , "даль"@ru ; owl:disjointWith o:Summit .\n'
    (finding,) = found({"ontology/o.ttl": ONTOLOGY + far + off, "data/x.ttl": HEAD.rsplit("@", 1)[0] + "id:tokyo a o:Off .\n"})
    assert "by cax-sco" in finding.hint
    assert {place for place in ("data/x.ttl:", "ontology/o.ttl:") if place not in finding.hint} == set()
    assert all(line.startswith("  ") for line in str(finding).splitlines()[1:])


LISTS = """\
o:near owl:propertyChainAxiom _:l . _:l rdf:first o:near ; rdf:rest _:l .
o:Summit rdfs:subClassOf [ owl:intersectionOf ( o:Summit [ owl:unionOf ( o:Summit ) ] ) ] , [ owl:unionOf "x" ] ,
  [ owl:unionOf [ rdf:first o:Summit ; rdf:rest [ ] ] ] , [ owl:oneOf _:x ] . _:x rdf:first id:a , id:b ; rdf:rest () .
o:Summit owl:hasKey [ rdf:rest () ] . [] a owl:AllDifferent ; owl:members [ rdf:first id:a ; rdf:rest () , ( id:b ) ] .
"""


def test_a_malformed_list_is_found_where_its_axiom_stands(found: Found) -> None:
    named = ONTOLOGY.replace(
        "o: <http://e/o#> .", "o: <http://e/o#> . @prefix id: <http://e/id/> . @prefix rdf: <" + RDF + "> .", 1
    )
    labels = "".join(f'id:{name} a o:Summit ; rdfs:label "{name}"@en , "{name}"@ru .\n' for name in "ab")
    findings = found({"ontology/o.ttl": named + LISTS, "data/x.ttl": HEAD + labels})
    assert [(each.place.line, each.place.column, each.message.partition(": ")[2]) for each in findings] == [
        (7, 8, "it runs in a circle"),
        (8, 95, "it is no list"),
        (9, 5, "it has no end"),
        (9, 61, "it has 2 members in one place"),
        (10, 10, "it has no members in one place"),
        (10, 63, "it goes on in 2 ways"),
    ]
    assert {each.code for each in findings} == {"malformed-list"}


TEXT = "Первое. Второе.\n"


def positions(start: int, end: int, text: str) -> str:
    hash = hashlib.sha256(text.encode()).hexdigest()
    head = HEAD + "@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    return head + f'id:s1 rdfs:label "1"@en , "1"@ru ; oa:start {start} ; oa:end {end} ;\n  o:sha256 "{hash}" .\n'


@pytest.mark.parametrize(
    ("start", "end", "slice", "words"),
    [
        (0, 7, "Первое.", ""),
        (8, 15, "Второе.", ""),
        (0, 7, "Второе.", "has another hash than the text between 0 and 7"),
        (8, 99, "Второе.", "ends at 99, and the text has 16 characters"),
        (9, 9, "", "cannot lie between 9 and 9"),
    ],
)
def test_sentences_are_held_against_the_text(found: Found, tmp_path: Path, start: int, end: int, slice: str, words: str) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes(TEXT.replace("\n", "\r\n").encode())
    sha = 'o:sha256 a owl:DatatypeProperty ; rdfs:label "hash"@en , "хеш"@ru .\n'
    findings = found({"ontology/o.ttl": ONTOLOGY + sha, "data/x.ttl": positions(start, end, slice)}, text=text)
    assert [(each.code, each.message, each.place) for each in findings] == (
        [("text-mismatch", f"id:s1 {words}", Place("data/x.ttl", 6, 3))] if words else []
    )


def test_a_text_that_the_data_does_not_point_to_is_said(found: Found, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    assert [each.code for each in found(text=text)] == ["text-mismatch"]
    with pytest.raises(UsageError, match=r"gone\.txt cannot be read"):
        found(text=tmp_path / "gone.txt")


FINDINGS = [
    Finding("syntax", "error", "the dot is missing", Place("data/a b.ttl", 3, 7), "write it"),
    Finding("own-check", "warning", "odd", Place("data/b.ttl")),
]


def test_text_is_a_line_a_finding_with_its_hint_below() -> None:
    assert to_text(FINDINGS).splitlines() == [
        "data/a b.ttl:3:7: error: the dot is missing [syntax]",
        "  write it",
        "data/b.ttl: warning: odd [own-check]",
    ]
    assert summary(FINDINGS) == "1 error, 1 warning"
    assert summary([]) == "nothing to complain of"


def test_json_is_one_list_of_flat_objects() -> None:
    first, second = json.loads(to_json(FINDINGS))
    place = {"file": "data/a b.ttl", "line": 3, "column": 7}
    assert first == {"code": "syntax", "severity": "error", "message": "the dot is missing", "hint": "write it", **place}
    assert second["line"] == 0


# The part of the SARIF 2.1.0 schema that concerns what is written here.
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": {"required": ["text"]},
                                                "help": {"required": ["text"]},
                                                "defaultConfiguration": {
                                                    "properties": {"level": {"enum": ["none", "note", "warning", "error"]}}
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "required": ["message"],
                            "properties": {
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"type": "string", "pattern": r"^[^\s\\]+$"}}
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1},
                                                            "startColumn": {"type": "integer", "minimum": 1},
                                                        }
                                                    },
                                                },
                                            }
                                        }
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


def test_sarif_is_valid_and_every_result_has_its_rule() -> None:
    log = json.loads(to_sarif(FINDINGS))
    jsonschema.validate(log, SARIF)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert set(rules) == {*RULES, "own-check"}
    assert [rules[result["ruleIndex"]] for result in run["results"]] == ["syntax", "own-check"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 7}
    assert "region" not in run["results"][1]["locations"][0]["physicalLocation"]


def test_findings_come_in_the_same_order_each_time(found: Found) -> None:
    files = {"data/x.ttl": HEAD + 'id:lost o:statos "x" ; o:near [] , id:gone .\n'}
    first, second = found(files), found(files)
    assert to_json(first) == to_json(second)
    assert [each.place for each in first] == sorted(each.place for each in first)
