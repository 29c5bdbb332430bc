"""Bounded memory of many principals."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

PRINCIPALS = 4096
"""How many principals a detector remembers by default; the least recently seen is forgotten."""


class Ledger(Generic[T]):
    """One ``T`` for each key, made when first asked for."""

    def __init__(self, make: Callable[[], T], capacity: int = PRINCIPALS) -> None:
        self._make = make
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __getitem__(self, key: Hashable) -> T:
        entries = self._entries
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = self._make()
            if len(entries) > self._capacity:
                entries.popitem(last=False)
        else:
            entries.move_to_end(key)
        return entry
