"""What people prove themselves with is used once, on every backend, whoever asks at once."""

import asyncio

import pytest

from sumun.keys import RootSecret
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
from sumun.oauth.providers.identities import (
    add_linked_user,
    find_identity,
    link_identity,
    list_identities,
    note_identity_use,
    unlink_identity,
)
from sumun.oauth.second_factor.authenticators import (
    confirm_authenticator,
    find_authenticator,
    put_authenticator,
    try_code,
)
from sumun.oauth.second_factor.recovery_codes import count_codes, replace_codes, use_code
from sumun.oauth.upstream.requests import (
    UpstreamRequests,
    purge_upstream_requests,
)
from sumun.oauth.users import User, list_users
from sumun.storage import Conflict

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


ROOT = RootSecret(b"a root secret for tests")


def requests(database, now=NOW):
    return UpstreamRequests(database, ROOT, lambda: now)


async def test_a_providers_answer_is_taken_by_one_of_fifty(opened):
    nodes = [requests(await opened()) for _ in range(2)]
    state, asked = await nodes[0].add("corp", "request", "ticket", then="/account", again=True)
    assert await nodes[1].find("corp", state) == asked
    uses = [nodes[n % 2].use(state) for n in range(RACE)]
    assert sum(await asyncio.gather(*uses)) == 1
    assert await nodes[0].find("corp", state) is None


async def test_a_request_is_of_one_provider_for_a_while_and_under_one_secret(database):
    state, _ = await requests(database).add("corp", "account", "browser")
    assert await requests(database).find("other", state) is None
    assert await requests(database, NOW + 900).find("corp", state) is None
    assert not await requests(database, NOW + 900).use(state)
    stranger = UpstreamRequests(database, RootSecret(b"another"), lambda: NOW)
    assert await stranger.find("corp", state) is None
    assert await database.write(purge_upstream_requests, before=NOW + 900) == 1
    assert await requests(database).find("corp", state) is None


async def test_an_account_elsewhere_is_linked_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]

    async def link(n):
        try:
            await nodes[n % 2].write(link_identity, "https://op", "subject", f"user-{n}", now=NOW)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(link(n) for n in range(RACE)))) == 1


async def test_of_fifty_first_sign_ins_at_once_one_registers_the_person(opened):
    nodes = [await opened() for _ in range(2)]

    async def sign_up(n):
        person = User(user_id=f"user-{n}", username=f"op:{n}", password_hash="")
        try:
            await nodes[n % 2].write(add_linked_user, person, "https://op", "subject", now=NOW)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(sign_up(n) for n in range(RACE)))) == 1
    assert len(await nodes[0].read(list_users)) == 1


async def test_a_link_is_of_an_issuer_and_its_subject(database):
    await database.write(link_identity, "https://op", "subject", "user-1", now=NOW)
    assert await database.read(find_identity, "https://op/", "subject") is None
    assert await database.read(find_identity, "https://op", "Subject") is None
    await database.write(note_identity_use, "https://op", "subject", now=NOW + 1)
    [identity] = await database.read(list_identities, "user-1")
    assert identity.used_at == NOW + 1
    assert not await database.write(unlink_identity, "https://op", "subject", "user-2")
    assert await database.write(unlink_identity, "https://op", "subject", "user-1")
