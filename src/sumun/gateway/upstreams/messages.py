"""The messages on a shared line, of which no more is decoded than it takes to lead them."""

from typing import Any, Final

import msgspec

from sumun.gateway import jsonrpc
from sumun.gateway.eras.revisions import LIST_CHANGES

FOR_ALL: Final = frozenset(LIST_CHANGES)
"""What a server may tell everybody: it says that something changed, and nothing else."""


class Incoming(msgspec.Struct):
    """A message of the server's, of which only the envelope is decoded."""

    id: Any = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


read: Final = msgspec.json.Decoder(Incoming).decode
"""Decodes one message; raises :class:`msgspec.DecodeError` if it is none."""


def meta_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return the ``_meta`` of a message's params, to be changed in place."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}


def notification(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def one_line(message: Any) -> bytes:
    """Encode a message; what a server wrote between its tokens must not end a line of an event."""
    return jsonrpc.encode(message).replace(b"\r", b" ")
