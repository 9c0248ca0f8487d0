"""The ontology of a project as one page of HTML: every term with its labels, its definition and its logic in words.

python -m kg.ontology_page -o build/ontology.html [PROJECT]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pyoxigraph as ox

from kg import project, sources
from kg.errors import KGError
from kg.names import WELL_KNOWN, Names
from kg.project import Project

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_OWL, _RDF, _RDFS, _SKOS = (WELL_KNOWN[prefix] for prefix in ("owl", "rdf", "rdfs", "skos"))
_TYPE, _LABEL, _SUBCLASS = _RDF + "type", _RDFS + "label", _RDFS + "subClassOf"
_KINDS = {
    "Class": "Classes",
    "ObjectProperty": "Object properties",
    "DatatypeProperty": "Datatype properties",
    "AnnotationProperty": "Annotation properties",
}
_NOTES = {_SKOS + "scopeNote": "note", _SKOS + "note": "note", _SKOS + "example": "example"}
# Axioms in words: what follows the term, and what follows the term that is the object.
_AXIOMS = {
    _SUBCLASS: ("is a kind of", "has the kinds"),
    _RDFS + "subPropertyOf": ("implies", "is implied by"),
    _RDFS + "domain": ("leads from", "is where these begin"),
    _RDFS + "range": ("leads to", "is where these lead"),
    _OWL + "inverseOf": ("is the reverse of", "is the reverse of"),
    _OWL + "disjointWith": ("is never also", "is never also"),
    _OWL + "hasKey": ("is told apart by", "tells apart"),
    _OWL + "propertyChainAxiom": ("follows from", "helps to conclude"),
    _SKOS + "closeMatch": ("comes near", "comes near"),
    _SKOS + "relatedMatch": ("has to do with", "has to do with"),
}
_TRAITS = {
    "TransitiveProperty": "passes along a chain",
    "SymmetricProperty": "holds both ways",
    "FunctionalProperty": "has at most one value",
}
_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 25%, transparent) }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2 } h1 span:not(:first-child) { font-size: 1.2rem; font-weight: normal; opacity: .7 }
a { color: light-dark(#0b5394, #8ab4f8); text-decoration: none } a:hover { text-decoration: underline }
small { opacity: .7 } h2 + ul { columns: 22rem } li { break-inside: avoid }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) }
section { border-top: 1px solid var(--line); padding-top: .5rem; scroll-margin-top: 1rem }
section:target { outline: 3px solid Highlight }
h3 { margin: .5rem 0 } h3 small { font-weight: normal; margin-left: 1rem }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .25rem 1rem }
dt { opacity: .7 } dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } dd { margin-left: 1rem } }
"""


class Ontology:
    """The triples of a project's ontology, by subject and by object."""

    def __init__(self, of: Project) -> None:
        files = [file for file in sources.graph_files(of) if file.is_relative_to(of.ontology)]
        parsed = [sources.parse(of, file) for file in files]
        self.names = Names({**{k: v for one in reversed(parsed) for k, v in one.prefixes.items()}, **of.prefixes})
        self._from: defaultdict[tuple[str, str], list[Node]] = defaultdict(list)
        self._to: defaultdict[tuple[str, str], list[Node]] = defaultdict(list)
        for quad in (quad for one in parsed for quad in one.quads):
            self._from[str(quad.subject), quad.predicate.value].append(quad.object)
            self._to[str(quad.object), quad.predicate.value].append(quad.subject)

    def objects(self, node: Node, predicate: str) -> list[Node]:
        return sorted(self._from.get((str(node), predicate), []), key=str)

    def subjects(self, predicate: str, node: Node) -> list[Node]:
        return sorted(self._to.get((str(node), predicate), []), key=str)

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        rest = self.objects(head, _RDF + "rest")
        return self.objects(head, _RDF + "first") + (self.items(rest[0]) if rest else [])

    def terms(self, kind: str) -> list[Node]:
        """The labelled terms of a kind, from A to Z; the terms of others have no labels here."""
        declared = self.subjects(_TYPE, ox.NamedNode(_OWL + kind))
        return [term for term in declared if isinstance(term, ox.NamedNode) and self.objects(term, _LABEL)]


def page(of: Project) -> str:
    """The page, with every labelled term of the ontology and every concept in its scheme.

    Raises SourceError where a file of the ontology cannot be read or parsed.

    >>> '<section id="cajad:Summit">' in page(project.at(project.bundled()))
    True
    """
    ontology = Ontology(of)
    schemes = ontology.subjects(_TYPE, ox.NamedNode(_SKOS + "ConceptScheme"))
    parts = [
        _header(ontology, of.called()),
        _part("Tree of classes", _tree(ontology, [term for term in ontology.terms("Class") if _is_root(ontology, term)])),
        *(_part(title, "".join(_term(ontology, term) for term in ontology.terms(kind))) for kind, title in _KINDS.items()),
        *(_scheme(ontology, scheme) for scheme in schemes),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(of.called())}</title>'
    body = "".join(parts)
    return f'<!doctype html>\n<html lang="en">\n<head>{head}<style>{_STYLE}</style></head>\n<body>\n{body}</body>\n</html>\n'


def _header(ontology: Ontology, title: str) -> str:
    headers = ontology.subjects(_TYPE, ox.NamedNode(_OWL + "Ontology"))
    if not headers:
        return f"<h1>{escape(title)}</h1>\n"
    titles, texts, licences = (
        ontology.objects(headers[0], WELL_KNOWN["dcterms"] + name) for name in ("title", "description", "license")
    )
    version = _words(ontology.objects(headers[0], _OWL + "versionInfo"))
    rows = [("IRI", _words(headers[:1])), ("version", version), ("licence", _words(licences))]
    about = "".join(f"<p>{_text(text)}</p>\n" for text in texts)
    return f"<h1>{'<br>'.join(map(_text, titles))}</h1>\n{about}{_table(rows)}"


def _part(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{content}" if content else ""


def _is_root(ontology: Ontology, term: Node) -> bool:
    return not any(ontology.objects(above, _LABEL) for above in ontology.objects(term, _SUBCLASS))


def _tree(ontology: Ontology, terms: Iterable[Node]) -> str:
    branches = (
        (term, [below for below in ontology.subjects(_SUBCLASS, term) if ontology.objects(below, _LABEL)]) for term in terms
    )
    leaves = "".join(
        f"<li>{_link(ontology, term)} <small>{escape(_english(ontology, term))}</small>{_tree(ontology, below)}</li>\n"
        for term, below in branches
    )
    return f"<ul>\n{leaves}</ul>\n" if leaves else ""


def _scheme(ontology: Ontology, scheme: Node) -> str:
    labels = " · ".join(map(_text, ontology.objects(scheme, _LABEL)))
    concepts = "".join(_term(ontology, concept) for concept in ontology.subjects(_SKOS + "inScheme", scheme))
    return _part(f"Concepts: {_english(ontology, scheme)}", f"<p>{labels}</p>\n{concepts}")


def _term(ontology: Ontology, term: Node) -> str:
    labels = "".join(f"<small>{_text(label)}</small>" for label in ontology.objects(term, _LABEL))
    definition = "".join(f"<p>{_text(text)}</p>\n" for text in ontology.objects(term, _SKOS + "definition"))
    rows = [(word, _text(text)) for notes, word in _NOTES.items() for text in ontology.objects(term, notes)]
    name, table = escape(_short(ontology, term)), _table(rows + _axioms(ontology, term))
    return f'<section id="{name}">\n<h3>{name}{labels}</h3>\n{definition}{table}</section>\n'


def _axioms(ontology: Ontology, term: Node) -> list[tuple[str, str]]:
    """What the logic says of the term, in words, with links."""
    traits = [(words, "") for trait, words in _TRAITS.items() if ox.NamedNode(_OWL + trait) in ontology.objects(term, _TYPE)]
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for axiom, (forwards, backwards) in _AXIOMS.items():
        joint = " and " if axiom == _OWL + "hasKey" else " then "
        lines[forwards] += [_expression(ontology, node, joint) for node in ontology.objects(term, axiom)]
        lines[backwards] += [_expression(ontology, node) for node in ontology.subjects(axiom, term)]
    for listed in _lists_with(ontology, term):
        lines["is never also"] += [
            _link(ontology, other) for group in ontology.subjects(_OWL + "members", listed)
            if ox.NamedNode(_OWL + "AllDisjointClasses") in ontology.objects(group, _TYPE)
            for other in ontology.items(listed) if other != term
        ]  # fmt: skip
        for axiom in (_OWL + "propertyChainAxiom", _OWL + "hasKey"):
            lines[_AXIOMS[axiom][1]] += [_link(ontology, whole) for whole in ontology.subjects(axiom, listed)]
    return [(words, ", ".join(sorted(set(links)))) for words, links in lines.items() if links] + traits


def _lists_with(ontology: Ontology, term: Node) -> list[Node]:
    """The heads of the lists that the term is in."""
    cells = ontology.subjects(_RDF + "first", term)
    for cell in cells:
        cells += ontology.subjects(_RDF + "rest", cell)
    return cells


def _expression(ontology: Ontology, node: Node, joint: str = "") -> str:
    """A class, a restriction or a list, in words."""
    if members := ontology.items(node):
        return joint.join(_expression(ontology, member) for member in members)
    for word, between in (("unionOf", " or "), ("intersectionOf", " and ")):
        for head in ontology.objects(node, _OWL + word):
            return _expression(ontology, head, between)
    for on in ontology.objects(node, _OWL + "onProperty"):
        return f"{_link(ontology, on)} {_words(ontology.objects(node, _OWL + 'hasValue'))}"
    return _link(ontology, node)


def _link(ontology: Ontology, node: Node) -> str:
    name = escape(_short(ontology, node))
    return f'<a href="#{name}" title="{escape(_english(ontology, node))}">{name}</a>' if ontology.objects(node, _LABEL) else name


def _short(ontology: Ontology, node: Node) -> str:
    return ontology.names.shorten(node.value) if isinstance(node, ox.NamedNode) else _words([node])


def _english(ontology: Ontology, node: Node) -> str:
    labels = [label for label in ontology.objects(node, _LABEL) if isinstance(label, ox.Literal)]
    return next((label.value for label in labels if label.language == "en"), "")


def _text(node: Node) -> str:
    language = node.language if isinstance(node, ox.Literal) else None
    return f'<span lang="{language}">{_words([node])}</span>' if language else _words([node])


def _words(nodes: list[Node]) -> str:
    return ", ".join(escape(str(node) if isinstance(node, ox.Triple) else node.value) for node in nodes)


def _table(rows: list[tuple[str, str]]) -> str:
    return "<dl>\n" + "".join(f"<dt>{words}</dt><dd>{links}</dd>\n" for words, links in rows) + "</dl>\n" if rows else ""


def main(arguments: list[str] | None = None) -> None:
    """Writes the page of a project to a file."""
    parser = argparse.ArgumentParser(prog="python -m kg.ontology_page", description="The ontology of a project as one page.")
    parser.add_argument("project", nargs="?", type=Path, help="the folder of the project; without it, the nearest one")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    chosen = parser.parse_args(arguments)
    try:
        chosen.output.parent.mkdir(parents=True, exist_ok=True)
        chosen.output.write_text(page(project.find(chosen.project)), encoding="utf-8")
    except (KGError, OSError) as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
