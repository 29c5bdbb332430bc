"""Public keys of others, read from JWK (RFC 7517), and what their signatures are worth."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sumun.keys.algorithms import ALGORITHMS, PublicKey, Verifier, thumbprint
from sumun.keys.jws import Jws, Malformed, decode_base64url

ForeignAlg = Literal["ES256", "RS256", "PS256", "EdDSA", "Ed25519"]
FOREIGN_ALGS: Final[tuple[ForeignAlg, ...]] = get_args(ForeignAlg)
"""The algorithms others may sign with: asymmetric only, chosen here and never by a header.

RFC 9864 §3.1 renames EdDSA over this curve to Ed25519; both are in use.
"""

KEYS_LIMIT: Final = 64
"""Keys a set may have."""

_ID_LIMIT: Final = 256
_COORDINATE: Final = 32
_RSA_BITS: Final = range(2048, 8192 + 1)
"""RFC 7518 §3.3 asks for 2048 bits or more; above the other bound checking takes too long."""
_EXPONENT_LIMIT: Final = 2**32
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_EDWARDS: Final = ("EdDSA", "Ed25519")
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)


class ForeignKey:
    """A public key somebody else signs with.

    Attributes
    ----------
    kid:
        Its name in the set it came from, if it has one.
    thumbprint:
        RFC 7638.
    certificate:
        The first of its ``x5c`` (RFC 7517 §4.7) as DER, or empty.

    """

    __slots__ = ("_verifiers", "certificate", "kid", "thumbprint")

    def __init__(
        self,
        kid: str | None,
        members: dict[str, str],
        verifiers: dict[str, Verifier],
        certificate: bytes = b"",
    ) -> None:
        self.kid = kid
        self.certificate = certificate
        self.thumbprint = thumbprint(members)
        self._verifiers = verifiers

    @property
    def algs(self) -> frozenset[str]:
        """The algorithms its signatures may be of."""
        return frozenset(self._verifiers)

    def verify(self, jws: Jws) -> bool:
        """Say whether it made this signature, by an algorithm that fits it."""
        alg = jws.header.get("alg")
        verifier = self._verifiers.get(alg) if isinstance(alg, str) else None
        return verifier is not None and verifier(jws.message, jws.signature)


class ForeignKeys:
    """A JWK Set (RFC 7517 §5), without the keys in it that sign nothing we accept.

    Parameters
    ----------
    document:
        The set as JSON.

    Raises
    ------
    Malformed
        If it is no set, or holds a private key.

    """

    def __init__(self, document: object) -> None:
        keys = document.get("keys") if isinstance(document, Mapping) else None
        if not isinstance(keys, Sequence) or isinstance(keys, str) or len(keys) > KEYS_LIMIT:
            raise Malformed(f"the key set is no object with up to {KEYS_LIMIT} keys (RFC 7517 5)")
        self._keys: list[ForeignKey] = []
        for jwk in keys:
            if isinstance(jwk, Mapping) and not _PRIVATE.isdisjoint(jwk):
                raise Malformed("the key set holds a private or a symmetric key; publish neither")
            # RFC 7517 §5: what is not understood SHOULD be ignored, so that a set may grow.
            try:
                self._keys.append(read_jwk(jwk))
            except Malformed:
                continue

    def __len__(self) -> int:
        return len(self._keys)

    def with_certificate(self, der: bytes) -> ForeignKey | None:
        """Return the key that was published with this certificate, if there is one."""
        return next((key for key in self._keys if der and key.certificate == der), None)

    def verify(self, jws: Jws) -> ForeignKey | None:
        """Return the key that made the signature, if one of these did.

        With a ``kid`` in the header only keys of that name are tried.
        """
        kid = jws.header.get("kid")
        if kid is not None and (not isinstance(kid, str) or len(kid) > _ID_LIMIT):
            return None
        candidates = [key for key in self._keys if kid is None or key.kid == kid]
        return next((key for key in candidates if key.verify(jws)), None)


def read_jwk(jwk: object) -> ForeignKey:
    """Read one public key.

    Raises
    ------
    Malformed
        If it is private, too weak, not for signatures, or of a kind not accepted here.

    """
    if not isinstance(jwk, Mapping):
        raise Malformed("the key is not a JSON object")
    if not _PRIVATE.isdisjoint(jwk):
        raise Malformed("the key has private members; send the public key only")
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise Malformed("the key is not for signatures (RFC 7517 4.2, 4.3)")
    public, verifiers = _public_key(jwk)
    alg = jwk.get("alg")
    if alg is not None:
        verifiers = {name: check for name, check in verifiers.items() if name == alg}
    if not verifiers:
        raise Malformed(f"the key's alg is none of {', '.join(FOREIGN_ALGS)} that fits it")
    kid = jwk.get("kid")
    named = kid if isinstance(kid, str) and len(kid) <= _ID_LIMIT else None
    return ForeignKey(named, _members(public), verifiers, _certificate(jwk))


def _certificate(jwk: Mapping[str, Any]) -> bytes:
    chain = jwk.get("x5c")
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        return b""
    try:
        # RFC 7517 §4.7: base64, not base64url.
        return base64.b64decode(chain[0], validate=True)
    except ValueError:
        return b""


def _public_key(jwk: Mapping[str, Any]) -> tuple[PublicKey, dict[str, Verifier]]:
    try:
        match jwk.get("kty"), jwk.get("crv"):
            case "EC", "P-256":
                x, y = (_number(jwk, name, _COORDINATE) for name in ("x", "y"))
                point = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
                return point, {"ES256": ALGORITHMS["ES256"].verifier(point)}
            case "OKP", "Ed25519":
                edwards = ed25519.Ed25519PublicKey.from_public_bytes(_bytes(jwk, "x"))
                return edwards, dict.fromkeys(_EDWARDS, ALGORITHMS["EdDSA"].verifier(edwards))
            case "RSA", _:
                modulus = _rsa(jwk)
                checks = {"RS256": ALGORITHMS["RS256"].verifier(modulus), "PS256": _ps256(modulus)}
                return modulus, checks
    except (ValueError, UnsupportedAlgorithm):
        raise Malformed("the key's numbers are not those of a key") from None
    raise Malformed("the key is none of EC P-256, OKP Ed25519 and RSA")


def _rsa(jwk: Mapping[str, Any]) -> rsa.RSAPublicKey:
    modulus, exponent = _number(jwk, "n"), _number(jwk, "e")
    if modulus.bit_length() not in _RSA_BITS or exponent >= _EXPONENT_LIMIT:
        raise Malformed("the RSA key has too few or too many bits; use 2048 to 8192")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _ps256(key: rsa.RSAPublicKey) -> Verifier:
    def verify(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message, _PSS, SHA256())
        except InvalidSignature:
            return False
        return True

    return verify


def _members(public: PublicKey) -> dict[str, str]:
    """Return the members a thumbprint covers, each in its one spelling."""
    match public:
        case ec.EllipticCurvePublicKey():
            return ALGORITHMS["ES256"].public_jwk(public)
        case ed25519.Ed25519PublicKey():
            return ALGORITHMS["EdDSA"].public_jwk(public)
        case _:
            return ALGORITHMS["RS256"].public_jwk(public)


def _number(jwk: Mapping[str, Any], name: str, length: int | None = None) -> int:
    data = _bytes(jwk, name)
    if length is not None and len(data) != length:
        raise Malformed(f"the key's {name} has not the length of its curve")
    return int.from_bytes(data, "big")


def _bytes(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise Malformed(f"the key's {name} is missing")
    return decode_base64url(value)
