"""How long something that failed is left alone."""

import random
import time
from collections.abc import Callable


class Backoff:
    """Lets tries happen further and further apart while they fail (exponential, with jitter).

    Parameters
    ----------
    first, longest:
        Seconds of the first and of the longest pause.
    free:
        How many failures in a row are followed by no pause.
    clock:
        Monotonic seconds.
    chance:
        A number from 0 to 1: many who failed together must not come back together.

    """

    def __init__(
        self,
        *,
        first: float = 0.5,
        longest: float = 60.0,
        free: int = 0,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._free = free
        self._clock = clock
        self._chance = chance
        self._failures = 0
        self._until = float("-inf")

    @property
    def wait(self) -> float:
        """Seconds until the next try; 0 for now."""
        return max(0.0, self._until - self._clock())

    @property
    def tripped(self) -> bool:
        """Whether it failed so often that there were pauses."""
        return self._failures > self._free

    @property
    def forgotten(self) -> bool:
        """Whether the last failure is so long ago that it says nothing any more."""
        return self._clock() - self._until > self._longest

    def failed(self) -> None:
        """Make the next pause longer."""
        self._failures += 1
        if self.tripped:
            doubled = self._first * 2.0 ** min(self._failures - self._free - 1, 16)
            self._pause(min(doubled, self._longest) * (0.5 + self._chance() / 2))

    def trying(self, seconds: float) -> None:
        """Let nobody else try for ``seconds``, if it failed before: one finds out for all."""
        if self.tripped:
            self._pause(seconds)

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures = 0
        self._until = float("-inf")

    def _pause(self, seconds: float) -> None:
        self._until = self._clock() + seconds
