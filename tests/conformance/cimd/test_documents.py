"""draft-ietf-oauth-client-id-metadata-document: clients known by their document, black-box."""

import asyncio
import gzip

import pytest
from tests.conformance.references import without_reference

from sumun.config import CimdConfig

HOST = "client.example"


def accepted(response):
    return response.status_code == 303 and "ticket=" in response.headers["location"]


def refused(response):
    """RFC 6749 §4.1.2.1: a page, and nobody is sent anywhere."""
    return response.status_code == 400 and "location" not in response.headers


async def test_the_metadata_say_so(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["client_id_metadata_document_supported"] is True
    assert "none" in document["token_endpoint_auth_methods_supported"]


async def test_a_client_nobody_registered_may_ask(system, author, ask):
    assert accepted(await ask(system))
    (request,) = author.requests
    assert request.startswith("GET /client.json HTTP/1.1\r\n")
    (event,) = await system.events("client_document_fetched")
    assert event["client_id"] == author.client_id


async def test_as7_the_redirect_uri_is_one_of_the_document(system, ask):
    assert refused(await ask(system, redirect_uri="https://evil.example/callback"))
    assert refused(await ask(system, redirect_uri="http://localhost:51004/callback"))


async def test_as8_the_document_is_kept_as_its_headers_say(system, author, ask):
    author.headers = {"Cache-Control": "max-age=600"}
    for seconds, fetched in ((0, 1), (599, 1), (1, 2)):
        system.clock.advance(seconds)
        system.server.clients.forget(author.client_id)
        assert accepted(await ask(system))
        assert len(author.requests) == fetched


async def test_n73_a_document_that_changes_counts_at_once_when_it_is_fetched(system, author, ask):
    author.headers = {"Cache-Control": "max-age=60"}
    assert accepted(await ask(system))
    author.document["redirect_uris"] = ["https://other.example/callback"]
    system.clock.advance(60)
    system.server.clients.forget(author.client_id)
    assert refused(await ask(system))
    assert accepted(await ask(system, redirect_uri="https://other.example/callback"))
    changed = [each["detail"]["changed"] for each in await system.events("client_document_fetched")]
    assert sorted(changed) == [False, True]


@pytest.mark.parametrize(
    "client_id",
    [
        pytest.param("http://client.example/client.json", id="N70-http"),
        pytest.param("https://client.example", id="N70-no-path"),
        pytest.param("https://client.example/./client.json", id="N70-dot"),
        pytest.param("https://client.example/a/../client.json", id="N70-dot-dot"),
        pytest.param("https://client.example/%2e%2e/client.json", id="N70-encoded-dots"),
        pytest.param("https://client.example/client.json#part", id="N70-fragment"),
        pytest.param("https://user@client.example/client.json", id="N70-userinfo"),
        pytest.param("https://client.example\\@evil.example/c", id="N70-backslash"),
        pytest.param("https://client.example/" + "a" * 2048, id="N70-over-2kB"),
        pytest.param("https://127.0.0.1/client.json", id="N71-address"),
        pytest.param("https://2130706433/client.json", id="N71-decimal"),
        pytest.param("https://0177.0.0.1/client.json", id="N71-octal"),
        pytest.param("https://0x7f.1/client.json", id="N71-hexadecimal"),
        pytest.param("https://[::1]/client.json", id="N71-ipv6"),
    ],
)
async def test_an_identifier_that_is_none_leads_to_no_request(system, author, ask, client_id):
    assert refused(await ask(system, client_id))
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": "x"}
    response = await system.http.post("/oauth2/token", data=form)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"
    assert author.resolved == author.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.2",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fc00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
    ],
)
async def test_n71_a_host_that_leads_inside_is_refused_at_connect(system, author, ask, address):
    for addresses in ([address], ["127.0.0.1", address]):
        author.addresses = [addresses]
        assert refused(await ask(system, f"{author.client_id}?{len(addresses)}"))
    assert author.requests == []
    events = await system.events("client_document_refused")
    assert {event["reason"] for event in events} == {"special_address"}


async def test_n71_rebinding_between_judging_and_connecting_gains_nothing(system, author, ask):
    author.addresses = [["127.0.0.1"], ["10.0.0.1"]]
    assert accepted(await ask(system))
    assert author.resolved == [HOST]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(("302 Found", {"Location": "/x"}, None), "redirect", id="redirect"),
        pytest.param(("307 X", {"Location": "https://evil.example/"}, None), "redirect", id="307"),
        pytest.param(("404 Not Found", {}, None), "status", id="404"),
        pytest.param(("201 Created", {}, None), "status", id="201"),
        pytest.param(("500 X", {}, None), "status", id="500"),
        pytest.param(("200 OK", {}, b" " * 5121), "too_large", id="over-5-kB"),
        pytest.param(("200 OK", {"Content-Type": "text/html"}, None), "media_type", id="html"),
        pytest.param(("200 OK", {"Content-Type": ""}, None), "media_type", id="no-type"),
        pytest.param(
            ("200 OK", {"Content-Encoding": "gzip"}, gzip.compress(b" " * 10**7)),
            "encoded",
            id="gzip-bomb",
        ),
        pytest.param(("200 OK", {}, b"not json"), "document", id="no-json"),
        pytest.param(("200 OK", {}, b"[" * 5000), "document", id="nested"),
        pytest.param(("200 OK", {"Content-Length": "9999"}, b"{}"), "timeout", id="short"),
    ],
)
async def test_n71_an_answer_that_is_not_acceptable(system, author, ask, answer, reason):
    author.status, author.headers, author.body = answer
    response = await ask(system)
    assert refused(response)
    assert len(author.requests) == 1
    (event,) = await system.events("client_document_refused")
    assert event["reason"] in {reason, "unreachable"}


async def test_n71_too_slow(system, author, ask):
    author.delay = 5.0
    assert refused(await ask(system))
    (event,) = await system.events("client_document_refused")
    assert event["reason"] == "timeout"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "https://client.example/client.json"}, id="other-client-id"),
        pytest.param({"client_id": ["x"]}, id="client-id-is-no-text"),
        pytest.param({"client_name": ...}, id="no-name"),
        pytest.param({"redirect_uris": ...}, id="no-redirect-uris"),
        pytest.param({"redirect_uris": ["javascript:alert(1)"]}, id="N06-javascript"),
        pytest.param({"redirect_uris": ["data:text/html,x"]}, id="N06-data"),
        pytest.param({"client_secret": "s"}, id="secret"),
        pytest.param({"client_secret_expires_at": 0}, id="secret-expiry"),
        pytest.param({"token_endpoint_auth_method": "client_secret_basic"}, id="basic"),
        pytest.param({"token_endpoint_auth_method": "client_secret_post"}, id="post"),
        pytest.param({"token_endpoint_auth_method": "client_secret_jwt"}, id="jwt"),
        pytest.param({"jwks": {"keys": [{"kty": "EC", "d": "x"}]}}, id="private-jwk"),
        pytest.param({"jwks_uri": "https://10.0.0.1/jwks"}, id="jwks-uri-inside"),
        pytest.param({"logo_uri": "http://client.example/logo"}, id="logo-uri-http"),
    ],
)
async def test_n71_a_document_that_breaks_a_rule(system, author, ask, changes):
    author.document |= changes
    assert refused(await ask(system))
    form = {"grant_type": "authorization_code", "client_id": author.client_id, "code": "x"}
    response = await system.http.post("/oauth2/token", data=form)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"
    # The author is told what to mend, and asked only once.
    assert "the document at client_id" in response.json()["error_description"]
    assert len(author.requests) == 1
    (event,) = await system.events("client_document_refused")
    assert event["reason"] == "document"


async def test_n71_what_a_stranger_is_told_depends_on_nothing_inside(system, author):
    told = set()
    for number, addresses in enumerate(([], ["10.0.0.1"], ["127.0.0.9"])):
        author.addresses = [addresses]
        form = {
            "grant_type": "authorization_code",
            "client_id": f"{author.client_id}?{number}",
            "code": "x",
        }
        response = await system.http.post("/oauth2/token", data=form)
        told.add((response.status_code, without_reference(response.text)))
    assert len(told) == 1


async def test_n72_fifty_who_ask_at_once_are_one_request(system, author, ask):
    author.delay = 0.2
    answers = await asyncio.gather(*(ask(system) for _ in range(50)))
    assert all(accepted(each) for each in answers)
    assert len(author.requests) == 1


async def test_n72_many_identifiers_from_one_place(system, author):
    statuses = []
    for number in range(60):
        form = {
            "grant_type": "authorization_code",
            "client_id": f"{author.client_id}?{number}",
            "code": "x",
        }
        response = await system.http.post("/oauth2/token", data=form)
        statuses.append(response.status_code)
        if response.status_code == 429:
            assert int(response.headers["retry-after"]) > 0
    assert len(author.requests) == 20
    assert statuses.count(429) == 40


@pytest.mark.parametrize(
    ("cimd", "supported"),
    [
        (CimdConfig(deny=[HOST]), True),
        (CimdConfig(allow=["claude.ai"]), True),
        (CimdConfig(allow=[]), False),
    ],
)
async def test_hosts_the_operator_does_not_trust_are_not_fetched(
    start, author, ask, cimd, supported
):
    async with start(cimd=cimd) as system:
        assert refused(await ask(system))
        document = (await system.http.get("/.well-known/openid-configuration")).json()
        assert document["client_id_metadata_document_supported"] is supported
    assert author.resolved == []
