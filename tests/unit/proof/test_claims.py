from sumun.proof import MemoryClaims


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_an_identifier_is_used_once():
    claims = MemoryClaims(Clock())
    assert await claims.first_use("dpop", "key", "jti", expires_at=1100)
    assert not await claims.first_use("dpop", "key", "jti", expires_at=1100)
    assert await claims.first_use("dpop", "other", "jti", expires_at=1100)


async def test_a_full_memory_forgets_what_has_expired_and_nothing_else():
    clock = Clock()
    claims = MemoryClaims(clock, capacity=3)
    for jti in "abc":
        assert await claims.first_use("dpop", "key", jti, expires_at=1100)
    assert not await claims.first_use("dpop", "key", "d", expires_at=1100)
    clock.now = 1100.0
    assert await claims.first_use("dpop", "key", "d", expires_at=1200)
