"""What of a server's words may reach a model: what was approved, and nothing else."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from sumun.audit import AuditLog, Event
from sumun.gateway.pins.statement import (
    ITSELF,
    Key,
    Statement,
    digest,
    key_of,
    lists_in,
    says_no_more,
    statement,
    written,
)
from sumun.gateway.pins.store import Pin, keep_pins, list_pins, state_of_pins
from sumun.guard import Admitted, Unmet
from sumun.storage import Database, StorageError

PinMode = Literal["off", "first-use", "approve"]

_REFRESH: Final = 1.0
_MOST: Final = 4096
"""Things of one server that are kept."""
_CALLED: Final = {"tools/call": "tool", "prompts/get": "prompt"}
_NAME_LIMIT: Final = 128


class _Pinned(msgspec.Struct):
    """A pin, with what was approved as it is compared."""

    pin: Pin
    approved: Statement | None


class Pins:
    """Compares what servers say with what was approved.

    A pin is made, and something held, only by what a server tells the gateway itself: what comes
    by for a caller could be the work of that caller. It is held back from that caller all the same.

    Parameters
    ----------
    database:
        Where pins are; read again every second if one changed.
    audit:
        Is told of what is approved and what is held.
    mode:
        Returns how a server is pinned: not at all, as it was first seen, or as somebody approved.
    ask:
        Has the gateway ask a server for its lists soon.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        *,
        mode: Callable[[str], PinMode],
        ask: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._audit = audit
        self._mode = mode
        self._ask = ask
        self._clock = clock
        self._pins: dict[str, dict[Key, _Pinned]] = {}
        self._state: tuple[int, ...] | None = None
        self._read_at = float("-inf")

    async def take(self, server: str, said: Mapping[Key, Statement]) -> None:
        """Take what a server tells the gateway itself: approve it, or hold it.

        Raises
        ------
        AuditUnavailable, StorageError
            If that cannot be kept.

        """
        mode = self._mode(server)
        if mode == "off":
            return
        await self._refresh(at_once=True)
        known = self._pins.get(server, {})
        changed = [
            pin
            for key, words in list(said.items())[:_MOST]
            if (pin := _judged(server, key, written(words), known.get(key), mode)) is not None
        ]
        if not changed:
            return
        events = [_held(pin) for pin in changed if pin.held is not None]
        if firsts := sum(pin.held is None and pin.key not in known for pin in changed):
            detail = {"count": firsts, "by": "first-use"}
            events.append(
                Event(
                    event_type="tool_approved",
                    server=server,
                    action_taken="approved",
                    detail=detail,
                )
            )
        await self._audit.write(events, keep_pins, changed, _now())
        await self._refresh(at_once=True)

    async def hold_back(self, server: str, result: Mapping[str, Any]) -> bool:
        """Take out of a result what was not approved, in place; return whether there was any."""
        mode = self._mode(server)
        if mode == "off":
            return False
        lists = list(lists_in(result))
        instructions = result.get("instructions")
        if not lists and instructions is None:
            return False
        await self._refresh()
        known = self._pins.get(server, {})
        if not known:
            self._ask(server)
        changed = False
        for _, kind, entries in lists:
            kept = [
                entry
                for entry in entries
                if (key := key_of(kind, entry)) is None
                or _may_pass(statement(kind, entry), known.get(key), mode)
            ]
            changed = changed or len(kept) < len(entries)
            entries[:] = kept
        if instructions is not None and isinstance(result, dict):
            said = statement("server", result)
            if not _may_pass(said, known.get(ITSELF), mode):
                del result["instructions"]
                changed = True
        if changed:
            self._ask(server)
        return changed

    async def check(self, admitted: Admitted) -> Unmet | None:
        """Refuse a call of something whose words were not approved."""
        call = admitted.call
        kind = _CALLED.get(call.method)
        mode = self._mode(call.server)
        if kind is None or mode == "off":
            return None
        await self._refresh()
        pinned = self._pins.get(call.server, {}).get((kind, call.tool))  # type: ignore[arg-type]
        if pinned is None:
            held = mode == "approve"
            if held:
                self._ask(call.server)
        else:
            held = pinned.pin.held is not None
        return Unmet(reason="held", detail=call.server) if held else None

    async def _refresh(self, *, at_once: bool = False) -> None:
        """Read the pins again, if they changed; what is known stays while storage is away."""
        now = self._clock()
        if now - self._read_at < _REFRESH and not at_once:
            return
        self._read_at = now
        try:
            state = await self._database.read(state_of_pins)
            if state == self._state:
                return
            pins = await self._database.read(list_pins)
        except StorageError:
            return
        self._state = state
        self._pins = {}
        for pin in pins:
            approved = None if pin.approved is None else msgspec.json.decode(pin.approved)
            self._pins.setdefault(pin.server, {})[pin.key] = _Pinned(pin, approved)


def _judged(server: str, key: Key, said: str, known: _Pinned | None, mode: PinMode) -> Pin | None:
    """Return the pin that something said leads to, if it is another than there was."""
    kind, name = key
    if known is None:
        return (
            Pin(server, kind, name, said, None)
            if mode == "first-use"
            else Pin(server, kind, name, None, said)
        )
    before = known.pin
    held = None if said == before.approved else said
    return None if held == before.held else before._replace(held=held)


def _may_pass(said: Statement, known: _Pinned | None, mode: PinMode) -> bool:
    if known is None:
        return mode == "first-use"
    return known.approved is not None and says_no_more(said, known.approved)


def _held(pin: Pin) -> Event:
    new = digest(pin.held or "")
    return Event(
        event_type="tool_held",
        tool_name=pin.name[:_NAME_LIMIT] or None,
        server=pin.server,
        action_taken="held",
        detail={
            "kind": pin.kind,
            "new": new,
            **({"old": digest(pin.approved)} if pin.approved is not None else {}),
        },
    )


def _now() -> int:
    return time.time_ns() // 1000
