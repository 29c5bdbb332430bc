"""How events become lines of the log: the one intent that writes to it.

A line is compact JSON in UTF-8 whose first members are ``timestamp``, ``seq`` and ``prev`` (the
hex SHA-256 of the line before), then the event's own, in the order :class:`Event` declares them,
absent where they have their default. The bytes of the line are what is hashed.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, TypeVar

import msgspec

from sumun.audit.checkpoint import CheckpointError, CheckpointSigner
from sumun.audit.event import Event
from sumun.audit.tree import HASH_SIZE, Frontier, leaf_hash
from sumun.storage import Scalar, Transaction

T = TypeVar("T")

LINE_LIMIT = 65_535
"""Bytes of one line: what an entry of a C2SP tlog-tiles log may have."""

CHECKPOINT_INTERVAL = 1000
"""Events after which a checkpoint is kept for good, not only as the latest head."""

FIRST_PREV = bytes(HASH_SIZE)
"""What the first line has in ``prev``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN_FIELDS = 400
_NUL = b"\\u0000"
"""How JSON has it."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class AuditDamaged(Exception):
    """The log in storage is not as this program left it; nothing is appended to it."""


class InvalidEvent(ValueError):
    """An event cannot be written as a line: too long, or not JSON."""


Entry = tuple[Event, bytes]
"""An event and its JSON, taken when it was handed over."""


class Appended(NamedTuple):
    """What an append wrote: lines ``first`` … ``first + len(lines) - 1``."""

    first: int
    timestamp: str
    prevs: list[str]
    lines: list[bytes]


class Head(NamedTuple):
    """The head of a log as it is stored."""

    size: int
    frontier: bytes
    last_hash: bytes
    last_time: int
    copied: int
    checkpoint: str


def entry(event: Event) -> Entry:
    """Take down an event as it is now.

    Raises
    ------
    InvalidEvent
        If it holds something JSON cannot, or is longer than a line may be.

    """
    if event.timestamp or event.seq is not None or event.prev is not None:
        event = msgspec.structs.replace(event, timestamp="", seq=None, prev=None)
    try:
        body = _encode(event)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise InvalidEvent(f"an event of type {event.event_type!r}: {error}") from None
    if len(body) > LINE_LIMIT - _OWN_FIELDS:
        raise InvalidEvent(f"an event of type {event.event_type!r} has {len(body)} bytes")
    return event, body


class _Growth(msgspec.Struct, frozen=True):
    """What a transaction appends to a log; all of it has one time, and is written at the end."""

    head: Head
    frontier: Frontier
    last_hash: bytes
    last_time: int
    timestamp: str
    rows: list[dict[str, Scalar]]
    write: Callable[["_Growth", Transaction], None]

    def __call__(self, tx: Transaction) -> None:
        """Write it."""
        self.write(self, tx)


class Appender:
    """Appends to one node's log, and signs what it wrote.

    Parameters
    ----------
    node:
        Whose log.
    signer:
        Signs the heads.
    clock:
        Seconds since the epoch.

    Attributes
    ----------
    committed:
        How many events this process knows to be durable; a shorter log was rolled back.
    copied:
        How many events this process knows to be in the JSON-lines copy.

    """

    def __init__(self, node: str, signer: CheckpointSigner, clock: Callable[[], float]) -> None:
        self.node = node
        self._name = f"audit head {node}"
        self.signer = signer
        self._clock = clock
        self._signed = (-1, b"", "")
        self.committed = 0
        self.copied = 0

    def begin(self, tx: Transaction) -> Head:
        """Start the log if there is none yet, and return its head (an intent).

        Raises
        ------
        AuditDamaged
            If there are events without a head, or a head that this log's key did not sign.

        """
        tx.execute(
            "create_audit_head",
            node=self.node,
            frontier=b"",
            last_hash=FIRST_PREV,
            checkpoint=self.signer.sign(0, Frontier().root()),
        )
        head = self._locked_head(tx)
        self._frontier(head)
        return head

    def append(self, tx: Transaction, entries: Sequence[Entry]) -> Appended:
        """Write entries as the next lines, under a new signed head (an intent).

        All that the transaction appends is written at its end, under one signature.

        Raises
        ------
        AuditDamaged
            If the head is missing, forged or older than one this process has seen.

        """
        grown = self._grown(tx)
        first = grown.frontier.size
        frontier = grown.frontier.copy()
        time, timestamp, node = grown.last_time, grown.timestamp, self.node
        start = f'{{"timestamp":"{timestamp}","seq":'
        prev = grown.last_hash
        prevs: list[str] = []
        lines: list[bytes] = []
        rows: list[dict[str, Scalar]] = []
        for seq, (event, body) in enumerate(entries, first):
            shown = prev.hex()
            line = f'{start}{seq},"prev":"{shown}",'.encode() + body[1:]
            prev = sha256(line).digest()
            leaf = leaf_hash(line)
            frontier.append(leaf)
            prevs.append(shown)
            lines.append(line)
            rows.append(
                {
                    "node": node,
                    "seq": seq,
                    "time": time,
                    "event_type": event.event_type,
                    "user_id": event.user_id,
                    "client_id": event.client_id,
                    "server": event.server,
                    "tool_name": event.tool_name,
                    "line": line,
                    "leaf_hash": leaf,
                }
            )
            if _NUL in body:
                rows[-1] = {name: indexed(value) for name, value in rows[-1].items()}
        tx.deferred[self._name] = _Growth(
            grown.head, frontier, prev, time, timestamp, [*grown.rows, *rows], self._write
        )
        return Appended(first, timestamp, prevs, lines)

    def note_copied(self, tx: Transaction) -> None:
        """Store how far the copy is, for when its file has been rotated away (an intent)."""
        tx.execute("note_audit_copy", node=self.node, copied=self.copied)

    def _grown(self, tx: Transaction) -> _Growth:
        """Return how far this transaction has brought the log."""
        before = tx.deferred.get(self._name)
        if isinstance(before, _Growth):
            return before
        head = self._locked_head(tx)
        time = max(int(self._clock() * 1_000_000), head.last_time)
        return _Growth(
            head, self._frontier(head), head.last_hash, time, rfc3339(time), [], self._write
        )

    def _locked_head(self, tx: Transaction) -> Head:
        row = tx.fetch_one("lock_audit_head", node=self.node)
        if row is None:
            raise AuditDamaged(f"the head of the log {self.node!r} is missing")
        head = Head(*row)  # type: ignore[arg-type]
        if head.size < self.committed:
            raise AuditDamaged(
                f"the log {self.node!r} has {head.size} events and had {self.committed}: "
                "it was replaced by an older copy"
            )
        return head

    def _frontier(self, head: Head) -> Frontier:
        """Return the tree, having made sure that this log's key vouches for it.

        Without this, a forged head would be laundered by the next signature.
        """
        try:
            frontier = Frontier(head.size, head.frontier)
            if (head.size, head.frontier, head.checkpoint) == self._signed:
                return frontier
            signed = self.signer.verifier.open(head.checkpoint)
        except (ValueError, CheckpointError) as error:
            raise AuditDamaged(f"the head of the log {self.node!r}: {error}") from None
        if (signed.size, signed.root) != (head.size, frontier.root()):
            raise AuditDamaged(f"the head of the log {self.node!r} is not the signed one")
        self._signed = (head.size, head.frontier, head.checkpoint)
        return frontier

    def _write(self, grown: _Growth, tx: Transaction) -> None:
        head, frontier = grown.head, grown.frontier
        tx.execute_many("insert_audit_event", grown.rows)
        checkpoint = self.signer.sign(frontier.size, frontier.root())
        self._signed = (frontier.size, bytes(frontier), checkpoint)
        tx.execute(
            "move_audit_head",
            node=self.node,
            size=frontier.size,
            frontier=self._signed[1],
            last_hash=grown.last_hash,
            last_time=grown.last_time,
            copied=max(head.copied, self.copied),
            checkpoint=checkpoint,
        )
        if head.size // CHECKPOINT_INTERVAL != frontier.size // CHECKPOINT_INTERVAL:
            tx.execute(
                "insert_audit_checkpoint",
                node=self.node,
                size=frontier.size,
                checkpoint=checkpoint,
                created_at=grown.last_time,
            )


def indexed(value: T) -> T | str:
    """Return what a text column can hold: PostgreSQL has no NUL, which a line may well have."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def rfc3339(time: int) -> str:
    """Return microseconds since the epoch as RFC 3339 in UTC."""
    moment = _EPOCH + timedelta(microseconds=time)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time % 1_000_000:06}Z"
