"""The one implementation of what may happen to a call."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sumun.action import Action
from sumun.audit import AuditLog
from sumun.detection import Detector, Finding, LeafFindings, Unscannable
from sumun.guard.asking import circumstances_of, context_of
from sumun.guard.call import Admitted, Call, Reason, Refusal, Released
from sumun.guard.checks import Check
from sumun.guard.detectors import Detectors, rules_of
from sumun.guard.fitting import Fitting, Unfit
from sumun.guard.json_texts import JsonTexts
from sumun.guard.parts import (
    Structure,
    has_binary,
    is_quiet,
    own_token,
    structure_of_params,
    structure_of_result,
)
from sumun.guard.principal import Principal
from sumun.guard.records import Direction, Observer, Recorder
from sumun.guard.scanning import scan
from sumun.guard.subjects import Subjects
from sumun.guard.token_scope import token_scope
from sumun.guard.vault import Vault
from sumun.guard.volume import LimitReached, Volume, whole_seconds
from sumun.guard.words import scan_words
from sumun.keys import KeyMaterialError
from sumun.policy import NOWHERE, SCOPES_RULE, Choice, Context, Policy, RateLimiter, Resolved
from sumun.protection import (
    Change,
    InvalidToken,
    ProtectionError,
    Protector,
    Rejected,
)
from sumun.storage import StorageError

_ARGUMENTS = "$.arguments"
_BINARY = "binary content"


class Guard:
    """Decides what of a call passes: ``admit`` before the tool runs, ``release`` after it.

    Parameters
    ----------
    detector, protector, policy, audit:
        The rooms it leads through, in that order; the first may be a detector for each tool.
    vault:
        Where the values of short tokens are kept.
    enter_tenant:
        Called with a tenant before anything is protected for it.
    subject_key:
        32 bytes from which data subjects are hashed for the log.
    scope_hierarchy:
        Which scope includes which patterns (``{"mcp.access": ["mcp:*"]}``).
    observer:
        Called with ``(server, outcome, entities, rules)`` once a call is decided; for metrics.
    checks:
        What some calls need besides.

    """

    def __init__(
        self,
        *,
        detector: Detector | Detectors,
        protector: Protector,
        policy: Policy,
        audit: AuditLog,
        vault: Vault,
        enter_tenant: Callable[[str], Awaitable[None]],
        subject_key: bytes,
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        observer: Observer | None = None,
        checks: Sequence[Check] = (),
    ) -> None:
        self._detectors = detector
        self._protector = protector
        self._policy = policy
        self._vault = vault
        self._enter_tenant = enter_tenant
        self._tenants: set[str] = set()
        self._fitting = Fitting(protector)
        self._recorder = Recorder(audit, vault, policy.tokens, observer, detector.scan_text)
        self._subject_key = subject_key
        self._limiter = RateLimiter(policy.limits)
        self._volume = Volume(policy)
        self._checks = checks
        hierarchy = {scope: tuple(patterns) for scope, patterns in (scope_hierarchy or {}).items()}

        @lru_cache(maxsize=4096)
        def expand(scopes: frozenset[str]) -> frozenset[str]:
            reached = set(scopes)
            while more := reached.union(*(hierarchy.get(s, ()) for s in reached)) - reached:
                reached |= more
            return frozenset(reached)

        self._expand = expand

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def may_look(self, principal: Principal, server: str) -> bool:
        """Whether a principal may see what a server has: its greeting and its lists."""
        call = Call(server=server, method="tools/list")
        context = context_of(principal, call, self._expand(principal.scopes))
        return self._policy.resolve(context).access().allowed

    async def admit(self, principal: Principal, call: Call) -> Admitted | Refusal:
        """Decide whether ``call`` may go on, protect its parameters and record the intent."""
        policy = self._policy
        context = context_of(principal, call, self._expand(principal.scopes))
        here = circumstances_of(call, self._protector) if policy.asks_circumstances else NOWHERE
        resolved = policy.resolve(context, here)
        access = policy.access(resolved, context, here)
        enforce = policy.mode == "enforce"
        if not access.allowed and (enforce or access.scopes):
            scopes = tuple(access.scopes)
            reason: Reason = "insufficient_scope" if scopes else "denied"
            detail = " ".join(scopes) if scopes else access.rule
            return await self._recorder.refuse(
                principal, call, reason, detail, scopes=scopes, rule=access.rule
            )
        wait = self._limiter.wait(principal.client_id, principal.subject)
        if wait and enforce:
            seconds = whole_seconds(wait)
            return await self._recorder.refuse(
                principal, call, "limited", str(seconds), retry_after=seconds
            )
        admitted = self._admitted(principal, call, context, resolved)
        if access.rule != SCOPES_RULE:
            admitted.rules[access.rule] += 1
        if principal.tenant not in self._tenants:
            try:
                await self._enter_tenant(principal.tenant)
            except (KeyMaterialError, StorageError) as error:
                return await self._refuse_data(admitted, "arguments", "unscannable", str(error))
            self._tenants.add(principal.tenant)
        if self._is_opaque(call.params):
            return await self._refuse_data(admitted, "arguments", "unscannable", _BINARY)
        structure = structure_of_params(call.method, call.params)
        done = await self._protect(admitted, "arguments", call.params, call.raw, structure)
        if isinstance(done, Refusal):
            return done
        if wait or not access.allowed:
            admitted.actions.add("observe")
        return await self._intend(admitted) or admitted

    async def _intend(self, admitted: Admitted) -> Refusal | None:
        """See that a call lacks nothing, and record that it goes on."""
        call = admitted.call
        for check in self._checks:
            unmet = await check(admitted)
            if unmet is not None:
                return await self._recorder.refuse_unmet(admitted.principal, call, unmet)
        if (call.quiet or is_quiet(call.method)) and not (admitted.findings or admitted.unread):
            return None
        return await self._recorder.intent(admitted)

    async def release(
        self, admitted: Admitted, result: Any, raw: bytes | None = None, *, failed: bool = False
    ) -> Released | Refusal:
        """Protect ``result`` in place and record the outcome.

        ``raw`` is what ``result`` was decoded from, as in :attr:`Call.raw`. ``failed`` says that
        the tool itself answered with an error.
        """
        call = admitted.call
        method = "" if call.method.startswith("notifications/") else call.method
        screened = await self._screen(admitted, result, raw, method)
        if isinstance(screened, Refusal):
            return screened
        if (call.quiet or is_quiet(call.method)) and not (admitted.findings or admitted.unread):
            return screened
        refusal = await self._recorder.outcome(
            admitted, size=len(raw) if raw else None, failed="tool_error" if failed else ""
        )
        return refusal or screened

    async def screen(
        self, admitted: Admitted, message: Any, raw: bytes | None = None
    ) -> Released | Refusal:
        """Protect something on its way to the caller that is not the answer yet."""
        screened = await self._screen(admitted, message, raw)
        return await self._recorder.keep(admitted) or screened

    async def _screen(
        self, admitted: Admitted, message: Any, raw: bytes | None, method: str = ""
    ) -> Released | Refusal:
        if self._is_opaque(message):
            return await self._refuse_data(admitted, "results", "unscannable", _BINARY)
        structure = structure_of_result(method, message, own_token(admitted.call.params))
        done = await self._protect(admitted, "results", message, raw, structure)
        if isinstance(done, Refusal):
            return done
        return Released(result=message, verbatim=done)

    def again(self, admitted: Admitted) -> Admitted:
        """Return an admitted call with nothing found in it yet, for one more message of its own."""
        return self._admitted(
            admitted.principal, admitted.call, admitted.context, admitted.resolved
        )

    def protect_text(self, admitted: Admitted, value: str) -> str:
        """Return a text that is no part of the parameters, protected as rules find it.

        No model is asked: what is not data holds a name of the protocol's, or repeats an argument.
        """
        findings = rules_of(self._detector(admitted.call)).scan_text(value)
        if not findings or self._policy.mode != "enforce":
            return value
        resolved = admitted.resolved

        def choose(finding: Finding) -> Action:
            action = resolved.choose("arguments", finding.entity_type, finding.score).action
            if action is Action.TOKENIZE and self._policy.tokens.form == "vault":
                return Action.HASH  # nothing is kept for what no tool reads
            return Action.REDACT if action is Action.REJECT else action

        return self._protector.protect_text(value, findings, choose, scope=admitted.scope)

    def is_clean(self, raw: bytes) -> bool:
        """Whether one pass over ``raw`` shows that there is nothing to protect."""
        return self._detectors.is_clean(raw)

    async def abandon(self, admitted: Admitted, reason: str) -> Refusal | None:
        """Record that an admitted call got no answer (the upstream failed)."""
        return await self._recorder.outcome(admitted, failed=reason)

    def _admitted(
        self, principal: Principal, call: Call, context: Context, resolved: Resolved
    ) -> Admitted:
        return Admitted(
            call=call,
            principal=principal,
            context=context,
            resolved=resolved,
            subjects=Subjects(self._subject_key, principal.tenant),
            scope=token_scope(self._policy.tokens, principal, call.server, call.session),
        )

    async def refuse_unscannable(
        self, admitted: Admitted, direction: Direction, why: Exception
    ) -> Refusal:
        """Refuse what a door could not make readable for the guard."""
        return await self._refuse_data(admitted, direction, "unscannable", str(why))

    def _detector(self, call: Call) -> Detector:
        if isinstance(self._detectors, Detectors):
            return self._detectors.of(call.server, call.tool)
        return self._detectors

    def _is_opaque(self, message: Any) -> bool:
        return self._policy.binary == "refuse" and has_binary(message)

    # -- protection -----------------------------------------------------------------------------

    async def _protect(
        self,
        admitted: Admitted,
        direction: Direction,
        value: Any,
        raw: bytes | None,
        structure: Structure,
    ) -> Refusal | bool:
        """Protect ``value`` in place; return whether ``raw`` may go on as it is."""
        restoring = (
            direction == "arguments"
            and admitted.resolved.restores_any
            and self._policy.mode == "enforce"
        )
        detector = self._detector(admitted.call)
        if raw is not None and not restoring and detector.is_clean(raw):
            return await self._pass_clean(admitted, direction, value, raw)
        texts = JsonTexts(value)
        try:
            if direction == "arguments":
                self._check_envelope(admitted, detector)
            if restoring:
                await self._restore(admitted, value)
            examined = await scan(
                detector, value, skip=structure.paths, rejects=self._rejects(admitted, direction)
            )
            leaves = examined.leaves + scan_words(rules_of(detector), value, structure.words)
            admitted.unread.update(examined.failed)
            admitted.subjects.note(leaves)
            self._volume.count(admitted, direction, value, raw, leaves)
            changes = self._apply(admitted, direction, leaves)
            if direction == "results":
                chosen = self._choose(admitted, direction)
                await self._fitting.fit(admitted, value, changes, lambda it: chosen(it).action)
            texts.close()
        except Rejected as rejected:
            return await self._refuse_data(admitted, direction, "rejected", rejected.entity_type)
        except InvalidToken as invalid:
            return await self._refuse_data(admitted, direction, "rejected", str(invalid))
        except LimitReached as reached:
            return await self._refuse_volume(admitted, direction, reached)
        except Unfit as unfit:
            return await self._refuse_data(admitted, direction, "unfit", str(unfit))
        except (Unscannable, ProtectionError) as error:
            return await self._refuse_data(admitted, direction, "unscannable", str(error))
        return False

    def _check_envelope(self, admitted: Admitted, detector: Detector) -> None:
        """See that nothing hides in what goes on as it is: the method and the message's id.

        Raises
        ------
        Rejected
            If something does.

        """
        call = admitted.call
        for found in rules_of(detector).scan_tree([call.method, call.message_id]):
            for finding in found.findings:
                chosen = admitted.resolved.choose("arguments", finding.entity_type, finding.score)
                if self._policy.mode == "enforce" and chosen.action is not Action.ALLOW:
                    admitted.findings[finding.entity_type] += 1
                    raise Rejected(finding.entity_type)

    async def _pass_clean(
        self, admitted: Admitted, direction: Direction, value: Any, raw: bytes
    ) -> Refusal | bool:
        try:
            self._volume.count(admitted, direction, value, raw)
        except LimitReached as reached:
            return await self._refuse_volume(admitted, direction, reached)
        return True

    def _apply(
        self, admitted: Admitted, direction: Direction, leaves: list[LeafFindings]
    ) -> list[Change]:
        if not leaves:
            return []
        enforce = self._policy.mode == "enforce"
        chosen = self._choose(admitted, direction)

        def choose(finding: Finding) -> Action:
            action, rule = (choice := chosen(finding)).action, choice.rule
            admitted.findings[finding.entity_type] += 1
            admitted.rules[rule] += 1
            admitted.actions.add(action if enforce else "observe")
            return action

        if enforce:
            rows = admitted.rows if self._policy.tokens.form == "vault" else None
            return self._protector.protect_tree(leaves, choose, scope=admitted.scope, rows=rows)
        for found in leaves:
            for finding in found.findings:
                choose(finding)
        return []

    def _choose(self, admitted: Admitted, direction: Direction) -> Callable[[Finding], Choice]:
        resolved = admitted.resolved

        def choose(finding: Finding) -> Choice:
            argument = ""
            # A tool trusted with the value behind a token is trusted with the value itself.
            if direction == "arguments" and finding.path.startswith(_ARGUMENTS):
                argument = finding.path[len(_ARGUMENTS) :].removeprefix(".")
                if rule := resolved.restorer(finding.entity_type, argument):
                    return Choice(Action.ALLOW, rule)
            return resolved.choose(direction, finding.entity_type, finding.score, argument)

        return choose

    def _rejects(self, admitted: Admitted, direction: Direction) -> Callable[[str], bool]:
        enforce, resolved = self._policy.mode == "enforce", admitted.resolved

        def rejects(entity_type: str) -> bool:
            return enforce and resolved.choose(direction, entity_type).action is Action.REJECT

        return rejects

    async def _restore(self, admitted: Admitted, params: Any) -> None:
        """Turn stand-ins back into values, in the arguments of a tool that policy trusts.

        Raises
        ------
        ProtectionError
            If one of them is none that was issued here, or what they mean cannot be read.

        """
        if not isinstance(params, dict):
            return
        arguments, resolved, scope = params.get("arguments"), admitted.resolved, admitted.scope
        rules: set[str] = set()

        def allow(entity_type: str, path: str) -> bool:
            rule = resolved.restorer(entity_type, path.removeprefix("$").removeprefix("."))
            if rule:
                rules.add(rule)
            return bool(rule)

        ids = self._protector.row_ids(arguments, scope=scope, allow=allow)
        try:
            rows = await self._vault.find(ids) if ids else {}
        except StorageError as error:
            raise ProtectionError(str(error)) from None
        _, count = self._protector.restore_tree(arguments, scope=scope, allow=allow, rows=rows)
        if count:
            admitted.actions.add("restore")
            admitted.rules.update(rules)

    async def _refuse_volume(
        self, admitted: Admitted, direction: Direction, reached: LimitReached
    ) -> Refusal:
        seconds = reached.wait
        return await self._refuse_data(
            admitted, direction, "limited", str(seconds), retry_after=seconds, rule=reached.rule
        )

    async def _refuse_data(
        self,
        admitted: Admitted,
        direction: Direction,
        reason: Reason,
        detail: str,
        *,
        retry_after: int = 0,
        rule: str = "",
    ) -> Refusal:
        return await self._recorder.refuse(
            admitted.principal,
            admitted.call,
            reason,
            detail,
            retry_after=retry_after,
            rule=rule,
            direction=direction,
            findings=admitted.findings,
            rules=admitted.rules,
        )
