"""The stored ring of signing keys, and what becomes of it: pure functions over its entries.

A key is published from when it is made, signs from ``active_from``, and stays published until
``retires_at``, when the last token it signed has expired.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from sumun.config import Config
from sumun.keys.algorithms import Alg

LEEWAY: Final = 60
"""Seconds a key is kept beyond the last token it signed, for clocks that differ."""

SKEW: Final = 5
"""Seconds two nodes' clocks may differ."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A stored key; times are Unix seconds.

    Attributes
    ----------
    private:
        The private key as PKCS #8; empty where a key service holds it.
    service:
        The key service that holds it (``pkcs11``); empty for none.
    reference:
        What that service knows the key by.
    public:
        The public key as SubjectPublicKeyInfo, where a key service holds the private one.

    """

    alg: Alg
    private: bytes = b""
    created_at: int
    active_from: int
    retires_at: int | None = None
    service: str = ""
    reference: str = ""
    public: bytes = b""

    def published(self, now: float) -> bool:
        """Say whether verifiers are told of it."""
        return self.retires_at is None or now < self.retires_at


class Schedule(NamedTuple):
    """When keys are made, begin to sign and retire; all in seconds.

    Attributes
    ----------
    rotate_every:
        How long a key signs; 0 means until somebody rotates.
    publish_ahead:
        How long a key is published before it signs: at least as long as verifiers cache the
        JWKS.
    keep:
        How long a key stays published after it has signed for the last time.

    """

    rotate_every: int = 0
    publish_ahead: int = 0
    keep: int = 0

    @classmethod
    def of(cls, config: Config) -> "Schedule":
        """Return the configured schedule; a key is kept for the longest life of a token."""
        keys = config.keys
        return cls(keys.rotate_every, keys.publish_ahead, config.oauth.access_token_ttl + LEEWAY)

    def due_at(self, mine: Iterable[Entry]) -> int | None:
        """Return when the next key is to be published; ``None`` if never."""
        mine = list(mine)
        if not mine or not self.rotate_every:
            return None
        return newest(mine).active_from + self.rotate_every - self.publish_ahead

    def due(self, mine: Iterable[Entry], now: float) -> bool:
        """Say whether the next key is to be published now.

        A key from the future was made by a node whose clock is wrong. Rotating again would have
        two nodes do it in turn for ever, so it is left to people, whom ``sumun doctor`` tells.
        """
        mine = list(mine)
        at = self.due_at(mine)
        return at is not None and at <= now and not from_the_future(mine, now)


def encode(entries: list[Entry]) -> bytes:
    """Return the ring as it is stored."""
    return _encode(entries)


def decode(data: bytes) -> list[Entry]:
    """Read a stored ring.

    Raises
    ------
    ValueError
        If it is none.

    """
    return _decoder.decode(data)


def add(entries: list[Entry], entry: Entry, *, now: int, keep: int) -> list[Entry]:
    """Return the ring with one key more, which supersedes the one that signs its algorithm."""
    others = [each for each in entries if each.alg != entry.alg]
    # A key that has begun to sign on no node is superseded before anything depends on it.
    mine = [each for each in entries if each.alg == entry.alg and each.active_from <= now + SKEW]
    current = signing(mine, now) if mine else None
    ends = entry.active_from + keep
    mine = [
        _retire(each, ends) if each is current or each.retires_at is None else each for each in mine
    ]
    return [*prune([*others, *mine], now), entry]


def prune(entries: list[Entry], now: float) -> list[Entry]:
    """Return the ring without the keys that are no longer published."""
    return [each for each in entries if each.published(now)]


def signing(mine: list[Entry], now: float) -> Entry:
    """Return the key of one algorithm that signs now."""
    begun = [entry for entry in reversed(mine) if entry.active_from <= now]
    if begun:
        return max(begun, key=_by_start)
    # Only under a clock that was set back: the oldest key is the one verifiers know.
    return min(mine, key=_by_start)


def newest(mine: Iterable[Entry]) -> Entry:
    """Return the key of one algorithm that signs last."""
    return max(mine, key=_by_start)


def same(one: Entry, other: Entry) -> bool:
    """Say whether two entries are of one key, whatever became of it in between."""
    return (one.private, one.service, one.reference) == (
        other.private,
        other.service,
        other.reference,
    )


def from_the_future(mine: Iterable[Entry], now: float) -> bool:
    """Say whether a key was made later than now."""
    return any(each.created_at > now + SKEW for each in mine)


def state(entry: Entry, now: float, *, signs: bool) -> str:
    """Return in a word or two what a key is for."""
    if signs:
        return "signing"
    if not entry.published(now):
        return "retired"
    return "published ahead" if entry.active_from > now else "verifying"


def _retire(entry: Entry, at: int) -> Entry:
    return msgspec.structs.replace(entry, retires_at=at)


def _by_start(entry: Entry) -> int:
    return entry.active_from


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(list[Entry])
