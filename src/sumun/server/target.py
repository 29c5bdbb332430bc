"""Which resource a request is for: its target and its Host (RFC 9112 §3.2)."""

import re
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import unquote

import httptools

from sumun.server.refusal import Refused, bad_request

TARGET_LIMIT = 8 * 1024
"""Bytes a request target may have."""

_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]+")
_AUTHORITY_ENDS = re.compile(rb"[/?]")


def check_host(hosts: list[bytes]) -> None:
    """Refuse all but exactly one valid Host.

    Raises
    ------
    Refused
        If there is none, more than one, or one that names no host.

    """
    if len(hosts) != 1 or not _is_host(hosts[0]):
        raise bad_request("exactly one valid Host is needed")


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    return _HOST.fullmatch(value) is not None


def split(target: bytes) -> tuple[str, bytes, bytes]:
    """Return the decoded path, the path as it came, and the query of a target in origin form.

    Raises
    ------
    httptools.HttpParserError
        If it is no target.

    """
    # A query may hold what must not be kept, such as a code.
    return _split_anew(target) if b"?" in target else _split(target)


def _split_anew(target: bytes) -> tuple[str, bytes, bytes]:
    parsed = httptools.parse_url(target)
    raw_path = parsed.path
    path = raw_path.decode("ascii")
    return unquote(path) if "%" in path else path, raw_path, parsed.query or b""


_split = lru_cache(maxsize=256)(_split_anew)


def check_length(target: bytes) -> None:
    """Refuse a target that is too long.

    Raises
    ------
    Refused
        If it has more than ``TARGET_LIMIT`` bytes.

    """
    if len(target) > TARGET_LIMIT:
        raise Refused(
            HTTPStatus.REQUEST_URI_TOO_LONG, f"request target exceeds {TARGET_LIMIT} bytes"
        )


def origin_form(method: bytes, target: bytes, host: bytes) -> bytes:
    """Return the path and query of a target, whatever its form.

    Raises
    ------
    Refused
        If it is not about a path on ``host``.

    """
    if method == b"CONNECT":
        raise Refused(HTTPStatus.NOT_IMPLEMENTED, "this is not a proxy")
    if b"#" in target:
        raise bad_request("the request target must not have a fragment")
    if target.startswith(b"/"):
        return target
    scheme, _, rest = target.partition(b"://")
    authority = _AUTHORITY_ENDS.split(rest, maxsplit=1)[0]
    if scheme.lower() not in {b"http", b"https"} or authority.lower() != host.lower():
        raise bad_request("the request target must be a path on this host")
    path = rest[len(authority) :]
    return path if path.startswith(b"/") else b"/" + path
