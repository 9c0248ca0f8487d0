"""The ontology's page: every term with its three labels, links that lead somewhere, and nothing of an ontology taken for HTML."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import ontology_page, project

ROOT = Path(__file__).parents[1]
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


class Page(HTMLParser):
    """The words, the ids and the inner links of a page; fails where tags are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.words: set[str] = set()
        self.tags: list[str] = []
        self.feed(text)
        assert self.tags == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += [] if tag in ("meta", "br") else [tag]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links |= {value[1:] for name, value in attrs if name == "href" and value}

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.add(data)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(ontology_page.page(project.at(ROOT)))


def labels() -> list[ox.Literal]:
    files = sorted((ROOT / "ontology").glob("*.ttl"))
    found = [quad.object for file in files for quad in ox.parse(path=file) if quad.predicate.value == LABEL]
    assert len(found) > 3 * 300
    return [label for label in found if isinstance(label, ox.Literal)]


def test_every_label_of_every_term_and_concept_is_on_the_page(page: Page) -> None:
    assert {label.value for label in labels()} - page.words == set()


def test_every_term_has_one_section(page: Page) -> None:
    declared = re.findall(
        r"^(cajad:\w+)$", "\n".join(file.read_text("utf-8") for file in (ROOT / "ontology").glob("terms-*")), re.M
    )
    assert len(declared) > 200
    assert sorted(name for name in page.ids if name.startswith("cajad:")) == sorted(declared)


def test_every_link_leads_to_a_section(page: Page) -> None:
    assert len(page.links) > 200
    assert page.links - set(page.ids) == set()


def test_the_page_is_the_same_on_every_run(tmp_path: Path) -> None:
    outputs = [tmp_path / "one" / "page.html", tmp_path / "two" / "page.html"]
    for seed, output in enumerate(outputs, start=1):
        command = [sys.executable, "-m", "kg.ontology_page", str(ROOT), "-o", str(output)]
        subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONHASHSEED": str(seed)})
    assert outputs[0].read_bytes() == outputs[1].read_bytes() != b""


def folders(root: Path, turtle: str) -> Path:
    for name in project.FOLDERS:
        (root / name).mkdir()
    (root / "ontology" / "terms.ttl").write_text(turtle, encoding="utf-8")
    return root


def test_words_of_an_ontology_are_never_taken_for_html(tmp_path: Path) -> None:
    turtle = """@prefix : <urn:t:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :A a owl:Class ; rdfs:label "<script>alert(1)</script>"@en ."""
    text = ontology_page.page(project.at(folders(tmp_path, turtle)))
    assert "<script>" not in text
    assert "<script>alert(1)</script>" in Page(text).words


def test_a_broken_ontology_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folders(tmp_path, "@prefix : <urn:t:> .\n:A a ; .\n")
    with pytest.raises(SystemExit) as stopped:
        ontology_page.main([str(root), "-o", str(tmp_path / "page.html")])
    assert stopped.value.code == 2
    assert "ontology/terms.ttl:2" in capsys.readouterr().err
