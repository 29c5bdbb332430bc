"""Having a person say yes before a call goes on, once, and to exactly that call."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.detection import Detector
from sumun.guard.approval_store import (
    Approval,
    ApprovalSpent,
    add_approval,
    close,
    decide,
    find_approval,
    find_open,
    list_open,
    purge_approvals,
    use,
)
from sumun.guard.call import Admitted, Call, Question
from sumun.guard.checks import Unmet
from sumun.guard.held_calls import digest_of, shown
from sumun.guard.parts import is_quiet
from sumun.policy import ApprovalRule, Quotas, Usage
from sumun.protection import Protector
from sumun.storage import Database, StorageError

CALLER: Final = "caller"
"""The approver who is whoever the call is made for."""

_LOOK_AGAIN: Final = 0.5
_WAITING: Final = 100
"""Calls that are held open at a time until somebody decides; more are answered at once."""
_KEPT_CLOSED: Final = 86_400


class Approvals:
    """Holds calls until somebody has decided, and keeps the record.

    Parameters
    ----------
    database, audit, detector, protector:
        The rooms the guard leads through.
    key:
        32 bytes from which calls are hashed.
    patience:
        Seconds for which a call is held open; then its client is told to ask again.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        detector: Detector,
        protector: Protector,
        key: bytes,
        patience: float = 20.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._audit = audit
        self._detector = detector
        self._protector = protector
        self._key = key
        self._patience = patience
        self._clock = clock
        self._quotas = Quotas()
        self._waiting = 0

    async def check(self, admitted: Admitted) -> Unmet | None:
        """Say what a call lacks that a rule has wait; nothing once its yes is spent."""
        rule = self._rule(admitted)
        if rule is None:
            return None
        try:
            return await self._check(admitted, rule)
        except (AuditUnavailable, StorageError) as error:
            return Unmet(reason="unrecorded", detail=str(error), rule=rule.name)
        except ApprovalSpent:
            return Unmet(reason="denied", detail=rule.name, rule=rule.name)

    async def listed(self, username: str = "", user_id: str = "") -> list[Approval]:
        """Return what waits for somebody's word; without a name what waits at all."""
        now = self._clock()
        return [
            each
            for each in await self._database.read(list_open)
            if not each.decision
            and now < each.expires_at
            and (not username or may_decide(each, username, user_id))
        ]

    async def find(self, approval_id: str) -> Approval | None:
        """Return one that is open."""
        return await self._database.read(find_approval, approval_id)

    async def decide(
        self, approval: Approval, by: str, *, yes: bool, source: str = "", call: Call | None = None
    ) -> None:
        """Take somebody's word; ``call`` is what it came with, if it came with one.

        Raises
        ------
        ApprovalSpent
            If somebody else was first, or it is too late.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing was decided then.

        """
        event = _event(approval, "approved" if yes else "denied", by=by, of=call)
        event.source = source or None
        now = int(self._clock())
        await self._audit.write(
            [event], decide, approval.approval_id, _decision(yes=yes), by, now=now
        )

    async def end_expired(self) -> None:
        """Close what nobody decided or used in time, and forget what was closed long ago.

        Raises
        ------
        AuditUnavailable, StorageError
            If that cannot be recorded.

        """
        now = self._clock()
        for each in await self._database.read(list_open):
            if now >= each.expires_at:
                with suppress(ApprovalSpent):
                    await self._end(each, "expired")
        await self._database.write(purge_approvals, before=int(now) - _KEPT_CLOSED)

    def _rule(self, admitted: Admitted) -> ApprovalRule | None:
        """Return the first rule that has this call wait; what only asks around never does."""
        if is_quiet(admitted.call.method):
            return None
        for rule in admitted.resolved.approvals:
            if rule.above is None:
                return rule
            usage = Usage("arguments", lambda: 0)
            if self._quotas.take((rule.above,), admitted.context, usage) is not None:
                return rule
        return None

    async def _check(self, admitted: Admitted, rule: ApprovalRule) -> Unmet | None:
        call = admitted.call
        digest = digest_of(admitted, self._key)
        found = await self._database.read(find_open, digest)
        if found is not None and self._clock() >= found.expires_at:
            await self._end(found, "expired")
            if call.approval_id == found.approval_id:
                return _denied(rule, "timed_out")
            found = None
        if found is None:
            found = await self._request(admitted, rule, digest)
        elif call.answer and _is_answer_to(found, call):
            found = await self._answered(found, call)
        by_form = CALLER in rule.approvers and call.takes_forms
        if not found.decision and not by_form:
            found = await self._wait(found)
        admitted.rules[rule.name] += 1
        match found.decision:
            case "approved":
                await self._spend(admitted, found)
                return None
            case "denied":
                await self._end(found, "")
                return _denied(rule, "denied")
        return Unmet(
            reason="approval_required",
            detail=found.approval_id,
            rule=rule.name,
            told={"approval": found.approval_id},
            question=Question(
                approval_id=found.approval_id,
                tool=found.tool,
                server=found.server,
                arguments=found.arguments,
                by_form=by_form,
            ),
        )

    async def _request(self, admitted: Admitted, rule: ApprovalRule, digest: bytes) -> Approval:
        principal, call = admitted.principal, admitted.call
        now = int(self._clock())
        approval = Approval(
            approval_id=secrets.token_urlsafe(16),
            digest=digest,
            tenant=principal.tenant,
            client_id=principal.client_id,
            subject=principal.subject,
            server=call.server,
            tool=call.tool or call.method,
            arguments=shown(admitted, self._detector, self._protector),
            rule=rule.name,
            approvers=" ".join(rule.approvers),
            requested_at=now,
            expires_at=now + rule.timeout,
        )
        try:
            event = _event(approval, "requested", of=call)
            await self._audit.write([event], add_approval, approval)
        except ApprovalSpent:  # the same call came twice at once
            found = await self._database.read(find_open, digest)
            if found is None:
                raise
            return found
        return approval

    async def _answered(self, approval: Approval, call: Call) -> Approval:
        yes = call.answer == "accept"
        await self.decide(approval, CALLER, yes=yes, call=call)
        return msgspec.structs.replace(approval, decision=_decision(yes=yes), decided_by=CALLER)

    async def _wait(self, approval: Approval) -> Approval:
        """Return what was decided by the time the patience is at its end."""
        if self._waiting >= _WAITING:
            return approval
        self._waiting += 1
        try:
            for _ in range(round(self._patience / _LOOK_AGAIN)):
                await asyncio.sleep(_LOOK_AGAIN)
                found = await self.find(approval.approval_id)
                if found is None:
                    raise ApprovalSpent
                if found.decision or self._clock() >= found.expires_at:
                    return found
        finally:
            self._waiting -= 1
        return approval

    async def _spend(self, admitted: Admitted, approval: Approval) -> None:
        event = _event(approval, "used", by=approval.decided_by, of=admitted.call)
        event.token_id = admitted.principal.token_id or None
        await self._audit.write([event], use, approval.approval_id, now=int(self._clock()))

    async def _end(self, approval: Approval, action: str) -> None:
        """Let a call wait no longer; a denial is in the log already."""
        events = [_event(approval, action)] if action else []
        now = int(self._clock())
        if events:
            await self._audit.write(events, close, approval.approval_id, now=now)
        else:
            await self._database.write(close, approval.approval_id, now=now)


def may_decide(approval: Approval, username: str, user_id: str) -> bool:
    """Say whether a person's word counts."""
    approvers = approval.approvers.split(" ")
    return username in approvers or (CALLER in approvers and user_id == approval.subject)


def _decision(*, yes: bool) -> str:
    return "approved" if yes else "denied"


def _is_answer_to(approval: Approval, call: Call) -> bool:
    return (
        call.approval_id == approval.approval_id
        and not approval.decision
        and CALLER in approval.approvers.split(" ")
    )


def _denied(rule: ApprovalRule, why: str) -> Unmet:
    return Unmet(reason="denied", detail=rule.name, rule=rule.name, told={"approval": why})


def _event(approval: Approval, action: str, *, by: str = "", of: Call | None = None) -> Event:
    detail = {"approval": approval.approval_id} | ({"by": by} if by else {})
    return Event(
        event_type="approval",
        action_taken=action,
        tool_name=approval.tool,
        server=approval.server,
        user_id=approval.subject,
        client_id=approval.client_id,
        rule=approval.rule,
        correlation_id=of.correlation_id or None if of else None,
        trace_id=of.trace_id or None if of else None,
        detail=detail,
    )
