"""``/account/connect``: a person lets a client use a server upstream as themselves.

The page stands before the sign-in there, for every client anew (MCP security best practices,
"Confused Deputy Problem"): a link can bring anybody here, but acts only for whom it was made.
"""

from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sumun.config import UpstreamConfig
from sumun.console import client
from sumun.console.account_visit import AccountVisits, Visit
from sumun.console.connections import Connections
from sumun.console.readable import readable
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.upstream.links import Link
from sumun.oauth.upstream.own_client import CALLBACK_PATH, DOCUMENT_PATH
from sumun.oauth.upstream.refused import Reason, TokenRefused

UPSTREAM_CALLBACK: Final = f"{CALLBACK_PATH}/{{server}}"
UPSTREAM_DOCUMENT: Final = f"{DOCUMENT_PATH}/{{server}}"

_STATUS: Final[dict[Reason, int]] = {"cancelled": 403, "refused": 403, "unreachable": 503}


class _Asked(NamedTuple):
    link: Link
    definition: UpstreamConfig


class ConnectPage:
    """Says who would use what as whom, and begins the sign-in there."""

    def __init__(self, connections: Connections, visits: AccountVisits) -> None:
        self._connections = connections
        self._sign_ins = connections.sign_ins
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer)

    async def _answer(self, visit: Visit) -> Response:
        fields = visit.visitor.fields
        link = self._sign_ins.links.read(fields.get("link"))
        definition = None if link is None else self._connections.server(link.server)
        if link is None or definition is None:
            return _outcome(visit, "over", status=400)
        if link.user_id != visit.user.user_id:
            return _outcome(visit, "somebody_else", server=link.server, status=403)
        asked = _Asked(link, definition)
        if not visit.visitor.is_post:
            return await self._show(visit, asked)
        match fields.get("decision"):
            case "allow":
                return await self._allow(visit, asked)
            case "deny":
                return _outcome(visit, "denied", server=link.server)
        raise Malformed("no decision")

    async def _allow(self, visit: Visit, asked: _Asked) -> Response:
        link, definition = asked
        sign_ins = self._sign_ins
        await sign_ins.store.approve(
            link.user_id, link.server, link.client_id, source=visit.visitor.source
        )
        if await sign_ins.is_granted(link.server, definition, link.user_id):
            return _outcome(visit, "connected", server=link.server)
        try:
            url = await sign_ins.begin(link.server, definition, visit.session.session_id)
        except TokenRefused as refused:
            return _refused(visit, link.server, refused)
        return see_other(url)

    async def _show(self, visit: Visit, asked: _Asked) -> Response:
        link, definition = asked
        found = await self._connections.client(link.client_id)
        known = None if found is None else client.in_words(found, "", visit.visitor.translate)
        document: dict[str, Any] = {
            "link": visit.visitor.fields.get("link"),
            "username": visit.user.username,
            "server": link.server,
            "host": self._sign_ins.at(link.server, definition).host,
            "scopes": definition.credential.scope.split(),
            "client": known.name if known else readable(link.client_id),
            "known": known.known if known else "",
            "known_note": known.known_note if known else "",
            "signed_in": await self._sign_ins.is_granted(link.server, definition, link.user_id),
        }
        return visit.visitor.show("connect.html", document)


class UpstreamCallback:
    """Takes the answer of an authorization server, in the session that the request was made in."""

    def __init__(self, connections: Connections, visits: AccountVisits) -> None:
        self._connections = connections
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer)

    async def _answer(self, visit: Visit) -> Response:
        visitor = visit.visitor
        if visitor.is_post or visitor.fields.repeated:
            raise Malformed("an authorization server answers by redirecting, each parameter once")
        name = str(visitor.request.path_params["server"])
        definition = self._connections.server(name)
        if definition is None:
            return _outcome(visit, "over", status=400)
        try:
            await self._connections.sign_ins.arrive(
                name,
                definition,
                visitor.fields.values,
                user_id=visit.user.user_id,
                session_id=visit.session.session_id,
                source=visitor.source,
            )
        except TokenRefused as refused:
            return _refused(visit, name, refused)
        return _outcome(visit, "connected", server=name)


class ClientDocument:
    """Says who we are at the authorization server of a server upstream (CIMD)."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        name = str(request.path_params["server"])
        definition = self._connections.server(name)
        if definition is None or definition.credential.client_id:
            return Response(status_code=404)
        document = self._connections.sign_ins.at(name, definition).client.document()
        headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
        return JSONResponse(document, headers=headers)


def _refused(visit: Visit, server: str, refused: TokenRefused) -> Response:
    status = _STATUS.get(refused.reason, 400)
    return _outcome(visit, refused.reason, server=server, status=status)


def _outcome(visit: Visit, outcome: str, *, server: str = "", status: int = 200) -> Response:
    document = {"outcome": outcome, "server": server, "username": visit.user.username}
    return visit.visitor.show("connected.html", document, status=status)
