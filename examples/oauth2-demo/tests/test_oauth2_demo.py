"""The OAuth2 flow: discovery, keys, token, protected resources, refusals."""

import base64
import sys
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.checking import run_as_script, say, server_url
from core.oauth2_common import CLIENT_ID, CLIENT_SECRET, SCOPE, get_token

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def _http() -> httpx2.Client:
    return httpx2.Client(base_url=server_url(), trust_env=False)


def test_discovery_and_keys() -> None:
    with _http() as http:
        document = http.get("/.well-known/openid-configuration").json()
        assert document["issuer"] == server_url()
        assert document["token_endpoint"] == f"{server_url()}/oauth2/token"
        assert "client_credentials" in document["grant_types_supported"]
        say("디스커버리 문서 확인", f"discovery: issuer {document['issuer']}")
        keys = http.get("/.well-known/jwks.json").json()["keys"]
        assert keys
        assert not any(PRIVATE & key.keys() for key in keys)
        say("JWKS에는 공개 키만 있음", f"JWKS: {len(keys)} public key(s), nothing private")


def test_token_and_protected_resources() -> None:
    bearer = {"Authorization": f"Bearer {get_token(server_url())}"}
    with _http() as http:
        say("토큰 발급", "token issued for client_credentials")
        assert http.get("/", headers=bearer).status_code == httpx2.codes.OK
        hello = http.get("/hello", headers=bearer)
        assert hello.json()["message"] == "MCP OAuth2 데모에서 안녕하세요!"
        say("보호된 자원 호출", hello.json()["message"])
        english = http.get("/hello", headers={**bearer, "Accept-Language": "en"})
        assert english.json()["message"] == "Hello from the MCP OAuth2 demo!"
        say("영어 응답", english.json()["message"])


def test_http_basic() -> None:
    with _http() as http:
        answer = http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials", "scope": SCOPE},
            auth=(CLIENT_ID, CLIENT_SECRET),
        )
        assert answer.status_code == httpx2.codes.OK
        assert answer.json()["token_type"] == "Bearer"
        assert answer.headers["cache-control"] == "no-store"
        say("HTTP Basic 인증", "client authentication with HTTP Basic")


def test_refused_without_a_good_token() -> None:
    with _http() as http:
        for path in ("/", "/hello"):
            answer = http.get(path)
            assert answer.status_code == httpx2.codes.UNAUTHORIZED
            assert answer.headers["www-authenticate"].startswith("Bearer ")
        say("토큰 없이는 401", "401 with a challenge without a token")
        head, payload, _ = get_token(server_url()).split(".")
        forged = f"{head}.{payload}.{base64.urlsafe_b64encode(bytes(64)).decode().rstrip('=')}"
        answer = http.get("/hello", headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == httpx2.codes.UNAUTHORIZED
        assert answer.json()["error"] == "invalid_token"
        say("위조 토큰은 401", "401 invalid_token for a forged signature")


def test_bad_requests_name_their_error() -> None:
    good = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scope": SCOPE,
    }
    bad = {
        "invalid_client": {**good, "client_secret": "wrong"},
        "unsupported_grant_type": {**good, "grant_type": "password"},
        "invalid_scope": {**good, "scope": "everything"},
        "invalid_request": {name: value for name, value in good.items() if name != "grant_type"},
    }
    with _http() as http:
        for error, form in bad.items():
            answer = http.post("/oauth2/token", data=form)
            expected = 401 if error == "invalid_client" else 400
            assert (answer.status_code, answer.json()["error"]) == (expected, error)
            say("잘못된 요청 거부", f"{expected} {error}")
        answer = http.post("/oauth2/token", json=good)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        say("Content-Type 확인", "400 invalid_request for a JSON body")


if __name__ == "__main__":
    run_as_script(globals())
