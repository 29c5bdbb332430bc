"""One call of a modern client at a legacy server, over as many rounds as it takes.

What the server asks in the middle of it (elicitation, sampling, roots) ends a round: the client
hears ``input_required``, and its retry goes on with the same call, whose stream was kept open
meanwhile (MCP 2026-07-28 "Multi Round-Trip Requests").
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any, Final

from sumun.gateway.eras import as_modern, wire
from sumun.gateway.eras.legacy_sessions import Session, who
from sumun.gateway.eras.resuming import Resuming
from sumun.gateway.eras.revisions import (
    ASKED_DURING,
    ASKING,
    CAPABILITIES,
    LEVELS,
    LOG_LEVEL,
)
from sumun.gateway.jsonrpc import INTERNAL_ERROR, METHOD_NOT_FOUND, NAMING, Id
from sumun.gateway.upstreams.upstream import UpstreamResponse
from sumun.guard import Principal

AGAIN: Final = "again"
"""The state of a call that is over, and is to be made again after a visit."""
INPUT: Final = "input"
"""The key of a server's one question among ``inputRequests``."""

_OK: Final = 200
_NOT_THERE: Final = (METHOD_NOT_FOUND, "The client cannot do this")
_WAITING_MOST: Final = 256
_WAITING_EACH: Final = 16
_PATIENCE: Final = 300.0
"""Seconds a call waits for the client's answer."""


class Waiting:
    """The calls that wait for an answer of their client's; few, and not for long.

    They wait in this process, since the server's stream is open here. What the client holds of
    one is an unguessable name, which leaves the gateway sealed for its principal.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._calls: dict[str, tuple[Call, asyncio.TimerHandle]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def has_room(self, principal: Principal | None) -> bool:
        """Whether another call of a principal's may wait."""
        own = sum(call.who == who(principal) for call, _ in self._calls.values())
        return len(self._calls) < _WAITING_MOST and own < _WAITING_EACH

    def keep(self, call: "Call") -> str:
        """Keep a call; return the name it is taken by."""
        name = os.urandom(16).hex()
        loop = asyncio.get_running_loop()
        self._calls[name] = (call, loop.call_later(self._patience, self._give_up, name))
        return name

    def take(
        self, name: str, request: dict[str, Any], principal: Principal | None
    ) -> "Call | None":
        """Return the call that a retry goes on with, if it waits here and is the same."""
        found = self._calls.get(name)
        if found is None or not found[0].is_retried_by(request, principal):
            return None
        call, timer = self._calls.pop(name)
        timer.cancel()
        return call

    async def close(self) -> None:
        """Wait no more."""
        calls, self._calls = self._calls, {}
        for _call, timer in calls.values():
            timer.cancel()
        await asyncio.gather(*(call.cancel() for call, _ in calls.values()), *self._leaving)

    def _give_up(self, name: str) -> None:
        call, _timer = self._calls.pop(name)
        leaving = asyncio.create_task(call.cancel())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


class Call:
    """A call under way at the server.

    Parameters
    ----------
    session:
        Where it was made.
    request:
        The client's request.
    upstream_id:
        The id it has at the server, which is its progress token there too.
    response:
        What the server answers.
    waiting:
        Where it waits between rounds.

    """

    def __init__(
        self,
        session: Session,
        request: dict[str, Any],
        upstream_id: int,
        response: UpstreamResponse,
        waiting: Waiting,
    ) -> None:
        self.who = who(session.principal)
        self._session = session
        self._request = request
        self._id = upstream_id
        self._response = response
        self._waiting = waiting
        self._answer = Resuming(session, response)
        self._messages = self._answer.messages()
        self._asked: dict[str, Any] | None = None
        self._ended = False
        session.busy += 1

    def is_retried_by(self, request: dict[str, Any], principal: Principal | None) -> bool:
        """Whether a request is this call again.

        By its method and what it names: the arguments may have been encrypted anew.
        """
        name = NAMING[self._request["method"]]
        return (
            self.who == who(principal)
            and request["method"] == self._request["method"]
            and request["params"].get(name) == self._request["params"].get(name)
        )

    @property
    def streams(self) -> bool:
        """Whether the server answers with an event stream."""
        return self._response.content_type == wire.EVENTS

    async def go_on(self, request: dict[str, Any]) -> None:
        """Give the server the client's answer, if it has come with the retry."""
        self._request = request
        responses = request["params"].get("inputResponses")
        given = responses.get(INPUT) if isinstance(responses, dict) else None
        if self._asked is None or not isinstance(given, dict):
            return  # the question is asked again
        given.pop("resultType", None)
        await self._session.tell(wire.result(self._asked["id"], given))
        self._asked = None

    async def round(self) -> AsyncIterator[dict[str, Any] | None]:
        """Yield what the client hears in this round, the response last; ``None`` is a sign of life.

        Raises
        ------
        UpstreamFailed
            If the server's answer is of no use.

        """
        if self._asked is not None:
            yield self._ask_client(self._asked)
            return
        async for message in self._messages:
            if message is not None and self._response.status != _OK:
                message["id"] = None  # whatever it could not read, it answers this request
            if message is None:
                yield None
            elif wire.is_response(message, self._id):
                await self._end()
                yield self._final(message)
                return
            elif "method" not in message:
                continue  # a response to nothing that was asked
            elif "id" not in message:
                if (heard := self._heard(message)) is not None:
                    yield heard
            elif await self._is_for_client(message):
                yield self._ask_client(message)
                return

    async def leave(self) -> None:
        """Notice that nobody listens to this round any more: over, or cancelled by closing."""
        if self._asked is None:
            await self.cancel()

    async def cancel(self) -> None:
        """Tell the server to stop, unless it has."""
        if not self._ended:
            await self._end()
            await self._session.cancel(self._id)

    async def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._session.busy -= 1
            await self._answer.close()

    def _final(self, message: dict[str, Any]) -> dict[str, Any]:
        id_, method = self._request["id"], self._request["method"]
        if "result" in message:
            server = self._session.initialized.get("serverInfo")
            return wire.result(id_, as_modern.result(method, message["result"], server))
        fault = message["error"]
        if fault.get("code") == as_modern.URL_NEEDED and method in ASKED_DURING:
            pages = as_modern.pages_to_visit(fault)
            can = self._declared("elicitation")
            if pages and isinstance(can, dict) and "url" in can:
                return _input_required(id_, pages, AGAIN)
        return wire.failure(id_, as_modern.error(fault))

    def _heard(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Return what of a notification is for this client."""
        self._session.hear(message)
        meta = self._request["params"]["_meta"]
        level = meta.get(LOG_LEVEL)
        return as_modern.notification(
            message,
            self._id,
            meta.get("progressToken"),
            level if level in LEVELS else None,
        )

    async def _is_for_client(self, message: dict[str, Any]) -> bool:
        """Whether the client is to answer a server's request; if not, it is answered here."""
        method = message["method"]
        if method == "ping":
            await self._session.tell(wire.result(message["id"], {}))
            return False
        may_ask = (
            method in ASKING
            and self._request["method"] in ASKED_DURING
            and self._declared(ASKING[method]) is not None
        )
        if may_ask and self._waiting.has_room(self._session.principal):
            return True
        refusal = (INTERNAL_ERROR, "Too many calls wait") if may_ask else _NOT_THERE
        await self._session.tell(wire.error(message["id"], *refusal))
        return False

    def _ask_client(self, question: dict[str, Any]) -> dict[str, Any]:
        self._asked = question
        name = self._waiting.keep(self)
        return _input_required(self._request["id"], {INPUT: as_modern.question(question)}, name)

    def _declared(self, capability: str) -> Any:
        return self._request["params"]["_meta"][CAPABILITIES].get(capability)


def _input_required(id_: Id, questions: dict[str, Any], state: str) -> dict[str, Any]:
    asked = {"resultType": "input_required", "inputRequests": questions, "requestState": state}
    return wire.result(id_, asked)
