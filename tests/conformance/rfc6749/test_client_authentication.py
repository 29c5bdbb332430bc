"""RFC 6749 §2.3: how clients prove who they are."""

import base64
import statistics
import time
from urllib.parse import quote_plus

import pytest
from tests.conformance.references import without_reference

GRANT = {"grant_type": "client_credentials"}
ODD = ("a:b %c+d", "p%ss w+rd:ä")


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def ask(system, headers=None, **form):
    return await system.http.post("/oauth2/token", data={**GRANT, **form}, headers=headers or {})


def assert_invalid_client(response, *, challenged: bool):
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"
    assert response.headers["cache-control"] == "no-store"
    if challenged:
        assert response.headers["www-authenticate"].startswith("Basic ")
    else:
        assert "www-authenticate" not in response.headers


async def test_n28_identifier_and_secret_are_form_encoded_inside_basic(system):
    assert (await ask(system, basic(*ODD))).status_code == 200


async def test_n28_identifier_and_secret_are_form_encoded_in_the_form(system):
    response = await ask(system, client_id=ODD[0], client_secret=ODD[1])
    assert response.status_code == 200


async def test_n28_the_scheme_name_is_case_insensitive(system):
    value = basic("mcp-client", "secret")["Authorization"].replace("Basic", "bAsIc")
    assert (await ask(system, {"Authorization": value})).status_code == 200


async def test_n26_no_credentials(system):
    assert_invalid_client(await ask(system), challenged=False)


async def test_n26_confidential_client_without_a_secret(system):
    assert_invalid_client(await ask(system, client_id="mcp-client"), challenged=False)


async def test_n27_basic_and_form_at_once_are_refused(system):
    response = await ask(
        system, basic("mcp-client", "secret"), client_id="mcp-client", client_secret="secret"
    )
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"


async def test_basic_with_the_same_client_id_in_the_form_is_one_method(system):
    response = await ask(system, basic("mcp-client", "secret"), client_id="mcp-client")
    assert response.status_code == 200


async def test_n27_basic_with_another_client_id_in_the_form_is_refused(system):
    response = await ask(system, basic("mcp-client", "secret"), client_id="basic-only")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic ",
        "Basic ???",
        "Basic " + base64.b64encode(b"no-colon").decode(),
        "Basic " + base64.b64encode(b"mcp-client:%zz").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:secret").decode(),
        "Basic " + base64.b64encode(b"%ff:secret").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode(b"x" * 5000 + b":secret").decode(),
        "Basic " + base64.b64encode(b"\0:secret").decode(),
        "Bearer abc",
        "Digest username=mcp-client",
        "\xff",
        "",
    ],
)
async def test_n26_n28_unusable_authorization_is_a_401_with_a_challenge(system, value):
    assert_invalid_client(
        await ask(system, {"Authorization": value.encode("latin-1")}), challenged=True
    )


async def test_n29_method_the_client_is_not_registered_with(system):
    """RFC 7591 §2."""
    assert (await ask(system, basic("basic-only", "secret"))).status_code == 200
    refused = await ask(system, client_id="basic-only", client_secret="secret")
    assert_invalid_client(refused, challenged=False)


async def test_n30_public_client_that_sends_a_secret(system):
    assert_invalid_client(
        await ask(system, client_id="public", client_secret="anything"), challenged=False
    )
    assert_invalid_client(await ask(system, basic("public", "")), challenged=True)


async def test_n43_public_client_may_not_use_client_credentials(system):
    """§4.4: MUST only be used by confidential clients."""
    response = await ask(system, client_id="public")
    assert response.status_code == 400
    assert response.json()["error"] == "unauthorized_client"


async def test_n31_unknown_wrong_and_disabled_clients_get_the_same_answer(system):
    answers = [
        await ask(system, client_id=client_id, client_secret=secret)
        for client_id, secret in [
            ("mcp-client", "wrong"),
            ("unknown", "secret"),
            ("disabled", "secret"),
            ("public", "secret"),
        ]
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({without_reference(answer.text) for answer in answers}) == 1


async def test_n31_neither_does_the_time_tell_them_apart(system):
    """Of many tries, alternating; a hash computed for one of them only would show."""
    taken = {"mcp-client": [], "unknown": []}
    for _ in range(40):
        system.clock.advance(3600)
        for client_id, times in taken.items():
            begun = time.process_time()
            await ask(system, client_id=client_id, client_secret="wrong")
            times.append(time.process_time() - begun)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.5 < known / unknown < 2


async def test_n31_guessing_is_slowed_down_and_a_neighbour_is_not(system):
    statuses = [
        (await ask(system, client_id="mcp-client", client_secret=f"guess {number}")).status_code
        for number in range(30)
    ]
    assert statuses[:10] == [401] * 10
    assert set(statuses[10:]) == {429}
    braked = await ask(system, client_id="mcp-client", client_secret="secret")
    assert braked.status_code == 429
    assert braked.json()["error"] == "too_many_requests"
    assert int(braked.headers["retry-after"]) >= 1
    neighbour = await ask(system, basic("basic-only", "secret"))
    assert neighbour.status_code == 200


async def test_n31_guessing_with_many_names_is_slowed_down_and_does_not_fill_the_log(system):
    statuses = [
        (await ask(system, client_id=f"guess-{number}", client_secret="x")).status_code
        for number in range(400)
    ]
    assert 429 in statuses
    assert len(await system.events("token_refused")) == statuses.count(401)


async def test_n92_refusals_are_recorded_without_secrets(system):
    await ask(system, client_id="mcp-client", client_secret="a wrong secret")
    (event,) = await system.events("token_refused")
    assert event["client_id"] == "mcp-client"
    assert event["reason"] == "invalid_client"
    assert event["action_taken"] == "rejected"
    assert "wrong secret" not in str(event)
