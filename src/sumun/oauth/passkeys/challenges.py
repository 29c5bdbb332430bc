"""Challenges for passkeys: made without being stored, answered once.

A challenge says itself what it is for and until when, under a key of ours; only one that was
answered is remembered. Looking at a page many times therefore fills nothing.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from sumun.proof.claims import claim_of

LIFETIME: Final = 900
"""Seconds a challenge may be answered: as long as a person has to sign in."""

_NONCE: Final = 16
_EXPIRY: Final = 8
_MAC: Final = 32
_LENGTH: Final = _NONCE + _EXPIRY + _MAC


class ChallengeRefused(Exception):
    """It is none of ours, not for this, or too old."""


class Challenge(NamedTuple):
    """A challenge that is good, unless it was answered before.

    Attributes
    ----------
    claim:
        What is claimed when it is used.

    """

    claim: bytes
    expires_at: int


class Challenges:
    """Makes challenges and knows them again.

    Parameters
    ----------
    key:
        32 bytes, the same on every node.
    clock:
        Unix seconds.

    """

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._key = key
        self._clock = clock

    def mint(self, *bound_to: str) -> bytes:
        """Return a new challenge that is good for nothing but what it is bound to."""
        expires_at = int(self._clock()) + LIFETIME
        head = secrets.token_bytes(_NONCE) + expires_at.to_bytes(_EXPIRY, "big")
        return head + self._mac(head, bound_to)

    def check(self, challenge: bytes, *bound_to: str) -> Challenge:
        """Know a challenge again.

        Raises
        ------
        ChallengeRefused
            If it is none of ours, is bound to something else, or has expired.

        """
        head, mac = challenge[: _NONCE + _EXPIRY], challenge[_NONCE + _EXPIRY :]
        if len(challenge) != _LENGTH or not hmac.compare_digest(mac, self._mac(head, bound_to)):
            raise ChallengeRefused
        expires_at = int.from_bytes(head[_NONCE:], "big")
        if self._clock() >= expires_at:
            raise ChallengeRefused
        return Challenge(claim_of("passkey", "", head.hex()), expires_at)

    def _mac(self, head: bytes, bound_to: tuple[str, ...]) -> bytes:
        parts = [part.encode("utf-8", "surrogatepass") for part in bound_to]
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._key, head + framed, "sha256")
