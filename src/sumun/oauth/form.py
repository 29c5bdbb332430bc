"""Reading a form body: bounded, each parameter once (RFC 6749 §3.2, appendix B)."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_plus

import msgspec
from starlette.types import Receive, Scope

from sumun.oauth.errors import OAuthError
from sumun.proof import ClientCertificates

BODY_LIMIT: Final = 64 * 1024
_FIELD_LIMIT: Final = 64
_MEDIA_TYPE: Final = b"application/x-www-form-urlencoded"
_ONCE: Final = frozenset({b"content-type", b"authorization", b"content-encoding"})
_POST_ONLY: Final = ((b"allow", b"POST"),)


class ClientGone(Exception):
    """The client closed the connection before its request was whole: nobody awaits an answer."""


class FormRequest(msgspec.Struct):
    """A form as it came, with the headers that matter to an OAuth endpoint.

    Attributes
    ----------
    parameters:
        Every parameter but ``resource``; empty ones count as omitted (RFC 6749 §3.2).
    resources:
        The values of ``resource``, the one parameter that may repeat (RFC 8707 §2).
    authorization:
        The ``Authorization`` header, or ``None``.
    accept:
        The ``Accept`` header; empty if there is none.
    dpop:
        Every ``DPoP`` header (RFC 9449 §4.1).
    certificate:
        The certificate the client connected with (RFC 8705), as DER, or ``None``.
    source:
        The address the request came from.
    cnf:
        The keys a token for this request is bound to (RFC 7800 §3.1), once they are proven.

    """

    source: str
    certificate: bytes | None = None
    authorization: str | None = None
    accept: str = ""
    dpop: tuple[bytes, ...] = ()
    cnf: dict[str, str] = {}
    parameters: dict[str, str] = {}
    resources: list[str] = []


def source_of(scope: Scope) -> str:
    """Return the address a request came from, as the server has established it."""
    client = scope.get("client")
    return client[0] if client else ""


async def read_form(
    scope: Scope, receive: Receive, certificates: ClientCertificates | None = None
) -> FormRequest:
    """Read and parse the request; ``certificates`` finds the one the client connected with.

    Raises
    ------
    OAuthError
        If the method, the media type, the size or the encoding is wrong.
    ClientGone
        If the client does not wait.

    """
    if scope["method"] != "POST":
        raise OAuthError(
            "invalid_request",
            f"this endpoint takes POST, not {scope['method'][:16]} (RFC 6749 3.2)",
            status=405,
            headers=_POST_ONLY,
        )
    request = FormRequest(
        source_of(scope), None if certificates is None else certificates.of(scope)
    )
    _read_headers(scope, request)
    body = await _read_body(receive)
    try:
        _parse(body, request)
    except UnicodeDecodeError:
        raise _malformed() from None
    return request


def _read_headers(scope: Scope, request: FormRequest) -> None:
    headers = scope["headers"]
    found: dict[bytes, bytes] = dict(headers)
    if len(found) != len(headers):
        _check_repeated(headers)
    if found.get(b"content-encoding", b"identity") != b"identity":
        raise OAuthError("invalid_request", "send the body without Content-Encoding")
    media_type = found.get(b"content-type", b"")
    if media_type != _MEDIA_TYPE and not _is_form(media_type):
        raise OAuthError(
            "invalid_request",
            "set Content-Type to application/x-www-form-urlencoded and send the parameters "
            "as a form (RFC 6749 3.2)",
        )
    if b"dpop" in found:
        request.dpop = tuple(value for name, value in headers if name == b"dpop")
    if b"accept" in found:
        request.accept = found[b"accept"].decode("latin-1")
    if b"authorization" in found:
        request.authorization = found[b"authorization"].decode("latin-1")


def _check_repeated(headers: Iterable[tuple[bytes, bytes]]) -> None:
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in seen and name in _ONCE:
            title = name.decode().title()
            raise OAuthError("invalid_request", f"{title} was sent twice; send it once")
        seen.add(name)


def _is_form(value: bytes) -> bool:
    media_type, semicolon, parameters = value.partition(b";")
    if media_type.strip().lower() != _MEDIA_TYPE:
        return False
    charset = parameters.strip().lower().replace(b'"', b"")
    return not semicolon or charset in (b"", b"charset=utf-8")


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > BODY_LIMIT:
        raise OAuthError(
            "invalid_request", f"the body is over {BODY_LIMIT} bytes; send less", status=413
        )
    return body


def _parse(body: bytes, request: FormRequest) -> None:
    pieces = body.decode().split("&", _FIELD_LIMIT)
    if len(pieces) > _FIELD_LIMIT:
        raise _malformed()
    # WHATWG URL §5.1; most forms of ours have nothing to decode.
    encoded = b"%" in body or b"+" in body
    parameters = request.parameters
    for piece in pieces:
        name, _, value = piece.partition("=")
        if not value:
            continue
        if encoded:
            name, value = _decoded(name), _decoded(value)
        if name == "resource":
            request.resources.append(value)
        elif name in parameters:
            raise OAuthError(
                "invalid_request", f"the parameter {name[:64]} was sent twice; send it once"
            )
        else:
            parameters[name] = value


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict")


def _malformed() -> OAuthError:
    return OAuthError(
        "invalid_request",
        f"the body is not a UTF-8 form of at most {_FIELD_LIMIT} parameters; "
        "percent-encode the values (RFC 6749 appendix B)",
    )
