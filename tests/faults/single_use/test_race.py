"""Fifty uses at once, at two server processes that share one PostgreSQL: one is answered."""

import asyncio
import itertools

from tests.faults.single_use.things import THINGS

USES = 50


async def test_n23_n32_n35_n47_n54_n75_n82_of_fifty_uses_at_two_nodes_one_counts(world):
    """Within the grace every use of a refresh token answers its one successor."""
    counted = {}
    for name, (make, use) in THINGS.items():
        thing = await make(world)
        nodes = itertools.islice(itertools.cycle(world.nodes), USES)
        answers = await asyncio.gather(*(use(world, node, thing) for node in nodes))
        counted[name] = len({answer for answer in answers if answer})
        answered = sum(answer is not None for answer in answers)
        assert answered == (USES if name == "refresh token" else 1), (name, answered)
    assert counted == dict.fromkeys(THINGS, 1)
