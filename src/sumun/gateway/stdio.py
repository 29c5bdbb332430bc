"""The door for a local MCP server over stdio: ``sumun wrap -- COMMAND``.

One client, one server, newline-delimited JSON-RPC on both sides (MCP transports, "stdio"). Nothing
else may appear on standard output; the server's standard error is left alone.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sumun.gateway import answers, jsonrpc
from sumun.gateway.jsonrpc import Id, Message
from sumun.gateway.passage import is_answer, open_opaque, release, release_unasked, to_call
from sumun.gateway.sealing import NotOurs, Seal
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Admitted, Guard, Principal, Refusal

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of one message."""
_WAITING_LIMIT = 1024
"""Requests that may wait for an answer."""
_TOOLS_LIMIT = 2048
_GRACE = 2.0
"""Seconds a server has to end after its input has closed (MCP "Shutdown")."""

ReadLine = Callable[[], Awaitable[bytes]]
"""Returns the next line that says something; empty at the end."""
Write = Callable[[bytes], None]
"""Writes one message, as a line."""


class StdioDoor:
    """Stands between a client on our standard streams and a server we start.

    Parameters
    ----------
    guard:
        Decides.
    principal:
        Who the client is: whoever runs this process.
    server:
        What the server is called in policies and in the log.

    """

    def __init__(self, guard: Guard, principal: Principal, server: str) -> None:
        self._guard = guard
        self._principal = principal
        self._server = server
        self._session = os.urandom(16).hex()
        self._seal = Seal(os.urandom(32))  # server and client end with us
        self._schemas: dict[str, dict[str, Any]] = {}
        self._waiting: dict[Id, Admitted] = {}
        self._unasked: Admitted | None = None

    async def run(self, command: Sequence[str], incoming: ReadLine, outgoing: Write) -> int:
        """Start the server, pass messages until either side ends, and return its exit status.

        Raises
        ------
        UpstreamFailed
            If the server cannot be started.

        """
        process, server, said = await _started(command)
        up = asyncio.create_task(self._upwards(incoming, server, outgoing))
        down = asyncio.create_task(self._downwards(said, outgoing))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            server.close()
            await asyncio.wait({down}, timeout=_GRACE)
        finally:
            server.close()
            up.cancel()
            down.cancel()
            ended = await asyncio.gather(up, down, return_exceptions=True)
            status = await _ended(process)
            await _emptied(said)
            await self._give_up(outgoing)
        for fault in ended:
            # The client's end may be gone by now, as any pipe's; everything else is a fault.
            if isinstance(fault, Exception) and not isinstance(fault, OSError):
                raise fault
        return status

    async def _upwards(
        self, incoming: ReadLine, server: asyncio.StreamWriter, reply: Write
    ) -> None:
        while line := await incoming():
            try:
                message = jsonrpc.parse(line)
            except jsonrpc.Invalid as invalid:
                reply(jsonrpc.error(invalid.id, invalid.code, invalid.message))
                continue
            body = await self._admitted(message, line, reply)
            if body is not None:
                server.write(body + b"\n")
                with contextlib.suppress(ConnectionError):
                    await server.drain()

    async def _admitted(self, message: Message, line: bytes, reply: Write) -> bytes | None:
        asked = message.kind == "request"
        if asked and (problem := self._cannot_wait(message.id)):
            reply(jsonrpc.error(message.id, jsonrpc.INVALID_REQUEST, problem))
            return None
        cancelled = _cancelled(message)
        call = to_call(
            message, line, server=self._server, session=self._session, schemas=self._output_schema
        )
        try:
            open_opaque(call, self._principal, self._seal)
        except NotOurs as not_ours:
            if asked:
                reply(jsonrpc.error(message.id, jsonrpc.INVALID_PARAMS, str(not_ours)))
            return None
        admitted = await self._guard.admit(self._principal, call)
        if isinstance(admitted, Refusal):
            if asked:
                reply(_body(answers.refused(admitted, message.id, "")))
            return None
        if asked:
            self._waiting[message.id] = admitted
        elif cancelled in self._waiting:
            # The server should not answer any more (MCP "Cancellation").
            await self._guard.abandon(self._waiting.pop(cancelled), "cancelled")
        return jsonrpc.encode(message.body)

    def _cannot_wait(self, id_: Id) -> str:
        if id_ in self._waiting:
            return "Another request of this id waits for its answer"
        if len(self._waiting) >= _WAITING_LIMIT:
            return "Too many requests wait for an answer"
        return ""

    async def _downwards(self, server: asyncio.StreamReader, reply: Write) -> None:
        while line := await _line(server):
            try:
                body = await self._protected(line)
            except (jsonrpc.Invalid, UpstreamFailed):
                continue  # not a message: nothing may appear here that is not one
            if body is not None:
                reply(body)

    async def _protected(self, line: bytes) -> bytes | None:
        message = jsonrpc.decode(line)
        if not isinstance(message, dict):
            return None
        id_ = message.get("id")
        if "method" in message:
            unasked = await self._unasked_for()
            body = await release_unasked(self._guard, unasked, message, line, self._seal)
            return None if isinstance(body, Refusal) else body.strip()
        if type(id_) not in {str, int} or id_ not in self._waiting:
            return None  # an answer nobody waits for
        admitted = self._waiting.pop(id_)
        try:
            if not is_answer(message, id_):
                raise UpstreamFailed("what it answered is no answer")  # noqa: TRY301 - one place to fail
            if admitted.call.method == "tools/list":
                self._note_schemas(message.get("result"))
            body = await release(self._guard, admitted, message, line, self._seal)
        except UpstreamFailed as failed:
            await self._guard.abandon(admitted, str(failed))
            return _body(answers.upstream_failed(id_, failed))
        if isinstance(body, Refusal):
            return _body(answers.refused(body, id_, ""))
        return body.strip()

    def _note_schemas(self, listed: Any) -> None:
        """Remember what tools promise: there is but one client, so the list is everybody's."""
        tools = listed.get("tools") if isinstance(listed, dict) else None
        for tool in tools if isinstance(tools, list) else ():
            schema = tool.get("outputSchema") if isinstance(tool, dict) else None
            if isinstance(schema, dict) and len(self._schemas) < _TOOLS_LIMIT:
                self._schemas[str(tool.get("name"))] = schema

    async def _output_schema(self, _server: str, tool: str) -> dict[str, Any] | None:
        return self._schemas.get(tool)

    async def _unasked_for(self) -> Admitted:
        """Return what stands for messages the server sends of its own accord."""
        if self._unasked is None:
            opening = Message("notification", None, "notifications/stream", {})
            call = to_call(opening, None, server=self._server, session=self._session)
            admitted = await self._guard.admit(self._principal, call)
            if isinstance(admitted, Refusal):
                raise UpstreamFailed(admitted.message)
            self._unasked = admitted
        return self._unasked

    async def _give_up(self, reply: Write) -> None:
        failed = UpstreamFailed("it ended without an answer")
        waiting, self._waiting = self._waiting, {}
        for id_, admitted in waiting.items():
            await self._guard.abandon(admitted, str(failed))
            with contextlib.suppress(OSError):
                reply(_body(answers.upstream_failed(id_, failed)))


async def _started(
    command: Sequence[str],
) -> tuple[asyncio.subprocess.Process, asyncio.StreamWriter, asyncio.StreamReader]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
        )
    except OSError as error:
        raise UpstreamFailed(f"{command[0]}: {error.strerror}") from None
    if process.stdin is None or process.stdout is None:
        raise UpstreamFailed(f"{command[0]}: has no standard streams")
    return process, process.stdin, process.stdout


def _cancelled(message: Message) -> Id:
    """Return which request a notification cancels, if any."""
    params = message.body.get("params")
    if message.method != "notifications/cancelled" or not isinstance(params, dict):
        return None
    id_ = params.get("requestId")
    return id_ if type(id_) in {str, int} else None


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line that says something; empty at the end, or when a line is too long."""
    try:
        while line := await stream.readline():
            if line.strip():
                return line
    except ValueError:
        return b""
    return b""


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Wait for the server to end, in the end make it, and return its status as a shell would."""
    for stop in (process.terminate, process.kill):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
                break
        stop()
    status = await process.wait()
    return status if status >= 0 else 128 - status


async def _emptied(said: asyncio.StreamReader) -> None:
    """Read what nobody waits for any more: the pipe is closed when it was read to its end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE):
            while await said.read(65536):
                pass


def _body(answer: answers.Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""
