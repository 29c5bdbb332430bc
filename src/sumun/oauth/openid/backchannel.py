"""Telling clients that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.keys import SignerUnavailable, SigningKeyring
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.openid.logouts import (
    PendingLogout,
    claim_logout,
    list_due_logouts,
    remove_logout,
)
from sumun.storage import Database, StorageError

_log = logging.getLogger("sumun.oauth")

LOGOUT_TOKEN_TYPE: Final = "logout+jwt"  # noqa: S105 - the JWT's typ, not a password
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LIFETIME: Final = 120
"""Seconds; §2.4 recommends at most two minutes."""

_WAITS: Final = (10, 60, 300, 1_800, 7_200)
"""Seconds after each try that failed; after the last the client is given up."""
_AT_ONCE: Final = 32
_LOOK_EVERY: Final = 1.0
_SUCCESS: Final = range(200, 300)
_FINAL: Final = frozenset(range(400, 500)) - {408, 429}


class BackchannelLogout:
    """Delivers a logout token to every client of a session that has ended, and tries again.

    Parameters
    ----------
    fetcher:
        How clients are reached: public addresses only.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        *,
        issuer: str,
        id_tokens: IdTokens,
        keyring: SigningKeyring,
        database: Database,
        audit: AuditLog,
        clients: ClientDirectory,
        fetcher: Fetcher,
        clock: Callable[[], float],
    ) -> None:
        self._issuer = issuer
        self._id_tokens = id_tokens
        self._keyring = keyring
        self._database = database
        self._audit = audit
        self._clients = clients
        self._fetcher = fetcher
        self._clock = clock

    async def run(self) -> None:
        """Deliver for as long as the server runs."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            # Storage may be away for a while; what is due stays due.
            with suppress(StorageError, AuditUnavailable):
                await self.deliver_due()

    async def deliver_due(self) -> int:
        """Try every delivery that is due, and return how many there were.

        Raises
        ------
        StorageError, AuditUnavailable
            If what is due cannot be read, or what became of it cannot be recorded.

        """
        due = await self._database.read(list_due_logouts, now=int(self._clock()), limit=_AT_ONCE)
        await asyncio.gather(*map(self._deliver, due))
        return len(due)

    async def _deliver(self, logout: PendingLogout) -> None:
        last = logout.tries >= len(_WAITS)
        wait = _WAITS[min(logout.tries, len(_WAITS) - 1)]
        if not await self._database.write(
            claim_logout, logout, next_try_at=int(self._clock()) + wait
        ):
            return
        client = await self._find(logout.client_id)
        if client is None or not client.metadata.backchannel_logout_uri:
            await self._database.write(remove_logout, logout)
            return
        problem, final = await self._send(client, logout)
        if not problem:
            await self._end(logout, "delivered")
        elif final or last:
            await self._end(logout, "given_up", problem)
        else:
            _log.warning("%s was not told of a logout: %s", client.client_id, problem)

    async def _find(self, client_id: str) -> Client | None:
        try:
            client = await self._clients.find(client_id)
        except OAuthError:
            return None
        return None if client is None or client.disabled_at is not None else client

    async def _send(self, client: Client, logout: PendingLogout) -> tuple[str, bool]:
        """Return what went wrong, if anything, and whether trying again is of no use."""
        try:
            token = await self._token(client, logout)
            status = await self._fetcher.post(
                client.metadata.backchannel_logout_uri, {"logout_token": token}
            )
        except FetchRefused as refused:
            return refused.reason, refused.reason == "url"
        except SignerUnavailable:
            return "signer", False
        if status in _SUCCESS:
            return "", False
        return f"status {status}", status in _FINAL

    async def _token(self, client: Client, logout: PendingLogout) -> str:
        """Return the logout token (§2.4); it has no nonce, so that it is never an ID token."""
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": client.client_id,
            "iat": now,
            "exp": now + _LIFETIME,
            "jti": secrets.token_urlsafe(16),
            "sub": logout.user_id,
            "sid": logout.session_id,
            "events": {_EVENT: {}},
        }
        return await self._keyring.sign(claims, LOGOUT_TOKEN_TYPE, self._id_tokens.alg(client))

    async def _end(self, logout: PendingLogout, action: str, problem: str = "") -> None:
        event = Event(
            event_type="logout_notified",
            user_id=logout.user_id,
            client_id=logout.client_id,
            action_taken=action,
            reason=problem or None,
            correlation_id=logout.session_id,
        )
        await self._audit.write([event], remove_logout, logout)
