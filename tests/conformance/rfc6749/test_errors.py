"""RFC 6749 §3.2 and §5.2: what is refused, and how."""

import random

import pytest

FORM = "application/x-www-form-urlencoded"
GOOD = "grant_type=client_credentials&client_id=mcp-client&client_secret=secret"


async def post(system, content, content_type=FORM, **headers):
    if content_type is not None:
        headers["Content-Type"] = content_type
    return await system.http.post("/oauth2/token", content=content, headers=headers)


def assert_error(response, error, status=400):
    assert response.status_code == status, response.text
    answer = response.json()
    assert set(answer) == {"error", "error_description", "error_uri"}
    assert answer["error"] == error
    description = answer["error_description"]
    assert description.isascii()
    assert not set(description) & set('"\\')
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_n83_other_methods_than_post(system, method):
    response = await system.http.request(method, "/oauth2/token")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json, application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded-not",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
async def test_n83_other_content_types_than_a_form(system, content_type):
    response = await post(system, GOOD, content_type)
    assert_error(response, "invalid_request")
    assert FORM in response.json()["error_description"]


async def test_n83_content_type_sent_twice(system):
    response = await system.http.post(
        "/oauth2/token", content=GOOD, headers=[("Content-Type", FORM), ("Content-Type", FORM)]
    )
    assert_error(response, "invalid_request")


async def test_authorization_sent_twice(system):
    headers = [("Content-Type", FORM), ("Authorization", "Basic a"), ("Authorization", "Basic b")]
    response = await system.http.post("/oauth2/token", content=GOOD, headers=headers)
    assert_error(response, "invalid_request")


async def test_compressed_body(system):
    assert_error(await post(system, GOOD, **{"Content-Encoding": "gzip"}), "invalid_request")


@pytest.mark.parametrize("chunks", [1, 100])
async def test_n83_oversized_body(system, chunks):
    async def body():
        for _ in range(chunks):
            yield b"x" * (70_000 // chunks)

    assert_error(await post(system, body()), "invalid_request", 413)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\xfd",
        b"grant_type=%ff%fe",
        b"&".join(b"p%d=1" % number for number in range(100)),
    ],
    ids=["not UTF-8", "escapes that are not UTF-8", "too many parameters"],
)
async def test_undecodable_body(system, body):
    assert_error(await post(system, body), "invalid_request")


@pytest.mark.parametrize("body", [b"", b"=", b"&&&", b"\0", b"grant_type", b"{}"])
async def test_missing_grant_type(system, body):
    assert_error(await post(system, body), "invalid_request")


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "scope", "anything"])
async def test_n83_a_parameter_sent_twice(system, name):
    body = f"{GOOD}&scope=mcp.access&anything=1&{name}=mcp.access"
    response = await post(system, body)
    assert_error(response, "invalid_request")
    assert name in response.json()["error_description"]


@pytest.mark.parametrize(
    "grant_type", ["password", "implicit", "CLIENT_CREDENTIALS", 'x"\\\x00', "é" * 500]
)
async def test_n85_n86_unknown_grant(system, grant_type):
    response = await system.ask(grant_type=grant_type)
    assert_error(response, "unsupported_grant_type")
    assert "client_credentials" in response.json()["error_description"]


async def test_n86_grant_the_client_is_not_registered_for(system):
    assert_error(await system.ask(client_id="no-grant"), "unauthorized_client")


@pytest.mark.parametrize(
    "scope",
    [
        "mcp.access.evil",
        "mcp.acces",
        "MCP.ACCESS",
        "admin",
        "mcp.access admin",
        'mcp.access "quoted"',
        "back\\slash",
        "tab\there",
        "line\nbreak",
        "korean-한국어",
        "nul\0",
        "two  spaces",
        " leading",
        "x" * 3000,
        " ".join(f"s{number}" for number in range(100)),
    ],
)
async def test_scope_that_is_unknown_or_malformed(system, scope):
    assert_error(await system.ask(scope=scope), "invalid_scope")


async def test_scope_is_compared_as_a_set(system):
    answer = (await system.ask(scope="audit:read mcp.access audit:read")).json()
    assert answer["scope"] == "audit:read mcp.access"


@pytest.mark.parametrize("scope", ["mcp:crm", "mcp:crm:lookup", "mcp:*"])
async def test_scope_below_a_registered_one(system, scope):
    assert (await system.ask(scope=scope)).json()["scope"] == scope


async def test_n85_the_answer_never_repeats_what_may_not_stand_in_a_description(system):
    response = await post(system, f"{GOOD}&%22%5C%00{'x' * 5000}=1&%22%5C%00{'x' * 5000}=1")
    assert_error(response, "invalid_request")
    assert len(response.text) < 1000


async def test_error_uri_leads_to_an_explanation(system):
    answer = (await system.ask(scope="admin")).json()
    url, _, anchor = answer["error_uri"].partition("#")
    page = await system.http.get(url)
    assert page.status_code == 200
    assert f'id="{anchor}"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_n84_random_bodies_are_refused_as_the_client_s_mistake(system):
    generator = random.Random(6749)
    pieces = [GOOD.encode(), b"&", b"=", b"%", b"scope", b"resource=", b"\0", b"\xff", b"+", b";"]
    for _ in range(250):
        body = b"".join(generator.choices(pieces, k=generator.randrange(12)))
        response = await post(system, body)
        assert response.status_code in {200, 400, 401, 429}
        assert response.headers["cache-control"] == "no-store"


async def test_n92_every_refusal_is_recorded_once(system):
    await system.http.get("/oauth2/token")
    await post(system, GOOD, "application/json")
    await system.ask(grant_type="password")
    await system.ask(scope="admin")
    reasons = [event["reason"] for event in await system.events("token_refused")]
    assert sorted(reasons) == [
        "invalid_request",
        "invalid_request",
        "invalid_scope",
        "unsupported_grant_type",
    ]


async def test_the_authorization_endpoint_redirects_nowhere(system):
    """§4.1.2.1."""
    response = await system.http.get(
        "/oauth2/authorize",
        params={
            "response_type": "code",
            "client_id": "mcp-client",
            "redirect_uri": "https://evil.example",
        },
    )
    assert response.status_code == 400
    assert "location" not in response.headers
    assert "evil" not in response.text
    assert response.headers["x-frame-options"] == "DENY"
