"""Reading a log: pages small enough that nobody waits for them."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

from sumun.audit.append import Head
from sumun.storage import Database, Row, Transaction

PAGE = 500
"""Rows of one read: on SQLite it runs in the event loop, a page takes about a millisecond."""


class Filters(NamedTuple):
    """What events must have; ``None`` means any."""

    event_type: str | None = None
    user_id: str | None = None
    client_id: str | None = None
    server: str | None = None
    tool_name: str | None = None


def head(tx: Transaction, node: str) -> Head | None:
    """Return the stored head of a log."""
    row = tx.fetch_one("audit_head", node=node)
    return None if row is None else Head(*row)  # type: ignore[arg-type]


def extent(tx: Transaction, node: str) -> int:
    """Return how many events a log has, its head aside."""
    row = tx.fetch_one("audit_extent", node=node)
    return int(row[0] or 0) if row else 0


def lines(tx: Transaction, node: str, start: int, stop: int) -> list[bytes]:
    """Return the lines ``start`` to ``stop - 1``, those that are there."""
    rows = tx.fetch_all("audit_lines", node=node, start=start, stop=stop)
    return [row[0] for row in rows if isinstance(row[0], bytes)]


def leaf_hashes(tx: Transaction, node: str, start: int, stop: int) -> list[bytes]:
    """Return the leaf hashes ``start`` to ``stop - 1``, those that are there."""
    rows = tx.fetch_all("audit_leaf_hashes", node=node, start=start, stop=stop)
    return [row[0] for row in rows if isinstance(row[0], bytes)]


def kept_checkpoints(tx: Transaction, node: str) -> list[tuple[int, str]]:
    """Return the kept checkpoints, oldest first."""
    rows = tx.fetch_all("audit_checkpoints", node=node)
    return [(int(size or 0), str(text)) for size, text in rows]


def events(tx: Transaction, node: str, start: int, stop: int) -> list[Row]:
    """Return a page of whole rows from ``start`` on and before ``stop``, for verification."""
    return tx.fetch_all("audit_events", node=node, start=start, stop=stop, count=PAGE)


async def tail(
    database: Database, node: str, count: int, since: int, filters: Filters
) -> list[bytes]:
    """Return the last lines that pass the filters, oldest first.

    ``since`` is in microseconds since the epoch.
    """
    found: list[bytes] = []

    def page(tx: Transaction, start: int, stop: int) -> list[Row]:
        return tx.fetch_all(
            "tail_audit_events",
            node=node,
            start=start,
            stop=stop,
            since=since,
            count=count - len(found),
            **filters._asdict(),
        )

    stop = await database.read(extent, node)
    while stop > 0 and len(found) < count:
        start = max(0, stop - PAGE)
        rows = await database.read(page, start, stop)
        found.extend(row[0] for row in rows if isinstance(row[0], bytes))
        stop = start
        await asyncio.sleep(0)
    return found[::-1]


async def export(database: Database, node: str, start: int = 0) -> AsyncIterator[bytes]:
    """Yield every line from ``start`` on, in order."""
    while page := await database.read(lines, node, start, start + PAGE):
        for line in page:
            yield line
        start += len(page)
        await asyncio.sleep(0)
