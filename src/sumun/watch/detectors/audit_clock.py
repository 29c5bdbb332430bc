"""The time in the log runs backwards, or a busy log falls silent."""

import math
from dataclasses import dataclass

from sumun.watch.incident import Response, Severity
from sumun.watch.observation import Observation, Summary, Suspicion


@dataclass(frozen=True, slots=True)
class AuditClockThresholds:
    """Seconds that timestamps may step back; commits of one batch may be out of order a little.

    Silence is suspect after ``silence`` seconds and ``gaps`` times the usual gap between events.
    """

    step: float = 5
    silence: float = 900
    gaps: float = 200


class AuditClock:
    """A clock that was set back makes events look older than they are."""

    id = "audit_clock"
    summary = Summary(
        en="Time in the audit log stepped back by {step} s.",
        ko="감사 로그의 시각이 {step}초 뒤로 갔습니다.",
    )
    event_types = None

    def __init__(self, thresholds: AuditClockThresholds) -> None:
        self._step = thresholds.step
        self._latest = -math.inf

    def examine(self, observation: Observation) -> Suspicion | None:
        """Compare an event's time with the one before."""
        latest, self._latest = self._latest, observation.at
        if observation.at >= latest - self._step:
            return None
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.ALERT,
            about="log",
            evidence={"step": round(latest - observation.at, 3)},
        )


class AuditSilence:
    """A log that is usually busy has had no event for long: it may have been cut off."""

    id = "audit_silence"
    summary = Summary(
        en="No event for {silence} s in a log with one every {usual_gap} s.",
        ko="평소 {usual_gap}초마다 기록되던 감사 로그가 {silence}초 동안 조용합니다.",
    )
    event_types = None

    _WEIGHT = 0.05
    _TRUSTED_AFTER = 100

    def __init__(self, thresholds: AuditClockThresholds) -> None:
        self._thresholds = thresholds
        self._latest = math.inf
        self._gap = 0.0
        self._events = 0

    def examine(self, observation: Observation) -> Suspicion | None:
        """Learn how often events come; one that comes is never silence."""
        gap = observation.at - self._latest
        self._latest = observation.at
        self._events += 1
        if gap > 0:
            self._gap += self._WEIGHT * (gap - self._gap)
        return None

    def listen(self, now: float) -> Suspicion | None:
        """Conclude from there being no event."""
        silence = now - self._latest
        if self._events < self._TRUSTED_AFTER or silence < max(
            self._thresholds.silence, self._thresholds.gaps * self._gap
        ):
            return None
        return Suspicion(
            severity=Severity.MEDIUM,
            response=Response.ALERT,
            about="log",
            evidence={"silence": round(silence), "usual_gap": round(self._gap, 3)},
        )
