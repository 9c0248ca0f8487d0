"""The words in pictures, in the languages of the interface."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "more": {
        "en": "Arrow: more than this; the upper end is not stated",
        "ru": "Стрелка: больше указанного; верхняя граница не названа",
        "ja": "矢印：示された値を上回る（上限の記載なし）",
    },
    "about": {"en": "Hollow: approximate", "ru": "Полая метка: приблизительно", "ja": "白抜き：概数"},
    "logarithmic": {"en": "logarithmic scale", "ru": "логарифмическая шкала", "ja": "対数目盛"},
    "unvalued": {"en": "Without a figure: {}", "ru": "Без числа: {}", "ja": "数値なし：{}"},
    "unjoined": {"en": "Joined to nothing: {}", "ru": "Без связей: {}", "ja": "つながりの記載なし：{}"},
    "undated": {"en": "Without a date: {}", "ru": "Без даты: {}", "ja": "日付なし：{}"},
    "unplaced": {
        "en": "Not on the map, for no coordinates are known: {}",
        "ru": "Нет на карте, так как координаты не известны: {}",
        "ja": "座標が不明のため地図にないもの：{}",
    },
    "unnamed": {
        "en": "Without room for their names: {}",
        "ru": "Названия не уместились: {}",
        "ja": "名称を記す余地のないもの：{}",
    },
    "source": {"en": "Source: {}", "ru": "Источник: {}", "ja": "出典：{}"},
    "skips": {
        "en": "Dashed: passes places that are not on the map",
        "ru": "Пунктир: проходит через места, которых нет на карте",
        "ja": "破線：地図にない場所を経由",
    },
    "borders": {
        "en": "Borders: Natural Earth 1:50m, as controlled in practice; they express no view on the status of any territory.",
        "ru": "Границы: Natural Earth 1:50m, по фактическому контролю; они не выражают мнения о статусе какой-либо территории.",
        "ja": "国境線：Natural Earth 1:50m（実効支配に基づく）。いかなる領域の地位についても見解を示すものではない。",
    },
    "schematic": {
        "en": "Straight lines join the places in order; they are not the way itself",
        "ru": "Прямые соединяют места по порядку и не показывают сам путь",
        "ja": "直線は場所を順に結ぶもので、実際の経路ではない",
    },
    "millions": {"en": "millions", "ru": "млн", "ja": "百万"},
    "none": {"en": "Nothing to draw", "ru": "Нечего изобразить", "ja": "図示するものがない"},
    "comma": {"en": ", ", "ru": ", ", "ja": "、"},
    "semicolon": {"en": "; ", "ru": "; ", "ja": "；"},
}


def word(key: str, lang: str, *values: str) -> str:
    """The words for a key; English where there are none in a language."""
    return WORDS[key].get(lang, WORDS[key]["en"]).format(*values)
