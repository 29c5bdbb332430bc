"""Signing keys in the transit engine of HashiCorp Vault or OpenBao."""

import base64
import binascii
import secrets
import ssl
from typing import Any, Final
from urllib.parse import quote

import httpx2
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sumun.config import VaultConfig
from sumun.keys.algorithms import Alg, PublicKey
from sumun.keys.errors import KeyMaterialError, SignerUnavailable
from sumun.keys.files import secret_setting

_TIMEOUT: Final = 4.0
"""Seconds; less than a signature may take, so that the cause is told."""
_LIMIT: Final = 64 * 1024
_KEY_TYPES: Final = {"ES256": "ecdsa-p256", "RS256": "rsa-2048", "EdDSA": "ed25519"}
_SIGN: Final[dict[Alg, dict[str, str]]] = {
    "ES256": {"hash_algorithm": "sha2-256", "marshaling_algorithm": "jws"},
    "RS256": {"hash_algorithm": "sha2-256", "signature_algorithm": "pkcs1v15"},
    "EdDSA": {},
}


class VaultKeys:
    """Makes keys that cannot be exported, each under a name of its own, and has Vault sign.

    The token needs ``create``, ``read`` and ``update`` on ``{mount}/keys/{key}-*`` and ``update``
    on ``{mount}/sign/{key}-*``.

    Parameters
    ----------
    config:
        Where Vault is and what to call with.

    Raises
    ------
    KeyMaterialError
        If the address is not one, or the certificate of the authority cannot be read.

    """

    name = "vault"

    def __init__(self, config: VaultConfig) -> None:
        if not config.address.startswith(("https://", "http://127.0.0.1", "http://[::1]")):
            raise KeyMaterialError("keys.vault.address: must be https://, or http:// on loopback")
        self._config = config
        self._client = httpx2.Client(
            base_url=f"{config.address.rstrip('/')}/v1/{quote(config.mount.strip('/'))}/",
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            verify=_trust(config.ca_file),
        )

    def create(self, alg: Alg) -> tuple[str, PublicKey]:
        """Make a key.

        Raises
        ------
        SignerUnavailable
            If Vault does not answer, or may not make one for us.

        """
        name = f"{self._config.key}-{alg.lower()}-{secrets.token_hex(6)}"
        self._call("POST", f"keys/{name}", {"type": _KEY_TYPES[alg], "exportable": False})
        found = self._call("GET", f"keys/{name}")
        try:
            return name, _public(alg, found["keys"]["1"]["public_key"])
        except (KeyError, TypeError, ValueError):
            raise SignerUnavailable(f"Vault describes the key {name} in a way unknown") from None

    def sign(self, alg: Alg, reference: str, message: bytes) -> bytes:
        """Return Vault's signature of ``message``.

        Raises
        ------
        SignerUnavailable
            If Vault does not answer, or does not sign with this key.

        """
        text = base64.b64encode(message).decode("ascii")
        # A key somebody rotated there still signs as the key we published.
        asked = {"input": text, "key_version": 1, **_SIGN[alg]}
        answer = self._call("POST", f"sign/{quote(reference)}", asked)
        try:
            encoded = answer["signature"].rpartition(":")[2]
            if alg == "ES256":
                return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            return base64.b64decode(encoded, validate=True)
        except (KeyError, AttributeError, binascii.Error):
            raise SignerUnavailable("Vault's signature cannot be read") from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"X-Vault-Token": self._token(), "X-Vault-Request": "true"}
        if self._config.namespace:
            headers["X-Vault-Namespace"] = self._config.namespace
        try:
            answer = self._client.request(method, path, headers=headers, json=body)
            answer.raise_for_status()
            if len(answer.content) > _LIMIT:
                raise SignerUnavailable("Vault's answer is too long")
            data = answer.json()["data"] if answer.content else {}
        except httpx2.HTTPStatusError as error:
            raise SignerUnavailable(f"Vault answered {error.response.status_code}") from None
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise SignerUnavailable(f"Vault cannot be asked: {type(error).__name__}") from None
        return data if isinstance(data, dict) else {}

    def _token(self) -> str:
        config = self._config
        try:
            return secret_setting("keys.vault.token", config.token, config.token_file)
        except KeyMaterialError as error:
            raise SignerUnavailable(str(error)) from None


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise KeyMaterialError(f"keys.vault.ca_file: {ca_file}: {error}") from None


def _public(alg: Alg, text: str) -> PublicKey:
    if alg == "EdDSA":
        return ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    return load_pem_public_key(text.encode("ascii"))  # type: ignore[return-value]  # of the type asked for
