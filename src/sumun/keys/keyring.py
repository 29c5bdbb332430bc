"""The signing keys: which one signs now, and which are published."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from sumun.keys.algorithms import Alg
from sumun.keys.errors import KeyMaterialError
from sumun.keys.sealed import SealedFiles
from sumun.keys.signing import SigningKey, VerificationKey

_NAME: Final = "signing-keys"
_CHECK_EVERY: Final = 1.0

_log = logging.getLogger("sumun.keys")


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A stored key: signs from ``active_from``, is published until ``retires_at``."""

    alg: Alg
    private: bytes
    created_at: int
    active_from: int
    retires_at: int | None = None

    def published(self, now: float) -> bool:
        return self.retires_at is None or now < self.retires_at


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(list[_Entry])


class SigningKeyring:
    """Signing keys in one sealed file, shared by every process that reads the directory.

    A new key may be published before its first use, so that verifiers that cache the JWKS know
    it in time; an old key stays published until the tokens it signed have expired. Keys of
    several algorithms may live side by side.
    """

    def __init__(self, files: SealedFiles, alg: Alg, clock: Callable[[], float]) -> None:
        self.alg = alg
        self._files = files
        self._clock = clock
        self._keys: dict[str, tuple[SigningKey, _Entry]] = {}
        self._fingerprint: object = None
        self._active: SigningKey | None = None
        self._checked_at = 0.0

    @classmethod
    def open(
        cls, files: SealedFiles, alg: Alg = "ES256", clock: Callable[[], float] = time.time
    ) -> "SigningKeyring":
        """Read the keys, making the first one for ``alg`` if there is none.

        ``clock`` gives Unix seconds.

        Raises
        ------
        KeyMaterialError
            If the file cannot be read, opened or written.

        """
        keyring = cls(files, alg, clock)
        keyring._change(keyring._with_a_key)
        return keyring

    def active(self) -> SigningKey:
        """Return the key to sign with now."""
        now = self._clock()
        self._look_now_and_then(now)
        if self._active is None:
            self._active = self._choose(now)
        return self._active

    async def sign(self, claims: dict[str, Any], typ: str) -> str:
        """Return the claims as a compact JWS of type ``typ``, signed with the active key."""
        return self.active().sign(claims, typ)

    def find(self, kid: str) -> VerificationKey | None:
        """Return the published key of that id; a key another process has just added is found."""
        now = self._clock()
        self._look_now_and_then(now)
        found = self._keys.get(kid)
        if found is None and self.reload_if_changed():
            found = self._keys.get(kid)
        if found is None or not found[1].published(now):
            return None
        return found[0].verification

    def public_jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the JWK Set (RFC 7517 §5): public members of public keys, nothing else."""
        self.reload_if_changed()
        now = self._clock()
        return {
            "keys": [
                dict(key.verification.jwk)
                for key, entry in self._keys.values()
                if entry.published(now)
            ]
        }

    def rotate(self, *, publish_ahead: int = 0, keep: int) -> str:
        """Add a key and return its ``kid``.

        Parameters
        ----------
        publish_ahead:
            Seconds between publishing the key and signing with it: at least as long as verifiers
            cache the JWKS.
        keep:
            Seconds that earlier keys of this algorithm stay published after the new one begins
            to sign: at least the lifetime of a token.

        """
        now = int(self._clock())
        key = SigningKey.generate(self.alg)
        begins = now + publish_ahead
        entry = _new_entry(key, created_at=now, active_from=begins)

        def add(stored: list[_Entry]) -> list[_Entry]:
            others = [each for each in stored if each.alg != self.alg]
            # A key that has not begun to sign is superseded before anything depends on it.
            mine = [each for each in stored if each.alg == self.alg and each.active_from <= now]
            signing = _signing(mine, now) if mine else None
            mine = [_retire(each, begins + keep) if each is signing else each for each in mine]
            return [*others, *(each for each in mine if each.published(now)), entry]

        self._change(add)
        return key.kid

    def withdraw(self, kid: str) -> None:
        """Stop publishing a key at once: every token it signed is refused from now on.

        For a key that has leaked. If it was the last of its algorithm, a new one replaces it.

        Raises
        ------
        KeyMaterialError
            If there is no such key.

        """
        self.reload_if_changed()
        if kid not in self._keys:
            raise KeyMaterialError(f"signing key {kid}: is not in the keyring; see sumun key list")
        doomed = self._keys[kid][1].private
        self._change(
            lambda stored: self._with_a_key([each for each in stored if each.private != doomed])
        )

    def reload_if_changed(self) -> bool:
        """Read the file again if it was replaced (one ``stat``); return whether it was.

        A file that has become unreadable is logged once, and the keys in memory stay in use.
        """
        seen = self._files.fingerprint(_NAME)
        if seen == self._fingerprint:
            return False
        try:
            self._load()
        except KeyMaterialError as error:
            self._fingerprint = seen
            _log.error("%s; the keys in memory stay in use", error)
            return False
        return True

    def describe(self) -> list[dict[str, Any]]:
        """Return what an operator may know of each key; times are Unix seconds."""
        self.reload_if_changed()
        now = self._clock()
        signing = self._choose(now).kid
        return [
            {
                "kid": key.kid,
                "alg": key.alg,
                "state": _state(entry, now, signing=key.kid == signing),
                "created_at": entry.created_at,
                "active_from": entry.active_from,
                "retires_at": entry.retires_at,
            }
            for key, entry in self._keys.values()
        ]

    def _look_now_and_then(self, now: float) -> None:
        # Both bounds, so that a clock set back does not postpone the next look.
        if not self._checked_at <= now < self._checked_at + _CHECK_EVERY:
            self.reload_if_changed()
            self._active = None
            self._checked_at = now

    def _choose(self, now: float) -> SigningKey:
        mine = {entry: key for key, entry in self._keys.values() if entry.alg == self.alg}
        return mine[_signing(list(mine), now)]

    def _with_a_key(self, stored: list[_Entry]) -> list[_Entry]:
        now = int(self._clock())
        if any(each.alg == self.alg and each.published(now) for each in stored):
            return stored
        key = SigningKey.generate(self.alg)
        return [*stored, _new_entry(key, created_at=now, active_from=now)]

    def _change(self, change: Callable[[list[_Entry]], list[_Entry]]) -> None:
        self._files.update(
            _NAME, lambda found: _encode(change([] if found is None else self._decode(found)))
        )
        self._load()

    def _load(self) -> None:
        seen = self._files.fingerprint(_NAME)
        data = self._files.load(_NAME)
        if data is None:
            raise KeyMaterialError(
                f"{self._files.directory}: the file {_NAME}.sealed is gone; restore it"
            )
        loaded = {}
        for entry in self._decode(data):
            key = SigningKey.from_der(entry.alg, entry.private)
            loaded[key.kid] = (key, entry)
        if not any(entry.alg == self.alg for _, entry in loaded.values()):
            raise KeyMaterialError(f"{self._files.directory}: has no {self.alg} signing key")
        self._keys = loaded
        self._fingerprint = seen
        self._active = None

    def _decode(self, data: bytes) -> list[_Entry]:
        try:
            return _decoder.decode(data)
        except msgspec.MsgspecError:
            raise KeyMaterialError(
                f"{self._files.directory}: {_NAME}.sealed was written by another version of Sumun"
            ) from None


def _new_entry(key: SigningKey, *, created_at: int, active_from: int) -> _Entry:
    return _Entry(alg=key.alg, private=key.to_der(), created_at=created_at, active_from=active_from)


def _signing(entries: list[_Entry], now: float) -> _Entry:
    begun = [entry for entry in reversed(entries) if entry.active_from <= now]
    if begun:
        return max(begun, key=lambda entry: entry.active_from)
    # Only under a clock that was set back: the oldest key is the one verifiers know.
    return min(entries, key=lambda entry: entry.active_from)


def _retire(entry: _Entry, at: int) -> _Entry:
    return msgspec.structs.replace(entry, retires_at=at)


def _state(entry: _Entry, now: float, *, signing: bool) -> str:
    if signing:
        return "signing"
    if not entry.published(now):
        return "retired"
    return "published ahead" if entry.active_from > now else "verifying"
