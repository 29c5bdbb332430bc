"""The signature algorithms we sign with (RFC 7518 §3, RFC 8037 §3.1): asymmetric only."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple, cast

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

Alg = Literal["ES256", "RS256", "EdDSA"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey
Sign = Callable[[bytes], bytes]
Verifier = Callable[[bytes, bytes], bool]

_ECDSA: Final = ec.ECDSA(SHA256())
_COORDINATE: Final = 32
_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_RSA_BITS: Final = 2048
"""RFC 7518 §3.3 asks for 2048 bits or more; each doubling costs about six times the signing."""


class Algorithm(NamedTuple):
    """How keys of one ``alg`` are made, used and published.

    ``public_jwk`` gives exactly the required public members of the JWK, which are also the ones
    an RFC 7638 thumbprint covers.
    """

    generate: Callable[[], PrivateKey]
    signer: Callable[[Any], Sign]
    verifier: Callable[[Any], Verifier]
    public_jwk: Callable[[Any], dict[str, str]]


def base64url(data: bytes) -> str:
    """Encode without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def thumbprint(jwk: dict[str, str]) -> str:
    """Return the RFC 7638 thumbprint of a JWK that has only its required members."""
    return base64url(hashlib.sha256(msgspec.json.encode(jwk, order="sorted")).digest())


def raw_ecdsa(signature: bytes) -> bytes:
    """Return a DER signature on P-256 as JWS has it: r and s, 32 bytes each (RFC 7518 §3.4).

    Raises
    ------
    ValueError, IndexError
        If it is none.

    """
    # DER's shape is fixed (X.690 §8): 30 length 02 length r 02 length s. Both integers are cut
    # out here, because the general decoder takes a sixth of the time of signing.
    if signature[0] != _SEQUENCE or signature[1] != len(signature) - 2:
        raise ValueError("not a signature in DER")
    middle = 4 + signature[3]
    r, s = signature[4:middle], signature[middle + 2 :]
    if signature[2] != _INTEGER or signature[middle] != _INTEGER or len(s) != signature[middle + 1]:
        raise ValueError("not a signature in DER")
    return _coordinate(r) + _coordinate(s)


def _coordinate(integer: bytes) -> bytes:
    """Return a DER integer in 32 bytes: without the zero that makes it positive, filled up."""
    number = integer.lstrip(b"\0").rjust(_COORDINATE, b"\0")
    if len(number) != _COORDINATE:
        raise ValueError("not a signature on P-256")
    return number


def _es256_signer(key: ec.EllipticCurvePrivateKey) -> Sign:
    def sign(message: bytes) -> bytes:
        return raw_ecdsa(key.sign(message, _ECDSA))

    return sign


def _es256_verifier(key: ec.EllipticCurvePublicKey) -> Verifier:
    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * _COORDINATE:
            return False
        r = int.from_bytes(signature[:_COORDINATE], "big")
        s = int.from_bytes(signature[_COORDINATE:], "big")
        try:
            key.verify(encode_dss_signature(r, s), message, _ECDSA)
        except InvalidSignature:
            return False
        return True

    return verify


def _es256_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    point = key.public_numbers()
    x, y = (number.to_bytes(_COORDINATE, "big") for number in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)}


def _rs256_signer(key: rsa.RSAPrivateKey) -> Sign:
    return lambda message: key.sign(message, padding.PKCS1v15(), SHA256())


def _rs256_verifier(key: rsa.RSAPublicKey) -> Verifier:
    def verify(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    return verify


def _rs256_jwk(key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {"kty": "RSA", "n": _unsigned(numbers.n), "e": _unsigned(numbers.e)}


def _unsigned(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _eddsa_signer(key: ed25519.Ed25519PrivateKey) -> Sign:
    return cast("Sign", key.sign)


def _eddsa_verifier(key: ed25519.Ed25519PublicKey) -> Verifier:
    def verify(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def _eddsa_jwk(key: ed25519.Ed25519PublicKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_bytes_raw())}


ALGORITHMS: Final[dict[Alg, Algorithm]] = {
    "ES256": Algorithm(
        generate=lambda: ec.generate_private_key(ec.SECP256R1()),
        signer=_es256_signer,
        verifier=_es256_verifier,
        public_jwk=_es256_jwk,
    ),
    "RS256": Algorithm(
        generate=lambda: rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS),
        signer=_rs256_signer,
        verifier=_rs256_verifier,
        public_jwk=_rs256_jwk,
    ),
    "EdDSA": Algorithm(
        generate=ed25519.Ed25519PrivateKey.generate,
        signer=_eddsa_signer,
        verifier=_eddsa_verifier,
        public_jwk=_eddsa_jwk,
    ),
}
