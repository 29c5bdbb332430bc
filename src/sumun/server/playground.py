"""The playground alone: no database, no keys, nothing but this machine."""

import secrets

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sumun.config import Config
from sumun.console import PLAYGROUND_PATH, Csrf, PlaygroundPage, static_routes
from sumun.server.local import is_local

APPLICATION = "sumun.server.playground:create_app"
URL_PATH = PLAYGROUND_PATH


class LocalOnly:
    """Answers whoever is at this machine, and under its own name."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope."""
        if scope["type"] == "http" and not is_local(scope):
            headers = [(b"content-type", b"text/plain")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": b"only on this machine\n"})
            return
        await self._application(scope, receive, send)


def create_app(config: Config) -> ASGIApp:
    """Return the application that has only the playground."""
    page = PlaygroundPage(Csrf(secrets.token_bytes(32)), config.issuer, "")
    routes = [Route(path, page.answer, methods=["GET", "POST"]) for path in (PLAYGROUND_PATH, "/")]
    return LocalOnly(Starlette(routes=routes + static_routes([""])))
