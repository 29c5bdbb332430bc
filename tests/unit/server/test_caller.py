"""Whom a request is from, when proxies pass it on."""

import pytest

from sumun.config import ServerConfig
from sumun.oauth.throttle import site_of
from sumun.proof.proxies import TrustedProxies, plain_address
from sumun.server.caller import CallerAddress

PROXIES = ["10.0.0.0/24", "fd00::1"]
PROXY = "10.0.0.1"
FOR = "x-forwarded-for"


async def caller(fields, *, peer=PROXY, header="X-Forwarded-For", proxies=PROXIES):
    """Return the address the application sees, and the scope it gets."""
    seen = {}

    async def application(scope, receive, send):
        seen.update(scope)

    server = ServerConfig(trusted_proxies=proxies, forwarded_header=header)
    headers = [(name.encode(), value.encode("latin-1")) for name, value in fields]
    scope = {"type": "http", "scheme": "http", "headers": headers, "client": (peer, 5)}
    await CallerAddress(application, server)(scope, None, None)
    return seen["client"][0], seen


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param([(FOR, "203.0.113.7")], "203.0.113.7", id="one hop"),
        pytest.param([(FOR, "8.8.8.8, 203.0.113.7")], "203.0.113.7", id="spoofed on the left"),
        pytest.param([(FOR, "8.8.8.8"), (FOR, "203.0.113.7")], "203.0.113.7", id="two fields"),
        pytest.param([(FOR, "10.0.0.9,203.0.113.7")], "203.0.113.7", id="posing as a proxy"),
        pytest.param([(FOR, "8.8.8.8, 203.0.113.7, 10.0.0.2")], "203.0.113.7", id="two proxies"),
        pytest.param([(FOR, "10.0.0.3, 10.0.0.2")], "10.0.0.3", id="from a proxy itself"),
        pytest.param([(FOR, "2001:db8::9")], "2001:db8::9", id="IPv6"),
        pytest.param([(FOR, "[2001:DB8:0::9]:4711")], "2001:db8::9", id="IPv6 and a port"),
        pytest.param([(FOR, "203.0.113.7:4711")], "203.0.113.7", id="a port"),
        pytest.param([(FOR, "::ffff:203.0.113.7")], "203.0.113.7", id="IPv4 in IPv6"),
        pytest.param([(FOR, "fe80::1%\x01\x02")], "fe80::1", id="a zone"),
        pytest.param([(FOR, "unknown")], PROXY, id="no address"),
        pytest.param([(FOR, "8.8.8.8, unknown, 10.0.0.2")], "10.0.0.2", id="past what is none"),
        pytest.param([(FOR, "")], PROXY, id="empty"),
        pytest.param([(FOR, "8.8.8.8,")], PROXY, id="nothing said last"),
        pytest.param([], PROXY, id="no field"),
        pytest.param([("forwarded", "for=8.8.8.8")], PROXY, id="another field"),
        pytest.param([("x-real-ip", "8.8.8.8")], PROXY, id="yet another field"),
    ],
)
async def test_the_rightmost_hop_that_is_no_proxy_calls(fields, expected):
    assert (await caller(fields))[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7"),
        ('proto=https ; for="[2001:db8::9]:4711"', "2001:db8::9"),
        ("for=8.8.8.8, for=203.0.113.7;host=x", "203.0.113.7"),
        ("for=203.0.113.7, for=10.0.0.2", "203.0.113.7"),
        ('for=203.0.113.7;host="x, for=8.8.8.8"', "203.0.113.7"),
        (r'for=203.0.113.7;host="x\", for=8.8.8.8"', "203.0.113.7"),
        ('host="x, for=203.0.113.7', PROXY),
        ("for=8.8.8.8, proto=https", PROXY),
        ("for=8.8.8.8, for=unknown", PROXY),
        ("for=_hidden", PROXY),
        ("", PROXY),
        (",", PROXY),
        ("for", PROXY),
        ('for="', PROXY),
    ],
)
async def test_forwarded_is_read_as_it_is_quoted(value, expected):
    assert (await caller([("forwarded", value)], header="Forwarded"))[0] == expected


async def test_a_long_field_takes_no_long_time():
    value = 'for="' + "\\x" * 15_000
    assert (await caller([("forwarded", value)], header="Forwarded"))[0] == PROXY
    assert (await caller([("forwarded", "," * 30_000)], header="Forwarded"))[0] == PROXY
    assert (await caller([(FOR, "10.0.0.2," * 3_000)]))[0] == PROXY


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.1.1", "fd00::2", "", "testclient"])
async def test_nobody_else_is_believed(peer):
    found, scope = await caller([(FOR, "8.8.8.8"), ("forwarded", "for=8.8.8.8")], peer=peer)
    assert found == peer
    assert not TrustedProxies(PROXIES).sent(scope)


async def test_the_proxy_is_still_known_when_the_caller_is():
    found, scope = await caller([(FOR, "203.0.113.7")])
    assert found == "203.0.113.7"
    assert TrustedProxies(PROXIES).sent(scope)
    assert scope["scheme"] == "http"


async def test_posing_as_a_proxy_gives_no_trust():
    found, scope = await caller([(FOR, "10.0.0.1")], peer="203.0.113.9")
    assert found == "203.0.113.9"
    assert not TrustedProxies(PROXIES).sent(scope)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "[::1", "::1::", "1" * 9999])
def test_what_is_no_address(text):
    assert plain_address(text) in {"", "::1"}


def test_addresses_of_one_ipv6_site_share_a_brake():
    assert site_of("2001:db8::9") == site_of("2001:db8::ffff:1") != site_of("2001:db8:0:1::9")


async def test_callers_behind_one_proxy_have_brakes_of_their_own(start):
    """And nothing they say about the host or the scheme reaches the issuer."""
    server = ServerConfig(trusted_proxies=["127.0.0.1"])
    async with start(server=server) as running:

        async def ask(address):
            form = {"grant_type": "client_credentials", "client_id": "mcp-client"}
            headers = {FOR: f"8.8.8.8, {address}"}
            response = await running.http.post(
                "/oauth2/token", data=form | {"client_secret": "wrong"}, headers=headers
            )
            return response.status_code

        first = [await ask(f"2001:db8::{count}") for count in range(1, 13)]
        assert first[:10] == [401] * 10
        assert first[-1] == 429
        assert await ask("2001:db8:0:1::1") == 401
        sources = {event["source"] for event in await running.events("token_refused")}
        assert "2001:db8::1" in sources
        assert not sources & {"8.8.8.8", "127.0.0.1"}
        told = await running.get(
            "/.well-known/oauth-authorization-server",
            **{
                "X-Forwarded-Host": "evil.example",
                "X-Forwarded-Proto": "http",
                "Forwarded": "host=evil.example;proto=http",
                "Host": "evil.example",
            },
        )
        assert "evil" not in told.text
        assert told.json()["issuer"] == running.application.config.issuer
