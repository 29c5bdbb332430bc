import asyncio

import msgspec
import pytest

from sumun.keys import SigningKey
from sumun.keys.jws import read_jws
from sumun.oauth.fetch import Fetched, FetchRefused
from sumun.oauth.key_sets import KeySets

URL = "https://client.example/jwks"
ONE, TWO = (SigningKey.generate("ES256") for _ in range(2))


class Published:
    """What stands at the URL, and how often it was asked for."""

    def __init__(self) -> None:
        self.document: object = {"keys": [ONE.verification.jwk]}
        self.refused = False
        self.count = 0

    async def get(self, url: str, *, limit: int) -> Fetched:
        self.count += 1
        await asyncio.sleep(0)
        if self.refused:
            raise FetchRefused("timeout", "no answer")
        return Fetched(msgspec.json.encode(self.document), "application/json", {})


@pytest.fixture
def published():
    return Published()


@pytest.fixture
def key_sets(published, clock):
    return KeySets(published, clock)


def signed_by(key):
    return read_jws(key.sign({"sub": "a"}, "JWT"))


async def test_a_set_is_fetched_once_in_five_minutes(key_sets, published, clock):
    for seconds, fetches in ((0, 1), (1, 1), (298, 1), (2, 2)):
        clock.advance(seconds)
        assert (await key_sets.find(URL, signed_by(ONE))).thumbprint == ONE.kid
        assert published.count == fetches


async def test_a_rotated_key_is_found_at_once_and_floods_fetch_nothing(key_sets, published, clock):
    await key_sets.find(URL, signed_by(ONE))
    published.document = {"keys": [TWO.verification.jwk]}
    assert await key_sets.find(URL, signed_by(TWO)) is None
    clock.advance(10)
    assert (await key_sets.find(URL, signed_by(TWO))).thumbprint == TWO.kid
    assert await key_sets.find(URL, signed_by(ONE)) is None
    for _ in range(100):
        await key_sets.find(URL, signed_by(ONE))
    assert published.count == 2


async def test_many_at_once_fetch_once(key_sets, published):
    found = await asyncio.gather(*(key_sets.find(URL, signed_by(ONE)) for _ in range(50)))
    assert all(found)
    assert published.count == 1


async def test_a_set_that_is_gone_is_trusted_for_an_hour(key_sets, published, clock):
    await key_sets.find(URL, signed_by(ONE))
    published.refused = True
    clock.advance(3599)
    assert await key_sets.find(URL, signed_by(ONE)) is not None
    clock.advance(1)
    assert await key_sets.find(URL, signed_by(ONE)) is None


@pytest.mark.parametrize("document", [None, [], {"keys": [{"kty": "oct", "k": "AA"}]}])
async def test_what_is_no_set_has_no_keys(key_sets, published, document):
    published.document = document
    assert await key_sets.find(URL, signed_by(ONE)) is None


async def test_memory_is_bounded(key_sets, monkeypatch):
    monkeypatch.setattr("sumun.oauth.key_sets._CAPACITY", 10)
    for number in range(30):
        await key_sets.find(f"{URL}/{number}", signed_by(ONE))
    assert len(key_sets._entries) == 10
