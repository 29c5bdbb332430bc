"""Authenticator apps people have set up: the record, and the intents that change it."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from sumun.storage import Row, Transaction

PAUSE: Final = 120
"""Seconds that each wrong code costs: at this rate guessing one takes years (RFC 6238 §5.1)."""

_AT_ONCE: Final = 5
"""Wrong codes borne before the person must wait."""

Match = Callable[[bytes], int | None]
"""Given the sealed secret, returns the time step of the code that was sent."""


class Authenticator(msgspec.Struct, frozen=True, kw_only=True):
    """One person's app; times are Unix seconds.

    Attributes
    ----------
    secret:
        Sealed.
    confirmed_at:
        When the first code of it was shown; until then it proves nothing.
    last_step:
        The time step of the last code used; it and all before it are spent.
    next_try_at:
        When wrong codes have been paid for; further ahead than a few, no code is judged.

    """

    user_id: str
    secret: bytes
    created_at: int
    confirmed_at: int | None
    last_step: int
    next_try_at: int


class Tried(NamedTuple):
    """What came of a code; ``wait`` is the seconds to wait where it was not even judged."""

    proven: bool
    wait: int = 0


def find_authenticator(tx: Transaction, user_id: str) -> Authenticator | None:
    """Return the person's app, confirmed or not."""
    row = tx.fetch_one("find_authenticator", user_id=user_id)
    return None if row is None else _from_row(row)


def put_authenticator(tx: Transaction, user_id: str, sealed: bytes, *, now: int) -> bool:
    """Begin with an app; return whether there was no confirmed one, which stays."""
    return tx.execute("put_authenticator", user_id=user_id, secret=sealed, now=now) > 0


def try_code(tx: Transaction, user_id: str, match: Match, *, now: int) -> Tried:
    """Judge a code and use it up.

    Two statements decide, whoever asks at once: one lets only so many be judged, and one lets a
    step be used once, and none before it (RFC 6238 §5.2).
    """
    allowed = tx.execute(
        "count_authenticator_try",
        user_id=user_id,
        now=now,
        pause=PAUSE,
        tolerance=(_AT_ONCE - 1) * PAUSE,
    )
    found = find_authenticator(tx, user_id)
    if found is None:
        return Tried(proven=False)
    if not allowed:
        return Tried(proven=False, wait=found.next_try_at - (_AT_ONCE - 1) * PAUSE - now)
    step = match(found.secret)
    if step is None:
        return Tried(proven=False)
    used = tx.execute("use_authenticator_step", user_id=user_id, step=step, pause=PAUSE)
    return Tried(proven=used > 0)


def confirm_authenticator(tx: Transaction, user_id: str, *, now: int) -> bool:
    """Let the app count from now on; return whether it did not yet."""
    return tx.execute("confirm_authenticator", user_id=user_id, now=now) > 0


def remove_authenticator(tx: Transaction, user_id: str) -> bool:
    """Forget the app; return whether there was one."""
    return tx.execute("remove_authenticator", user_id=user_id) > 0


def _from_row(row: Row) -> Authenticator:
    fields = dict(zip(Authenticator.__struct_fields__, row, strict=True))
    return msgspec.convert(fields, Authenticator)
