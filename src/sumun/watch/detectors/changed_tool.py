"""A server describes a tool in other words than were approved."""

from sumun.watch.incident import Response, Severity
from sumun.watch.observation import Observation, Summary, Suspicion


class ChangedTool:
    """Words a model reads can tell it what to do; changed ones are a known way in ("rug pull").

    Something new on a server where all is approved by hand is no suspicion, only to be looked at.
    """

    id = "changed_tool"
    summary = Summary(
        en="{server} describes {tool} in other words than were approved; it is held.",
        ko="{server} 서버의 {tool} 설명이 승인된 것과 달라져 보류했습니다.",
    )
    event_types = frozenset({"tool_held"})

    def examine(self, observation: Observation) -> Suspicion | None:
        """See whether there was something approved before."""
        event = observation.event
        if event.detail is None or "old" not in event.detail:
            return None
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.ALERT,
            about=f"{event.server}/{event.tool_name or ''}",
            evidence={"server": event.server, "tool": event.tool_name or "itself", **event.detail},
        )
