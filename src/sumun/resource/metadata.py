"""Protected-resource metadata (RFC 9728), for the root and for every MCP server."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sumun.cross_origin import cross_origin
from sumun.proof import DPOP_ALGS
from sumun.resource.identifiers import WELL_KNOWN, own_tools, root_scope

_HEADERS: Final = {
    # Public, and the same for everybody.
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
}

ScopesBelow = Callable[[str], Awaitable[Iterable[str]]]


class ProtectedResources:
    """The metadata documents and their routes.

    Parameters
    ----------
    issuer:
        The authorization server, and the base of the identifiers.
    has_server:
        Whether an MCP server of that name stands behind the gateway.
    scopes_below:
        The scopes of a server beside the one at its root; by default there are none.
    takes_certificates:
        Whether tokens may be bound to certificates of clients (RFC 8705 §3.3).

    """

    def __init__(
        self,
        issuer: str,
        has_server: Callable[[str], bool],
        scopes_below: ScopesBelow | None = None,
        *,
        takes_certificates: bool = False,
    ) -> None:
        self._issuer = issuer
        self._has_server = has_server
        self._scopes_below = scopes_below or _none
        self._takes_certificates = takes_certificates

    def document(self, resource: str, scopes_below: Iterable[str] = ()) -> dict[str, Any]:
        """Return the metadata of a resource.

        ``offline_access`` is never listed: whether a client gets refresh tokens is not the
        resource's concern (MCP authorization, "Refresh Tokens").
        """
        document: dict[str, Any] = {
            "resource": resource,
            "authorization_servers": [self._issuer],
            "scopes_supported": [root_scope(self._issuer, resource), *scopes_below],
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": list(DPOP_ALGS),
            "tls_client_certificate_bound_access_tokens": self._takes_certificates,
        }
        if resource.startswith(own_tools(self._issuer)):
            # Only where there are tools (RFC 9728 §2, RFC 9396 §10).
            document["authorization_details_types_supported"] = ["mcp_tools"]
        return document

    def routes(self) -> list[Route]:
        """Return the root form and the path forms (RFC 9728 §3.1)."""
        path = urlsplit(self._issuer).path.rstrip("/")
        # Behind a front that strips the issuer's path the root form still answers.
        roots = dict.fromkeys((WELL_KNOWN, WELL_KNOWN + path))
        routes = [
            *(Route(root, self._root, methods=["GET"]) for root in roots),
            *(Route(f"{root}/mcp", self._own_tools, methods=["GET"]) for root in roots),
            *(Route(f"{root}/mcp/{{name}}", self._server, methods=["GET"]) for root in roots),
        ]
        return [cross_origin(route, "GET") for route in routes]

    async def _root(self, _request: Request) -> Response:
        return self._answer(self._issuer)

    async def _own_tools(self, _request: Request) -> Response:
        return self._answer(own_tools(self._issuer))

    async def _server(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not self._has_server(name):
            return Response(
                b'{"error":"not_found","error_description":"no MCP server has this name"}',
                404,
                media_type="application/json",
            )
        return self._answer(f"{own_tools(self._issuer)}/{name}", await self._scopes_below(name))

    def _answer(self, resource: str, scopes_below: Iterable[str] = ()) -> Response:
        body = msgspec.json.encode(self.document(resource, scopes_below))
        return Response(body, media_type="application/json", headers=_HEADERS)


async def _none(_server: str) -> Iterable[str]:
    return ()
