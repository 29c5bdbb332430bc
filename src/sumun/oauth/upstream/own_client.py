"""Who we are at the authorization server where people sign in: as registered, or by ourselves.

In the order of MCP 2026-07-28 ("Client Registration Approaches"): what the operator registered, a
document of ours that the server reads (CIMD), or registering on the spot (RFC 7591).
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec

from sumun.config import CredentialConfig
from sumun.keys import KeyMaterialError, RootSecret, SigningKeyring
from sumun.keys.envelope import Envelope
from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.metadata import JWKS_PATH, endpoint_url
from sumun.oauth.upstream.authentication import (
    ClientAuthentication,
    PrivateKeyJwt,
    Public,
    Secret,
)
from sumun.oauth.upstream.discovery import ServerMetadata
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.registered import registered
from sumun.storage import Database, Transaction

DOCUMENT_PATH: Final = "/upstream/client"
CALLBACK_PATH: Final = "/upstream/callback"

_CREATED: Final = frozenset({200, 201})
_SIZE_LIMIT: Final = 64 * 1024

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class _Registered(msgspec.Struct, frozen=True):
    """What registering gave us (RFC 7591 §3.2.1)."""

    client_id: _Text
    client_secret: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    token_endpoint_auth_method: str = "client_secret_basic"  # noqa: S105 - a name


class Known(msgspec.Struct, frozen=True):
    """Who we are there."""

    client_id: str
    authentication: ClientAuthentication


class OwnClient:
    """Who we are for one server upstream.

    Parameters
    ----------
    server:
        Its name: each has a redirect URI and a document of its own, so that the answer of one
        authorization server cannot be taken for another's (RFC 9700 §4.4.2).
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        server: str,
        credential: CredentialConfig,
        *,
        issuer: str,
        keyring: SigningKeyring,
        database: Database,
        root_secret: RootSecret,
        fetcher: Fetcher,
        clock: Callable[[], float],
    ) -> None:
        self._server = server
        self._credential = credential
        self._issuer = issuer
        self._keyring = keyring
        self._database = database
        self._envelope = Envelope(root_secret)
        self._fetcher = fetcher
        self._clock = clock
        self.redirect_uri = endpoint_url(issuer, f"{CALLBACK_PATH}/{server}")
        self._configured: Known | None = None
        if credential.client_id:
            at = f"servers.{server}.credential"
            self._configured = Known(
                credential.client_id, registered(at, credential, keyring, clock)
            )

    def document(self) -> dict[str, Any]:
        """Return the client ID metadata document: what the ``client_id`` of its URL says."""
        url = endpoint_url(self._issuer, f"{DOCUMENT_PATH}/{self._server}")
        return {"client_id": url, **self._metadata()}

    async def at(self, metadata: ServerMetadata) -> Known:
        """Return who we are at that authorization server.

        Raises
        ------
        TokenRefused
            If it knows us in no way.

        """
        if self._configured is not None:
            return self._configured
        if metadata.client_id_metadata_document_supported:
            return self._by_document()
        known = await self._database.read(_find, self._server, metadata.issuer)
        registration = self._opened(metadata.issuer, known) or await self._register(metadata)
        return self._as_registered(registration)

    def _by_document(self) -> Known:
        client_id = self.document()["client_id"]
        if self._credential.has_key:
            return Known(client_id, PrivateKeyJwt(client_id, self._keyring.sign, self._clock))
        return Known(client_id, Public(client_id))

    def _as_registered(self, registration: _Registered) -> Known:
        client_id = registration.client_id
        if self._credential.has_key:
            return Known(client_id, PrivateKeyJwt(client_id, self._keyring.sign, self._clock))
        if registration.client_secret:
            method = registration.token_endpoint_auth_method
            return Known(client_id, Secret(client_id, registration.client_secret, method))
        return Known(client_id, Public(client_id))

    async def _register(self, metadata: ServerMetadata) -> _Registered:
        url = metadata.registration_endpoint
        if not url:
            raise TokenRefused(
                "metadata", f"{metadata.issuer}: register the gateway there and set client_id"
            )
        try:
            fetched = await self._fetcher.submit(
                url, msgspec.json.encode(self._metadata()), statuses=_CREATED, limit=_SIZE_LIMIT
            )
            registration = msgspec.json.decode(fetched.body, type=_Registered)
        except FetchRefused as refused:
            raise TokenRefused(
                "refused" if refused.status else "unreachable", f"{url}: {refused}"
            ) from None
        except (msgspec.DecodeError, RecursionError):
            raise TokenRefused("answer", f"{url}: its answer is no registration") from None
        sealed = self._envelope.close(
            self._name(metadata.issuer), msgspec.json.encode(registration)
        )
        await self._database.write(
            _put, self._server, metadata.issuer, sealed, now=int(self._clock())
        )
        return registration

    def _opened(self, issuer: str, sealed: bytes | None) -> _Registered | None:
        if sealed is None:
            return None
        try:
            data = self._envelope.open(self._name(issuer), sealed, "the table upstream_clients")
        except KeyMaterialError:
            return None
        return msgspec.json.decode(data, type=_Registered)

    def _metadata(self) -> dict[str, Any]:
        method = "private_key_jwt" if self._credential.has_key else "none"
        keys = {"jwks_uri": endpoint_url(self._issuer, JWKS_PATH)}
        return {
            "client_name": "Sumun",
            "client_uri": self._issuer,
            "redirect_uris": [self.redirect_uri],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": method,
            **(keys if self._credential.has_key else {}),
            **({"scope": self._credential.scope} if self._credential.scope else {}),
        }

    def _name(self, issuer: str) -> str:
        """Return what ties the sealed registration to its row."""
        return f"upstream-client/{self._server}/{issuer}"


def _find(tx: Transaction, server: str, issuer: str) -> bytes | None:
    row = tx.fetch_one("find_upstream_client", server=server, issuer=issuer)
    return None if row is None or not isinstance(row[0], bytes) else row[0]


def _put(tx: Transaction, server: str, issuer: str, sealed: bytes, *, now: int) -> None:
    tx.execute("put_upstream_client", server=server, issuer=issuer, sealed=sealed, created_at=now)
