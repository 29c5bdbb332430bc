"""``/mcp``: one HTTP request of a known principal to whichever servers it concerns.

Every call goes through the exchange that ``/mcp/{server}`` has for it, under the server's own name
for the thing: what is decided, protected and recorded is the same by either way. Servers are only
ever asked as of the modern revision; for legacy clients one translator stands before all of them
together, and each server's own translates what it does not speak.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Literal

from starlette.types import Receive

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.batch import answer_batch, is_batch
from sumun.gateway.body import take_body
from sumun.gateway.combined.asking import Open, replayed
from sumun.gateway.combined.legacy import TogetherUpstream
from sumun.gateway.combined.together import Together
from sumun.gateway.eras import wire
from sumun.gateway.eras.modern_server import ModernServer
from sumun.gateway.eras.revisions import MODERN
from sumun.gateway.events import ServerSentEvent
from sumun.gateway.exchange import Exchange
from sumun.gateway.headers import HeaderMismatch, Headers, check_mirrors, forwarded
from sumun.gateway.jsonrpc import NAMING, Id, Message
from sumun.gateway.sealing import NotOurs, Seal
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse
from sumun.guard import Principal
from sumun.oauth.resources import OWN_TOOLS

_SESSION = b"mcp-session-id"


class Endpoint:
    """Answers one request.

    What concerns no server but Sumun's own goes to its exchange as it came, and so does what
    cannot be read: that exchange says what is wrong with it.

    Parameters
    ----------
    headers:
        What the caller sent.
    principal:
        Who calls.
    open_:
        Makes an exchange with one of the servers.
    together:
        All of them.
    translator, upstream:
        What stands before them for legacy clients, and what it sends by.
    seal:
        Binds session ids to their principal.
    body_limit:
        Bytes a request body may have.

    """

    def __init__(
        self,
        *,
        headers: Headers,
        principal: Principal,
        open_: Open,
        together: Together,
        translator: ModernServer,
        upstream: TogetherUpstream,
        seal: Seal,
        body_limit: int,
    ) -> None:
        self._headers = headers
        self._principal = principal
        self._open = open_
        self._together = together
        self._translator = translator
        self._upstream = upstream
        self._seal = seal
        self._body_limit = body_limit

    async def post(self, receive: Receive) -> Answer:
        """Answer a message."""
        raw = await take_body(self._headers, receive, self._body_limit)
        if isinstance(raw, Answer):
            return raw
        if is_batch(self._headers, raw):
            return await answer_batch(raw, partial(self._post, receive))
        return await self._post(receive, raw)

    async def listen(self) -> Answer:
        """Answer GET: the stream of what the servers say unasked (up to revision 2025-11-25)."""
        session = self._session()
        if not session or wire.EVENTS not in self._headers.get(b"accept"):
            return await (await self._own(self._headers)).listen()
        return await self._translate("GET", session, b"", None)

    async def end_session(self) -> Answer:
        """Answer DELETE: the client ends its session (up to revision 2025-11-25)."""
        session = self._session()
        if not session:
            return await (await self._own(self._headers)).end_session()
        return await self._translate("DELETE", session, b"", None)

    async def _post(self, receive: Receive, raw: bytes) -> Answer:
        try:
            message = jsonrpc.parse(raw)
            check_mirrors(self._headers, message)
        except (jsonrpc.Invalid, HeaderMismatch):
            return await (await self._own(self._headers)).post(replayed(raw, receive))
        session = self._session()
        if self._is_own(message) or session is None:
            # Sumun's own server keeps no session: only one that is not known is its affair.
            headers = self._headers.changed({_SESSION: None}) if session else self._headers
            return await (await self._own(headers)).post(replayed(raw, receive))
        if self._headers.revision >= MODERN:
            return await self._together.answer(self._headers, message, receive)
        return await self._translate("POST", session, raw, message.id)

    def _is_own(self, message: Message) -> bool:
        """Whether a message concerns Sumun's own server alone."""
        if self._together.owner(message) is not None:
            return False
        return not self._together.shows_others or message.method in NAMING

    async def _own(self, headers: Headers) -> Exchange:
        exchange = await self._open(OWN_TOOLS, headers)
        assert exchange is not None  # noqa: S101 - it is part of this process
        return exchange

    def _session(self) -> str | None:
        """Return the session; empty where there is none, ``None`` if it is not the caller's."""
        sealed = self._headers.get(_SESSION)
        if not sealed:
            return ""
        try:
            return self._seal.open(sealed, "session", OWN_TOOLS, self._principal)
        except NotOurs:
            return None

    async def _translate(
        self, method: Literal["POST", "GET", "DELETE"], session: str, raw: bytes, id_: Id
    ) -> Answer:
        headers = forwarded(self._headers, "", {}, str)
        if session:
            headers.append((wire.SESSION, session))
        try:
            response = await self._translator.send(method, headers, raw, self._principal)
            return await self._heard(response, id_)
        except UpstreamFailed as failed:
            return answers.upstream_failed(id_, failed)

    async def _heard(self, response: UpstreamResponse, id_: Id) -> Answer:
        headers = self._sealed(response)
        if response.content_type == wire.EVENTS:
            return Answer(response.status, _events(response, id_), [answers.EVENT_STREAM, *headers])
        raw = await response.read(self._upstream.result_limit)
        await response.close()
        refusal = self._upstream.refusal
        if refusal is not None and isinstance(refusal.body, bytes):
            return Answer(refusal.status, _answering(refusal.body, id_), refusal.headers)
        return Answer(response.status, raw, [answers.JSON, *headers] if raw else headers)

    def _sealed(self, response: UpstreamResponse) -> list[answers.Header]:
        session = response.headers.get(wire.SESSION)
        if not session:
            return []
        sealed = self._seal.close(session, "session", OWN_TOOLS, self._principal)
        return [(_SESSION, sealed.encode())]


async def _events(response: UpstreamResponse, id_: Id) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.chunks(patient=True):
            yield chunk
    except UpstreamFailed as failed:
        body = answers.upstream_failed(id_, failed).body
        yield ServerSentEvent(body if isinstance(body, bytes) else b"").encode()
    finally:
        await response.close()


def _answering(body: bytes, id_: Id) -> bytes:
    """Return an error as the answer to the request that led to it."""
    message = jsonrpc.decode(body)
    message["id"] = id_
    return jsonrpc.encode(message)
