"""Answers that were given before, by what was asked; the least recently asked for go first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
# What an entry takes besides its bytes.
_OVERHEAD = 600


class Cache(Generic[Key]):
    """A bounded table.

    >>> cache = Cache[str](2_400)
    >>> for name in "abc":
    ...     cache.put(name, name.upper(), 300)
    >>> cache.get("a"), cache.get("c"), cache.hits, cache.misses
    (None, 'C', 1, 1)
    """

    def __init__(self, most: int) -> None:
        self._most, self.size = most, 0
        self.hits = self.misses = 0
        self._entries: OrderedDict[Key, tuple[Any, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Any | None:
        """What is kept under a key."""
        found = self._entries.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Any, size: int) -> None:
        """Keeps a value of about so many bytes, unless it would take an eighth of all."""
        if size > self._most // 8 or key in self._entries:
            return
        self._entries[key] = (value, size + _OVERHEAD)
        self.size += size + _OVERHEAD
        while self.size > self._most:
            _, (_, dropped) = self._entries.popitem(last=False)
            self.size -= dropped

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
        self.size = 0
