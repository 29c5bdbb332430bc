"""What became of a request, as its answer says (semantic conventions for MCP, ``error.type``)."""

from typing import Final

import msgspec

from sumun.gateway.jsonrpc import Id

_BAD: Final = 400


class _Result(msgspec.Struct):
    isError: bool = False  # noqa: N815 - MCP's name


class _Fault(msgspec.Struct):
    code: int


class _Answer(msgspec.Struct):
    id: Id = None
    result: _Result | None = None
    error: _Fault | None = None


class Outcome(msgspec.Struct, frozen=True):
    """How a request ended.

    Attributes
    ----------
    error:
        A JSON-RPC code, ``tool_error``, an HTTP status, or another word of few; empty when it went
        well.
    code:
        The JSON-RPC code, where there is one.

    """

    error: str = ""
    code: str = ""


FINE: Final = Outcome()
_decode = msgspec.json.Decoder(_Answer).decode


def outcome_of(status: int, body: bytes) -> Outcome:
    """Return what an answer says."""
    said = _said(body)
    if said is None or (said.error is None and said.result is None):
        return Outcome(str(status)) if status >= _BAD else FINE
    return _outcome(said)


def outcome_in(events: bytes, id_: Id) -> Outcome | None:
    """Return what one whole server-sent event says of the request ``id_``, if it answers that."""
    data = b"\n".join(line[6:] for line in events.split(b"\n") if line.startswith(b"data: "))
    said = _said(data)
    if said is None or said.id != id_ or (said.error is None and said.result is None):
        return None
    return _outcome(said)


def _said(body: bytes) -> _Answer | None:
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _outcome(said: _Answer) -> Outcome:
    if said.error is not None:
        return Outcome(str(said.error.code), str(said.error.code))
    return Outcome("tool_error") if said.result and said.result.isError else FINE
