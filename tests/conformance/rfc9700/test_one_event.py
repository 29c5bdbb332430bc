"""RFC 9700 §4: every yes and every no is recorded once, and the record gives nothing away."""

import json

import pytest
from tests.conformance.browser import PASSWORD, VERIFIER, request
from tests.conformance.rfc9449.conftest import Holder

URN = "urn:ietf:params:oauth:"
ME = {"client_id": "mcp-client", "client_secret": "secret"}
WRONG = {**ME, "client_secret": "hunter2-hunter2"}
CREDENTIALS = {"grant_type": "client_credentials", **ME}
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtaW5qdW4ifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
SENT = ("secret", "hunter2-hunter2", JWT, "c2lnbmF0dXJl", "whatever-it-is", VERIFIER, PASSWORD)


def form(path, **fields):
    return ("POST", path, {"data": fields})


def page(path, **query):
    return ("GET", path, {"params": query})


TOKEN, REVOKE, INTROSPECT, PAR = (
    f"/oauth2/{name}" for name in ("token", "revoke", "introspect", "par")
)
REFUSED = {
    "token_refused": {
        "no credentials": form(TOKEN, grant_type="client_credentials"),
        "a secret of a public client": form(TOKEN, **{**CREDENTIALS, "client_id": "public"}),
        "a wrong secret": form(TOKEN, **{**CREDENTIALS, **WRONG}),
        "a forged assertion": form(
            TOKEN,
            grant_type="client_credentials",
            client_assertion_type=f"{URN}client-assertion-type:jwt-bearer",
            client_assertion=JWT,
        ),
        "a code": form(
            TOKEN,
            grant_type="authorization_code",
            client_id="app",
            code="whatever-it-is",
            code_verifier=VERIFIER,
        ),
        "a refresh token": form(
            TOKEN, grant_type="refresh_token", client_id="app", refresh_token="whatever-it-is"
        ),
        "a resource": form(TOKEN, **CREDENTIALS, resource="https://evil.example"),
        "a scope": form(TOKEN, **CREDENTIALS, scope="admin"),
        "an exchange": form(
            TOKEN,
            grant_type=f"{URN}grant-type:token-exchange",
            **ME,
            subject_token=JWT,
            subject_token_type=f"{URN}token-type:access_token",
        ),
        "an identity": form(TOKEN, grant_type=f"{URN}grant-type:jwt-bearer", **ME, assertion=JWT),
        "a forged proof": ("POST", TOKEN, {"data": CREDENTIALS, "headers": {"DPoP": JWT}}),
        "a grant": form(TOKEN, **{**CREDENTIALS, "grant_type": "password"}, password=PASSWORD),
        "introspecting": form(INTROSPECT, **WRONG, token=JWT),
        "revoking": form(REVOKE, **WRONG, token=JWT),
        "a pushed request": form(PAR, **request(request_uri="https://evil.example")),
    },
    "access_refused": {
        "a forged token": ("GET", "/hello", {"headers": {"Authorization": f"Bearer {JWT}"}}),
    },
    "authorization_refused": {
        "a redirect": page("/oauth2/authorize", **request(redirect_uri="https://evil.example")),
        "a client": page("/oauth2/authorize", **request(client_id="nobody")),
        "no PKCE": page("/oauth2/authorize", **request(code_challenge=None)),
        "nobody signed in": page("/oauth2/authorize", **request(prompt="none")),
    },
    "client_registration_refused": {
        "registering": (
            "POST",
            "/oauth2/register",
            {"json": {"redirect_uris": ["javascript:alert(1)"]}},
        ),
    },
}


@pytest.mark.parametrize(
    ("event_type", "case"), [(kind, case) for kind, cases in REFUSED.items() for case in cases]
)
async def test_n92_a_no_is_one_event(people, event_type, case):
    method, path, sent = REFUSED[event_type][case]
    before = len(await people.audit.tail(1000))
    response = await people.http.request(method, path, **sent)
    assert response.status_code >= 300
    assert "access_token" not in response.text
    events = (await people.audit.tail(1000))[before:]
    assert [event["event_type"] for event in events] == [event_type], events
    assert events[0]["reason"]
    recorded = json.dumps(events)
    assert not any(secret in recorded for secret in SENT)


async def test_n92_a_yes_is_one_event(people):
    holder = Holder(people)
    proof = holder.proof()
    for headers in ({}, {"DPoP": proof}):
        before = len(await people.audit.tail(1000))
        response = await people.http.post(TOKEN, data=CREDENTIALS, headers=headers)
        events = (await people.audit.tail(1000))[before:]
        assert [event["event_type"] for event in events] == ["token_issued"]
        recorded = json.dumps(events)
        token = response.json()["access_token"]
        assert not any(part in recorded for part in (*token.split("."), *proof.split(".")))
