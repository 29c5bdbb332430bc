"""Where pins are kept, for every node."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from sumun.gateway.pins.statement import Key, Kind
from sumun.storage import Transaction


class Pin(NamedTuple):
    """One thing of a server's, and what may be said of it.

    Attributes
    ----------
    approved:
        What was approved, in canonical form; ``None`` if nothing was yet.
    held:
        What the server says instead; ``None`` while it says what was approved.

    """

    server: str
    kind: Kind
    name: str
    approved: str | None
    held: str | None

    @property
    def key(self) -> Key:
        """What the thing is known by, within its server."""
        return self.kind, self.name


def list_pins(tx: Transaction, server: str = "") -> list[Pin]:
    """Return the pins of a server, or of all (query)."""
    rows = tx.fetch_all("list_pins", server=server)
    return [Pin(str(a), cast("Kind", b), str(c), _text(d), _text(e)) for a, b, c, d, e in rows]


def state_of_pins(tx: Transaction) -> tuple[int, ...]:
    """Return what changes whenever a pin does, whatever clocks say (query)."""
    row = tx.fetch_one("state_of_pins")
    return tuple(int(value or 0) for value in row or ())


def keep_pins(tx: Transaction, pins: Iterable[Pin], now: int) -> None:
    """Put pins in place of what is known of the same things (intent); ``now`` in microseconds."""
    tx.execute_many("keep_pin", [pin._asdict() | {"changed_at": now} for pin in pins])


def approve_pins(tx: Transaction, server: str, keys: Sequence[Key], now: int) -> list[Key]:
    """Approve what is held of some things (intent); return those that were held."""
    return [
        key
        for key in keys
        if tx.execute("approve_pin", server=server, kind=key[0], name=key[1], changed_at=now)
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
