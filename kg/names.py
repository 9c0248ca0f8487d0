"""Prefixes, and the way between an IRI and its short name.

The well-known prefixes stand here and nowhere else; a project adds its own in `kg.toml` or with the
`@prefix` lines of its files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

WELL_KNOWN: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# A local name that Turtle reads without escapes (a subset of PN_LOCAL, https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL).
_LETTERS = (
    "A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# A text, for `re` compiles it when it is first used: 6 ms that a command may never need.
_LOCAL = f"[{_LETTERS}](?:[{_LETTERS}.-]*[{_LETTERS}-])?"


class Names:
    """The prefixes of one project.

    >>> names = Names({"id": "https://w3id.org/cajad/id/"})
    >>> names.shorten("https://w3id.org/cajad/id/japan")
    'id:japan'
    >>> names.expand("id:japan")
    'https://w3id.org/cajad/id/japan'
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes: dict[str, str] = {**WELL_KNOWN, **prefixes}
        self._longest_first = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))

    def shorten(self, iri: str) -> str:
        """The short name of an IRI, or `<IRI>` where no prefix fits."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and re.fullmatch(_LOCAL, iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def expand(self, text: str) -> str | None:
        """The IRI that `prefix:local`, `<IRI>` or a bare absolute IRI stands for; None for any other text."""
        if text.startswith("<") and text.endswith(">"):
            return text[1:-1]
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            return self.prefixes[prefix] + local
        return text if re.match(r"[A-Za-z][\w+.-]*://\S+$|urn:\S+$", text) else None


def nearest(word: str, candidates: Iterable[str], *, count: int = 3) -> list[str]:
    """The candidates that a reader may have meant, best first; empty where none is near.

    >>> nearest("kazahstan", ["kazakhstan", "japan"])
    ['kazakhstan']
    """
    import difflib

    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    return [by_fold[near] for near in difflib.get_close_matches(word.casefold(), by_fold, n=count, cutoff=0.6)]


def did_you_mean(word: str, candidates: Iterable[str], *, otherwise: str = "") -> str:
    """A hint that names the near misses of `word`, or `otherwise` where there are none."""
    near = nearest(word, candidates)
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else otherwise
