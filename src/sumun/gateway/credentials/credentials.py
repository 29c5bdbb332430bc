"""Which credential a server's settings ask for."""

import time
from collections.abc import Callable

from sumun.audit import AuditLog
from sumun.config import Config, ConfigurationError, UpstreamConfig
from sumun.gateway.credentials.access_tokens import AccessTokenCredential, TokenSource
from sumun.gateway.credentials.client_credentials import ClientCredentials
from sumun.gateway.credentials.credential import Credential
from sumun.gateway.credentials.identity_assertion import IdentityAssertion
from sumun.gateway.credentials.our_word import OurWord
from sumun.gateway.credentials.sign_in import SignedIn
from sumun.gateway.credentials.static import StaticHeader
from sumun.gateway.credentials.token_exchange import TokenExchange
from sumun.keys import SigningKeyring
from sumun.oauth.fetch.reaching import named_fetcher
from sumun.oauth.upstream.discovery import Discovery
from sumun.oauth.upstream.registered import registered
from sumun.oauth.upstream.sign_ins import SignIns
from sumun.oauth.upstream.token_cache import TokenCache
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover


class Credentials:
    """Makes the credential of each server.

    Parameters
    ----------
    sign_ins:
        Where people sign in themselves.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        *,
        keyring: SigningKeyring,
        audit: AuditLog,
        sign_ins: SignIns,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._keyring = keyring
        self._audit = audit
        self._sign_ins = sign_ins
        self._clock = clock

    def of(self, name: str, definition: UpstreamConfig) -> Credential:
        """Return the credential for a server.

        Raises
        ------
        KeyMaterialError
            If a secret or a key cannot be read.

        """
        settings = definition.credential
        if not settings.kind:
            return StaticHeader(name, definition)
        if settings.kind == "sign_in":
            return SignedIn(name, definition, self._sign_ins)
        return AccessTokenCredential(
            name,
            definition.url,
            self._source(name, definition),
            audit=self._audit,
            cache=TokenCache(self._clock),
            prover=Prover(clock=self._clock) if settings.dpop else None,
        )

    def _source(self, name: str, definition: UpstreamConfig) -> TokenSource:
        settings = definition.credential
        endpoint = self._endpoint(name, definition)
        match settings.kind:
            case "client_credentials":
                return ClientCredentials(endpoint, settings.scope)
            case "token_exchange":
                return TokenExchange(endpoint, settings.scope, self._word(settings.client_id))
            case "identity_assertion":
                return IdentityAssertion(endpoint, settings.scope, self._word(settings.client_id))
        raise ConfigurationError(f"servers.{name}.credential.kind: there is no {settings.kind}")

    def _word(self, client_id: str) -> OurWord:
        return OurWord(self._config.issuer, client_id, self._keyring.sign, self._clock)

    def _endpoint(self, name: str, definition: UpstreamConfig) -> TokenEndpoint:
        settings = definition.credential
        fetcher = named_fetcher(
            self._config,
            (settings.issuer, settings.token_endpoint, definition.url),
            settings.networks,
        )
        return TokenEndpoint(
            Discovery(definition, fetcher),
            registered(f"servers.{name}.credential", settings, self._keyring, self._clock),
            fetcher,
            self._clock,
        )
