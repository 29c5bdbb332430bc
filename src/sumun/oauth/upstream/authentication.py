"""How we prove to somebody else's token endpoint who we are (RFC 6749 §2.3, RFC 7523 §2.2)."""

import base64
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol
from urllib.parse import quote_plus

from sumun.oauth.client_authentication.private_key_jwt import ASSERTION_TYPE
from sumun.oauth.upstream.discovery import ServerMetadata

_LIFETIME: Final = 60
_TYPE: Final = "client-authentication+jwt"

Sign = Callable[[dict[str, Any], str], Awaitable[str]]
"""Returns claims as a signed JWT of a type."""


class ClientAuthentication(Protocol):
    """One way to do it."""

    async def prove(
        self, form: dict[str, str], headers: dict[str, str], server: ServerMetadata
    ) -> None:
        """Add to a request what proves it."""


class Public:
    """No proof: a client that PKCE protects."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id

    async def prove(
        self,
        form: dict[str, str],
        headers: dict[str, str],  # noqa: ARG002 - the protocol's
        server: ServerMetadata,  # noqa: ARG002 - the protocol's
    ) -> None:
        """Say who it is."""
        form["client_id"] = self._client_id


class Secret:
    """A secret, in the way that was chosen or else the server takes, by header if it may be.

    Parameters
    ----------
    method:
        ``client_secret_basic``, ``client_secret_post``, or empty to go by the metadata.

    """

    def __init__(self, client_id: str, client_secret: str, method: str = "") -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._method = method

    async def prove(
        self, form: dict[str, str], headers: dict[str, str], server: ServerMetadata
    ) -> None:
        """Add the secret."""
        if self._by_header(server):
            headers["Authorization"] = basic(self._client_id, self._client_secret)
        else:
            form["client_id"] = self._client_id
            form["client_secret"] = self._client_secret

    def _by_header(self, server: ServerMetadata) -> bool:
        if self._method:
            return self._method == "client_secret_basic"
        # RFC 8414 §2: what is not said is client_secret_basic.
        supported = server.token_endpoint_auth_methods_supported
        return supported is None or "client_secret_basic" in supported


class PrivateKeyJwt:
    """A statement signed with a key that the server knows us by.

    Parameters
    ----------
    sign:
        Signs with that key.
    clock:
        Unix seconds.

    """

    def __init__(self, client_id: str, sign: Sign, clock: Callable[[], float]) -> None:
        self._client_id = client_id
        self._sign = sign
        self._clock = clock

    async def prove(
        self,
        form: dict[str, str],
        headers: dict[str, str],  # noqa: ARG002 - the protocol's
        server: ServerMetadata,
    ) -> None:
        """Add the statement, for the issuer alone (draft-ietf-oauth-rfc7523bis §4)."""
        now = int(self._clock())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": server.issuer,
            "jti": os.urandom(16).hex(),
            "iat": now,
            "exp": now + _LIFETIME,
        }
        form["client_assertion_type"] = ASSERTION_TYPE
        form["client_assertion"] = await self._sign(claims, _TYPE)


def basic(client_id: str, client_secret: str) -> str:
    """Return the header for a secret; both are form-encoded first (RFC 6749 §2.3.1)."""
    pair = ":".join(map(quote_plus, (client_id, client_secret)))
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
