"""Calls that wait for a person's word, and what was said: intents and queries over storage."""

import msgspec

from sumun.storage import Row, Transaction

LISTED = 200
"""How many are shown at a time, the oldest first."""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A call that waits, or was decided and not made yet; times are Unix seconds.

    Attributes
    ----------
    digest:
        A keyed hash of who calls what with which arguments: the word is for that alone.
    arguments:
        The arguments as they are shown, masked.
    approvers:
        User names of those who may decide, and ``caller``, space-separated.
    decision, decided_by:
        ``approved`` or ``denied``, and who said so; empty before.

    """

    approval_id: str
    digest: bytes
    tenant: str
    client_id: str
    subject: str
    server: str
    tool: str
    arguments: str
    rule: str
    approvers: str
    requested_at: int
    expires_at: int
    decision: str = ""
    decided_by: str = ""


class ApprovalSpent(Exception):
    """It was decided, used or closed by somebody else first, or its time is over."""


def add_approval(tx: Transaction, approval: Approval) -> None:
    """Have a call wait (intent).

    Raises
    ------
    ApprovalSpent
        If the same call waits already.

    """
    row = msgspec.structs.asdict(approval)
    del row["decision"], row["decided_by"]
    _once(tx.execute("add_approval", **row))


def find_open(tx: Transaction, digest: bytes) -> Approval | None:
    """Return what waits, or was decided and not used yet, for a call."""
    row = tx.fetch_one("find_open_approval", digest=digest)
    return None if row is None else _from_row(row)


def find_approval(tx: Transaction, approval_id: str) -> Approval | None:
    """Return one that is open."""
    row = tx.fetch_one("find_approval", approval_id=approval_id)
    return None if row is None else _from_row(row)


def list_open(tx: Transaction) -> list[Approval]:
    """Return those that are open, the oldest first."""
    return [_from_row(row) for row in tx.fetch_all("list_open_approvals", count=LISTED)]


def decide(tx: Transaction, approval_id: str, decision: str, by: str, *, now: int) -> None:
    """Take somebody's word (intent).

    Raises
    ------
    ApprovalSpent
        If there was another before, or the time is over.

    """
    _once(
        tx.execute(
            "decide_approval", approval_id=approval_id, decision=decision, decided_by=by, now=now
        )
    )


def use(tx: Transaction, approval_id: str, *, now: int) -> None:
    """Spend a yes (intent).

    Raises
    ------
    ApprovalSpent
        If it was spent before, or its time is over.

    """
    _once(tx.execute("use_approval", approval_id=approval_id, now=now))


def close(tx: Transaction, approval_id: str, *, now: int) -> None:
    """Let a call wait no longer (intent).

    Raises
    ------
    ApprovalSpent
        If it did not.

    """
    _once(tx.execute("close_approval", approval_id=approval_id, now=now))


def purge_approvals(tx: Transaction, *, before: int) -> int:
    """Delete what was closed before; return how many went (intent)."""
    return tx.execute("purge_approvals", before=before)


def _once(changed: int) -> None:
    if not changed:
        raise ApprovalSpent


def _from_row(row: Row) -> Approval:
    fields = dict(zip(Approval.__struct_fields__, row, strict=True))
    fields["digest"] = bytes(fields["digest"])  # type: ignore[arg-type]
    return Approval(**fields)  # type: ignore[arg-type]
