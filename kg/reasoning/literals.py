"""What the rules need to know of the values of literals, looked at once, before they run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations

import pyoxigraph as ox

from kg.reasoning import vocabulary as v
from kg.reasoning.database import Database
from kg.reasoning.datatypes import JUDGED, apart, belongs, differ, ill_typed, value

# A word of rules, and the one or two terms of which it holds.
Known = tuple[str, int, int]
Types = list[tuple[int, str]]
_XSD = v.iri("xsd:")
# Literals that are well formed at a glance; all others of the datatypes that are judged are looked at one by one.
_PLAINLY_GOOD = "|".join(
    rf'"{text}"\^\^<{_XSD}(?:{names})>'
    for text, names in (
        (r"-?[0-9]{1,18}", "integer|decimal|long|double|float"),
        (r"[0-9]{1,18}", "nonNegativeInteger|unsignedLong"),
        (r"-?[0-9]{1,9}", "int"),
        (r"[0-9]{1,9}", "unsignedInt"),
        (r"-?[0-9]{1,18}\.[0-9]{1,18}(?:[eE]-?[0-9])?", "double|float"),
        (r"-?[0-9]+\.[0-9]+", "decimal"),
        ("true|false", "boolean"),
        (r"[a-zA-Z][a-zA-Z0-9+.-]*:[^%\\]*", "anyURI"),
        (r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?", "dateTime"),
    )
)
_COUNTS = ", ".join(str(v.number(f"owl:{name}")) for name in ("maxCardinality", "maxQualifiedCardinality"))
# Where a datatype is what values must be, and not what they are asked to be.
_UNTYPED = f"{v.number('rdfs:range')}, {v.number('rdfs:domain')}"


def look_at_literals(database: Database, types: Types, *, full: bool, new: str = "true", used: str = "true") -> Iterator[Known]:
    """What can be known of literals before any rule has run; `types` are the datatypes that axioms use as classes.

    `new` and `used` are SQL: which `id`s were not looked at before, and which stand in triples.
    """
    judged = "|".join(name.replace(".", r"\.") for name in JUDGED)
    doubtful = f"""select id, t from term where id >= {v.LITERALS} and {new} and regexp_matches(t, '\\^\\^<(?:{judged})>$')
        and not regexp_full_match(t, $re${_PLAINLY_GOOD}$re$)"""
    wrong = [number for number, literal in _literals(database.run(doubtful)) if ill_typed(literal)]
    yield from (("illtyped", number, number) for number in wrong)
    if types or full:
        found = list(_literals(database.run(f"select id, t from term where id >= {v.LITERALS} and {used}")))
        yield from (("value", number, kind) for number, literal in found for kind, iri in types if belongs(literal, iri))
        yield from _equals(found) if full else ()


def _literals(rows: list[tuple[int, str]]) -> Iterator[tuple[int, ox.Literal]]:
    """The literals of rows of numbers and texts."""
    lines = "".join(f"<urn:s> <urn:p> {text} .\n" for _, text in rows)
    terms = (quad.object for quad in ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES))
    for (number, _), literal in zip(rows, terms, strict=True):
        if isinstance(literal, ox.Literal):
            yield number, literal


def note_counts(database: Database) -> None:
    """Fills `number`: the numbers that cardinalities say, however they are written."""
    rows = database.run(f"select distinct id, t from S join term on o = id where p in ({_COUNTS}) and o >= {v.LITERALS}")
    database.run("delete from number")
    counts = ((number, found[1]) for number, literal in _literals(rows) if (found := value(literal)))
    database.insert(
        "number", ((number, int(count)) for number, count in counts if isinstance(count, Decimal) and count in (0, 1))
    )


def types_used(database: Database) -> Types:
    """The datatypes that axioms use as classes, with their IRIs."""
    used = " union ".join(f"select {name} from S where p not in ({_UNTYPED})" for name in "so")
    return _datatypes(database, f"id in ({used} union select c from cell)")


def _datatypes(database: Database, condition: str) -> Types:
    within = f"id between {v.DATATYPES.start} and {v.DATATYPES.stop - 1}"
    return [(kind, text[1:-1]) for kind, text in database.run(f"select id, t from term where {within} and {condition}")]


def _equals(literals: Iterable[tuple[int, ox.Literal]]) -> Iterator[Known]:
    """Literals with the same value."""
    groups: dict[object, list[int]] = defaultdict(list)
    for number, literal in literals:
        if (known := value(literal)) is not None:
            groups[known].append(number)
    return (("equal", group[0], other) for group in map(sorted, groups.values()) for other in group[1:])


def look_at_named(database: Database, classes: Iterable[list[int]], known: set[int], used: str = "true") -> bool:
    """Adds to `literal` what can be said of the literals that are the same as something else; whether any of them is not `known`.

    These are the literals whose datatypes, and differences from others, RDF can write. `classes` are the terms that are the same.
    """
    named = {number: each[0] for each in classes if each[0] < v.LITERALS for number in each if number >= v.LITERALS}
    fresh = sorted(named.keys() - known)
    if not fresh:
        return False
    known.update(fresh)
    literals = dict(_literals(database.run(f"select id, t from term where id >= {v.LITERALS} and {used}")))
    kinds = _datatypes(database, "true")
    types = ((number, kind) for number in fresh for kind, iri in kinds if belongs(literals[number], iri))
    database.insert("literal", (("value", named[number], kind) for number, kind in types))
    values = {number: found for number, literal in literals.items() if (found := value(literal))}
    pairs = ((one, other) for one in fresh if one in values for other in values if apart(values[one], values[other]))
    stands = ((named[one], named.get(other, other)) for one, other in pairs)
    both = (way for one, other in stands if one != other for way in ((one, other), (other, one)))
    database.insert("literal", (("differ", one, other) for one, other in dict.fromkeys(both)))
    return True


def judge_literals(database: Database, classes: Iterable[list[int]]) -> None:
    """Adds to `literal` which literals were given a datatype that they are not in, or were found the same and are not.

    `classes` are the terms that are the same.
    """
    database.run("delete from literal where word in ('alien', 'unequal')")
    database.insert("literal", (("alien", number, kind) for number, kind in _aliens(database)))
    database.insert("literal", (("unequal", one, other) for one, other in _differing(database, classes)))


def _aliens(database: Database) -> Iterator[tuple[int, int]]:
    """What stands for a literal, and the datatype that it was given and is not in; ill-typed literals are in none anyway."""
    names = f"(select id, rep from rep where id >= {v.LITERALS} union all select id, id from term where id >= {v.LITERALS})"
    typed = f"""select distinct v.id, v.t, s, o, d.t from T join {names} n(id, rep) on s = n.rep join term v on v.id = n.id
        join term d on d.id = o where p = {v.TYPE} and o < {v.IRIS} and not ends_with(v.t, '^^' || d.t) order by all"""
    rows = database.run(typed)
    literals = _literals([(number, text) for number, text, *_ in rows])
    for (_, literal), (_, _, stands, kind, datatype) in zip(literals, rows, strict=True):
        if belongs(literal, datatype[1:-1]) is False and not ill_typed(literal):
            yield stands, kind


def _differing(database: Database, classes: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    """The pairs of literals that are the same, and have different values."""
    pairs = database.run(f"select s, o from T where p = {v.SAME} and s >= {v.LITERALS} and o >= {v.LITERALS} and s < o")
    pairs += [pair for each in classes for pair in combinations(sorted(n for n in each if n >= v.LITERALS), 2)]
    texts = database.texts(number for pair in pairs for number in pair)
    known = dict(_literals([*texts.items()]))
    for one, other in sorted({(min(pair), max(pair)) for pair in pairs}):
        if differ(known[one], known[other]):
            yield one, other
