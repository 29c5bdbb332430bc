"""Opening what a command works on, and closing it again whatever happens."""

import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sumun.cli.failures import Failure
from sumun.cli.language import tr

if TYPE_CHECKING:
    from sumun.audit import Event
    from sumun.config import Config
    from sumun.guard import Rooms
    from sumun.storage import Database

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    import asyncio

    return asyncio.run(work)


def require_data(config: "Config") -> None:
    """Refuse to work in a place where nothing was set up: a listing must not create a database.

    Raises
    ------
    Failure
        If there is no data directory.

    """
    if not config.storage.url and not config.data_path.is_dir():
        raise Failure(
            tr(
                "{path}: there is no such data directory; run sumun init or sumun demo first, "
                "or name another with --data-dir"
            ).format(path=config.data_path)
        )


@asynccontextmanager
async def opened_database(config: "Config") -> AsyncIterator["Database"]:
    """Open the database of an installation, for a command that only reads.

    Raises
    ------
    Failure
        If there is no installation here.
    StorageError
        If it cannot be opened.

    """
    from sumun.storage import connect

    require_data(config)
    database = connect(config.database_url, node=config.audit.node)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened_rooms(config: "Config") -> AsyncIterator["Rooms"]:
    """Open keys, database and audit log, for a command that changes something.

    Raises
    ------
    Failure
        If there is no installation here.
    KeyMaterialError, StorageError, AuditDamaged
        If one of them cannot be opened.

    """
    from sumun.guard import Rooms

    require_data(config)
    rooms = Rooms(config)
    try:
        await rooms.open()
        yield rooms
    finally:
        await rooms.close()


def change(event_type: str, action: str, **members: Any) -> "Event":
    """Return the audit event of a change made by the command line."""
    from sumun.audit import Event

    detail = members.pop("detail", {}) | {"uid": os.getuid()}
    return Event(event_type=event_type, action_taken=action, source="cli", detail=detail, **members)
