"""Letting pages of other origins call an endpoint, without credentials (Fetch, "CORS protocol").

For endpoints that rest on what the caller sends and on no cookie: a page gains nothing there that
a program would not have. Never for those that people come to with a browser, and never with
``Access-Control-Allow-Credentials``.
"""

from collections.abc import Awaitable, MutableMapping
from typing import Any, Final

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

Header = tuple[bytes, bytes]

MAX_AGE: Final[Header] = (b"access-control-max-age", b"7200")
ALLOWED_HEADERS: Final = (b"Authorization", b"Content-Type", b"DPoP", b"MCP-Protocol-Version")
"""What clients send to these endpoints beyond what every page may (RFC 9449; MCP transports)."""
EXPOSED_HEADERS: Final = (b"DPoP-Nonce", b"Retry-After", b"WWW-Authenticate")
"""What clients need of the answer beyond what every page sees."""

_EVERYBODY: Final[Header] = (b"access-control-allow-origin", b"*")
_EXPOSED: Final[Header] = (b"access-control-expose-headers", b", ".join(EXPOSED_HEADERS))
_REQUESTED: Final = b"access-control-request-method"


def is_preflight(scope: Scope) -> bool:
    """Say whether a browser asks what a page may ask."""
    return scope["method"] == "OPTIONS" and any(name == _REQUESTED for name, _ in scope["headers"])


class CrossOrigin:
    """An ASGI application that pages of every origin may call.

    Parameters
    ----------
    methods:
        What pages may use, as in ``Access-Control-Allow-Methods``.

    """

    def __init__(self, application: ASGIApp, methods: str) -> None:
        self._application = application
        self._preflight = [
            _EVERYBODY,
            (b"access-control-allow-methods", methods.encode()),
            (b"access-control-allow-headers", b", ".join(ALLOWED_HEADERS)),
            MAX_AGE,
        ]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a preflight, or let every origin read the answer of the application."""
        if is_preflight(scope):
            return self._answer_preflight(send)
        # Caches must not keep an answer without the header for a page that comes later, so every
        # answer has it: only programs that name no origin, and cache nothing, go without.
        cached = scope["method"] in {"GET", "HEAD"}
        if cached or b"origin" in dict(scope["headers"]):
            send = _open_to_all(send)
        return self._application(scope, receive, send)

    async def _answer_preflight(self, send: Send) -> None:
        # RFC 9110 §8.6: 204 has no Content-Length.
        await send({"type": "http.response.start", "status": 204, "headers": self._preflight})
        await send({"type": "http.response.body"})


def _open_to_all(send: Send) -> Send:
    async def opening(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), _EVERYBODY, _EXPOSED]
        await send(message)

    return opening


def cross_origin(route: Route, methods: str) -> Route:
    """Return a route that pages of every origin may call; it checks methods as it did."""
    application = route.handle if route.methods else route.app
    return Route(route.path, CrossOrigin(application, methods))
