"""``GET /oauth2/traces/REF``: why an authorization attempt failed, for whoever may read the log."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sumun.oauth.traces import find_trace
from sumun.oauth.traces.report import report
from sumun.oauth.traces.trace import read_reference
from sumun.resource import BearerVerifier, Challenged
from sumun.server.challenge import challenge_response
from sumun.storage import Database, StorageError

PATH: Final = "/oauth2/traces/{ref}"
SCOPE: Final = "audit:read"

_HEADERS: Final = {"Cache-Control": "no-store"}
_UNKNOWN: Final = {
    "error": "not_found",
    "error_description": "nothing is kept under this reference",
}
_AWAY: Final = {"error": "temporarily_unavailable", "error_description": "storage does not answer"}


def route(verifier: BearerVerifier, database: Database, audience: str) -> Route:
    """Return the route, protected for ``audience``."""

    async def trace(request: Request) -> Response:
        try:
            await verifier.verify(request.scope, audience, scopes=(SCOPE,))
        except Challenged as challenged:
            return challenge_response(challenged)
        ref = read_reference(request.path_params["ref"][:64])
        try:
            found = None if ref is None else await database.read(find_trace, ref)
        except StorageError:
            return _answer(_AWAY, 503)
        return _answer(_UNKNOWN, 404) if found is None else _answer(report(found), 200)

    return Route(PATH, trace, methods=["GET"])


def _answer(document: object, status: int) -> Response:
    body = msgspec.json.encode(document)
    return Response(body, status, media_type="application/json", headers=_HEADERS)
