"""What an MCP server says of its own accord while it works on a call, past the guard.

Progress, logs, changes of resources, and questions to the person or the model with their answers
are no answer of a handler: they leave by the session that the SDK gives it for the call.
"""

from typing import Any, Final, TypeVar

import msgspec
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp_types import LoggingLevel, RequestId, ServerNotification, ServerRequest
from pydantic import BaseModel, ValidationError

from sumun.guard import Admitted, Call, Refusal
from sumun.integrations.local_guard import LocalGuard

REFUSED: Final = -32010
"""The JSON-RPC error of what goes no further, as at the gateway."""

ResultT = TypeVar("ResultT", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)


def refused(refusal: Refusal) -> MCPError:
    """Return the JSON-RPC error of a refusal."""
    data = {"reason": refusal.reason, "scope": " ".join(refusal.scopes)}
    return MCPError(REFUSED, refusal.message, {name: text for name, text in data.items() if text})


def wire(model: BaseModel) -> dict[str, Any]:
    """Return a model as it goes over the wire."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


class GuardedSession(ServerSession):
    """A session for one call, all of whose messages pass the guard.

    A notification that must not leave is dropped; a request that must not fails with the error of
    the refusal.

    Parameters
    ----------
    session:
        The one that it stands for.
    guard:
        What messages pass.
    admitted:
        The call.

    """

    def __init__(self, session: ServerSession, guard: LocalGuard, admitted: Admitted) -> None:
        vars(self).update(vars(session))  # the same channels, whatever the SDK calls them
        self._guard = guard
        self._admitted = admitted

    async def send_request(
        self, request: ServerRequest, result_type: type[ResultT], *args: Any, **options: Any
    ) -> ResultT:
        """Ask the client, and protect the question and the answer.

        Raises
        ------
        MCPError
            If one of them may go no further, or the client answers with an error.

        """
        asked = await self._protected(request)
        try:
            answer = await super().send_request(asked, result_type, *args, **options)
        except MCPError as error:
            said = await self._admit(wire(error.error))
            raise MCPError(error.error.code, said["message"], said.get("data")) from None
        return _remade(answer, await self._admit(wire(answer)))

    async def send_notification(
        self, notification: ServerNotification, related_request_id: RequestId | None = None
    ) -> None:
        """Tell the client something, protected."""
        try:
            told = await self._protected(notification)
        except MCPError:
            return
        await super().send_notification(told, related_request_id)

    async def send_log_message(
        self,
        level: LoggingLevel,
        data: Any,
        logger: str | None = None,
        related_request_id: RequestId | None = None,
    ) -> None:
        """Log something at the client, protected."""
        try:
            left = await self._screen({"data": data, "logger": logger})
        except MCPError:
            return
        await super().send_log_message(level, left["data"], left["logger"], related_request_id)

    async def report_progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Report how far the call is, protected."""
        said = {"progress": progress, "total": total, "message": message}
        try:
            left = await self._screen(said)
        except MCPError:
            return
        if left | {"message": ""} == said | {"message": ""}:  # numbers are that, or nothing
            await super().report_progress(progress, total, left["message"])

    async def _protected(self, message: M) -> M:
        """Return what may leave of a message, or raise the error of its refusal."""
        body = wire(message)
        if "params" not in body:
            return message
        left = await self._screen(body["params"])
        return message if left == body["params"] else _remade(message, body | {"params": left})

    async def _screen(self, params: dict[str, Any]) -> dict[str, Any]:
        raw = msgspec.json.encode(params)
        said: dict[str, Any] = msgspec.json.decode(raw)
        screened = await self._guard.screen(self._admitted, said, raw)
        if isinstance(screened, Refusal):
            raise refused(screened)
        return said

    async def _admit(self, answer: dict[str, Any]) -> dict[str, Any]:
        call = self._admitted.call
        raw = msgspec.json.encode(answer)
        said: dict[str, Any] = msgspec.json.decode(raw)
        response = Call(
            server=call.server,
            method="notifications/response",
            params=said,
            raw=raw,
            correlation_id=call.correlation_id,
        )
        admitted = await self._guard.admit(self._admitted.principal, response)
        if isinstance(admitted, Refusal):
            raise refused(admitted)
        return said


def _remade(model: M, body: dict[str, Any]) -> M:
    """Return the same kind of message with what was left of it."""
    try:
        return type(model).model_validate(body, by_name=False)
    except ValidationError:
        raise MCPError(REFUSED, "What was protected is no longer what was asked for") from None
