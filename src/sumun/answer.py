"""A whole answer of an endpoint, most of them JSON: the token endpoint has no time for more."""

from typing import Any, Final

import msgspec
from starlette.types import Send

Headers = tuple[tuple[bytes, bytes], ...]

_HEADERS: Final[Headers] = (
    # RFC 6749 §5.1: a token, and what was said in its place, stays in no cache.
    (b"cache-control", b"no-store"),
    (b"pragma", b"no-cache"),
)

_encode = msgspec.json.Encoder().encode


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer that must not be cached; nearly always its body is JSON."""

    status: int
    body: bytes
    headers: Headers = ()
    media_type: bytes = b"application/json"

    @classmethod
    def of(
        cls, status: int, document: dict[str, Any] | msgspec.Struct, headers: Headers = ()
    ) -> "Answer":
        """Encode the document."""
        return cls(status, _encode(document), headers)

    def fields(self) -> Headers:
        """Return all header fields but the length of the body."""
        return ((b"content-type", self.media_type), *_HEADERS, *self.headers)

    async def send(self, send: Send) -> None:
        """Send both ASGI messages."""
        length = (b"content-length", b"%d" % len(self.body))
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [*self.fields(), length],
            }
        )
        await send({"type": "http.response.body", "body": self.body})
