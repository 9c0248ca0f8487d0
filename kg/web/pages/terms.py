"""How terms are shown on pages: by their label and the language it is in, with a link; long literals are folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg import figures
from kg.answers import Term
from kg.evidence import Evidence
from kg.graph import KnowledgeGraph
from kg.languages import chosen
from kg.names import WELL_KNOWN
from kg.reasoning.words import in_words
from kg.web.pages.here import Here
from kg.web.pages.messages import said
from kg.web.pages.paths import page_path
from kg.web.pages.standard_terms import TERMS

# A literal that is longer is folded.
LONG = 300
_BEGINNING = 160
_TYPE, _SUBCLASS = ox.NamedNode(f"{WELL_KNOWN['rdf']}type"), ox.NamedNode(f"{WELL_KNOWN['rdfs']}subClassOf")
_BOOLEAN, _TRUTH = f"{WELL_KNOWN['xsd']}boolean", {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_STRINGS = ("http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
# What would change the direction of the text around it, or shows nothing, is shown as what it is.
_HIDDEN = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    **{
        code: f"⟨U+{code:04X}⟩" for code in (0x7F, 0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
    },
}


@dataclass(frozen=True)
class Shown:
    """A term for a template: `text`, the language `lang` that it is in (empty where it is the page's), and a link `href`.

    `stated` is the value as it is written where the text differs from it; `kind` is `thing`, `number`, `moment`, `text`,
    `outside`, `triple` or `nothing`; `key` is the number that programs read, `words` are those for a large one; a long text has a
    `beginning`. `sort` is what a listed thing is. `amount` is the number that an amount holds and what is said of that: its unit,
    how exact it is.
    """

    text: str
    kind: str
    lang: str = ""
    href: str = ""
    short: str = ""
    stated: str = ""
    datatype: str = ""
    key: str = ""
    sort: str = ""
    words: str = ""
    amount: tuple[Shown, ...] = ()

    @property
    def beginning(self) -> str:
        """The first part of a text that is too long to stand in a row; empty where it is not."""
        return self.text[:_BEGINNING] if len(self.text) > LONG else ""


NOTHING = Shown("", "nothing")


@dataclass
class Terms:
    """Shows the terms of a graph to the readers of a page."""

    graph: KnowledgeGraph
    here: Here
    _seen: dict[Term, Shown] = field(default_factory=dict)
    _valued: dict[Term, Shown] = field(default_factory=dict)

    def show(self, term: Term | None) -> Shown:
        """A term as a reader would name it."""
        if term is None:
            return NOTHING
        if term not in self._seen:
            self._seen[term] = self._show(term)
        return self._seen[term]

    def valued(self, term: Term) -> Shown:
        """A term as what a fact says: an amount with its number, unit and qualifier as they are stated."""
        if term not in self._valued:
            amount = self._amount(term)
            self._valued[term] = replace(self.show(term), amount=amount) if amount else self.show(term)
        return self._valued[term]

    def _amount(self, term: Term) -> tuple[Shown, ...]:
        if not isinstance(term, ox.NamedNode) or not self._quantity:
            return ()
        # Most things hold no number, so nothing else is looked for.
        if not (number := self._values(term, self._quantity[0])):
            return ()
        others = (self._values(term, property) for property in self._quantity[1:])
        return tuple(map(self.show, (*number, *chain(*others))))

    def mixes(self, found: Iterable[Evidence]) -> bool:
        """Whether rows rest on the numbers of amounts that differ in unit, or in how exact they are: no two of those compare."""
        triples = (grounded.triple for each in found for grounded in each.triples)
        amounts = {triple.subject for triple in triples if triple.predicate in self._quantity[:1]}
        return len({self._amount(amount)[1:] for amount in amounts}) > 1

    def _values(self, thing: ox.NamedNode, property: ox.NamedNode) -> list[Term]:
        found = dict.fromkeys(quad.object for quad in self.graph.store().quads_for_pattern(thing, property, None))
        return sorted(found, key=str)

    @cached_property
    def _quantity(self) -> list[ox.NamedNode]:
        """The properties that kg.toml names: of the number, and of what is said of it."""
        return [ox.NamedNode(iri) for short in self.graph.project.quantity if (iri := self.graph.names.expand(short))]

    def _show(self, term: Term) -> Shown:
        if isinstance(term, ox.NamedNode):
            return self.thing(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if isinstance(term, ox.Triple):
            parts = (self.show(part).text for part in (term.subject, term.predicate, term.object))
            return Shown(" · ".join(parts), "triple")
        return Shown(str(term), "text")

    def thing(self, iri: str) -> Shown:
        """A thing by its label in the page's language, else in English, else in any; by its short name where it has none."""
        text, lang = self.label(iri)
        short = self.graph.names.shorten(iri)
        is_ours = iri.startswith(self.graph.project.base) or bool(text)
        kind = "thing" if is_ours or not _is_web(iri) else "outside"
        return Shown(clean(text or short.strip("<>")), kind, lang, self.address(iri), short)

    def listed(self, iri: str) -> Shown:
        """A thing for a list of what was looked for: with what it is."""
        return replace(self.thing(iri), sort=self._sort(ox.NamedNode(iri)))

    def _sort(self, thing: ox.NamedNode) -> str:
        """What a thing is, as it was stated: the narrowest of its classes; empty where nothing is said of that."""
        store = self.graph.store()
        hidden = (ox.DefaultGraph(), self.graph.inferred)
        stated = (quad for quad in store.quads_for_pattern(thing, _TYPE, None) if quad.graph_name not in hidden)
        classes = {quad.object for quad in stated if isinstance(quad.object, ox.NamedNode)}
        wider = {
            quad.object for each in classes for quad in store.quads_for_pattern(each, _SUBCLASS, None) if quad.object != each
        }
        names = sorted(self.show(each).text for each in classes - wider)
        return names[0] if names else ""

    def label(self, iri: str) -> tuple[str, str]:
        """The label of a thing, and its language where that is not the page's; both are empty where there is none."""
        labels, wanted = self.graph.labels(iri), self.here.lang
        if not labels and (known := TERMS.get(self.graph.names.shorten(iri))):
            return getattr(known, wanted), ""
        if not labels and iri == self.graph.inferred.value:
            return said("graph.inferred", wanted), ""
        text, lang = chosen(labels, wanted)
        return text, "" if lang == wanted else lang

    def rule(self, name: str) -> str:
        """What a rule says."""
        own = self.graph.project.rules.get(name)
        return chosen(own, self.here.lang)[0] if own else in_words(name, self.here.lang)

    def address(self, iri: str) -> str:
        """The URL of the page of a thing."""
        path = page_path(iri, self.graph.project.base)
        return self.here.to(f"/page/{path}") if path else self.here.to("/show", thing=iri)

    def _literal(self, term: ox.Literal) -> Shown:
        datatype = term.datatype.value
        if datatype == _BOOLEAN and term.value in _TRUTH:
            return Shown(said(_TRUTH[term.value], self.here.lang), "text", datatype=self.graph.names.shorten(datatype))
        if datatype == _STRINGS[0] and (meant := self.graph.project.codes.get(term.value)):
            text, lang = chosen(meant, self.here.lang)
            return Shown(text, "text", "" if lang == self.here.lang else lang, stated=term.value)
        text = figures.written(term.value, datatype, self.here.lang)
        kind = "number" if figures.is_number(datatype) else "text" if text == term.value else "moment"
        lang = term.language if term.language and term.language != self.here.lang else ""
        shown = "" if datatype in _STRINGS else self.graph.names.shorten(datatype)
        stated = term.value if kind == "moment" else ""
        key = term.value if kind == "number" else ""
        return Shown(clean(text), kind, lang, stated=stated, datatype=shown, key=key, words=figures.in_words(key, self.here.lang))


def clean(text: str) -> str:
    r"""A text with what is invisible in it, or would turn the text around it, made visible.

    >>> clean("a\u202eb\x07")
    'a⟨U+202E⟩b␇'
    """
    return text.translate(_HIDDEN)


def _is_web(iri: str) -> bool:
    return urlsplit(iri).scheme in ("http", "https")
