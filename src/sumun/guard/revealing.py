"""Turning tokens back into values for a caller: who may, for what, and what the log says of it."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any, Final

import msgspec

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.config import RevealConfig
from sumun.detection.entities import ENTITIES
from sumun.guard.call import Admitted
from sumun.guard.checks import Unmet
from sumun.guard.principal import Principal
from sumun.guard.subjects import Subjects
from sumun.guard.token_scope import token_scope
from sumun.guard.vault import Vault
from sumun.policy import Limits, RateLimiter, Tokens
from sumun.policy.patterns import covers_scope, reaches_server
from sumun.protection import DecryptionError, ProtectionError, Protector
from sumun.storage import StorageError

TOOL: Final = "reveal"
TOKENS_LIMIT: Final = 20
"""Tokens one call may have turned back."""
LENGTH_LIMIT: Final = 8192
"""Characters a token may have."""
OWN_CATEGORY: Final = "custom"
"""The category of entity types that a deployment has added."""

_SERVERS_LIMIT: Final = 256
_LENGTH = msgspec.Meta(min_length=1, max_length=LENGTH_LIMIT)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller wants to see, for what, and where it came from (empty: wherever that was)."""

    tokens: Annotated[
        tuple[Annotated[str, _LENGTH], ...], msgspec.Meta(min_length=1, max_length=TOKENS_LIMIT)
    ]
    purpose: str
    server: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Revealed(msgspec.Struct, frozen=True, kw_only=True):
    """A token and what it stands for."""

    token: str
    value: str
    entity_type: str
    server: str

    @property
    def category(self) -> str:
        """The category its scope is named by."""
        known = ENTITIES.get(self.entity_type)
        return known.category if known else OWN_CATEGORY


class CannotReveal(Exception):
    """Nothing is revealed; the message says why, for the caller."""


class Revealer:
    """Opens tokens for callers whose scopes say what of, and for which purpose.

    A token is found under the servers a caller may call; one of a server that the caller names is
    found, too, and the scope for that server is then among what is missing.

    Parameters
    ----------
    protector, vault, audit:
        The rooms the guard leads through.
    tokens:
        How tokens are made here.
    settings:
        The purposes there are, and how much may be revealed.
    servers:
        The servers there are.
    reach:
        Returns a scope with all that it includes, patterns among them.
    subject_key:
        As the guard's.

    """

    def __init__(
        self,
        *,
        protector: Protector,
        vault: Vault,
        audit: AuditLog,
        tokens: Tokens,
        settings: RevealConfig,
        servers: Callable[[], Awaitable[Iterable[str]]],
        reach: Callable[[str], Iterable[str]],
        subject_key: bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._protector = protector
        self._vault = vault
        self._audit = audit
        self._tokens = tokens
        self._reasons = settings.reasons
        self._limiter = RateLimiter(Limits(settings.values_per_minute), clock=clock)
        self._servers = servers
        self._reach = reach
        self._subject_key = subject_key

    @property
    def purposes(self) -> list[str]:
        """The purposes that may be given."""
        return list(self._reasons)

    async def check(self, admitted: Admitted) -> Unmet | None:
        """Say what a call of the tool lacks; what nobody could grant, the tool itself says."""
        call = admitted.call
        if call.method != "tools/call" or call.tool != TOOL:
            return None
        principal = admitted.principal
        asked = _read(call.params)
        if asked is None or asked.purpose not in self._reasons:
            return None
        try:
            found = await self._find(principal, asked)
        except (CannotReveal, StorageError):
            found = []
        told = {"purpose": asked.purpose}
        entities = Counter(each.entity_type for each in found)
        needed = self._needed(found, asked.purpose)
        if self._missing(principal, needed):
            return Unmet(
                reason="insufficient_scope",
                detail=" ".join(needed),
                scopes=tuple(needed),
                entities=entities,
                told=told,
            )
        who = (principal.tenant, principal.client_id, principal.subject)
        wait = max(self._limiter.wait(*who) for _ in asked.tokens)
        if wait:
            seconds = max(1, round(wait + 0.5))
            return Unmet(
                reason="limited",
                detail=str(seconds),
                retry_after=seconds,
                entities=entities,
                told=told,
            )
        return None

    async def reveal(self, principal: Principal, asked: Asked) -> list[Revealed]:
        """Return the values, once their events are committed.

        Raises
        ------
        CannotReveal
            If one of them is no token of the caller's, the purpose is none, or scopes are missing.

        """
        try:
            found = await self._permitted(principal, asked)
            await self._audit.record(*self._events(principal, asked, found))
        except CannotReveal as refused:
            await self._record_refusal(principal, asked, str(refused))
            raise
        except (AuditUnavailable, StorageError) as error:
            raise CannotReveal(f"what is not recorded is not revealed: {error}") from None
        return found

    async def _permitted(self, principal: Principal, asked: Asked) -> list[Revealed]:
        if asked.purpose not in self._reasons:
            raise CannotReveal(f"purpose must be one of: {', '.join(self._reasons)}")
        found = await self._find(principal, asked)
        missing = self._missing(principal, self._needed(found, asked.purpose))
        if missing:
            raise CannotReveal(f"this needs more scope: {' '.join(missing)}")
        return found

    async def _find(self, principal: Principal, asked: Asked) -> list[Revealed]:
        reached = {reach for scope in principal.scopes for reach in self._reach(scope)}
        known = sorted(await self._servers())
        servers = [
            name
            for name in known
            if name == asked.server
            or (not asked.server and any(reaches_server(each, name) for each in reached))
        ]
        if len(servers) > _SERVERS_LIMIT:
            raise CannotReveal("say which server the tokens came from")
        return [await self._open(principal, token, servers) for token in asked.tokens]

    async def _open(self, principal: Principal, token: str, servers: list[str]) -> Revealed:
        for server in servers:
            scope = token_scope(self._tokens, principal, server)
            try:
                ids = self._protector.row_ids(token, scope=scope)
                rows = await self._vault.find(ids) if ids else {}
                opened = self._protector.open(token, scope=scope, rows=rows)
            except DecryptionError:
                continue
            except ProtectionError:
                break
            return Revealed(
                token=token, value=opened.value, entity_type=opened.entity_type, server=server
            )
        raise CannotReveal(
            "one of these is no token that you were given here: send tokens whole, as they came, "
            "and the name of the server they came from"
        )

    def _needed(self, found: Iterable[Revealed], purpose: str) -> list[str]:
        """Return every scope of the call, also those granted: a new token replaces the old."""
        data = {f"pii:{each.category}:{purpose}" for each in found}
        servers = {f"mcp:{each.server}" for each in found}
        return [f"mcp:sumun:{TOOL}", *sorted(data), *sorted(servers)]

    def _missing(self, principal: Principal, needed: Iterable[str]) -> list[str]:
        reached = {reach for scope in principal.scopes for reach in self._reach(scope)}
        return [scope for scope in needed if not _granted(reached, scope)]

    def _events(
        self, principal: Principal, asked: Asked, found: Iterable[Revealed]
    ) -> Iterable[Event]:
        by_server: dict[str, list[Revealed]] = {}
        for each in found:
            by_server.setdefault(each.server, []).append(each)
        subjects = Subjects(self._subject_key, principal.tenant)
        for server, values in by_server.items():
            event = _event(principal, asked, "revealed", server)
            event.contains_pii = True
            event.entities = dict(Counter(each.entity_type for each in values))
            event.subjects = sorted({subjects.hash(each.value) for each in values})
            categories = sorted({each.category for each in values})
            event.scope = " ".join(f"pii:{each}:{asked.purpose}" for each in categories)
            yield event

    async def _record_refusal(self, principal: Principal, asked: Asked, why: str) -> None:
        # The name of the server is the caller's word: it may be anything.
        event = _event(principal, asked, "rejected", "")
        if asked.purpose not in self._reasons:
            event.detail = None
        event.reason = why
        try:
            await self._audit.record(event)
        except (AuditUnavailable, StorageError) as error:
            raise CannotReveal(f"the audit log cannot be written: {error}") from None


def _granted(reached: Iterable[str], needed: str) -> bool:
    if needed.count(":") == 1:
        server = needed.removeprefix("mcp:")
        return any(reaches_server(each, server) for each in reached)
    return any(covers_scope(each, needed) for each in reached)


def _read(params: Any) -> Asked | None:
    arguments: Any = params.get("arguments") if isinstance(params, Mapping) else None
    try:
        return msgspec.convert(arguments, Asked)
    except (msgspec.ValidationError, RecursionError):
        return None


def _event(principal: Principal, asked: Asked, action: str, server: str) -> Event:
    return Event(
        event_type="reveal",
        tool_name=TOOL,
        user_id=principal.subject,
        client_id=principal.client_id,
        server=server or None,
        action_taken=action,
        token_id=principal.token_id or None,
        detail={"purpose": asked.purpose},
    )
