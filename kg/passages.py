"""The passages of a text that the user holds: the text stays outside the project, offsets and hashes lead to it.

A sentence is a node with `oa:start`, `oa:end` (code points, end exclusive) and a property whose name ends in `#sha256`
(https://www.w3.org/TR/annotation-vocab/#textpositionselector).
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

from kg.errors import Place, UsageError
from kg.graph import KnowledgeGraph

_POSITIONS = """
SELECT DISTINCT ?sentence ?start ?end ?hash WHERE {
  ?sentence oa:start ?start ; oa:end ?end ; ?property ?hash .
  FILTER(STRENDS(STR(?property), "#sha256") && DATATYPE(?start) = xsd:integer && DATATYPE(?end) = xsd:integer)
}
ORDER BY ?start ?sentence
"""


def read_text(file: Path) -> str:
    """The text of a UTF-8 file in NFC; raises UsageError where it cannot be read."""
    try:
        return unicodedata.normalize("NFC", file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the text {file} cannot be read: {error}", hint="name a UTF-8 file") from error


def passages(graph: KnowledgeGraph, file: Path) -> dict[str, str]:
    """The passage of each sentence that is found unchanged in `file`, by the sentence's IRI.

    Raises UsageError where the file cannot be read or holds none of the sentences: then it is another text.
    """
    found = found_in(graph, read_text(file))
    if not found:
        hint = "it is another text than the one the data was made from; `kg check --text FILE` says where they differ"
        raise UsageError("holds none of the sentences", place=Place(str(file)), hint=hint)
    return found


def found_in(graph: KnowledgeGraph, text: str) -> dict[str, str]:
    """The passage of each sentence that is found unchanged in a text, by the sentence's IRI."""
    found = {}
    for sentence, start, end, expected in graph.sparql(_POSITIONS):
        passage = text[int(start.value) : int(end.value)]
        if hashlib.sha256(passage.encode()).hexdigest() == expected.value:
            found[sentence.value] = passage
    return found
