"""The gateway's door: HTTP in, the guard, HTTP out."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import Receive, Scope, Send

from sumun.cross_origin import is_preflight
from sumun.gateway import answers, jsonrpc, pages
from sumun.gateway.answers import Answer
from sumun.gateway.combined.combined import Combined
from sumun.gateway.combined.endpoint import Endpoint
from sumun.gateway.exchange import Exchange, Gate
from sumun.gateway.headers import Headers
from sumun.gateway.hosts import host_name, own_names
from sumun.gateway.upstreams.upstream import Upstream
from sumun.oauth.resources import OWN_TOOLS
from sumun.resource import BearerVerifier, Challenged

Find = Callable[[str], Awaitable[Upstream | None]]


class Door:
    """Brings MCP calls over streamable HTTP to the guard.

    Parameters
    ----------
    issuer:
        The base of the resource identifiers (``{issuer}/mcp/{name}``).
    verifier:
        Says who calls.
    find:
        Finds the upstream of a server's name.
    gate:
        What a call passes on its way.
    gates:
        The gates of servers that have their own.
    combined:
        What is offered at ``/mcp``; by default nothing but Sumun's own tools.
    origins:
        ``Origin`` values browsers may call from; others are refused (MCP transports, DNS
        rebinding), as are other hosts than theirs where the issuer is on loopback.

    """

    def __init__(
        self,
        *,
        issuer: str,
        verifier: BearerVerifier,
        find: Find,
        gate: Gate,
        gates: Mapping[str, Gate] | None = None,
        combined: Combined | None = None,
        origins: frozenset[str] = frozenset(),
    ) -> None:
        self._base = issuer.rstrip("/") + "/mcp"
        self._verifier = verifier
        self._find = find
        self._gate = gate
        self._gates = gates or {}
        self._combined = combined
        self._origins = origins
        self._names = own_names(issuer, origins)

    async def serve(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request for the server called ``name``."""
        headers = Headers(scope["headers"])
        origin = headers.get(b"origin")
        if self._names is not None and host_name(headers.get(b"host")) not in self._names:
            answer = answers.error(421, None, jsonrpc.INVALID_REQUEST, "Host is not this server's")
        elif not origin:
            answer = await self._answer(name, scope, headers, receive)
        elif origin not in self._origins:
            answer = answers.error(403, None, jsonrpc.INVALID_REQUEST, "Origin is not allowed")
        elif is_preflight(scope):
            answer = Answer(204, b"", pages.preflight(origin, headers))
        else:
            answer = await self._answer(name, scope, headers, receive)
            answer.headers = [*answer.headers, *pages.readable(origin)]
        await answer.send(receive, send)

    async def _answer(self, name: str, scope: Scope, headers: Headers, receive: Receive) -> Answer:
        upstream = await self._find(name)
        if upstream is None:
            return answers.error(
                404, None, jsonrpc.INVALID_REQUEST, "No MCP server is known by this name"
            )
        resource = self._base if name == OWN_TOOLS else f"{self._base}/{name}"
        try:
            principal = await self._verifier.verify(scope, resource)
        except Challenged as challenged:
            return Answer(challenged.status, challenged.body, [answers.JSON, *challenged.headers])
        client = scope.get("client")

        def exchange_with(server: str, upstream: Upstream, headers: Headers) -> Exchange:
            return Exchange(
                self._gates.get(server, self._gate),
                server=server,
                upstream=upstream,
                principal=principal,
                headers=headers,
                source=client[0] if client else "",
                challenge=lambda scopes: self._verifier.challenge(resource, scopes=scopes),
            )

        async def open_(server: str, headers: Headers) -> Exchange | None:
            found = await self._find(server)
            return None if found is None else exchange_with(server, found, headers)

        exchange: Exchange | Endpoint
        if name == OWN_TOOLS and self._combined is not None:
            exchange = await self._combined.endpoint(principal, headers, open_)
        else:
            exchange = exchange_with(name, upstream, headers)
        match scope["method"]:
            case "POST":
                return await exchange.post(receive)
            case "GET":
                return await exchange.listen()
            case "DELETE":
                return await exchange.end_session()
        return Answer(405, b"", [(b"allow", pages.METHODS)])
