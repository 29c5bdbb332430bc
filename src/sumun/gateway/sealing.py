"""Opaque values that leave the gateway and come back: session ids, request state, cursors.

They are an MCP server's own words, held by a caller who may hand them to someone else, and nobody
can see whose data they hide. Sealing hides that, and binds them to their purpose, to the server
and the principal they were given to, and to a time (MCP security best practices, "Session
Hijacking": a session id is never authentication; "requestState" is the caller's to forge).
"""

import base64
import binascii
import os
import struct
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.guard import Principal

Purpose = Literal["session", "state", "cursor", "sign_in", "approval"]

_NONCE: Final = 12
_SEALED_AT: Final = struct.Struct(">Q")
_LIFETIMES: Final[Mapping[Purpose, int]] = {"state": 3600, "sign_in": 3600, "cursor": 86_400}
"""Seconds for which a value may come back; a session ends when its server ends it."""


class NotOurs(Exception):
    """The value was not sealed here, not for this principal and purpose, or was changed."""


class Seal:
    """Seals and opens opaque values with AES-256-GCM.

    Parameters
    ----------
    key:
        32 bytes, the same on every node.
    clock:
        Unix seconds.

    """

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._aead = AESGCM(key)
        self._clock = clock

    def close(self, value: str, purpose: Purpose, server: str, principal: Principal) -> str:
        """Return ``value`` sealed for ``principal`` at ``server``; visible ASCII."""
        nonce = os.urandom(_NONCE)
        bound = _bound_to(purpose, server, principal)
        dated = _SEALED_AT.pack(int(self._clock())) + value.encode("utf-8", "surrogatepass")
        sealed = self._aead.encrypt(nonce, dated, bound)
        return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()

    def open(self, sealed: str, purpose: Purpose, server: str, principal: Principal) -> str:
        """Return what was sealed.

        Raises
        ------
        NotOurs
            If it was not sealed for this principal, at this server and to this purpose, or is
            too old.

        """
        bound = _bound_to(purpose, server, principal)
        try:
            data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            opened = self._aead.decrypt(data[:_NONCE], data[_NONCE:], bound)
        except (binascii.Error, ValueError, InvalidTag):
            raise NotOurs from None
        (sealed_at,) = _SEALED_AT.unpack_from(opened)
        lifetime = _LIFETIMES.get(purpose)
        if lifetime is not None and self._clock() > sealed_at + lifetime:
            raise NotOurs
        return opened[_SEALED_AT.size :].decode("utf-8", "surrogatepass")


def _bound_to(purpose: Purpose, server: str, principal: Principal) -> bytes:
    who = f"{principal.tenant}\0{principal.client_id}\0{principal.subject}"
    return f"{purpose}\0{server}\0{who}".encode()
