import asyncio

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sumun.server.health import Health

LOCAL = ("127.0.0.1", 40000)
ELSEWHERE = ("192.0.2.7", 40000)


async def works():
    return None


async def fails():
    raise ConnectionError("password=hunter2 refused")


async def hangs():
    await asyncio.sleep(60)


def client(health, peer=LOCAL):
    return TestClient(Starlette(routes=health.routes()), base_url="http://localhost", client=peer)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz"])
def test_healthy(path):
    response = client(Health({"storage": works})).get(path)

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("check", [fails, hangs])
def test_a_failing_room_makes_unready_but_not_dead(check):
    probing = client(Health({"storage": works, "audit": check}, timeout=0.05))

    assert probing.get("/readyz").status_code == 503
    assert probing.get("/livez").status_code == 200


def test_verbose_names_the_rooms_and_quotes_nothing():
    health = Health({"storage": works, "audit": fails, "upstream": hangs}, timeout=0.05)

    response = client(health).get("/readyz?verbose")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {
            "storage": "ok",
            "audit": "ConnectionError",
            "upstream": "no answer within 0.05 s",
        },
    }


def test_verbose_is_for_this_machine():
    assert client(Health({"storage": works}), ELSEWHERE).get("/readyz?verbose").text == "ok\n"


def test_verbose_is_for_all_in_development():
    health = Health({"storage": works}, verbose=True)

    assert client(health, ELSEWHERE).get("/readyz?verbose").json()["checks"] == {"storage": "ok"}


def test_starting():
    begun = []
    probing = client(Health({}, started=lambda: bool(begun)))

    assert probing.get("/startupz").status_code == 503
    assert probing.get("/readyz").status_code == 503
    assert probing.get("/livez").status_code == 200
    begun.append(True)
    assert probing.get("/startupz").status_code == 200
    assert probing.get("/readyz").status_code == 200


def test_draining_makes_unready():
    application = Starlette(routes=Health({}).routes())

    async def draining(scope, receive, send):
        await application({**scope, "state": {"draining": True}}, receive, send)

    probing = TestClient(draining, base_url="http://localhost", client=LOCAL)

    assert probing.get("/readyz").status_code == 503
    assert probing.get("/livez").status_code == 200


async def test_probing_often_asks_the_rooms_once_a_second():
    asked = []
    now = 0.0

    async def counted():
        asked.append(now)
        await asyncio.sleep(0)

    health = Health({"storage": counted}, clock=lambda: now)
    await asyncio.gather(*(health.results() for _ in range(50)))
    assert asked == [0.0]
    now = 0.9
    await health.results()
    assert asked == [0.0]
    now = 1.1
    assert await health.results() == {"storage": "ok"}
    assert asked == [0.0, 1.1]
