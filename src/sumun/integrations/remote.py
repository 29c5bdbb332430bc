"""Verifying the tokens of a Sumun that runs elsewhere, by the keys it publishes."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from starlette.types import Scope

from sumun.config import Config, OAuthConfig
from sumun.guard import Principal
from sumun.keys import VerificationKey
from sumun.keys.algorithms import PublicKey
from sumun.oauth.scopes import ScopeHierarchy
from sumun.resource import BearerVerifier, Challenged, InvalidToken
from sumun.resource.identifiers import WELL_KNOWN

_TIMEOUT: Final = 5.0
_SIZE_LIMIT: Final = 64 * 1024
_KEYS_LIMIT: Final = 32
_FRESH: Final = 300.0
"""Seconds after which the keys are fetched again: as long as the issuer lets them be cached."""
_STALE: Final = 3600.0
"""Seconds after which keys that cannot be fetched again are trusted no longer."""
_AGAIN: Final = 10.0
"""Seconds between two attempts, whatever the tokens that come."""

_ALGORITHMS: Final = {"EC": "ES256", "RSA": "RS256", "OKP": "EdDSA"}


class IssuerUnreachable(Challenged):
    """The issuer's keys cannot be had, so no token can be judged."""

    def __init__(self) -> None:
        error = "temporarily_unavailable"
        super().__init__(
            503,
            error,
            "the authorization server's keys cannot be fetched at the moment; try again",
            headers=[(b"retry-after", str(round(_AGAIN)).encode())],
            error=error,
        )


class RemoteVerifier:
    """A protected resource's view of the bearer tokens a Sumun issues for it.

    Tokens that are revoked are accepted until they expire: the deny list is at the issuer.

    Parameters
    ----------
    issuer:
        The issuer identifier, exactly as the issuer writes it. Nothing else is ever fetched from.
    resource:
        This resource's identifier (RFC 8707), which must be the token's only audience.
    scope_hierarchy:
        Which scope includes which patterns; by default that of an unconfigured Sumun.
    transport:
        How the issuer is reached; over the network unless a test says otherwise.
    clock:
        Unix seconds.

    Raises
    ------
    ValueError
        If the issuer is neither https nor on this machine, or the resource is no such URL.

    """

    def __init__(
        self,
        issuer: str,
        resource: str,
        *,
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _check_url("issuer", issuer)
        _check_url("resource", resource)
        self.issuer = issuer
        self.resource = resource
        self._keys = PublishedKeys(issuer, transport)
        hierarchy = ScopeHierarchy(
            OAuthConfig().scope_hierarchy if scope_hierarchy is None else scope_hierarchy
        )
        self._bearer = BearerVerifier(
            Config(mode="development", issuer=issuer),
            keyring=self._keys,
            database=None,
            covers=hierarchy.covers,
            clock=clock,
        )

    async def verify(self, scope: Scope, scopes: Sequence[str] = ()) -> Principal:
        """Return who makes a request, given its ASGI scope and what the operation needs.

        Raises
        ------
        Challenged
            The refusal, ready to be sent.

        """
        await self._keys.refresh()
        try:
            return await self._bearer.verify(scope, self.resource, scopes)
        except InvalidToken:
            # Perhaps the issuer signs with a key that is newer than our copy.
            if not await self._keys.look_again():
                raise
        return await self._bearer.verify(scope, self.resource, scopes)

    async def verify_token(self, token: str, scopes: Sequence[str] = ()) -> Principal:
        """Do the same for a token that somebody else has taken from the request."""
        header = (b"authorization", b"Bearer " + token.encode("utf-8", "replace"))
        return await self.verify({"type": "http", "headers": [header]}, scopes)

    def metadata_paths(self) -> list[str]:
        """Return where this resource's metadata is served: root and path form (RFC 9728 §3.1)."""
        path = urlsplit(self.resource).path.rstrip("/")
        return list(dict.fromkeys((WELL_KNOWN, WELL_KNOWN + path)))

    def metadata(self, scopes: Sequence[str], name: str = "") -> dict[str, Any]:
        """Return this resource's metadata (RFC 9728 §2)."""
        return {
            "resource": self.resource,
            "authorization_servers": [self.issuer],
            "scopes_supported": list(scopes),
            "bearer_methods_supported": ["header"],
            **({"resource_name": name} if name else {}),
        }


class PublishedKeys:
    """A copy of an issuer's JWK Set, fetched when it is needed and never more often than allowed.

    Parameters
    ----------
    issuer:
        The issuer identifier.
    transport:
        As of :class:`RemoteVerifier`.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        issuer: str,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._transport = transport
        self._clock = clock
        self._keys: dict[str, VerificationKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._missed = False
        self._lock = asyncio.Lock()

    def find(self, kid: str) -> VerificationKey | None:
        """Return the key of that id, if the copy has it."""
        found = self._keys.get(kid)
        if found is None:
            self._missed = True
        return found

    async def refresh(self) -> None:
        """Fetch the keys if the copy is missing or old.

        Raises
        ------
        IssuerUnreachable
            If there is no copy that may still be used.

        """
        if self._age() >= _FRESH:
            async with self._lock:  # whoever comes meanwhile waits for the same answer
                if self._age() >= _FRESH and self._may_try():
                    await self._fetch()
        if self._age() >= _STALE:
            raise IssuerUnreachable

    async def look_again(self) -> bool:
        """Fetch the keys because one was missing; return whether there is a new copy."""
        async with self._lock:
            return self._missed and self._may_try() and await self._fetch()

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    def _may_try(self) -> bool:
        return self._clock() - self._tried_at >= _AGAIN

    async def _fetch(self) -> bool:
        self._tried_at = self._clock()
        try:
            async with asyncio.timeout(_TIMEOUT):
                keys = await self._published()
        except (httpx2.HTTPError, TimeoutError, _Unusable):
            return False
        self._keys = keys
        self._fetched_at = self._clock()
        self._missed = False
        return True

    async def _published(self) -> dict[str, VerificationKey]:
        base = self._issuer.rstrip("/")
        async with httpx2.AsyncClient(
            transport=self._transport, timeout=_TIMEOUT, trust_env=False, follow_redirects=False
        ) as http:
            document = await _get(http, f"{base}/.well-known/openid-configuration")
            # Who says it is somebody else is not asked for keys (OpenID Discovery §4.3).
            if document.get("issuer") != self._issuer:
                raise _Unusable
            jwks_uri = document.get("jwks_uri")
            if not isinstance(jwks_uri, str) or _origin(jwks_uri) != _origin(self._issuer):
                raise _Unusable
            keys = (await _get(http, jwks_uri)).get("keys")
        if not isinstance(keys, list):
            raise _Unusable
        read = [key for jwk in keys[:_KEYS_LIMIT] if (key := _read_key(jwk)) is not None]
        return {key.kid: key for key in read}


class _Unusable(Exception):
    """The issuer answered with something that is of no use."""


async def _get(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    async with http.stream("GET", url, headers={"Accept": "application/json"}) as response:
        if response.status_code != httpx2.codes.OK:
            raise _Unusable
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _SIZE_LIMIT:
                raise _Unusable
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise _Unusable from None


def _read_key(jwk: Any) -> VerificationKey | None:
    """Return a key that this project could have published, and nothing of any other."""
    if not isinstance(jwk, dict):
        return None
    alg: Any = _ALGORITHMS.get(str(jwk.get("kty")))
    if alg is None or jwk.get("alg") != alg or jwk.get("use") != "sig":
        return None
    try:
        public = getattr(import_key(jwk), "public_key", None)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(public, PublicKey):
        return None
    key = VerificationKey(alg, public)
    # The key's id is its thumbprint (RFC 7638): a key under another name is not the issuer's.
    return key if key.kid == jwk.get("kid") else None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    local = parts.hostname == "localhost" or _is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError(f"{name} must be https:// (http:// on this machine only)")
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{name} must be a URL without user, query and fragment")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
