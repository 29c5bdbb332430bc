"""Counts that are plain numbers until they are exported.

A metric takes a lock and checks its labels each time, which costs more than what is counted; a
tally is moved into its metric when somebody looks, or once in a while. It belongs to one event
loop.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from prometheus_client import Counter, Histogram

Labels = tuple[str | int, ...]


class Tally(defaultdict[Labels, int]):
    """The counts of a counter, by labels."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(int)
        self._counter = counter

    def export(self) -> None:
        """Move what was counted into the counter."""
        for labels, count in self.items():
            self._counter.labels(*labels).inc(count)
        self.clear()


class BucketTally:
    """The observations of a histogram with one label."""

    def __init__(self, histogram: "BulkHistogram", buckets: Sequence[float]) -> None:
        self._histogram = histogram
        self._bounds = buckets
        self._counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._sums: defaultdict[str, float] = defaultdict(float)

    def observe(self, label: str, amount: float) -> None:
        """Take in an observation."""
        self._counts[label, bisect_left(self._bounds, amount)] += 1
        self._sums[label] += amount

    def export(self) -> None:
        """Move what was observed into the histogram."""
        for label, total in self._sums.items():
            counts = {bucket: n for (of, bucket), n in self._counts.items() if of == label}
            self._histogram.labels(label).take(counts, total)
        self._counts.clear()
        self._sums.clear()


class BulkHistogram(Histogram):
    """A histogram that takes in many observations at once."""

    def take(self, counts: Mapping[int, int], total: float) -> None:
        """Add how many observations fell into which bucket, and the sum of all."""
        self._sum.inc(total)
        for bucket, count in counts.items():
            self._buckets[bucket].inc(count)
