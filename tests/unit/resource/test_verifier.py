import time

import pytest

from sumun.guard import Principal
from sumun.resource import InsufficientScope, InvalidToken, MissingToken

ISSUER = "https://sumun.example"


@pytest.fixture
def sign(keyring, clock):
    def signed(**changes):
        now = int(clock())
        claims = {
            "iss": ISSUER,
            "sub": "agent",
            "aud": ISSUER,
            "exp": now + 900,
            "iat": now,
            "jti": "id",
            "client_id": "agent",
            "scope": "a b",
        }
        return keyring.active().sign({**claims, **changes}, "at+jwt")

    return signed


def request(token, source="192.0.2.1"):
    headers = [(b"host", b"x"), (b"authorization", f"Bearer {token}".encode())]
    return {"type": "http", "headers": headers, "client": (source, 1)}


async def test_the_principal_is_what_the_token_says(verifier, sign, clock):
    principal = await verifier.verify(request(sign()), ISSUER)
    assert principal == Principal(
        subject="agent",
        client_id="agent",
        scopes=frozenset({"a", "b"}),
        token_id="id",
        expires_at=int(clock()) + 900,
        audience=ISSUER,
    )


async def test_a_token_without_scope_grants_none(verifier, sign):
    assert (await verifier.verify(request(sign(scope="")), ISSUER)).scopes == frozenset()


async def test_a_token_is_verified_once_and_judged_every_time(verifier, sign, keyring, clock):
    token = sign()
    await verifier.verify(request(token), ISSUER)
    assert len(verifier._cache) == 1
    with pytest.raises(InvalidToken):
        await verifier.verify(request(token), f"{ISSUER}/mcp")
    with pytest.raises(InsufficientScope):
        await verifier.verify(request(token), ISSUER, ("c",))
    clock.advance(905)
    with pytest.raises(InvalidToken):
        await verifier.verify(request(token), ISSUER)
    assert len(verifier._cache) == 0


async def test_refused_tokens_are_not_remembered(verifier, sign):
    for token in ("x", "a.b.c", sign(iss="https://other")):
        with pytest.raises(InvalidToken):
            await verifier.verify(request(token), ISSUER)
    assert len(verifier._cache) == 0


async def test_memory_is_bounded(verifier, sign, monkeypatch):
    monkeypatch.setattr("sumun.resource.verifier._CACHE_SIZE", 10)
    for number in range(30):
        await verifier.verify(request(sign(jti=str(number))), ISSUER)
    assert len(verifier._cache) == 10


async def test_a_key_withdrawn_elsewhere_refuses_a_remembered_token(
    verifier, sign, keyring, tmp_path, clock
):
    from sumun.keys import RootSecret, SealedFiles, SigningKeyring

    token = sign()
    await verifier.verify(request(token), ISSUER)
    elsewhere = SigningKeyring.open(
        SealedFiles(tmp_path / "keys", RootSecret(b"root")), "ES256", clock
    )
    elsewhere.withdraw(keyring.active().kid)
    clock.advance(1)
    with pytest.raises(InvalidToken):
        await verifier.verify(request(token), ISSUER)


async def test_a_token_outlives_the_reloading_of_its_key(verifier, sign, keyring):
    token = sign()
    await verifier.verify(request(token), ISSUER)
    keyring.rotate(keep=900)
    assert await verifier.verify(request(token), ISSUER)


async def test_the_challenge_names_all_scopes_needed(verifier):
    value = verifier.challenge(f"{ISSUER}/mcp/crm", scopes=("mcp:crm:a", "pii:contact"))
    assert value == (
        'Bearer error="insufficient_scope", scope="mcp:crm:a pii:contact", '
        f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/mcp/crm"'
    )


async def test_an_audience_that_is_no_url_is_found_through_the_issuer(verifier):
    with pytest.raises(MissingToken) as raised:
        await verifier.verify({"type": "http", "headers": []}, "mcp-client")
    challenge = dict(raised.value.headers)[b"www-authenticate"]
    assert f'resource_metadata="{ISSUER}/.well-known/' in challenge.decode()


async def test_a_missing_token_is_the_first_step_and_not_recorded(verifier, audit):
    with pytest.raises(MissingToken):
        await verifier.verify({"type": "http", "headers": [], "client": None}, ISSUER)
    assert await audit.tail(10) == []


async def test_every_source_of_refusals_is_recorded(verifier, audit):
    for number in range(20):
        with pytest.raises(InvalidToken):
            await verifier.verify(request("x", source=f"192.0.2.{number}"), ISSUER)
    assert len({event["source"] for event in await audit.tail(100)}) == 20


async def test_a_refusal_stands_when_it_cannot_be_recorded(verifier, audit):
    await audit.close()
    with pytest.raises(InvalidToken):
        await verifier.verify(request("x"), ISSUER)


async def test_hostile_tokens_take_no_time(verifier):
    begin = time.perf_counter()
    for token in ("." * 8000, "a" * 8192, "W1tb" * 2000 + ".e30.e30", "A." * 4000):
        for _ in range(5):
            with pytest.raises(InvalidToken):
                await verifier.verify(request(token), ISSUER)
    assert time.perf_counter() - begin < 0.5
