"""How much of the article is in the graph: its sentences, facts, numbers, names and hashes, and what is missing.

    python -m tests.coverage [--text FILE]

Numbers and names can be compared only where the article is at hand, since no file of the project holds its text.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import project, sources
from kg.names import WELL_KNOWN, Names
from kg.reasoning import close
from tests import mentions
from tests.mentions import Number

ROOT = Path(__file__).resolve().parents[1]
TEXT = ROOT.parent / "shared" / "article" / "article.ru.txt"
FACTS = ROOT / "tests" / "facts.tsv"
SENTENCE_COUNT, FACT_COUNT = 67, 213
ARTICLE = "https://w3id.org/cajad/article/2025-12-tokyo-summit"
ONTOLOGY = "https://w3id.org/cajad/ontology#"
THINGS = "https://w3id.org/cajad/id/"

NAMING = {
    WELL_KNOWN["rdfs"] + "label",
    WELL_KNOWN["skos"] + "altLabel",
    *(ONTOLOGY + name for name in ("acronym", "officialName", "alternativeName", "metonym")),
}
LANGUAGES_OF_NAMES = (None, "ru", "en")

# Words for a thing that none of its names covers, and why; the thing must stand in the sentence's graph all the same.
CALLED_OTHERWISE = {
    ("P7.S4", "Узбекская"): ("uzbekistan", "an adjective: the Uzbek side is the state"),
    ("P8.S1", "Соглашение"): ("tajikistan-investment-agreement", "a common noun with a capital"),
    ("P30.S2", "Востоком"): ("field-choice-between-east-and-west", "no place: one of two sides between which to choose"),
    ("P30.S2", "Западом"): ("field-choice-between-east-and-west", "no place: the other side"),
}
# Words that look like numbers, and why they are none.
NO_NUMBERS = {("P25.S3", "один"): "it belongs to the name of the Belt and Road Initiative, which is found as a name"}


@dataclass(frozen=True)
class Line:
    """One line of the table: what was found of how many, and what is missing."""

    name: str
    found: int
    total: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """What a list of quads says, asserted or inferred."""

    quads: frozenset[ox.Quad]

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Content:
        return cls(frozenset(quads))

    @cached_property
    def graphs(self) -> dict[str, list[ox.Quad]]:
        """The quads of each sentence graph, by the sentence's short name, in a settled order."""
        found: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in sorted((quad for quad in self.quads if _iri(quad.graph_name).startswith(ARTICLE + "/")), key=str):
            found[_iri(quad.graph_name).removeprefix(ARTICLE + "/")].append(quad)
        return dict(found)

    @cached_property
    def positions(self) -> dict[str, tuple[int, int, str]]:
        """Start, end and hash of each sentence that has exactly one of each, in the order of the text."""
        values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        properties = (WELL_KNOWN["oa"] + "start", WELL_KNOWN["oa"] + "end", ONTOLOGY + "sha256")
        for quad in self.quads:
            if quad.predicate.value in properties and isinstance(quad.object, ox.Literal):
                values[_iri(quad.subject)][quad.predicate.value].append(quad.object.value)
        found = []
        for iri, of in values.items():
            start, end, digest = (of[property][0] if len(of[property]) == 1 else "" for property in properties)
            if iri.startswith(ARTICLE + "/") and start.isdecimal() and end.isdecimal() and digest:
                found.append((int(start), int(end), digest, iri.removeprefix(ARTICLE + "/")))
        return {name: (start, end, digest) for start, end, digest, name in sorted(found)}

    @cached_property
    def names(self) -> dict[str, list[list[str]]]:
        """The names of each thing in Russian, in English and in no language, as words."""
        found: dict[str, list[list[str]]] = defaultdict(list)
        for quad in self.quads:
            name = quad.object
            if quad.predicate.value in NAMING and isinstance(name, ox.Literal) and name.language in LANGUAGES_OF_NAMES:
                found[_iri(quad.subject)].append(mentions.tokens(name.value))
        return dict(found)

    def sentences(self, text: str) -> dict[str, str]:
        """The sentences that `text` holds at the places that the data gives."""
        return {name: text[start:end] for name, (start, end, _) in self.positions.items()}


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _inferred(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What follows from the quads, each in the graph of inferences."""
    home = ox.NamedNode(project.at(ROOT).graph("inferred"))
    closure = close(b"".join(f"{quad.triple} .\n".encode() for quad in quads))
    return [ox.Quad(triple.subject, triple.predicate, triple.object, home) for triple in closure.inferred]


@cache
def whole() -> Content:
    """What the project's files say, and what follows from it."""
    quads = sources.read(project.at(ROOT)).quads
    return Content.of([*quads, *_inferred(quads)])


def read_text(file: Path) -> str:
    """The article, as its offsets count it."""
    return unicodedata.normalize("NFC", file.read_text(encoding="utf-8-sig"))


def fact_quads(table: str) -> list[tuple[str, ox.Quad]]:
    """The rows of facts.tsv: a fact and a quad that encodes it or a part of it.

    >>> row = chr(9).join(["F1", "graph:g", "id:a", "rdf:type", "id:b"])
    >>> [(fact, str(quad.object)) for fact, quad in fact_quads("the head" + chr(10) + row)]
    [('F1', '<https://w3id.org/cajad/id/b>')]
    """
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    names = Names({**project.at(ROOT).prefixes, "graph": project.at(ROOT).graph("")})
    prologue = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    body = "".join(f"{graph} {{ {subject} {predicate} {object} . }}\n" for _, graph, subject, predicate, object in rows)
    quads = ox.parse(prologue + body, format=ox.RdfFormat.TRIG)
    return list(zip((row[0] for row in rows), quads, strict=True))


def sentences(content: Content) -> Line:
    """A sentence counts when the data says where it stands and its graph holds triples."""
    missing = [f"{name} states nothing" for name in content.positions if not content.graphs.get(name)]
    missing += [f"{name} has no place in the text" for name in content.graphs if name not in content.positions]
    both = len(content.positions.keys() & content.graphs.keys())
    lost = SENTENCE_COUNT - len(content.positions.keys() | content.graphs.keys())
    return Line("sentences", both, SENTENCE_COUNT, (*missing, *[f"{lost} sentences are in no graph"] * (lost > 0)))


def facts(content: Content, rows: Iterable[tuple[str, ox.Quad]]) -> Line:
    """A fact counts when each of its triples stands in the very graph that facts.tsv names."""
    wanted: dict[str, list[ox.Quad]] = {f"F{number:03}": [] for number in range(1, FACT_COUNT + 1)}
    for fact, quad in rows:
        wanted.setdefault(fact, []).append(quad)
    names = Names(project.at(ROOT).prefixes)
    missing = [f"{fact} is in no row of facts.tsv" for fact, quads in wanted.items() if not quads]
    missing += [f"{fact} {_shown(quad, names)}" for fact, quads in wanted.items() for quad in quads if quad not in content.quads]
    return Line("facts", len(wanted) - len({each[:4] for each in missing}), FACT_COUNT, tuple(missing))


def _shown(quad: ox.Quad, names: Names) -> str:
    terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    *triple, graph = (names.shorten(term.value) if isinstance(term, ox.NamedNode) else str(term) for term in terms)
    return f"lacks {' '.join(triple)} in {graph}"


def hashes(content: Content, text: str | None) -> Line:
    """A hash counts when it is that of the text at its place; without the text, when it can be one."""
    good = {
        name
        for name, (start, end, digest) in content.positions.items()
        if (_sha256(text[start:end]) == digest if text is not None else re.fullmatch("[0-9a-f]{64}", digest))
    }
    wrong = [f"{name} has another hash than the text at its place" for name in content.positions if name not in good]
    lost = max(0, SENTENCE_COUNT - len(content.positions))
    return Line("hashes", len(good), SENTENCE_COUNT, (*wrong, *[f"{lost} sentences have no hash"] * (lost > 0)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def numbers(content: Content, text: str) -> Line:
    """A number of a sentence counts when a literal of its graph gives it; one literal serves one mention."""
    return _line("numbers", number_matches(content, text))


def number_matches(content: Content, text: str) -> list[tuple[str, ox.Quad | None]]:
    """Each number of the text, with the quad that gives it."""
    found: list[tuple[str, ox.Quad | None]] = []
    for name, sentence in content.sentences(text).items():
        supply = _supply(content.graphs.get(name, []))
        for mention in mentions.numbers(sentence):
            if (name, mention.text.lower()) not in NO_NUMBERS:
                serving = supply.get(mention.number)
                found.append((f"{name} {mention.text} ({mention.number.kind})", serving.pop() if serving else None))
    return found


def _supply(graph: list[ox.Quad]) -> dict[Number, list[ox.Quad]]:
    found: dict[Number, list[ox.Quad]] = defaultdict(list)
    units = {quad.subject: _unit(quad.object) for quad in graph if _property(quad) in ("currency", "unit")}
    for quad in graph:
        if isinstance(quad.object, ox.Literal):
            for number in set(mentions.given(_property(quad), quad.object.value, units.get(quad.subject, ""))):
                found[number].append(quad)
    return found


def _property(quad: ox.Quad) -> str:
    return quad.predicate.value.removeprefix(ONTOLOGY)


def _unit(term: object) -> str:
    return _iri(term).removeprefix(THINGS).removeprefix("unit-")


def names(content: Content, text: str) -> Line:
    """A name of a sentence counts when a thing of its graph bears it, whatever the endings."""
    return _line("names", name_matches(content, text))


def name_matches(content: Content, text: str) -> list[tuple[str, str | None]]:
    """Each name of the text, with the thing of the sentence's graph that bears it."""
    found: list[tuple[str, str | None]] = []
    for name, sentence in content.sentences(text).items():
        words = mentions.tokens(sentence)
        spans = sorted(_spans(content, name, words), key=lambda span: (-len(span[0]), span[1]))
        found += [(f"{name} {written}", thing) for written, thing in mentions.assigned(words, spans)]
    return found


def _spans(content: Content, name: str, words: list[str]) -> Iterator[tuple[frozenset[int], str]]:
    """The places of the sentence that name a thing of its graph."""
    terms = {_iri(term) for quad in content.graphs.get(name, []) for term in (quad.subject, quad.object)}
    for thing in terms:
        for bears in content.names.get(thing, []):
            yield from ((places, thing) for places in mentions.occurrences(bears, words))
    for (sentence, word), (thing, _) in CALLED_OTHERWISE.items():
        if sentence == name and THINGS + thing in terms and word in words:
            yield frozenset({words.index(word)}), THINGS + thing


def _line(name: str, matches: list[tuple[str, ox.Quad | None]] | list[tuple[str, str | None]]) -> Line:
    missing = tuple(what for what, where in matches if where is None)
    return Line(name, len(matches) - len(missing), len(matches), missing)


def measure(content: Content, text: str | None) -> list[Line]:
    """The lines of the table; those that need the text only where it is given."""
    with_text = [numbers(content, text), names(content, text)] if text is not None else []
    rows = fact_quads(FACTS.read_text(encoding="utf-8"))
    return [sentences(content), facts(content, rows), *with_text, hashes(content, text)]


def table(lines: list[Line]) -> str:
    """The lines for people, then what is missing.

    >>> print(table([Line("facts", 1, 2, ("F002 lacks something",))]))
    facts          1/2
    <BLANKLINE>
    missing facts:
      F002 lacks something
    """
    rows = [f"{line.name:<11}{line.found:>5}/{line.total}" for line in lines]
    missing = ["\n".join([f"\nmissing {line.name}:", *(f"  {each}" for each in line.missing)]) for line in lines if line.missing]
    return "\n".join(rows + missing)


def main() -> int:
    """Prints the table; 1 where anything is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description="How much of the article is in the graph.")
    parser.add_argument("--text", type=Path, help="the article (default: where the sibling folder of the checkout holds it)")
    given: Path | None = parser.parse_args().text
    file = given or (TEXT if TEXT.is_file() else None)
    try:
        text = read_text(file) if file else None
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"the text {file} cannot be read: {error}")
    lines = measure(whole(), text)
    print(table(lines))
    if text is None:
        print("\nnumbers and names are not compared: the text is not at hand (--text FILE); hashes are only looked at")
    return int(any(line.missing or line.found != line.total for line in lines))


if __name__ == "__main__":
    sys.exit(main())
