"""The ASGI application: which path leads to which room."""

from collections.abc import Awaitable
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sumun.config import Config
from sumun.oauth.resources import OWN_TOOLS
from sumun.server import greeting, traces
from sumun.server.caller import CallerAddress
from sumun.server.direct import DirectEndpoint, DirectEndpoints
from sumun.server.house import House
from sumun.server.limits import BodyLimit
from sumun.server.metrics import Measured

_MCP = "/mcp"


class _Gateway:
    """What requests to the gateway are counted as, whichever server they name."""

    path = "/mcp/{server}"


_GATEWAY = _Gateway()


class Application:
    """Answers requests once its lifespan has opened the house.

    The paths that are called most are found by one look-up; the rest is Starlette's routing.

    Parameters
    ----------
    config:
        What the operator wants.

    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.house: House | None = None
        self._exact: dict[str, tuple[Route, ASGIApp]] = {}
        self._router: ASGIApp = Starlette()
        self._measured: ASGIApp = self._router
        self.direct_endpoints: DirectEndpoints = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope."""
        if scope["type"] == "http":
            if self.house is None:
                await _unavailable(send)
            else:
                await self._measured(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path: str = scope["path"]
        exact = self._exact.get(path)
        if exact is not None:
            scope["route"], serve = exact
            return serve(scope, receive, send)
        house = self.house
        if house is not None and path.startswith(_MCP) and path[len(_MCP) :][:1] in {"", "/"}:
            scope["route"] = _GATEWAY
            return house.door.serve(path[len(_MCP) + 1 :] or OWN_TOOLS, scope, receive, send)
        return self._router(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        house = House(self.config)
        try:
            await house.open()
        except BaseException:
            await house.close()
            raise
        self._connect(house)
        self.house = house
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.house = None
        self.direct_endpoints.clear()
        await house.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _connect(self, house: House) -> None:
        config = self.config
        routes: list[Route] = [
            *house.authorization_server.routes(),
            *house.console.routes(),
            *house.protected_resources.routes(),
            *house.health.routes(),
            house.metrics.route(public=config.server.metrics),
            *greeting.routes(
                house.verifier, config.issuer, config.default_audience, scope="mcp.access"
            ),
            traces.route(house.verifier, house.rooms.database, config.default_audience),
        ]
        self._exact = {
            # A route checks the method; an ASGI application of our own does so itself.
            route.path: (route, route.handle if route.methods else route.app)
            for route in routes
            if "{" not in route.path
        }
        router = Starlette(routes=routes)
        # A redirect would be built from the Host header, which the caller chooses.
        router.router.redirect_slashes = False
        self._router = router
        self._measured = BodyLimit(
            Measured(self._dispatch, house.metrics), config.server.body_limit
        )
        proxied = config.server.trusted_proxies and config.server.forwarded_header
        if proxied:
            self._measured = CallerAddress(self._measured, config.server)
        for path, endpoint in house.authorization_server.client_endpoints().items():
            answer = endpoint.answer
            self.direct_endpoints[b"POST", path.encode()] = DirectEndpoint(
                CallerAddress(answer, config.server) if proxied else answer,
                partial(house.metrics.request_answered, path),
            )


async def _unavailable(send: Send) -> None:
    body = b"not ready\n"
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_app(config: Config) -> ASGIApp:
    """Return the application for ``config``."""
    return Application(config)
