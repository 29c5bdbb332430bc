"""Which resource a request is for: its target and its Host (RFC 9112 §3.2)."""

import re
from http import HTTPStatus

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
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        raise bad_request("exactly one valid Host is needed")


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
