"""A FastMCP server as a protected resource of a Sumun elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from fastmcp.server.auth import AccessToken, AuthProvider
from pydantic import AnyHttpUrl
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sumun.integrations.access_token import described
from sumun.integrations.remote import RemoteVerifier
from sumun.resource import Challenged

_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}


class SumunAuth(AuthProvider):
    """Verifies tokens by the issuer's published keys; the audience is never optional.

    Refusals carry the complete challenge, and the metadata (RFC 9728) is served at its root and
    its path form.

    Parameters
    ----------
    issuer:
        The issuer identifier, exactly as the issuer writes it.
    resource:
        The URL of the MCP endpoint as clients use it: the audience its tokens must have.
    scopes:
        What every request needs; scopes that include one of these will do.
    scope_hierarchy:
        Which scope includes which patterns.
    resource_name:
        What the metadata calls this server, for people.
    verifier:
        Instead of the one made of ``issuer`` and ``resource``.

    Raises
    ------
    ValueError
        If one of the URLs is none, or plain http to another machine.

    """

    def __init__(
        self,
        *,
        issuer: str,
        resource: str,
        scopes: Sequence[str] = ("mcp.access",),
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        resource_name: str = "",
        verifier: RemoteVerifier | None = None,
    ) -> None:
        self._verifier = verifier or RemoteVerifier(
            issuer, resource, scope_hierarchy=scope_hierarchy
        )
        # FastMCP would ask for each scope by name, and knows no scope that includes another: the
        # scopes are judged here, so none are left to it.
        super().__init__(base_url=resource)
        self._scopes = tuple(scopes)
        self._name = resource_name

    @property
    def scopes_supported(self) -> list[str]:
        """What clients may ask for."""
        return list(self._scopes)

    def get_challenge_scopes(self, required_scopes: list[str] | None = None) -> list[str]:
        """Return what clients must ask for."""
        return required_scopes or list(self._scopes)

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return what a token of ours says, and ``None`` for every other."""
        try:
            principal = await self._verifier.verify_token(token, self._scopes)
        except Challenged:
            return None
        return AccessToken.model_validate(described(token, principal, self._verifier.issuer))

    def get_routes(self, mcp_path: str | None = None) -> list[Route]:
        """Return the metadata's routes."""
        self.set_mcp_path(mcp_path)
        return [
            Route(path, self._metadata, methods=["GET"]) for path in self._verifier.metadata_paths()
        ]

    def get_middleware(self) -> list[Any]:
        """Return what refuses requests that may not reach the endpoint, before FastMCP's own."""
        return [Middleware(_Refusing, auth=self), *super().get_middleware()]

    def _get_resource_url(self, path: str | None = None) -> AnyHttpUrl:  # noqa: ARG002
        """Return the resource as it was given: a proxy may serve it at another path than ours."""
        return AnyHttpUrl(self._verifier.resource)

    async def refusal(self, scope: Scope) -> Challenged | None:
        """Return why a request to the MCP endpoint goes no further; ``None`` if it may."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path != (self._mcp_path or urlsplit(self._verifier.resource).path):
            return None
        try:
            await self._verifier.verify(scope, self._scopes)
        except Challenged as challenged:
            return challenged
        return None

    async def _metadata(self, _request: Request) -> Response:
        body = msgspec.json.encode(self._verifier.metadata(self._scopes, self._name))
        return Response(body, media_type="application/json", headers=_PUBLIC)


class _Refusing:
    """Answers with the whole challenge where FastMCP's answer would lack half of it."""

    def __init__(self, app: ASGIApp, auth: SumunAuth) -> None:
        self._app = app
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = await self._auth.refusal(scope) if scope["type"] == "http" else None
        if refused is None:
            await self._app(scope, receive, send)
            return
        response = Response(refused.body, refused.status, media_type="application/json")
        response.raw_headers.extend(refused.headers)
        await response(scope, receive, send)
