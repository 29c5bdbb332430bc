"""A client reads sensitive data through a tool it never used before."""

from dataclasses import dataclass

from sumun.detection.entities import ENTITIES
from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import OUTCOMES, Observation, Summary, Suspicion

_TOOLS_KEPT = 512


@dataclass(frozen=True, slots=True)
class OffPatternThresholds:
    """A client's habits count as known after ``learning`` seconds and ``calls`` calls."""

    learning: float = 86_400
    calls: int = 50
    sensitive: frozenset[str] = frozenset({"government_id", "financial", "credential", "health"})


class OffPattern:
    """The first use of a tool, after a client's habits are known, that returns sensitive data."""

    id = "off_pattern_tool"
    summary = Summary(
        en="After {calls} calls of {known} tools, a client read sensitive data "
        "({categories}) through a tool that it never used before.",
        ko="도구 {known}개를 {calls}번 호출해 온 클라이언트가 한 번도 쓰지 않던 도구로 "
        "민감한 정보({categories})를 읽었습니다.",
    )
    event_types = OUTCOMES

    def __init__(self, thresholds: OffPatternThresholds) -> None:
        self._thresholds = thresholds
        self._habits = Ledger(_Habits)
        self._category = {
            name: entity.category
            for name, entity in ENTITIES.items()
            if entity.category in thresholds.sensitive
        }

    def examine(self, observation: Observation) -> Suspicion | None:
        """Take in one outcome."""
        event = observation.event
        habits = self._habits[event.client_id]
        if habits.since is None:
            habits.since = observation.at
        habits.calls += 1
        tool = (
            event.server,
            event.method if event.event_type != "tool_access" else event.tool_name,
        )
        if tool in habits.tools:
            return None
        known = len(habits.tools)
        if known < _TOOLS_KEPT:
            habits.tools.add(tool)
        if (
            habits.calls <= self._thresholds.calls
            or observation.at - habits.since < self._thresholds.learning
        ):
            return None
        categories = {self._category.get(name) for name in event.entities or ()} - {None}
        if not categories:
            return None
        return Suspicion(
            severity=Severity.MEDIUM,
            response=Response.ALERT,
            about=f"{event.client_id} {tool}",
            evidence={
                "calls": habits.calls,
                "known": known,
                "categories": ", ".join(sorted(filter(None, categories))),
                "server": event.server,
                "tool": event.tool_name,
            },
        )


class _Habits:
    __slots__ = ("calls", "since", "tools")

    def __init__(self) -> None:
        self.since: float | None = None
        self.calls = 0
        self.tools: set[tuple[str | None, str | None]] = set()
