"""Someone walks through the identifiers of a tool, one after the other."""

import math
from dataclasses import dataclass

from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import Observation, Summary, Suspicion
from sumun.watch.rates import RecentSet


@dataclass(frozen=True, slots=True)
class EnumerationThresholds:
    """``calls`` of one tool in ``window`` seconds, of which the part ``fresh`` showed someone new.

    A call that returns more than ``subjects`` subjects is a list, not a step of a walk.
    """

    window: float = 600
    calls: int = 40
    fresh: float = 0.9
    subjects: int = 24


class Enumeration:
    """Many calls of one tool, each about someone not seen before.

    The log holds keyed hashes, so the order of the identifiers cannot be seen. What sets a walk
    apart from work is that nobody comes up twice: people who serve customers look one up, read the
    order, add the note. Failed calls are the gaps in the numbering; they count if some succeed.
    """

    id = "enumeration"
    summary = Summary(
        en="{calls} calls of one tool within {window} s, {fresh} of them about someone new: "
        "a walk through its identifiers.",
        ko="{window}초 동안 한 도구를 {calls}번 호출했고 그중 {fresh}번은 매번 새로운 "
        "정보주체였습니다. 식별자를 차례로 훑는 호출입니다.",
    )
    event_types = frozenset({"tool_access", "resource_access"})

    def __init__(self, thresholds: EnumerationThresholds) -> None:
        self._thresholds = thresholds
        self._walks = Ledger(lambda: _Walk(thresholds))

    def examine(self, observation: Observation) -> Suspicion | None:
        """Take in one call's outcome."""
        event = observation.event
        subjects = event.subjects or ()
        missed = event.reason == "tool_error"
        if not (subjects or missed) or len(subjects) > self._thresholds.subjects:
            return None
        # Resources are named by their identifier: all of a server's are one thing to walk.
        tool = event.tool_name if event.event_type == "tool_access" else ""
        walk = self._walks[(observation.principal, event.server, tool)]
        walk.step(observation.at, subjects)
        if not walk.is_suspect():
            return None
        return Suspicion(
            severity=Severity.MEDIUM,
            response=Response.MASK_ALL,
            breach=True,
            evidence={
                "calls": walk.calls,
                "fresh": walk.fresh,
                "missed": walk.missed,
                "window": round(self._thresholds.window),
                "tool": tool or "resources/read",
            },
        )


class _Walk:
    """The calls of one tool by one principal in the current window."""

    __slots__ = ("_seen", "_since", "_thresholds", "calls", "fresh", "missed")

    def __init__(self, thresholds: EnumerationThresholds) -> None:
        self._thresholds = thresholds
        self._seen = RecentSet(thresholds.window, thresholds.calls * thresholds.subjects)
        self._since = -math.inf
        self.calls = self.fresh = self.missed = 0

    def step(self, at: float, subjects: list[str] | tuple[()]) -> None:
        if at - self._since >= self._thresholds.window:
            self._since = at
            self.calls = self.fresh = self.missed = 0
        self.calls += 1
        if not subjects:
            self.missed += 1
        elif 2 * self._seen.add(at, subjects) >= len(subjects):
            # Half, because a city or a switchboard number is many people's.
            self.fresh += 1

    def is_suspect(self) -> bool:
        steps = self.fresh + self.missed
        return (
            steps >= self._thresholds.calls
            and steps >= self._thresholds.fresh * self.calls
            and 4 * self.fresh >= steps
        )
