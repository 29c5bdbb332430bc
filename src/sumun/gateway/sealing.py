"""Opaque values that leave the gateway and come back: session ids and request state.

Both are an MCP server's own words, held by a caller who may hand them to someone else. Sealing
binds them to the server and the principal they were given to (MCP security best practices,
"Session Hijacking": a session id is never authentication).
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.guard import Principal

_NONCE = 12


class NotOurs(Exception):
    """The value was not sealed here, not for this principal, or was changed."""


class Seal:
    """Seals and opens opaque values with AES-256-GCM.

    Parameters
    ----------
    key:
        32 bytes, the same on every node.

    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def close(self, value: str, server: str, principal: Principal) -> str:
        """Return ``value`` sealed for ``principal`` at ``server``; visible ASCII."""
        nonce = os.urandom(_NONCE)
        sealed = self._aead.encrypt(nonce, value.encode(), _bound_to(server, principal))
        return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()

    def open(self, sealed: str, server: str, principal: Principal) -> str:
        """Return what was sealed.

        Raises
        ------
        NotOurs
            If it was not sealed for this principal at this server.

        """
        try:
            data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            opened = self._aead.decrypt(data[:_NONCE], data[_NONCE:], _bound_to(server, principal))
        except (binascii.Error, ValueError, InvalidTag):
            raise NotOurs from None
        return opened.decode()


def _bound_to(server: str, principal: Principal) -> bytes:
    return f"{server}\0{principal.tenant}\0{principal.client_id}\0{principal.subject}".encode()
