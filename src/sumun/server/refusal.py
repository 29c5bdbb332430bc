"""What is said to a client whose request never reaches the application."""

import re
from collections.abc import Iterable
from http import HTTPStatus

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

FIELD_COUNT = 100
"""How many fields a head may have."""

_METHOD = re.compile(rb"[A-Z][A-Z-]{0,31} ")


class Refused(Exception):
    """What arrived is not answered by the application, but with this status and sentence."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason

    def to_response(self, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
        """Return the whole answer, after which the connection closes.

        ``fields`` are those every answer of the server has, such as Date.
        """
        body = f"{self.status.value} {self.status.phrase}: {self.reason}\n".encode()
        head = b"".join(b"%s: %s\r\n" % field for field in fields)
        return (
            b"%s%scontent-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%s"
        ) % (STATUS_LINE[self.status], head, len(body), body)


def bad_request(reason: str) -> Refused:
    """Return a 400."""
    return Refused(HTTPStatus.BAD_REQUEST, reason)


def head_too_large(limit: int) -> Refused:
    """Return the 431 that names both bounds (RFC 6585 §5)."""
    return Refused(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        f"the head may have {limit} bytes and {FIELD_COUNT} fields",
    )


def of_parser(error: Exception, begin: bytes) -> Refused:
    """Return the answer to what the parser, or a callback of it, raised.

    ``begin`` is how the message begins, where that is known.
    """
    if isinstance(error.__context__, Refused):
        return error.__context__
    if isinstance(error, httptools.HttpParserInvalidMethodError) and _METHOD.match(begin):
        return Refused(HTTPStatus.NOT_IMPLEMENTED, "unknown method")
    if isinstance(error, httptools.HttpParserCallbackError):
        return bad_request("malformed request")
    return bad_request(str(error))
