"""Who calls, where trusted proxies pass requests on (RFC 7239, X-Forwarded-For)."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, Generic, TypeVar

from starlette.types import Scope

from sumun.config import ServerConfig
from sumun.proof.proxies import PEER, TrustedProxies, plain_address

T = TypeVar("T")

_PAIR: Final = re.compile(
    r'[ \t]*+(?:([!#$%&\'*+.^_`|~0-9A-Za-z-]++)=("(?:[^"\\]|\\.)*+"|[^",; \t]*+))?[ \t]*+([,;]|$)'
)


class CallerAddress(Generic[T]):
    """Middleware that takes the caller's address from the proxies that are believed.

    Each proxy adds on the right whom it heard from, and nobody can change what stands to the right
    of his own address: the caller is the rightmost hop that is no trusted proxy. What is farther
    left was said by the caller, and is not looked at. The scheme, the host and the issuer never
    come from such a field.

    Parameters
    ----------
    app:
        What is called with the ``client`` that was found: ASGI, or only a scope and a ``receive``.
    server:
        Names the proxies and the field they write.

    """

    def __init__(self, app: Callable[..., Awaitable[T]], server: ServerConfig) -> None:
        self._app = app
        self._proxies = TrustedProxies(server.trusted_proxies)
        self._field = server.forwarded_header.lower().encode("ascii")
        self._hops = _forwarded if server.forwarded_header == "Forwarded" else _listed

    def __call__(self, scope: Scope, *channels: Any) -> Awaitable[T]:
        """Pass the request on as one of whom it really is from."""
        peer = scope.get("client")
        if peer is not None and peer[0] in self._proxies:
            scope[PEER] = peer
            scope["client"] = (self._caller(scope, peer[0]), 0)
        return self._app(scope, *channels)

    def _caller(self, scope: Scope, peer: str) -> str:
        caller = peer
        for hop in self._right_to_left(scope):
            address = plain_address(hop)
            if not address:
                break
            caller = address
            if caller not in self._proxies:
                break
        return caller

    def _right_to_left(self, scope: Scope) -> Iterator[str]:
        for name, value in reversed(scope["headers"]):
            if name == self._field:
                yield from reversed(self._hops(value.decode("latin-1")))


def _listed(value: str) -> list[str]:
    return value.split(",")


def _forwarded(value: str) -> list[str]:
    """Return the ``for`` of each element (RFC 7239 §4).

    Where the field cannot be read, or a hop does not say whom it heard from, there is a hop that
    is no address.
    """
    hops = []
    heard = ""
    position = 0
    while position <= len(value):
        pair = _PAIR.match(value, position)
        if pair is None:
            return [""]
        if pair[1] and pair[1].lower() == "for":
            heard = pair[2].strip('"')
        if pair[3] != ";":
            hops.append(heard)
            heard = ""
        position = pair.end() if pair[3] else len(value) + 1
    return hops
