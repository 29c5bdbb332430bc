"""One upstream provider: where to send people, and what their coming back is worth."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from sumun.config import ProviderConfig
from sumun.keys.files import secret_setting
from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.key_sets import KeySets
from sumun.oauth.providers.discovery import Discovery, ProviderMetadata
from sumun.oauth.providers.id_token import IdTokenVerifier, UpstreamPerson
from sumun.oauth.providers.presets import PRESETS, Preset
from sumun.oauth.providers.refused import UpstreamRefused
from sumun.oauth.upstream.authentication import basic
from sumun.oauth.upstream.authorization_request import challenge
from sumun.oauth.upstream.requests import UpstreamRequest

_SIZE_LIMIT: Final = 64 * 1024
_OWN: Final = Preset("")
_CODE: Final = re.compile("[a-z_]{1,64}")


class _TokenResponse(msgspec.Struct, frozen=True):
    id_token: str


class Provider:
    """Authorization code with PKCE, state and nonce at one provider.

    Parameters
    ----------
    name:
        What the configuration calls it.
    redirect_uri:
        Where it sends people back to: an address of its own for each provider, so that the answer
        of one cannot be taken for another's (RFC 9700 §4.4.2.2).
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        name: str,
        config: ProviderConfig,
        *,
        redirect_uri: str,
        fetcher: Fetcher,
        clock: Callable[[], float],
    ) -> None:
        preset = PRESETS.get(config.preset, _OWN)
        self.name = name
        self.label = config.label or preset.label or name
        self.issuer = config.issuer or preset.issuer.replace("{tenant}", config.tenant)
        self.config = config
        self._client_secret = _client_secret(name, config)
        self._scope = config.scope or preset.scope
        self._preset = preset
        self._redirect_uri = redirect_uri
        self._fetcher = fetcher
        self._discovery = Discovery(self.issuer, fetcher)
        self._verifier = IdTokenVerifier(self.issuer, config.client_id, KeySets(fetcher), clock)

    async def authorization_url(self, state: str, request: UpstreamRequest) -> str:
        """Return where the person goes on.

        Raises
        ------
        UpstreamRefused
            If the provider cannot be asked where that is.

        """
        metadata = await self._discovery.metadata()
        query = {
            "client_id": self.config.client_id,
            "response_type": "code",
            "redirect_uri": self._redirect_uri,
            "scope": self._scope,
            "state": state,
            "nonce": request.nonce,
            **challenge(request.code_verifier),
            **(self._preset.anew if request.again else {}),
        }
        endpoint = metadata.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def answered(self, answer: Mapping[str, str], request: UpstreamRequest) -> UpstreamPerson:
        """Return who came back.

        Raises
        ------
        UpstreamRefused
            If it is not shown who.

        """
        metadata = await self._discovery.metadata()
        issuer = answer.get("iss")
        # RFC 9207 §2.4: compared to the letter, and demanded of who is known to send it.
        if issuer is None and metadata.authorization_response_iss_parameter_supported:
            raise UpstreamRefused("issuer", "the answer does not say whose it is")
        if issuer is not None and issuer != self.issuer:
            raise UpstreamRefused("issuer", "the answer is somebody else's")
        if "error" in answer:
            cancelled = answer["error"] == "access_denied"
            raise UpstreamRefused("cancelled" if cancelled else "refused", _said(answer["error"]))
        code = answer.get("code", "")
        if not code:
            raise UpstreamRefused("refused", "the answer has no code")
        extra = {"state": answer.get("state", "")} if self._preset.token_state else {}
        id_token = await self._redeem(metadata, code, request.code_verifier, extra)
        return await self._verifier.verify(
            id_token, metadata.jwks_uri, nonce=request.nonce, again=request.again
        )

    def vouches_for(self, person: UpstreamPerson, domains: Collection[str]) -> bool:
        """Say whether the person belongs to one of the domains, as far as can be relied on."""
        _, at, domain = person.email.lower().rpartition("@")
        own = self._preset.own_domains
        if own and domain not in own:
            return person.hosted_domain.lower() in domains
        return bool(at) and domain in domains

    async def _redeem(
        self,
        metadata: ProviderMetadata,
        code: str,
        code_verifier: str,
        extra: Mapping[str, str],
    ) -> str:
        form = {
            **extra,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": code_verifier,
        }
        headers = {}
        if self._by_header(metadata):
            headers["Authorization"] = basic(self.config.client_id, self._client_secret)
        else:
            form["client_id"] = self.config.client_id
            if self._client_secret:
                form["client_secret"] = self._client_secret
        try:
            fetched = await self._fetcher.submit(
                metadata.token_endpoint, form, headers=headers, limit=_SIZE_LIMIT
            )
            return msgspec.json.decode(fetched.body, type=_TokenResponse).id_token
        except FetchRefused as refused:
            detail = f"{metadata.token_endpoint}: {refused}"
            raise UpstreamRefused("refused" if refused.status else "unreachable", detail) from None
        except (msgspec.DecodeError, RecursionError):
            raise UpstreamRefused("token", "the answer holds no ID token") from None

    def _by_header(self, metadata: ProviderMetadata) -> bool:
        """Whether to authenticate with client_secret_basic, which is the usual (Discovery §3)."""
        if not self._client_secret:
            return False
        if self._preset.auth_method:
            return self._preset.auth_method == "client_secret_basic"
        supported = metadata.token_endpoint_auth_methods_supported
        return supported is None or "client_secret_basic" in supported


def _said(error: str) -> str:
    """Return what the provider said, if it is a code; somebody else may have written it."""
    return f"it said {error if _CODE.fullmatch(error) else 'no'}"


def _client_secret(name: str, config: ProviderConfig) -> str:
    """Return the secret; empty for a public client, which PKCE protects (RFC 7636)."""
    if not config.client_secret and not config.client_secret_file:
        return ""
    setting = f"oauth.providers.{name}.client_secret"
    return secret_setting(setting, config.client_secret, config.client_secret_file)
