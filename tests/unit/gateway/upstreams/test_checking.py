import asyncio

from sumun.gateway.upstreams.checking import Checking
from sumun.gateway.upstreams.upstream import UpstreamAway


class Server:
    def __init__(self, error=None):
        self.error = error
        self.checked = 0

    async def check(self):
        self.checked += 1
        if self.error is not None:
            raise self.error


class Servers(dict):
    async def names(self):
        return [*self]

    async def transport(self, name):
        if isinstance(self[name], Exception):
            raise self[name]
        return self[name]


async def test_what_is_found_is_kept_and_told():
    told = []
    servers = Servers(
        well=Server(), away=Server(UpstreamAway("it cannot be reached")), odd=KeyError("secret")
    )
    checking = Checking(servers, told.append)
    await checking.look()
    assert checking.summary() == {
        "well": "ok",
        "away": "it cannot be reached",
        "odd": "it cannot be looked for (KeyError)",
    }
    assert told == [{"well": True, "away": False, "odd": False}]
    del servers["odd"]
    await checking.look()
    assert checking.summary().keys() == {"well", "away"}


async def test_what_is_away_is_looked_for_more_often():
    now = 0.0
    servers = Servers(well=Server(), away=Server(UpstreamAway("x")))
    checking = Checking(servers, clock=lambda: now)
    for now in range(61):  # noqa: B007 - the clock's hand
        await checking.look()
    assert servers["well"].checked == 3
    assert servers["away"].checked == 13
    servers["away"].error = None
    now = 70
    await checking.look()
    assert checking.summary()["away"] == "ok"


async def test_a_server_that_never_answers_keeps_nobody_waiting(monkeypatch):
    monkeypatch.setattr("sumun.gateway.upstreams.checking._PATIENCE", 0.01)

    class Hanging(Server):
        async def check(self):
            await asyncio.Event().wait()

    checking = Checking(Servers(hanging=Hanging(), well=Server()))
    await checking.look()
    assert checking.summary() == {"hanging": "it does not answer", "well": "ok"}
