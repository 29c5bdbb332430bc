"""Every request to a plain HTTP API past the guard, in any ASGI application."""

import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, cast

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sumun.config import Config
from sumun.guard import IN_ASGI_SCOPE, Admitted, Call, Principal, Refusal, Released
from sumun.integrations.api import content
from sumun.integrations.api.refusals import Refused
from sumun.integrations.api.request import Given, operation
from sumun.integrations.api.response import Held
from sumun.integrations.local_guard import LocalGuard
from sumun.integrations.remote import RemoteVerifier
from sumun.policy import Policy
from sumun.resource import Challenged, InsufficientScope

_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
_POLICY_VIOLATION = 1008


class SumunAPI:
    """Verifies tokens, and takes what requests and answers hold past the guard.

    To a policy, an operation is a tool called by its method and route (``GET/customers/{id}``),
    with the arguments ``path`` (its segments), ``query`` and ``body``. JSON and text are
    inspected, whole; what else there is (files, forms, streams of events) goes on only if the
    policy says ``binary = "allow"``. WebSockets are refused.

    Parameters
    ----------
    app:
        The application.
    server:
        What policies and the log call it.
    issuer:
        The issuer identifier, exactly as the issuer writes it.
    resource:
        This API's identifier: the audience its tokens must have.
    scopes:
        What every request needs; scopes that include one of these will do.
    scopes_supported:
        What the metadata tells clients to ask for; by default ``scopes``.
    scope_hierarchy:
        Which scope includes which patterns.
    config:
        Where keys, log and policy are; by default read as everywhere, and shared with the
        decorators of this process.
    policy:
        Instead of the policy document of the configuration.
    limit:
        Bytes that the body of a request, or of an answer, may have.
    verifier:
        Instead of the one made of ``issuer`` and ``resource``.
    name:
        Returns what an operation is called, given the ASGI scope; by default by Starlette's routes.

    Raises
    ------
    ValueError
        If one of the URLs is none, or plain http to another machine.
    ConfigurationError, KeyMaterialError, StorageError
        If the configuration, the keys or the storage cannot be used.

    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        server: str,
        issuer: str = "",
        resource: str = "",
        scopes: Sequence[str] = (),
        scopes_supported: Collection[str] | None = None,
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        config: Config | None = None,
        policy: Policy | None = None,
        limit: int = 4 * 1024 * 1024,
        verifier: RemoteVerifier | None = None,
        name: Callable[[Scope], str] | None = None,
    ) -> None:
        self._app = app
        self._server = server
        self._scopes = tuple(scopes)
        self._supported = self._scopes if scopes_supported is None else scopes_supported
        self._limit = limit
        self._name = name or partial(operation, app=app)
        self._verifier = verifier or RemoteVerifier(
            issuer, resource, scope_hierarchy=scope_hierarchy
        )
        self._guard = LocalGuard(config, policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in self._verifier.metadata_paths() and scope["method"] == "GET":
            await self._metadata()(scope, receive, send)
        else:
            try:
                principal = await self._verifier.verify(scope, self._scopes)
                await self._pass(principal, scope, receive, send)
            except Challenged as challenged:
                response = Response(
                    challenged.body, challenged.status, media_type="application/json"
                )
                response.raw_headers.extend(challenged.headers)
                await response(scope, receive, send)
            except Refused as refused:
                await refused.response()(scope, receive, send)

    async def _pass(self, principal: Principal, scope: Scope, receive: Receive, send: Send) -> None:
        opaque = self._guard.policy.binary == "allow"
        given = Given(scope, await content.read(scope, receive, self._limit), opaque=opaque)
        admitted = await self._admit(principal, self._name(scope), given.arguments)
        held = Held(send, self._limit, partial(self._screen, admitted) if opaque else None)
        onwards, replayed = given.left(admitted.call.params["arguments"], receive)
        onwards[IN_ASGI_SCOPE] = principal
        result = await self._run(admitted, held, self._app(onwards, replayed, held.take))
        left = await self._release(admitted, result, failed=held.failed)
        if not held.passing:
            await held.give(left)

    async def _run(
        self, admitted: Admitted, held: Held, answering: Awaitable[None]
    ) -> dict[str, Any]:
        """Have the application answer; return what of it the guard is to see."""
        try:
            await answering
            return held.result()
        except BaseException as error:
            reason = type(error).__name__ if held.refusal is None else held.refusal.reason
            self._guard.abandon(admitted, reason)
            if held.refusal is not None:  # applications make something else of what was raised
                raise held.refusal from None
            raise

    async def _screen(self, admitted: Admitted, said: dict[str, Any]) -> dict[str, Any]:
        raw = msgspec.json.encode(said)
        left: dict[str, Any] = msgspec.json.decode(raw)
        self._check(await self._guard.screen(admitted, left, raw))
        return left

    async def _release(
        self, admitted: Admitted, said: dict[str, Any], *, failed: bool
    ) -> dict[str, Any]:
        raw = msgspec.json.encode(said)
        left: dict[str, Any] = msgspec.json.decode(raw)
        self._check(await self._guard.release(admitted, left, raw, failed=failed))
        return left

    def _check(self, decision: Admitted | Released | Refusal) -> None:
        """Raise what a refusal is answered with."""
        if not isinstance(decision, Refusal):
            return
        if decision.reason == "insufficient_scope":
            raise InsufficientScope(self._verifier.resource, decision.scopes)
        raise Refused.by_guard(decision)

    async def _admit(self, principal: Principal, tool: str, arguments: dict[str, Any]) -> Admitted:
        raw = msgspec.json.encode({"name": tool, "arguments": arguments})
        call = Call(
            server=self._server,
            method="tools/call",
            tool=tool,
            params=msgspec.json.decode(raw),
            raw=raw,
            correlation_id=os.urandom(8).hex(),
        )
        # An API has scopes of its own, and they were asked for: to call it is no more than that.
        scopes = principal.scopes | {f"mcp:{self._server}"}
        caller = msgspec.structs.replace(principal, scopes=scopes)
        admitted = await self._guard.admit(caller, call)
        self._check(admitted)
        return cast("Admitted", admitted)

    def _metadata(self) -> Response:
        body = msgspec.json.encode(self._verifier.metadata(list(self._supported)))
        return Response(body, media_type="application/json", headers=_PUBLIC)
