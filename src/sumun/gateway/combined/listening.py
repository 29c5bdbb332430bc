"""``subscriptions/listen`` at many servers, as one stream (MCP 2026-07-28 "Subscriptions")."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Any, Final

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.combined.asking import PATIENCE, Open, ask
from sumun.gateway.combined.marking import mark_message
from sumun.gateway.combined.naming import Owners, combined_uri
from sumun.gateway.eras import wire
from sumun.gateway.eras.revisions import LIST_CHANGES, SUBSCRIPTION
from sumun.gateway.events import TooLong, read_events
from sumun.gateway.headers import Headers
from sumun.gateway.jsonrpc import INVALID_PARAMS, Message

_BACKLOG: Final = 256
_KEEP_ALIVE: Final = 15.0
_OK: Final = 200
_RESOURCES: Final = "resourceSubscriptions"

_END: Final[dict[str, Any]] = {"end": True}

Left = Callable[[str, str], None]
Messages = AsyncGenerator[dict[str, Any], None]


class Listening:
    """What several servers say unasked, to one who listens.

    Parameters
    ----------
    open_:
        Makes an exchange with one of them.
    owners:
        Knows whose a resource is.
    limit:
        Bytes of one message.
    left:
        Told of servers that do not answer.

    """

    def __init__(self, open_: Open, owners: Owners, limit: int, left: Left) -> None:
        self._open = open_
        self._owners = owners
        self._limit = limit
        self._left = left
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_BACKLOG)
        self._begun: list[tuple[str, Messages]] = []

    async def start(self, servers: Sequence[str], headers: Headers, message: Message) -> Answer:
        """Return the stream of what was wanted."""
        params = message.body.get("params") or {}
        wanted = params.get("notifications")
        if not isinstance(wanted, dict):
            fault = "params.notifications must be an object"
            return answers.error(400, message.id, INVALID_PARAMS, fault)
        begun = await asyncio.gather(
            *(
                self._begin(
                    server, headers, message.body | {"params": params | {"notifications": own}}
                )
                for server in servers
                if (own := self._wanted_of(server, wanted))
            )
        )
        honoured: dict[str, Any] = {}
        for each in begun:
            honoured |= {name: True for name in LIST_CHANGES.values() if each.get(name) is True}
            if uris := each.get(_RESOURCES):
                honoured[_RESOURCES] = sorted([*honoured.get(_RESOURCES, ()), *uris])
        return Answer(_OK, self._stream(message.id, honoured), [answers.EVENT_STREAM])

    def _wanted_of(self, server: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return what of the wishes concerns one server."""
        own: dict[str, Any] = {
            name: True for name in LIST_CHANGES.values() if wanted.get(name) is True
        }
        uris = wanted.get(_RESOURCES)
        found = (
            self._owners.of_uri(uri)
            for uri in (uris if isinstance(uris, list) else ())
            if isinstance(uri, str)
        )
        if theirs := [each[1] for each in found if each is not None and each[0] == server]:
            own[_RESOURCES] = theirs
        return own

    async def _begin(
        self, server: str, headers: Headers, message: dict[str, Any]
    ) -> dict[str, Any]:
        """Begin to listen to one server; return what it agreed to, in its combined form."""
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await ask(self._open, server, headers, message)
                if answer is None or isinstance(answer.body, bytes):
                    return {}
                messages = _messages(answer.body, self._limit)
                acknowledged: dict[str, Any] = await anext(messages, {})
        except TimeoutError:
            self._left(server, "it did not answer in time")
            return {}
        self._begun.append((server, messages))
        params = acknowledged.get("params", {})
        agreed = params.get("notifications", {})
        honoured = dict(agreed) if isinstance(agreed, dict) else {}
        uris = honoured.pop(_RESOURCES, None)
        if isinstance(uris, list):
            honoured[_RESOURCES] = [combined_uri(server, str(uri)) for uri in uris]
        return honoured

    async def _read(self, server: str, messages: Messages) -> None:
        async with aclosing(messages):
            async for message in messages:
                if "method" in message:
                    mark_message(server, message)
                    await self._heard.put(message)

    async def _stream(self, id_: jsonrpc.Id, honoured: dict[str, Any]) -> AsyncIterator[bytes]:
        meta = {SUBSCRIPTION: id_}
        reading = [asyncio.create_task(self._read(*each)) for each in self._begun]
        try:
            yield wire.event(
                wire.notification(
                    "notifications/subscriptions/acknowledged",
                    {"notifications": honoured, "_meta": meta},
                )
            )
            while (message := await self._next(reading)) is not _END:
                yield wire.event(message) if message else wire.COMMENT
            yield wire.event(wire.result(id_, {"resultType": "complete", "_meta": meta}))
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _next(self, reading: list[asyncio.Task[None]]) -> dict[str, Any]:
        """Return what is said next; nothing after a while, and the end where all have ended."""
        heard = asyncio.ensure_future(self._heard.get())
        ended = asyncio.ensure_future(asyncio.wait(reading)) if reading else None
        try:
            await asyncio.wait(
                {heard, ended} if ended else {heard},
                timeout=_KEEP_ALIVE,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if heard.done():
                return heard.result()
            return _END if ended is not None and ended.done() else {}
        finally:
            heard.cancel()
            if ended is not None:
                ended.cancel()


async def _messages(body: AsyncIterator[bytes], limit: int) -> Messages:
    async with aclosing(body) as chunks:  # type: ignore[type-var]
        with suppress(TooLong):
            async for event in read_events(chunks, limit):
                if event.data:
                    yield jsonrpc.decode(event.data)
