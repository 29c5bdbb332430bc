"""Rate limiting by the generic cell rate algorithm (ITU-T I.371): one number per principal."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from sumun.policy.model import Limits

_CAPACITY: Final = 100_000
_SECONDS: Final = 60.0
_ROUNDING: Final = 1e-6


class RateLimiter:
    """Counts calls of each principal against the limits.

    Parameters
    ----------
    limits:
        What is allowed.
    clock:
        Seconds that never go back.
    capacity:
        How many principals are remembered. One who has been quiet long enough to have the whole
        burst again is forgotten for nothing; beyond that, who has been quiet longest.

    """

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        capacity: int = _CAPACITY,
    ) -> None:
        rate = limits.calls_per_minute
        self._interval = _SECONDS / rate if rate else 0.0
        self._tolerance = self._interval * ((limits.burst or rate) - 1)
        self._clock = clock
        self._capacity = capacity
        self._expected: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._expected)

    def wait(self, *principal: str) -> float:
        """Count a call; return 0, or how many seconds too early it is. That one is not counted."""
        if not self._interval:
            return 0.0
        now = self._clock()
        expected = max(self._expected.get(principal, now), now)
        too_early = expected - self._tolerance - now
        if too_early > _ROUNDING:
            return too_early
        self._expected[principal] = expected + self._interval
        self._expected.move_to_end(principal)
        if len(self._expected) > self._capacity:
            self._expected.popitem(last=False)
        return 0.0
