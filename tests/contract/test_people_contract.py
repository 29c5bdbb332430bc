"""What people prove themselves with is used once, on every backend, whoever asks at once."""

import asyncio

from sumun.oauth.second_factor.authenticators import (
    confirm_authenticator,
    find_authenticator,
    put_authenticator,
    try_code,
)
from sumun.oauth.second_factor.recovery_codes import count_codes, replace_codes, use_code

NOW = 1_800_000_000
RACE = 50


async def test_a_code_of_an_app_is_used_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(put_authenticator, "user-1", b"sealed", now=NOW)
    tries = [
        nodes[n % 2].write(try_code, "user-1", lambda _: 60_000_000, now=NOW) for n in range(RACE)
    ]
    assert sum(tried.proven for tried in await asyncio.gather(*tries)) == 1


async def test_of_fifty_wrong_codes_at_once_five_are_judged(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(put_authenticator, "user-1", b"sealed", now=NOW)
    judged = []

    def match(sealed):
        judged.append(sealed)

    tries = [nodes[n % 2].write(try_code, "user-1", match, now=NOW) for n in range(RACE)]
    tried = await asyncio.gather(*tries)
    assert len(judged) == 5
    assert sum(each.wait > 0 for each in tried) == RACE - 5


async def test_a_recovery_code_is_used_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(replace_codes, "user-1", [b"a", b"b"], now=NOW)
    uses = [nodes[n % 2].write(use_code, "user-1", b"a", now=NOW) for n in range(RACE)]
    assert sum(await asyncio.gather(*uses)) == 1
    assert await nodes[0].read(count_codes, "user-1") == 1


async def test_an_app_that_counts_stays(database):
    assert await database.write(put_authenticator, "user-1", b"first", now=NOW)
    assert await database.write(put_authenticator, "user-1", b"second", now=NOW)
    assert await database.write(confirm_authenticator, "user-1", now=NOW)
    assert not await database.write(put_authenticator, "user-1", b"third", now=NOW)
    assert not await database.write(confirm_authenticator, "user-1", now=NOW)
    found = await database.read(find_authenticator, "user-1")
    assert (found.secret, found.confirmed_at) == (b"second", NOW)
