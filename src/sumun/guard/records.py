"""What the guard writes into the audit log, and when the log refuses."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.detection import Finding
from sumun.detection.custom import HONEYTOKEN
from sumun.guard.call import Admitted, Call, Reason, Refusal
from sumun.guard.checks import Unmet
from sumun.guard.messages import word
from sumun.guard.principal import Principal
from sumun.guard.vault import Vault
from sumun.policy import SCOPES_RULE, Tokens
from sumun.protection import ProtectionError, Rows
from sumun.storage import StorageError

Direction = Literal["arguments", "results"]
Observer = Callable[[str, str, Mapping[str, int], Mapping[str, int]], None]

_ACCESS_EVENTS = {
    "tools/call": "tool_access",
    "resources/read": "resource_access",
    "prompts/get": "prompt_access",
    "completion/complete": "completion_access",
}
_NAMING = frozenset({"tools/call", "prompts/get"})
_NAME = re.compile(r"[A-Za-z0-9_.\-/{}]{1,128}")

_PROTECTIONS = {
    "encrypt": "executed_with_encryption",
    "tokenize": "executed_with_tokenization",
    "mask": "executed_with_masking",
    "redact": "executed_with_redaction",
    "hash": "executed_with_hashing",
}


class Recorder:
    """Writes events of calls; a refusal comes back where an event cannot be committed.

    Parameters
    ----------
    audit:
        The log.
    vault, tokens:
        Where rows go that an event's stand-ins need, and how.
    observer:
        Called with ``(server, outcome, entities, rules)`` once a call is decided; for metrics.
    scan:
        Finds what must not stand in the log in a name that a caller chose.

    """

    def __init__(
        self,
        audit: AuditLog,
        vault: Vault,
        tokens: Tokens,
        observer: Observer | None,
        scan: Callable[[str], Sequence[Finding]],
    ) -> None:
        self._audit = audit
        self._vault = vault
        self._tokens = tokens
        self._observe = observer or (lambda _server, _outcome, _entities, _rules: None)
        self._scan = scan

    async def intent(self, admitted: Admitted) -> Refusal | None:
        """Record a call before the tool runs."""
        event = self._event(admitted.principal, admitted.call, "tool_call")
        event.direction = "arguments"
        event.action_taken = "admitted"
        event.bytes_in = len(admitted.call.raw) if admitted.call.raw else None
        _describe(event, admitted)
        return await self._record(admitted.call, event, admitted.rows)

    async def outcome(
        self, admitted: Admitted, *, size: int | None = None, failed: str = ""
    ) -> Refusal | None:
        """Record what became of an admitted call, before the answer leaves.

        ``size`` is the answer's length in bytes; ``failed`` says why there was none, or that the
        tool answered with an error.
        """
        call = admitted.call
        event = self._event(admitted.principal, call, _ACCESS_EVENTS.get(call.method, "mcp_access"))
        event.direction = "results"
        event.action_taken = _action_taken(admitted.actions)
        event.reason = failed or None
        event.bytes_out = size
        _describe(event, admitted)
        event.rules = dict(admitted.rules) or None
        outcome = "failed" if failed else event.action_taken
        self._observe(call.server, outcome, admitted.findings, admitted.rules)
        return await self._record(call, event, admitted.rows)

    async def keep(self, admitted: Admitted) -> Refusal | None:
        """Keep what stand-ins need that leave before there is anything to record."""
        if admitted.rows:
            try:
                await self._vault.write(admitted.rows, self._tokens)
            except (ProtectionError, StorageError) as error:
                return _unrecorded(admitted.call, error)
            admitted.rows.clear()
        return None

    async def refuse(
        self,
        principal: Principal,
        call: Call,
        reason: Reason,
        detail: str,
        *,
        scopes: tuple[str, ...] = (),
        retry_after: int = 0,
        rule: str = "",
        direction: Direction = "arguments",
        findings: Mapping[str, int] | None = None,
        rules: Mapping[str, int] | None = None,
        told: dict[str, Any] | None = None,
    ) -> Refusal:
        """Record a refusal and return it, worded for the caller."""
        event = self._event(principal, call, "access_refused")
        event.action_taken = "rejected"
        event.reason = reason
        event.direction = direction
        event.rule = rule or None
        event.contains_pii = bool(findings)
        event.entities = dict(findings) if findings else None
        event.detail = told
        _mark_decoy(event)
        event.scope = " ".join(scopes) if self._is_nameable(call.tool or call.method) else None
        decided = dict(rules or ({rule: 1} if rule and rule != SCOPES_RULE else {}))
        event.rules = decided or None
        self._observe(call.server, reason, findings or {}, decided)
        unrecorded = await self._record(call, event)
        return unrecorded or Refusal(
            reason=reason,
            message=word(reason, call.locale, detail),
            scopes=scopes,
            retry_after=retry_after,
            rule=rule,
        )

    async def refuse_unmet(self, principal: Principal, call: Call, unmet: Unmet) -> Refusal:
        """Record what a call lacks and return that, worded for the caller."""
        refusal = await self.refuse(
            principal,
            call,
            unmet.reason,
            unmet.detail,
            scopes=unmet.scopes,
            retry_after=unmet.retry_after,
            rule=unmet.rule,
            findings=unmet.entities,
            told=unmet.told,
        )
        if refusal.reason == unmet.reason:
            refusal.question = unmet.question
        return refusal

    async def _record(self, call: Call, event: Event, rows: Rows | None = None) -> Refusal | None:
        try:
            if rows:
                await self._audit.write([event], self._vault.keep, rows, self._tokens)
                rows.clear()
            else:
                await self._audit.record(event)
        except (AuditUnavailable, ProtectionError, StorageError) as error:
            return _unrecorded(call, error)
        return None

    def _event(self, principal: Principal, call: Call, event_type: str) -> Event:
        return Event(
            event_type=event_type,
            tool_name=self._name(call),
            user_id=principal.subject,
            client_id=principal.client_id,
            server=call.server or None,
            method=call.method if self._is_nameable(call.method) else "(not a method)",
            correlation_id=call.correlation_id or None,
            trace_id=call.trace_id or None,
            token_id=principal.token_id or None,
            source=call.source or None,
        )

    def _name(self, call: Call) -> str:
        """Return what was called. The caller chose the name: it may be anything, even a secret."""
        name = call.tool if call.method in _NAMING else call.method
        return name if self._is_nameable(name) else "(not a name)"

    def _is_nameable(self, name: str) -> bool:
        return _NAME.fullmatch(name) is not None and not self._scan(name)


def _unrecorded(call: Call, error: Exception) -> Refusal:
    return Refusal(reason="unrecorded", message=word("unrecorded", call.locale, str(error)))


def _describe(event: Event, admitted: Admitted) -> None:
    event.contains_pii = bool(admitted.findings)
    event.entities = dict(admitted.findings) or None
    event.subjects = admitted.subjects.hashes() or None
    if admitted.unread:
        event.detail = {"models_failed": sorted(admitted.unread)}
    _mark_decoy(event)


def _mark_decoy(event: Event) -> None:
    """Tell the watch that a decoy was seen: nobody has a reason to touch one."""
    if event.entities and HONEYTOKEN in event.entities:
        event.detail = {**(event.detail or {}), "honeytoken": True}


def _action_taken(actions: set[str]) -> str:
    """Return the seed's ``action_taken`` word for what was done to a call's data."""
    done = [taken for action, taken in _PROTECTIONS.items() if action in actions]
    if not done:
        return "observed" if "observe" in actions else "executed"
    return done[0] if len(done) == 1 else "executed_with_protection"
