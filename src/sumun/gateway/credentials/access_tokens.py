"""Access tokens as a credential: shown with each request, bound to a key where so configured."""

from collections.abc import Mapping
from typing import Final, Protocol

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.gateway.credentials.credential import Presented
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Principal
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.token_cache import TokenCache
from sumun.proof.prover import Prover

UNAUTHORIZED: Final = 401
UNRECORDED: Final = "its credential is not used while that cannot be recorded"


class TokenSource(Protocol):
    """Where access tokens come from: one OAuth grant each."""

    @property
    def kind(self) -> str:
        """What the configuration calls it."""

    def owner(self, principal: Principal | None) -> str:
        """Return whose token it is: one text for each who gets another."""

    async def obtain(self, principal: Principal | None, prover: Prover | None) -> AccessToken:
        """Get a new token, bound to the prover's key if there is one.

        Raises
        ------
        TokenRefused
            If there is none.

        """


class AccessTokenCredential:
    """Shows the tokens of a source, and gets a new one when one has ended or is not accepted.

    Parameters
    ----------
    server, url:
        Who they are shown to.
    prover:
        The key they are bound to; ``None`` for bearer tokens.

    """

    def __init__(
        self,
        server: str,
        url: str,
        source: TokenSource,
        *,
        audit: AuditLog,
        cache: TokenCache,
        prover: Prover | None = None,
    ) -> None:
        self._server = server
        self._url = url
        self._source = source
        self._audit = audit
        self._cache = cache
        self._prover = prover

    async def present(self, method: str, principal: Principal | None) -> Presented:
        """Return the token as a header, with a proof where it is bound."""

        async def obtain() -> AccessToken:
            return await self._obtain(principal)

        try:
            token = await self._cache.get(self._source.owner(principal), obtain)
        except TokenRefused as refused:
            raise UpstreamFailed(told(refused)) from None
        except AuditUnavailable:
            raise UpstreamFailed(UNRECORDED) from None
        return presented(token, method, self._url, self._prover)

    async def answered(
        self,
        presented: Presented,
        status: int,
        headers: Mapping[str, str],
        principal: Principal | None,
    ) -> bool:
        """Learn the nonce; where the token was not accepted, see whether another may be."""
        if learnt(self._prover, self._url, status, headers):
            return True
        if status != UNAUTHORIZED:
            return False
        return self._cache.refused(self._source.owner(principal), shown(presented))

    async def _obtain(self, principal: Principal | None) -> AccessToken:
        try:
            token = await self._source.obtain(principal, self._prover)
        except TokenRefused as refused:
            await self._record(principal, "rejected", reason=refused.reason)
            raise
        await self._record(principal, "obtained", scope=token.scope)
        return token

    async def _record(
        self, principal: Principal | None, action: str, *, reason: str = "", scope: str = ""
    ) -> None:
        await self._audit.record(
            Event(
                event_type="upstream_token",
                user_id=principal.subject if principal else None,
                client_id=principal.client_id if principal else None,
                server=self._server,
                method=self._source.kind,
                action_taken=action,
                reason=reason or None,
                scope=scope or None,
            )
        )


def presented(token: AccessToken, method: str, url: str, prover: Prover | None) -> Presented:
    """Return the headers that show a token (RFC 6750 §2.1, RFC 9449 §7.1)."""
    headers = [("authorization", token.authorization)]
    if prover is not None:
        headers.append(("dpop", prover.prove(method, url, token.value)))
    return headers


def shown(presented: Presented) -> str:
    """Return the ``Authorization`` header among those that were presented."""
    return next((value for name, value in presented if name == "authorization"), "")


def learnt(prover: Prover | None, url: str, status: int, headers: Mapping[str, str]) -> bool:
    """Take note of a nonce; return whether it is all that was missing (RFC 9449 §9)."""
    if prover is None or not prover.learn(url, headers):
        return False
    challenge = headers.get("www-authenticate", "")
    return status == UNAUTHORIZED and "use_dpop_nonce" in challenge


def told(refused: TokenRefused) -> str:
    """Return what the caller is told: what happened, not what the authorization server said."""
    if refused.reason == "unreachable":
        return "its authorization server cannot be reached"
    return f"its authorization server gives the gateway no token ({refused.reason})"
