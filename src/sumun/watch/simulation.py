"""A rehearsal: scripted trouble through the real detectors, with nothing recorded or revoked."""

from collections.abc import Iterable
from random import Random
from typing import Any

import msgspec

from sumun.audit.event import Event
from sumun.watch.incident import Incident
from sumun.watch.thresholds import Thresholds
from sumun.watch.traffic import BURSTS, working_hours
from sumun.watch.watch import Watch

KINDS = tuple(BURSTS)
"""The bursts that can be rehearsed."""

_START = 1_767_600_000.0
_NORMAL_SECONDS = 2 * 3600.0

_DESCRIPTIONS = {
    "exfiltration": {
        "en": "One client pages through all customers.",
        "ko": "한 클라이언트가 모든 고객 정보를 페이지별로 내려받습니다.",
    },
    "enumeration": {
        "en": "One client asks for one order after the other.",
        "ko": "한 클라이언트가 주문 번호를 차례로 조회합니다.",
    },
    "credential_guessing": {
        "en": "Someone guesses a client's secret, and finds it.",
        "ko": "누군가 클라이언트 시크릿을 추측하다가 알아냅니다.",
    },
    "scope_probing": {
        "en": "One client tries every tool there is.",
        "ko": "한 클라이언트가 허용되지 않은 도구를 하나씩 시도합니다.",
    },
    "honeytoken": {
        "en": "One client looks up a decoy customer.",
        "ko": "한 클라이언트가 미끼 고객을 조회합니다.",
    },
    "token_replay": {
        "en": "A spent refresh token is used again from elsewhere.",
        "ko": "이미 사용된 갱신 토큰이 다른 곳에서 다시 사용됩니다.",
    },
}


class ScenarioReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the detectors made of one scripted burst.

    ``after_events`` counts the burst's events up to and including the one that gave it away; it is
    ``None`` if nothing was found. ``false_alarms`` are incidents in the ordinary traffic before it.
    """

    kind: str
    description: dict[str, str]
    normal_events: int
    burst_events: int
    after_events: int | None
    incidents: list[Incident]
    false_alarms: list[Incident]

    @property
    def detected(self) -> bool:
        """Whether the burst was found."""
        return self.after_events is not None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "kind": self.kind,
            "description": self.description,
            "normal_events": self.normal_events,
            "burst_events": self.burst_events,
            "detected": self.detected,
            "detected_after_events": self.after_events,
            "incidents": [incident.as_dict() for incident in self.incidents],
            "would_do": sorted({incident.response.value for incident in self.incidents}),
            "false_alarms": [incident.as_dict() for incident in self.false_alarms],
        }


class SimulationReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the detectors made of all of them."""

    scenarios: list[ScenarioReport]

    @property
    def detected(self) -> bool:
        """Whether every burst was found."""
        return all(scenario.detected for scenario in self.scenarios)

    @property
    def false_alarms(self) -> int:
        """Incidents in ordinary traffic."""
        return sum(len(scenario.false_alarms) for scenario in self.scenarios)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "sandbox": True,
            "detected": self.detected,
            "false_alarms": self.false_alarms,
            "scenarios": [scenario.as_dict() for scenario in self.scenarios],
        }


def scripted_burst(kind: str) -> list[Event]:
    """Return two hours of ordinary work with a burst of one kind after it; always the same.

    Raises
    ------
    ValueError
        If there is no such kind; the message names those there are.

    """
    normal, burst = _script(kind)
    return normal + burst


def simulate(
    kinds: Iterable[str] = KINDS, *, thresholds: Thresholds | None = None
) -> SimulationReport:
    """Feed each kind of burst through detectors of its own, and report what they found.

    Raises
    ------
    ValueError
        If there is no such kind; the message names those there are.

    """
    return SimulationReport(scenarios=[_rehearse(kind, thresholds) for kind in kinds])


def _script(kind: str) -> tuple[list[Event], list[Event]]:
    if kind not in BURSTS:
        raise ValueError(f"no such simulation: {kind[:64]!r}; there are {', '.join(KINDS)}")
    normal = working_hours(Random(kind), _START, _NORMAL_SECONDS)  # noqa: S311 - no secret in it
    return normal, list(BURSTS[kind](_START + _NORMAL_SECONDS + 120))


def _rehearse(kind: str, thresholds: Thresholds | None) -> ScenarioReport:
    normal, burst = _script(kind)
    watch = Watch(clock=lambda: _START, thresholds=thresholds)
    false_alarms = [incident for event in normal for incident in watch.feed(event)]
    incidents: list[Incident] = []
    after_events = None
    for number, event in enumerate(burst, start=1):
        found = watch.feed(event)
        if found and after_events is None:
            after_events = number
        incidents += found
    return ScenarioReport(
        kind=kind,
        description=_DESCRIPTIONS[kind],
        normal_events=len(normal),
        burst_events=len(burst),
        after_events=after_events,
        incidents=incidents,
        false_alarms=false_alarms,
    )
