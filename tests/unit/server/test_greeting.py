"""The seed's two protected resources."""

import pytest

from sumun.server.greeting import language

KOREAN = "MCP OAuth2 데모에서 안녕하세요!"
ENGLISH = "Hello from the MCP OAuth2 demo!"


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "ko"),
        ("ko", "ko"),
        ("en", "en"),
        ("EN-us", "en"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-GB,en;q=0.9,ko;q=0.5", "en"),
        ("ko;q=0.3, en;q=0.9", "en"),
        ("fr, de", "ko"),
        ("fr, en;q=0.1", "en"),
        ("en, ko", "ko"),
        ("*", "ko"),
        ("en, *;q=0.5", "en"),
        ("*;q=0.9, ko;q=0.1", "en"),
        ("ko;q=0, *", "en"),
        ("ko;q=0", "ko"),
        ("en;q=0", "ko"),
        ("en;q=1.000, ko;q=0.999", "en"),
        ("en;Q=0.9, ko;q=0.8", "en"),
        ("en;q=0.8, en-US;q=0.1, ko;q=0.5", "en"),
        # Malformed weights count as refused, so they win over nothing.
        ("en;q=9, ko;q=0.1", "ko"),
        ("en;q=inf, ko;q=0.1", "ko"),
        ("en;q=nan, ko;q=0.1", "ko"),
        ("en;q=-1, ko;q=0.1", "ko"),
        ("en;level=1, ko;q=0.1", "ko"),
        (";;;,,,q=1", "ko"),
        ("\x00\xff", "ko"),
        (",".join(["xx"] * 10_000) + ",en", "ko"),
    ],
)
def test_the_language_liked_best(accepted, spoken):
    assert language(accepted) == spoken


@pytest.mark.parametrize(
    ("accepted", "message"), [(None, KOREAN), ("en-GB,en;q=0.9", ENGLISH), ("ko", KOREAN)]
)
async def test_hello_in_both_languages(running, accepted, message):
    headers = {} if accepted is None else {"Accept-Language": accepted}
    response = await running.get("/hello", await running.token(), **headers)
    assert response.status_code == 200
    assert response.json() == {"message": message}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


async def test_the_root_says_what_this_is_and_who_asks(running):
    response = await running.get("/", await running.token())
    told = response.json()
    assert (told["issuer"], told["client_id"]) == ("https://sumun.example", "mcp-client")
    assert "mcp.access" in told["scope"].split()
    assert told["endpoints"]["hello"] == "https://sumun.example/hello"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/hello"])
async def test_without_a_token_a_challenge_and_no_more(running, path):
    response = await running.get(path)
    assert response.status_code == 401
    challenge = response.headers["www-authenticate"]
    assert challenge.startswith("Bearer scope=")
    assert "error" not in challenge.partition("resource_metadata")[0]
    assert "/.well-known/oauth-protected-resource" in challenge
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/hello"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_with_a_bad_token_the_error_of_rfc_6750(running, path, token):
    response = await running.get(path, token)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]
    assert response.json()["error"] == "invalid_token"
    assert token not in response.text


@pytest.mark.parametrize("path", ["/", "/hello"])
async def test_with_too_little_scope_it_is_403_and_says_which(running, path):
    response = await running.get(path, await running.token(scope="audit:read"))
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
    assert 'scope="mcp.access"' in response.headers["www-authenticate"]


async def test_a_token_for_a_server_is_none_for_the_root(running):
    token = await running.token("https://sumun.example/mcp")
    assert (await running.get("/hello", token)).status_code == 401
