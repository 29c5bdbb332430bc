"""Asking one of many servers for what all of them are asked, through its own exchange."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any, Final

from starlette.types import Receive

from sumun.gateway import jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.combined.marking import LISTS
from sumun.gateway.events import TooLong, read_events
from sumun.gateway.exchange import Exchange
from sumun.gateway.headers import Headers
from sumun.gateway.passage import is_answer
from sumun.gateway.upstreams.upstream import UpstreamFailed

PATIENCE: Final = 10.0
"""Seconds that a server has to say all it is asked; then it is left out."""
_PAGES: Final = 32
_ENTRIES: Final = 2048
_LIMIT: Final = 16 * 1024 * 1024
_OK: Final = 200
_BAD_GATEWAY: Final = 502

Open = Callable[[str, Headers], Awaitable[Exchange | None]]
"""Makes an exchange with a server; nothing, if it is not there any more."""


def replayed(body: bytes, receive: Receive | None = None) -> Receive:
    """Return what gives a body that was read already, and then what ``receive`` gives.

    Without ``receive`` the caller never leaves.
    """
    rest = receive or _never
    given = False

    async def again() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await rest()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def ask(open_: Open, server: str, headers: Headers, message: dict[str, Any]) -> Answer | None:
    """Return a server's answer to a message; nothing, if there is no such server any more."""
    exchange = await open_(server, headers)
    return None if exchange is None else await exchange.post(replayed(jsonrpc.encode(message)))


async def result_of(
    open_: Open, server: str, headers: Headers, message: dict[str, Any]
) -> dict[str, Any]:
    """Return the result of a request; an empty one, where a server refuses it or knows no such.

    Raises
    ------
    UpstreamFailed
        If the server gives no answer.

    """
    answer = await ask(open_, server, headers, message)
    if answer is None:
        return {}
    said = await read_answer(answer, message["id"])
    if answer.status == _BAD_GATEWAY or said is None:
        fault = (said or {}).get("error", {})
        raise UpstreamFailed(str(fault.get("message", "it gave no answer")))
    result = said.get("result", {})
    return result if isinstance(result, dict) else {}


async def all_pages(
    open_: Open, server: str, headers: Headers, message: dict[str, Any]
) -> dict[str, Any]:
    """Return a list of a server's with the entries of all its pages.

    Raises
    ------
    UpstreamFailed
        If the server gives no answer, or one without end.

    """
    member, _, _ = LISTS[message["method"]]
    params = message.get("params") or {}
    whole: dict[str, Any] = {}
    entries: list[Any] = []
    for _ in range(_PAGES):
        page = await result_of(open_, server, headers, message | {"params": params})
        listed = page.get(member)
        entries += listed if isinstance(listed, list) else []
        whole = whole or page
        cursor = page.get("nextCursor")
        if len(entries) > _ENTRIES:
            break
        if not isinstance(cursor, str):
            return whole | {member: entries}
        params = params | {"cursor": cursor}
    raise UpstreamFailed("its list has no end")


async def read_answer(answer: Answer, id_: jsonrpc.Id) -> dict[str, Any] | None:
    """Return the response in an answer, whichever form it has."""
    if isinstance(answer.body, bytes):
        return jsonrpc.decode(answer.body) if answer.body else None
    async with aclosing(answer.body) as chunks:  # type: ignore[type-var]
        try:
            async for event in read_events(chunks, _LIMIT):
                message = jsonrpc.decode(event.data) if event.data else None
                if message is not None and is_answer(message, id_):
                    return dict(message)
        except TooLong:
            raise UpstreamFailed("its answer is too long") from None
    return None


async def _never() -> MutableMapping[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError  # nobody sets it
