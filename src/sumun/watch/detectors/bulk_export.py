"""Much personal data in a short time, by a client's own measure."""

from dataclasses import dataclass

from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import OUTCOMES, REVEAL, Observation, Summary, Suspicion
from sumun.watch.rates import Baseline, SlidingCount


@dataclass(frozen=True, slots=True)
class BulkExportThresholds:
    """Findings per principal in ``window`` seconds.

    ``floor`` always may pass, ``ceiling`` never, and between them what is usual for the principal.
    """

    window: float = 600
    floor: float = 500
    ceiling: float = 10_000


class BulkExport:
    """Findings per window above a floor and above the principal's own baseline."""

    id = "bulk_export"
    summary = Summary(
        en="{findings} findings of personal data reached one client within {window} s; "
        "{limit} is the most that is usual for it.",
        ko="한 클라이언트가 {window}초 동안 개인정보 {findings}건을 받았습니다. "
        "평소 상한은 {limit}건입니다.",
    )
    event_types = OUTCOMES | {REVEAL}

    def __init__(self, thresholds: BulkExportThresholds) -> None:
        self._thresholds = thresholds
        self._memories = Ledger(lambda: _Memory(thresholds))

    def examine(self, observation: Observation) -> Suspicion | None:
        """Count the findings of one outcome."""
        entities = observation.event.entities
        if not entities:
            return None
        memory = self._memories[observation.principal]
        findings = memory.count.add(observation.at, sum(entities.values()))
        limit = memory.baseline.limit
        if findings <= limit:
            return None
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.REVOKE,
            breach=True,
            evidence={
                "findings": round(findings),
                "limit": round(limit),
                "window": round(self._thresholds.window),
                "tool": observation.event.tool_name,
            },
        )


class _Memory:
    """What one principal received lately, and what it usually receives."""

    __slots__ = ("baseline", "count")

    def __init__(self, thresholds: BulkExportThresholds) -> None:
        self.baseline = Baseline(thresholds.floor, thresholds.ceiling)
        self.count = SlidingCount(thresholds.window, self.baseline)
