"""``refresh_token``: another access token, and another refresh token (RFC 6749 §6).

Every refresh token is used once (RFC 9700 §4.14.2). For ``oauth.refresh_grace`` seconds after, it
still answers with the very successor it had, and only while that successor is unused: a client
whose answer was lost, or that refreshed twice at once, goes on. Used later, it revokes the family.
"""

import hmac
import os
from collections.abc import Callable
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.audit import AuditLog, Event
from sumun.config import OAuthConfig
from sumun.keys import RootSecret
from sumun.oauth.access_tokens import Issued
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.grants import GrantEnded
from sumun.oauth.authorization.refresh_tokens import (
    FoundRefreshToken,
    RefreshSpent,
    find_refresh_token,
    rotate_refresh,
)
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.grants.family import FamilyTokens
from sumun.oauth.scopes import MalformedScope, ScopeHierarchy, parse_scope
from sumun.oauth.users import find_user_by_id
from sumun.storage import Database

_NONCE: Final = 12


class Refresh:
    """Exchanges a refresh token for an access token and its successor."""

    grant_type = "refresh_token"
    for_public_clients = True

    def __init__(
        self,
        settings: OAuthConfig,
        *,
        database: Database,
        audit: AuditLog,
        tokens: FamilyTokens,
        revoker: GrantRevoker,
        hierarchy: ScopeHierarchy,
        root_secret: RootSecret,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._database = database
        self._audit = audit
        self._tokens = tokens
        self._revoker = revoker
        self._hierarchy = hierarchy
        self._seal = _Seal(root_secret)
        self._clock = clock

    async def issue(self, client: Client, request: FormRequest) -> Issued:
        """Check the token and what it is bound to, and issue."""
        token = request.parameters.get("refresh_token")
        if not token:
            raise OAuthError("invalid_request", "refresh_token is missing")
        found = await self._find(token)
        try:
            return await self._issue(client, request, token, found)
        except OAuthError as refusal:
            refusal.grant_id = found.grant.grant_id
            raise

    async def _issue(
        self, client: Client, request: FormRequest, token: str, found: FoundRefreshToken
    ) -> Issued:
        self._check(client, request, found)
        if found.token.used_at is None:
            try:
                return await self._rotate(client, request, token, found)
            except RefreshSpent:
                # Another use came first, by moments.
                found = await self._find(token)
                self._check(client, request, found)
        return await self._answer_again(client, request, token, found)

    async def _find(self, token: str) -> FoundRefreshToken:
        found = await self._database.read(find_refresh_token, opaque.digest(token))
        if found is None:
            raise _invalid("this server issued no such refresh token, or long ago")
        return found

    def _check(self, client: Client, request: FormRequest, found: FoundRefreshToken) -> None:
        if found.grant.client_id != client.client_id:
            raise _invalid("the refresh token was issued to another client")
        now = self._clock()
        if found.grant.revoked_at is not None:
            raise _invalid("the authorization was revoked")
        if not found.grant.is_live(now):
            raise _invalid("the authorization is over; without offline_access it ends early")
        if now >= found.token.expires_at:
            raise _invalid("the refresh token was not used for too long, and expired")
        if found.token.dpop_jkt and request.cnf.get("jkt") != found.token.dpop_jkt:
            raise OAuthError(
                "invalid_grant", "this refresh token is bound to another key (RFC 9449 5)"
            )
        self._tokens.check_resource(found.grant, request)

    async def _rotate(
        self, client: Client, request: FormRequest, token: str, found: FoundRefreshToken
    ) -> Issued:
        scope = self._narrow(found.grant.scope, request)
        issued, event = await self._tokens.prepare(
            client, found.grant, scope, request, self.grant_type
        )
        successor, kept = self._tokens.new_refresh_token(found.grant, found.token.dpop_jkt)
        try:
            await self._audit.write(
                [event],
                rotate_refresh,
                opaque.digest(token),
                kept,
                sealed=self._seal.close(successor, token),
                now=int(self._clock()),
            )
        except GrantEnded:
            raise _invalid("the authorization was revoked, or its person disabled") from None
        return msgspec.structs.replace(issued, refresh_token=successor)

    async def _answer_again(
        self, client: Client, request: FormRequest, token: str, found: FoundRefreshToken
    ) -> Issued:
        """Answer a used token with the successor it had, or revoke its family."""
        successor = await self._successor_within_grace(token, found)
        if successor is None:
            await self._revoker.replayed(found.grant, what=self.grant_type, source=request.source)
            raise _invalid("the refresh token was used before, and everything of it is revoked")
        user = await self._database.read(find_user_by_id, found.grant.user_id)
        if user is None or user.disabled_at is not None:
            raise _invalid("the operator disabled the person")
        scope = self._narrow(found.grant.scope, request)
        issued, event = await self._tokens.prepare(
            client, found.grant, scope, request, self.grant_type
        )
        grace = Event(
            event_type="refresh_grace",
            user_id=found.grant.user_id,
            client_id=client.client_id,
            action_taken="answered_again",
            resource=found.grant.resource,
            source=request.source,
            correlation_id=found.grant.grant_id,
        )
        await self._audit.record(grace, event)
        return msgspec.structs.replace(issued, refresh_token=successor)

    async def _successor_within_grace(self, token: str, found: FoundRefreshToken) -> str | None:
        used_at, sealed = found.token.used_at, found.token.successor
        # A clock that was set back makes no token young again.
        if (
            used_at is None
            or sealed is None
            or abs(self._clock() - used_at) >= self._settings.refresh_grace
        ):
            return None
        successor = self._seal.open(sealed, token)
        if successor is None:
            return None
        next_one = await self._database.read(find_refresh_token, opaque.digest(successor))
        unused = next_one is not None and next_one.token.used_at is None
        return successor if unused else None

    def _narrow(self, granted: str, request: FormRequest) -> str:
        """Return the scope asked for, which may not be more than was granted (RFC 6749 §6)."""
        try:
            wanted = parse_scope(request.parameters.get("scope", ""))
        except MalformedScope as error:
            raise OAuthError("invalid_scope", str(error)) from None
        missing = self._hierarchy.missing(granted.split(), wanted)
        if missing:
            raise OAuthError(
                "invalid_scope",
                f"the person did not grant: {' '.join(missing)}; they granted: {granted}",
            )
        return " ".join(wanted) or granted


class _Seal:
    """Seals a successor so that only its predecessor opens it, with our root secret."""

    def __init__(self, root_secret: RootSecret) -> None:
        self._key = root_secret.derive("refresh-successor")

    def close(self, successor: str, token: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._aead(token).encrypt(nonce, successor.encode(), None)

    def open(self, sealed: bytes, token: str) -> str | None:
        try:
            return self._aead(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except (InvalidTag, ValueError):
            return None

    def _aead(self, token: str) -> AESGCM:
        # HKDF-SHA256 for one block (RFC 5869 §2.2, §2.3), a tenth of the time of the general one.
        extracted = hmac.digest(self._key, token.encode(), "sha256")
        return AESGCM(hmac.digest(extracted, b"successor\x01", "sha256"))


def _invalid(why: str) -> OAuthError:
    return OAuthError(
        "invalid_grant",
        "the refresh token is unknown, used, expired, revoked, or another client's; start again "
        "at the authorization endpoint",
        why=why,
    )
