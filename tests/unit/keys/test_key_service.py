"""Keys held elsewhere: the ring around them, and the threads between."""

import asyncio
import time

import pytest

from sumun.keys import Schedule, SignerUnavailable, SigningKeyring
from sumun.keys.algorithms import ALGORITHMS
from sumun.keys.jws import verify_jws
from sumun.keys.key_service import WAITING_LIMIT, SigningPool

CLAIMS = {"sub": "someone"}


class Held:
    """A key service in this process, which can be slow, away, or wrong."""

    name = "held"

    def __init__(self):
        self.keys = {}
        self.delay = 0.0
        self.away = False
        self.closed = False

    def create(self, alg):
        if self.away:
            raise SignerUnavailable("away")
        key = ALGORITHMS[alg].generate()
        reference = f"key-{len(self.keys)}"
        self.keys[reference] = (alg, key)
        return reference, key.public_key()

    def sign(self, alg, reference, message):
        time.sleep(self.delay)
        if self.away:
            raise SignerUnavailable("away")
        kept, key = self.keys[reference]
        assert kept == alg
        return ALGORITHMS[alg].signer(key)(message)

    def close(self):
        self.closed = True


@pytest.fixture
def service():
    return Held()


@pytest.fixture
def keyring(files, clock, service):
    opened = SigningKeyring.open(files, "ES256", clock, service=service)
    yield opened
    opened.close()


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
async def test_what_it_signs_is_verified_by_what_is_published(files, clock, service, alg):
    keyring = SigningKeyring.open(files, alg, clock, service=service)
    token = await keyring.sign(CLAIMS, "at+jwt")
    key, claims = verify_jws(token, keyring, "at+jwt")
    assert claims == CLAIMS
    assert key.alg == alg
    assert [jwk["kid"] for jwk in keyring.public_jwks()["keys"]] == [key.kid]
    keyring.close()
    assert service.closed


async def test_no_private_half_is_stored(keyring, files):
    stored = files.load("signing-keys")
    assert b'"private":""' in stored
    assert keyring.describe()[0]["held_by"] == "held"


async def test_it_rotates_like_any_other(keyring, clock, service):
    old = keyring.active().kid
    clock.advance(100)
    schedule = Schedule(rotate_every=100, publish_ahead=10, keep=60)
    (new,) = keyring.follow(schedule)
    assert keyring.active().kid == old
    clock.advance(10)
    assert keyring.active().kid == new
    assert len(service.keys) == 2
    await keyring.sign(CLAIMS, "at+jwt")


async def test_moving_there_publishes_ahead_and_keeps_what_was_signed(files, clock, service):
    local = SigningKeyring.open(files, "ES256", clock)
    token = await local.sign(CLAIMS, "at+jwt")
    moved = SigningKeyring.open(
        files, "ES256", clock, service=service, publish_ahead=3600, keep=960
    )
    assert moved.active().kid == local.active().kid
    assert len(moved.public_jwks()["keys"]) == 2
    clock.advance(3600)
    assert moved.active().kid != verify_jws(token, moved, "at+jwt")[0].kid
    moved.close()


async def test_a_process_without_the_service_verifies_and_signs_with_what_it_has(
    files, clock, service
):
    local = SigningKeyring.open(files, "ES256", clock)
    moved = SigningKeyring.open(files, "ES256", clock, service=service, keep=960)
    token = await moved.sign(CLAIMS, "at+jwt")
    clock.advance(1)
    assert verify_jws(token, local, "at+jwt")[1] == CLAIMS
    own = await local.sign(CLAIMS, "at+jwt")
    assert verify_jws(own, moved, "at+jwt")[1] == CLAIMS
    moved.close()


async def test_a_service_that_is_away_signs_nothing_and_says_so(keyring, service):
    service.away = True
    with pytest.raises(SignerUnavailable, match="away"):
        await keyring.sign(CLAIMS, "at+jwt")
    with pytest.raises(SignerUnavailable):
        keyring.rotate(keep=60)


async def test_a_wrong_signature_never_leaves(keyring, service):
    for reference, (alg, _) in list(service.keys.items()):
        service.keys[reference] = (alg, ALGORITHMS[alg].generate())
    with pytest.raises(SignerUnavailable, match="another key"):
        await keyring.sign(CLAIMS, "at+jwt")


async def test_a_slow_service_does_not_hold_up_the_event_loop(keyring, service):
    service.delay = 0.2
    signing = asyncio.create_task(keyring.sign(CLAIMS, "at+jwt"))
    turns = 0
    while not signing.done():
        await asyncio.sleep(0.001)
        turns += 1
    await signing
    assert turns > 20


async def test_a_service_that_hangs_is_given_up(files, clock, service):
    pool = SigningPool(service, timeout=0.05)
    entry = pool.create("ES256", created_at=0, active_from=0)
    keyring = SigningKeyring.open(files, "ES256", clock)
    key = pool.key(keyring.find(keyring.active().kid), entry)
    service.delay = 0.3
    with pytest.raises(SignerUnavailable, match=r"within 0\.05 s"):
        await key.sign(CLAIMS, "at+jwt")
    pool.close()
    keyring.close()


async def test_too_many_waiting_are_turned_away(keyring, service):
    service.delay = 0.05
    asked = [asyncio.create_task(keyring.sign(CLAIMS, "at+jwt")) for _ in range(WAITING_LIMIT + 5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, SignerUnavailable)]
    assert len(refused) == 5
    assert all("waiting" in str(answer) for answer in refused)
