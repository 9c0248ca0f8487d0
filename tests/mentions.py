"""Numbers and names: how a Russian sentence writes them, and how the literals of its graph do.

A number has a kind besides its value, so that 60 deposits never stand for 60 %, nor 19 December for $19 billion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby, pairwise, takewhile

SCALES = {"тыс": 10**3, "млн": 10**6, "млрд": 10**9, "трлн": 10**12}
CURRENCIES = {"$": "usd", "€": "eur", "йен": "jpy", "йены": "jpy", "йена": "jpy"}
YEARS = ("год", "года", "году", "годы", "лет")

# EDTF counts months from 1 and seasons from 21.
MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
SEASONS = {"весной": 21, "летом": 22, "осенью": 23, "зимой": 24}
_MONTH = re.compile(rf"({'|'.join(MONTHS)})(?:[ьйяюеау]|[её]м|ом|[ьй]?ск(?:ий|ого|ому|им|ом|ая|ой|ую|ие|их|ими)|(?<=т))")

CARDINALS = {
    "1": "один одна одно одного одной одному одним одном одну",
    "1.5": "полтора полторы полутора",
    "2": "два две двух двум двумя",
    "3": "три трёх трех трём трем тремя",
    "4": "четыре четырёх четырех четырём четырем четырьмя",
    "5": "пять пяти пятью",
    "6": "шесть шести шестью",
    "7": "семь семи семью",
    "8": "восемь восьми восемью",
    "9": "девять девяти девятью",
    "10": "десять десяти десятью",
}
_CARDINALS = {form: Decimal(value) for value, forms in CARDINALS.items() for form in forms.split()}
ORDINALS = ("перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят")
_ENDINGS = "ый ой ий ая ое ые ого ому ым ом ую ых ыми ья ье ьи ьего ьему ьим ьем ью ьей ьих ьими"
_ORDINALS = {stem + ending: Decimal(value) for value, stem in enumerate(ORDINALS, 1) for ending in _ENDINGS.split()}

_DIGITS = re.compile(
    r"(?P<sign>[$€])?(?<![\w,+])(?P<first>\d+(?:,\d+)?)(?:[–-](?P<second>\d+))?(?P<percent>%)?"
    r"(?=(?:\s+(?P<unit>[а-яё]+)(?:\s+(?P<next>[а-яё]+))?)?)"
)
_BORROWED = re.compile(r"\s+до\s+[$€]?[\d,]+\s+([а-яё]+)")
_WORD = re.compile(r"(?<![\w-])[А-ЯЁа-яё]+(?![\w-])")
_TOKEN = re.compile(r"[^\W_]+(?:[-+][^\W_]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DURATION = re.compile(r"P(\d+)Y")
_EDTF = re.compile(r"(?P<year>\d{4}|XXXX)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?~?")

# Words with a capital only because a sentence begins with them; any other capital is a name. One begins with a Latin C.
COMMON = """
    Большинство В Вместо Впрочем Встреча Вторым Географическая Главным Граждане Для За Из Каждая Кроме На Но Однако Осознав
    Основной По Поводом Почему Премьер-министр Президент Процесс Сможет Стороны \N{LATIN CAPITAL LETTER C}тороны Также Только
    Торговля Торговый Формат Фото Чем Этим
"""
_COMMON = frozenset(COMMON.split())

# Between the words of a name may stand those of another that shares its last word.
_GAP = 2
_SHORTEST_STEM, _LONGEST_ENDING = 3, 3


@dataclass(frozen=True)
class Number:
    """What is counted (a kind such as `year`, `percent`, `usd`), and the value."""

    kind: str
    value: Decimal


@dataclass(frozen=True)
class Mention:
    """A number of a sentence as it is written there."""

    text: str
    number: Number


def numbers(sentence: str) -> list[Mention]:
    """The numbers of a sentence: in digits first, then in words, each in their order.

    >>> found = numbers("Впервые за 3 года: с €1 до €2,5 млн, или 7%, к 4 мая 2031 года")
    >>> [f"{each.number.kind} {each.number.value}" for each in found]
    ['years 3', 'eur 1000000', 'eur 2500000.0', 'percent 7', 'day 4', 'year 2031', 'ordinal 1', 'month 5']
    """
    return [*_in_digits(sentence), *_in_words(sentence)]


def _in_digits(sentence: str) -> Iterator[Mention]:
    for match in _DIGITS.finditer(sentence):
        kind, scale = _kind(match), _scale(match, sentence)
        for digits in filter(None, (match["first"], match["second"])):
            yield Mention(match[0], Number(kind, Decimal(digits.replace(",", ".")) * scale))


def _kind(match: re.Match[str]) -> str:
    unit, after = match["unit"] or "", match["next"] or ""
    currency = CURRENCIES.get(match["sign"] or (after if unit in SCALES else unit))
    if currency or match["percent"]:
        return currency or "percent"
    if _MONTH.fullmatch(unit):
        return "day"
    if _YEAR.fullmatch(match["first"]):
        return "year"
    return "years" if unit in YEARS else "count"


def _scale(match: re.Match[str], sentence: str) -> int:
    """The unit's factor; the first of two sums borrows that of the second."""
    borrowed = _BORROWED.match(sentence, match.end()) if match["sign"] else None
    return SCALES.get(match["unit"] or "", 0) or SCALES.get(borrowed[1] if borrowed else "", 1)


def _in_words(sentence: str) -> Iterator[Mention]:
    words = [match[0] for match in _WORD.finditer(sentence)]
    for word, after in pairwise([*words, ""]):
        if number := _of_word(word.lower(), after.lower()):
            yield Mention(word, number)


def _of_word(word: str, after: str) -> Number | None:
    if word in _CARDINALS:
        if after.startswith("десятилети"):
            return Number("years", _CARDINALS[word] * 10)
        return Number("years" if after in YEARS else "count", _CARDINALS[word])
    if word == "впервые":
        return Number("ordinal", Decimal(1))
    if ordinal := _ORDINALS.get(word.replace("ё", "е")):
        return Number("ordinal", ordinal)
    return _of_month(word)


def _of_month(word: str) -> Number | None:
    if word in SEASONS:
        return Number("month", Decimal(SEASONS[word]))
    match = _MONTH.fullmatch(word)
    return Number("month", Decimal(MONTHS.index(match[1]) + 1)) if match else None


def of_edtf(text: str) -> list[Number]:
    """The years, months and days that an EDTF string gives; a year counts only where nothing finer does.

    >>> [f"{number.kind} {number.value}" for number in of_edtf("2004/XXXX-12-19")]
    ['year 2004', 'month 12', 'day 19']
    """
    return [number for part in text.split("/") if (match := _EDTF.fullmatch(part)) for number in _of_date(match)]


def _of_date(match: re.Match[str]) -> Iterator[Number]:
    if match["month"] is None and match["year"].isdecimal():
        yield Number("year", Decimal(match["year"]))
    yield from (Number(kind, Decimal(match[kind])) for kind in ("month", "day") if match[kind])


def of_duration(text: str) -> list[Number]:
    """The years of an ISO 8601 duration that is given in years."""
    match = _DURATION.fullmatch(text)
    return [Number("years", Decimal(match[1]))] if match else []


def given(property: str, text: str, unit: str) -> list[Number]:
    """The numbers that a literal of a property gives; only what means the number does, not how it is written or bounded.

    >>> given("value", "60.0", "percent"), given("asWritten", "60 %", "percent")
    ([Number(kind='percent', value=Decimal('60.0'))], [])
    """
    match property:
        case "value":
            return [Number(unit, Decimal(text))]
        case "seriesSize":
            return [Number("count", Decimal(text))]
        case "ordinal" | "rank":
            return [Number("ordinal", Decimal(text))]
        case "duration" | "interval":
            return of_duration(text)
        case "edtf":
            return of_edtf(text)
    return []


def tokens(text: str) -> list[str]:
    """The words of a text; the signs of an abbreviation such as A + B belong to it.

    >>> tokens("«Север – Юг» (AB + C5)")
    ['Север', 'Юг', 'AB+C5']
    """
    joined = re.sub(r"(?<=[A-Z]) \+ (?=[A-Z])", "+", unicodedata.normalize("NFC", text))
    return _TOKEN.findall(joined)


def occurrences(name: Sequence[str], words: Sequence[str]) -> Iterator[frozenset[int]]:
    """Where the words of a name stand in a sentence, whatever their endings.

    >>> list(occurrences(["Белое", "море"], ["У", "Белого", "моря"]))
    [frozenset({1, 2})]
    """
    for start, word in enumerate(words):
        if name and alike(name[0], word) and (places := _rest(name[1:], words, start)):
            yield frozenset(places)


def _rest(name: Sequence[str], words: Sequence[str], start: int) -> list[int]:
    """The places of the words from `start` on, or none where one of them is missing."""
    places = [start]
    for part in name:
        near = range(places[-1] + 1, min(places[-1] + 2 + _GAP, len(words)))
        following = next((at for at in near if alike(part, words[at])), None)
        if following is None:
            return []
        places.append(following)
    return places


@cache
def alike(one: str, other: str) -> bool:
    """Whether two words differ by a Russian ending at most; abbreviations and Latin words must be the same.

    >>> alike("Россия", "Россией"), alike("США", "Сша"), alike("Китай", "Китайская")
    (True, False, False)
    """
    if one.isupper() or other.isupper() or one.isascii() or other.isascii():
        return one == other
    first, second = (word.casefold().replace("ё", "е") for word in (one, other))
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
    return stem >= max(_SHORTEST_STEM, len(first) - _LONGEST_ENDING, len(second) - _LONGEST_ENDING)


def assigned(words: Sequence[str], spans: Sequence[tuple[frozenset[int], str]]) -> Iterator[tuple[str, str | None]]:
    """Each name of a sentence once, with the first span that covers it; neighbours that nothing covers are one name.

    >>> list(assigned(["По", "Неве", "плыл", "Иван", "Ильин"], [(frozenset({1}), "neva")]))
    [('Неве', 'neva'), ('Иван Ильин', None)]
    """
    covering = {at: next((span for span in spans if at in span[0]), None) for at in _capitals(words)}
    for places, thing in dict.fromkeys(span for span in covering.values() if span):
        yield " ".join(words[at] for at in sorted(places)), thing
    lost = [at for at, span in covering.items() if span is None]
    for _, run in groupby(enumerate(lost), lambda each: each[1] - each[0]):
        yield " ".join(words[at] for _, at in run), None


def _capitals(words: Sequence[str]) -> list[int]:
    return [at for at, word in enumerate(words) if word[0].isupper() and (at or word not in _COMMON)]
