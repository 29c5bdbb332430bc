"""HTTP/1.1 on a socket that may belong to anyone (RFC 9110, RFC 9112).

uvicorn's httptools protocol is fast and parses strictly, but waits for ever, accepts heads of any
size and takes any number of Host fields. :class:`HardenedProtocol` adds what is missing:

=====================================================  ====================================
what arrives                                           answer
=====================================================  ====================================
a head above ``header_limit``, more than 100 fields    431
a request target above 8 KiB                           414
not exactly one valid Host (HTTP/1.0: at most one)     400
Content-Length twice or beside Transfer-Encoding,      400
obs-fold, bare LF or CR, NUL, a bad chunk
a transfer coding other than ``chunked``               501
a method the parser does not know, CONNECT             501
a version other than HTTP/1.1 and HTTP/1.0             505
``*``, a fragment, an authority unlike Host            400
a head not complete after ``header_timeout``           408
no byte of the body for ``body_timeout``               408
more than 64 requests waiting in one connection        400
=====================================================  ====================================

After each of these the connection closes. A field whose name has an underscore is dropped, as by
nginx: where a later hop maps ``-`` to ``_``, it could pose as another field. Trailer fields are
dropped too. A request to upgrade is answered as if it had not asked (RFC 9110 §7.8).
"""

import asyncio
from http import HTTPStatus
from itertools import chain
from typing import Any, cast

import httptools
import uvicorn
from starlette.types import Scope
from uvicorn._types import HTTPScope
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from sumun.config import ServerConfig
from sumun.server.cycle import Cycle
from sumun.server.direct import DirectCycle, DirectEndpoint, DirectEndpoints
from sumun.server.listener import Listener
from sumun.server.refusal import FIELD_COUNT, Refused, bad_request, head_too_large, of_parser
from sumun.server.target import check_host, check_length, origin_form, split

PIPELINE_DEPTH = 64
LINGER = 2.0
"""Seconds a refused client has to read its answer before the connection is cut."""
STALL = 30.0
"""Seconds a client may leave its answer unread."""

_WATCHED = frozenset({b"host", b"transfer-encoding", b"expect", b"upgrade", b"origin"})
_FIELD_OVERHEAD = len(": \r\n")

_CHUNK_OVERHEAD = 8
"""Bytes of chunk framing allowed for each byte of body."""


class HardenedProtocol(HttpToolsProtocol):
    """One connection.

    Times are watched by a single timer per connection, which looks at ``deadline`` and arms itself
    again: a request that arrives in one piece, as nearly all do, arms and cancels nothing.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits = config.limits if isinstance(config, Listener) else ServerConfig()
        self.header_limit = self.limits.header_limit
        self.interval = (
            min(self.limits.header_timeout, self.limits.body_timeout, self.timeout_keep_alive) / 2
        )
        self.timer: asyncio.TimerHandle | None = None
        self.deadline = 0.0
        self.connection: dict[str, Any] = {}
        """What the scopes of all requests have in common."""
        self.direct_endpoints: DirectEndpoints = (
            {} if self.access_log else getattr(self.app, "direct_endpoints", {})
        )

        self.messages = 0
        self.in_head = False
        self.in_body = False
        self.version = ""
        self.particular = False
        """Whether the head asks for more than an answer."""
        self.hosts: list[bytes] = []
        self.trailer_size = 0
        self.unparsed = 0
        """Bytes of an unfinished head, some of which the parser still holds."""
        self.body_size = 0
        self.framing = 0
        self.endpoint: DirectEndpoint | None = None
        """Answers the request, if the rest of it is in what is being read."""
        self.body = b""

        self.closing = False
        """Nothing more is read: the connection closes once what was accepted is answered."""
        self.last_words = b""
        self.unsent = 0
        self.stalled_since = 0.0

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch the time."""
        super().connection_made(transport)
        self.connection = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
        }
        if (tls := transport.get_extra_info("ssl_object")) is not None:
            certificate = tls.getpeercert(binary_form=True)
            self.connection["extensions"] = {"tls": {"client_cert_der": certificate}}
        self.deadline = self.loop.time() + self.limits.header_timeout
        self.timer = self.loop.call_later(self.interval, self._watch)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self.timer is not None:
            self.timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived and refuse what does not follow the rules."""
        if self.closing:
            return
        messages, body_size = self.messages, self.body_size
        was_open = self.in_head or self.in_body
        try:
            self.parser.feed_data(data)
            if self.endpoint is not None:
                self._begin_cycle()
        except httptools.HttpParserUpgrade as upgrade:
            self._continue_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            alone = self.messages == messages + 1 and not was_open
            self._refuse(of_parser(error, data if alone else b""))
        else:
            if self.in_head:
                self._head_continues(len(data), self.messages - messages, was_open=was_open)
            elif self.in_body:
                overhead = len(data) - self.body_size + body_size
                self._body_continues(overhead if messages == self.messages else 0)

    def _head_continues(self, received: int, begun: int, *, was_open: bool) -> None:
        if begun:
            self.deadline = self.loop.time() + self.limits.header_timeout
            # A read that also held other messages says little about the size of this one.
            self.unparsed = received if begun == 1 and not was_open else 0
        else:
            self.unparsed += received
        if self.unparsed > self.header_limit:
            self._refuse(head_too_large(self.header_limit))

    def _body_continues(self, overhead: int) -> None:
        self.deadline = self.loop.time() + self.limits.body_timeout
        self.framing += overhead
        if self.framing > self.header_limit + _CHUNK_OVERHEAD * self.body_size:
            self._refuse(bad_request("chunk framing outweighs the body"))
        elif self.cycle.response_complete and self.body_size > self.limits.body_limit:
            self.transport.close()

    # The parser's callbacks

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self.messages += 1
        self.in_head = True
        self.particular = False
        self.hosts = []
        self.body_size = self.framing = self.trailer_size = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request target."""
        self.url = url = self.url + url
        check_length(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head, or a trailer field, which is counted and dropped."""
        if not self.in_head:
            self.trailer_size += len(name) + len(value) + _FIELD_OVERHEAD
            if self.trailer_size > self.header_limit:
                raise head_too_large(self.header_limit)
            return
        name, value = name.lower(), value.rstrip(b" \t")  # of the value it is no part: RFC 9112 §5
        if name in _WATCHED:
            self._watch_field(name, value)
        self.headers.append((name, value))

    def _watch_field(self, name: bytes, value: bytes) -> None:
        if name == b"host":
            self.hosts.append(value)
            return
        self.particular = True
        if name == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise Refused(HTTPStatus.NOT_IMPLEMENTED, "the only transfer coding is chunked")
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        """Hand the request to the application, if its head is in order."""
        self._check_size()
        self.version = self.parser.get_http_version()
        if self.version != "1.1":
            self._check_old_version()
        check_host(self.hosts)
        if self.url[:1] != b"/" or b"#" in self.url:
            self.url = origin_form(self.parser.get_method(), self.url, self.hosts[0])
        if len(self.pipeline) >= PIPELINE_DEPTH:
            raise bad_request(f"more than {PIPELINE_DEPTH} requests waiting")
        self.in_head = False
        self.endpoint = self._direct_endpoint()
        if self.endpoint is None:
            self._begin_cycle()

    def _direct_endpoint(self) -> DirectEndpoint | None:
        """Return what may answer the request without ASGI, if nothing speaks against it yet."""
        parser = self.parser
        endpoint = self.direct_endpoints.get((parser.get_method(), self.url))
        before: RequestResponseCycle | None = self.cycle
        if (
            endpoint is None
            or self.particular
            or not (before is None or before.response_complete)
            or not parser.should_keep_alive()
        ):
            return None
        self.body = b""
        return endpoint

    def _begin_direct_cycle(self, endpoint: DirectEndpoint) -> None:
        """Have a request answered that has arrived whole."""
        self.endpoint = None
        cycle = DirectCycle(self, endpoint, self._scope(), self.body)
        self.cycle = cycle  # type: ignore[assignment]  # it has what is looked at here
        task = self.loop.create_task(cycle.run())
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _begin_cycle(self) -> None:
        """Hand the request over, or have it wait for those before it."""
        before: RequestResponseCycle | None = self.cycle
        self.cycle = cycle = Cycle(
            self,
            cast("HTTPScope", self._scope()),
            keep_alive=self.version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        self.in_body = True
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))
        if self.endpoint is not None:
            self.endpoint = None
            self._take(self.body)

    def _scope(self) -> Scope:
        path, raw_path, query = split(self.url)
        root_path = self.root_path
        return {
            **self.connection,
            "http_version": self.version,
            "method": self.parser.get_method().decode("ascii"),
            "path": root_path + path if root_path else path,
            "raw_path": root_path.encode("ascii") + raw_path if root_path else raw_path,
            "query_string": query,
            "headers": self.headers,
            "state": self.app_state.copy(),
        }

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self.body_size += len(body)
        if self.endpoint is None:
            self._take(body)
        else:
            self.body += body

    def _take(self, body: bytes) -> None:
        cycle = self.cycle
        if cycle.response_complete:
            return
        cycle.body += body
        if len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def on_message_complete(self) -> None:
        """End the request, unless its body is still to be read past an upgrade."""
        if self.parser.should_upgrade():
            return
        if self.endpoint is not None:
            if self.body_size <= self.limits.body_limit:
                self._begin_direct_cycle(self.endpoint)
                return
            self._begin_cycle()
        self.in_body = False
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()

    def _check_size(self) -> None:
        headers = self.headers
        texts = b"".join(chain.from_iterable(headers))
        if len(self.url) + len(texts) + _FIELD_OVERHEAD * len(headers) > self.header_limit:
            raise head_too_large(self.header_limit)
        if b"_" in texts:
            self.headers = headers = [field for field in headers if b"_" not in field[0]]
        if len(headers) > FIELD_COUNT:
            raise head_too_large(self.header_limit)

    def _check_old_version(self) -> None:
        self.particular = True
        if self.version != "1.0":
            raise Refused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here")
        if any(name == b"transfer-encoding" for name, _ in self.headers):
            raise bad_request("HTTP/1.0 has no Transfer-Encoding")
        if not self.hosts:  # Not known before HTTP/1.1.
            self.hosts = [b"-"]

    def _continue_without_upgrade(self, rest: bytes) -> None:
        """Read the body that the parser took for another protocol.

        Java's HTTP client asks for ``h2c`` with its first request, body and all.
        """
        framing = b"".join(
            b"%s: %s\r\n" % field
            for field in self.headers
            if field[0] in {b"content-length", b"transfer-encoding"}
        )
        self.cycle.keep_alive = False
        self.parser = httptools.HttpRequestParser(_Remainder(self))
        self.data_received(b"POST / HTTP/1.1\r\n%s\r\n%s" % (framing, rest))

    # Answers

    def on_response_complete(self) -> None:
        """Go on to the next request, or say the last words, or wait."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self.last_words:
            self._part()
        else:
            wait: float = self.timeout_keep_alive
            if self.in_head:
                wait = self.limits.header_timeout
            elif self.in_body:
                wait = self.limits.body_timeout
            self.deadline = self.loop.time() + wait

    def _refuse(self, refused: Refused) -> None:
        """Answer in the application's stead, after every answer that is due before."""
        if self.closing:
            return
        self.closing = True
        self.endpoint = None
        self.last_words = refused.to_response(self.server_state.default_headers)
        cycle: RequestResponseCycle | None = self.cycle
        if self.in_body and cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
            if self.pipeline:
                self.pipeline.popleft()
            elif cycle.response_complete or cycle.response_started:
                self.transport.close()
            else:
                self._part()
        elif cycle is None or cycle.response_complete:
            self._part()

    def _part(self) -> None:
        """Send the last words so that they arrive.

        Closing while the client still sends would reset the connection and lose them, so only our
        side is closed at first (RFC 9112 §9.6).
        """
        self.transport.write(self.last_words)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.abort)
        else:
            self.transport.close()

    # Time

    def _watch(self) -> None:
        now = self.loop.time()
        if self.flow.write_paused or self.transport.is_closing():
            self._watch_unsent(now)
        else:
            self.stalled_since = 0.0
            if self._waits_for_us():
                self.deadline = now + self.limits.body_timeout
            elif now >= self.deadline and not self.closing:
                self._give_up()
        soon = now + self.interval
        self.timer = self.loop.call_at(
            self.deadline if now < self.deadline < soon else soon, self._watch
        )

    def _waits_for_us(self) -> bool:
        """Whether it is not the client's turn."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return not self.in_body or self.flow.read_paused or cycle.waiting_for_100_continue

    def _watch_unsent(self, now: float) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent != self.unsent or not self.stalled_since:
            self.unsent, self.stalled_since = unsent, now
        elif now - self.stalled_since >= STALL:
            self.transport.abort()

    def _give_up(self) -> None:
        if self.in_head:
            self._refuse(Refused(HTTPStatus.REQUEST_TIMEOUT, "the head took too long"))
        elif self.in_body and not self.cycle.response_started:
            self._refuse(Refused(HTTPStatus.REQUEST_TIMEOUT, "the body stopped arriving"))
        else:
            self.transport.close()


class _Remainder:
    """Parser callbacks for the body of a request whose head was parsed by another parser."""

    def __init__(self, protocol: HardenedProtocol) -> None:
        self.protocol = protocol
        self.messages = 0

    def on_message_begin(self) -> None:
        self.messages += 1
        if self.messages > 1:
            self.protocol.closing = True

    def on_body(self, body: bytes) -> None:
        if self.messages == 1:
            self.protocol.on_body(body)

    def on_message_complete(self) -> None:
        if self.messages == 1:
            self.protocol.on_message_complete()
