"""The endpoints that clients call, put together with what they share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from sumun.audit import AuditLog
from sumun.config import Config, ConfigurationError
from sumun.keys import RootSecret, SigningKeyring
from sumun.keys.jwk import FOREIGN_ALGS
from sumun.oauth.assertions import Assertions
from sumun.oauth.authorization.reader import RequestReader
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.client_authentication import ClientAuthenticator
from sumun.oauth.client_authentication.none import NoAuthentication
from sumun.oauth.client_authentication.private_key_jwt import PrivateKeyJwt
from sumun.oauth.client_authentication.secret_basic import SecretBasic
from sumun.oauth.client_authentication.secret_post import SecretPost
from sumun.oauth.client_authentication.tls import SelfSignedTlsClientAuth, TlsClientAuth
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import ClientFront
from sumun.oauth.client_keys import ClientKeys
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.device_authorization import DeviceAuthorizationEndpoint
from sumun.oauth.devices import Devices
from sumun.oauth.grants import Grant
from sumun.oauth.identity_assertions import ID_JAG_TOKEN_TYPE
from sumun.oauth.introspection import IntrospectionEndpoint
from sumun.oauth.key_binding import KeyBinding
from sumun.oauth.metadata import (
    DEVICE_AUTHORIZATION_PATH,
    ERRORS_PATH,
    INTROSPECTION_PATH,
    PUSHED_REQUEST_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
    endpoint_url,
)
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.people import DEVICE_PATH
from sumun.oauth.pushed_requests import PushedRequestEndpoint
from sumun.oauth.revocation_endpoint import RevocationEndpoint
from sumun.oauth.throttle import Throttle
from sumun.oauth.token_endpoint import TokenEndpoint
from sumun.oauth.traces import Traces
from sumun.proof import (
    DPOP_ALGS,
    NONCE_PURPOSE,
    ClientCertificates,
    DatabaseClaims,
    DpopProofs,
    Nonces,
    takes_certificates,
)
from sumun.storage import Database

_ID_JAG_PROFILE: Final = "urn:ietf:params:oauth:grant-profile:id-jag"
_ALGS: Final = list(FOREIGN_ALGS)


class ClientEndpoints:
    """Token, revocation and introspection endpoint.

    Another client-authentication method is one more entry in ``_authenticator``, another endpoint
    one more in ``applications``.

    Attributes
    ----------
    applications:
        Each endpoint by its path.

    """

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        keyring: SigningKeyring,
        audit: AuditLog,
        clients: ClientDirectory,
        client_secrets: ClientSecrets,
        client_keys: ClientKeys,
        reader: RequestReader,
        devices: Devices,
        own_tokens: OwnTokens,
        root_secret: RootSecret,
        grants: Sequence[Grant],
        traces: Traces,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._grants = grants
        claims = DatabaseClaims(database)
        authorities = _authorities(config.oauth.client_ca_file)
        if not takes_certificates(config):
            authorities = []
        self._authenticator = ClientAuthenticator(
            clients,
            [
                SecretBasic(client_secrets),
                SecretPost(client_secrets),
                PrivateKeyJwt(
                    Assertions(clock),
                    client_keys,
                    claims,
                    issuer=config.issuer,
                    endpoints=(endpoint_url(config.issuer, TOKEN_PATH),),
                ),
                *([TlsClientAuth(authorities, clock)] if authorities else []),
                # TLS that ends here lets nobody in whom no authority vouches for.
                *(
                    [SelfSignedTlsClientAuth(client_keys, clock)]
                    if config.server.client_certificate_header
                    else []
                ),
                NoAuthentication(),
            ],
        )
        front = ClientFront(
            authenticator=self._authenticator,
            audit=audit,
            certificates=ClientCertificates(config.server),
            errors_page=endpoint_url(config.issuer, ERRORS_PATH),
            traces=traces,
            # Ten at once and then one every six seconds for a client seen from one address;
            # an address may stand for many clients, so it bears more.
            per_client=Throttle(rate=1 / 6, burst=10),
            per_source=Throttle(rate=5, burst=300),
        )
        nonces = (
            Nonces(root_secret.derive(NONCE_PURPOSE), clock) if config.oauth.dpop_nonces else None
        )
        proofs = DpopProofs(claims, clock=clock, nonces=nonces)
        token = TokenEndpoint(
            front,
            grants,
            clients=clients,
            key_binding=KeyBinding(proofs, self._url(TOKEN_PATH)),
            clock=clock,
        )
        pushed_requests = PushedRequestEndpoint(
            front,
            reader=reader,
            key_binding=KeyBinding(proofs, self._url(PUSHED_REQUEST_PATH)),
            database=database,
            clock=clock,
        )
        device_authorization = DeviceAuthorizationEndpoint(
            front, reader=reader, devices=devices, verification_uri=self._url(DEVICE_PATH)
        )
        self.applications: dict[str, ClientEndpoint] = {
            TOKEN_PATH: token,
            PUSHED_REQUEST_PATH: pushed_requests,
            DEVICE_AUTHORIZATION_PATH: device_authorization,
            REVOCATION_PATH: RevocationEndpoint(
                front,
                tokens=own_tokens,
                keyring=keyring,
                database=database,
                audit=audit,
                grants=GrantRevoker(
                    audit, token_lifetime=config.oauth.access_token_ttl, clock=clock
                ),
                clock=clock,
            ),
            INTROSPECTION_PATH: IntrospectionEndpoint(
                front,
                issuer=config.issuer,
                tokens=own_tokens,
                keyring=keyring,
                database=database,
                clock=clock,
            ),
        }

    def metadata(self) -> dict[str, Any]:
        """Return what the discovery document says of them (RFC 8414 §2)."""
        methods = self._authenticator.method_names
        confidential = [name for name in methods if name != "none"]
        return {
            "token_endpoint": self._url(TOKEN_PATH),
            "grant_types_supported": [grant.grant_type for grant in self._grants],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": _ALGS,
            **self._profiles(),
            # RFC 9449 §5.1.
            "dpop_signing_alg_values_supported": list(DPOP_ALGS),
            # RFC 8705 §3.3.
            "tls_client_certificate_bound_access_tokens": takes_certificates(self._config),
            "device_authorization_endpoint": self._url(DEVICE_AUTHORIZATION_PATH),
            "pushed_authorization_request_endpoint": self._url(PUSHED_REQUEST_PATH),
            "require_pushed_authorization_requests": False,
            # RFC 9101 §9.2, OIDC Discovery §3: signed requests are taken, and nothing is fetched.
            "request_parameter_supported": True,
            "request_uri_parameter_supported": False,
            "request_object_signing_alg_values_supported": _ALGS,
            "require_signed_request_object": False,
            "revocation_endpoint": self._url(REVOCATION_PATH),
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": _ALGS,
            "introspection_endpoint": self._url(INTROSPECTION_PATH),
            "introspection_endpoint_auth_methods_supported": confidential,
            "introspection_endpoint_auth_signing_alg_values_supported": _ALGS,
            # RFC 9701 §7: what a signed answer is signed with.
            "introspection_signing_alg_values_supported": [self._config.oauth.signing_alg],
        }

    def _profiles(self) -> dict[str, list[str]]:
        """Return what identity assertions are good for here, and are made for elsewhere."""
        profiles: dict[str, list[str]] = {}
        kinds = {issuer.kind for issuer in self._config.oauth.trusted_issuers.values()}
        if "identity" in kinds:
            profiles["authorization_grant_profiles_supported"] = [_ID_JAG_PROFILE]
        if self._config.oauth.partners:
            profiles["identity_chaining_requested_token_types_supported"] = [ID_JAG_TOKEN_TYPE]
        return profiles

    def _url(self, path: str) -> str:
        return endpoint_url(self._config.issuer, path)


def _authorities(file: str) -> list[x509.Certificate]:
    if not file:
        return []
    problem = "holds no certificate in PEM"
    try:
        return x509.load_pem_x509_certificates(Path(file).read_bytes())
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except ValueError:
        pass
    raise ConfigurationError(f"oauth.client_ca_file: {file} {problem}")
