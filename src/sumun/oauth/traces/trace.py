"""A trace: the steps of one authorization attempt, and the intents that keep and find it.

No step holds a code, a token, a secret or what a person typed.
"""

import re
import secrets
from typing import Any, Final, Literal

import msgspec

from sumun.storage import Row, Transaction

Stage = Literal[
    "discovery", "registration", "authorize", "sign_in", "consent", "code", "token", "call"
]
"""How far an attempt has come, in this order."""

Outcome = Literal["passed", "waiting", "refused"]

KEPT_SECONDS: Final = 7 * 86_400
KEPT_TRACES: Final = 10_000
_STEPS: Final = 64
"""Steps one trace has at most."""

_WORDS_LIMIT: Final = 500
_REFERENCE: Final = re.compile(r"[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened.

    Attributes
    ----------
    noted_at:
        Unix microseconds: steps are in this order, and no two of one trace are at the same time.
    code:
        The error code, of a refusal.
    words:
        What happened, for the developer of a client and for the operator; in English.

    """

    noted_at: int
    stage: Stage
    outcome: Outcome
    code: str = ""
    words: str = ""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; times are Unix seconds.

    Attributes
    ----------
    client_id:
        Who asked, as far as it said so.
    grant_id:
        What it led to; ``None`` for nothing yet.

    """

    ref: str
    client_id: str
    grant_id: str | None
    created_at: int
    steps: tuple[Step, ...] = ()


def new_reference() -> str:
    """Return a reference short enough to be read out."""
    digits = secrets.token_hex(6)
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def read_reference(text: str) -> str | None:
    """Return the reference a person typed or pasted, however; ``None`` if there is none in it."""
    found = _REFERENCE.search(text.strip().lower())
    if found is None:
        return None
    digits = found.group().replace("-", "")
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def begin_trace(tx: Transaction, ref: str, client_id: str, *, now: int) -> None:
    """Keep a new trace."""
    tx.execute("add_trace", ref=ref, client_id=client_id, created_at=now)


def name_client(tx: Transaction, ref: str, client_id: str) -> None:
    """Say whose attempt it is, now that it is known."""
    tx.execute("name_trace_client", ref=ref, client_id=client_id)


def bind_grant(tx: Transaction, ref: str, grant_id: str) -> None:
    """Say what the attempt led to: what becomes of that belongs to the trace."""
    tx.execute("bind_trace_grant", ref=ref, grant_id=grant_id)


def bind_token(tx: Transaction, grant_id: str, token_id: str) -> None:
    """Say which access token came first: its first use belongs to the trace."""
    tx.execute("bind_trace_token", grant_id=grant_id, token_id=token_id)


def add_step(tx: Transaction, ref: str, step: Step) -> None:
    """Add a step to a trace that is not full."""
    tx.execute("add_trace_step", ref=ref, most=_STEPS, **_columns(step))


def add_grant_step(tx: Transaction, grant_id: str, step: Step) -> None:
    """Add a step to the trace that led to the grant, if it is still kept."""
    ref = find_reference(tx, grant_id)
    if ref is not None:
        add_step(tx, ref, step)


def add_call_step(tx: Transaction, token_id: str, step: Step) -> None:
    """Add the first call with a token to its trace, if there is one."""
    row = tx.fetch_one("find_trace_of_token", token_id=token_id)
    if row is not None:
        add_step(tx, str(row[0]), step)


def find_reference(tx: Transaction, grant_id: str) -> str | None:
    """Return the reference of the attempt that led to a grant."""
    row = tx.fetch_one("find_trace_of_grant", grant_id=grant_id)
    return None if row is None else str(row[0])


def find_trace(tx: Transaction, ref: str) -> Trace | None:
    """Return a trace with its steps."""
    row = tx.fetch_one("find_trace", ref=ref)
    if row is None:
        return None
    steps = [_step(each) for each in tx.fetch_all("list_trace_steps", ref=ref)]
    return msgspec.structs.replace(_trace(row), steps=tuple(steps))


def list_traces(tx: Transaction, *, limit: int, client_id: str = "") -> list[Trace]:
    """Return the newest traces first, each with its last step; of one client or of all."""
    traces = []
    for row in tx.fetch_all("list_traces", client_id=client_id, most=limit):
        trace = _trace(row)
        last = tx.fetch_one("find_last_trace_step", ref=trace.ref)
        steps = () if last is None else (_step(last),)
        traces.append(msgspec.structs.replace(trace, steps=steps))
    return traces


def purge_traces(tx: Transaction, *, now: int) -> int:
    """Forget what is too old, and the oldest of too many; return how many traces."""
    gone = tx.execute("purge_traces", before=now - KEPT_SECONDS, keep=KEPT_TRACES)
    if gone:
        tx.execute("purge_trace_steps")
    return gone


def _columns(step: Step) -> dict[str, Any]:
    return {**msgspec.structs.asdict(step), "words": step.words[:_WORDS_LIMIT]}


def _trace(row: Row) -> Trace:
    ref, client_id, grant_id, created_at = row
    return msgspec.convert(
        {"ref": ref, "client_id": client_id, "grant_id": grant_id, "created_at": created_at},
        Trace,
    )


def _step(row: Row) -> Step:
    return msgspec.convert(dict(zip(Step.__struct_fields__, row, strict=True)), Step)
