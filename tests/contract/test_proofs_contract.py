"""What may be used once is used once, on every backend and from every node."""

import asyncio

from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.pushed import mint_request_uri, push_request, take_pushed_request
from sumun.proof import claim_jti, purge_claimed_jtis
from sumun.proof.claims import DatabaseClaims, claim_of


async def test_fifty_uses_at_once_of_one_identifier_are_one(opened):
    nodes = [await opened() for _ in range(2)]
    uses = [
        nodes[n % 2].write(claim_jti, claim_of("dpop", "key", "jti"), expires_at=100)
        for n in range(50)
    ]
    assert sum(await asyncio.gather(*uses)) == 1


async def test_a_used_identifier_stays_used_after_a_restart(opened):
    claims = DatabaseClaims(await opened())
    assert await claims.first_use("dpop", "key", "jti", expires_at=100)
    again = DatabaseClaims(await opened())
    assert not await again.first_use("dpop", "key", "jti", expires_at=100)


async def test_identifiers_of_another_purpose_or_issuer_are_others(database):
    claims = DatabaseClaims(database)
    for purpose, issuer, jti in [
        ("dpop", "key", "jti"),
        ("dpo", "pkey", "jti"),
        ("dpop", "keyj", "ti"),
        ("private_key_jwt", "key", "jti"),
        ("dpop", "other", "jti"),
        ("dpop", "key", ""),
        ("dpop", "key", "\ud800\0'; DROP TABLE claimed_jtis; --"),
    ]:
        assert await claims.first_use(purpose, issuer, jti, expires_at=100)


async def test_only_what_has_expired_is_forgotten(database):
    for jti, expires_at in (("old", 100), ("new", 101)):
        await database.write(claim_jti, claim_of("dpop", "key", jti), expires_at=expires_at)
    assert await database.write(purge_claimed_jtis, expired_before=100) == 1
    assert not await database.write(claim_jti, claim_of("dpop", "key", "new"), expires_at=101)
    assert await database.write(claim_jti, claim_of("dpop", "key", "old"), expires_at=100)


async def test_fifty_uses_at_once_of_one_pushed_request_are_one(opened):
    nodes = [await opened() for _ in range(2)]
    request_uri = mint_request_uri()
    parameters = Parameters({"scope": "a"}, ["https://a.example"], [])
    await nodes[0].write(push_request, request_uri, "app", parameters, now=0, expires_at=90)
    uses = [nodes[n % 2].write(take_pushed_request, request_uri, "app", now=1) for n in range(50)]
    taken = [each for each in await asyncio.gather(*uses) if each is not None]
    assert taken == [parameters]


async def test_a_pushed_request_is_its_client_s_and_young(database):
    request_uri = mint_request_uri()
    await database.write(push_request, request_uri, "app", Parameters({}), now=0, expires_at=90)
    assert await database.write(take_pushed_request, request_uri, "other", now=1) is None
    assert await database.write(take_pushed_request, request_uri, "app", now=90) is None
    assert await database.write(take_pushed_request, request_uri, "app", now=89) is not None
