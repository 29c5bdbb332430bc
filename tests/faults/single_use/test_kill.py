"""``kill -9`` as soon as the answers are there: what was used stays used, what was not still works.

N22, N37, N54 and the like across a restart. All things are used together and the server is killed
once, so that whatever a node kept in memory only would be forgotten for each of them.
"""

import asyncio

from tests.faults.single_use.nodes import World
from tests.faults.single_use.things import THINGS, recovery_code, show_recovery_code

ALL = {**THINGS, "recovery code": (recovery_code, show_recovery_code)}


async def test_n22_n32_n37_n47_n54_n75_n82_what_was_used_before_a_kill_stays_used(
    kept_in, tmp_path
):
    world = World(tmp_path, kept_in, ["one"], SUMUN_OAUTH__REFRESH_GRACE="0")
    [node] = world.nodes
    await world.settle()
    async with world.running():
        used = {name: await make(world) for name, (make, _) in ALL.items()}
        unused = {name: await make(world) for name, (make, _) in ALL.items()}
        uses = [use(world, node, used[name]) for name, (_, use) in ALL.items()]
        answers = dict(zip(ALL, await asyncio.gather(*uses), strict=True))
        node.kill()
        assert [name for name, answer in answers.items() if not answer] == []

        node.start()
        node.wait()
        again = {name: await use(world, node, used[name]) for name, (_, use) in ALL.items()}
        assert again == dict.fromkeys(ALL), "what was used works again"
        late = {name: await use(world, node, unused[name]) for name, (_, use) in ALL.items()}
        assert [name for name, answer in late.items() if not answer] == []
