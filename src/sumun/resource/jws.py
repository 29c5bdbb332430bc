"""Strict reading of compact JWS (RFC 7515 §5.2), for tokens only we have signed."""

import base64
import binascii
import json
from typing import Any, Final, Protocol

from sumun.keys import VerificationKey

LENGTH_LIMIT: Final = 8192
_KID_LIMIT: Final = 64
_PARTS: Final = 3
_HEADER: Final = {"alg", "typ", "kid"}


class Keys(Protocol):
    """Where the keys of the issuer are found: its own keyring, or a copy of what it publishes."""

    def find(self, kid: str) -> VerificationKey | None:
        """Return the published key of that id."""


class Malformed(Exception):
    """The token is not one we could have signed; the message says why."""


def verify_jws(token: str, keyring: Keys, typ: str) -> tuple[VerificationKey, dict[str, Any]]:
    """Return the key and the claims of a token whose signature holds.

    Raises
    ------
    Malformed
        If anything about it is not exactly as we write it.

    """
    if len(token) > LENGTH_LIMIT:
        raise Malformed("the token is too long")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise Malformed("the token is not a JWT")
    header = _object(_decode(parts[0]))
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
    message = f"{parts[0]}.{parts[1]}".encode("ascii")
    if not key.verify(message, _decode(parts[2])):
        raise Malformed("the token's signature does not hold")
    return key, _object(_decode(parts[1]))


def _decode(part: str) -> bytes:
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
