"""Access tokens of the gateway's own."""

import asyncio
import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.unit.gateway.credentials.conftest import send
from tests.unit.gateway.credentials.partner import CLIENT_ID

from sumun.config import CredentialConfig
from sumun.gateway.upstreams.upstream import UpstreamFailed

KIND = "client_credentials"


async def test_the_server_sees_the_gateways_own_token(way, partner):
    assert await send(way.credential(partner, kind=KIND, scope="crm.read")) == 200
    [form], [headers], [received] = partner.forms, partner.form_headers, partner.calls
    assert form == {
        "grant_type": "client_credentials",
        "scope": "crm.read",
        "resource": partner.url,
    }
    pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "gateway+at%3Apartner:a%2Bsecret+with%3A+signs%25"
    assert received["authorization"] == "Bearer theirs-1"
    [event] = way.events
    assert (event.event_type, event.action_taken, event.server) == (
        "upstream_token",
        "obtained",
        "crm",
    )
    assert "theirs-1" not in repr(event)


async def test_a_token_serves_until_it_ends_and_is_obtained_once(way, partner):
    upstream = way.credential(partner, kind=KIND)
    await asyncio.gather(*(send(upstream) for _ in range(10)))
    assert {received["authorization"] for received in partner.calls} == {"Bearer theirs-1"}
    way.clock.ahead = 569
    await send(upstream)
    assert partner.issued == 1
    way.clock.ahead = 571
    await send(upstream)
    assert partner.calls[-1]["authorization"] == "Bearer theirs-2"


async def test_one_who_gives_up_waiting_stops_nobody_else(way, partner):
    upstream = way.credential(partner, kind=KIND)
    first = asyncio.create_task(send(upstream))
    await asyncio.sleep(0)
    second = asyncio.create_task(send(upstream))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 200
    assert partner.issued == 1


async def test_a_token_that_is_not_accepted_is_replaced_once(way, partner):
    upstream = way.credential(partner, kind=KIND)
    await send(upstream)
    partner.accepted = "Bearer theirs-2"
    way.clock.ahead = 10
    assert await send(upstream) == 200
    assert [received["authorization"] for received in partner.calls] == [
        "Bearer theirs-1",
        "Bearer theirs-1",
        "Bearer theirs-2",
    ]


async def test_a_server_that_accepts_nothing_does_not_storm_the_other(way, partner):
    partner.accepted = "Bearer never"
    upstream = way.credential(partner, kind=KIND)
    for _ in range(5):
        assert await send(upstream) == 401
    assert partner.issued == 1


async def test_the_secret_may_go_into_the_body(way, partner):
    partner.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await send(way.credential(partner, kind=KIND))
    assert partner.forms[0]["client_secret"] == "a+secret with: signs%"
    assert "authorization" not in partner.form_headers[0]


async def test_our_keys_prove_who_we_are(way, partner):
    await send(
        way.credential(
            partner, kind=KIND, client_secret="", client_authentication="private_key_jwt"
        )
    )
    [form] = partner.forms
    [key] = way.keyring.public_jwks()["keys"]
    _check_assertion(form["client_assertion"], key, partner)
    assert form["client_assertion_type"].endswith(":client-assertion-type:jwt-bearer")


async def test_a_key_file_proves_who_we_are(way, partner):
    key = ec.generate_private_key(ec.SECP256R1())
    file = way.directory / "client.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)
    way.directory.chmod(0o700)
    await send(way.credential(partner, kind=KIND, client_secret="", private_key_file=str(file)))
    [form] = partner.forms
    public = ECKey.import_key(key.public_key()).as_dict(private=False)
    _check_assertion(form["client_assertion"], public, partner)


def _check_assertion(assertion, key, partner):
    token = jwt.decode(assertion, ECKey.import_key(key))
    assert token.header["typ"] == "client-authentication+jwt"
    assert token.claims["iss"] == token.claims["sub"] == CLIENT_ID
    assert token.claims["aud"] == partner.issuer
    assert token.claims["exp"] - token.claims["iat"] == 60


async def test_the_server_names_its_authorization_server(way, partner):
    credential = CredentialConfig(
        kind=KIND, client_id="gateway", client_authentication="private_key_jwt"
    )
    assert await send(way.upstream(partner.url, credential=credential)) == 200
    assert partner.forms[0]["resource"] == partner.url
    assert partner.calls[0]["authorization"] == "Bearer theirs-1"


async def test_metadata_of_another_resource_is_refused(way, partner):
    partner.resource_metadata = {"resource": "https://bank.example/mcp"}
    credential = CredentialConfig(
        kind=KIND, client_id="gateway", client_authentication="private_key_jwt"
    )
    with pytest.raises(UpstreamFailed, match="metadata"):
        await send(way.upstream(partner.url, credential=credential))
    assert partner.forms == partner.calls == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://somebody.example"},
        {"token_endpoint": "http://169.254.169.254/latest/meta-data"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"token_endpoint": ["a list"]},
    ],
    ids=["issuer", "metadata-address", "private-address", "type"],
)
async def test_metadata_that_is_not_as_it_must_be_is_refused(way, partner, metadata):
    partner.metadata = metadata
    with pytest.raises(UpstreamFailed):
        await send(way.credential(partner, kind=KIND))
    assert partner.forms == partner.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "two\r\nlines"},
        {"access_token": ""},
        {"access_token": "x" * 20_000},
        {"token_type": "mac"},
        {"token_type": "DPoP"},
        {"access_token": None},
    ],
    ids=["lines", "empty", "long", "type", "unbound", "none"],
)
async def test_an_answer_that_is_not_as_it_must_be_is_refused(way, partner, answer):
    partner.token = answer
    with pytest.raises(UpstreamFailed):
        await send(way.credential(partner, kind=KIND))
    assert partner.calls == []


@pytest.mark.parametrize(("said", "kept"), [("60", 60), (1e300, 30 * 86_400), (None, 300)])
async def test_any_lifetime_is_taken_within_reason(way, partner, said, kept):
    partner.token = {"expires_in": said}
    upstream = way.credential(partner, kind=KIND)
    await send(upstream)
    way.clock.ahead = kept - 31
    await send(upstream)
    assert partner.issued == 1
    way.clock.ahead = kept - 28
    await send(upstream)
    assert partner.issued == 2


async def test_a_refusal_is_recorded_told_and_not_asked_for_again_at_once(way, partner):
    partner.token_status = 401
    upstream = way.credential(partner, kind=KIND)
    for _ in range(3):
        with pytest.raises(UpstreamFailed, match="gives the gateway no token"):
            await send(upstream)
    assert len(partner.forms) == 1
    [event] = way.events
    assert (event.action_taken, event.reason) == ("rejected", "refused")
    assert "secret" not in json.dumps(event.detail or {})
    way.clock.ahead = 3
    partner.token_status = 200
    assert await send(upstream) == 200
