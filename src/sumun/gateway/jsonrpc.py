"""JSON-RPC 2.0 as MCP uses it: what may come in, and the errors that go out."""

from typing import Any, Literal

import msgspec

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
"""MCP 2026-07-28: a mirrored header says something else than the body."""
REFUSED = -32010
"""Sumun's own: policy lets the call or its result go no further."""
UPSTREAM_FAILED = -32011
"""Sumun's own: the MCP server behind the gateway did not give a usable answer."""

Id = str | int | None
Kind = Literal["request", "notification", "response"]


class Invalid(Exception):
    """The bytes are no JSON-RPC message that MCP allows."""

    def __init__(self, code: int, message: str, id: Id = None) -> None:  # noqa: A002 - the field's name
        super().__init__(message)
        self.code = code
        self.message = message
        self.id = id


NAMING = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""The member of ``params`` that says what is called; policy decides by it."""

_MEMBERS: dict[Kind, tuple[str, ...]] = {
    "request": ("jsonrpc", "id", "method", "params"),
    "notification": ("jsonrpc", "method", "params"),
    "response": ("jsonrpc", "id", "result", "error"),
}


class Message(msgspec.Struct):
    """One decoded JSON-RPC message.

    ``body`` is the object with the members of its kind only: what nobody knows, nobody judges, so
    it does not go on.
    """

    kind: Kind
    id: Id
    method: str
    body: dict[str, Any]


_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def decode(data: bytes) -> Any:
    """Decode JSON.

    Raises
    ------
    Invalid
        If it is not JSON, or nested deeper than the decoder goes.

    """
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(PARSE_ERROR, "The body is not valid JSON") from None
    except RecursionError:
        raise Invalid(PARSE_ERROR, "The body is nested too deeply") from None


def parse(data: bytes) -> Message:
    """Decode one message and check its shape (JSON-RPC 2.0 §4, §5).

    Raises
    ------
    Invalid
        If the bytes are not one well-formed request, notification or response.

    """
    body = decode(data)
    if isinstance(body, list):
        raise Invalid(INVALID_REQUEST, "Batches are not part of MCP since revision 2025-06-18")
    if not isinstance(body, dict) or body.get("jsonrpc") != "2.0":
        raise Invalid(INVALID_REQUEST, 'A message is an object with "jsonrpc": "2.0"')
    id_ = body.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int | None):
        raise Invalid(INVALID_REQUEST, "id must be a string or an integer")
    method = body.get("method")
    if method is None:
        return _response(body, id_)
    if not isinstance(method, str) or not method:
        raise Invalid(INVALID_REQUEST, "method must be a non-empty string", id_)
    params = body.get("params")
    if params is not None and not isinstance(params, dict):
        raise Invalid(INVALID_PARAMS, "params must be an object", id_)
    if "id" in body and id_ is None:
        raise Invalid(INVALID_REQUEST, "id must not be null")
    if method in NAMING:
        _check_name(NAMING[method], params or {}, id_)
    return _message("request" if "id" in body else "notification", id_, method, body)


def _response(body: dict[str, Any], id_: Id) -> Message:
    if ("result" in body) == ("error" in body) or id_ is None:
        raise Invalid(
            INVALID_REQUEST, "A message has a method, or an id with a result or an error", id_
        )
    if not isinstance(body.get("result", body.get("error")), dict):
        raise Invalid(INVALID_REQUEST, "A result or an error is an object", id_)
    return _message("response", id_, "", body)


def _message(kind: Kind, id_: Id, method: str, body: dict[str, Any]) -> Message:
    return Message(kind, id_, method, {key: body[key] for key in _MEMBERS[kind] if key in body})


def _check_name(key: str, params: dict[str, Any], id_: Id) -> None:
    if not isinstance(params.get(key), str) or not params[key]:
        raise Invalid(INVALID_PARAMS, f"params.{key} must be a non-empty string", id_)
    if any(other != key and other.casefold() == key for other in params):
        # Decoders that ignore the case of keys would call what was not judged.
        raise Invalid(INVALID_PARAMS, f"params has {key} twice, in different letters", id_)


def encode(message: Any) -> bytes:
    """Encode a message."""
    return _encode(message)


def error(id_: Id, code: int, message: str, data: dict[str, Any] | None = None) -> bytes:
    """Encode an error response (JSON-RPC 2.0 §5.1)."""
    body: dict[str, Any] = {"code": code, "message": message}
    if data:
        body["data"] = data
    return _encode({"jsonrpc": "2.0", "id": id_, "error": body})
