"""How much was done in a period: calls, bytes, findings, people; exact, and bounded in memory."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from sumun.policy.model import Direction, Limit
from sumun.policy.when import Context

_SLOTS: Final = 60
"""Into so many parts a period is divided; what is in a part is forgotten with all of it."""
_CAPACITY: Final = 1_000_000
"""Entries kept in all; beyond them whoever has been quiet longest begins anew."""


class Usage(msgspec.Struct, frozen=True):
    """What a call is about to use in one direction; a call counts when it begins."""

    direction: Direction
    size: Callable[[], int]
    findings: Mapping[str, int] = {}
    people: Callable[[], Iterable[str]] = tuple


class Exceeded(NamedTuple):
    """A limit that would be passed, and in how many seconds it would not."""

    limit: Limit
    wait: float


class Quotas:
    """Counts against limits.

    What is refused is counted nowhere: whoever is told to wait gains nothing by asking again, and
    loses nothing.

    Parameters
    ----------
    clock:
        Seconds that never go back.
    capacity:
        Entries kept in all.

    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, capacity: int = _CAPACITY
    ) -> None:
        self._clock = clock
        self._capacity = capacity
        self._entries = 0
        self._windows: OrderedDict[tuple[str, ...], _Window] = OrderedDict()

    def __len__(self) -> int:
        return self._entries

    def take(self, limits: Sequence[Limit], context: Context, usage: Usage) -> Exceeded | None:
        """Count what a call uses, or count nothing and return the first limit it would pass."""
        now = self._clock()
        taking: list[tuple[_Window, frozenset[str] | int]] = []
        for limit in limits:
            amount = _amount(limit, usage)
            if not amount:
                continue
            window = self._window(limit, context)
            before = len(window)
            wait = window.wait(now, amount)
            self._entries += len(window) - before
            if wait:
                return Exceeded(limit, wait)
            if usage.direction in limit.directions:
                taking.append((window, amount))
        for window, amount in taking:
            before = len(window)
            window.add(now, amount)
            self._entries += len(window) - before
        while self._entries > self._capacity and len(self._windows) > 1:
            self._entries -= len(self._windows.popitem(last=False)[1])
        return None

    def _window(self, limit: Limit, context: Context) -> "_Window":
        key = (limit.name, *(part for each in limit.per for part in _PARTS[each](context)))
        window = self._windows.get(key)
        if window is None:
            kind = _People if limit.unit == "subjects" else _Sum
            window = self._windows[key] = kind(limit.most, limit.period)
            self._entries += len(window)
        self._windows.move_to_end(key)
        return window


_PARTS: Final[dict[str, Callable[[Context], tuple[str, ...]]]] = {
    "principal": lambda who: (who.tenant, who.client_id, who.subject),
    "client": lambda who: (who.client_id,),
    "subject": lambda who: (who.tenant, who.subject),
    "tenant": lambda who: (who.tenant,),
    "server": lambda who: (who.server,),
    "tool": lambda who: (who.server, who.tool),
}


def _amount(limit: Limit, usage: Usage) -> frozenset[str] | int:
    arriving = usage.direction == "arguments"
    if limit.unit == "calls":
        return int(arriving)
    if usage.direction not in limit.directions:
        # Every result has a size: where there is no room for one, the tool need not run.
        return int(arriving and limit.unit == "bytes")
    if limit.unit == "bytes":
        return usage.size()
    if limit.unit == "subjects":
        return frozenset(usage.people())
    return sum(count for name, count in usage.findings.items() if limit.data.includes(name))


class _Window(Protocol):
    """What was used within a period that goes along with the clock."""

    def __len__(self) -> int: ...

    def wait(self, now: float, amount: frozenset[str] | int) -> float:
        """Return 0 if an amount can be added, or else in how many seconds it can."""

    def add(self, now: float, amount: frozenset[str] | int) -> None:
        """Add an amount."""


class _Sum:
    """A number, in slots of time: never more than is allowed in any period."""

    __slots__ = ("_most", "_period", "_slots", "_total")

    def __init__(self, most: int, period: int) -> None:
        self._most = most
        self._period = period
        self._slots: deque[list[int]] = deque()
        self._total = 0

    def __len__(self) -> int:
        return 1 + len(self._slots)

    def wait(self, now: float, amount: frozenset[str] | int) -> float:
        added = _number(amount)
        current = self._slot(now)
        while self._slots and self._slots[0][0] <= current - _SLOTS - 1:
            self._total -= self._slots.popleft()[1]
        surplus = self._total + added - self._most
        if surplus <= 0:
            return 0.0
        for slot, used in self._slots:
            surplus -= used
            if surplus <= 0:
                return max((slot + _SLOTS + 1) * self._period / _SLOTS - now, 1.0)
        return float(self._period)

    def add(self, now: float, amount: frozenset[str] | int) -> None:
        added, current = _number(amount), self._slot(now)
        if not self._slots or self._slots[-1][0] != current:
            self._slots.append([current, 0])
        self._slots[-1][1] += added
        self._total += added

    def _slot(self, now: float) -> int:
        return int(now * _SLOTS // self._period)


class _People:
    """People, each until a period after they were last seen; never more than are allowed."""

    __slots__ = ("_most", "_period", "_seen")

    def __init__(self, most: int, period: int) -> None:
        self._most = most
        self._period = period
        self._seen: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return 1 + len(self._seen)

    def wait(self, now: float, amount: frozenset[str] | int) -> float:
        while self._seen and next(iter(self._seen.values())) <= now - self._period:
            self._seen.popitem(last=False)
        people = _names(amount)
        surplus = len(self._seen) + len(people.difference(self._seen)) - self._most
        if surplus <= 0:
            return 0.0
        for person, at in self._seen.items():
            surplus -= person not in people
            if surplus <= 0:
                return max(at + self._period - now, 1.0)
        return float(self._period)

    def add(self, now: float, amount: frozenset[str] | int) -> None:
        for person in _names(amount):
            self._seen[person] = now
            self._seen.move_to_end(person)


def _number(amount: frozenset[str] | int) -> int:
    return amount if isinstance(amount, int) else len(amount)


def _names(amount: frozenset[str] | int) -> frozenset[str]:
    return frozenset() if isinstance(amount, int) else amount
