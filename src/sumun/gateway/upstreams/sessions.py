"""Sessions of the era with a handshake, whose id says what was agreed in it.

Nothing is remembered of a session here, so any node can serve it, and a process that was ended is
started again as it was. The gateway seals the id before a client sees it.
"""

import base64
import binascii
import os
from typing import Any, Final

import msgspec

from sumun.gateway.upstreams.handshake import OWN_HELLO

_LENGTH: Final = 4096
_KEPT: Final = ("protocolVersion", "capabilities", "clientInfo")


class TooMuch(ValueError):
    """A client says more of itself than is kept."""


def hello_of(params: dict[str, Any]) -> bytes:
    """Return what a client says of itself, to be said again to a server.

    Raises
    ------
    TooMuch
        If it is too long.

    """
    kept = {name: params[name] for name in _KEPT if name in params}
    hello = msgspec.json.encode(OWN_HELLO | kept)
    if len(hello) > _LENGTH:
        raise TooMuch(f"A client may say {_LENGTH} bytes of itself")
    return hello


def session_id(hello: bytes) -> str:
    """Return the id of a new session; without ``hello`` there is nothing to remember."""
    return base64.urlsafe_b64encode(hello or os.urandom(16)).decode()


def hello_in(session: str) -> bytes:
    """Return what was said when a session began, as one that only we could write says."""
    try:
        return base64.urlsafe_b64decode(session)
    except (binascii.Error, ValueError):
        return b""
