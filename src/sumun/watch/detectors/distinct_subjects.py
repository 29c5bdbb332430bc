"""Data about many different people in a short time."""

import math
from dataclasses import dataclass

from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import OUTCOMES, REVEAL, Observation, Summary, Suspicion
from sumun.watch.rates import Baseline, RecentSet


@dataclass(frozen=True, slots=True)
class DistinctSubjectsThresholds:
    """Distinct subjects (keyed hashes of values; a person is five to eight) in ``window`` seconds.

    ``floor`` always may pass, ``ceiling`` never, and between them what is usual for the principal.
    """

    window: float = 600
    floor: int = 150
    ceiling: int = 1000


class DistinctSubjects:
    """Different data subjects per window above a floor and above the principal's own baseline.

    Counting is exact up to just over the ceiling, where every count is suspect anyway.
    """

    id = "distinct_subjects"
    summary = Summary(
        en="{subjects} different values about people reached one client within {window} s; "
        "{limit} is the most that is usual for it.",
        ko="한 클라이언트가 {window}초 동안 서로 다른 개인정보 값 {subjects}건을 받았습니다. "
        "평소 상한은 {limit}건입니다.",
    )
    event_types = OUTCOMES | {REVEAL}

    def __init__(self, thresholds: DistinctSubjectsThresholds) -> None:
        self._thresholds = thresholds
        self._memories = Ledger(lambda: _Memory(thresholds))

    def examine(self, observation: Observation) -> Suspicion | None:
        """Take in the subjects of one outcome."""
        subjects = observation.event.subjects
        if not subjects:
            return None
        memory = self._memories[observation.principal]
        count = memory.see(observation.at, subjects)
        if count <= memory.baseline.limit:
            return None
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.REVOKE,
            breach=True,
            evidence={
                "subjects": count,
                "limit": round(memory.baseline.limit),
                "window": round(self._thresholds.window),
                "tool": observation.event.tool_name,
            },
        )


class _Memory:
    """The subjects one principal saw lately, and how many it usually sees."""

    __slots__ = ("_peak", "_recent", "_since", "_span", "baseline")

    def __init__(self, thresholds: DistinctSubjectsThresholds) -> None:
        self.baseline = Baseline(thresholds.floor, thresholds.ceiling)
        self._span = thresholds.window
        self._recent = RecentSet(thresholds.window, thresholds.ceiling + 1)
        self._since = -math.inf
        self._peak = 0

    def see(self, at: float, subjects: list[str]) -> int:
        if at - self._since >= self._span:
            if self._peak:
                self.baseline.learn(self._peak)
            self._since = at
            self._peak = 0
        self._recent.add(at, subjects)
        count = len(self._recent)
        self._peak = max(self._peak, count)
        return count
