"""The datatypes of OWL 2 RL: which texts are well formed, which are the same value, which differ, which values are in which type.

The tables are read from https://www.w3.org/TR/xmlschema11-2/ and https://www.w3.org/TR/owl2-syntax/#Datatype_Maps.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import combinations, product

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import WELL_KNOWN
from kg.reasoning.datatypes import JUDGED, belongs, differ, ill_typed, value
from tests.test_reasoning import closed, holds, literal

# Numbers that no floating-point number comes near: they would be read as infinity or as zero.
TOO_MUCH = ["1e400", "-1.0E+309", "9" * 400 + ".0", "1e-400", "-0.0001e-399", "0." + "0" * 400 + "1"]
# Of each datatype, texts that are well formed, and texts that are not.
FORMS: dict[str, tuple[list[str], list[str]]] = {
    "xsd:decimal": (["1.0", "-.5", "+1.", "00"], ["1e0", "", "a", "1,0", "\u0661"]),
    "xsd:integer": (["1", "-1", "+01"], ["1.0", "a", "", "\u0661"]),
    "xsd:nonNegativeInteger": (["0", "-0", "1"], ["-1"]),
    "xsd:nonPositiveInteger": (["0", "-1"], ["1"]),
    "xsd:positiveInteger": (["1"], ["0", "-1"]),
    "xsd:negativeInteger": (["-1"], ["0"]),
    "xsd:long": (["9223372036854775807"], ["9223372036854775808"]),
    "xsd:int": (["2147483647"], ["2147483648"]),
    "xsd:short": (["-32768"], ["-32769"]),
    "xsd:byte": (["127"], ["128"]),
    "xsd:unsignedLong": (["18446744073709551615"], ["18446744073709551616", "-1"]),
    "xsd:unsignedInt": (["4294967295"], ["4294967296"]),
    "xsd:unsignedShort": (["65535"], ["65536"]),
    "xsd:unsignedByte": (["255"], ["256"]),
    "xsd:double": (
        ["1E0", "INF", "+INF", "-INF", "NaN", "1", "1.5e-3", "1.7e308", "-4e-324"],
        ["inf", "1e", "x", "-NaN", *TOO_MUCH],
    ),
    "xsd:float": (
        ["1E0", "INF", "-INF", "NaN", "3.4e38", "-0.2e-44", "-0.0e-99"],
        ["nan", "++1", "3.5e38", "0.6e-45", *TOO_MUCH],
    ),
    "xsd:boolean": (["true", "false", "1", "0"], ["TRUE", "yes", ""]),
    "xsd:hexBinary": (["", "0fB8"], ["f", "zz"]),
    "xsd:base64Binary": (["", "TWFu", "T W F u", "TWE=", "TQ=="], ["TWF", "T===", "TR==", "TWF=", "*"]),
    "xsd:anyURI": (["http://a/b", "../c", "", "#:d", "e/f:g", "?h:i", "j+k.l-m:n"], ["http://a/%zz", ":o", "1p:q", "r s:t"]),
    "xsd:dateTime": (
        [
            "2008-07-08T20:44:11",
            "2008-07-08T20:44:11.656+01:00",
            "2008-07-08T24:00:00Z",
            "-0001-01-01T00:00:00",
            "12008-02-29T00:00:00",
        ],
        [
            "2008-13-01T00:00:00",
            "2009-02-29T00:00:00",
            "2008-07-08",
            "2008-07-08T25:00:00",
            "2008-07-08T24:00:01",
            "2008-07-08T20:44:60",
            "2008-07-08T20:44:11+15:00",
            "02008-07-08T20:44:11",
        ],
    ),
    "xsd:dateTimeStamp": (["2008-07-08T20:44:11.656+01:00"], ["2008-07-08T20:44:11.656"]),
    "xsd:string": (["", " a\t\n b "], []),
    "xsd:normalizedString": ([" a  b "], ["a\tb", "a\nb"]),
    "xsd:token": (["a b", ""], [" a", "a  b", "a\tb"]),
    "xsd:language": (["en", "de-AT"], ["e_n", "toolonglanguage", ""]),
    "xsd:Name": ([":a", "_x", "a-b.c", "\u0442\u043e\u043a\u0438\u043e", "\u6771\u4eac"], ["1a", "a b", "-a"]),
    "xsd:NCName": (["a"], ["a:b", "1"]),
    "xsd:NMTOKEN": (["1:-a"], ["a b", "", "\u00b2"]),
    "rdf:XMLLiteral": (
        ["", "text", "<a/>", "a<!-- b --><c d='e'>f</c>"],
        ["<a", "a</b>", "&nothing;", "</x><x>", "<!DOCTYPE a><a/>"],
    ),
    "rdf:PlainLiteral": (["a@", "a@en", "a@b@en-GB", "@"], ["a", "a@e_n"]),
}
# Which datatype is derived from which.
DERIVED = {
    **{"integer": "decimal", "long": "integer", "int": "long", "short": "int", "byte": "short"},
    **{"nonNegativeInteger": "integer", "positiveInteger": "nonNegativeInteger", "unsignedLong": "nonNegativeInteger"},
    **{"unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort"},
    **{"nonPositiveInteger": "integer", "negativeInteger": "nonPositiveInteger", "normalizedString": "string"},
    **{"token": "normalizedString", "language": "token", "NMTOKEN": "token", "Name": "token", "NCName": "Name"},
    "dateTimeStamp": "dateTime",
}
# Pairs of literals of one value.
SAME = [
    ('"1"^^xsd:integer', '"01"^^xsd:byte'),
    ('"1.0"^^xsd:decimal', '"1"^^xsd:unsignedByte'),
    ('"+0"^^xsd:integer', '"-0"^^xsd:integer'),
    ('"1"^^xsd:boolean', '"true"^^xsd:boolean'),
    ('"0f"^^xsd:hexBinary', '"0F"^^xsd:hexBinary'),
    ('"T W F u"^^xsd:base64Binary', '"TWFu"^^xsd:base64Binary'),
    ('"1e0"^^xsd:double', '"10e-1"^^xsd:double'),
    ('"0.0"^^xsd:float', '"0e5"^^xsd:float'),
    ('"INF"^^xsd:float', '"+INF"^^xsd:float'),
    ('"NaN"^^xsd:float', '" NaN "^^xsd:float'),
    ('"a"', '"a"^^xsd:token'),
    ('"b"@en-GB', '"b@EN-gb"^^rdf:PlainLiteral'),
    ('"c@"^^rdf:PlainLiteral', '"c"'),
    ("'<a b=\"1\"/>'^^rdf:XMLLiteral", "'<a b=\"1\"></a>'^^rdf:XMLLiteral"),
    ('"2008-07-08T24:00:00Z"^^xsd:dateTime', '"2008-07-09T00:00:00Z"^^xsd:dateTime'),
    ('"2008-07-08T20:44:11.60Z"^^xsd:dateTime', '"2008-07-08T20:44:11.6+00:00"^^xsd:dateTimeStamp'),
    ('"2009-12-31T24:00:00.0"^^xsd:dateTime', '"2010-01-01T00:00:00"^^xsd:dateTime'),
]
# Pairs of literals of different values, those that are equal and not identical among them.
DIFFERENT = [
    ('"1"^^xsd:integer', '"2"^^xsd:byte'),
    ('"3.0"^^xsd:decimal', '"3.0"^^xsd:double'),
    ('"3.0"^^xsd:float', '"3.0"^^xsd:double'),
    ('"+0.0"^^xsd:float', '"-0.0"^^xsd:float'),
    ('"0"^^xsd:double', '"-0"^^xsd:double'),
    ('"NaN"^^xsd:double', '"INF"^^xsd:double'),
    ('"0"^^xsd:boolean', '"true"^^xsd:boolean'),
    ('"0fff"^^xsd:hexBinary', '"0ffe"^^xsd:hexBinary'),
    ('"0fff"^^xsd:hexBinary', '"0fff"^^xsd:base64Binary'),
    ('"d"', '"e"'),
    ('"d"@en', '"d"@de'),
    ('"d"@en', '"d"'),
    ('"d"^^xsd:anyURI', '"d"'),
    ('"4"', '"4"^^xsd:integer'),
    ("'<d/>'^^rdf:XMLLiteral", "'<e/>'^^rdf:XMLLiteral"),
    ("'<d/>'^^rdf:XMLLiteral", '"<d/>"'),
    ('"2011-07-08T20:44:11Z"^^xsd:dateTime', '"2011-07-08T20:44:12Z"^^xsd:dateTime'),
    ('"2012-07-08T20:44:11"^^xsd:dateTime', '"2012-07-08T20:44:12"^^xsd:dateTime'),
    ('"2013-07-08T20:44:11"^^xsd:dateTime', '"2013-07-08T20:44:11Z"^^xsd:dateTime'),
]
# Of these nobody knows: one moment in two zones is one value in XML Schema 1.0 and two in 1.1; other datatypes are not OWL's.
UNKNOWN = [
    ('"2008-07-08T20:44:11Z"^^xsd:dateTime', '"2008-07-08T21:44:11+01:00"^^xsd:dateTime'),
    ('"2008"^^xsd:gYear', '"2009"^^xsd:gYear'),
    ('"a"^^<urn:type>', '"b"^^<urn:type>'),
    ('"x"^^xsd:integer', '"y"^^xsd:integer'),
]
GOOD = [(name, text) for name, (good, _) in FORMS.items() for text in good]
WRONG = [(name, text) for name, (_, wrong) in FORMS.items() for text in wrong]


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return WELL_KNOWN[prefix] + local


def typed(name: str, text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(iri(name)))


def above(name: str) -> set[str]:
    """The datatype, and all that it is derived from."""
    found = {name}
    while (name := DERIVED.get(name, "")) and name not in found:
        found.add(name)
    return found


def graph(statements: list[str]) -> str:
    return " ".join(f"{statement} ." for statement in statements)


def test_every_datatype_of_the_profile_is_in_the_table() -> None:
    assert {iri(name) for name in FORMS} == set(JUDGED)
    assert len(FORMS) == 31


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_a_well_formed_text_has_a_value_in_its_datatype_and_in_those_above(name: str, text: str) -> None:
    assert not ill_typed(typed(name, text))
    assert belongs(typed(name, text), iri(name)) and belongs(typed(name, text), iri("rdfs:Literal"))
    assert [each for each in above(name.removeprefix("xsd:")) if not belongs(typed(name, text), iri(f"xsd:{each}"))] in (
        [],
        [name],
    )


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_malformed_text_has_no_value(name: str, text: str) -> None:
    assert ill_typed(typed(name, text)) and value(typed(name, text)) is None
    assert belongs(typed(name, text), iri(name)) is False and belongs(typed(name, text), iri("rdfs:Literal")) is False


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_value_in_two_forms_is_one_value(one: str, other: str) -> None:
    assert value(literal(one)) == value(literal(other)) is not None
    assert not differ(literal(one), literal(other)) and not differ(literal(other), literal(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values_differ(one: str, other: str) -> None:
    assert differ(literal(one), literal(other)) and differ(literal(other), literal(one))


@pytest.mark.parametrize(("one", "other"), UNKNOWN)
def test_where_nobody_knows_nothing_is_claimed(one: str, other: str) -> None:
    assert not differ(literal(one), literal(other))
    assert value(literal(one)) is None or value(literal(one)) != value(literal(other))


def test_only_values_of_one_space_are_in_one_another_s_datatypes() -> None:
    spaces = ["decimal", "double", "float", "boolean", "hexBinary", "base64Binary", "anyURI", "dateTime", "string"]
    samples = {space: typed(f"xsd:{space}", FORMS[f"xsd:{space}"][0][0]) for space in spaces}
    assert all(differ(samples[one], samples[other]) for one, other in combinations(spaces, 2))
    assert all(belongs(samples[one], iri(f"xsd:{other}")) is (one == other) for one, other in product(spaces, spaces))


@given(st.integers(-(2**65), 2**65), st.sampled_from(sorted(name for name in DERIVED if "decimal" in above(name))))
def test_a_whole_number_is_in_a_datatype_where_its_bounds_say_so(number: int, name: str) -> None:
    bits = {"Long": 64, "long": 64, "Int": 32, "int": 32, "Short": 16, "short": 16, "Byte": 8, "byte": 8}
    low: float = {"positiveInteger": 1, "nonNegativeInteger": 0}.get(name, float("-inf"))
    high: float = {"negativeInteger": -1, "nonPositiveInteger": 0}.get(name, float("inf"))
    if size := bits.get(name.removeprefix("unsigned")):
        low, high = (0, 2**size - 1) if name.startswith("unsigned") else (-(2 ** (size - 1)), 2 ** (size - 1) - 1)
    assert belongs(typed("xsd:decimal", f"{number}.0"), iri(f"xsd:{name}")) is (low <= number <= high)
    assert ill_typed(typed(f"xsd:{name}", str(number))) is not (low <= number <= high)


_ZONES = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Bounds without a zone are what hypothesis asks for.
_MOMENTS = st.datetimes(datetime(2, 2, 10), datetime(9998, 11, 20), timezones=_ZONES)  # noqa: DTZ001


@given(_MOMENTS, _ZONES, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_moments_are_the_calendar_s(one: datetime, zone: timezone, later: timedelta) -> None:
    first = typed("xsd:dateTime", one.isoformat())
    assert not differ(first, typed("xsd:dateTimeStamp", one.astimezone(zone).isoformat()))
    other = typed("xsd:dateTime", (one + later).astimezone(zone).isoformat())
    assert differ(first, other) is (later != timedelta(0))


def test_the_closure_says_what_values_are_the_same_which_differ_and_which_types_they_have() -> None:
    """In full mode: what is the same as a literal has its datatypes, and is different from what is another value."""
    named = {
        text: f":n{at}"
        for at, text in enumerate(dict.fromkeys(text for pair in [*SAME, *DIFFERENT, *UNKNOWN[:1]] for text in pair))
    }
    closure = closed(graph([f"{name} owl:sameAs {text}" for text, name in named.items()]), full=True)
    assert closure.clashes == ()
    assert holds(closure, graph([f"{named[one]} owl:sameAs {named[other]}" for one, other in SAME])[:-1])
    assert holds(closure, graph([f"{named[one]} owl:differentFrom {named[other]}" for one, other in DIFFERENT])[:-1])
    assert holds(closure, graph([f"{named[other]} owl:differentFrom {named[one]}" for one, other in DIFFERENT])[:-1])
    (one, other) = (named[text] for text in UNKNOWN[0])
    assert not holds(closure, f"{one} owl:sameAs {other}") and not holds(closure, f"{one} owl:differentFrom {other}")
    byte, text = named['"01"^^xsd:byte'], named['"b"@en-GB']
    assert holds(closure, graph([f"{byte} a xsd:{name}" for name in above("byte")])[:-1])
    assert holds(closure, f"{byte} a rdfs:Literal . {text} a rdf:PlainLiteral") and not holds(closure, f"{byte} a xsd:double")


def test_a_name_that_a_literal_gets_on_the_way_says_the_same() -> None:
    facts = ":p a owl:FunctionalProperty . :x :p :n, 5 . :y :p :m, 6 . xsd:short rdfs:subClassOf :Small ."
    closure = closed(facts, full=True)
    assert holds(closure, ":n a xsd:short, :Small ; owl:differentFrom :m, 6 . :m owl:differentFrom :n")


@pytest.mark.parametrize("full", [False, True])
def test_every_malformed_literal_is_a_contradiction_however_it_comes(full: bool) -> None:
    direct = [f":x{at} :p {typed(name, text)}" for at, (name, text) in enumerate(WRONG)]
    named = [f":y{at} owl:sameAs {typed(name, text)}" for at, (name, text) in enumerate(WRONG)]
    for statements in (direct, named):
        clashes = closed(graph(statements), full=full).clashes
        assert {clash.rule for clash in clashes} == {"dt-not-type"}
        assert {str(typed(name, text)) for name, text in WRONG} == {
            clash.message.removesuffix(" is no value of its datatype") for clash in clashes
        }


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("statement", [":x{at} :p{at} {text} . :p{at} rdfs:range {name}", ":x{at} owl:sameAs {text} ; a {name}"])
def test_a_text_that_is_none_of_a_datatype_s_contradicts_it(statement: str, full: bool) -> None:
    texts = [(name, text) for name, text in WRONG if name.startswith("xsd:")]
    facts = [statement.format(at=at, text=ox.Literal(text), name=name) for at, (name, text) in enumerate(texts)]
    clashes = closed(graph(facts), full=full).clashes
    assert {clash.rule for clash in clashes} == {"dt-not-type"}
    told = {clash.message for clash in clashes}
    assert {f"{ox.Literal(text)} must be a <{iri(name)}> and is none" for name, text in texts} <= told


@pytest.mark.parametrize("full", [False, True])
def test_different_values_of_a_functional_property_contradict_and_forms_of_one_value_do_not(full: bool) -> None:
    def facts(pairs: list[tuple[str, str]]) -> str:
        return graph([f":f{at} a owl:FunctionalProperty . :x :f{at} {one}, {other}" for at, (one, other) in enumerate(pairs)])

    assert closed(facts([*SAME, *UNKNOWN[:3]]), full=full).clashes == ()
    assert {clash.rule for clash in closed(facts(DIFFERENT), full=full).clashes} == {"eq-diff1"}
    for pair in DIFFERENT[:4]:
        assert closed(facts([pair]), full=full).clashes


@pytest.mark.parametrize(("name", "text"), GOOD[::3])
def test_a_well_formed_literal_contradicts_nothing(name: str, text: str) -> None:
    assert closed(f":x :p {typed(name, text)} . :y owl:sameAs {typed(name, text)} . :p rdfs:range {name} .").clashes == ()
