"""The one implementation of what may happen to a call."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.detection import Detector, Finding, LeafFindings, Unscannable
from sumun.guard.call import Admitted, Call, Reason, Refusal, Released
from sumun.guard.messages import word
from sumun.guard.parts import (
    has_binary,
    is_quiet,
    structure_of_params,
    structure_of_result,
)
from sumun.guard.principal import Principal
from sumun.policy import Context, Policy, RateLimiter
from sumun.protection import Action, InvalidToken, ProtectionError, Protector, Rejected, Scope

Direction = Literal["arguments", "results"]
Observer = Callable[[str, str, Mapping[str, int]], None]

_ACCESS_EVENTS = {
    "tools/call": "tool_access",
    "resources/read": "resource_access",
    "prompts/get": "prompt_access",
    "completion/complete": "completion_access",
}

_SUBJECT_LIMIT = 256
"""Data subjects named in one event; beyond it the count is what matters, not the names."""


class Guard:
    """Decides what of a call passes: ``admit`` before the tool runs, ``release`` after it.

    Parameters
    ----------
    detector, protector, policy, audit:
        The rooms it leads through, in that order.
    subject_key:
        32 bytes from which data subjects are hashed for the log.
    scope_hierarchy:
        Which scope includes which patterns (``{"mcp.access": ["mcp:*"]}``).
    observer:
        Called with ``(server, outcome, entities)`` once a call is decided; for metrics.

    """

    def __init__(
        self,
        *,
        detector: Detector,
        protector: Protector,
        policy: Policy,
        audit: AuditLog,
        subject_key: bytes,
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._detector = detector
        self._protector = protector
        self._policy = policy
        self._audit = audit
        self._subject_key = subject_key
        self._limiter = RateLimiter(policy.limits)
        self._observe = observer or (lambda _server, _outcome, _entities: None)
        hierarchy = {scope: tuple(patterns) for scope, patterns in (scope_hierarchy or {}).items()}

        @lru_cache(maxsize=4096)
        def expand(scopes: frozenset[str]) -> frozenset[str]:
            return scopes.union(*(hierarchy.get(scope, ()) for scope in scopes))

        self._expand = expand

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    async def admit(self, principal: Principal, call: Call) -> Admitted | Refusal:
        """Decide whether ``call`` may go on, protect its parameters and record the intent."""
        resolved = self._policy.resolve(
            Context(
                server=call.server,
                tool=_what(call),
                client_id=principal.client_id,
                subject=principal.subject,
                scopes=self._expand(principal.scopes),
            )
        )
        access = resolved.access()
        if not access.allowed:
            scopes = tuple(access.scopes)
            reason: Reason = "insufficient_scope" if scopes else "denied"
            detail = " ".join(scopes) if scopes else access.rule
            return await self._refuse(principal, call, reason, detail, scopes=scopes)
        wait = self._limiter.wait(principal.client_id, principal.subject)
        if wait:
            seconds = max(1, round(wait + 0.5))
            return await self._refuse(principal, call, "limited", str(seconds), retry_after=seconds)
        admitted = Admitted(call=call, principal=principal, resolved=resolved)
        done = await self._protect(admitted, "arguments", call.params, call.raw)
        if isinstance(done, Refusal):
            return done
        admitted.verbatim = done
        if (call.quiet or is_quiet(call.method)) and not admitted.findings:
            return admitted
        return await self._record(admitted, self._intent(admitted)) or admitted

    async def release(
        self, admitted: Admitted, result: Any, raw: bytes | None = None, *, failed: bool = False
    ) -> Released | Refusal:
        """Protect ``result`` in place and record the outcome.

        ``raw`` is what ``result`` was decoded from, as in :attr:`Call.raw`. ``failed`` says that
        the tool itself answered with an error.
        """
        call = admitted.call
        screened = await self.screen(admitted, result, raw)
        if isinstance(screened, Refusal):
            return screened
        if (call.quiet or is_quiet(call.method)) and not admitted.findings:
            return screened
        return await self._record(admitted, self._outcome(admitted, failed=failed)) or screened

    async def screen(
        self, admitted: Admitted, message: Any, raw: bytes | None = None
    ) -> Released | Refusal:
        """Protect something on its way to the caller that is not the answer yet."""
        if has_binary(message) and self._policy.binary == "refuse":
            return await self._refuse_data(admitted, "results", "unscannable", "binary content")
        done = await self._protect(admitted, "results", message, raw)
        if isinstance(done, Refusal):
            return done
        return Released(result=message, verbatim=done)

    def protect_header(self, admitted: Admitted, value: str) -> str:
        """Return a header that mirrors an argument, protected as the argument was."""
        findings = self._detector.scan_text(value)
        if not findings or self._policy.mode != "enforce":
            return value
        resolved = admitted.resolved

        def choose(finding: Finding) -> Action:
            action = resolved.choose("arguments", finding.entity_type).action
            return Action.REDACT if action is Action.REJECT else action

        return self._protector.protect_text(value, findings, choose, scope=self._scope(admitted))

    def is_clean(self, raw: bytes) -> bool:
        """Whether one pass over ``raw`` shows that there is nothing to protect."""
        return self._detector.is_clean(raw)

    async def abandon(self, admitted: Admitted, reason: str) -> Refusal | None:
        """Record that an admitted call got no answer (the upstream failed)."""
        event = self._outcome(admitted, failed=True)
        event.action_taken = "failed"
        event.reason = reason
        return await self._record(admitted, event)

    # -- protection -----------------------------------------------------------------------------

    async def _protect(
        self, admitted: Admitted, direction: Direction, value: Any, raw: bytes | None
    ) -> Refusal | bool:
        """Protect ``value`` in place; return whether ``raw`` may go on as it is."""
        restoring = direction == "arguments" and admitted.resolved.restores_any
        if raw is not None and not restoring and self._detector.is_clean(raw):
            return True
        method = admitted.call.method
        structure = structure_of_params if direction == "arguments" else structure_of_result
        try:
            if restoring:
                self._restore(admitted, value)
            leaves = self._detector.scan_tree(value, skip=structure(method, value))
            self._apply(admitted, direction, leaves)
        except Rejected as rejected:
            return await self._refuse_data(admitted, direction, "rejected", rejected.entity_type)
        except InvalidToken as invalid:
            return await self._refuse_data(admitted, direction, "rejected", str(invalid))
        except (Unscannable, ProtectionError) as error:
            return await self._refuse_data(admitted, direction, "unscannable", str(error))
        return False

    def _apply(self, admitted: Admitted, direction: Direction, leaves: list[LeafFindings]) -> None:
        if not leaves:
            return
        resolved = admitted.resolved
        scope = self._scope(admitted)
        enforce = self._policy.mode == "enforce"

        def choose(finding: Finding) -> Action:
            action = resolved.choose(direction, finding.entity_type).action
            # A tool trusted with the value behind a token is trusted with the value itself.
            if direction == "arguments" and resolved.restores(finding.entity_type):
                action = Action.ALLOW
            admitted.findings[finding.entity_type] += 1
            admitted.actions.add(action if enforce else "observe")
            return action

        for found in leaves:
            self._note_subjects(admitted, found)
        if enforce:
            self._protector.protect_tree(leaves, choose, scope=scope)
        else:
            for found in leaves:
                for finding in found.findings:
                    choose(finding)

    def _restore(self, admitted: Admitted, params: Any) -> None:
        """Turn stand-ins back into values, in the arguments of a tool that policy trusts."""
        if not isinstance(params, dict):
            return
        _, count = self._protector.restore_tree(
            params.get("arguments"), scope=self._scope(admitted), allow=admitted.resolved.restores
        )
        if count:
            admitted.actions.add("restore")

    def _scope(self, admitted: Admitted) -> Scope:
        return Scope(tenant=admitted.principal.tenant, audience=admitted.call.server)

    def _note_subjects(self, admitted: Admitted, found: LeafFindings) -> None:
        text = found.leaf.text
        for finding in found.findings:
            if len(admitted.subjects) >= _SUBJECT_LIMIT:
                return
            value = f"{admitted.principal.tenant}\0{text[finding.start : finding.end]}"
            digest = hmac.new(
                self._subject_key, value.encode("utf-8", "surrogatepass"), hashlib.sha256
            )
            admitted.subjects.add(digest.hexdigest()[:16])

    # -- records --------------------------------------------------------------------------------

    def _event(self, principal: Principal, call: Call, event_type: str) -> Event:
        return Event(
            event_type=event_type,
            tool_name=call.tool or call.method,
            user_id=principal.subject,
            client_id=principal.client_id,
            server=call.server or None,
            method=call.method,
            correlation_id=call.correlation_id or None,
            token_id=principal.token_id or None,
            source=call.source or None,
        )

    def _intent(self, admitted: Admitted) -> Event:
        event = self._event(admitted.principal, admitted.call, "tool_call")
        event.direction = "arguments"
        event.contains_pii = bool(admitted.findings)
        event.action_taken = "admitted"
        event.entities = dict(admitted.findings) or None
        event.subjects = sorted(admitted.subjects) or None
        return event

    def _outcome(self, admitted: Admitted, *, failed: bool) -> Event:
        event_type = _ACCESS_EVENTS.get(admitted.call.method, "mcp_access")
        event = self._event(admitted.principal, admitted.call, event_type)
        event.direction = "results"
        event.contains_pii = bool(admitted.findings)
        event.action_taken = _action_taken(admitted.actions)
        event.entities = dict(admitted.findings) or None
        event.subjects = sorted(admitted.subjects) or None
        if failed:
            event.reason = "tool_error"
        self._observe(admitted.call.server, event.action_taken, admitted.findings)
        return event

    async def _record(self, admitted: Admitted, event: Event) -> Refusal | None:
        try:
            await self._audit.record(event)
        except AuditUnavailable as error:
            return self._refusal(admitted.call, "unrecorded", str(error))
        return None

    async def _refuse_data(
        self, admitted: Admitted, direction: Direction, reason: Reason, detail: str
    ) -> Refusal:
        return await self._refuse(
            admitted.principal,
            admitted.call,
            reason,
            detail,
            direction=direction,
            findings=admitted.findings,
        )

    async def _refuse(
        self,
        principal: Principal,
        call: Call,
        reason: Reason,
        detail: str,
        *,
        scopes: tuple[str, ...] = (),
        retry_after: int = 0,
        direction: Direction = "arguments",
        findings: Mapping[str, int] | None = None,
    ) -> Refusal:
        event = self._event(principal, call, "access_refused")
        event.action_taken = "rejected"
        event.reason = reason
        event.direction = direction
        event.contains_pii = bool(findings)
        event.entities = dict(findings) if findings else None
        event.scope = " ".join(scopes) or None
        self._observe(call.server, reason, findings or {})
        try:
            await self._audit.record(event)
        except AuditUnavailable as error:
            return self._refusal(call, "unrecorded", str(error))
        return self._refusal(call, reason, detail, scopes=scopes, retry_after=retry_after)

    @staticmethod
    def _refusal(
        call: Call,
        reason: Reason,
        detail: str,
        *,
        scopes: tuple[str, ...] = (),
        retry_after: int = 0,
    ) -> Refusal:
        return Refusal(
            reason=reason,
            message=word(reason, call.locale, detail),
            scopes=scopes,
            retry_after=retry_after,
        )


def _what(call: Call) -> str:
    """Return what a policy knows a call by: the tool, or the method where there is no tool.

    Methods that carry no one's data need no more than some scope for the server.
    """
    if call.method == "tools/call":
        return call.tool
    return "" if is_quiet(call.method) else call.method


_PROTECTIONS = ("encrypt", "tokenize", "mask", "redact", "hash")
_TAKEN = {
    "encrypt": "executed_with_encryption",
    "tokenize": "executed_with_tokenization",
    "mask": "executed_with_masking",
    "redact": "executed_with_redaction",
    "hash": "executed_with_hashing",
}


def _action_taken(actions: set[str]) -> str:
    """Return the seed's ``action_taken`` word for what was done to a call's data."""
    done = [action for action in _PROTECTIONS if action in actions]
    if not done:
        return "observed" if "observe" in actions else "executed"
    return _TAKEN[done[0]] if len(done) == 1 else "executed_with_protection"
