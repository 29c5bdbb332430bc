"""Recomputing a log from its stored lines: the chain, the tree, and every signature.

What this cannot find is a log that was replaced, as a whole, by an older copy of itself, signed
when that was the head. Only a checkpoint kept elsewhere shows it: see ``trusted``.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from sumun.audit.append import FIRST_PREV, Head, indexed, rfc3339
from sumun.audit.checkpoint import CheckpointError, CheckpointVerifier
from sumun.audit.sink import LastLine
from sumun.audit.tree import Frontier, leaf_hash


class Verification(NamedTuple):
    """What was found.

    Attributes
    ----------
    ok:
        Whether everything fits.
    size:
        How many events the log has.
    first_bad:
        The first ``seq`` that is missing, changed, or no longer vouched for by a signature.
    reason:
        What is wrong there.
    checkpoint:
        The signed head; kept elsewhere, it shows a later roll-back.

    """

    ok: bool
    size: int
    first_bad: int | None = None
    reason: str = ""
    checkpoint: str = ""


class StoredEvent(NamedTuple):
    """One row of the log."""

    seq: int
    time: int
    event_type: str
    user_id: str | None
    client_id: str | None
    server: str | None
    tool_name: str | None
    line: bytes
    leaf_hash: bytes


class _Line(msgspec.Struct):
    timestamp: str
    seq: int
    prev: str
    event_type: str
    user_id: str | None = None
    client_id: str | None = None
    server: str | None = None
    tool_name: str | None = None


_decode = msgspec.json.Decoder(_Line).decode
_INDEXED = ("event_type", "user_id", "client_id", "server", "tool_name")


class _Broken(Exception):
    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


class Recomputation:
    """A verification in progress: rows are fed in order, then it is concluded.

    Parameters
    ----------
    verifier:
        The log's public key.
    head:
        The stored head, or ``None`` if it is missing.
    kept:
        The kept checkpoints, as stored: (size, text).
    trusted:
        Checkpoints from elsewhere.
    copied:
        The last line of the JSON-lines copy, which is written after the log.

    """

    def __init__(
        self,
        verifier: CheckpointVerifier,
        head: Head | None,
        kept: Iterable[tuple[int, str]] = (),
        trusted: Iterable[str] = (),
        copied: LastLine | None = None,
    ) -> None:
        self._head = head
        self._copied = copied
        self._tree = Frontier()
        self._vouched = 0
        self._last_hash = FIRST_PREV
        self._broken: _Broken | None = None
        self._expected: dict[int, list[tuple[str, bytes]]] = {}
        self._unsigned: list[tuple[int, str]] = []
        for size, text in kept:
            self._expect(verifier, text, f"the checkpoint kept at {size}", size)
        for text in trusted:
            self._expect(verifier, text, "the trusted checkpoint", None)
        if head is not None:
            self._expect(verifier, head.checkpoint, "the signed head", head.size)

    def feed(self, rows: Sequence[Sequence[object]]) -> bool:
        """Check the next rows; return whether it makes sense to go on."""
        try:
            for row in rows:
                self._check(StoredEvent(*row))  # type: ignore[arg-type]
        except _Broken as broken:
            self._broken = broken
        return self._broken is None

    def conclude(self) -> Verification:
        """Return what was found, when all rows were fed."""
        checkpoint = self._head.checkpoint if self._head else ""
        size = self._tree.size
        try:
            if self._broken is not None:
                raise self._broken
            self._check_end()
        except _Broken as broken:
            return Verification(False, size, broken.seq, broken.reason, checkpoint)
        return Verification(True, size, None, "", checkpoint)

    def _expect(self, verifier: CheckpointVerifier, text: str, what: str, size: int | None) -> None:
        try:
            checkpoint = verifier.open(text)
        except CheckpointError as error:
            self._unsigned.append((size or 0, f"{what}: {error}"))
            return
        if size is not None and checkpoint.size != size:
            self._unsigned.append((size, f"{what}: it is of size {checkpoint.size}"))
            return
        self._expected.setdefault(checkpoint.size, []).append((what, checkpoint.root))

    def _check(self, event: StoredEvent) -> None:
        self._check_root()
        seq = self._tree.size
        if event.seq != seq:
            raise _Broken(seq, f"event {seq} is missing")
        leaf = leaf_hash(event.line)
        if leaf != event.leaf_hash:
            raise _Broken(seq, f"event {seq} was changed: its hash differs from the stored one")
        try:
            line = _decode(event.line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _Broken(seq, f"event {seq} is not an event") from None
        if line.seq != seq:
            raise _Broken(seq, f"event {seq} was replaced by event {line.seq}")
        if line.prev != self._last_hash.hex():
            raise _Broken(max(seq - 1, 0), f"event {seq} does not follow the event before it")
        for name in _INDEXED:
            if indexed(getattr(line, name)) != getattr(event, name):
                raise _Broken(seq, f"event {seq}: the index column {name} was changed")
        if line.timestamp != rfc3339(event.time):
            raise _Broken(seq, f"event {seq}: the index column time was changed")
        if self._copied is not None and self._copied.seq == seq and self._copied.line != event.line:
            raise _Broken(seq, f"event {seq} is not the one in the JSON-lines copy")
        self._last_hash = sha256(event.line).digest()
        self._tree.append(leaf)

    def _check_root(self) -> None:
        """Compare with every checkpoint of the size reached so far."""
        size = self._tree.size
        expected = self._expected.pop(size, None)
        if expected is None:
            return
        root = self._tree.root()
        for what, signed_root in expected:
            if signed_root != root:
                reason = f"an event from {self._vouched} to {size - 1} was changed: {what} differs"
                raise _Broken(self._vouched, reason)
        self._vouched = size

    def _check_end(self) -> None:
        self._check_root()
        size, head = self._tree.size, self._head
        for signed_size, expected in sorted(self._expected.items()):
            reason = f"event {size} is missing: {expected[0][0]} covers {signed_size} events"
            raise _Broken(size, reason)
        if self._copied is not None and self._copied.seq >= size:
            reason = f"event {size} is missing: the copy goes on to event {self._copied.seq}"
            raise _Broken(size, reason)
        for _, reason in self._unsigned:
            raise _Broken(self._vouched, reason)
        if head is None:
            raise _Broken(self._vouched, "the signed head is missing")
        if head.size < size:
            raise _Broken(head.size, f"event {head.size} is not covered by the signed head")
        if (head.frontier, head.last_hash) != (bytes(self._tree), self._last_hash):
            raise _Broken(size, "the stored head does not fit the events")
