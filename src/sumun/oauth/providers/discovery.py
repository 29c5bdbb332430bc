"""What a provider says of itself (OpenID Connect Discovery §4), fetched and kept for a while."""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.providers.refused import UpstreamRefused

_PATH: Final = "/.well-known/openid-configuration"
_FRESH: Final = 3600.0
_STALE: Final = 86_400.0
_AGAIN: Final = 60.0
"""Seconds between two tries to fetch what is known already."""
_SIZE_LIMIT: Final = 64 * 1024

_Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class ProviderMetadata(msgspec.Struct, frozen=True):
    """The members that matter here."""

    issuer: str
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    token_endpoint_auth_methods_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False


class Discovery:
    """Fetches the metadata of one provider when it is first needed, and then every hour.

    Parameters
    ----------
    clock:
        Monotonic seconds.

    """

    def __init__(
        self, issuer: str, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer = issuer
        self._fetcher = fetcher
        self._clock = clock
        self._known: ProviderMetadata | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def metadata(self) -> ProviderMetadata:
        """Return the metadata; what was known stays good for a day while it cannot be had.

        Raises
        ------
        UpstreamRefused
            If it cannot be had, or is that of somebody else.

        """
        async with self._fetching:
            now = self._clock()
            age = now - self._fetched_at
            fresh = age < _FRESH or (age < _STALE and now - self._tried_at < _AGAIN)
            if self._known is not None and fresh:
                return self._known
            self._tried_at = now
            try:
                self._known = await self._fetch()
                self._fetched_at = now
            except UpstreamRefused:
                if self._known is None or age >= _STALE:
                    raise
            return self._known

    async def _fetch(self) -> ProviderMetadata:
        # Discovery §4.1: a slash at the end of the issuer goes before the path is added.
        url = self._issuer.removesuffix("/") + _PATH
        try:
            fetched = await self._fetcher.get(url, limit=_SIZE_LIMIT)
            found = msgspec.json.decode(fetched.body, type=ProviderMetadata)
            for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                self._fetcher.check(endpoint)
        except FetchRefused as refused:
            raise UpstreamRefused("unreachable", f"{url}: {refused}") from None
        except (msgspec.DecodeError, RecursionError):
            raise UpstreamRefused("unreachable", f"{url}: is no provider's metadata") from None
        # Discovery §4.3: to the letter, or somebody speaks for somebody else.
        if found.issuer != self._issuer:
            raise UpstreamRefused("issuer", f"{url}: is the metadata of another issuer")
        return found
