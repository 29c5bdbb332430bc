"""Keeps the JSON-lines copy in step with the log, whoever appends to it.

What this process appends is written at once; what others append (a command, another worker), and
what a failed write left out, is fetched from the database within a second.
"""

import asyncio
import contextlib
import logging

from sumun.audit import query
from sumun.audit.append import Appended, Appender, Head
from sumun.audit.sink import ForeignFile, JsonLinesSink
from sumun.storage import Database, StorageError

INTERVAL = 1.0
"""Seconds between looks at what others appended."""

_logger = logging.getLogger(__name__)


class Follower:
    """The copying of one log to one file.

    Attributes
    ----------
    set_aside:
        The name a file was given because it was not a copy of this log; ``None`` if that never
        happened. It is evidence: the log was replaced, or the file was.

    """

    def __init__(self, database: Database, appender: Appender, sink: JsonLinesSink) -> None:
        self.sink = sink
        self.set_aside: str | None = None
        self._database = database
        self._appender = appender
        self._wake = asyncio.Event()
        self._catching_up = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make good what the copy lacks, and keep it so."""
        await self.catch_up()
        self._task = asyncio.create_task(self._run(), name="sumun-audit-copy")

    async def stop(self) -> None:
        """Write what is left and let go of the file."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self.catch_up()
        self.sink.release()

    def published(self, appended: Appended) -> None:
        """Write what this process just committed, if the copy is that far."""
        if self.sink.position == appended.first and not self._catching_up:
            self.sink.write(appended.lines)
            self._appender.copied = self.sink.position or self._appender.copied
        if self.sink.position != appended.first + len(appended.lines):
            self._wake.set()

    async def catch_up(self) -> None:
        """Write what the log has and the copy has not. Failures show in the sink's ``error``."""
        self._catching_up = True
        try:
            await self._catch_up()
        except (StorageError, OSError) as error:
            self.sink.error = str(error)
        finally:
            self._catching_up = False

    async def _catch_up(self) -> None:
        node, sink = self._appender.node, self.sink
        head = await self._database.read(query.head, node)
        if head is None:
            return
        if sink.position is None:
            await self._acquire(head)
        while sink.position is not None and sink.position < head.size:
            stop = min(sink.position + query.PAGE, head.size)
            lines = await self._database.read(query.lines, node, sink.position, stop)
            if not lines:
                sink.error = f"event {sink.position} is missing in the log"
                return
            sink.write(lines)
            await asyncio.sleep(0)
        self._appender.copied = sink.position or self._appender.copied

    async def _acquire(self, head: Head) -> None:
        default = max(head.copied, self._appender.copied)
        try:
            last = self.sink.acquire(default)
        except ForeignFile:
            self._put_aside(head)
            return
        if last is None:
            return
        stored = await self._database.read(query.lines, self._appender.node, last.seq, last.seq + 1)
        if stored != [last.line]:
            self._put_aside(head)

    def _put_aside(self, head: Head) -> None:
        """Start a new file rather than join two logs in one."""
        self.set_aside = self.sink.set_aside().name
        _logger.error("%s was not a copy of this log; it is now %s", self.sink.path, self.set_aside)
        self.sink.acquire(head.copied)

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await self._wake.wait()
            self._wake.clear()
            await self.catch_up()
