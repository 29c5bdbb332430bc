"""Opaque values that leave the gateway and come back: session ids, request state, cursors.

They are an MCP server's own words, held by a caller who may hand them to someone else, and nobody
can see whose data they hide. Sealing hides that, and binds them to their purpose and to the server
and the principal they were given to (MCP security best practices, "Session Hijacking": a session
id is never authentication; "requestState" is the caller's to forge).
"""

import base64
import binascii
import os
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.guard import Principal

Purpose = Literal["session", "state", "cursor", "approval"]

_NONCE = 12


class NotOurs(Exception):
    """The value was not sealed here, not for this principal and purpose, or was changed."""


class Seal:
    """Seals and opens opaque values with AES-256-GCM.

    Parameters
    ----------
    key:
        32 bytes, the same on every node.

    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def close(self, value: str, purpose: Purpose, server: str, principal: Principal) -> str:
        """Return ``value`` sealed for ``principal`` at ``server``; visible ASCII."""
        nonce = os.urandom(_NONCE)
        bound = _bound_to(purpose, server, principal)
        sealed = self._aead.encrypt(nonce, value.encode("utf-8", "surrogatepass"), bound)
        return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()

    def open(self, sealed: str, purpose: Purpose, server: str, principal: Principal) -> str:
        """Return what was sealed.

        Raises
        ------
        NotOurs
            If it was not sealed for this principal, at this server and to this purpose.

        """
        bound = _bound_to(purpose, server, principal)
        try:
            data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            opened = self._aead.decrypt(data[:_NONCE], data[_NONCE:], bound)
        except (binascii.Error, ValueError, InvalidTag):
            raise NotOurs from None
        return opened.decode("utf-8", "surrogatepass")


def _bound_to(purpose: Purpose, server: str, principal: Principal) -> bytes:
    who = f"{principal.tenant}\0{principal.client_id}\0{principal.subject}"
    return f"{purpose}\0{server}\0{who}".encode()
