"""Rotation on a schedule: published before use, retired after expiry, by one of many (N88)."""

import threading

import pytest

from sumun.keys import Schedule, SealedFiles, SigningKeyring

DAY = 86_400
SCHEDULE = Schedule(rotate_every=30 * DAY, publish_ahead=DAY, keep=960)


@pytest.fixture
def keyring(files, clock) -> SigningKeyring:
    return SigningKeyring.open(files, "ES256", clock)


def kids(keyring) -> set[str]:
    return {key["kid"] for key in keyring.public_jwks()["keys"]}


def test_nothing_happens_before_it_is_due(keyring, clock):
    clock.advance(29 * DAY - 1)
    assert keyring.follow(SCHEDULE) == []
    assert len(kids(keyring)) == 1


def test_the_next_key_is_published_ahead_and_then_takes_over(keyring, clock):
    old = keyring.active().kid
    clock.advance(29 * DAY)
    (new,) = keyring.follow(SCHEDULE)
    assert kids(keyring) == {old, new}
    assert keyring.active().kid == old
    assert keyring.follow(SCHEDULE) == []
    clock.advance(DAY - 1)
    assert keyring.active().kid == old
    clock.advance(1)
    assert keyring.active().kid == new


def test_the_old_key_stays_until_its_last_token_has_expired_and_is_then_destroyed(
    keyring, files, clock
):
    old = keyring.active().kid
    clock.advance(29 * DAY)
    keyring.follow(SCHEDULE)
    clock.advance(DAY + SCHEDULE.keep - 1)
    assert keyring.find(old) is not None
    clock.advance(1)
    assert keyring.find(old) is None
    assert old not in kids(keyring)
    clock.advance(10)
    keyring.follow(SCHEDULE)
    assert old not in {key["kid"] for key in SigningKeyring.read(files, clock=clock).describe()}


def test_each_key_signs_for_as_long_as_the_schedule_says(keyring, clock):
    seen = []
    for _ in range(4 * 30):
        clock.advance(DAY)
        keyring.follow(SCHEDULE)
        seen.append(keyring.active().kid)
    lengths = [seen.count(kid) for kid in dict.fromkeys(seen)]
    assert lengths == [29, 30, 30, 30, 1]


def test_a_server_that_was_off_publishes_ahead_all_the_same(keyring, clock):
    old = keyring.active().kid
    clock.advance(365 * DAY)
    (new,) = keyring.follow(SCHEDULE)
    assert keyring.active().kid == old
    clock.advance(DAY)
    assert keyring.active().kid == new


def test_zero_means_until_somebody_rotates(keyring, clock):
    clock.advance(3650 * DAY)
    assert keyring.follow(Schedule(rotate_every=0, publish_ahead=DAY, keep=960)) == []


def test_a_rotation_by_hand_begins_the_time_anew(keyring, clock):
    clock.advance(20 * DAY)
    new = keyring.rotate(publish_ahead=DAY, keep=960)
    clock.advance(10 * DAY)
    assert keyring.follow(SCHEDULE) == []
    assert keyring.active().kid == new
    clock.advance(20 * DAY)
    assert len(keyring.follow(SCHEDULE)) == 1


def test_every_algorithm_in_use_is_rotated(files, clock):
    keyring = SigningKeyring.open(files, "ES256", clock, also=["EdDSA"])
    clock.advance(29 * DAY)
    assert len(keyring.follow(SCHEDULE)) == 2
    clock.advance(DAY)
    assert [keyring.active(alg).alg for alg in (None, "ES256", "EdDSA")] == [
        "ES256",
        "ES256",
        "EdDSA",
    ]


def test_one_of_many_rotates(files, root, clock):
    rings = [
        SigningKeyring.open(SealedFiles(files.directory, root), "ES256", clock) for _ in range(8)
    ]
    clock.advance(29 * DAY)
    added = []
    start = threading.Barrier(len(rings))

    def follow(ring):
        start.wait()
        added.extend(ring.follow(SCHEDULE))

    threads = [threading.Thread(target=follow, args=(ring,)) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(added) == 1
    assert {frozenset(kids(ring)) for ring in rings} == {frozenset(kids(rings[0]))}
    assert len(kids(rings[0])) == 2


class TestClocks:
    """Nodes whose clocks differ."""

    @pytest.mark.parametrize("apart", [-5, 5])
    def test_neither_signs_with_a_key_the_other_lacks(self, files, clock, apart):
        def shifted():
            return clock() + apart

        one = SigningKeyring.open(files, "ES256", clock)
        two = SigningKeyring.open(files, "ES256", shifted)
        ahead = Schedule(rotate_every=100, publish_ahead=20, keep=60)
        for _ in range(600):
            clock.advance(1)
            one.follow(ahead)
            two.follow(ahead)
            assert two.active().kid in kids(one)
            assert one.active().kid in kids(two)

    def test_a_key_from_the_future_is_not_answered_with_another(self, files, clock):
        right = SigningKeyring.open(files, "ES256", clock)
        wrong = SigningKeyring.open(files, "ES256", lambda: clock() + 3650 * DAY)
        (future,) = wrong.follow(SCHEDULE)
        for _ in range(20):
            clock.advance(DAY)
            assert right.follow(SCHEDULE) == []
        assert wrong.follow(SCHEDULE) == []
        assert right.from_the_future()
        assert future in kids(right)
        assert right.active().kid in kids(wrong)
        right.rotate(keep=960)
        assert not right.from_the_future()

    def test_a_clock_set_back_makes_no_key(self, keyring, clock):
        clock.advance(29 * DAY)
        keyring.follow(SCHEDULE)
        clock.advance(-3600)
        assert keyring.follow(SCHEDULE) == []
        assert keyring.active().kid in kids(keyring)
