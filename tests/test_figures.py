"""The figures of data/: each agrees with how the source writes it, and none can be added to another by mistake."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import combinations

import pytest

from tests import coverage, mentions
from tests.content import column, rows, shown

FIGURES = """SELECT ?figure ?value ?qualifier ?lower ?upper WHERE { ?figure cajad:value ?value ; cajad:qualifier ?qualifier
    OPTIONAL { ?figure cajad:lowerBound ?lower } OPTIONAL { ?figure cajad:upperBound ?upper } }"""
AMOUNTS = """SELECT ?amount ?kind ?currency ?modality WHERE {
    ?amount a cajad:MoneyAmount ; cajad:amountKind ?kind ; cajad:currency ?currency ; cajad:modality ?modality }"""
STATED = "GRAPH ?graph { ?figure cajad:value ?value } FILTER(STRSTARTS(STR(?graph), STR(tokyo:P)))"
# Words that the source sets before a figure, and the qualifier that they mean; without such a word it is exact.
QUALIFIERS = {"более": "more-than", "превысил": "more-than", "около": "about", "примерно": "about"}
MONEY = frozenset(mentions.CURRENCIES.values())


def value(figure: str) -> Decimal:
    (found,) = column(f"SELECT ?value WHERE {{ id:{figure} cajad:value ?value }}")
    return Decimal(found)


def test_the_article_states_ten_amounts_in_three_currencies() -> None:
    stated = column(f"SELECT ?currency WHERE {{ {STATED} ?figure a cajad:MoneyAmount ; cajad:currency ?currency }}")
    assert Counter(stated) == {"jpy": 1, "usd": 7, "eur": 2}


def test_the_article_states_three_percentages() -> None:
    stated = column(f"SELECT ?value WHERE {{ {STATED} ?figure cajad:unit id:unit-percent }}")
    assert sorted(map(Decimal, stated)) == [Decimal("23.9"), 60, 90]


def test_every_amount_has_one_kind_one_currency_and_one_modality() -> None:
    amounts = column("SELECT ?amount WHERE { ?amount a cajad:MoneyAmount }")
    assert len(amounts) == 11
    assert [amount for amount, *_ in rows(AMOUNTS)] == amounts


def test_every_figure_has_one_value_unless_the_article_gives_none() -> None:
    figures = column("SELECT ?figure WHERE { ?figure a cajad:Quantity }")
    valued = [figure for figure, *_ in rows(FIGURES)]
    assert len(valued) == len(set(valued)) == 28
    assert sorted(set(figures) - set(valued)) == ["majority-of-japanese-cargo"]


def test_the_bounds_of_a_figure_agree_with_its_qualifier() -> None:
    found = rows(FIGURES)
    assert {row[2] for row in found} == {"qualifier-exact", "qualifier-more-than", "qualifier-about"}
    assert [row for row in found if not _bounds_agree(*row[1:])] == []


def _bounds_agree(value: str, qualifier: str, lower: str, upper: str) -> bool:
    if any(bound and Decimal(bound) != Decimal(value) for bound in (lower, upper)):
        return False
    given = (bool(lower), bool(upper))
    match qualifier:
        case "qualifier-exact":
            # A count needs no bounds beside its value.
            return given in ((True, True), (False, False))
        case "qualifier-more-than":
            return given == (True, False)
    return given == (False, False)


@pytest.mark.parametrize("bounds", [("", "7"), ("7", "8"), ("8", "8")])
@pytest.mark.parametrize("qualifier", ["exact", "more-than", "about"])
def test_bounds_that_disagree_are_noticed(qualifier: str, bounds: tuple[str, str]) -> None:
    assert not _bounds_agree("7", f"qualifier-{qualifier}", *bounds)


def test_every_figure_agrees_with_how_the_source_writes_it() -> None:
    written = _written()
    assert len(written) == 31
    assert [each for each in written if not _agrees(*each)] == []
    silent = {node for node, text, _ in written if not mentions.numbers(text)}
    assert silent == {"majority-of-japanese-cargo", "long-conclusion-of-agreements"}


def _written() -> list[tuple[str, str, frozenset[mentions.Number]]]:
    """Each node that says how it is written, with the numbers that its other literals give."""
    units = {row[0]: row[1] for row in rows("SELECT ?figure ?unit WHERE { ?figure cajad:currency|cajad:unit ?unit }")}
    given: dict[str, set[mentions.Number]] = {}
    for quads in coverage.whole().graphs.values():
        for quad in quads:
            node, property, text = shown(quad.subject), shown(quad.predicate).removeprefix("cajad:"), shown(quad.object)
            given.setdefault(node, set()).update(mentions.given(property, text, units.get(node, "").removeprefix("unit-")))
    texts = rows("SELECT ?node ?text WHERE { ?node cajad:asWritten ?text }")
    return [(node, text, frozenset(given[node])) for node, text in texts]


def _agrees(_node: str, text: str, given: frozenset[mentions.Number]) -> bool:
    return all(_scaled(mention.number) & given for mention in mentions.numbers(text))


def _scaled(number: mentions.Number) -> set[mentions.Number]:
    """The number, and for money without its unit what it may stand for: of two sums the source scales the second only."""
    scales = (1, *mentions.SCALES.values()) if number.kind in MONEY and number.value < 1000 else (1,)
    return {mentions.Number(number.kind, number.value * scale) for scale in scales}


def test_every_qualifier_agrees_with_the_word_of_the_source() -> None:
    found = rows(
        "SELECT ?figure ?text ?qualifier WHERE { ?figure cajad:asWritten ?text ; cajad:qualifier ?qualifier ; cajad:value ?n }"
    )
    assert len(found) == 23
    assert [row for row in found if row[2] != f"qualifier-{QUALIFIERS.get(row[1].split()[0], 'exact')}"] == []


def test_a_conversion_is_marked_as_one_and_repeats_an_amount_in_another_currency() -> None:
    marked = column("SELECT ?a WHERE { ?a cajad:conversionOf ?source }")
    assert [row for row in rows(AMOUNTS) if (row[1] == "kind-conversion") != (row[0] in marked)] == []
    assert [row for row in rows(AMOUNTS) if (row[3] == "modality-converted") != (row[0] in marked)] == []
    same_money = """SELECT ?a WHERE { ?a cajad:conversionOf ?source ; cajad:currency ?to . ?source cajad:currency ?from .
        ?owner cajad:hasAmount ?a , ?source FILTER(?from != ?to) }"""
    assert column(same_money) == marked == ["amount-tokyo-initiative-usd"]


def test_no_two_figures_that_may_be_added_count_the_same_twice() -> None:
    alike = Counter[frozenset[str]]()
    for together in _groups():
        alike.update(frozenset(pair) for pair in combinations(sorted(together), 2))
    linked = {frozenset(pair) for pair in rows("SELECT ?a ?b WHERE { ?a cajad:includedIn|cajad:conversionOf ?b }")}
    assert len(alike) >= 2
    assert sorted(map(sorted, alike.keys() - linked)) == []


def _groups() -> list[set[str]]:
    """Amounts of one owner, and amounts of one kind in one currency."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for owner, amount in rows("SELECT ?owner ?amount WHERE { ?owner cajad:hasAmount ?amount }"):
        groups.setdefault((owner,), set()).add(amount)
    for amount, kind, currency, _ in rows(AMOUNTS):
        groups.setdefault((kind, currency), set()).add(amount)
    return list(groups.values())


def test_the_deposits_of_the_states_add_up_to_those_of_the_region() -> None:
    parts = rows("SELECT ?part ?value WHERE { ?part cajad:includedIn id:deposits-central-asia ; cajad:value ?value }")
    assert len(parts) == 5
    assert (
        sum(Decimal(number) for _, number in parts) == value("deposits-central-asia") == value("sum-of-national-deposits") == 384
    )


def test_derived_figures_are_computed_right() -> None:
    before, after = value("amount-portfolio-before"), value("amount-portfolio-after")
    assert value("amount-growth-of-the-portfolio") == after - before
    assert value("relative-growth-of-the-portfolio") == round(100 * (after - before) / before, 1)
    assert value("implied-exchange-rate") == round(value("amount-tokyo-initiative-jpy") / value("amount-tokyo-initiative-usd"), 2)
    assert value("percentage-points-of-the-reduction") == value("dependency-now") - value("dependency-at-the-start")
    assert len(column("SELECT DISTINCT ?figure WHERE { ?figure cajad:modality id:modality-derived ; cajad:value ?value }")) == 5


def test_every_derived_figure_names_what_it_is_computed_from() -> None:
    derived = column("SELECT DISTINCT ?figure WHERE { ?figure cajad:modality id:modality-derived ; cajad:value ?value }")
    assert column("SELECT DISTINCT ?figure WHERE { ?figure cajad:computedFrom ?other }") == derived
