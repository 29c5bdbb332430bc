"""A decoy was touched."""

from sumun.watch.incident import Response, Severity
from sumun.watch.observation import Observation, Summary, Suspicion


class Honeytoken:
    """A record, tool or credential that nobody has a reason to touch.

    Whoever lays the decoy marks the event with ``detail.honeytoken``. Once is enough.
    """

    id = "honeytoken"
    summary = Summary(
        en="A decoy was touched: nobody has a reason to.",
        ko="미끼 데이터에 접근했습니다. 정상적인 업무로는 접근할 이유가 없습니다.",
    )
    event_types = None

    def examine(self, observation: Observation) -> Suspicion | None:
        """See whether the event is marked."""
        event = observation.event
        if event.detail is None or event.detail.get("honeytoken") is not True:
            return None
        return Suspicion(
            severity=Severity.CRITICAL,
            response=Response.REVOKE,
            breach=True,
            evidence={
                "event_type": event.event_type,
                "server": event.server,
                "tool": event.tool_name,
                "source": event.source,
            },
        )
