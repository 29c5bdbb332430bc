import asyncio

import pytest

from sumun.gateway import attendance
from sumun.gateway.attendance import Attended, CallerGone


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(attendance, "_MOMENT", 0)


class Caller:
    def __init__(self):
        self.gone = asyncio.Event()
        self.looked_for = 0

    async def receive(self):
        self.looked_for += 1
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def test_what_is_done_ends_when_the_caller_leaves():
    caller, begun, ended = Caller(), asyncio.Event(), []

    async def work():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def attended():
        async with Attended(caller.receive):
            await work()

    task = asyncio.create_task(attended())
    await begun.wait()
    caller.gone.set()
    with pytest.raises(CallerGone):
        await asyncio.wait_for(task, 2)
    assert ended


async def test_what_is_soon_done_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(attendance, "_MOMENT", 60)
    caller = Caller()
    async with Attended(caller.receive):
        await asyncio.sleep(0)
    assert caller.looked_for == 0


async def test_what_goes_wrong_goes_on():
    caller = Caller()
    with pytest.raises(TimeoutError, match="mine"):
        async with Attended(caller.receive):
            raise TimeoutError("mine")


async def test_who_cancels_from_outside_is_obeyed():
    async def attended():
        async with Attended(Caller().receive):
            await asyncio.Event().wait()

    task = asyncio.create_task(attended())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
