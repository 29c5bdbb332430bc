"""One audit record."""

from typing import Any

import msgspec


class Event(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What happened, without a raw value, token or secret in it.

    The fields up to ``action_taken`` are those of ``security_audit.log``. ``timestamp`` (RFC 3339,
    UTC, microseconds), ``seq`` and ``prev`` are filled in by the log when it commits the event.

    Attributes
    ----------
    event_type:
        ``tool_call`` (the intent, before the tool runs), ``tool_access`` (its outcome),
        ``token_issued``, ``token_refused``, ``token_revoked``, ``access_refused``,
        ``client_created``, ``key_rotated``, ``incident`` …
    action_taken:
        What Sumun did: ``executed``, ``executed_with_masking``, ``executed_with_encryption``,
        ``executed_with_protection``, ``rejected`` …
    entities:
        How many findings of each entity type.
    rules:
        How often each rule of the policy decided.
    subjects:
        Data subjects as keyed hashes.
    correlation_id:
        Ties together the events of one call, in all its rounds.
    trace_id:
        The caller's own name for what the call belongs to (W3C Trace Context), as they sent it.

    """

    timestamp: str = ""
    seq: int | None = None
    prev: str | None = None
    event_type: str
    tool_name: str | None = None
    user_id: str | None = None
    client_id: str | None = None
    contains_pii: bool | None = None
    action_taken: str | None = None

    server: str | None = None
    method: str | None = None
    direction: str | None = None
    entities: dict[str, int] | None = None
    rule: str | None = None
    rules: dict[str, int] | None = None
    reason: str | None = None
    subjects: list[str] | None = None
    correlation_id: str | None = None
    trace_id: str | None = None
    token_id: str | None = None
    resource: str | None = None
    scope: str | None = None
    source: str | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
    detail: dict[str, Any] | None = None
