"""The log: events in, durable and signed before the caller goes on."""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, NamedTuple

import msgspec

from sumun.audit.append import Appended, Appender, AuditDamaged, Entry, entry
from sumun.audit.checkpoint import CheckpointSigner
from sumun.audit.event import Event
from sumun.audit.follower import Follower
from sumun.audit.reader import AuditReader
from sumun.audit.sink import JsonLinesSink
from sumun.storage import Database, StorageError, Transaction
from sumun.storage.contract import P, T

WAITING_LIMIT = 10_000
"""Events waiting for a commit; beyond this storage is not keeping up and callers are refused."""

SETTLED_AT = 256
"""Events in a batch that waits for no others."""

_NODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_logger = logging.getLogger(__name__)


class AuditUnavailable(Exception):
    """The log could not be written in time.

    The event may still turn up in it; what it was to precede must not happen.
    """


class Status(NamedTuple):
    """How the log is doing.

    Attributes
    ----------
    size:
        Events known to be durable.
    copied:
        Events in the JSON-lines copy; ``None`` if another process writes it, or there is none.
    copy_error:
        Why the copy is behind.
    log_error:
        Why the last append failed; ``None`` after one that did not.

    """

    size: int
    copied: int | None
    copy_error: str | None
    log_error: str | None


class _Batch:
    """Events that will be committed together, and who waits for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.entries: list[Entry] = []
        self.waiting: list[tuple[int, asyncio.Future[list[int]]]] = []
        self.timer: asyncio.TimerHandle | None = None
        self._new_future: Callable[[], asyncio.Future[list[int]]] = loop.create_future

    def add(self, entries: Sequence[Entry]) -> asyncio.Future[list[int]]:
        future = self._new_future()
        self.entries.extend(entries)
        self.waiting.append((len(entries), future))
        return future

    def succeed(self, first: int) -> None:
        for count, future in self.waiting:
            if not future.done():
                future.set_result(list(range(first, first + count)))
            first += count

    def fail(self, error: Exception) -> None:
        for _, future in self.waiting:
            if not future.done():
                future.set_exception(error)

    async def settle(self) -> None:
        """Wait while each turn of the event loop brings more.

        A commit costs about the same however many share it.
        """
        size = 0
        while size < len(self.entries) < SETTLED_AT:
            size = len(self.entries)
            await asyncio.sleep(0)


class AuditLog(AuditReader):
    """One node's log.

    Parameters
    ----------
    database:
        An open database.
    signing_seed:
        32 secret bytes of the key that signs heads, used for nothing else.
    node:
        Whose log: letters, digits, ``.``, ``_`` and ``-``.
    sink:
        Where the JSON-lines copy goes, if anywhere.
    clock:
        Seconds since the epoch.
    commit_timeout:
        Seconds a caller of :meth:`record` waits at most.

    """

    def __init__(
        self,
        database: Database,
        signing_seed: bytes,
        *,
        node: str,
        sink: Path | None,
        clock: Callable[[], float] = time.time,
        commit_timeout: float = 5.0,
    ) -> None:
        if not _NODE.fullmatch(node):
            raise ValueError("audit.node: letters, digits, '.', '_' and '-', at most 64")
        signer = CheckpointSigner(f"sumun/audit/{node}", signing_seed)
        super().__init__(database, signer.verifier, node=node, copy=sink)
        self._appender = Appender(node, signer, clock)
        self._follower = (
            None if sink is None else Follower(database, self._appender, JsonLinesSink(sink))
        )
        self._timeout = commit_timeout
        self._subscribers: list[Callable[[Event], None]] = []
        self._gathering: _Batch | None = None
        self._flight: asyncio.Task[None] | None = None
        self._waiting = 0
        self._error: str | None = None
        self._open = False

    async def open(self) -> None:
        """Start the log if there is none, and bring its copy up to date.

        Raises
        ------
        AuditDamaged
            If the stored head is missing, forged, or signed by another key.
        StorageUnavailable
            If storage cannot be read or written.

        """
        head = await self._database.write(self._appender.begin)
        self._appender.committed = head.size
        self._open = True
        if self._follower is None:
            return
        await self._follower.start()
        if self._follower.set_aside is not None:
            await self.record(
                Event(
                    event_type="audit_copy_set_aside",
                    action_taken="renamed",
                    detail={"file": self._follower.set_aside},
                )
            )

    async def close(self) -> None:
        """Commit what was handed over, then stop."""
        self._open = False
        if self._flight is not None:
            await self._flight
        if self._follower is not None:
            await self._follower.stop()
            with contextlib.suppress(StorageError):
                await self._database.write(self._appender.note_copied)

    async def record(self, *events: Event) -> list[int]:
        """Write events, and return their ``seq`` numbers once they are durable.

        What is waiting is committed together, in the order it was handed over.

        Raises
        ------
        AuditUnavailable
            If it could not be done in time: what the events were to precede must not happen.
        InvalidEvent
            If an event is too long or cannot be written as JSON.

        """
        entries = [entry(event) for event in events]
        if not self._open:
            raise AuditUnavailable("the audit log is not open")
        if not entries:
            return []
        batch = self._gathering
        if self._waiting >= WAITING_LIMIT:
            raise AuditUnavailable(f"{WAITING_LIMIT} events are waiting for storage")
        if batch is None:
            loop = asyncio.get_running_loop()
            batch = self._gathering = _Batch(loop)
            batch.timer = loop.call_later(self._timeout, self._expire, batch)
            if self._flight is None:
                self._flight = loop.create_task(self._fly(), name="sumun-audit-commit")
        self._waiting += len(entries)
        return await batch.add(entries)

    def append(self, tx: Transaction, *events: Event) -> list[int]:
        """Write events as part of the caller's own transaction (an intent).

        They reach the copy within a second, and no subscriber; :meth:`write` does both at once.

        Raises
        ------
        AuditDamaged
            If the stored head is not the one this log signed.

        """
        appended = self._appender.append(tx, [entry(event) for event in events])
        return list(range(appended.first, appended.first + len(appended.lines)))

    async def write(
        self,
        events: Sequence[Event],
        intent: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run an intent and write the events of it in one transaction.

        Raises
        ------
        Conflict, StorageUnavailable
            As :meth:`Database.write`; then neither happened.
        AuditUnavailable
            If the log is closed or damaged; then neither happened.

        """
        entries = [entry(event) for event in events]
        if not self._open:
            raise AuditUnavailable("the audit log is not open")

        def both(tx: Transaction) -> tuple[T, Appended]:
            result = intent(tx, *args, **kwargs)
            return result, self._appender.append(tx, entries)

        try:
            result, appended = await self._database.write(both)
        except AuditDamaged as error:
            self._error = str(error)
            raise AuditUnavailable(str(error)) from error
        self._publish(entries, appended)
        return result

    def subscribe(self, callback: Callable[[Event], None]) -> None:
        """Have ``callback`` called with every event this process committed. It must not block."""
        self._subscribers.append(callback)

    def status(self) -> Status:
        """Return how the log and its copy are doing."""
        sink = self._follower.sink if self._follower else None
        return Status(
            size=self._appender.committed,
            copied=sink.position if sink else None,
            copy_error=sink.error if sink else None,
            log_error=self._error,
        )

    async def _fly(self) -> None:
        """Commit batch after batch while events gather."""
        while (batch := self._gathering) is not None:
            await batch.settle()
            if self._gathering is not batch:  # it has expired
                continue
            self._gathering = None
            try:
                appended = await self._database.write(self._appender.append, batch.entries)
            except Exception as error:  # noqa: BLE001 - whatever it was, callers are refused
                self._error = str(error)
                batch.fail(AuditUnavailable(f"the audit log cannot be written: {error}"))
            else:
                self._error = None
                batch.succeed(appended.first)
                self._publish(batch.entries, appended)
            self._done(batch)
        self._flight = None

    def _expire(self, batch: _Batch) -> None:
        if self._gathering is batch:
            # Nobody will look for these any more: they are not written after all.
            self._gathering = None
            self._waiting -= len(batch.entries)
        batch.fail(AuditUnavailable(f"the audit log was not written within {self._timeout} s"))

    def _done(self, batch: _Batch) -> None:
        self._waiting -= len(batch.entries)
        if batch.timer is not None:
            batch.timer.cancel()

    def _publish(self, entries: Sequence[Entry], appended: Appended) -> None:
        end = appended.first + len(appended.lines)
        self._appender.committed = max(self._appender.committed, end)
        if self._follower is not None:
            self._follower.published(appended)
        if not self._subscribers:
            return
        timestamp = appended.timestamp
        for seq, ((taken, _), prev) in enumerate(
            zip(entries, appended.prevs, strict=True), appended.first
        ):
            event = msgspec.structs.replace(taken, timestamp=timestamp, seq=seq, prev=prev)
            for callback in self._subscribers:
                try:
                    callback(event)
                except Exception:
                    _logger.exception("a subscriber of the audit log failed")
