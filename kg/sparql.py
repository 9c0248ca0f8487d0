"""SPARQL text → answer: what may be asked, what a fault in the text means in plain words, and Python values as terms."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer, Rows, Term, Triples, YesNo
from kg.errors import Place, QueryError, UsageError
from kg.names import WELL_KNOWN, Names, did_you_mean
from kg.rewriting import rewritten
from kg.tokens import tokens

Value = Term | str | bool | int | float | Decimal | date

_LONGEST = 64 * 1024
# Nesting takes stack: 2 KB a byte of text was the worst seen, so texts beyond the first size get a stack of the second.
_SHORT, _STACK = 4 * 1024, 256 * 1024 * 1024
# What a thread is called that has such a stack already: another one may not fit beside it.
LARGE_STACK = "large stack"

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_QUERIES = {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"}
_FAULT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_UNPROJECTED = re.compile(r"variable \?(\w+) in its SELECT projection")


def evaluate(store: ox.Store, text: str, names: Names, terms: Mapping[str, Value], origin: str = "query") -> Answer:
    """The answer of a query text with variables bound to `terms`; the prefixes of `names` are declared beforehand.

    Raises QueryError at `origin`:line:column where the text is no query, and where it asks for what is not allowed:
    a change, another server (SERVICE), a term for a variable that it does not project.
    """
    refuse(text, origin)
    bound = bindings(terms)

    def work() -> Answer:
        return answer_of(ask(store, text, names, substitutions=bound), names)

    with faults(text, names, origin):
        return work() if len(text) <= _SHORT else _on_a_large_stack(work)


def ask(store: ox.Store, text: str, names: Names, **how: Any) -> object:
    """What the engine gives for a text, which is rewritten where that makes it fast; `how` goes to the engine.

    Raises what the engine raises; a fault in the text is told at its place in the text as it was given.
    """
    faster, prefixes = rewritten(text), _used(names.prefixes, text)
    try:
        return store.query(faster, prefixes=prefixes, **how)
    except SyntaxError:
        return store.query(text, prefixes=prefixes, **how)


def _used(prefixes: dict[str, str], text: str) -> dict[str, str]:
    """The prefixes that a text may use: to hand them over costs more than many a query."""
    if ":" not in text:
        return {}
    return prefixes if "\\" in text else {prefix: iri for prefix, iri in prefixes.items() if f"{prefix}:" in text}


def bindings(terms: Mapping[str, Value]) -> dict[ox.Variable, Term]:
    """What variables are bound to, as the engine takes it; UsageError where a name is none or a value is no term."""
    return {_variable(name): to_term(value) for name, value in terms.items()}


@contextmanager
def faults(text: str, names: Names, origin: str = "query") -> Iterator[None]:
    """Turns what the engine says of a text into QueryError at its place, in plain words."""
    try:
        yield
    except SyntaxError as error:
        raise _fault(str(error.args[0]), text, names, origin) from error
    except (RuntimeError, OSError, ValueError, MemoryError) as error:
        raise _failure(str(error), origin) from error


def variables(text: str) -> set[str]:
    """The names of the variables in a query text.

    >>> sorted(variables("ASK { ?s ?p '?o' }"))
    ['p', 's']
    """
    return {token[0][1:] for token in tokens(text) if token.lastgroup == "variable"}


def to_term(value: object) -> Term:
    """A Python value as an RDF term; text is a string, never an IRI.

    >>> str(to_term(Decimal("1.50")))
    '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    if isinstance(value, str | bool | int | float):
        return ox.Literal(value)
    if isinstance(value, Decimal):
        return _typed(format(value, "f"), "decimal")
    if isinstance(value, date):
        return _typed(value.isoformat(), "dateTime" if isinstance(value, datetime) else "date")
    raise UsageError(f"{value!r} is no RDF term", hint="give a pyoxigraph term, text, a number, a date, or True or False")


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(WELL_KNOWN["xsd"] + datatype))


def _variable(name: str) -> ox.Variable:
    try:
        return ox.Variable(name)
    except ValueError as error:
        raise UsageError(f"{name!r} is no name of a variable", hint="use letters, digits and _") from error


def answer_of(result: object, names: Names) -> Answer:
    """A result of the engine, read to its end."""
    if isinstance(result, ox.QueryBoolean):
        return YesNo(bool(result), names=names)
    if isinstance(result, ox.QueryTriples):
        return Triples(list(result), names=names)
    assert isinstance(result, ox.QuerySolutions)
    return Rows([variable.value for variable in result.variables], [tuple(row) for row in result], names=names)


def _on_a_large_stack(work: Callable[[], Answer]) -> Answer:
    """The work done in a thread of its own: the recursion of a long query overflows the usual stack, which kills the process."""
    from concurrent.futures import ThreadPoolExecutor

    if threading.current_thread().name == LARGE_STACK:
        return work()
    usual = threading.stack_size(_STACK)
    try:
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(work).result()
    finally:
        threading.stack_size(usual)


def refuse(text: str, origin: str = "query", *, endpoints: Collection[str] = ()) -> None:
    """Raises QueryError where a text is too long, asks a server that is none of `endpoints`, or would change the graph."""
    if len(text.encode()) > _LONGEST:
        raise QueryError(f"longer than {_LONGEST // 1024} KiB", place=Place(origin), hint="bind terms instead of listing them")
    plain = _unescaped(text)
    refuse_services(text, origin, endpoints)
    words = ((token, token[0].upper()) for token in tokens(plain) if token.lastgroup == "word")
    kind, at = next(((word, token) for token, word in words if word in _UPDATES | _QUERIES), ("", None))
    if at and kind in _UPDATES:
        raise QueryError(
            f"{kind} would change the graph, which is read only here",
            place=_place(plain, at.start(), origin),
            hint="change the files of the project",
        )


def _unescaped(text: str) -> str:
    r"""The text without \u escapes, with which SPARQL lets even a keyword be written."""
    return _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), text) if "\\" in text else text


def refuse_services(text: str, origin: str, endpoints: Collection[str]) -> None:
    """Raises QueryError where a text asks a server that is none of `endpoints`."""
    if "service" not in (plain := _unescaped(text)).lower():
        return
    for token in _services(list(tokens(plain)), endpoints):
        raise QueryError("SERVICE would ask another server", place=_place(plain, token.start(), origin), hint="leave it out")


def _services(found: list[re.Match[str]], endpoints: Collection[str]) -> Iterator[re.Match[str]]:
    """The words SERVICE that are not followed by one of the endpoints, written as a whole IRI."""
    for at, token in enumerate(found):
        if token.lastgroup == "word" and token[0].upper() == "SERVICE":
            named = [each[0] for each in found[at + 1 : at + 3] if each[0].upper() != "SILENT"]
            if not named or named[0].strip("<>") not in endpoints:
                yield token


def _place(text: str, at: int, origin: str) -> Place:
    return Place(origin, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _fault(message: str, text: str, names: Names, origin: str) -> QueryError:
    found = _FAULT.match(message)
    if not found:
        return QueryError(message, place=Place(origin))
    line, column = int(found[1]), int(found[2])
    at = sum(len(before) + 1 for before in text.split("\n")[: line - 1]) + column - 1
    if undeclared := _undeclared(text, at, names):
        return _unknown_prefix(undeclared, _place(text, undeclared.start(), origin), names)
    # The parser looks as far as it can: at the end of the text it points behind the last line.
    place = _place(text, min(at, max(len(text.rstrip()) - 1, 0)), origin)
    return QueryError(_reason(found[3], text, at, origin), place=place, hint="the fault is at this place or just before it")


def _undeclared(text: str, at: int, names: Names) -> re.Match[str] | None:
    """The first name before a fault whose prefix is not declared, which the parser tells in some places only; no name in a string
    that is not closed.
    """
    words = list(takewhile(lambda word: word.start() <= at and word[0] not in ("'", '"'), tokens(text)))
    declared = {name[0] for word, name in pairwise(words) if word[0].upper() == "PREFIX"}
    known = {f"{prefix}:" for prefix in names.prefixes} | declared
    return next((word for word in words if word.lastgroup == "name" and not word[0].startswith(tuple(known))), None)


def _unknown_prefix(name: re.Match[str], place: Place, names: Names) -> QueryError:
    prefix = name[0].partition(":")[0]
    hint = did_you_mean(prefix, names.prefixes, otherwise=f"write PREFIX {prefix}: <https://…> at the top")
    return QueryError(f"the prefix {prefix}: is not declared", place=place, hint=hint)


def _reason(expected: str, text: str, at: int, origin: str) -> str:
    """What the parser says in words, else what it met; what it expected instead only where that is short."""
    items = [item.strip() for item in re.split(r", (?![^\[]*\])", expected.replace("\n", " ")) if item.strip()[:1] != "["]
    if in_words := [item for item in items if " " in item and item[0] != '"']:
        return in_words[0]
    if origin != "update" and not any(token[0].upper() in _QUERIES for token in tokens(text)):
        return f"this is no query: it has none of {', '.join(sorted(_QUERIES))}"
    met = re.compile(r"\s*([\w:?$<]+|\S)").match(text, at)
    signs = [item for item in items if item[0] == '"']
    instead = f", expected {' or '.join(signs)}" if 0 < len(signs) <= 4 else ""
    return (f"unexpected {met[1]!r}" if met else "something is missing before the end") + instead


def _failure(message: str, origin: str) -> QueryError:
    if found := _UNPROJECTED.search(message):
        said = f"?{found[1]} is given a value and is not among the variables of the query"
        hint = f"add ?{found[1]} to the variables after SELECT, and to GROUP BY where the query has one"
        return QueryError(said, place=Place(origin), hint=hint)
    damaged = "the built graph is damaged: remove the folder that this names, and ask again" if "Corruption" in message else ""
    return QueryError(message, place=Place(origin), hint=damaged)
