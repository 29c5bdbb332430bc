"""What a provider says of itself (OpenID Connect Discovery §4), fetched and kept for a while."""

import time
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from sumun.oauth.fetch import Fetcher, FetchRefused, Kept
from sumun.oauth.providers.refused import UpstreamRefused

_PATH: Final = "/.well-known/openid-configuration"
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
        self._kept = Kept(self._fetch, UpstreamRefused, clock)

    async def metadata(self) -> ProviderMetadata:
        """Return the metadata; what was known stays good for a day while it cannot be had.

        Raises
        ------
        UpstreamRefused
            If it cannot be had, or is that of somebody else.

        """
        return await self._kept.get()

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
