"""RFC 7592: managing a registration, black-box."""

import pytest
from tests.conformance.references import without_reference

from sumun.oauth.clients import disable_client
from sumun.oauth.registration.initial_access_tokens import (
    add_initial_access_token,
    mint_initial_access_token,
)

REGISTER = "/oauth2/register"
MEMBERS = {
    "client_name": "An agent",
    "redirect_uris": ["https://client.example/cb"],
    "token_endpoint_auth_method": "none",
}


class Own:
    """A registered client, and what it does with its token."""

    def __init__(self, system, told):
        self.http = system.http
        self.told = told
        self.path = f"{REGISTER}/{told['client_id']}"
        self.token = told["registration_access_token"]

    async def send(self, method, token=..., path=None, **options):
        token = self.token if token is ... else token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.http.request(method, path or self.path, headers=headers, **options)

    async def put(self, **changes):
        members = {"client_id": self.told["client_id"]} | MEMBERS | changes
        return await self.send("PUT", json=members)


@pytest.fixture
async def own(system):
    return Own(system, (await system.http.post(REGISTER, json=MEMBERS)).json())


def assert_refused(response, error="invalid_client_metadata", status=400):
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.headers["cache-control"] == "no-store"


async def test_it_reads_what_is_registered(own):
    assert own.told["registration_client_uri"] == f"https://sumun.example{own.path}"
    response = await own.send("GET")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == own.told


async def test_it_changes_all_of_it(own, system):
    response = await own.put(client_name="Renamed", redirect_uris=["https://client.example/new"])
    assert response.status_code == 200
    assert response.json()["client_name"] == "Renamed"
    assert response.json()["client_id"] == own.told["client_id"]
    assert (await own.send("GET")).json() == response.json()
    client = await system.server.clients.find(own.told["client_id"])
    assert client.metadata.redirect_uris == ("https://client.example/new",)
    (event,) = await system.events("client_changed")
    assert event["detail"]["redirects_to"] == ["client.example"]


async def test_what_is_left_out_is_left_out(own):
    response = await own.send(
        "PUT",
        json={
            "client_id": own.told["client_id"],
            "redirect_uris": MEMBERS["redirect_uris"],
            "token_endpoint_auth_method": "none",
        },
    )
    assert "client_name" not in response.json()


async def test_a_change_is_no_longer_the_same_as_anybody_s(own, system):
    await own.put(client_name="Renamed")
    again = (await system.http.post(REGISTER, json=MEMBERS)).json()
    assert again["client_id"] != own.told["client_id"]
    assert (await own.send("GET")).status_code == 200


async def test_a_secret_comes_and_goes_with_the_method(own):
    told = (await own.put(token_endpoint_auth_method="client_secret_basic")).json()
    secret = told["client_secret"]
    kept = await own.put(token_endpoint_auth_method="client_secret_post", client_secret=secret)
    assert kept.status_code == 200
    assert "client_secret" not in kept.json()
    gone = (await own.put(token_endpoint_auth_method="none")).json()
    assert "client_secret_expires_at" not in gone


async def test_a_secret_cannot_be_chosen(own):
    await own.put(token_endpoint_auth_method="client_secret_basic")
    for secret in ("chosen", ""):
        assert_refused(
            await own.put(token_endpoint_auth_method="client_secret_basic", client_secret=secret)
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": None},
        {"registration_access_token": "x"},
        {"registration_client_uri": "https://sumun.example/"},
        {"client_secret_expires_at": 0},
        {"client_id_issued_at": 1},
        {"grant_types": ["client_credentials"]},
        {"client_name": 1},
    ],
)
async def test_a_change_that_may_not_be(own, changes):
    assert_refused(await own.put(**changes))
    assert (await own.send("GET")).json() == own.told


async def test_n06_a_change_cannot_smuggle_in_a_redirect_uri(own):
    response = await own.put(redirect_uris=["javascript:alert(1)"])
    assert_refused(response, "invalid_redirect_uri")


async def test_it_removes_itself(own, system):
    response = await own.send("DELETE")
    assert response.status_code == 204
    assert response.content == b""
    assert "content-length" not in response.headers
    assert await system.server.clients.find(own.told["client_id"]) is None
    for method in ("GET", "DELETE"):
        assert_refused(await own.send(method), "invalid_token", 401)
    (event,) = await system.events("client_removed")
    assert event["client_id"] == own.told["client_id"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_with_its_own_token(own, system, method):
    other = Own(
        system, (await system.http.post(REGISTER, json=MEMBERS | {"client_name": "B"})).json()
    )
    body = {"json": {"client_id": own.told["client_id"]} | MEMBERS} if method == "PUT" else {}
    tokens = [None, "wrong", other.token, own.token + "x", own.token[:-1], own.told["client_id"]]
    for token in tokens:
        response = await own.send(method, token=token, **body)
        assert_refused(response, "invalid_token", 401)
        assert response.headers["www-authenticate"].startswith("Bearer")
    for client_id in ("unknown", "mcp-client", "disabled", "public"):
        path = f"{REGISTER}/{client_id}"
        assert_refused(await own.send(method, path=path, **body), "invalid_token", 401)
    assert (await own.send("GET")).json() == own.told


async def test_an_unknown_client_and_a_wrong_token_are_told_the_same(own):
    wrong = await own.send("GET", token="wrong")
    unknown = await own.send("GET", path=f"{REGISTER}/unknown")
    assert without_reference(wrong.text) == without_reference(unknown.text)
    assert wrong.headers == unknown.headers


async def test_a_disabled_client_manages_nothing(own, system):
    await system.database.write(disable_client, own.told["client_id"], now=1)
    for method in ("GET", "DELETE"):
        assert_refused(await own.send(method), "invalid_token", 401)


@pytest.mark.parametrize(
    "client_id", ["%00", "%ff", "%F0%9F%8E%81", "a" * 300, "a" * 30_000, "https:%2F%2Fx", "%2e%2e"]
)
async def test_what_is_no_client_is_told_no_more(own, system, client_id):
    for method in ("GET", "DELETE"):
        response = await own.send(method, path=f"{REGISTER}/{client_id}")
        assert response.status_code in {401, 404}
    for event in await system.events("client_registration_refused"):
        assert len(event.get("client_id", "")) <= 2048


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_other_methods(own, method):
    response = await own.send(method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, PUT, DELETE"


async def test_a_client_with_leave_keeps_within_what_it_was_given(system):
    minted = mint_initial_access_token(
        scope="mcp:crm", uses=1, lifetime=60, now=int(system.clock())
    )
    await system.database.write(add_initial_access_token, minted)
    response = await system.http.post(
        REGISTER,
        json={"grant_types": ["client_credentials"]},
        headers={"Authorization": f"Bearer {minted.token}"},
    )
    own = Own(system, response.json())
    members = {"client_id": own.told["client_id"], "grant_types": ["client_credentials"]}
    assert_refused(await own.send("PUT", json=members | {"scope": "audit:read"}))
    narrowed = await own.send("PUT", json=members | {"scope": "mcp:crm:lookup"})
    assert narrowed.json()["scope"] == "mcp:crm:lookup"


async def test_an_issuer_with_a_path(start):
    async with start(issuer="https://sumun.example/auth") as system:
        told = (await system.http.post(f"/auth{REGISTER}", json=MEMBERS)).json()
        url = told["registration_client_uri"]
        assert url == f"https://sumun.example/auth{REGISTER}/{told['client_id']}"
        headers = {"Authorization": f"Bearer {told['registration_access_token']}"}
        assert (await system.http.get(url, headers=headers)).status_code == 200
