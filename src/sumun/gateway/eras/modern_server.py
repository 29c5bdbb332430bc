"""A server that speaks the modern revision only, for clients that speak legacy ones."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any, Final

import msgspec

from sumun.gateway import jsonrpc
from sumun.gateway.eras import as_legacy, wire
from sumun.gateway.eras.conversations import Conversation, Conversations
from sumun.gateway.eras.handshake import Handshake
from sumun.gateway.eras.mirrors import Paths, can_be_said, mirroring
from sumun.gateway.eras.modern_calls import ModernCall
from sumun.gateway.eras.modern_listening import Changes
from sumun.gateway.eras.revisions import LEVELS, NO_TASKS, TASK_METHODS
from sumun.gateway.eras.wire import Made
from sumun.gateway.jsonrpc import INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

FindMirrored = Callable[[str], Awaitable[Paths]]
"""Returns which arguments of a tool have headers that mirror them."""

_MODERN_ONLY: Final = frozenset({"server/discover", "subscriptions/listen"})
_SETTLED_WITHIN: Final = 2.0


class _Asker(msgspec.Struct):
    """Who asks: what a request of the modern era has to say each time."""

    handshake: Handshake
    conversation: Conversation
    headers: wire.Pairs
    principal: Principal | None


class ModernServer:
    """Answers legacy requests with the help of modern ones.

    Parameters
    ----------
    upstream:
        The server.
    name:
        What it is called, where it does not say so itself.
    mirrored:
        Knows its tools.
    conversations:
        What is under way with it; its own by default.

    """

    def __init__(
        self,
        upstream: Upstream,
        name: str,
        mirrored: FindMirrored,
        conversations: Conversations | None = None,
    ) -> None:
        self._upstream = upstream
        self._name = name
        self._mirrored = mirrored
        self._conversations = conversations or Conversations()
        self._ids = count(1)

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None,
    ) -> UpstreamResponse:
        """Answer one HTTP request of a legacy client.

        Raises
        ------
        UpstreamFailed
            If the server gives no usable answer.

        """
        session = wire.header(headers, wire.SESSION)
        handshake = (
            Handshake.of_session(session)
            if session
            else Handshake.unspoken(wire.header(headers, wire.REVISION))
        )
        if handshake is None or self._conversations.has_ended(handshake):
            return unknown_session()
        if method == "DELETE":
            self._conversations.end(handshake)
            return Made(204 if handshake.id else 405)
        conversation = self._conversations.of(handshake)
        asker = _Asker(handshake, conversation, wire.of_the_caller(headers), principal)
        if method == "GET":
            return await self._listen(asker)
        message = jsonrpc.decode(body)
        if "method" not in message:
            return _responded(message, conversation)
        if "id" not in message:
            return _noted(message, conversation)
        return await self._answer(message, asker)

    async def _answer(self, message: dict[str, Any], asker: _Asker) -> UpstreamResponse:
        id_, params = message["id"], message.get("params") or {}
        match message["method"]:
            case "initialize":
                return await self._initialize(message, asker)
            case "ping":
                return wire.answer(wire.result(id_, {}))
            case "logging/setLevel":
                if params.get("level") not in LEVELS:
                    return wire.answer(wire.error(id_, INVALID_PARAMS, "There is no such level"))
                asker.conversation.level = params["level"]
                return wire.answer(wire.result(id_, {}))
            case "resources/subscribe" | "resources/unsubscribe":
                return await _subscribed(message, asker.conversation)
            case method if method in TASK_METHODS:
                return wire.answer(wire.error(id_, METHOD_NOT_FOUND, NO_TASKS))
            case method if method in _MODERN_ONLY or not can_be_said(method):
                fault = "This revision has no such method"
                return wire.answer(wire.error(id_, METHOD_NOT_FOUND, fault))
        return await ModernCall(
            asker.conversation,
            message,
            asker.handshake.revision,
            partial(self._ask, asker, message["method"], params),
            self._upstream.result_limit,
        ).answered()

    async def _initialize(self, message: dict[str, Any], asker: _Asker) -> UpstreamResponse:
        agreed = Handshake.agreed(message.get("params"))
        asker.handshake = agreed
        id_, response = await self._ask(asker, "server/discover", {}, {})
        if wire.is_no_answer(response):
            return response
        said = await wire.answer_in(response, id_, self._upstream.result_limit)
        if "result" not in said:
            raise UpstreamFailed("it does not say what it can do")
        greeting = as_legacy.initialized(said["result"], agreed.revision, self._name)
        return wire.answer(wire.result(message["id"], greeting), mcp_session_id=agreed.session)

    async def _listen(self, asker: _Asker) -> UpstreamResponse:
        if not asker.handshake.id:
            return Made(405)
        if asker.conversation.listening:
            return Made(409)  # nothing may be said on two streams (2025-11-25 transports)
        listen = partial(self._ask, asker, "subscriptions/listen", {})
        return await Changes(asker.conversation, listen, self._upstream.result_limit).start()

    async def _ask(
        self, asker: _Asker, method: str, params: dict[str, Any], added: dict[str, Any]
    ) -> tuple[int, UpstreamResponse]:
        """Send a request, with what is added to its parameters; return its id and the answer."""
        own = as_legacy.params_for_modern(
            params | added,
            asker.handshake.client,
            asker.handshake.capabilities,
            asker.conversation.level,
        )
        paths = await self._mirrored(own["name"]) if method == "tools/call" else {}
        headers = [*asker.headers, *mirroring(method, own, paths)]
        id_ = next(self._ids)
        request = wire.request(id_, method, own)
        return id_, await wire.post(self._upstream, headers, request, asker.principal)


def unknown_session() -> Made:
    """Return the answer that makes a client begin another session (2025-11-25 transports)."""
    fault = "The session is not known; initialize"
    return wire.answer(wire.error(None, INVALID_REQUEST, fault), 404)


def _responded(message: dict[str, Any], conversation: Conversation) -> Made:
    if conversation.hear(message):
        return Made(202)
    fault = "Nobody here waits for this answer"
    return wire.answer(wire.error(None, INVALID_REQUEST, fault), 400)


def _noted(message: dict[str, Any], conversation: Conversation) -> Made:
    """Take a notification; all but a cancellation are of no use to a modern server."""
    params = message.get("params")
    if message["method"] == "notifications/cancelled" and isinstance(params, dict):
        id_ = params.get("requestId")
        if isinstance(id_, str | int) and (call := conversation.calls.get(id_)) is not None:
            call.set()
    return Made(202)


async def _subscribed(message: dict[str, Any], conversation: Conversation) -> Made:
    """Note a subscription, and wait a moment for the server to know of it."""
    uri = (message.get("params") or {}).get("uri")
    wanted = message["method"] == "resources/subscribe"
    if not isinstance(uri, str) or not conversation.subscribe(uri, wanted=wanted):
        fault = "params.uri must be a string" if not isinstance(uri, str) else "Too many resources"
        return wire.answer(wire.error(message["id"], INVALID_PARAMS, fault))
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLED_WITHIN):
            await conversation.settled.wait()
    return wire.answer(wire.result(message["id"], {}))
