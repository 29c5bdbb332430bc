"""How stand-ins are written, and how they are found again in a text.

=========================================  ======================================
``<EMAIL_ADDRESS>``                        redacted: only the type is left
``<EMAIL_ADDRESS#BODY>``                   keyed hash
``<EMAIL_ADDRESS:KEY.BODY>``               token that holds its value
``<EMAIL_ADDRESS:NAME>``                   token whose value is kept in a vault
``enc:v1:KEY:BODY``                        envelope: ciphertext, body in base64url
=========================================  ======================================

Bodies in brackets are lower-case base32 (RFC 4648 §6) without padding: no letter that is easily
mistaken for another, nothing that Markdown, JSON or a URL would escape.
"""

import base64
import re
import string
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from sumun.detection.entities import is_entity_type

Kind = Literal["redaction", "hash", "token", "kept", "envelope"]

ENVELOPE_PREFIX: Final = "enc:v1:"
HASH_LENGTH: Final = 16
KEPT_LENGTH: Final = 16

_TYPE: Final = r"[A-Z][A-Z0-9_]{1,63}+"
_KEY: Final = r"[a-z0-9]{1,16}+"
_BODY: Final = r"[a-z2-7]{26,}+"
_STAND_IN: Final = re.compile(
    rf"<(?P<type>{_TYPE})(?:#(?P<hash>[a-z2-7]{{{HASH_LENGTH}}})"
    rf"|:(?P<key>{_KEY})\.(?P<token>{_BODY})|:(?P<kept>[a-z2-7]{{{KEPT_LENGTH}}}))?+>"
    rf"|enc:v1:(?P<sealed_key>{_KEY}):(?P<envelope>[A-Za-z0-9_-]{{38,}}+)"
)

_COLON: Final = re.compile(r":(?<=[A-Za-z0-9_]:)")
_TYPE_CHARACTERS: Final = string.ascii_letters + string.digits + "_\\"
_LONGEST_TYPE: Final = 80
_BARE_BODY: Final = re.compile(rf"{_KEY}\.{_BODY}")
_BARE_NAME: Final = re.compile(rf"[a-z2-7]{{{KEPT_LENGTH}}}(?![A-Za-z0-9])")

_BASE32_DIGITS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv"
)


class StandIn(msgspec.Struct, frozen=True, gc=False):
    """A stand-in as it is written: ``text[start:end]``. Whether it is ours, only keys can tell."""

    kind: Kind
    start: int
    end: int
    entity_type: str = ""
    key_id: str = ""
    body: str = ""


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """A place that was meant as a token; ``token`` is ``None`` where it is not written as one."""

    start: int
    entity_type: str
    token: StandIn | None


def find_stand_ins(text: str) -> Iterator[StandIn]:
    """Yield every stand-in written in a text, of entity types that exist."""
    if "<" not in text and ENVELOPE_PREFIX not in text:
        return
    for match in _STAND_IN.finditer(text):
        found = _stand_in(match)
        if found.kind == "envelope" or is_entity_type(found.entity_type):
            yield found


def find_token_attempts(text: str) -> Iterator[Attempt]:
    """Yield every token in a text, and everything that looks as if it had been one.

    ``<EMAIL_ADDRESS:…`` in any case, escaped as in Markdown and with any ending counts as an
    attempt, because a tool must not be given half a token as if it were a value; so does a
    token's inside without brackets.
    """
    for colon in _COLON.finditer(text):
        at = colon.start()
        before = text[max(0, at - _LONGEST_TYPE) : at]
        start = at - len(before) + len(before.rstrip(_TYPE_CHARACTERS))
        word = text[start:at]
        if text[start - 1 : start] == "<":
            exact = _STAND_IN.match(text, start - 1)
            entity_type = word.replace("\\", "").upper()
            if exact is not None and (exact["token"] or exact["kept"]):
                yield Attempt(start - 1, word, _stand_in(exact))
            elif is_entity_type(entity_type):
                yield Attempt(start - 1, entity_type, None)
        elif word.isupper() and (
            _BARE_BODY.match(text, colon.end())
            or (is_entity_type(word) and _BARE_NAME.match(text, colon.end()))
        ):
            yield Attempt(start, word, None)


def parse_stand_in(text: str) -> StandIn | None:
    """Return the stand-in that the whole of a text is, or ``None``."""
    match = _STAND_IN.fullmatch(text)
    return _stand_in(match) if match else None


def _stand_in(match: re.Match[str]) -> StandIn:
    start, end = match.span()
    if match["envelope"]:
        return StandIn("envelope", start, end, "", match["sealed_key"], match["envelope"])
    if match["token"]:
        return StandIn("token", start, end, match["type"], match["key"], match["token"])
    if match["kept"]:
        return StandIn("kept", start, end, match["type"], "", match["kept"])
    if match["hash"]:
        return StandIn("hash", start, end, match["type"], "", match["hash"])
    return StandIn("redaction", start, end, match["type"])


def to_base32(data: bytes) -> str:
    """Write bytes as lower-case base32 without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def from_base32(body: str) -> bytes:
    """Read what :func:`to_base32` wrote; ``body`` must be of its alphabet.

    Raises
    ------
    ValueError
        If it is not exactly what :func:`to_base32` writes for any bytes.

    """
    size, spare = divmod(len(body) * 5, 8)
    number = int(body.translate(_BASE32_DIGITS), 32)
    if spare > 4 or number & ((1 << spare) - 1):  # noqa: PLR2004 - 5 bits would be a digit too many
        raise ValueError("not canonical base32")
    return (number >> spare).to_bytes(size)


def to_base64url(data: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def from_base64url(body: str) -> bytes:
    """Read what :func:`to_base64url` wrote.

    Raises
    ------
    ValueError
        If it is not exactly what :func:`to_base64url` writes for any bytes.

    """
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if to_base64url(data) != body:
        raise ValueError("not canonical base64url")
    return data
