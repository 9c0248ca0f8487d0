"""Between the IRI of a thing and the path of its page.

`<base>id/NAME` is shown on `/page/NAME`, `<base>ontology#TERM` on `/page/ontology/TERM`, and other things by their whole path.
"""

from __future__ import annotations

# The first parts of the paths below the base that name other things than those below id/.
OTHERS = ("article", "graph", "ontology")


def page_path(iri: str, base: str) -> str:
    """The path of a thing's page below `/page/`; empty where the thing is none of the project's.

    >>> [page_path(f"https://e.org/{tail}", "https://e.org/") for tail in ("id/japan", "ontology#Summit", "graph/notes", "x")]
    ['japan', 'ontology/Summit', 'graph/notes', '']
    """
    tail = iri.removeprefix(base) if iri.startswith(base) else ""
    if tail.startswith("id/") and tail.partition("/")[2].partition("/")[0] not in OTHERS:
        return tail.removeprefix("id/")
    first = tail.replace("#", "/", 1).partition("/")[0]
    return tail.replace("#", "/", 1) if first in OTHERS and (first == "ontology" or "#" not in tail) else ""


def iri_of(path: str, base: str) -> str:
    """The thing whose page has a path: the other way round.

    >>> [iri_of(path, "https://e.org/") for path in ("japan", "ontology/Summit", "ontology", "graph/notes")]
    ['https://e.org/id/japan', 'https://e.org/ontology#Summit', 'https://e.org/ontology', 'https://e.org/graph/notes']
    """
    first, slash, rest = path.partition("/")
    if first not in OTHERS:
        return f"{base}id/{path}"
    return f"{base}ontology#{rest}" if first == "ontology" and slash else base + path
