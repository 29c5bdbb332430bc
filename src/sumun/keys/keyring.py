"""The signing keys: which one signs now, and which are published."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from sumun.keys import ring
from sumun.keys.algorithms import Alg
from sumun.keys.errors import KeyMaterialError, SignerUnavailable
from sumun.keys.key_service import KeyService, RemoteKey, SigningPool
from sumun.keys.ring import Entry, Schedule
from sumun.keys.signing import SigningKey, VerificationKey
from sumun.keys.store import SealedStore

_NAME: Final = "signing-keys"
_CHECK_EVERY: Final = 1.0

_log = logging.getLogger("sumun.keys")

Key = SigningKey | RemoteKey


class _Held(NamedTuple):
    """A key of the ring; ``key`` is ``None`` where this process cannot sign with it."""

    verification: VerificationKey
    key: Key | None
    entry: Entry


class SigningKeyring:
    """Signing keys in one sealed store, shared by every process that signs for the issuer.

    A new key may be published before its first use, so that verifiers that cache the JWKS know
    it in time; an old key stays published until the tokens it signed have expired. Keys of
    several algorithms may live side by side.

    Parameters
    ----------
    store:
        Where the keys are.
    algs:
        The algorithms this process signs with; the first is the one nobody asked for.
    service:
        What makes and holds new private keys; ``None`` keeps them in the store.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        store: SealedStore,
        algs: Sequence[Alg],
        clock: Callable[[], float],
        service: KeyService | None = None,
    ) -> None:
        self.algs = tuple(dict.fromkeys(algs))
        self._store = store
        self._clock = clock
        self._pool = None if service is None else SigningPool(service)
        self._keys: dict[str, _Held] = {}
        self._fingerprint: object = None
        self._active: dict[Alg, Key] = {}
        self._checked_at = 0.0
        self._reachable = True

    @classmethod
    def open(
        cls,
        store: SealedStore,
        alg: Alg = "ES256",
        clock: Callable[[], float] = time.time,
        *,
        also: Iterable[Alg] = (),
        service: KeyService | None = None,
        publish_ahead: int = 0,
        keep: int = 0,
    ) -> "SigningKeyring":
        """Read the keys, making the first one of each algorithm there is none of. It blocks.

        ``also`` names more algorithms; ``publish_ahead`` and ``keep`` are as in :meth:`rotate`,
        for when the keys move to another ``service``.

        Raises
        ------
        KeyMaterialError
            If the keys cannot be read, opened or written.
        SignerUnavailable
            If the key service does not answer.

        """
        keyring = cls(store, (alg, *also), clock, service)
        for each in keyring.algs:
            keyring._ensure(each, publish_ahead, keep)
        return keyring

    @classmethod
    def read(
        cls,
        store: SealedStore,
        alg: Alg = "ES256",
        clock: Callable[[], float] = time.time,
        *,
        service: KeyService | None = None,
    ) -> "SigningKeyring":
        """Read the keys that are there, to look at them; none is made.

        Raises
        ------
        KeyMaterialError
            If there are none, or they cannot be read or opened.

        """
        keyring = cls(store, (alg,), clock, service)
        keyring._load()
        return keyring

    async def sign(self, claims: dict[str, Any], typ: str, alg: Alg | None = None) -> str:
        """Return the claims as a compact JWS of type ``typ``, signed with the active key.

        Raises
        ------
        SignerUnavailable
            If the key is held elsewhere and what holds it does not answer in time, or there is
            no key this process can sign with.

        """
        try:
            key = self.active(alg)
        except KeyMaterialError as error:
            raise SignerUnavailable(str(error)) from None
        if isinstance(key, SigningKey):
            return key.sign(claims, typ)
        return await key.sign(claims, typ)

    def active(self, alg: Alg | None = None) -> Key:
        """Return the key to sign with now, of the first algorithm unless another is named."""
        now = self._clock()
        self._look_now_and_then(now)
        alg = alg or self.algs[0]
        key = self._active.get(alg)
        if key is None:
            key = self._active[alg] = self._choose(alg, now)
        return key

    def find(self, kid: str) -> VerificationKey | None:
        """Return the published key of that id; a key another process has just added is found."""
        now = self._clock()
        self._look_now_and_then(now)
        found = self._keys.get(kid)
        if found is None and self.reload_if_changed():
            found = self._keys.get(kid)
        if found is None or not found.entry.published(now):
            return None
        return found.verification

    def public_jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the JWK Set (RFC 7517 §5): public members of public keys, nothing else."""
        self.reload_if_changed()
        now = self._clock()
        return {
            "keys": [
                dict(held.verification.jwk)
                for held in self._keys.values()
                if held.entry.published(now)
            ]
        }

    async def published(self) -> dict[str, list[dict[str, str]]]:
        """Return the JWK Set as it is at this moment on every node.

        A node signs with a key only after it was stored, so whoever asks any node for the set
        after that finds the key in it. If the store cannot be reached, the set is as it was last
        seen.
        """
        await self.refresh()
        return self.public_jwks()

    async def refresh(self) -> None:
        """See what other nodes have changed; what was seen before stays if that is impossible."""
        try:
            await self._store.refresh()
        except Exception as error:  # noqa: BLE001 - whatever it was, the keys in memory serve
            if self._reachable:
                _log.warning("the signing keys cannot be read anew: %s", error)
            self._reachable = False
            return
        self._reachable = True
        self.reload_if_changed()

    def rotate(self, *, publish_ahead: int = 0, keep: int, alg: Alg | None = None) -> str:
        """Add a key and return its ``kid``. It blocks.

        Parameters
        ----------
        publish_ahead:
            Seconds between publishing the key and signing with it: at least as long as verifiers
            cache the JWKS. It is never less than other nodes need to see the key.
        keep:
            Seconds that earlier keys of this algorithm stay published after the new one begins
            to sign: at least the lifetime of a token.
        alg:
            Which algorithm; by default the first.

        Raises
        ------
        KeyMaterialError
            If the keys cannot be read or written.
        SignerUnavailable
            If the key service does not answer.

        """
        entry = self._make(alg or self.algs[0], publish_ahead)
        self._change(lambda stored: ring.add(stored, entry, now=entry.created_at, keep=keep))
        return self._kid_of(entry)

    def follow(self, schedule: Schedule) -> list[str]:
        """Do what the schedule says is due, and return the ``kid`` of each key added. It blocks.

        Of all processes and nodes that notice at once, one adds a key: it is decided where the
        keys are, under the lock.

        Raises
        ------
        KeyMaterialError, SignerUnavailable
            As :meth:`rotate`.

        """
        self.reload_if_changed()
        added = [alg for alg in self.algs if self._rotate_if_due(alg, schedule)]
        gone = self._clock() - ring.SKEW
        if any(not held.entry.published(gone) for held in self._keys.values()):
            self._change(lambda stored: ring.prune(stored, gone))
        return [self._kid_of(ring.newest(self._of(alg))) for alg in added]

    def withdraw(self, kid: str) -> None:
        """Stop publishing a key at once: every token it signed is refused from now on. It blocks.

        For a key that has leaked. If no other is left to sign, a new one replaces it.

        Raises
        ------
        KeyMaterialError
            If there is no such key.
        SignerUnavailable
            As :meth:`rotate`.

        """
        self.reload_if_changed()
        if kid not in self._keys:
            raise KeyMaterialError(f"signing key {kid}: is not in the keyring; see sumun key list")
        doomed = self._keys[kid].entry
        alg = doomed.alg

        def left_of(stored: list[Entry]) -> list[Entry]:
            return [each for each in stored if not ring.same(each, doomed)]

        spare = None
        if alg in self.algs and not self._has_current(left_of(self._entries()), alg):
            spare = self._make(alg, 0, settling=0)

        def without(stored: list[Entry]) -> list[Entry]:
            left = left_of(stored)
            return left if spare is None or self._has_current(left, alg) else [*left, spare]

        self._change(without)

    def reload_if_changed(self) -> bool:
        """Read the keys again if they were seen to be replaced; return whether they were.

        Keys that have become unreadable are logged once, and those in memory stay in use.
        """
        seen = self._store.fingerprint(_NAME)
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
        sign = {self._choose(alg, now).kid for alg in self.algs}
        return [
            {
                "kid": kid,
                "alg": entry.alg,
                "state": ring.state(entry, now, signs=kid in sign),
                "held_by": entry.service or "local",
                "created_at": entry.created_at,
                "active_from": entry.active_from,
                "retires_at": entry.retires_at,
            }
            for kid, (_, _, entry) in self._keys.items()
        ]

    def overdue(self, schedule: Schedule) -> dict[Alg, int]:
        """Return for how many seconds the next key of each algorithm should have been there."""
        self.reload_if_changed()
        now = int(self._clock())
        due = {alg: schedule.due_at(self._of(alg)) for alg in self.algs}
        return {alg: now - at for alg, at in due.items() if at is not None and at < now}

    def next_rotation(self, schedule: Schedule) -> int | None:
        """Return when the next key of the first algorithm is to be published."""
        return schedule.due_at(self._of(self.algs[0]))

    def from_the_future(self) -> bool:
        """Say whether a key was made later than now: then a clock is wrong, here or elsewhere."""
        self.reload_if_changed()
        return ring.from_the_future(self._entries(), self._clock())

    def close(self) -> None:
        """Let go of the key service."""
        if self._pool is not None:
            self._pool.close()

    def _look_now_and_then(self, now: float) -> None:
        # Both bounds, so that a clock set back does not postpone the next look.
        if not self._checked_at <= now < self._checked_at + _CHECK_EVERY:
            self.reload_if_changed()
            self._active = {}
            self._checked_at = now

    def _choose(self, alg: Alg, now: float) -> Key:
        mine = {
            entry: key
            for _, key, entry in self._keys.values()
            if key is not None and entry.alg == alg and entry.published(now)
        }
        if not mine:
            raise KeyMaterialError(
                f"{self._store.where(_NAME)}: has no {alg} key this process can sign with"
            )
        return mine[ring.signing(list(mine), now)]

    def _rotate_if_due(self, alg: Alg, schedule: Schedule) -> bool:
        """Add a key if one is due; return whether it was this process that added it."""
        if not schedule.due(self._of(alg), self._clock()):
            return False
        entry = self._make(alg, schedule.publish_ahead)
        now = entry.created_at

        def add(stored: list[Entry]) -> list[Entry]:
            if not schedule.due([each for each in stored if each.alg == alg], now):
                return stored  # another process was faster
            return ring.add(stored, entry, now=now, keep=schedule.keep)

        self._change(add)
        return entry in self._entries()

    def _ensure(self, alg: Alg, publish_ahead: int, keep: int) -> None:
        """Have a key of the algorithm where new keys are held."""

        def supply(stored: list[Entry]) -> list[Entry]:
            if self._has_current(stored, alg):
                return stored
            return ring.add(stored, entry, now=entry.created_at, keep=keep)

        if self._store.load(_NAME) is not None:
            self._load()
        if not self._has_current(self._entries(), alg):
            # The first key has to sign at once; one that only moves to a key service can wait.
            first = not self._of(alg)
            entry = self._make(alg, 0 if first else publish_ahead, settling=0 if first else None)
            self._change(supply)

    def _make(self, alg: Alg, publish_ahead: int, *, settling: float | None = None) -> Entry:
        now = int(self._clock())
        if settling is None:
            settling = self._store.settling
        begins = now + max(publish_ahead, int(settling))
        if self._pool is not None:
            return self._pool.create(alg, created_at=now, active_from=begins)
        private = SigningKey.generate(alg).to_der()
        return Entry(alg=alg, private=private, created_at=now, active_from=begins)

    def _has_current(self, entries: Iterable[Entry], alg: Alg) -> bool:
        """Say whether there is a key that signs until it is superseded, held where new ones are."""
        service = "" if self._pool is None else self._pool.name
        return any(
            each.alg == alg and each.retires_at is None and each.service == service
            for each in entries
        )

    def _change(self, change: Callable[[list[Entry]], list[Entry]]) -> None:
        self._store.update(
            _NAME, lambda found: ring.encode(change([] if found is None else self._decode(found)))
        )
        self._load()

    def _load(self) -> None:
        seen = self._store.fingerprint(_NAME)
        data = self._store.load(_NAME)
        if data is None:
            raise KeyMaterialError(f"{self._store.where(_NAME)}: is gone; restore it")
        held = [self._hold(entry) for entry in self._decode(data)]
        self._keys = {each.verification.kid: each for each in held}
        self._fingerprint = seen
        self._active = {}

    def _hold(self, entry: Entry) -> _Held:
        key: Key | None
        if entry.service:
            verification = VerificationKey.from_der(entry.alg, entry.public)
            key = None if self._pool is None else self._pool.key(verification, entry)
            return _Held(verification, key, entry)
        key = SigningKey.from_der(entry.alg, entry.private)
        return _Held(key.verification, key, entry)

    def _entries(self) -> list[Entry]:
        return [held.entry for held in self._keys.values()]

    def _of(self, alg: Alg) -> list[Entry]:
        return [entry for entry in self._entries() if entry.alg == alg]

    def _kid_of(self, entry: Entry) -> str:
        return self._hold(entry).verification.kid

    def _decode(self, data: bytes) -> list[Entry]:
        try:
            return ring.decode(data)
        except ValueError:
            raise KeyMaterialError(
                f"{self._store.where(_NAME)}: was written by another version of Sumun"
            ) from None
