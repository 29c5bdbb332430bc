"""RFC 7591: dynamic client registration, black-box."""

import json

import pytest

from sumun.keys import SigningKey
from sumun.oauth.registration.housekeeping import purge_clients
from sumun.oauth.registration.initial_access_tokens import (
    add_initial_access_token,
    mint_initial_access_token,
)

REGISTER = "/oauth2/register"
CLAUDE = {
    "client_name": "Claude",
    "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}


async def register(system, members, token=None):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await system.http.post(REGISTER, json=members, headers=headers)


async def leave(system, scope="", uses=1, lifetime=3600):
    minted = mint_initial_access_token(
        scope=scope, uses=uses, lifetime=lifetime, now=int(system.clock())
    )
    await system.database.write(add_initial_access_token, minted)
    return minted.token


def assert_error(response, error, status=400):
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    described = response.json()["error_description"]
    assert described
    assert described.isascii()
    assert '"' not in described
    assert "\\" not in described


async def test_the_metadata_name_the_endpoint(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["registration_endpoint"] == "https://sumun.example/oauth2/register"


async def test_a_public_client(system):
    response = await register(system, CLAUDE)
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    told = response.json()
    assert {name: told[name] for name in CLAUDE} == CLAUDE
    assert "client_secret" not in told
    assert told["client_id_issued_at"] == int(system.clock())
    assert not told["client_id"].startswith("https://")
    assert told["registration_client_uri"].endswith(f"{REGISTER}/{told['client_id']}")
    (event,) = await system.events("client_registered")
    assert event["client_id"] == told["client_id"]
    assert event["detail"]["redirects_to"] == ["claude.ai"]


async def test_a_confidential_client_has_a_secret_that_is_shown_once(system):
    response = await register(system, {"redirect_uris": CLAUDE["redirect_uris"]})
    told = response.json()
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    assert told["client_secret_expires_at"] == 0
    form = {"grant_type": "authorization_code", "code": "x"}
    credentials = (told["client_id"], told["client_secret"])
    answer = await system.http.post("/oauth2/token", data=form, auth=credentials)
    assert answer.json()["error"] != "invalid_client"
    wrong = await system.http.post("/oauth2/token", data=form, auth=(credentials[0], "x"))
    assert wrong.json()["error"] == "invalid_client"
    again = await system.http.get(
        f"{REGISTER}/{told['client_id']}",
        headers={"Authorization": f"Bearer {told['registration_access_token']}"},
    )
    assert "client_secret" not in again.json()


async def test_it_may_ask_a_person_at_once(system):
    told = (await register(system, CLAUDE)).json()
    response = await system.http.get(
        "/oauth2/authorize",
        params={
            "response_type": "code",
            "client_id": told["client_id"],
            "redirect_uri": CLAUDE["redirect_uris"][0],
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        },
    )
    assert response.status_code == 303
    assert "ticket=" in response.headers["location"]


async def test_no_secret_or_token_is_in_the_log_or_the_database(system, tmp_path):
    told = (await register(system, {"redirect_uris": CLAUDE["redirect_uris"]})).json()
    initial = await leave(system, "mcp:crm")
    await register(system, CLAUDE, initial)
    lines = json.dumps(await system.audit.tail(1000))
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("sumun.db*"))
    for secret in (told["client_secret"], told["registration_access_token"], initial):
        assert secret not in lines
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    "uris",
    [
        ["cursor://anysphere.cursor-mcp/oauth/callback"],
        [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
        ],
        ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
        ["com.example.app:/callback"],
    ],
)
async def test_native_applications_whatever_type_they_declare(system, uris):
    told = (
        await register(system, CLAUDE | {"redirect_uris": uris, "application_type": "web"})
    ).json()
    assert told["redirect_uris"] == uris
    assert told["application_type"] == "native"


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("javascript:alert(1)", id="N06-javascript"),
        pytest.param("JavaScript:alert(1)", id="N06-JavaScript"),
        pytest.param("data:text/html,x", id="N06-data"),
        pytest.param("vbscript:x", id="N06-vbscript"),
        pytest.param("file:///etc/passwd", id="N06-file"),
        pytest.param("blob:https://a.example/x", id="N06-blob"),
        pytest.param("http://a.example/cb", id="http"),
        pytest.param("http://localhost.evil.com/cb", id="localhost-look-alike"),
        pytest.param("https://a.example/cb#x", id="fragment"),
        pytest.param("https://good@evil.example/cb", id="userinfo"),
        pytest.param("https://*.a.example/cb", id="wildcard"),
        pytest.param("unknown://a/b", id="scheme"),
        pytest.param("", id="empty"),
        pytest.param("https://a.example/" + "a" * 2048, id="long"),
    ],
)
async def test_a_redirect_uri_that_may_not_be(system, uri):
    response = await register(system, CLAUDE | {"redirect_uris": [uri]})
    assert_error(response, "invalid_redirect_uri")
    (event,) = await system.events("client_registration_refused")
    assert event["reason"] == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "members",
    [
        {"redirect_uris": "https://a.example/cb"},
        {"grant_types": ["implicit"]},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["authorization_code", "client_credentials"]},
        {"response_types": ["token"]},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"token_endpoint_auth_method": "unknown"},
        {"client_name": "\u202egpj.exe"},
        {"client_name": ["a"]},
        {"logo_uri": "javascript:alert(1)"},
        {"jwks_uri": "https://localhost.localdomain:99999/jwks"},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
        {"scope": 'a"b'},
    ],
)
async def test_metadata_that_may_not_be(system, members):
    assert_error(await register(system, CLAUDE | members), "invalid_client_metadata")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {"Content-Type": "application/json"}, 400),
        (b"[]", {"Content-Type": "application/json"}, 400),
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"\xff\xfe", {"Content-Type": "application/json"}, 400),
        (b"[" * 16_000, {"Content-Type": "application/json"}, 400),
        (b"{}", {"Content-Type": "text/plain"}, 400),
        (b"{}", {}, 400),
        (b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 400),
        (b" " * 16_385, {"Content-Type": "application/json"}, 413),
    ],
)
async def test_a_body_that_is_no_registration(system, body, headers, status):
    response = await system.http.post(REGISTER, content=body, headers=headers)
    assert response.status_code == status
    assert response.json()["error"] in {"invalid_client_metadata", "invalid_redirect_uri"}


async def test_content_type_with_a_charset(system):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    body = json.dumps(CLAUDE).encode()
    assert (await system.http.post(REGISTER, content=body, headers=headers)).status_code == 201


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_other_methods(system, method):
    response = await system.http.request(method, REGISTER)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_the_same_once_more_is_the_same_client(system):
    """Forty-two identical registrations of one application are one client."""
    first = (await register(system, CLAUDE)).json()
    others = [(await register(system, CLAUDE)).json() for _ in range(41)]
    assert {each["client_id"] for each in others} == {first["client_id"]}
    # What two made alike, neither may change: it is nobody's own.
    assert all("registration_access_token" not in each for each in others)
    managed = {"Authorization": f"Bearer {first['registration_access_token']}"}
    response = await system.http.delete(f"{REGISTER}/{first['client_id']}", headers=managed)
    assert_error(response, "invalid_token", 401)
    different = (await register(system, CLAUDE | {"client_name": "Other"})).json()
    assert different["client_id"] != first["client_id"]


async def test_a_secret_is_never_shared(system):
    members = {"redirect_uris": CLAUDE["redirect_uris"]}
    first, second = [(await register(system, members)).json() for _ in range(2)]
    assert first["client_id"] != second["client_id"]
    assert first["client_secret"] != second["client_secret"]


async def test_a_client_of_private_key_jwt(system):
    keys = {"keys": [SigningKey.generate("ES256").verification.jwk]}
    members = CLAUDE | {"token_endpoint_auth_method": "private_key_jwt", "jwks": keys}
    told = (await register(system, members)).json()
    assert told["jwks"] == keys
    assert "client_secret" not in told


# -- initial access tokens -------------------------------------------------------------------------


async def test_with_leave_a_machine_registers_itself(start):
    async with start(registration="initial_access_token") as system:
        token = await leave(system, "mcp.access")
        members = {"client_name": "Nightly", "grant_types": ["client_credentials"]}
        told = (await register(system, members, token)).json()
        assert told["scope"] == "mcp.access"
        answer = await system.http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(told["client_id"], told["client_secret"]),
        )
        assert answer.json()["scope"] == "mcp.access"
        (event,) = await system.events("client_registered")
        assert event["detail"]["origin"] == "initial_access_token"
        assert len(event["token_id"]) == 16


async def test_without_leave_nobody_registers(start):
    async with start(registration="initial_access_token") as system:
        response = await register(system, CLAUDE)
        assert_error(response, "invalid_token", 401)
        assert response.headers["www-authenticate"] == 'Bearer realm="sumun"'
        document = (await system.http.get("/.well-known/openid-configuration")).json()
        assert "registration_endpoint" in document


async def test_a_token_that_is_not_good_is_refused_even_where_none_is_needed(system):
    spent, expired = await leave(system), await leave(system, lifetime=60)
    assert (await register(system, CLAUDE, spent)).status_code == 201
    system.clock.advance(60)
    for token in (spent, expired, "sumun-initial-unknown", "x" * 300):
        response = await register(system, CLAUDE, token)
        assert_error(response, "invalid_token", 401)
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_is_good_as_often_as_it_says(system):
    token = await leave(system, uses=3)
    statuses = [(await register(system, CLAUDE, token)).status_code for _ in range(5)]
    assert statuses == [201, 201, 201, 401, 401]


async def test_a_refused_registration_uses_nothing_up(system):
    token = await leave(system)
    assert (await register(system, {"redirect_uris": ["x:y"]}, token)).status_code == 400
    assert (await register(system, CLAUDE, token)).status_code == 201


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer ", "token", "Bearer\tx"])
async def test_another_authorization_is_not_ignored(system, authorization):
    headers = {"Authorization": authorization}
    response = await system.http.post(REGISTER, json=CLAUDE, headers=headers)
    assert_error(response, "invalid_token", 401)


async def test_no_more_scope_than_the_leave_gives(system):
    members = {"grant_types": ["client_credentials"], "scope": "mcp:crm:lookup"}
    token = await leave(system, "mcp:crm", uses=9)
    assert (await register(system, members, token)).json()["scope"] == "mcp:crm:lookup"
    refused = await register(system, members | {"scope": "mcp:crm audit:read"}, token)
    assert_error(refused, "invalid_client_metadata")
    assert_error(await register(system, members, await leave(system)), "invalid_client_metadata")


async def test_a_scope_a_client_gives_itself_gives_it_nothing(system):
    token = await leave(system)
    for leave_token in (None, token):
        asked = CLAUDE | {"scope": "audit:read", "client_name": f"Greedy {leave_token is None}"}
        told = (await register(system, asked, leave_token)).json()
        client = await system.server.clients.find(told["client_id"])
        assert client.metadata.scope == system.config.oauth.self_registered_scope


async def test_registration_may_be_off(start):
    async with start(registration="off") as system:
        assert (await register(system, CLAUDE)).status_code == 404
        document = (await system.http.get("/.well-known/openid-configuration")).json()
        assert "registration_endpoint" not in document


# -- software statements ---------------------------------------------------------------------------


@pytest.fixture
def publisher(tmp_path):
    key = SigningKey.generate("ES256")
    file = tmp_path / "publisher.json"
    file.write_text(json.dumps({"keys": [key.verification.jwk]}))
    return key, {"https://publisher.example": str(file)}


async def sign(key, **claims):
    made = key.sign({"iss": "https://publisher.example"} | claims, "JWT")
    return made if isinstance(made, str) else await made


async def test_a_statement_speaks_for_the_client(start, publisher):
    key, issuers = publisher
    statement = await sign(key, client_name="Stated", software_id="s1")
    async with start(software_statement_issuers=issuers) as system:
        told = (await register(system, CLAUDE | {"software_statement": statement})).json()
        assert told["client_name"] == "Stated"
        assert told["software_id"] == "s1"
        assert told["software_statement"] == statement


async def test_a_statement_that_is_not_good(start, publisher):
    key, issuers = publisher
    foreign = await sign(SigningKey.generate("ES256"))
    async with start(software_statement_issuers=issuers) as system:
        for statement, error in (
            (foreign, "invalid_software_statement"),
            ("not a jwt", "invalid_software_statement"),
            (await sign(key, iss="https://other.example"), "unapproved_software_statement"),
        ):
            response = await register(system, CLAUDE | {"software_statement": statement})
            assert_error(response, error)


async def test_n06_a_statement_makes_nothing_harmless(start, publisher):
    key, issuers = publisher
    statement = await sign(key, redirect_uris=["javascript:alert(1)"])
    async with start(software_statement_issuers=issuers) as system:
        response = await register(system, CLAUDE | {"software_statement": statement})
        assert_error(response, "invalid_redirect_uri")


# -- floods ----------------------------------------------------------------------------------------


async def test_n72_a_thousand_from_one_address(system):
    statuses = []
    for _ in range(1000):
        response = await register(system, CLAUDE)
        statuses.append(response.status_code)
    assert set(statuses) == {201, 429}
    assert statuses.count(201) < 120
    assert int(response.headers["retry-after"]) > 0
    assert response.json()["error"] == "too_many_requests"
    assert len(await system.audit.tail(10_000)) < 130


async def test_n72_clients_that_never_come_back_are_forgotten(system):
    told = (await register(system, CLAUDE)).json()
    ttl = system.config.oauth.unused_client_ttl

    async def purge():
        return await purge_clients(
            system.database, system.audit, unused_client_ttl=ttl, now=int(system.clock())
        )

    system.clock.advance(ttl)
    assert await purge() == 0
    system.clock.advance(1)
    assert await purge() == 1
    system.server.clients.forget(told["client_id"])
    assert await system.server.clients.find(told["client_id"]) is None
    assert await system.server.clients.find("mcp-client") is not None
    (event,) = await system.events("clients_expired")
    assert event["detail"]["clients"] == 1


async def test_n72_a_client_that_had_a_token_is_not_forgotten(system):
    token = await leave(system, "mcp.access")
    told = (await register(system, {"grant_types": ["client_credentials"]}, token)).json()
    credentials = (told["client_id"], told["client_secret"])
    form = {"grant_type": "client_credentials"}
    refused = await system.http.post("/oauth2/token", data=form | {"scope": "x"}, auth=credentials)
    assert refused.status_code == 400
    assert (await system.server.clients.find(told["client_id"])).used_at is None
    answer = await system.http.post("/oauth2/token", data=form, auth=credentials)
    assert answer.status_code == 200
    client = await system.server.clients.find(told["client_id"])
    assert client.used_at == int(system.clock())
