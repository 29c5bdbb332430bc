from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sumun.audit import AuditUnavailable
from sumun.config import Config, OAuthConfig
from sumun.guard import Call, Guard, Principal, Rooms
from sumun.policy import Policy

AGENT = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:*"}), token_id="t1")


class Bench:
    """A guard with real rooms, and what came of its calls."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.observed = []
        self.set("")

    def set(self, policy: str) -> Guard:
        """Let ``policy`` be in force."""
        self.guard = self.rooms.guard(
            Policy.parse("version = 1\n" + policy),
            observer=lambda *seen: self.observed.append(seen),
        )
        return self.guard

    async def admit(self, arguments=None, *, tool="echo", who=AGENT, raw=None, **call):
        params = {"name": tool, "arguments": arguments}
        settings = {"server": "crm", "method": "tools/call", "tool": tool, "params": params}
        return await self.guard.admit(who, Call(**{**settings, "raw": raw, **call}))

    async def release(self, result, raw=None, **call):
        return await self.guard.release(await self.admit(**call), result, raw)

    async def events(self):
        return await self.rooms.audit.tail(1000)

    def break_log(self) -> None:
        async def fail(*_):
            raise AuditUnavailable("the disk is full")

        self.rooms.audit.record = fail


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    oauth = OAuthConfig(scope_hierarchy={"all": ["most"], "most": ["mcp:*"]})
    rooms = Rooms(Config(mode="development", data_dir=str(tmp_path), oauth=oauth))
    await rooms.open()
    yield Bench(rooms)
    await rooms.close()
