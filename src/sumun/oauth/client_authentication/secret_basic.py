"""``client_secret_basic``: HTTP Basic with form-encoded identifier and secret (RFC 6749 §2.3.1)."""

import base64
import binascii
from urllib.parse import unquote_plus

from sumun.oauth.client_authentication.method import Credentials
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest

CHALLENGE = ((b"www-authenticate", b'Basic realm="sumun", charset="UTF-8"'),)


class SecretBasic:
    """The client's secret in the ``Authorization`` header."""

    name = "client_secret_basic"
    implicit = False

    def __init__(self, secrets: ClientSecrets) -> None:
        self._secrets = secrets

    def read(self, request: FormRequest) -> Credentials | None:
        """Read ``Authorization``; any other scheme is no client authentication."""
        if request.authorization is None:
            return None
        # RFC 9110 §11.1: the scheme's name is case-insensitive.
        scheme, _, encoded = request.authorization.partition(" ")
        if scheme.lower() != "basic":
            raise _unreadable("the scheme is not Basic")
        try:
            user, colon, password = (
                base64.b64decode(encoded.strip(" "), validate=True).decode("utf-8").partition(":")
            )
            # RFC 6749 §2.3.1: both are form-urlencoded before they are joined.
            client_id = unquote_plus(user, errors="strict")
            secret = unquote_plus(password, errors="strict")
        except (binascii.Error, ValueError):
            raise _unreadable("it is not base64 of UTF-8 text") from None
        if not colon:
            raise _unreadable("it has no colon between client_id and client_secret")
        return Credentials(client_id, secret)

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Compare the secret with the stored keyed hash."""
        stored = None if client is None else client.secret_hash
        return self._secrets.verify(credentials.client_id, stored, credentials.secret)


def _unreadable(why: str) -> OAuthError:
    return OAuthError(
        "invalid_client",
        f"the Authorization header cannot be used: {why}; send Basic with "
        "base64(urlencode(client_id):urlencode(client_secret)) (RFC 6749 2.3.1)",
        headers=CHALLENGE,
    )
