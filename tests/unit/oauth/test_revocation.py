from sumun.oauth.revocation import is_revoked, purge_revoked_tokens, revoke_token


async def test_a_token_is_revoked_once_and_stays_so(database):
    assert not await database.read(is_revoked, "one")
    assert await database.write(revoke_token, "one", expires_at=100, now=50)
    assert not await database.write(revoke_token, "one", expires_at=200, now=60)
    assert await database.read(is_revoked, "one")
    assert not await database.read(is_revoked, "two")


async def test_only_expired_tokens_are_forgotten(database):
    await database.write(revoke_token, "old", expires_at=100, now=50)
    await database.write(revoke_token, "new", expires_at=200, now=50)
    assert await database.write(purge_revoked_tokens, expired_before=100) == 1
    assert not await database.read(is_revoked, "old")
    assert await database.read(is_revoked, "new")
