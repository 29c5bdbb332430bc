"""Reading a log, proving what is in it and verifying all of it: no secret is needed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sumun.audit import query
from sumun.audit.append import AuditDamaged, Head
from sumun.audit.checkpoint import CheckpointVerifier
from sumun.audit.sink import ForeignFile, LastLine, last_line
from sumun.audit.tree import inclusion_proof
from sumun.audit.verify import Recomputation, Verification
from sumun.storage import Database, Transaction


class Proof(NamedTuple):
    """Evidence that a line is in the log: check it with ``tree.check_inclusion``."""

    seq: int
    line: bytes
    hashes: list[bytes]
    checkpoint: str


class AuditReader:
    """One node's log, as somebody reads it who has its public key.

    Parameters
    ----------
    database:
        An open database.
    verifier:
        The public key of the log.
    node:
        Whose log.
    copy:
        Where the JSON-lines copy is, if there is one.

    """

    def __init__(
        self, database: Database, verifier: CheckpointVerifier, *, node: str, copy: Path | None
    ) -> None:
        self.node = node
        self._database = database
        self._verifier = verifier
        self._copy = copy

    @property
    def verifier_key(self) -> str:
        """The public key of the log, in the text form of C2SP signed-note."""
        return str(self._verifier)

    async def tail(
        self,
        count: int = 100,
        *,
        since: float = 0,
        event_type: str | None = None,
        user_id: str | None = None,
        client_id: str | None = None,
        server: str | None = None,
        tool_name: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the last events that match, oldest first; ``since`` is seconds since the epoch."""
        filters = query.Filters(event_type, user_id, client_id, server, tool_name)
        lines = await query.tail(self._database, self.node, count, int(since * 1_000_000), filters)
        return [msgspec.json.decode(line) for line in lines]

    def export(self, start: int = 0) -> AsyncIterator[bytes]:
        """Yield every line from ``start`` on, as it is stored."""
        return query.export(self._database, self.node, start)

    async def checkpoint(self) -> str:
        """Return the signed head; kept elsewhere, it shows a later roll-back."""
        head = await self._database.read(query.head, self.node)
        if head is None:
            raise AuditDamaged(f"the head of the log {self.node!r} is missing")
        return head.checkpoint

    async def prove(self, seq: int) -> Proof:
        """Return the evidence that an event is in the log as its head describes it.

        Raises
        ------
        IndexError
            If there is no such event.

        """

        def gather(tx: Transaction) -> tuple[Head | None, list[bytes], list[bytes]]:
            head = query.head(tx, self.node)
            stop = head.size if head else 0
            return (
                head,
                query.lines(tx, self.node, seq, min(seq + 1, stop)),
                query.leaf_hashes(tx, self.node, 0, stop),
            )

        head, lines, leaves = await self._database.read(gather)
        if head is None or not lines:
            raise IndexError(seq)
        return Proof(seq, lines[0], inclusion_proof(seq, leaves), head.checkpoint)

    async def verify(self, *trusted: str) -> Verification:
        """Recompute the whole log; works on a log that is not open, too.

        Parameters
        ----------
        trusted:
            Checkpoints from elsewhere, which this log must continue.

        """
        # Read first: by the time the head is read, the log has at least what its copy has.
        copied = self._last_copied()

        def start(tx: Transaction) -> tuple[Head | None, list[tuple[int, str]], int]:
            return (
                query.head(tx, self.node),
                query.kept_checkpoints(tx, self.node),
                query.extent(tx, self.node),
            )

        head, kept, extent = await self._database.read(start)
        recomputation = Recomputation(self._verifier, head, kept, trusted, copied)
        position = 0
        while position < extent:
            rows = await self._database.read(query.events, self.node, position, extent)
            if not recomputation.feed(rows) or not rows:
                break
            position += len(rows)
            await asyncio.sleep(0)
        return recomputation.conclude()

    def _last_copied(self) -> LastLine | None:
        if self._copy is None:
            return None
        with contextlib.suppress(OSError, ForeignFile):
            return last_line(self._copy)
        return None
