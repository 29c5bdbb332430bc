import asyncio

import pytest
from argon2 import PasswordHasher

from sumun.oauth.users import (
    Passwords,
    PasswordsBusy,
    User,
    add_user,
    disable_user,
    find_user,
    list_users,
    new_user_id,
    replace_password,
)
from sumun.storage import Conflict


@pytest.fixture
def passwords():
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    made = Passwords(threads=2, waiting=2, hasher=cheap)
    yield made
    made.close()


def user(password_hash="", **changes):
    return User(user_id="user-1", username="kim", password_hash=password_hash, **changes)


async def test_a_person_comes_back_as_registered(database):
    person = user("hash", locale="ko", created_at=7)
    await database.write(add_user, person)
    assert await database.read(find_user, "kim") == person
    assert await database.read(find_user, "lee") is None
    assert await database.read(list_users) == [person]


async def test_a_user_name_is_taken_once(database):
    await database.write(add_user, user())
    with pytest.raises(Conflict):
        await database.write(add_user, User(user_id="user-2", username="kim", password_hash=""))


async def test_password_and_state_change(database):
    await database.write(add_user, user())
    assert await database.write(replace_password, "user-1", "new")
    assert await database.write(disable_user, "user-1", now=9)
    assert not await database.write(disable_user, "user-1", now=9)
    found = await database.read(find_user, "kim")
    assert (found.password_hash, found.disabled_at) == ("new", 9)


def test_no_client_can_have_a_user_s_identifier():
    assert new_user_id().startswith("user-")
    assert new_user_id() != new_user_id()


async def test_passwords_verify(passwords):
    hashed = await passwords.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify(user(hashed), "correct horse")
    assert not await passwords.verify(user(hashed), "wrong")
    assert not await passwords.verify(user(hashed, disabled_at=1), "correct horse")
    assert not await passwords.verify(user("damaged"), "correct horse")
    assert not await passwords.verify(None, "correct horse")


async def test_overlong_passwords_are_refused_without_work(passwords):
    with pytest.raises(ValueError, match="longer"):
        await passwords.hash("x" * 1025)
    assert not await passwords.verify(user(await passwords.hash("x")), "x" * 1025)


async def test_a_flood_is_refused_beyond_the_queue(passwords):
    results = await asyncio.gather(
        *(passwords.hash("x") for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(result, str) for result in results) == 4
    assert sum(isinstance(result, PasswordsBusy) for result in results) == 6
    assert (await passwords.hash("x")).startswith("$argon2id$")


async def test_weaker_hashes_are_noticed(passwords):
    strong = Passwords()
    assert strong.needs_rehash(await passwords.hash("x"))
    assert not strong.needs_rehash(await strong.hash("x"))
    strong.close()
