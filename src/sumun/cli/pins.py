"""What the servers behind the gateway say of their tools, and approving it."""

import difflib
import time
from typing import TYPE_CHECKING, Any

from sumun.cli import rooms
from sumun.cli.failures import Failure
from sumun.cli.language import tr
from sumun.cli.output import table, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sumun.config import Config
    from sumun.gateway.pins.store import Pin

_COLUMNS = {"name": "TOOL", "kind": "KIND", "state": "STATE", "digest": "HASH", "odd": "SUSPICIOUS"}
_DIGEST_SHOWN = 12


async def list_of(config: "Config", server: str) -> list[dict[str, Any]]:
    """Return what a server says, and what of it is held."""
    from sumun.gateway.pins.store import list_pins

    async with rooms.opened_database(config) as database:
        return [_record(pin) for pin in await database.read(list_pins, server)]


async def approve(config: "Config", server: str, names: "Sequence[str]") -> list[dict[str, Any]]:
    """Approve what is held of some tools, or of all where none is named.

    Raises
    ------
    Failure
        If nothing is held of one of them.

    """
    from sumun.gateway.pins.statement import digest
    from sumun.gateway.pins.store import approve_pins, list_pins

    async with rooms.opened_rooms(config) as opened:
        held = [
            pin for pin in await opened.database.read(list_pins, server) if pin.held is not None
        ]
        for name in names:
            if not any(pin.name == name for pin in held):
                raise Failure(
                    tr("{name!r} of {server}: nothing is held; see sumun server tools").format(
                        name=name, server=server
                    )
                )
        chosen = [pin for pin in held if not names or pin.name in names]
        if chosen:
            events = [
                rooms.change(
                    "tool_approved",
                    "approved",
                    server=server,
                    tool_name=pin.name or None,
                    detail={"kind": pin.kind, "new": digest(pin.held or ""), "by": "operator"},
                )
                for pin in chosen
            ]
            now = time.time_ns() // 1000
            await opened.audit.write(events, approve_pins, server, [pin.key for pin in chosen], now)
    return [{"server": server, "kind": pin.kind, "name": pin.name} for pin in chosen]


def shown(records: "Sequence[dict[str, Any]]") -> str:
    """Return what a server says, for people: a table, and what changed word by word."""
    rows = [each | {"digest": each["digest"][:_DIGEST_SHOWN]} for each in records]
    parts = [table(rows, _COLUMNS, empty="nothing is known of its tools yet")]
    for each in records:
        if each["state"] != "approved":
            title = visible(each["name"] or each["kind"])
            parts.append("\n".join((f"\n{title}:", *map(visible, each["diff"]))))
    return "\n".join(parts)


def approved_shown(records: "Sequence[dict[str, Any]]") -> str:
    """Return what was approved, for people."""
    return table(records, {"name": "TOOL", "kind": "KIND"}, empty="nothing is held")


def _record(pin: "Pin") -> dict[str, Any]:
    from sumun.gateway.pins.statement import digest
    from sumun.gateway.pins.suspicion import suspicions

    said = pin.approved if pin.held is None else pin.held
    state = "approved" if pin.held is None else "new" if pin.approved is None else "changed"
    return {
        "kind": pin.kind,
        "name": pin.name,
        "state": state,
        "digest": digest(said or ""),
        "odd": suspicions(_read(said)),
        "diff": [] if pin.held is None else list(_differences(pin)),
    }


def _read(said: str | None) -> dict[str, Any]:
    import msgspec

    return {} if said is None else msgspec.json.decode(said)


def _differences(pin: "Pin") -> "Iterator[str]":
    lines = difflib.unified_diff(_lines(pin.approved), _lines(pin.held), lineterm="", n=1)
    return (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _lines(said: str | None) -> list[str]:
    import msgspec

    return msgspec.json.format(said, indent=2).splitlines() if said else []
