"""An answer of a plain API, held until the guard has seen it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.types import Message, Send

from sumun.integrations.api import content
from sumun.integrations.api.content import Unreadable
from sumun.integrations.api.refusals import Refused

_PROTOCOL: Final = frozenset(
    {
        b"accept-ranges",
        b"age",
        b"allow",
        b"cache-control",
        b"content-language",
        b"content-length",
        b"content-type",
        b"date",
        b"etag",
        b"expires",
        b"last-modified",
        b"retry-after",
        b"server",
        b"set-cookie",
        b"strict-transport-security",
        b"vary",
        b"www-authenticate",
    }
)
"""Headers that hold the protocol's words, or what only the server can read."""
_ERROR: Final = 400


class Held:
    """Takes what an application sends, and gives it out when it may leave.

    Parameters
    ----------
    send:
        Where it goes.
    limit:
        Bytes a body may have.
    screen:
        Protects the headers of a body that cannot be inspected and goes on as it comes; ``None``
        where such a body is refused.

    """

    def __init__(
        self,
        send: Send,
        limit: int,
        screen: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] | None,
    ) -> None:
        self._send = send
        self._limit = limit
        self._screen = screen
        self._start: Message = {}
        self._parts: list[bytes] = []
        self._size = 0
        self.passing = False
        self.refusal: Refused | None = None

    async def take(self, message: Message) -> None:
        """Take a message of the application's.

        Raises
        ------
        Refused
            If what it says cannot be inspected, or is too long; it is kept as :attr:`refusal`,
            for applications that make something else of it.

        """
        try:
            await self._take(message)
        except Refused as refused:
            self.refusal = refused
            raise

    async def _take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = {**message, "headers": list(message.get("headers", ()))}
        elif message["type"] != "http.response.body":
            raise Refused(502, "unscannable", "The answer cannot be inspected")
        elif self.passing:
            await self._send(message)
        elif self._screen is not None and not self._readable():
            left = await self._screen({"headers": self._headers()})
            self.passing = True
            await self._send({**self._start, "headers": self._all_headers(left)})
            await self._send(message)
        else:
            self._keep(message.get("body", b""))

    def _readable(self) -> bool:
        try:
            self._decode(b'""')
        except Unreadable:
            return False
        return True

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise Refused(502, "too_large", f"The answer is longer than {self._limit} bytes")
        if part and not self._readable():
            # Refused at once: it may be a stream without an end.
            raise Refused(502, "unscannable", f"The answer cannot be inspected: {self._type}")
        self._parts.append(part)

    @property
    def failed(self) -> bool:
        """Whether the application answered with an error."""
        return bool(self._start.get("status", 500) >= _ERROR)

    @property
    def _type(self) -> str:
        return content.header(self._start["headers"], b"content-type")

    def _decode(self, body: bytes) -> Any:
        encoding = content.header(self._start["headers"], b"content-encoding")
        return content.decode(body, self._type, encoding)

    def result(self) -> dict[str, Any]:
        """Return what the guard is to see.

        Raises
        ------
        Refused
            If the body is not what it is said to be, or something was refused before.

        """
        if self.refusal is not None:
            raise self.refusal
        if self.passing:
            return {}
        headers = self._headers()
        if not self._size:
            return {"headers": headers}
        try:
            return {"headers": headers, "body": self._decode(b"".join(self._parts))}
        except Unreadable as why:
            self.refusal = Refused(502, "unscannable", f"The answer cannot be inspected: {why}")
            raise self.refusal from None

    async def give(self, result: dict[str, Any]) -> None:
        """Send what was left of it."""
        headers = self._all_headers(result)
        body = b""
        if "body" in result:
            body = content.encode(result["body"], self._type)
            headers = content.replaced(headers, len(body), b"etag")
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    def _headers(self) -> list[list[str]]:
        return [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, value in self._start["headers"]
            if name.lower() not in _PROTOCOL
        ]

    def _all_headers(self, left: dict[str, Any]) -> list[tuple[bytes, bytes]]:
        protocol = [each for each in self._start["headers"] if each[0].lower() in _PROTOCOL]
        other = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in left["headers"]
        ]
        return [*protocol, *other]
