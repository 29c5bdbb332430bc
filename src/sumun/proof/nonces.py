"""Nonces nobody has to remember: their time of birth, authenticated (RFC 9449 §8)."""

import hmac
from collections.abc import Callable
from typing import Final

from sumun.keys.algorithms import base64url
from sumun.keys.jws import Malformed, decode_base64url

NONCE_PURPOSE: Final = "dpop-nonce"
"""What the key is derived for, wherever nonces are made."""

_PERIOD: Final = 60
_LIFETIME: Final = 300
_TIME: Final = 6
_TAG: Final = 16
_LENGTH_LIMIT: Final = 64


class Nonces:
    """Makes and recognises nonces; every node with the same key accepts every other's.

    A nonce is the same for a minute, and is accepted for five.

    Parameters
    ----------
    key:
        Secret, used for nothing else.
    clock:
        Unix seconds.

    """

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._key = key
        self._clock = clock
        self._made: tuple[int, str] = (-1, "")

    def current(self) -> str:
        """Return the nonce to hand out now."""
        born = int(self._clock()) // _PERIOD * _PERIOD
        if self._made[0] != born:
            time = born.to_bytes(_TIME, "big")
            self._made = (born, base64url(time + self._tag(time)))
        return self._made[1]

    def is_fresh(self, nonce: object) -> bool:
        """Say whether it is one of ours and young enough."""
        if not isinstance(nonce, str) or len(nonce) > _LENGTH_LIMIT:
            return False
        try:
            data = decode_base64url(nonce)
        except Malformed:
            return False
        time, tag = data[:_TIME], data[_TIME:]
        if not hmac.compare_digest(self._tag(time), tag):
            return False
        age = self._clock() - int.from_bytes(time, "big")
        return -_PERIOD <= age < _LIFETIME

    def _tag(self, time: bytes) -> bytes:
        return hmac.digest(self._key, time, "sha256")[:_TAG]
