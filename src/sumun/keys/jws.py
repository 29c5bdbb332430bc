"""Strict reading of compact JWS (RFC 7515 §5.2): ours, and those others sign for us."""

import base64
import binascii
import json
from typing import Any, Final, NamedTuple, Protocol

from sumun.keys.signing import VerificationKey

LENGTH_LIMIT: Final = 8192
_KID_LIMIT: Final = 64
_PARTS: Final = 3
_HEADER: Final = {"alg", "typ", "kid"}


class Keys(Protocol):
    """Where the keys of the issuer are found: its own keyring, or a copy of what it publishes."""

    def find(self, kid: str) -> VerificationKey | None:
        """Return the published key of that id."""


class Malformed(Exception):
    """The token is not one that may be believed; the message says why."""


class Jws(NamedTuple):
    """A compact JWS that was read and not yet verified.

    Attributes
    ----------
    message:
        The bytes that were signed.
    payload:
        The payload as it came, still encoded.

    """

    header: dict[str, Any]
    payload: str
    message: bytes
    signature: bytes

    def claims(self) -> dict[str, Any]:
        """Return the payload, which must be a JSON object (RFC 7519 §7.2).

        Raises
        ------
        Malformed
            If it is not.

        """
        return _object(decode_base64url(self.payload))


def read_jws(token: str) -> Jws:
    """Take a compact JWS apart.

    Raises
    ------
    Malformed
        If it is none, is over ``LENGTH_LIMIT``, or is written in more than one possible way.

    """
    if len(token) > LENGTH_LIMIT:
        raise Malformed("the token is too long")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise Malformed("the token is not a JWT")
    header = _object(decode_base64url(parts[0]))
    signature = decode_base64url(parts[2])
    try:
        message = f"{parts[0]}.{parts[1]}".encode("ascii")
    except UnicodeEncodeError:
        raise Malformed("the token is not base64url") from None
    return Jws(header, parts[1], message, signature)


def verify_jws(token: str, keyring: Keys, typ: str) -> tuple[VerificationKey, dict[str, Any]]:
    """Return the key and the claims of a token of ours whose signature holds.

    Raises
    ------
    Malformed
        If anything about it is not exactly as we write it.

    """
    jws = read_jws(token)
    header = jws.header
    # We sign with these three and nothing else. Whatever asks for more is refused, not ignored:
    # crit and b64 (RFC 7515 §4.1.11, RFC 7797), jwk, jku, x5c, x5u (RFC 8725 §3.10).
    if set(header) != _HEADER:
        raise Malformed("the token's header is not one this server writes")
    # RFC 9068 §4: an ID token, or any other JWT of ours, is no access token.
    if header["typ"] != typ:
        raise Malformed(f"the token is not of type {typ}")
    kid = header["kid"]
    key = keyring.find(kid) if isinstance(kid, str) and len(kid) <= _KID_LIMIT else None
    if key is None:
        raise Malformed("the token's key is not known here, or is no longer in use")
    # RFC 8725 §3.1: the algorithm is the key's, and the header can only agree.
    if header["alg"] != key.alg:
        raise Malformed("the token's algorithm is not its key's")
    if not key.verify(jws.message, jws.signature):
        raise Malformed("the token's signature does not hold")
    return key, jws.claims()


def decode_base64url(part: str) -> bytes:
    """Decode what has exactly one spelling (RFC 7515 §2): no padding, no stray bits.

    Raises
    ------
    Malformed
        If it has another.

    """
    try:
        encoded = part.encode("ascii")
        decoded = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise Malformed("the token is not base64url") from None
    # Encoding it again catches foreign characters, padding and stray bits at once: one token has
    # one spelling.
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != encoded:
        raise Malformed("the token is not canonical base64url")
    return decoded


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise Malformed("the token does not hold plain JSON") from None
    if not isinstance(value, dict):
        raise Malformed("the token does not hold a JSON object")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 8725 §2.6 names parsers that disagree on duplicates; refusing them leaves no room.
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _refuse(constant: str) -> None:
    raise ValueError(constant)
