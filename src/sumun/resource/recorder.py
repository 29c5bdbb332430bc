"""Recording refused tokens without letting a flood of them fill the log."""

from collections.abc import Callable
from typing import Final

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.guard import Principal
from sumun.resource.refusals import Challenged

_QUIET_SECONDS: Final = 10.0
_CAPACITY: Final = 1024


class _Repeats:
    """When a kind of refusal was last recorded, and how often it came since."""

    __slots__ = ("count", "recorded_at")

    def __init__(self) -> None:
        self.count = 0
        self.recorded_at = float("-inf")


class RefusalRecorder:
    """Writes ``access_refused``: the first of a kind at once, then at most one in ten seconds.

    A kind is address, resource, reason and client; an event says how many it stands for. Requests
    without any token are not refusals but the first step of every client, and are not recorded.
    """

    def __init__(self, audit: AuditLog | None, clock: Callable[[], float]) -> None:
        self._audit = audit
        self._clock = clock
        self._kinds: dict[tuple[str, str, str, str], _Repeats] = {}

    async def note(
        self, refusal: Challenged, resource: str, source: str, principal: Principal | None
    ) -> None:
        """Record a refusal, now or with the next of its kind.

        The refusal stands whether or not it can be recorded.
        """
        if self._audit is None:
            return
        client_id = "" if principal is None else principal.client_id
        kind = (source, resource, refusal.reason, client_id)
        repeats = self._kinds.pop(kind, None) or _Repeats()
        self._kinds[kind] = repeats
        if len(self._kinds) > _CAPACITY:
            del self._kinds[next(iter(self._kinds))]
        repeats.count += 1
        now = self._clock()
        if 0 <= now - repeats.recorded_at < _QUIET_SECONDS:
            return
        count, repeats.count, repeats.recorded_at = repeats.count, 0, now
        try:
            await self._audit.record(_event(refusal, resource, source, principal, count))
        except AuditUnavailable:
            repeats.count += count


def _event(
    refusal: Challenged, resource: str, source: str, principal: Principal | None, count: int
) -> Event:
    return Event(
        event_type="access_refused",
        user_id=None if principal is None else principal.subject,
        client_id=None if principal is None else principal.client_id,
        token_id=None if principal is None else principal.token_id,
        action_taken="rejected",
        reason=refusal.reason,
        resource=resource,
        source=source,
        detail={"count": count} if count > 1 else None,
    )
