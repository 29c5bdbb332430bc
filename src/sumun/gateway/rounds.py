"""The rounds of one call: what a caller holds between them names the call it belongs to.

A call may end in a question and come again (MCP 2026-07-28 "Multi Round-Trip Requests"). So that
the log shows it as one, its correlation id goes with what the caller brings back, sealed: nobody
can bring one that was not theirs.
"""

import re
from typing import Any, Final

from sumun.gateway.sealing import Purpose, Seal
from sumun.guard import Call, Principal

HEADER: Final = b"x-correlation-id"
"""Says under which id an answer's events stand in the log; of no meaning in a request."""

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def close(seal: Seal, value: str, purpose: Purpose, call: Call, principal: Principal) -> str:
    """Return ``value`` sealed, with the id of the call it belongs to."""
    return seal.close(f"{call.correlation_id} {value}", purpose, call.server, principal)


def open_(seal: Seal, sealed: str, purpose: Purpose, call: Call, principal: Principal) -> str:
    """Return what was sealed; from here on ``call`` has the id of the call it belongs to.

    Raises
    ------
    NotOurs
        If it was never given to them.

    """
    opened = seal.open(sealed, purpose, call.server, principal)
    call.correlation_id, _, value = opened.partition(" ")
    return value


def trace_id(params: Any) -> str:
    """Return the trace a message says it belongs to (SEP-414: ``_meta.traceparent``), if any."""
    meta = params.get("_meta") if isinstance(params, dict) else None
    said = meta.get("traceparent") if isinstance(meta, dict) else None
    found = _TRACEPARENT.fullmatch(said) if isinstance(said, str) else None
    return found[1] if found else ""
