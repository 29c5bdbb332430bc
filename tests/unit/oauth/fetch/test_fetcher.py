import asyncio
import gzip
import ssl
import time

import pytest

from sumun.oauth.fetch import Fetcher, FetchRefused

from .conftest import HOST, Dns, answer


async def refusal(fetcher, url, **options):
    with pytest.raises(FetchRefused) as raised:
        await fetcher.get(url, **options)
    return raised.value


async def test_a_document_comes_as_it_was_sent(serve, fetcher):
    server = await serve(answer(b'{"a":1}', cache_control="max-age=60"))
    fetched = await fetcher().get(server.url("/a%20b?c=%2F"))
    assert fetched.body == b'{"a":1}'
    assert fetched.media_type == "application/json"
    assert fetched.headers["cache-control"] == "max-age=60"
    (request,) = server.requests
    head, *headers = request.decode().split("\r\n")
    assert head == "GET /a%20b?c=%2F HTTP/1.1"
    named = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in headers}
    assert named["host"] == f"{HOST}:{server.port}"
    assert named["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & named.keys()


@pytest.mark.parametrize(
    "media_type", ["application/json", "APPLICATION/JSON; charset=utf-8", "application/cimd+json"]
)
async def test_every_name_of_json_is_accepted(serve, fetcher, media_type):
    server = await serve(answer(content_type=media_type))
    assert (await fetcher().get(server.url())).body == b"{}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fc00::1",
        "fe80::1%lo",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "not an address",
    ],
)
async def test_n71_nothing_is_sent_to_a_special_address(serve, fetcher, address):
    server = await serve()
    for answers in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        refused = await refusal(fetcher(resolve=Dns(answers), allowed=()), server.url())
        assert refused.reason == "special_address"
        assert refused.public == "it cannot be fetched"
        assert not refused.passing
    assert server.requests == []


async def test_n71_a_name_that_resolves_differently_the_next_moment_gains_nothing(serve, fetcher):
    server = await serve()
    dns = Dns(["127.0.0.1"], ["10.0.0.1"])
    rebinding = fetcher(resolve=dns)
    assert (await rebinding.get(server.url())).body == b"{}"
    assert dns.asked == [HOST]
    assert (await refusal(rebinding, server.url())).reason == "special_address"


async def test_n71_the_host_is_resolved_anew_each_time_and_no_connection_is_kept(serve, fetcher):
    server = await serve(answer(connection="keep-alive"))
    dns = Dns()
    keeping = fetcher(resolve=dns)
    for _ in range(2):
        await keeping.get(server.url())
    assert dns.asked == [HOST, HOST]
    assert len(server.requests) == 2


async def test_n70_a_bad_url_is_not_even_resolved(fetcher):
    dns = Dns()
    for url in ("http://client.example/c", "https://127.0.0.1/c", "https://a.example/../c"):
        assert (await refusal(fetcher(resolve=dns), url)).reason == "url"
    assert dns.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_n71_a_redirect_is_refused(serve, fetcher, status):
    server = await serve(answer(status=f"{status} Moved", location="/elsewhere"))
    assert (await refusal(fetcher(), server.url())).reason == "redirect"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "passing"),
    [
        (201, False),
        (204, False),
        (206, False),
        (403, False),
        (404, False),
        (429, True),
        (503, True),
    ],
)
async def test_only_200_counts(serve, fetcher, status, passing):
    server = await serve(answer(b"" if status == 204 else b"{}", status=f"{status} X"))
    refused = await refusal(fetcher(), server.url())
    assert (refused.reason, refused.status, refused.passing) == ("status", status, passing)


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/html",
        "text/plain",
        "application/jsonp",
        "text/json",
        "application/json+x",
        "+json",
    ],
)
async def test_n71_another_media_type_is_refused(serve, fetcher, media_type):
    server = await serve(answer(content_type=media_type))
    assert (await refusal(fetcher(), server.url())).reason == "media_type"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x"])
async def test_n71_nothing_is_decompressed(serve, fetcher, encoding):
    bomb = gzip.compress(b" " * 10_000_000)
    server = await serve(answer(bomb, content_encoding=encoding))
    assert (await refusal(fetcher(), server.url())).reason == "encoded"


async def test_n71_five_kilobytes_and_not_one_byte_more(serve, fetcher):
    server = await serve(answer(b" " * 5120))
    assert len((await fetcher().get(server.url())).body) == 5120
    server.reply = answer(b" " * 5121)
    assert (await refusal(fetcher(), server.url())).reason == "too_large"
    assert (await refusal(fetcher(), server.url(), limit=100)).reason == "too_large"


async def test_n71_an_endless_body_is_left(serve, fetcher):
    sent = 0

    async def endless(_reader, writer):
        nonlocal sent
        writer.write(answer(b"", content_length="", transfer_encoding="chunked"))
        while sent < 50_000_000:
            writer.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
            sent += 4096
            await writer.drain()

    server = await serve(endless)
    assert (await refusal(fetcher(), server.url())).reason == "too_large"
    assert sent < 10_000_000


async def test_n71_the_whole_exchange_has_one_deadline(serve, fetcher):
    async def trickle(_reader, writer):
        writer.write(answer(b"", content_length="100"))
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    server = await serve(trickle)
    started = time.monotonic()
    refused = await refusal(fetcher(patience=0.3), server.url())
    assert (refused.reason, refused.passing) == ("timeout", True)
    assert time.monotonic() - started < 2


async def test_a_dns_that_does_not_answer_is_a_timeout(fetcher):
    async def never(_host, _port):
        await asyncio.Event().wait()

    slow = fetcher(resolve=never, patience=0.1)
    assert (await refusal(slow, "https://client.example/c")).reason == "timeout"


@pytest.mark.parametrize("error", [OSError("no such host"), UnicodeError("label too long")])
async def test_a_name_without_address_is_unresolvable(fetcher, error):
    async def nowhere(_host, _port):
        raise error

    refused = await refusal(fetcher(resolve=nowhere), "https://client.example/c")
    assert (refused.reason, refused.passing) == ("unresolvable", True)
    refused = await refusal(fetcher(resolve=Dns([])), "https://client.example/c")
    assert refused.reason == "unresolvable"


async def test_nobody_there_is_unreachable(serve, fetcher):
    server = await serve()
    url = server.url()
    port = server.port
    gone = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    unused = gone.sockets[0].getsockname()[1]
    gone.close()
    await gone.wait_closed()
    refused = await refusal(fetcher(), url.replace(str(port), str(unused)))
    assert (refused.reason, refused.passing) == ("unreachable", True)


@pytest.mark.parametrize(
    "reply",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n\r\n",
        b"HTTP/9.9 xyz\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\ncontent-type: application/json\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked"
            b"\r\n\r\nzz\r\n"
        ),
    ],
)
async def test_a_broken_answer_is_refused_and_never_an_exception_of_another_kind(
    serve, fetcher, reply
):
    server = await serve(reply)
    assert (await refusal(fetcher(patience=1), server.url())).reason in {
        "unreachable",
        "media_type",
        "timeout",
    }


async def test_a_certificate_that_is_not_trusted_or_not_the_host_s(serve, fetcher):
    server = await serve()
    distrusting = Fetcher(
        resolve=Dns(), allowed=fetcher()._allowed, tls=ssl.create_default_context()
    )
    assert (await refusal(distrusting, server.url())).reason == "certificate"
    assert (await refusal(fetcher(), server.url(host="other.example"))).reason == "certificate"
    assert server.requests == []


async def test_proxies_of_the_environment_are_not_used(serve, fetcher, monkeypatch):
    server = await serve()
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await fetcher().get(server.url())).body == b"{}"


async def test_a_form_is_posted_and_only_the_status_told(serve, fetcher):
    server = await serve(answer(b"x" * 100_000, status="400 Bad Request"))
    assert await fetcher().post(server.url("/logout"), {"logout_token": "a.b.c"}) == 400
    assert server.requests[0].startswith(b"POST /logout HTTP/1.1\r\n")
    refused = fetcher(resolve=Dns(["10.0.0.1"]))
    with pytest.raises(FetchRefused):
        await refused.post(server.url("/logout"), {"logout_token": "a.b.c"})


async def test_a_form_is_submitted_and_its_document_returned(serve, fetcher):
    server = await serve(answer(b'{"id_token": "a.b.c"}'))
    url = server.url("/token")
    fetched = await fetcher().submit(url, {"code": "x y"}, headers={"Authorization": "Basic abc"})
    assert fetched.body == b'{"id_token": "a.b.c"}'
    [asked] = server.requests
    assert asked.startswith(b"POST /token HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Basic abc\r\n" in asked
    await fetcher().submit(url, {"code": "x"})
    assert b"authorization" not in server.requests[1].lower()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answer(status="400 Bad Request"), "status"),
        (answer(status="307 Temporary Redirect", location="https://evil.example/"), "redirect"),
        (answer(content_type="text/html"), "media_type"),
        (answer(b"x" * 10_000), "too_large"),
    ],
)
async def test_any_other_answer_to_a_form_is_refused(serve, fetcher, reply, reason):
    server = await serve(reply)
    with pytest.raises(FetchRefused) as refused:
        await fetcher().submit(server.url("/token"), {"code": "x"})
    assert refused.value.reason == reason


async def test_no_more_than_eight_are_under_way(serve, fetcher):
    under_way = most = 0

    async def slow(_reader, writer):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        writer.write(answer())
        await writer.drain()

    server = await serve(slow)
    shared = fetcher()
    await asyncio.gather(*(shared.get(server.url(f"/{n}")) for n in range(20)))
    assert most == 8
