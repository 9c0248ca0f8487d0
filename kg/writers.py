"""The writers of rows and of yes or no, and how terms are shown to people. The formats themselves stand in `kg.answers`."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from unicodedata import east_asian_width

import pyoxigraph as ox

from kg import figures
from kg.errors import UsageError
from kg.names import Names

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = tuple[Term | None, ...]

_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
# Characters that XML 1.0 cannot carry, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
# White space but for the spaces within numbers and dates, at which no line may break.
_BREAKS = re.compile("[^\\S\u00a0\u202f]+")
# Readers drop plain white space at the ends of a value.
_OUTER_SPACE = re.compile(r"^[ \t\n]+|[ \t\n]+\Z")
# The standard library has this too, at 20 ms for the import; a bare \r would come back as \n.
_XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@dataclass(frozen=True)
class Presenter:
    """How terms are shown to people who read `lang`: by their label where they have one, else by their short name; numbers and
    moments as such readers write them. `unbound` stands for none.

    >>> how = Presenter(Names({"id": "https://example.org/"}))
    >>> how.text(ox.NamedNode("https://example.org/japan")), how.text(ox.Literal(3700000000)), how.text(ox.Literal("2025-21"))
    ('id:japan', '3,700,000,000', 'spring 2025')
    """

    names: Names
    label: Callable[[str], str | None] = lambda _: None
    unbound: str = ""
    lang: str = "en"

    def text(self, term: Term | None) -> str:
        """The term as a reader would name it."""
        if isinstance(term, ox.NamedNode):
            return self.label(term.value) or self.names.shorten(term.value)
        if isinstance(term, ox.Literal):
            return figures.written(term.value, term.datatype.value, self.lang)
        return self.unbound if term is None else _written(term)


def write_csv(variables: Sequence[str], rows: Sequence[Row], _presenter: Presenter) -> str:
    """SPARQL 1.1 Query Results CSV: values without their types."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows(map(plain, row) for row in rows)
    return out.getvalue()


def plain(term: Term | None) -> str:
    """A term as it stands in CSV, where nothing says what kind of term it is."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else _written(term)


def _written(term: Term | None) -> str:
    """The term as N-Triples writes it."""
    if isinstance(term, ox.Triple):
        return f"<<( {term} )>>"
    return "" if term is None else str(term)


def write_tsv(variables: Sequence[str], rows: Sequence[Row], _presenter: Presenter) -> str:
    """SPARQL 1.1 Query Results TSV: terms as N-Triples writes them."""
    head = "\t".join(f"?{name}" for name in variables)
    lines = ("\t".join(map(_written, row)) for row in rows)
    return "".join(f"{line}\n" for line in (head, *lines))


def write_json(variables: Sequence[str], rows: Sequence[Row], _presenter: Presenter) -> str:
    """SPARQL 1.1 Query Results JSON."""
    bindings = [{name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None} for row in rows]
    return _dump({"head": {"vars": variables}, "results": {"bindings": bindings}})


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts}}
    if not isinstance(term, ox.Literal):
        return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}
    return {"type": "literal", "value": term.value, **_literal_kind(term, language="xml:lang", direction="its:dir")}


def _literal_kind(term: ox.Literal, *, language: str, direction: str) -> dict[str, str]:
    if term.language:
        return {language: term.language} | ({direction: term.direction.value} if term.direction else {})
    return {} if term.datatype == _STRING else {"datatype": term.datatype.value}


def write_xml(variables: Sequence[str], rows: Sequence[Row], _presenter: Presenter) -> str:
    """SPARQL 1.1 Query Results XML."""
    head = "".join(f'<variable name="{_xml_text(name)}"/>' for name in variables)
    results = "\n".join(f"<result>{_xml_bindings(variables, row)}</result>" for row in rows)
    return _sparql_xml(head, f"<results>\n{results}\n</results>")


def _sparql_xml(head: str, body: str) -> str:
    space = 'xmlns="http://www.w3.org/2005/sparql-results#" xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
    return f'<?xml version="1.0"?>\n<sparql {space}>\n<head>{head}</head>\n{body}\n</sparql>\n'


def _xml_bindings(variables: Sequence[str], row: Row) -> str:
    bound = [(name, term) for name, term in zip(variables, row, strict=True) if term is not None]
    return "".join(f'<binding name="{_xml_text(name)}">{_xml_term(term)}</binding>' for name, term in bound)


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"
    if isinstance(term, ox.Literal):
        kind = _literal_kind(term, language="xml:lang", direction="its:dir")
        attributes = "".join(f' {name}="{_xml_text(value)}"' for name, value in kind.items())
        return f"<literal{attributes}>{_xml_text(term.value)}</literal>"
    tag = "uri" if isinstance(term, ox.NamedNode) else "bnode"
    return f"<{tag}>{_xml_text(term.value)}</{tag}>"


def _xml_text(text: str) -> str:
    if found := re.search(_NOT_XML, text):
        raise UsageError(f"XML cannot carry the character U+{ord(found[0]):04X} of {text!r}", hint="json can")
    return _OUTER_SPACE.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), text.translate(_XML_ESCAPES))


def write_table(variables: Sequence[str], rows: Sequence[Row], presenter: Presenter) -> str:
    cells = [variables, *_shown(rows, presenter)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return "".join("  ".join(map(_pad, row, widths)).rstrip() + "\n" for row in cells)


def write_markdown(variables: Sequence[str], rows: Sequence[Row], presenter: Presenter) -> str:
    cells = [variables, ["---"] * len(variables), *_shown(rows, presenter)]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in cells)


def _shown(rows: Sequence[Row], presenter: Presenter) -> list[list[str]]:
    return [[_BREAKS.sub(" ", presenter.text(term)).strip() for term in row] for row in rows]


def _width(text: str) -> int:
    """The columns that a text takes on a terminal: Japanese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def write_word(value: bool) -> str:
    return "yes\n" if value else "no\n"


def write_boolean(value: bool) -> str:
    return "true\n" if value else "false\n"


def write_boolean_json(value: bool) -> str:
    return _dump({"head": {}, "boolean": value})


def write_boolean_xml(value: bool) -> str:
    return _sparql_xml("", f"<boolean>{'true' if value else 'false'}</boolean>")
