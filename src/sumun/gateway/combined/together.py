"""Many servers as one, for requests of the modern revision."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.types import Receive

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.combined.asking import PATIENCE, Open, all_pages, replayed, result_of
from sumun.gateway.combined.listening import Listening
from sumun.gateway.combined.marking import LISTS, marked
from sumun.gateway.combined.naming import Owners, combined_name, is_shortened
from sumun.gateway.combined.union import blank, union_of_greetings, union_of_lists
from sumun.gateway.eras import wire
from sumun.gateway.headers import Headers, encoded
from sumun.gateway.jsonrpc import NAMING, Message
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.oauth.resources import OWN_TOOLS

_LISTED: Final = {"tools/call": "tools/list", "prompts/get": "prompts/list"}
_DISCOVER: Final = "server/discover"
_LISTEN: Final = "subscriptions/listen"
_OK: Final = 200

Left = Callable[[str, str], None]
"""Told of a server that was left out, and why; or the empty string if it was not."""


class Together:
    """Sumun's own tools and some servers, as one principal sees them.

    Parameters
    ----------
    open_:
        Makes an exchange with one of them.
    owners:
        Knows whose a thing is, of all servers that are offered together.
    visible:
        Those of them the principal may look at, in order.
    shows_own:
        Whether the principal may look at Sumun's own tools.
    limit:
        Bytes of one message.
    left:
        Told of servers that do not answer.

    """

    def __init__(
        self,
        open_: Open,
        owners: Owners,
        visible: Sequence[str],
        limit: int,
        left: Left,
        *,
        shows_own: bool = True,
    ) -> None:
        self._open = open_
        self._visible = visible
        self._shows_own = shows_own
        self._owners = owners
        self._limit = limit
        self._left = left

    @property
    def shows_others(self) -> bool:
        """Whether the principal sees any server but Sumun's own."""
        return bool(self._visible)

    def owner(self, message: Message) -> tuple[str, str] | None:
        """Return the server that a request names a thing of, and the thing; ``None`` for none."""
        params = message.body.get("params")
        return self._owner(_named(message.method, params)) if isinstance(params, dict) else None

    def is_common(self, message: Message) -> bool:
        """Whether a request concerns all servers."""
        return message.method in LISTS or message.method in {_DISCOVER, _LISTEN}

    async def answer(self, headers: Headers, message: Message, receive: Receive) -> Answer:
        """Answer a request."""
        if message.kind == "request" and self.is_common(message):
            if message.method == _LISTEN:
                return await self._listen(headers, message)
            return await self._together(headers, message)
        found = self.owner(message)
        if found is None:
            return await self._pass_on(OWN_TOOLS, headers, message, receive)
        server, own = found
        if message.method in _LISTED and is_shortened(message.body["params"]["name"]):
            own = await self._whole_name(server, headers, message)
        params = message.body["params"]
        _rename(params, own)
        if message.method in NAMING:
            headers = headers.changed({b"mcp-name": encoded(own).encode()})
        answer = await self._pass_on(server, headers, message, receive)
        return marked(answer, server, self._limit)

    def _owner(self, named: tuple[str, Any]) -> tuple[str, str] | None:
        kind, value = named
        if not isinstance(value, str):
            return None
        return self._owners.of_uri(value) if kind == "uri" else self._owners.of_name(value)

    async def _pass_on(
        self, server: str, headers: Headers, message: Message, receive: Receive
    ) -> Answer:
        exchange = await self._open(server, headers)
        if exchange is None:
            return answers.upstream_failed(message.id, UpstreamFailed("it was taken away"))
        return await exchange.post(replayed(jsonrpc.encode(message.body), receive))

    async def _together(self, headers: Headers, message: Message) -> Answer:
        """Answer what all are asked: Sumun's own first, then the servers by name.

        What is wrong with the request itself, Sumun's own says.
        """
        said = wire.result(message.id, blank(message.method))
        if self._shows_own:
            own = await self._pass_on(OWN_TOOLS, headers, message, replayed(b""))
            if own.status != _OK or not isinstance(own.body, bytes):
                return own
            said = jsonrpc.decode(own.body)
            if not isinstance(said.get("result"), dict):
                return own
        found = await asyncio.gather(
            *(self._ask(server, headers, message) for server in self._visible)
        )
        results = {
            server: result for server, result in zip(self._visible, found, strict=True) if result
        }
        if message.method == _DISCOVER:
            union_of_greetings(said["result"], results)
        else:
            union_of_lists(message.method, said["result"], results)
        return Answer(_OK, jsonrpc.encode(said), [answers.JSON])

    async def _ask(self, server: str, headers: Headers, message: Message) -> dict[str, Any]:
        """Return what a server says within the time it has; nothing, if it is away."""
        ask = all_pages if message.method in LISTS else result_of
        try:
            async with asyncio.timeout(PATIENCE):
                result = await ask(self._open, server, headers, message.body)
        except TimeoutError:
            self._left(server, "it did not answer in time")
            return {}
        except UpstreamFailed as failed:
            self._left(server, str(failed))
            return {}
        self._left(server, "")
        return result

    async def _whole_name(self, server: str, headers: Headers, message: Message) -> str:
        """Return the name behind a short form; what it looks like, if the server has no such."""
        method = _LISTED[message.method]
        params = message.body["params"]
        shown = params["name"]
        asked = {"jsonrpc": "2.0", "id": 1, "method": method}
        if "_meta" in params:
            asked["params"] = {"_meta": params["_meta"]}
        listing = headers.changed({b"mcp-method": method.encode(), b"mcp-name": None})
        listed = await self._ask(server, listing, Message("request", 1, method, asked))
        member, key, _ = LISTS[method]
        names = [entry.get(key) for entry in listed.get(member, ()) if isinstance(entry, dict)]
        found = (name for name in names if isinstance(name, str))
        whole = next((name for name in found if combined_name(server, name) == shown), None)
        return whole or shown

    async def _listen(self, headers: Headers, message: Message) -> Answer:
        listening = Listening(self._open, self._owners, self._limit, self._left)
        return await listening.start(self._visible, headers, message)


def _named(method: str, params: dict[str, Any]) -> tuple[str, Any]:
    """Return what a request names, and whether that is a name or a URI."""
    if method == "completion/complete":
        ref = params.get("ref")
        kind = "uri" if isinstance(ref, dict) and "uri" in ref else "name"
        return kind, ref.get(kind) if isinstance(ref, dict) else None
    kind = NAMING.get(method, "")
    return kind, params.get(kind)


def _rename(params: dict[str, Any], own: str) -> None:
    ref = params.get("ref")
    named = ref if isinstance(ref, dict) else params
    named["uri" if "uri" in named else "name"] = own
