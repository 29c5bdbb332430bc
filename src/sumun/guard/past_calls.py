"""Calls read back from the audit log: what the recorder wrote, for whoever wants to know."""

from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from sumun.audit import AuditLog, Event
from sumun.guard.parts import is_quiet
from sumun.policy import EVERY_SCOPE, Circumstances, Context, PastCall, Policy

_TOKENS: Final = 200_000
_OPEN_CALLS: Final = 10_000
_LOADED: Final = "policy_loaded"
_decode: Final = msgspec.json.Decoder(Event).decode

V = TypeVar("V")


class PastCalls:
    """Puts the events of each call together again.

    The log does not have the values of arguments, the scores of findings, or how people had
    signed in.

    Parameters
    ----------
    expand:
        Returns scopes with all that they include.
    since:
        Unix seconds: calls that ended before are left out.

    """

    def __init__(self, expand: Callable[[frozenset[str]], frozenset[str]], since: float) -> None:
        self._expand = expand
        self._since = since
        self._scopes: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._arguments: OrderedDict[str, Counter[str]] = OrderedDict()
        self.assumed = 0
        """Calls whose scopes the log does not tell; they are taken to have had every one."""

    async def read(self, lines: AsyncIterator[bytes]) -> AsyncIterator[PastCall]:
        """Yield the calls in the lines of a log, from its beginning, in the order they ended."""
        async for line in lines:
            event = _decode(line)
            if event.event_type == "token_issued" and event.token_id:
                scopes = self._expand(frozenset((event.scope or "").split()))
                _remember(self._scopes, event.token_id, scopes, _TOKENS)
            elif event.method is None or event.direction is None:
                continue
            elif event.event_type == "tool_call":
                found = Counter(event.entities or {})
                _remember(self._arguments, event.correlation_id or "", found, _OPEN_CALLS)
            elif (at := moment_of(event)) >= self._since:
                yield self._call(event, at)

    def _call(self, event: Event, at: float) -> PastCall:
        found = Counter(event.entities or {})
        arguments = found
        if event.direction == "results":
            arguments = self._arguments.pop(event.correlation_id or "", Counter())
        return PastCall(
            correlation_id=event.correlation_id or "",
            context=self._context(event),
            here=Circumstances(address=event.source or "", at=at),
            found={"arguments": arguments, "results": found - arguments},
            sizes={"arguments": event.bytes_in or 0, "results": event.bytes_out or 0},
            people=tuple(event.subjects or ()),
        )

    def _context(self, event: Event) -> Context:
        method = event.method or ""
        scopes = self._scopes.get(event.token_id or "")
        if scopes is None:
            self.assumed += 1
            scopes = frozenset(EVERY_SCOPE)
        return Context(
            server=event.server or "",
            tool=(event.tool_name or "") if method == "tools/call" else _method(method),
            client_id=event.client_id or "",
            subject=event.user_id or "",
            scopes=scopes,
        )


def moment_of(event: Event) -> float:
    """Return when an event was committed, in Unix seconds."""
    return datetime.fromisoformat(event.timestamp).timestamp()


async def record_loading(audit: AuditLog, policy: Policy) -> None:
    """Record that a policy is in force from now on, unless it was the last one that was loaded.

    Raises
    ------
    AuditUnavailable
        If the log cannot be written.

    """
    last = await audit.tail(1, event_type=_LOADED)
    if not last or last[0].get("detail", {}).get("digest") != policy.digest:
        detail = {"digest": policy.digest, "rules": len(policy.rule_names), "mode": policy.mode}
        await audit.record(Event(event_type="policy_loaded", action_taken="loaded", detail=detail))


async def loaded_at(lines: AsyncIterator[bytes], policy: Policy) -> float:
    """Return since when a policy has been in force, by the lines of a log; 0 if it never was."""
    since = 0.0
    async for line in lines:
        event = _decode(line)
        if event.event_type == _LOADED and (event.detail or {}).get("digest") == policy.digest:
            since = moment_of(event)
    return since


async def count_hits(lines: AsyncIterator[bytes], since: float) -> Counter[str]:
    """Return how often each rule decided since then, by the lines of a log."""
    hits: Counter[str] = Counter()
    async for line in lines:
        event = _decode(line)
        if event.rules and moment_of(event) >= since:
            hits.update(event.rules)
    return hits


def _method(method: str) -> str:
    return "" if is_quiet(method) else method


def _remember(known: OrderedDict[str, V], key: str, value: V, limit: int) -> None:
    known[key] = value
    if len(known) > limit:
        known.popitem(last=False)
