"""Looking into a token without believing it."""

import base64
import binascii
from typing import Any

import msgspec


def peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what header and claims of a compact JWS say; empty where they cannot be read.

    Nothing is verified: this is for showing.
    """
    header, _, rest = token.partition(".")
    return _object(header), _object(rest.partition(".")[0])


def without_signature(token: str) -> str:
    """Return a compact JWS that proves nothing any more."""
    return f"{token.rpartition('.')[0]}.…"


def _object(part: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        return {}
    return value if isinstance(value, dict) else {}
