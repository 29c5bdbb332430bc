"""Making proofs of possession: our side of RFC 9449, towards servers of others."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from sumun.keys.algorithms import ALGORITHMS, base64url

_ALG: Final = "ES256"
_NONCE_LIMIT: Final = 1024
_SERVERS: Final = 8
"""Servers one key is shown to: an authorization server, and a resource."""

_encode = msgspec.json.Encoder().encode


class Prover:
    """A key, and the nonces that servers want to see in its proofs.

    Parameters
    ----------
    private:
        The key in PKCS #8; by default a new one.
    clock:
        Unix seconds.

    """

    def __init__(self, private: bytes = b"", clock: Callable[[], float] = time.time) -> None:
        key: Any = (
            load_der_private_key(private, None)
            if private
            else ec.generate_private_key(ec.SECP256R1())
        )
        algorithm = ALGORITHMS[_ALG]
        self._key: ec.EllipticCurvePrivateKey = key
        self._sign = algorithm.signer(key)
        header = {
            "typ": "dpop+jwt",
            "alg": _ALG,
            "jwk": algorithm.public_jwk(key.public_key()),
        }
        self._header = base64url(_encode(header))
        self._nonces: dict[str, str] = {}
        self._clock = clock

    def to_der(self) -> bytes:
        """Return the private key as PKCS #8, to be sealed before it is stored."""
        return self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def prove(self, method: str, url: str, token: str = "") -> str:
        """Return the proof for one request, with an access token or without (RFC 9449 §4.2)."""
        claims: dict[str, Any] = {
            "jti": os.urandom(16).hex(),
            "htm": method,
            "htu": url.partition("#")[0].partition("?")[0],
            "iat": int(self._clock()),
        }
        if token:
            claims["ath"] = base64url(hashlib.sha256(token.encode()).digest())
        if nonce := self._nonces.get(_origin(url)):
            claims["nonce"] = nonce
        message = f"{self._header}.{base64url(_encode(claims))}"
        return f"{message}.{base64url(self._sign(message.encode()))}"

    def learn(self, url: str, headers: Mapping[str, str]) -> bool:
        """Take note of the nonce an answer gives (RFC 9449 §8.2); return whether it is another."""
        nonce = headers.get("dpop-nonce", "")
        origin = _origin(url)
        if not 0 < len(nonce) <= _NONCE_LIMIT or self._nonces.get(origin) == nonce:
            return False
        if len(self._nonces) >= _SERVERS:
            self._nonces.clear()
        self._nonces[origin] = nonce
        return True


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
