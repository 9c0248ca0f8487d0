"""What is said in several languages: texts by the tag of their language (https://www.rfc-editor.org/info/bcp47)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

# A text whose language nobody said stands under "", which in HTML means just that.
Texts: TypeAlias = Mapping[str, str]
_WITHOUT_SPACES = ("ja", "zh")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# How seasons are written in the Extended Date/Time Format (https://www.loc.gov/standards/datetime/), and by people.
SEASONS: Mapping[str, Texts] = {
    "21": {"en": "spring {}", "ru": "весна {} г.", "ja": "{}年春"},
    "22": {"en": "summer {}", "ru": "лето {} г.", "ja": "{}年夏"},
    "23": {"en": "autumn {}", "ru": "осень {} г.", "ja": "{}年秋"},
    "24": {"en": "winter {}", "ru": "зима {} г.", "ja": "{}年冬"},
}


def chosen(texts: Texts, lang: str) -> tuple[str, str]:
    """The text for readers of a language, and the language that it is in: theirs, else English, else the first one.

    >>> chosen({"ja": "駅", "en": "station"}, "ru"), chosen({"ja": "駅"}, "ru"), chosen({}, "ru")
    (('station', 'en'), ('駅', 'ja'), ('', ''))
    """
    found = next((each for each in (lang, "en", *texts) if texts.get(each)), "")
    return texts.get(found, ""), found


def flowing(text: str, lang: str) -> str:
    r"""A text of several lines as one line: Japanese and Chinese put no space between sentences.

    >>> flowing("One.\nTwo.", "en"), flowing("一。\n二。", "ja")
    ('One. Two.', '一。二。')
    """
    return ("" if lang.partition("-")[0] in _WITHOUT_SPACES else " ").join(text.splitlines())


def is_tag(text: str) -> bool:
    """Whether a text looks like the tag of a language.

    >>> is_tag("en"), is_tag("zh-Hant"), is_tag("english")
    (True, True, False)
    """
    return bool(_TAG.fullmatch(text))


def season(part: str, year: str, lang: str) -> str:
    """A season of a year in words; English where there are none in a language.

    >>> season("21", "2025", "en"), season("24", "2025", "ja")
    ('spring 2025', '2025年冬')
    """
    return chosen(SEASONS[part], lang)[0].format(year)
