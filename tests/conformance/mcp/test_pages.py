"""MCP clients that are a page in a browser: only from origins the operator names, and readable."""

import pytest

ORIGIN = "https://sumun.example"
FOREIGN = ["https://evil.example", "null", "http://sumun.example", "https://sumun.example.evil"]
HEADERS = ("authorization", "mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name")


def preflight(system, path="/mcp/crm", origin=ORIGIN, **headers):
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", **headers}
    return system.http.options(path, headers=asked)


def words(value):
    return {word.strip().lower() for word in value.split(",")}


@pytest.mark.parametrize("path", ["/mcp", "/mcp/crm", "/mcp/nobody"])
async def test_a_preflight_needs_no_token(system, path):
    answer = await preflight(system, path)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert words(answer.headers["access-control-allow-methods"]) == {"get", "post", "delete"}
    assert set(HEADERS) <= words(answer.headers["access-control-allow-headers"])
    assert "origin" in words(answer.headers["vary"])
    assert "access-control-allow-credentials" not in answer.headers
    assert "content-length" not in answer.headers
    assert system.upstream.requests == []


async def test_mirrored_arguments_may_be_sent_as_they_are_called(system):
    asked = "content-type, Mcp-Param-Region,mcp-param-x, x-evil, mcp-param-"
    answer = await preflight(system, **{"Access-Control-Request-Headers": asked})
    allowed = words(answer.headers["access-control-allow-headers"])
    assert {"mcp-param-region", "mcp-param-x"} <= allowed
    assert not {name for name in allowed if "evil" in name or name.endswith("-")}
    many = ",".join(f"mcp-param-{number}" for number in range(1000))
    answer = await preflight(system, **{"Access-Control-Request-Headers": many})
    assert len(words(answer.headers["access-control-allow-headers"])) < 60


@pytest.mark.parametrize("origin", FOREIGN)
async def test_another_origin_is_told_nothing(system, origin):
    for answer in (
        await preflight(system, origin=origin),
        await system.call(headers=[("Origin", origin)]),
    ):
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert system.upstream.requests == []


async def test_an_answer_can_be_read(system):
    system.upstream.headers = {"Mcp-Session-Id": "of the server"}
    answer = await system.call(headers=[("Origin", ORIGIN)])
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "mcp-session-id" in words(answer.headers["access-control-expose-headers"])
    assert answer.headers["mcp-session-id"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_challenge_can_be_read(system):
    answer = await system.http.post("/mcp/crm", json={}, headers={"Origin": ORIGIN})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "www-authenticate" in words(answer.headers["access-control-expose-headers"])


async def test_a_program_that_names_no_origin_is_told_nothing_of_pages(system):
    answer = await system.call()
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_the_metadata_is_for_every_page(system):
    """Over the whole application, where the nearest paths are found first."""
    for path in ("/.well-known/oauth-protected-resource/mcp/crm", "/.well-known/jwks.json"):
        headers = {"Origin": "https://any.example", "Access-Control-Request-Method": "GET"}
        answer = await system.http.options(path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
