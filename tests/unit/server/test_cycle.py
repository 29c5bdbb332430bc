"""How an answer leaves: in one piece where its length is known, at once where it is a stream."""

import asyncio

import pytest

REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture
async def ask(connect):
    """Serve an application one request; return what was written, piece by piece."""

    async def ask(app, request=REQUEST, *, until=1):
        protocol = connect(app)
        protocol.data_received(request)
        for _ in range(200):
            await asyncio.sleep(0)
            if len(protocol.transport.writes) >= until and not protocol.tasks:
                break
        return protocol.transport.writes

    return ask


def answering(*messages):
    async def app(_scope, _receive, send):
        for message in messages:
            await send(message)

    return app


def start(*headers, status=200):
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data=b"", **more):
    return {"type": "http.response.body", "body": data, **more}


LENGTH = (b"content-length", b"5")


async def test_a_whole_answer_is_one_write(ask):
    (written,) = await ask(answering(start((b"x", b"y"), LENGTH), body(b"hello")))
    assert written == (
        b"HTTP/1.1 200 OK\r\ndate: Mon, 01 Jan 2029 00:00:00 GMT\r\n"
        b"x: y\r\ncontent-length: 5\r\n\r\nhello"
    )


async def test_an_empty_answer_is_one_write(ask):
    (written,) = await ask(answering(start((b"content-length", b"0"), status=204), body()))
    assert written.startswith(b"HTTP/1.1 204 ")
    assert written.endswith(b"content-length: 0\r\n\r\n")


async def test_the_next_request_is_answered_on_the_same_connection(ask):
    written = await ask(answering(start(LENGTH), body(b"hello")), REQUEST * 3, until=3)
    assert len(written) == 3
    assert len(set(written)) == 1


async def test_the_head_of_a_stream_leaves_at_once(ask):
    gone_on = asyncio.Event()

    async def app(_scope, _receive, send):
        await send(start((b"content-type", b"text/event-stream")))
        await gone_on.wait()
        await send(body(b"data: x\n\n"))

    (head,) = await ask(app)
    assert head.endswith(b"transfer-encoding: chunked\r\n\r\n")
    gone_on.set()


async def test_a_long_body_in_pieces(ask):
    app = answering(start(LENGTH), body(b"he", more_body=True), body(b"llo"))
    assert b"".join(await ask(app, until=3)).endswith(b"content-length: 5\r\n\r\nhello")


async def test_a_head_request_gets_no_body(ask):
    request = REQUEST.replace(b"GET", b"HEAD")
    written = b"".join(await ask(answering(start(LENGTH), body(b"hello")), request))
    assert written.endswith(b"content-length: 5\r\n\r\n")


async def test_a_connection_that_is_to_close_is_told_so(ask):
    request = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    written = b"".join(await ask(answering(start(LENGTH), body(b"hello")), request, until=2))
    assert b"connection: close\r\n" in written
    assert written.endswith(b"hello")


async def test_what_the_application_says_of_the_connection_counts(ask):
    app = answering(start(LENGTH, (b"connection", b"close")), body(b"hello"))
    written = b"".join(await ask(app, until=2))
    assert written.count(b"connection: close") == 1


async def test_several_cookies_are_all_sent(ask):
    cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    written = b"".join(await ask(answering(start(LENGTH, *cookies), body(b"hello"))))
    assert written.count(b"set-cookie: ") == 2


@pytest.mark.parametrize(
    "field",
    [
        (b"x", b"y\r\nset-cookie: evil=1"),
        (b"x", b"y\nz"),
        (b"x", b"y\rz"),
        (b"x", b"nul\0"),
        (b"x: y\r\nz", b"w"),
        (b"x y", b"w"),
    ],
)
async def test_no_field_smuggles_in_another(ask, field):
    written = b"".join(await ask(answering(start(LENGTH, field), body(b"hello"))))
    assert b"evil" not in written
    assert b"hello" not in written


async def test_upper_case_names_are_sent_in_lower_case(ask):
    written = b"".join(await ask(answering(start(LENGTH, (b"X-Thing", b"1")), body(b"hello"))))
    assert b"x-thing: 1\r\n" in written


async def test_an_application_that_fails_after_the_start_is_a_500(ask):
    async def app(_scope, _receive, send):
        await send(start(LENGTH))
        raise RuntimeError

    (head, *rest) = await ask(app)
    assert head.startswith(b"HTTP/1.1 500 ")
    assert b"".join(rest).endswith(b"Internal Server Error")


@pytest.mark.parametrize("data", [b"", b"four", b"sixsix"])
async def test_a_body_of_another_length_is_no_whole_answer(ask, data, capsys):
    written = b"".join(await ask(answering(start(LENGTH), body(data))))
    assert not written.endswith(b"content-length: 5\r\n\r\n" + data) or len(data) < 5
    assert capsys.readouterr().err.count("RuntimeError") == 1


async def test_an_answer_after_the_answer_is_an_error(ask, capsys):
    app = answering(start(LENGTH), body(b"hello"), body(b"more"))
    written = b"".join(await ask(app))
    assert written.endswith(b"hello")
    assert capsys.readouterr().err.count("RuntimeError") == 1
