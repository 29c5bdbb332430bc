"""One HTTP request of a known principal to a known server, on its way up."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal

import msgspec
from starlette.types import Receive

from sumun.gateway import answers, approval_question, jsonrpc, rounds
from sumun.gateway.answers import Answer
from sumun.gateway.attendance import Attended, CallerGone
from sumun.gateway.batch import answer_batch, is_batch
from sumun.gateway.body import not_acceptable, take_body
from sumun.gateway.headers import (
    MIRRORING_SINCE,
    Arguments,
    HeaderMismatch,
    Headers,
    check_mirrors,
    forwarded,
    mirrored_name,
)
from sumun.gateway.jsonrpc import Message
from sumun.gateway.passage import FindSchema, open_opaque, to_call
from sumun.gateway.reply import Heard, HoldBack, Reply
from sumun.gateway.sealing import NotOurs, Seal
from sumun.gateway.sign_in_needed import (
    SignInNeeded,
    ask,
    interrupted,
    set_aside,
    takes_questions,
    tell,
)
from sumun.gateway.tracing import UNTRACED, Tracing
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Admitted, Call, Guard, Principal, Refusal

_CLOSED = 499
"""What nobody reads: the caller closed the connection."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What every exchange passes.

    Attributes
    ----------
    guard:
        Decides.
    seal:
        Binds session ids and request state to their principal.
    body_limit:
        Bytes a request body may have.
    heard:
        Told a server's name and what it said where that may be news of its tools.
    schemas:
        Finds what tools promise of their results.
    hold_back:
        Looks after what servers say of their tools.
    tracing:
        Watches calls.

    """

    guard: Guard
    seal: Seal
    body_limit: int
    heard: Heard | None = None
    schemas: FindSchema | None = None
    hold_back: HoldBack | None = None
    tracing: Tracing = UNTRACED


class Exchange:
    """Takes one request to the guard and on to the server."""

    def __init__(
        self,
        gate: Gate,
        *,
        server: str,
        upstream: Upstream,
        principal: Principal,
        headers: Headers,
        source: str,
        challenge: Callable[[tuple[str, ...]], str],
    ) -> None:
        self._gate = gate
        self._server = server
        self._upstream = upstream
        self._principal = principal
        self._headers = headers
        self._source = source
        self._challenge = challenge

    async def post(self, receive: Receive) -> Answer:
        """Answer a message."""
        raw = await take_body(self._headers, receive, self._gate.body_limit)
        if isinstance(raw, Answer):
            return raw
        if is_batch(self._headers, raw):
            return await answer_batch(raw, partial(self._post, receive))
        return await self._post(receive, raw)

    async def _post(self, receive: Receive, raw: bytes) -> Answer:
        try:
            message = jsonrpc.parse(raw)
        except jsonrpc.Invalid as invalid:
            return answers.error(400, invalid.id, invalid.code, invalid.message)
        try:
            check_mirrors(self._headers, message)
            session = self._session()
        except HeaderMismatch as mismatch:
            return answers.error(400, message.id, jsonrpc.HEADER_MISMATCH, str(mismatch))
        except NotOurs:
            return _session_unknown(message.id)
        call = self._call(message, raw, session)
        with self._gate.tracing.request(message, call, self._headers) as way:
            answer = way.answer(await self._answer(receive, message, call, session))
        answer.headers = [*answer.headers, (rounds.HEADER, call.correlation_id.encode())]
        return answer

    async def _answer(
        self, receive: Receive, message: Message, call: Call, session: list[tuple[str, str]]
    ) -> Answer:
        call.takes_forms = approval_question.round_of(message, self._headers.revision).forms
        try:
            declined = not self._resume(call) and self._open_opaque(call)
        except NotOurs as not_ours:
            return answers.error(400, message.id, jsonrpc.INVALID_PARAMS, str(not_ours))
        arguments = Arguments(self._headers, message)
        admitted = await self._gate.guard.admit(self._principal, call)
        if isinstance(admitted, Refusal):
            return self._asked(message, admitted, call) or self._refused(admitted, message.id)
        return await self._forward(
            receive, message, admitted, arguments, session, declined=declined
        )

    async def listen(self) -> Answer:
        """Answer GET: the stream of what a server says unasked (up to revision 2025-11-25)."""
        if "text/event-stream" not in self._headers.get(b"accept"):
            return not_acceptable("text/event-stream")
        return await self._pass_on("GET")

    async def end_session(self) -> Answer:
        """Answer DELETE: the client ends its session (up to revision 2025-11-25)."""
        return await self._pass_on("DELETE")

    async def _pass_on(self, method: Literal["GET", "DELETE"]) -> Answer:
        try:
            session = self._session()
        except NotOurs:
            return _session_unknown(None)
        call = self._call(Message("notification", None, "notifications/stream", {}), None, session)
        admitted = await self._gate.guard.admit(self._principal, call)
        if isinstance(admitted, Refusal):
            return self._refused(admitted, None)
        try:
            response = await self._upstream.send(
                method,
                [*forwarded(self._headers, "", {}, self._protects(admitted)), *session],
                b"",
                self._principal,
            )
        except UpstreamFailed as failed:
            return answers.upstream_failed(None, failed)
        return await self._reply(admitted, None).to_stream(response)

    async def _forward(
        self,
        receive: Receive,
        message: Message,
        admitted: Admitted,
        arguments: Arguments,
        session: list[tuple[str, str]],
        *,
        declined: bool,
    ) -> Answer:
        guard = self._gate.guard
        try:
            headers = forwarded(
                self._headers,
                mirrored_name(message),
                arguments.changes(),
                self._protects(admitted),
            )
            with self._gate.tracing.upstream(message, admitted.call, headers) as way:
                body = jsonrpc.encode(message.body)
                response = way.response(await self._send(receive, [*headers, *session], body))
            return await self._reply(admitted, message).to_message(response)
        except CallerGone:
            await guard.abandon(admitted, "the caller has gone")
            return Answer(_CLOSED)
        except HeaderMismatch as mismatch:
            await guard.abandon(admitted, "header_mismatch")
            return answers.error(400, message.id, jsonrpc.HEADER_MISMATCH, str(mismatch))
        except SignInNeeded as needed:
            return await self._sign_in(message, admitted, needed, declined=declined)
        except UpstreamFailed as failed:
            refusal = await guard.abandon(admitted, str(failed))
            if refusal is not None:
                return self._refused(refusal, message.id)
            return answers.upstream_failed(message.id, failed)

    async def _sign_in(
        self, message: Message, admitted: Admitted, needed: SignInNeeded, *, declined: bool
    ) -> Answer:
        """Have the caller's person sign in upstream, in the way their client understands."""
        refusal = await self._gate.guard.abandon(admitted, "sign_in_needed")
        if refusal is not None:
            return self._refused(refusal, message.id)
        revision, locale = self._headers.revision, admitted.call.locale
        if declined or not takes_questions(message, revision):
            return tell(message, needed, revision, locale, declined=declined)
        kept = set_aside(message)
        state = rounds.close(self._gate.seal, kept, "sign_in", admitted.call, self._principal)
        return ask(message, needed, state, locale)

    async def _send(
        self, receive: Receive, headers: list[tuple[str, str]], body: bytes
    ) -> UpstreamResponse:
        """Send a message; stop when the caller leaves, where the revision calls that cancelling."""
        if self._headers.revision < MIRRORING_SINCE:
            return await self._upstream.send("POST", headers, body, self._principal)
        async with Attended(receive):
            return await self._upstream.send("POST", headers, body, self._principal)

    def _protects(self, admitted: Admitted) -> Callable[[str], str]:
        return partial(self._gate.guard.protect_text, admitted)

    def _reply(self, admitted: Admitted, message: Message | None) -> Reply:
        return Reply(
            guard=self._gate.guard,
            seal=self._gate.seal,
            admitted=admitted,
            message=message,
            limit=self._upstream.result_limit,
            refused=self._refused,
            heard=self._gate.heard,
            hold_back=self._gate.hold_back,
        )

    def _call(self, message: Message, raw: bytes | None, session: list[tuple[str, str]]) -> Call:
        korean = self._headers.get(b"accept-language").lower().startswith("ko")
        return to_call(
            message,
            raw,
            server=self._server,
            source=self._source,
            locale="ko" if korean else "en",
            session=session[0][1] if session else "",
            schemas=self._gate.schemas,
        )

    def _session(self) -> list[tuple[str, str]]:
        sealed = self._headers.get(b"mcp-session-id")
        if not sealed or self._headers.revision >= MIRRORING_SINCE:
            return []  # since that revision there are none, and the header says nothing
        opened = self._gate.seal.open(sealed, "session", self._server, self._principal)
        return [("mcp-session-id", opened)]

    def _asked(self, message: Message, refusal: Refusal, call: Call) -> Answer | None:
        """Have a person asked whether the call may go on, if that is all it lacks."""
        question = refusal.question
        asking = approval_question.round_of(message, self._headers.revision)
        if question is None or not asking.modern:
            return None
        held = approval_question.hold(message, question)
        state = rounds.close(self._gate.seal, held, "approval", call, self._principal)
        return approval_question.ask(message, question, state, call.locale)

    def _resume(self, call: Call) -> bool:
        """Take up a call that a person was asked about; return whether it is one."""
        state = call.params.get("requestState") if isinstance(call.params, dict) else None
        if not isinstance(state, str):
            return False
        try:
            held = rounds.open_(self._gate.seal, state, "approval", call, self._principal)
        except NotOurs:
            return False
        approval_question.resume(call, held)
        return True

    def _open_opaque(self, call: Call) -> bool:
        """Open what the caller held for us; return whether they declined to sign in upstream.

        Raises
        ------
        NotOurs
            If it was never given to them.

        """
        state = call.params.get("requestState") if isinstance(call.params, dict) else None
        with suppress(NotOurs):
            opened = rounds.open_(self._gate.seal, str(state), "sign_in", call, self._principal)
            return interrupted(call.params, opened)
        open_opaque(call, self._principal, self._gate.seal)
        return False

    def _refused(self, refusal: Refusal, id_: jsonrpc.Id) -> Answer:
        return answers.refused(refusal, id_, self._challenge(refusal.scopes))


def _session_unknown(id_: jsonrpc.Id) -> Answer:
    return answers.error(404, id_, jsonrpc.INVALID_REQUEST, "The session is not known; initialize")
