"""How much, how many different, and how much is usual: in constant time and bounded memory.

Times are Unix seconds. A time earlier than the last one counts as the last one, so a clock that
steps back cannot open a window again.
"""

import math
from collections.abc import Iterable


class Baseline:
    """What is usual for someone: exponentially weighted mean and variance of windows with activity.

    ``limit`` is what may pass without suspicion: ``floor``, or more for those whose usual is more
    (``factor`` times the mean, or ``deviations`` standard deviations above it), but never above
    ``ceiling``. A window is learned as no more than the limit, and the first few raise nothing, so
    a burst or a patient climb cannot make itself usual.
    """

    __slots__ = ("_ceiling", "_floor", "_mean", "_variance", "_windows", "limit")

    _WEIGHT = 0.1
    _FACTOR = 3.0
    _DEVIATIONS = 6.0
    _TRUSTED_AFTER = 5

    def __init__(self, floor: float, ceiling: float) -> None:
        self._floor = floor
        self._ceiling = ceiling
        self._mean = 0.0
        self._variance = 0.0
        self._windows = 0
        self.limit = floor

    def learn(self, quantity: float) -> None:
        """Take in what a window held."""
        quantity = min(quantity, self.limit)
        self._windows += 1
        if self._windows == 1:
            self._mean = quantity
            return
        deviation = quantity - self._mean
        self._mean += self._WEIGHT * deviation
        self._variance = (1 - self._WEIGHT) * (self._variance + self._WEIGHT * deviation**2)
        if self._windows >= self._TRUSTED_AFTER:
            usual = max(
                self._mean * self._FACTOR,
                self._mean + self._DEVIATIONS * math.sqrt(self._variance),
            )
            self.limit = min(self._ceiling, max(self._floor, usual))


class SlidingCount:
    """How much happened in the last ``span`` seconds, from two counters.

    The window before the current one counts in proportion to the part of it still inside the span.
    ``baseline`` learns each window as it closes.
    """

    __slots__ = ("_baseline", "_current", "_previous", "_since", "_span")

    def __init__(self, span: float, baseline: Baseline | None = None) -> None:
        self._span = span
        self._baseline = baseline
        self._since = -math.inf
        self._current = 0.0
        self._previous = 0.0

    def add(self, at: float, amount: float = 1.0) -> float:
        """Count ``amount`` at a time and return the estimate for the span that ends then."""
        elapsed = at - self._since
        if elapsed >= self._span:
            elapsed = self._roll(at, elapsed)
        self._current += amount
        if elapsed <= 0 or not self._previous:
            return self._current + self._previous
        return self._current + self._previous * (1 - elapsed / self._span)

    def _roll(self, at: float, elapsed: float) -> float:
        if self._current and self._baseline is not None:
            self._baseline.learn(self._current)
        follows = elapsed < 2 * self._span
        self._previous = self._current if follows else 0.0
        self._since = self._since + self._span if follows else at
        self._current = 0.0
        return at - self._since


class RecentSet:
    """The different things seen lately: all of the last half of ``span``, none older than ``span``.

    Two generations of half a span each; each stops growing at ``bound``.
    """

    __slots__ = ("_bound", "_current", "_half", "_len", "_previous", "_since")

    def __init__(self, span: float, bound: int) -> None:
        self._half = span / 2
        self._bound = bound
        self._since = -math.inf
        self._current: set[str] = set()
        self._previous: set[str] = set()
        self._len = 0

    def __len__(self) -> int:
        return self._len

    def add(self, at: float, things: Iterable[str]) -> int:
        """See things at a time and return how many of them were new."""
        elapsed = at - self._since
        if elapsed >= self._half:
            follows = elapsed < 2 * self._half
            self._previous = self._current if follows else set()
            self._current = set()
            self._len = len(self._previous)
            self._since = self._since + self._half if follows else at
        new = len(set(things).difference(self._current, self._previous))
        if len(self._current) < self._bound:
            self._current.update(things)
            self._len += new
        return new
