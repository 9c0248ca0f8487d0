"""Where the names of points stand, so that none lies upon another or is cut off: the first place that is free, point by point.

Where there is none, no name stands: upon another it could not be read, and far from its point it would name something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.pictures.theme import columns

# The width of a column and the height of a line of bold text of 13 points, and half the width of a dot, with some air.
_COLUMN, _LINE, _DOT = 7.6, 17.0, 8.0
# What part of a name may lie upon others or outside: its box has some air.
_MOST_HIDDEN = 0.12
Box = tuple[float, float, float, float]


def beside(
    points: Sequence[tuple[float, float]], names: Sequence[str], dots: Sequence[bool], size: tuple[float, float]
) -> list[tuple[float, float] | None]:
    """How far each name's middle is moved from its point, right and down; None where it has no room. A point without a dot stands
    for what lies around it, and has its name upon it.
    `size` is that of the picture, in whose upper left corner coordinates begin.

    >>> beside([(50, 50), (50, 60)], ["one", "two"], [True, True], (100, 100))
    [(0.0, -16.5), (0.0, 16.5)]
    >>> beside([(50, 50), (50, 50)], ["one", "two"], [False, False], (100, 100))
    [(0.0, 0.0), None]
    """
    taken = [_around(point, _DOT, _DOT) for point, dot in zip(points, dots, strict=True) if dot]
    moved: list[tuple[float, float] | None] = []
    for point, name, dot in zip(points, names, dots, strict=True):
        wide, high = max(map(columns, name.split("\n"))) * _COLUMN / 2, _LINE * (name.count("\n") + 1) / 2
        tried = [(step, _around((point[0] + step[0], point[1] + step[1]), wide, high)) for step in _steps(wide, high, dot)]
        hidden = [_cut(box, size) + sum(_shared(box, other) for other in taken) for _, box in tried]
        step, box = tried[hidden.index(min(hidden))]
        has_room = min(hidden) <= _MOST_HIDDEN * _shared(box, box)
        taken += [box] * has_room
        moved.append(step if has_room else None)
    return moved


def _steps(wide: float, high: float, dot: bool) -> list[tuple[float, float]]:
    """The places of a name in the order in which they are liked: around a dot, else upon the point or half a line from it."""
    up, aside = high + _DOT, wide + _DOT + 2
    around = [(0.0, -up), (0.0, up), (aside, 0.0), (-aside, 0.0), (aside, -up), (-aside, -up), (aside, up), (-aside, up)]
    return around if dot else [(0.0, 0.0), (0.0, -_LINE / 2), (0.0, _LINE / 2)]


def _around(point: tuple[float, float], wide: float, high: float) -> Box:
    return point[0] - wide, point[1] - high, point[0] + wide, point[1] + high


def _cut(box: Box, size: tuple[float, float]) -> float:
    """How much of a box lies outside the picture."""
    return _shared(box, box) - _shared(box, (0.0, 0.0, *size))


def _shared(one: Box, other: Box) -> float:
    """How much two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, up)
