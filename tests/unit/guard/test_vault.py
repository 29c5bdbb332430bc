"""Short tokens whose values are kept: for how long, how many, and how they are forgotten."""

import asyncio

import pytest

from sumun.audit import Event
from sumun.guard import Principal, Refusal
from sumun.guard.erasing import destroy_key, destroy_tenant, erase_people
from sumun.guard.vault import TokenCollision, Vault, purge_vault
from sumun.policy import Tokens
from sumun.protection import Row, Scope

EMAIL = "minjun.kim@example.kr"
PHONE = "010-1234-5678"
POLICY = (
    '[tokens]\nform = "vault"\n'
    '[[restore]]\nname = "r"\nserver = "crm"\ntool = "send"\ncategory = "contact"\n'
)
BY = Event(event_type="data_erased", action_taken="erased", detail={"tenant": "default"})
ACME = Principal(subject="a", client_id="b", scopes=frozenset({"mcp:*"}), tenant="acme")


def row(number, tenant="default", subject="s", key_id="k"):
    return Row(
        row_id=f"{number:032}", tenant=tenant, subject=subject, key_id=key_id, sealed=b"sealed"
    )


def rows(*numbers, **members):
    return {each.row_id: each for each in (row(number, **members) for number in numbers)}


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def vault(bench, clock):
    return Vault(bench.rooms.database, lambda: clock[0])


async def tokens_of(bench, *values, who=None):
    result = {"structuredContent": {"values": list(values)}}
    await bench.release(result, **({"who": who} if who else {}))
    return result["structuredContent"]["values"]


async def sent(bench, token, **options):
    arguments = {"to": token}
    admitted = await bench.admit(arguments, tool="send", **options)
    return admitted if isinstance(admitted, Refusal) else arguments["to"]


async def test_rows_are_there_until_they_expire(vault, clock):
    await vault.write(rows(1, 2), Tokens(ttl=10))
    assert await vault.find(rows(1, 2, 3)) == rows(1, 2)
    clock[0] += 9
    await vault.write(rows(1), Tokens(ttl=10))
    clock[0] += 2
    assert await vault.find(rows(1, 2)) == rows(1)


async def test_what_has_expired_is_purged(bench, vault, clock):
    await vault.write(rows(1, 2), Tokens(ttl=10))
    await vault.write(rows(3), Tokens(ttl=20))
    assert await bench.rooms.database.write(purge_vault, now=1010) == 2
    assert await vault.find(rows(1, 2, 3)) == rows(3)


async def test_beyond_the_limit_the_oldest_are_forgotten(vault, clock):
    for number in range(8):
        clock[0] += 1
        await vault.write(rows(number), Tokens(ttl=100, limit=5))
    await vault.write(rows(20, tenant="other"), Tokens(ttl=100, limit=5))
    assert await vault.find(rows(*range(8))) == rows(*range(3, 8))


async def test_another_value_does_not_take_a_token_s_place(vault):
    await vault.write(rows(1), Tokens())
    with pytest.raises(TokenCollision):
        await vault.write(rows(0, 1, subject="another"), Tokens())
    assert await vault.find(rows(0, 1)) == rows(1)


async def test_erasing_a_person_leaves_the_others(bench):
    bench.set(POLICY)
    email, phone = await tokens_of(bench, EMAIL, PHONE)
    assert await sent(bench, email) == EMAIL
    erased = await erase_people(bench.rooms, "default", [EMAIL.upper()], BY)
    assert erased.values == 1
    assert (await sent(bench, email)).reason == "rejected"
    assert await sent(bench, phone) == PHONE
    erased = await erase_people(bench.rooms, "default", ["01012345678"], BY)
    assert erased.values == 1


async def test_the_proof_names_people_as_the_log_does(bench):
    bench.set(POLICY)
    await tokens_of(bench, EMAIL)
    await erase_people(bench.rooms, "default", [EMAIL], BY)
    *_, outcome, erased = await bench.events()
    assert erased["subjects"] == outcome["subjects"]
    assert erased["detail"] == {"tenant": "default", "values": 1}
    assert (await bench.rooms.audit.verify()).ok


@pytest.mark.parametrize("policy", [POLICY, POLICY.replace('"vault"', '"stateless"')])
async def test_with_its_key_a_tenant_is_forgotten_and_no_other(bench, policy):
    bench.set(policy)
    (ours,), (theirs,) = await tokens_of(bench, EMAIL), await tokens_of(bench, EMAIL, who=ACME)
    assert ours != theirs
    erased = await destroy_tenant(bench.rooms, "acme", BY)
    await bench.rooms.refresh_keys()
    assert await sent(bench, ours) == EMAIL
    assert (await sent(bench, theirs, who=ACME)).reason == "rejected"
    (again,) = await tokens_of(bench, EMAIL, who=ACME)
    assert again != theirs
    assert await sent(bench, again, who=ACME) == EMAIL
    assert (await bench.events())[-1]["event_type"] == "tool_call"
    proofs = [e["detail"] for e in await bench.events() if e["event_type"] == "data_erased"]
    assert [proof["fingerprint"] for proof in proofs] == [erased.fingerprint]


async def test_after_a_rotation_old_tokens_come_back_until_their_key_is_destroyed(bench):
    bench.set(POLICY)
    (old,) = await tokens_of(bench, EMAIL)
    key_id = bench.rooms.data_keys.current_id
    await asyncio.to_thread(bench.rooms.data_keys.rotate)
    await bench.rooms.refresh_keys()
    (new,) = await tokens_of(bench, EMAIL)
    assert new != old
    assert await sent(bench, old) == await sent(bench, new) == EMAIL
    assert (await destroy_key(bench.rooms, key_id, BY)).values == 1
    await bench.rooms.refresh_keys()
    assert (await sent(bench, old)).reason == "rejected"
    assert await sent(bench, new) == EMAIL


async def test_without_the_vault_no_token_leaves(bench):
    bench.set(POLICY)
    admitted = await bench.admit({})
    await bench.rooms.database.close()
    for pass_on in (bench.guard.release, bench.guard.screen):
        assert (await pass_on(admitted, {"to": EMAIL})).reason == "unrecorded"


async def test_what_is_screened_is_kept_too(bench):
    bench.set(POLICY)
    message = {"to": EMAIL}
    await bench.guard.screen(await bench.admit({}), message)
    assert await sent(bench, message["to"]) == EMAIL


async def test_rows_say_nothing(bench):
    bench.set(POLICY)
    (token,) = await tokens_of(bench, EMAIL)
    scope = Scope("default", "crm")
    ids = bench.rooms.protector.row_ids(token, scope=scope)
    (kept,) = (await bench.rooms.vault.find(ids)).values()
    assert EMAIL.encode() not in kept.sealed
    assert token[15:-1] not in str(kept)
