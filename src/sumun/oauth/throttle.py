"""A brake on guessing: how often somebody may fail."""

import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

_CAPACITY: Final = 10_000
_IPV6_SITE: Final = 64


class Throttle:
    """Counts failures by key (GCRA: one number a key, no timer, no window edge).

    Parameters
    ----------
    rate:
        Failures a second that are always borne.
    burst:
        Failures borne at once.
    capacity:
        How many keys are remembered; past it the oldest are forgotten, so that memory is bounded.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        *,
        rate: float,
        burst: int,
        capacity: int = _CAPACITY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / rate
        self._tolerance = (burst - 1) / rate
        self._capacity = capacity
        self._clock = clock
        self._arrivals: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """Return the seconds this key must wait before another try; 0 if it need not."""
        arrival = self._arrivals.get(key)
        return 0.0 if arrival is None else max(0.0, arrival - self._clock() - self._tolerance)

    def failed(self, key: str) -> bool:
        """Count a failure; return whether it is the one after which the key must wait."""
        now = self._clock()
        before = self._arrivals.pop(key, now)
        self._arrivals[key] = after = max(before, now) + self._interval
        if len(self._arrivals) > self._capacity:
            del self._arrivals[next(iter(self._arrivals))]
        return before - now <= self._tolerance < after - now

    def forgive(self, key: str) -> None:
        """Take back one failure: it was counted before it was known to be none."""
        if key in self._arrivals:
            self._arrivals[key] -= self._interval


@lru_cache(maxsize=1024)
def site_of(source: str) -> str:
    """Return what one party controls: an IPv4 address, or the /64 of an IPv6 address."""
    if ":" not in source:
        return source
    try:
        address = ip_address(source)
    except ValueError:
        return source
    return str(ip_network((address, _IPV6_SITE), strict=False).network_address)
