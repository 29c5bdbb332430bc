"""What may be used once is used once, on every backend and from every node."""

import asyncio

import pytest

from sumun.oauth.authorization.device_codes import (
    DecidedElsewhere,
    DeviceCode,
    add_device_code,
    decide_device_code,
    open_device_code,
    poll_device_code,
    redeem_device_code,
)
from sumun.oauth.authorization.grants import AuthorizationGrant, GrantEnded, revoke_grant
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.pushed import mint_request_uri, push_request, take_pushed_request
from sumun.oauth.users import User, add_user
from sumun.proof import claim_jti, purge_claimed_jtis
from sumun.proof.claims import DatabaseClaims, claim_of


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


async def test_a_pushed_request_is_its_client_s_and_young(database):
    request_uri = mint_request_uri()
    parameters = Parameters({"scope": "a"}, ["https://a.example"], [])
    await database.write(push_request, request_uri, "app", parameters, now=0, expires_at=90)
    assert await database.write(take_pushed_request, request_uri, "other", now=1) is None
    assert await database.write(take_pushed_request, request_uri, "app", now=90) is None
    assert await database.write(take_pushed_request, request_uri, "app", now=89) == parameters


async def device_code(database, **grant):
    code = DeviceCode(
        client_id="tv",
        resource="r",
        scope="s",
        authorization_details="",
        source="",
        created_at=0,
        expires_at=600,
    )
    await database.write(add_device_code, b"device", b"user", code)
    person = User(user_id="user-1", username="minjun", password_hash="x")
    await database.write(add_user, person)
    return AuthorizationGrant(
        grant_id="grant-1",
        client_id="tv",
        user_id="user-1",
        resource="r",
        scope="s",
        expires_at=1000,
        **grant,
    )


async def test_fifty_decisions_at_once_are_one(opened):
    nodes = [await opened() for _ in range(2)]
    await device_code(nodes[0])
    await nodes[0].write(open_device_code, b"user", "user-1", now=1)
    decisions = [
        nodes[n % 2].write(decide_device_code, b"user", "user-1", None, now=1) for n in range(50)
    ]
    outcomes = await asyncio.gather(*decisions, return_exceptions=True)
    assert [type(each) for each in outcomes if each is not None] == [DecidedElsewhere] * 49


async def test_fifty_people_at_once_are_one(opened):
    nodes = [await opened() for _ in range(2)]
    await device_code(nodes[0])
    openings = [
        nodes[n % 2].write(open_device_code, b"user", f"user-{n}", now=1) for n in range(50)
    ]
    found = await asyncio.gather(*openings)
    assert len({each.opened_by for each in found}) == 1


async def test_of_fifty_polls_at_once_one_is_in_time(opened):
    nodes = [await opened() for _ in range(2)]
    await device_code(nodes[0])
    polls = [nodes[n % 2].write(poll_device_code, b"device", now=5) for n in range(50)]
    assert sum(await asyncio.gather(*polls)) == 1


async def test_a_revoked_grant_gives_a_device_nothing(database):
    grant = await device_code(database)
    await database.write(open_device_code, b"user", "user-1", now=1)
    await database.write(decide_device_code, b"user", "user-1", grant, now=1)
    await database.write(revoke_grant, "grant-1", now=2, deny_until=100)
    with pytest.raises(GrantEnded):
        await database.write(redeem_device_code, b"device", "grant-1", now=3)
