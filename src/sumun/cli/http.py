"""The few HTTP requests that commands make: bounded, timed, straight to where they are meant for.

The standard library is enough here, and loads in a tenth of the time of a full client. Proxies of
the environment are not used: what is asked is this machine's own server, or an upstream as the
gateway reaches it.
"""

import http.client
import ssl
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sumun.cli.failures import UNAVAILABLE, Failure
from sumun.cli.language import tr

TIMEOUT = 5.0
LIMIT = 16 * 1024 * 1024
_PIECE = 64 * 1024


class Unreachable(Failure):
    """Nothing usable answers at an address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            tr("{url}: {reason}").format(url=_without_query(url), reason=reason), UNAVAILABLE
        )


class Answer(NamedTuple):
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON.

        Raises
        ------
        ValueError
            If it is not.

        """
        import msgspec

        try:
            return msgspec.json.decode(self.body)
        except msgspec.MsgspecError:
            raise ValueError("the answer is not JSON") from None


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = TIMEOUT,
    limit: int = LIMIT,
) -> Answer:
    """Send one request and return the whole answer; redirects are not followed.

    Parameters
    ----------
    method, url, headers, body:
        The request.
    timeout:
        Seconds for all of it.
    limit:
        Bytes the answer may have.

    Raises
    ------
    Unreachable
        If there is no answer within the bounds.

    """
    parts = urlsplit(url)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    deadline = time.monotonic() + timeout
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
        try:
            connection.request(method, target, body, {"User-Agent": "sumun", **(headers or {})})
            response = connection.getresponse()
            received = _read(response, deadline, limit)
        finally:
            connection.close()
    except TimeoutError:
        raise Unreachable(url, tr("does not answer in time")) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "TLS"
        raise Unreachable(url, tr("no secure connection: {reason}").format(reason=reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unreachable(url, tr("cannot be reached: {reason}").format(reason=reason)) from None
    answered = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, answered, received)


def _connection(
    scheme: str, host: str, port: int | None, timeout: float
) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout)
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _read(response: http.client.HTTPResponse, deadline: float, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > limit:
            raise ValueError("the answer is too long")
        if time.monotonic() > deadline:
            raise TimeoutError
        parts.append(piece)
    return b"".join(parts)


def _without_query(url: str) -> str:
    return url.partition("?")[0]
