"""A FastAPI or Starlette application as a protected resource, with tokens of a Sumun elsewhere.

app = FastAPI()
sumun = Protected(app, issuer="https://sumun.example", resource="https://notes.example")

@app.get("/notes")
async def notes(principal: Annotated[Principal, Depends(sumun.needs("notes:read"))]): ...
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sumun.config import Config
from sumun.guard import Principal
from sumun.integrations.api import SumunAPI
from sumun.integrations.remote import RemoteVerifier
from sumun.policy import Policy
from sumun.resource import Challenged

__all__ = ["Principal", "Protected", "RemoteVerifier"]


class Protected:
    """Makes an application a protected resource (RFC 6750, RFC 9728).

    Refusals are answered as RFC 6750 §3 has them, with the complete challenge, and the metadata
    is served at its root and path form.

    Parameters
    ----------
    app:
        The application; FastAPI's is one of Starlette's.
    issuer:
        The issuer identifier, exactly as the issuer writes it.
    resource:
        This resource's identifier: the audience its tokens must have.
    scopes:
        What the metadata tells clients to ask for; the scopes that :meth:`needs` was given are
        added.
    scope_hierarchy:
        Which scope includes which patterns.
    verifier:
        Instead of the one made of ``issuer`` and ``resource``.
    guard:
        What policies and the log call this application, if its requests and answers are to pass
        the guard, too (:class:`sumun.integrations.api.SumunAPI`); then every path needs a token.
    config, policy:
        For the guard: where keys, log and policy are; instead of the policy document there.

    Raises
    ------
    ValueError
        If one of the URLs is none, or plain http to another machine.

    """

    def __init__(
        self,
        app: Starlette,
        *,
        issuer: str,
        resource: str,
        scopes: Sequence[str] = (),
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        verifier: RemoteVerifier | None = None,
        guard: str = "",
        config: Config | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._verifier = verifier or RemoteVerifier(
            issuer, resource, scope_hierarchy=scope_hierarchy
        )
        self._scopes = dict.fromkeys(scopes)
        app.add_exception_handler(Challenged, _answer)
        if guard:
            app.add_middleware(
                SumunAPI,
                server=guard,
                verifier=self._verifier,
                scopes_supported=self._scopes.keys(),
                config=config,
                policy=policy,
            )
        for path in self._verifier.metadata_paths():
            app.router.routes.append(Route(path, self._metadata, methods=["GET"]))

    def needs(self, *scopes: str) -> Callable[[Request], Awaitable[Principal]]:
        """Return a dependency that gives the principal, or refuses the request.

        Parameters
        ----------
        scopes:
            All that the operation needs; the challenge of a refusal names them all.

        """
        self._scopes.update(dict.fromkeys(scopes))

        async def principal(request: Request) -> Principal:
            return await self._verifier.verify(request.scope, scopes)

        return principal

    async def _metadata(self, _request: Request) -> Response:
        body = msgspec.json.encode(self._verifier.metadata(list(self._scopes)))
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return Response(body, media_type="application/json", headers=headers)


async def _answer(_request: Request, refused: Exception) -> Response:
    if not isinstance(refused, Challenged):
        raise refused
    response = Response(refused.body, refused.status, media_type="application/json")
    response.raw_headers.extend(refused.headers)
    return response
