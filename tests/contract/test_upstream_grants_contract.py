"""People's grants at servers upstream: renewed by one at a time, whichever node asks."""

import asyncio

import pytest

from sumun.oauth.upstream.grants import (
    GrantRow,
    approve_client,
    end_grant,
    find_grant,
    is_approved,
    lease_grant,
    list_approved,
    list_grants,
    put_grant,
    release_grant,
    renew_grant,
    withdraw_grant,
)

GRANT = GrantRow(
    user_id="user-1",
    server="crm",
    url="https://crm.example/mcp",
    issuer="https://as.example",
    scope="crm.read",
    sealed=b"sealed",
    version=7,
    created_at=100,
)


@pytest.fixture
async def nodes(opened):
    """Two nodes at one store that holds a grant."""
    one, two = await opened(), await opened()
    await one.write(put_grant, GRANT)
    return one, two


async def test_of_many_who_would_renew_one_may(nodes):
    asked = [
        each.write(lease_grant, GRANT, now=100, until=130) for each in nodes for _ in range(10)
    ]
    assert sorted(await asyncio.gather(*asked)) == [False] * 19 + [True]


async def test_a_lease_ends_when_it_is_released_or_its_time_is_over(nodes):
    one, two = nodes
    assert await one.write(lease_grant, GRANT, now=100, until=130)
    assert not await two.write(lease_grant, GRANT, now=129, until=160)
    assert await two.write(lease_grant, GRANT, now=130, until=160)
    await two.write(release_grant, GRANT)
    assert await one.write(lease_grant, GRANT, now=131, until=160)


async def test_what_was_renewed_elsewhere_is_neither_overwritten_nor_ended(nodes):
    one, two = nodes
    assert await one.write(renew_grant, GRANT, scope="crm.read", sealed=b"newer")
    assert not await two.write(renew_grant, GRANT, scope="", sealed=b"older")
    assert not await two.write(end_grant, GRANT)
    found = await two.read(find_grant, "user-1", "crm")
    assert found.sealed == b"newer"
    assert await two.write(end_grant, found)
    assert await one.read(find_grant, "user-1", "crm") is None


async def test_withdrawing_takes_the_consents_along(nodes):
    one, two = nodes
    for client_id in ("desktop", "desktop", "other"):
        await one.write(approve_client, "user-1", "crm", client_id, now=1)
    assert await two.read(list_approved, "user-1") == {"crm": ["desktop", "other"]}
    assert await two.read(list_grants, "user-1") == [GRANT]
    assert await two.write(withdraw_grant, "user-1", "crm") == GRANT
    assert not await one.read(is_approved, "user-1", "crm", "desktop")
    assert await one.read(list_grants, "user-1") == []
