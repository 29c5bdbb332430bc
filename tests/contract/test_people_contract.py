"""What people prove themselves with is used once, on every backend, whoever asks at once."""

import asyncio

import pytest

from sumun.oauth.passkeys.passkey import (
    ChallengeUsed,
    CounterWentBack,
    Passkey,
    add_passkey,
    find_passkey,
    list_passkeys,
    remove_passkey,
    use_passkey,
)
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


PASSKEY = Passkey(
    credential_id=b"\x00credential",
    user_id="user-1",
    public_key=b"key",
    sign_count=3,
    name="전화기",
    aaguid="0",
    backed_up=True,
    created_at=NOW,
)


async def test_a_challenge_is_answered_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(add_passkey, PASSKEY, b"made", expires_at=NOW + 60)

    async def use(n):
        try:
            await nodes[n % 2].write(
                use_passkey,
                PASSKEY.credential_id,
                b"answered",
                expires_at=NOW + 60,
                sign_count=4 + n,
                backed_up=False,
                now=NOW,
            )
        except (ChallengeUsed, CounterWentBack):
            return False
        return True

    assert sum(await asyncio.gather(*(use(n) for n in range(RACE)))) == 1


async def test_a_counter_is_used_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(add_passkey, PASSKEY, b"made", expires_at=NOW + 60)

    async def use(n):
        try:
            await nodes[n % 2].write(
                use_passkey,
                PASSKEY.credential_id,
                f"challenge {n}".encode(),
                expires_at=NOW + 60,
                sign_count=4,
                backed_up=False,
                now=NOW,
            )
        except CounterWentBack:
            return False
        return True

    assert sum(await asyncio.gather(*(use(n) for n in range(RACE)))) == 1


async def test_a_passkey_is_kept_as_it_was_and_removed_by_its_person_only(database):
    await database.write(add_passkey, PASSKEY, b"made", expires_at=NOW + 60)
    assert await database.read(find_passkey, PASSKEY.credential_id) == PASSKEY
    assert await database.read(list_passkeys, "user-1") == [PASSKEY]
    with pytest.raises(ChallengeUsed):
        await database.write(add_passkey, PASSKEY, b"made", expires_at=NOW + 60)
    assert not await database.write(remove_passkey, "user-2", PASSKEY.credential_id)
    assert await database.write(remove_passkey, "user-1", PASSKEY.credential_id)
