"""What the flagship's ontology promises: words for every term, logic within OWL 2 RL and DL, inferences that people count on."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import reasoning
from kg.reasoning import Closure
from tests.ontology_cases import Case, cases, parsed
from tests.owl_profile import OWL, RDF, RDFS, violations

ROOT = Path(__file__).parents[1]
ONTOLOGY = "https://w3id.org/cajad/ontology"
CAJAD = ONTOLOGY + "#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LANGUAGES = ("en", "ja", "ru")
TERM_FILES = ("terms-classes.ttl", "terms-object-properties.ttl", "terms-values.ttl")
TYPE = ox.NamedNode(RDF + "type")
# A whole sentence of each language: in its own script, from its beginning to its full stop.
SENTENCES = {
    "en": r"[A-Z][\x20-\x7e]*\.",
    "ru": r"[А-ЯЁ][^\u3040-\u30ff\u4e00-\u9fff]*\.",
    "ja": r"[^а-яё]*[\u3040-\u30ff\u4e00-\u9fff][^а-яё]*。",
}
NOTES = (*(SKOS + name for name in ("definition", "scopeNote", "note", "example")), "http://purl.org/dc/terms/description")


def triples_of(*files: Path) -> list[ox.Triple]:
    return [quad.triple for file in files for quad in ox.parse(path=file, rename_blank_nodes=True)]


@cache
def ontology() -> tuple[ox.Triple, ...]:
    """The triples of the ontology without its shapes."""
    files = sorted(file for file in (ROOT / "ontology").glob("*.ttl") if file.name != "shapes.ttl")
    assert len(files) == 8
    return tuple(triples_of(*files))


@cache
def terms() -> tuple[ox.NamedNode, ...]:
    """The terms that the ontology declares, retired ones included."""
    files = [ROOT / "ontology" / name for name in (*TERM_FILES, "deprecated.ttl")]
    declared = {t.subject for t in triples_of(*files) if t.predicate == TYPE and isinstance(t.subject, ox.NamedNode)}
    assert len(declared) > 200
    return tuple(sorted(declared, key=str))


def things() -> list[ox.NamedNode]:
    """The terms, the concepts and the schemes."""
    files = triples_of(ROOT / "ontology" / "concepts.ttl")
    concepts = {t.subject for t in files if t.predicate == TYPE and isinstance(t.subject, ox.NamedNode)}
    assert len(concepts) > 60
    return [*terms(), *sorted(concepts, key=str)]


def values(subject: ox.NamedNode, predicate: str) -> list[ox.Literal]:
    found = (t.object for t in ontology() if t.subject == subject and t.predicate.value == predicate)
    return [value for value in found if isinstance(value, ox.Literal)]


def labels(subject: ox.NamedNode) -> dict[str | None, str]:
    return {label.language: label.value for label in values(subject, RDFS + "label")}


def notes() -> list[tuple[str, str, str | None]]:
    """What explains the ontology and its terms: of what, how, and in which language."""
    found = [triple for triple in ontology() if triple.predicate.value in NOTES]
    return [(str(t.subject), t.predicate.value, t.object.language) for t in found if isinstance(t.object, ox.Literal)]


def closed(turtle: str) -> Closure:
    """The closure of the ontology together with some Turtle."""
    given = {*ontology(), *parsed(turtle)}
    return reasoning.close("".join(f"{triple} .\n" for triple in given).encode())


# Words


def test_every_term_has_one_label_in_each_language() -> None:
    languages = {thing: sorted(str(label.language) for label in values(thing, RDFS + "label")) for thing in things()}
    assert {thing: found for thing, found in languages.items() if found != list(LANGUAGES)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_one_definition_in_each_language_that_is_a_sentence(language: str) -> None:
    definitions = {thing: values(thing, SKOS + "definition") for thing in things()}
    assert {
        thing for thing, found in definitions.items() if sorted(str(each.language) for each in found) != list(LANGUAGES)
    } == set()
    assert [
        found.value for each in definitions.values() for found in each
        if found.language == language and not re.fullmatch(SENTENCES[language], found.value)
    ] == []  # fmt: skip


def test_whatever_is_explained_in_english_is_explained_in_each_language() -> None:
    told = Counter(notes())
    in_english = {(subject, predicate) for subject, predicate, language in told if language == "en"}
    assert set(told.values()) == {1}
    assert {*told} == {(*note, language) for note in in_english for language in LANGUAGES}


def test_every_term_says_which_ontology_defines_it() -> None:
    defined = [t for t in ontology() if t.predicate.value == RDFS + "isDefinedBy"]
    assert {t.object for t in defined} == {ox.NamedNode(ONTOLOGY)}
    assert Counter(t.subject for t in defined) == Counter(terms())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_terms_share_a_label(language: str) -> None:
    shared = Counter(labels(term)[language] for term in terms())
    assert [label for label, count in shared.items() if count > 1] == []


def test_labels_are_written_in_the_script_of_their_language() -> None:
    script = {"ru": "[а-яё]", "ja": "[\u3040-\u30ff\u4e00-\u9fff]", "en": "[a-z]"}
    assert [
        label for thing in things() for language, label in labels(thing).items()
        if not re.search(script[str(language)], label) or (language == "en" and re.search("[^\x20-\x7e]", label))
    ] == []  # fmt: skip


def test_classes_are_named_like_classes_and_properties_like_properties() -> None:
    kinds = {t.subject: t.object.value for t in ontology() if t.predicate == TYPE and isinstance(t.object, ox.NamedNode)}
    assert [
        term for term in terms()
        if term.value.removeprefix(CAJAD)[0].isupper() != (kinds[term] == OWL + "Class")
    ] == []  # fmt: skip


def test_the_header_names_version_licence_and_title_in_three_languages() -> None:
    header = {(t.predicate.value, str(t.object)) for t in ontology() if t.subject == ox.NamedNode(ONTOLOGY)}
    assert (OWL + "versionIRI", f"<{ONTOLOGY}/1.0.0>") in header
    assert (OWL + "versionInfo", '"1.0.0"') in header
    assert ("http://purl.org/dc/terms/license", "<https://creativecommons.org/licenses/by/4.0/>") in header
    assert sorted(value[-2:] for name, value in header if name.endswith("/title")) == list(LANGUAGES)


# Files


@pytest.mark.parametrize("name", TERM_FILES)
def test_terms_stand_in_alphabetical_order(name: str) -> None:
    sections = (ROOT / "ontology" / name).read_text(encoding="utf-8").split("\n# ")
    listed = [re.findall(r"^cajad:(\w+)$", section, re.MULTILINE) for section in sections]
    assert sum(map(len, listed)) > 30
    assert listed == [sorted(section) for section in listed]


def test_concepts_stand_in_alphabetical_order_within_their_scheme() -> None:
    text = (ROOT / "ontology" / "concepts.ttl").read_text(encoding="utf-8")
    listed = [re.findall(r"^id:([\w-]+)$", section, re.MULTILINE) for section in text.split("\n# Scheme: ")[1:]]
    assert len(listed) == 10
    assert listed == [[section[0], *sorted(section[1:])] for section in listed]


def test_every_file_is_in_the_table_of_files() -> None:
    table = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
    assert sorted(file.name for file in (ROOT / "ontology").glob("*.ttl")) == sorted(
        re.findall(r"^\| `(\S+\.ttl)`", table, re.MULTILINE)
    )


def used_terms(files: list[Path]) -> set[str]:
    """The terms of ours in files of RDF or SPARQL, comments and strings apart."""
    found = set()
    for file in files:
        text = re.sub(r"""<[^>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*""", " ", file.read_text(encoding="utf-8"))
        found |= set(re.findall(r"\bcajad:(\w+)", text))
    return found


def files_of_data_and_queries() -> list[Path]:
    data, queries = sorted((ROOT / "data").rglob("*.trig")), sorted((ROOT / "queries").rglob("*.rq"))
    assert len(data) >= 10
    return [*data, *queries]


def files_of_rules() -> list[Path]:
    files = sorted((ROOT / "ontology").glob("*.rules"))
    assert files
    return files


def test_no_term_is_used_that_is_not_declared() -> None:
    files = [*files_of_data_and_queries(), *files_of_rules(), *(ROOT / "ontology").glob("*.ttl")]
    assert used_terms(files) - {term.value.removeprefix(CAJAD) for term in terms()} == set()


def test_every_property_that_data_uses_is_declared() -> None:
    data = [*triples_of(*(file for file in files_of_data_and_queries() if file.suffix == ".trig"))]
    used = {triple.predicate for triple in data}
    declared = {t.subject for t in ontology() if t.predicate == TYPE and str(t.object).endswith("Property>")}
    assert len(used) > 50
    assert {predicate for predicate in used - declared if not predicate.value.startswith((RDF, RDFS, OWL))} == set()


def test_every_term_is_used_by_data_by_a_query_by_a_rule_or_by_the_logic_of_another() -> None:
    used = {CAJAD + name for name in used_terms([*files_of_data_and_queries(), *files_of_rules()])}
    # A term's own domain, range and superterms do not make it used.
    needed = {t.object for t in ontology() if isinstance(t.object, ox.NamedNode)} | {
        t.subject for t in ontology() if t.predicate.value in (OWL + "inverseOf", OWL + "propertyChainAxiom")
    }
    assert [term for term in terms() if term.value not in used and term not in needed] == []


# Logic


def test_the_ontology_stays_within_owl_2_rl_and_owl_2_dl() -> None:
    assert violations(ontology()) == []


def test_a_second_checker_finds_it_within_owl_2_dl() -> None:
    from pyowl2_profiles import detect_profiles

    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(ONTOLOGY)) for t in ontology())
    assert detect_profiles(store, ONTOLOGY, "ontology", "1")["dl"]["violations_by_axiom_type"] == {}


@pytest.mark.parametrize("case", cases("profile.txt", 27), ids=str)
def test_the_checker_of_profiles(case: Case) -> None:
    declared = "cajad:p a owl:ObjectProperty . cajad:s a owl:ObjectProperty . cajad:d a owl:DatatypeProperty .\n"
    found = violations(parsed(declared + case.given))
    expected = case.outcomes("violation")
    assert bool(found) == bool(expected), found
    assert [text for text in expected if not any(text in violation for violation in found)] == [], found


@pytest.mark.parametrize("case", cases("inferences.txt", 32), ids=str)
def test_inference(case: Case) -> None:
    closure = closed(case.given)
    must, must_not = (set(parsed(" ".join(case.outcomes(arrow)))) for arrow in ("=>", "!>"))
    assert must - closure.inferred == set()
    assert must_not & closure.inferred == set()
    assert {clash.rule for clash in closure.clashes} == set(case.outcomes("clash"))


def test_the_ontology_is_consistent() -> None:
    assert closed("").clashes == ()
