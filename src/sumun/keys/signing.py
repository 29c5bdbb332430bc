"""One signing key, and what verifies its signatures."""

from binascii import b2a_base64
from typing import Any

import msgspec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_der_public_key,
)

from sumun.keys.algorithms import (
    ALGORITHMS,
    Alg,
    PrivateKey,
    PublicKey,
    base64url,
    thumbprint,
)

_encode = msgspec.json.Encoder().encode
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class VerificationKey:
    """The public half: checks signatures of exactly one algorithm.

    Attributes
    ----------
    kid:
        RFC 7638 thumbprint.
    alg:
        The only ``alg`` a token under this key may name (RFC 8725 §3.1).
    verify:
        ``verify(message, signature) -> bool``.
    jwk:
        The published JWK: public members only.

    """

    __slots__ = ("alg", "jwk", "kid", "verify")

    def __init__(self, alg: Alg, public: PublicKey) -> None:
        members = ALGORITHMS[alg].public_jwk(public)
        self.alg: Alg = alg
        self.kid = thumbprint(members)
        self.verify = ALGORITHMS[alg].verifier(public)
        self.jwk: dict[str, str] = {**members, "kid": self.kid, "use": "sig", "alg": alg}

    @classmethod
    def from_der(cls, alg: Alg, data: bytes) -> "VerificationKey":
        """Read a SubjectPublicKeyInfo.

        Raises
        ------
        ValueError
            If it is none.

        """
        return cls(alg, load_der_public_key(data))  # type: ignore[arg-type]  # as we stored it


class Headers(dict[str, bytes]):
    """The protected headers of one key, encoded, with a dot behind: one for each ``typ``."""

    def __init__(self, alg: Alg, kid: str) -> None:
        super().__init__()
        self._alg = alg
        self._kid = kid

    def __missing__(self, typ: str) -> bytes:
        header = {"alg": self._alg, "typ": typ, "kid": self._kid}
        encoded = self[typ] = base64url(_encode(header)).encode("ascii") + b"."
        return encoded

    def message(self, claims: dict[str, Any], typ: str) -> bytes:
        """Return what is signed (RFC 7515 §5.1)."""
        return self[typ] + _base64(_encode(claims))


def compact(message: bytes, signature: bytes) -> str:
    """Put a JWS together (RFC 7515 §7.1)."""
    return (message + b"." + _base64(signature)).decode("ascii")


def _base64(data: bytes) -> bytes:
    """Encode without padding (RFC 7515 §2), by the shortest way there is."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


class SigningKey:
    """A private key that signs compact JWS (RFC 7515 §7.1).

    ``cryptography`` is called directly and the protected header is prepared once for each
    ``typ``: about 60 % of the time the general-purpose library takes for the same token.
    """

    __slots__ = ("_headers", "_private", "_sign", "alg", "kid", "verification")

    def __init__(self, alg: Alg, private: PrivateKey) -> None:
        self.verification = VerificationKey(alg, private.public_key())
        self.alg: Alg = alg
        self.kid = self.verification.kid
        self._private = private
        self._sign = ALGORITHMS[alg].signer(private)
        self._headers = Headers(alg, self.kid)

    def __repr__(self) -> str:
        return f"SigningKey({self.alg}, kid={self.kid})"

    @classmethod
    def generate(cls, alg: Alg) -> "SigningKey":
        """Make a new key.

        Raises
        ------
        KeyError
            If ``alg`` is none of ``ES256``, ``RS256``, ``EdDSA``.

        """
        return cls(alg, ALGORITHMS[alg].generate())

    @classmethod
    def from_der(cls, alg: Alg, data: bytes) -> "SigningKey":
        """Read a PKCS #8 key.

        Raises
        ------
        ValueError
            If it is not one.

        """
        private = load_der_private_key(data, password=None)
        return cls(alg, private)  # type: ignore[arg-type]  # what we stored is what we read

    def to_der(self) -> bytes:
        """Return the private key as PKCS #8, to be sealed before it is stored."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """Return the claims as a signed compact JWS whose header has ``alg``, ``typ``, ``kid``.

        ``typ`` is a constant of the caller's (``at+jwt``), never a value from outside.
        """
        message = self._headers.message(claims, typ)
        return compact(message, self._sign(message))
