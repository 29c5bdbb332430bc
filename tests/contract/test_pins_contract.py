"""What servers said and what was approved of it, as every store keeps it."""

from itertools import pairwise

import pytest

from sumun.gateway.pins.store import Pin, approve_pins, keep_pins, list_pins, state_of_pins
from sumun.gateway.registry import remove_server


@pytest.fixture
def pins(database):
    class Pins:
        async def keep(self, *pins, now=1):
            await database.write(keep_pins, [Pin("crm", "tool", *pin) for pin in pins], now)

        async def found(self, server="crm"):
            found = await database.read(list_pins, server)
            return {pin.name: (pin.approved, pin.held) for pin in found}

        async def approve(self, *names, now=2):
            keys = [("tool", name) for name in names]
            return await database.write(approve_pins, "crm", keys, now)

        async def state(self):
            return await database.read(state_of_pins)

        async def remove(self):
            await database.write(remove_server, "crm")

    return Pins()


async def test_nothing_is_known_at_first(pins):
    assert await pins.found() == {}
    assert not any(await pins.state())


async def test_what_was_approved_stays_until_it_is_approved_anew(pins):
    await pins.keep(("a", "one", None), ("b", None, "two"))
    await pins.keep(("a", "another node's", "three"), now=5)
    assert await pins.found() == {"a": ("one", "three"), "b": (None, "two")}
    assert await pins.found("") == await pins.found()
    assert await pins.found("other") == {}
    assert await pins.approve("a", "nobody") == [("tool", "a")]
    assert await pins.approve("a") == []
    assert (await pins.found())["a"] == ("three", None)


async def test_every_change_shows(pins):
    seen = [await pins.state()]
    await pins.keep(("a", "one", None), now=1)
    seen.append(await pins.state())
    await pins.keep(("a", "one", "two"), now=2)
    seen.append(await pins.state())
    await pins.approve("a", now=1)  # by a node whose clock is behind
    seen.append(await pins.state())
    await pins.remove()
    seen.append(await pins.state())
    assert all(before != after for before, after in pairwise(seen))


async def test_pins_go_with_their_server(pins):
    await pins.keep(("a", "one", None))
    await pins.remove()
    assert await pins.found() == {}
