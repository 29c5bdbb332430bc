"""Many intents in one SQLite transaction: the cost of one fsync is shared by all who wait.

One thread owns the writing connection. While it commits, new intents gather; it takes all of
them into the next transaction, each in a savepoint of its own, and tells every caller only after
COMMIT has reached the disk.
"""

import asyncio
import contextlib
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import apsw

from sumun.storage.contract import StorageUnavailable, Transaction

BATCH_LIMIT = 256
"""Intents in one transaction: bounds how long the first one waits for the last."""

QUEUE_LIMIT = 10_000
"""Intents waiting; beyond this the disk is not keeping up and callers are told so."""


class Work:
    """One intent on its way to the disk and its outcome on its way back."""

    __slots__ = ("error", "future", "intent", "loop", "result")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, intent: Callable[[Transaction], Any]
    ) -> None:
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.intent = intent
        self.result: Any = None
        self.error: BaseException | None = None


class GroupCommit:
    """The writer thread.

    Parameters
    ----------
    connection:
        The only connection this process writes with; the thread owns it from now on.
    transaction:
        What intents see of the connection.
    translate:
        Turns a driver's exception into one of the contract's.

    """

    def __init__(
        self,
        connection: apsw.Connection,
        transaction: Transaction,
        translate: Callable[[BaseException], BaseException],
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._translate = translate
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[Work]] = {}
        self._thread = threading.Thread(target=self._run, name="sumun-sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, intent: Callable[[Transaction], Any]) -> asyncio.Future[Any]:
        """Take an intent; the future resolves once it is durable.

        What one turn of the event loop brings is handed over together: waking the thread for the
        first would have it commit that alone, and compete for the interpreter with the others.

        Raises
        ------
        StorageUnavailable
            If too many intents are waiting already.

        """
        loop = asyncio.get_running_loop()
        gathered = self._gathered.get(loop)
        if self._queue.qsize() + len(gathered or ()) >= QUEUE_LIMIT:
            raise StorageUnavailable(f"{QUEUE_LIMIT} writes are waiting for the disk")
        if gathered is None:
            gathered = self._gathered[loop] = []
            loop.call_soon(self._hand_over, loop)
        work = Work(loop, intent)
        gathered.append(work)
        return work.future

    def stop(self) -> None:
        """Finish what was accepted, then end the thread. Blocks."""
        for loop in list(self._gathered):
            self._hand_over(loop)
        self._queue.put(None)
        self._thread.join()

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        for work in self._gathered.pop(loop, ()):
            self._queue.put(work)

    def _run(self) -> None:
        running = True
        while running:
            batch, running = self._gather()
            if batch:
                self._commit(batch)
                _resolve(batch)

    def _gather(self) -> tuple[list[Work], bool]:
        batch: list[Work] = []
        work = self._queue.get()
        while work is not None:
            if not work.future.cancelled():
                batch.append(work)
            if len(batch) >= BATCH_LIMIT:
                return batch, True
            try:
                work = self._queue.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[Work]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._transaction.deferred.clear()
            for work in batch:
                self._attempt(work)
            for act in list(self._transaction.deferred.values()):
                act(self._transaction)
            self._connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - the thread must outlive any one batch
            self._roll_back()
            failure = self._translate(error)
            for work in batch:
                work.error = work.error or failure

    def _attempt(self, work: Work) -> None:
        execute = self._connection.execute
        transaction = self._transaction
        deferred = transaction.deferred.copy()
        execute("SAVEPOINT intent")
        try:
            work.result = work.intent(transaction)
        except BaseException as error:
            work.error = self._translate(error)
            # A full disk or an I/O error ends the whole transaction: nothing to go on with.
            if not self._connection.in_transaction:
                raise
            execute("ROLLBACK TO intent")
            transaction.deferred = deferred
        execute("RELEASE intent")

    def _roll_back(self) -> None:
        with contextlib.suppress(apsw.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _resolve(batch: Iterable[Work]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Work]] = defaultdict(list)
    for work in batch:
        by_loop[work.loop].append(work)
    for loop, works in by_loop.items():
        # A loop that was closed meanwhile has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell, works)


def _tell(works: Iterable[Work]) -> None:
    for work in works:
        if work.future.done():
            continue
        if work.error is None:
            work.future.set_result(work.result)
        else:
            work.future.set_exception(work.error)
