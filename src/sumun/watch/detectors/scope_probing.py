"""A burst of refusals: someone tries what it may not do."""

from dataclasses import dataclass
from typing import Any

from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import Observation, Summary, Suspicion
from sumun.watch.rates import RecentSet, SlidingCount

_NOT_PROBING = frozenset({"rejected", "unscannable", "limited", "unrecorded"})
"""Refusals that speak of the data or of us, not of what the caller may do."""

_TARGETS_KEPT = 64


@dataclass(frozen=True, slots=True)
class ScopeProbingThresholds:
    """Refusals per principal (or source, without one) in ``window`` seconds.

    ``targets`` different things refused are a probe; ``refusals`` of anything are a burst. A
    client that steps up its scopes is refused once for each thing it needs.
    """

    window: float = 300
    targets: int = 6
    refusals: int = 30


class ScopeProbing:
    """Many refusals, or refusals of many different tools."""

    id = "scope_probing"
    summary = Summary(
        en="{refusals} refusals within {window} s on {targets} different targets: "
        "permissions are being probed.",
        ko="{window}초 동안 서로 다른 대상 {targets}개에서 {refusals}번 거부되었습니다. "
        "권한을 탐색하고 있습니다.",
    )
    event_types = frozenset({"access_refused"})

    def __init__(self, thresholds: ScopeProbingThresholds) -> None:
        self._thresholds = thresholds
        self._probes = Ledger(
            lambda: (
                SlidingCount(thresholds.window),
                RecentSet(thresholds.window, _TARGETS_KEPT),
            )
        )

    def examine(self, observation: Observation) -> Suspicion | None:
        """Count one refusal."""
        event = observation.event
        if event.reason in _NOT_PROBING:
            return None
        about = "" if event.client_id else f"source {event.source}"
        refusals, targets = self._probes[about or observation.principal]
        count = refusals.add(observation.at, _stands_for(event.detail))
        targets.add(observation.at, (f"{event.server or event.resource}/{event.tool_name}",))
        many_targets = len(targets) >= self._thresholds.targets
        if not many_targets and count < self._thresholds.refusals:
            return None
        return Suspicion(
            severity=Severity.HIGH if many_targets else Severity.MEDIUM,
            response=Response.QUARANTINE if many_targets and not about else Response.ALERT,
            about=about,
            evidence={
                "refusals": round(count),
                "targets": len(targets),
                "window": round(self._thresholds.window),
                "source": event.source,
            },
        )


def _stands_for(detail: dict[str, Any] | None) -> int:
    """Return how many refusals an event stands for: repeats are recorded together."""
    count = detail.get("count") if detail else None
    return count if isinstance(count, int) and count > 0 else 1
