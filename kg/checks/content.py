"""Checks of what the files say: terms, things, labels, blank nodes, prefixes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import cache

import pyoxigraph as ox

from kg.checks.corpus import RDF_TYPE, Corpus, SourceFile, namespace, sorted_iris
from kg.checks.findings import Finding, finding
from kg.errors import Place
from kg.names import WELL_KNOWN, nearest
from kg.positions import ANONYMOUS, Spot
from kg.reasoning.facts import FIRST, NIL, REST
from kg.reasoning.lists import fault, listed

_SAME_AS = WELL_KNOWN["owl"] + "sameAs"
# Their objects are names of versions, of which a project says nothing more.
_ABOUT_VERSIONS = {
    WELL_KNOWN["owl"] + name for name in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith", "imports")
}
# A language belongs to the project, and a class has labels, if so many of its labelled terms or instances have one.
_USUAL = 0.9


def unknown_terms(corpus: Corpus) -> Iterator[Finding]:
    """Classes and properties that nothing declares, in ontology, data and queries; each once a file."""
    shapes = (quad.subject for file in corpus.files if file.is_shapes for quad in file.quads)
    known = {*corpus.declared, *corpus.types, *sorted_iris(shapes)}
    for file in [*corpus.files, *corpus.queries]:
        for iri in _used(file, corpus):
            message = _unknown(iri, iri in known, corpus)
            if message:
                otherwise = "declare it in ontology/, or use a declared term"
                hint = _meant(iri, known | _standard(namespace(iri)), corpus, otherwise=otherwise)
                yield finding("unknown-term", message, file.first(iri), hint)


def _used(file: SourceFile, corpus: Corpus) -> list[str]:
    """The IRIs of a file that ought to be declared: predicates, classes, and all in the project's own vocabularies."""
    named = set(sorted_iris(term for quad in file.quads for term in quad)) | {found.term for found in file.where.occurrences}
    roles = {quad.predicate.value for quad in file.quads}
    roles.update(sorted_iris(quad.object for quad in file.quads if quad.predicate.value == RDF_TYPE))
    own = {iri for iri in named if namespace(iri) in corpus.vocabularies and iri not in corpus.vocabularies}
    standard = {iri for iri in named if _standard(namespace(iri))}
    return sorted(roles | own | standard)


def _unknown(iri: str, is_known: bool, corpus: Corpus) -> str:
    """What is wrong with a term; empty where it may be used."""
    home, short = namespace(iri), corpus.names.shorten(iri)
    standard = _standard(home)
    if is_known or iri == home:
        return ""
    if standard:
        return "" if iri in standard else f"{short} is no term of its vocabulary"
    return "" if home in WELL_KNOWN.values() else f"{short} is declared nowhere"


@cache
def _standard(home: str) -> frozenset[str]:
    """All terms of a standard vocabulary that is closed; empty for any other namespace."""
    from rdflib.namespace import DCTERMS, ORG, OWL, PROV, RDFS, SKOS

    closed = {str(space): space for space in (DCTERMS, ORG, OWL, PROV, RDFS, SKOS)}
    return frozenset(map(str, dir(closed[home]))) if home in closed else frozenset()


def _meant(iri: str, known: Iterable[str], corpus: Corpus, *, otherwise: str) -> str:
    """A hint that names those known IRIs of the same namespace whose local names are near."""
    home = namespace(iri)
    locals = sorted(other.removeprefix(home) for other in known if namespace(other) == home)
    near = [corpus.names.shorten(home + local) for local in nearest(iri.removeprefix(home), locals)]
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def undefined_things(corpus: Corpus) -> Iterator[Finding]:
    """IRIs under the project's base that are used, and of which nothing is said; each once a file."""
    said = corpus.subjects | corpus.graphs | {corpus.project.graph("inferred")}
    for file in [*corpus.content, *corpus.queries]:
        objects = set(sorted_iris(quad.object for quad in file.quads if quad.predicate.value not in _ABOUT_VERSIONS))
        used = objects if file.quads else {found.term for found in file.where.occurrences}
        for iri in sorted(used - said):
            if iri.startswith(corpus.project.base) and namespace(iri) not in corpus.vocabularies and iri != namespace(iri):
                hint = _meant(iri, corpus.subjects, corpus, otherwise="say what it is: a type and its labels")
                yield finding("undefined-thing", f"nothing is said about {corpus.names.shorten(iri)}", file.first(iri), hint)


def unreachable(corpus: Corpus) -> Iterator[Finding]:
    """Nodes of data/ without a label that nothing links to, and that link to no other thing."""
    links = [(quad.subject, quad.object) for quad in corpus.quads if quad.predicate.value != RDF_TYPE]
    linked = sorted_iris(object for _, object in links)
    linking = sorted_iris(subject for subject, object in links if _text(object) in corpus.subjects)
    found = {*linked, *linking, *corpus.labels, *corpus.graphs}
    for file in _data(corpus):
        for iri in sorted_iris(quad.subject for quad in file.quads):
            if iri not in found:
                message = f"nothing links to {corpus.names.shorten(iri)}, and it has no label"
                yield finding("unreachable", message, file.first(iri), "give it a label, or link to it")


def labels(corpus: Corpus) -> Iterator[Finding]:
    """Labels that are missing, missing in a usual language, or there twice in one language."""
    yield from _without_label(corpus)
    languages = _languages(corpus)
    for iri, labels in sorted(corpus.labels.items()):
        have = {label.language for _, label in labels}
        missing = sorted(languages - have) if any(have) else []
        if missing:
            message = f"'{corpus.label(iri)}' has no label in {', '.join(missing)}"
            yield finding("missing-label", message, corpus.place(iri, labels[0][0]), "add an rdfs:label in that language")
        yield from _twice(corpus, iri, labels)


def _without_label(corpus: Corpus) -> Iterator[Finding]:
    """Own terms without any label, and things without one whose class usually has them."""
    terms = {iri for iri in corpus.declared if namespace(iri) in corpus.vocabularies}
    instances: dict[str, set[str]] = defaultdict(set)
    for iri, types in corpus.types.items():
        for kind in types:
            instances[kind].add(iri)
    usual = [each for each in instances.values() if len(each & corpus.labels.keys()) >= _USUAL * len(each)]
    for iri in sorted(terms.union(*usual) - corpus.labels.keys()):
        place = corpus.place(iri, RDF_TYPE)
        yield finding("missing-label", f"{corpus.names.shorten(iri)} has no label", place, "add an rdfs:label in each language")


def _languages(corpus: Corpus) -> set[str]:
    labelled = [corpus.labels[iri] for iri in corpus.declared if namespace(iri) in corpus.vocabularies and iri in corpus.labels]
    count = Counter(language for labels in labelled for language in {label.language for _, label in labels if label.language})
    return {language for language, number in count.items() if number >= _USUAL * len(labelled)}


def _twice(corpus: Corpus, iri: str, labels: list[tuple[str, ox.Literal]]) -> Iterator[Finding]:
    first: dict[tuple[str, str | None], ox.Literal] = {}
    for property, label in labels:
        before = first.setdefault((property, label.language), label)
        if before is not label:
            message = f"two labels in one language ({label.language or 'none'}): '{before.value}' and '{label.value}'"
            place = corpus.place(iri, property, label.value, last=True)
            yield finding("two-labels", message, place, "keep one, and make the other a skos:altLabel")


def blank_nodes(corpus: Corpus) -> Iterator[Finding]:
    """Blank nodes in data/, each where it is first written."""
    for file in _data(corpus):
        if any(isinstance(term, ox.BlankNode) for quad in file.quads for term in quad):
            written = reversed(file.where.occurrences)
            first = {found.term: found.offset for found in written if found.term.startswith(("_:", ANONYMOUS))}
            spots: list[Spot | None] = [file.where.spot(offset) for offset in first.values()]
            for spot in spots or [None]:
                yield finding("blank-node", "a blank node", file.place(spot), "give it an IRI")


def malformed_lists(corpus: Corpus) -> Iterator[Finding]:
    """Axioms whose list runs in a circle, has no end, or is none."""
    cells: dict[ox.NamedNode, dict[Hashable, list[Hashable]]] = {FIRST: defaultdict(list), REST: defaultdict(list)}
    for subject, predicate, object in dict.fromkeys(quad.triple for quad in corpus.quads):
        if predicate in cells:
            cells[predicate][subject].append(object)
    for file in corpus.content:
        for quad in file.quads:
            if quad.predicate in listed() and (reason := fault(quad.object, cells[FIRST], cells[REST], NIL)):
                message = f"no rule can use the list of {corpus.names.shorten(quad.predicate.value)}: {reason}"
                yield finding("malformed-list", message, _place_of(file, quad), "write it as ( … )")


def _place_of(file: SourceFile, quad: ox.Quad) -> Place:
    """Where the file states the quad; of a nameless subject, where its predicate stands."""
    if spot := file.where.of_statement(_text(quad.subject), quad.predicate.value, _text(quad.object)):
        return file.place(spot)
    alike = list(dict.fromkeys(each.triple for each in file.quads if each.predicate == quad.predicate))
    spots = file.where.of(quad.predicate.value, "predicate")
    return file.place(spots[alike.index(quad.triple)] if len(spots) == len(alike) else next(iter(spots), None))


def same_as(corpus: Corpus) -> Iterator[Finding]:
    """owl:sameAs in data/."""
    for file in _data(corpus):
        for quad in file.quads:
            if quad.predicate.value == _SAME_AS:
                subject, object = _text(quad.subject), _text(quad.object)
                message = f"{corpus.names.shorten(subject)} owl:sameAs {corpus.names.shorten(object)}"
                place = file.place(file.where.of_statement(subject, _SAME_AS, object))
                yield finding("same-as", message, place, "use skos:exactMatch, or one IRI for both")


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _data(corpus: Corpus) -> list[SourceFile]:
    return [file for file in corpus.content if file.folder == "data"]


def prefixes(corpus: Corpus) -> Iterator[Finding]:
    """Prefixes that stand for two namespaces in the project, and prefixes that their own file does not use."""
    bound = dict(corpus.names.prefixes)
    for file in [*corpus.files, *corpus.queries]:
        for found in file.where.declarations:
            place, elsewhere = file.place(file.where.spot(found.offset)), bound.setdefault(found.prefix, found.namespace)
            if elsewhere != found.namespace:
                message = f"{found.prefix}: stands for <{found.namespace}> here and for <{elsewhere}> elsewhere"
                yield finding("prefix-conflict", message, place, "use one prefix for one namespace")
            if found.prefix not in file.where.used_prefixes:
                yield finding("prefix-unused", f"nothing in this file uses the prefix {found.prefix}:", place, "remove the line")
