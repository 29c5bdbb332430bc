"""What strangers may put on the wire, tried on a running server over real sockets."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sumun.config import ServerConfig
from sumun.server.limits import BodyLimit
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

HOST = b"Host: localhost\r\n"
HEADER_TIMEOUT = 0.5
BODY_TIMEOUT = 0.6
KEEP_ALIVE = 0.3
HEADER_LIMIT = 32 * 1024
BODY_LIMIT = 64 * 1024


async def echo(scope, receive, send):
    """Answer with what arrived, so that a test sees what the application saw."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    while scope["path"] != "/early":
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        if not message["more_body"]:
            break
    names = b",".join(name for name, _ in scope["headers"])
    certificate = scope.get("extensions", {}).get("tls", {}).get("client_cert_der")
    seen = b"%s %s ?%s [%s] %s %s" % (
        scope["method"].encode(),
        scope["path"].encode(),
        scope["query_string"],
        names,
        body if len(body) < 100 else b"%d bytes" % len(body),
        b"cert:%d" % len(certificate) if certificate else b"no-cert",
    )
    if scope["path"] == "/huge":
        seen = b"x" * (8 * 1024 * 1024)
    headers = [(b"content-length", b"%d" % len(seen))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": seen})


@contextmanager
def running(app, **options):
    limits = ServerConfig(
        header_timeout=HEADER_TIMEOUT, body_timeout=BODY_TIMEOUT, body_limit=BODY_LIMIT
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = DrainingServer(
        Listener(lambda: app, limits, **{"timeout_keep_alive": KEEP_ALIVE} | options)
    )
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()[1], server.server_state
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def port():
    with running(BodyLimit(echo, BODY_LIMIT)) as (port, _):
        yield port


def connect(port):
    client = socket.create_connection(("127.0.0.1", port))
    client.settimeout(5)
    return client


def read_to_end(client):
    answer = b""
    try:
        while data := client.recv(65536):
            answer += data
    except ConnectionResetError:
        answer += b"<reset>"
    return answer


def exchange(port, *pieces, pause=0.05):
    """Send the pieces and return what comes back until the server closes."""
    with connect(port) as client:
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(pause)
            client.sendall(piece)
        return read_to_end(client)


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def get(path=b"/", *fields):
    return b"GET %s HTTP/1.1\r\n%s%s\r\n" % (path, HOST, b"".join(fields))


def post(body, *fields):
    return b"POST / HTTP/1.1\r\n%s%s\r\n%s" % (HOST, b"".join(fields), body)


CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH_3 = b"Content-Length: 3\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"

REFUSED = {
    "head above the limit": (431, get(b"/", b"X: " + b"a" * HEADER_LIMIT + b"\r\n")),
    "head above the limit, unfinished": (431, get()[:-2] + b"X: " + b"a" * HEADER_LIMIT),
    "a header of a megabyte": (431, get(b"/", b"X: " + b"a" * 1_000_000 + b"\r\n")),
    "101 fields": (431, get(b"/", b"X: a\r\n" * 100)),
    "trailers above the limit": (431, post(b"0\r\n" + b"X: a\r\n" * 9000 + b"\r\n", CHUNKED)),
    "target above the limit": (414, get(b"/" + b"a" * 9000)),
    "no Host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two Hosts": (400, get(b"/", HOST)),
    "empty Host": (400, b"GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    "Host that is none": (400, b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    "length and chunked": (400, post(b"0\r\n\r\n", LENGTH_3, CHUNKED)),
    "chunked and length": (400, post(b"0\r\n\r\n", CHUNKED, LENGTH_3)),
    "length twice, equal": (400, post(b"abc", LENGTH_3, LENGTH_3)),
    "length twice, different": (400, post(b"abc", LENGTH_3, b"Content-Length: 4\r\n")),
    "length as list": (400, post(b"abc", b"Content-Length: 3, 3\r\n")),
    "length signed": (400, post(b"abc", b"Content-Length: +3\r\n")),
    "length negative": (400, post(b"abc", b"Content-Length: -3\r\n")),
    "length beyond 64 bits": (400, post(b"abc", b"Content-Length: 99999999999999999999\r\n")),
    "space before the colon": (400, post(b"0\r\n\r\n", b"Transfer-Encoding : chunked\r\n")),
    "chunked twice": (400, post(b"0\r\n\r\n", b"Transfer-Encoding: chunked, chunked\r\n")),
    "another coding": (501, post(b"0\r\n\r\n", b"Transfer-Encoding: gzip, chunked\r\n")),
    "identity": (501, post(b"abc", b"Transfer-Encoding: identity\r\n")),
    "almost chunked": (501, post(b"0\r\n\r\n", b"Transfer-Encoding: xchunked\r\n")),
    "obs-fold": (400, get(b"/", b"X: a\r\n b\r\n")),
    "obs-fold first": (400, b"GET / HTTP/1.1\r\n X: a\r\n" + HOST + b"\r\n"),
    "bare LF after the request line": (400, b"GET / HTTP/1.1\n" + HOST + b"\r\n"),
    "bare LF after a field": (400, get(b"/", b"X: a\n")),
    "bare CR in a field": (400, get(b"/", b"X: a\rY: b\r\n")),
    "NUL in a field": (400, get(b"/", b"X: a\0b\r\n")),
    "nameless field": (400, get(b"/", b": a\r\n")),
    "bad chunk size": (400, post(b"zz\r\n", CHUNKED)),
    "negative chunk size": (400, post(b"-1\r\na\r\n", CHUNKED)),
    "endless chunk size": (400, post(b"f" * 17 + b"\r\n", CHUNKED)),
    "chunk longer than said": (400, post(b"1\r\nab\r\n0\r\n\r\n", CHUNKED)),
    "LF after the chunk size": (400, post(b"1\na\r\n0\r\n\r\n", CHUNKED)),
    "chunked HTTP/1.0": (400, b"POST / HTTP/1.0\r\n" + CHUNKED + b"\r\n0\r\n\r\n"),
    "HTTP/2.0": (505, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"),
    "HTTP/0.9 with a version": (505, b"GET / HTTP/0.9\r\n" + HOST + b"\r\n"),
    "HTTP/2 preface": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "TLS on a plain port": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "unknown method": (501, b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "CONNECT": (501, b"CONNECT localhost:443 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "asterisk": (400, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "another host's URL": (400, get(b"http://elsewhere/")),
    "userinfo in the URL": (400, get(b"http://user@localhost/")),
    "another scheme": (400, get(b"ftp://localhost/")),
    "fragment": (400, get(b"/a#b")),
    "byte above ASCII in the target": (400, get(b"/\xc3\xa9")),
}


@pytest.mark.parametrize(("expected", "request_bytes"), REFUSED.values(), ids=REFUSED)
def test_is_refused_and_closed(port, expected, request_bytes):
    begun = time.monotonic()

    answer = exchange(port, request_bytes)

    assert status_of(answer) == expected
    assert time.monotonic() - begun < HEADER_TIMEOUT, "it waited for a timeout"
    head, _, body = answer.rpartition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert b"\r\ndate: " in head
    assert b"server:" not in head.lower()
    assert body.endswith(b"\n")
    assert len(body) < 120
    assert b"Traceback" not in body


def test_an_unfinished_head_is_refused_as_it_grows(port):
    answer = exchange(port, get()[:-2] + b"X: ", *[b"a" * 9000] * 4)

    assert status_of(answer) == 431


def test_an_unfinished_target_is_refused_as_it_grows(port):
    assert status_of(exchange(port, b"GET /" + b"a" * 5000, b"a" * 5000)) == 414


@pytest.mark.parametrize(
    ("request_bytes", "seen"),
    {
        "a path": (get(b"/a%20b?c=d"), b"GET /a b ?c=d [host] "),
        "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", b"GET / ? [] "),
        "HTTP/1.0 with Host": (b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", b"GET / ? [host] "),
        "this host's URL": (get(b"http://LOCALHOST/a?b"), b"GET /a ?b [host] "),
        "this host's URL without path": (get(b"http://localhost?b"), b"GET / ?b [host] "),
        "two slashes": (get(b"//elsewhere/a"), b"GET //elsewhere/a ? [host] "),
        "100 fields": (get(b"/", b"X: a\r\n" * 99), b"GET / ? [host" + b",x" * 99 + b"] "),
        "underscores": (get(b"/", b"Content_Length: 3\r\nX_Forwarded-For: 1\r\n"), b"? [host] "),
        "an odd method": (b"PROPFIND / HTTP/1.1\r\n" + HOST + b"\r\n", b"PROPFIND / ? [host] "),
        "chunks": (post(b"1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n", CHUNKED), b"] abc "),
        "trailers": (
            post(b"1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n", CHUNKED),
            b"[host,transfer-encoding] a ",
        ),
        "lines before": (b"\r\n\r\n" + get(), b"GET / ? [host] "),
        "WebSocket": (
            get(b"/", b"Connection: Upgrade\r\nUpgrade: websocket\r\n"),
            b"GET / ? [host,connection,upgrade] ",
        ),
        "h2c with a body": (post(b"abc", UPGRADE, LENGTH_3), b"] abc "),
        "h2c with chunks": (post(b"3\r\nabc\r\n0\r\n\r\n", UPGRADE, CHUNKED), b"] abc "),
    }.values(),
)
def test_is_answered(port, request_bytes, seen):
    answer = exchange(port, request_bytes)

    assert status_of(answer) == 200
    assert seen in answer
    assert b"\r\ndate: " in answer
    assert b"server:" not in answer.lower()


def test_h2c_body_that_comes_later(port):
    assert b"] abc " in exchange(port, post(b"", UPGRADE, LENGTH_3), b"a", b"bc")


def test_continue_is_sent_when_the_body_is_wanted(port):
    expecting = post(b"", LENGTH_3, b"Expect: 100-continue\r\n")
    with connect(port) as client:
        client.sendall(expecting)
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert b"] abc " in read_to_end(client)


class TestPipelining:
    def test_answers_come_in_order(self, port):
        answer = exchange(port, b"".join(get(b"/%d" % number) for number in range(20)))

        assert answer.count(b"HTTP/1.1 200") == 20
        places = [answer.index(b"GET /%d ?" % number) for number in range(20)]
        assert places == sorted(places)

    def test_a_refusal_waits_for_the_answers_before_it(self, port):
        answer = exchange(port, get(b"/1") + get(b"/2") + b"GARBAGE\r\n\r\n")

        assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"400"]
        assert answer.index(b"GET /2 ?") < answer.index(b"HTTP/1.1 400")

    def test_a_broken_body_waits_for_the_answers_before_it(self, port):
        answer = exchange(port, get(b"/1") + post(b"zz\r\n", CHUNKED))

        assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"400"]

    def test_nothing_is_answered_after_a_close(self, port):
        answer = exchange(port, get(b"/1", b"Connection: close\r\n") + get(b"/2"))

        assert answer.count(b"HTTP/1.1 ") == 1

    def test_nothing_hidden_in_a_refused_request_is_answered(self, port):
        smuggled = post(b"0\r\n\r\n" + get(b"/hidden"), b"Content-Length: 5\r\n", CHUNKED)

        assert b"/hidden" not in exchange(port, smuggled)

    def test_at_most_64_requests_wait(self, port):
        answer = exchange(port, get() * 100)

        assert answer.count(b"HTTP/1.1 200") == 65
        assert answer.count(b"HTTP/1.1 400") == 1


class TestTime:
    def timed(self, port, *pieces, pause=0.05):
        begun = time.monotonic()
        answer = exchange(port, *pieces, pause=pause)
        return status_of(answer), time.monotonic() - begun

    def test_a_head_that_stops(self, port):
        status, seconds = self.timed(port, b"GET / HTTP/1.1\r\nHos")

        assert status == 408
        assert HEADER_TIMEOUT - 0.05 < seconds < HEADER_TIMEOUT + 0.4

    def test_a_head_that_drips(self, port):
        status, seconds = self.timed(
            port, *[b"%c" % byte for byte in get(b"/")[:12]], pause=HEADER_TIMEOUT / 6
        )

        assert status == 408
        assert seconds < HEADER_TIMEOUT * 3

    def test_a_second_head_that_stops(self, port):
        with connect(port) as client:
            client.sendall(get() + b"GET / HT")
            answer = read_to_end(client)
        assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]

    def test_a_body_that_stops(self, port):
        status, seconds = self.timed(port, post(b"a", LENGTH_3))

        assert status == 408
        assert BODY_TIMEOUT - 0.05 < seconds < BODY_TIMEOUT + 0.4

    def test_a_long_body_that_keeps_coming_is_welcome(self, port):
        status, _ = self.timed(port, post(b"", LENGTH_3), b"a", b"b", b"c", pause=BODY_TIMEOUT / 2)

        assert status == 200

    def test_a_connection_that_says_nothing(self, port):
        status, seconds = self.timed(port, b"")

        assert status is None
        assert HEADER_TIMEOUT - 0.05 < seconds < HEADER_TIMEOUT + 0.4

    def test_an_idle_connection_is_closed(self, port):
        status, seconds = self.timed(port, get())

        assert status == 200
        assert KEEP_ALIVE - 0.05 < seconds < KEEP_ALIVE + 0.4

    def test_an_unread_body_is_not_waited_for(self, port):
        status, seconds = self.timed(port, b"POST /early HTTP/1.1\r\n" + HOST + LENGTH_3 + b"\r\na")

        assert status == 200
        assert seconds < BODY_TIMEOUT + 0.4

    def test_slow_clients_do_not_slow_others(self, port):
        slow = [connect(port) for _ in range(200)]
        try:
            for client in slow:
                client.sendall(b"GET / HTTP/1.1\r\nHos")
            begun = time.monotonic()
            for _ in range(20):
                answer = exchange(port, get(b"/", b"Connection: close\r\n"))
                assert status_of(answer) == 200
            assert time.monotonic() - begun < 1.0
            assert {status_of(read_to_end(client)) for client in slow} == {408}
        finally:
            for client in slow:
                client.close()


def test_an_answer_nobody_reads_is_dropped(monkeypatch):
    monkeypatch.setattr("sumun.server.protocol.STALL", 0.5)
    with running(echo) as (port, state), connect(port) as client:
        client.sendall(get(b"/huge"))
        time.sleep(0.2)
        assert len(state.connections) == 1
        time.sleep(1.5)
        assert not state.connections


def test_framing_without_a_body_is_bounded(port):
    answer = exchange(port, post(b"5;", CHUNKED), *[b"a" * 9000] * 4)

    assert status_of(answer) == 400


class TestBodyLimit:
    def test_a_declared_length(self, port):
        with connect(port) as client:
            client.sendall(post(b"", b"Content-Length: %d\r\n" % (BODY_LIMIT + 1)))
            answer = client.recv(1000)
        assert status_of(answer) == 413
        assert b"connection: close" in answer

    def test_a_stream(self, port):
        chunks = b"4000\r\n%s\r\n" % (b"a" * 0x4000) * 5 + b"0\r\n\r\n"

        answer = exchange(port, post(chunks, CHUNKED))

        assert status_of(answer) == 413
        assert answer.count(b"HTTP/1.1") == 1
        assert answer.endswith(b"413 Content Too Large: the request body exceeds 65536 bytes\n")

    def test_the_answer_arrives_while_the_client_still_sends(self, port):
        body = b"a" * (BODY_LIMIT + BODY_LIMIT // 2)

        answer = exchange(port, post(b"", b"Content-Length: %d\r\n" % len(body)), body)

        assert status_of(answer) == 413
        assert not answer.endswith(b"<reset>")

    def test_exactly_the_limit(self, port):
        body = b"a" * BODY_LIMIT

        declared = post(body, b"Content-Length: %d\r\n" % len(body))
        chunked = post(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), CHUNKED)

        assert b"65536 bytes" in exchange(port, declared)
        assert b"65536 bytes" in exchange(port, chunked)


def certificate(common_name, directory):
    """Write a self-signed certificate and its key, and return the paths and the DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    cert_file, key_file = directory / f"{common_name}.pem", directory / f"{common_name}.key"
    cert_file.write_bytes(cert.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_file, key_file, cert.public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tls")
    server_cert, server_key, _ = certificate("localhost", directory)
    client_cert, client_key, client_der = certificate("client", directory)
    options = {
        "ssl_certfile": server_cert,
        "ssl_keyfile": server_key,
        "ssl_ca_certs": str(client_cert),
        "ssl_cert_reqs": ssl.CERT_OPTIONAL,
    }
    with running(echo, **options) as (port, _):
        yield port, server_cert, client_cert, client_key, client_der


class TestTls:
    def ask(self, tls, request_bytes, *, with_certificate):
        port, server_cert, client_cert, client_key, _ = tls
        context = ssl.create_default_context(cafile=str(server_cert))
        if with_certificate:
            context.load_cert_chain(client_cert, client_key)
        with (
            connect(port) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as client,
        ):
            client.sendall(request_bytes)
            return read_to_end(client)

    def test_the_client_certificate_is_shown_to_the_application(self, tls):
        answer = self.ask(tls, get(), with_certificate=True)

        assert answer.endswith(b" cert:%d" % len(tls[4]))

    def test_no_certificate_is_none(self, tls):
        assert self.ask(tls, get(), with_certificate=False).endswith(b" no-cert")

    def test_refusals_arrive_over_tls(self, tls):
        answer = self.ask(tls, b"GET / HTTP/1.1\r\n\r\n", with_certificate=False)

        assert status_of(answer) == 400
