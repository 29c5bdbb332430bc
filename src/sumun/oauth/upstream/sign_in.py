"""Signing in at the authorization server of one server upstream (RFC 6749 §4.1, RFC 9700)."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from sumun.config import UpstreamConfig
from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.authorization_request import challenge
from sumun.oauth.upstream.discovery import Discovery, ServerMetadata
from sumun.oauth.upstream.grant_store import Grant
from sumun.oauth.upstream.own_client import OwnClient
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.requests import UpstreamRequest
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover

_CODE: Final = re.compile("[a-z_]{1,64}")
_REFRESH: Final = "refresh_token"


class UpstreamSignIn:
    """Authorization code with PKCE, for one server upstream.

    Parameters
    ----------
    client:
        Who we are there.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        definition: UpstreamConfig,
        client: OwnClient,
        discovery: Discovery,
        fetcher: Fetcher,
        clock: Callable[[], float],
    ) -> None:
        self.definition = definition
        self.client = client
        self._discovery = discovery
        self._fetcher = fetcher
        self._clock = clock

    @property
    def host(self) -> str:
        """Where the server is, for people."""
        return urlsplit(self.definition.url).netloc

    @property
    def bound(self) -> bool:
        """Whether tokens are bound to a key."""
        return self.definition.credential.dpop

    async def server(self) -> ServerMetadata:
        """Return the authorization server.

        Raises
        ------
        TokenRefused
            If it cannot be had, or does not let people sign in safely.

        """
        metadata = await self._discovery.server()
        if not metadata.authorization_endpoint:
            raise TokenRefused("metadata", f"{metadata.issuer}: lets nobody sign in")
        # MCP authorization, "Authorization Code Protection": without S256, go no further.
        if "S256" not in (metadata.code_challenge_methods_supported or ()):
            raise TokenRefused("metadata", f"{metadata.issuer}: does not support PKCE with S256")
        return metadata

    async def authorization_url(self, state: str, request: UpstreamRequest) -> str:
        """Return where the person goes on.

        Raises
        ------
        TokenRefused
            If that cannot be known.

        """
        metadata = await self.server()
        known = await self.client.at(metadata)
        query = {
            "response_type": "code",
            "client_id": known.client_id,
            "redirect_uri": self.client.redirect_uri,
            "state": state,
            "resource": await self._discovery.resource(),
            **challenge(request.code_verifier),
        }
        if self.definition.credential.scope:
            query["scope"] = self.definition.credential.scope
        endpoint = metadata.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def redeem(
        self, answer: Mapping[str, str], request: UpstreamRequest, prover: Prover | None
    ) -> AccessToken:
        """Return the tokens that the answer of the authorization server gets.

        Raises
        ------
        TokenRefused
            If it is not its answer, or there are none.

        """
        metadata = await self.server()
        _check_issuer(metadata, request.then, answer.get("iss"))
        if "error" in answer:
            cancelled = answer["error"] == "access_denied"
            said = answer["error"] if _CODE.fullmatch(answer["error"]) else "no"
            raise TokenRefused("cancelled" if cancelled else "refused", f"it said {said}")
        if not answer.get("code"):
            raise TokenRefused("answer", "the answer has no code")
        endpoint = await self._endpoint(metadata)
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": request.code_verifier,
            "resource": await self._discovery.resource(),
        }
        return await endpoint.ask(form, prover, scope=self.definition.credential.scope)

    async def refresh(self, grant: Grant) -> AccessToken:
        """Return new tokens for a grant (RFC 6749 §6).

        Raises
        ------
        TokenRefused
            If there are none; ``invalid_grant`` if there will never be.

        """
        if not grant.token.refresh_token:
            raise TokenRefused("invalid_grant", "there is no refresh token")
        metadata = await self._discovery.server()
        if metadata.issuer != grant.row.issuer:
            raise TokenRefused("invalid_grant", "another authorization server granted it")
        endpoint = await self._endpoint(metadata)
        form = {
            "grant_type": _REFRESH,
            "refresh_token": grant.token.refresh_token,
            "resource": await self._discovery.resource(),
        }
        token = await endpoint.ask(form, grant.prover, scope=grant.token.scope)
        if token.refresh_token:
            return token
        return msgspec.structs.replace(token, refresh_token=grant.token.refresh_token)

    async def revoke(self, grant: Grant) -> None:
        """Tell the authorization server that the tokens are no longer wanted (RFC 7009).

        They are forgotten here already; if it cannot be told, they end there by themselves.
        """
        token = grant.token.refresh_token or grant.token.value
        try:
            metadata = await self._discovery.server()
            if not metadata.revocation_endpoint or metadata.issuer != grant.row.issuer:
                return
            form, headers = {"token": token}, dict[str, str]()
            known = await self.client.at(metadata)
            await known.authentication.prove(form, headers, metadata)
            await self._fetcher.post(metadata.revocation_endpoint, form, headers=headers)
        except (FetchRefused, TokenRefused):
            return

    async def _endpoint(self, metadata: ServerMetadata) -> TokenEndpoint:
        known = await self.client.at(metadata)
        return TokenEndpoint(self._discovery, known.authentication, self._fetcher, self._clock)


def _check_issuer(metadata: ServerMetadata, asked: str, issuer: str | None) -> None:
    """Refuse an answer of somebody else than was asked (RFC 9207 §2.4)."""
    if metadata.issuer != asked:
        raise TokenRefused("issuer", "the server names another authorization server by now")
    if issuer is None and metadata.authorization_response_iss_parameter_supported:
        raise TokenRefused("issuer", "the answer does not say whose it is")
    if issuer is not None and issuer != metadata.issuer:
        raise TokenRefused("issuer", "the answer is somebody else's")
