"""While passwords are hashed, which takes long on purpose, everybody else is served."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher
from tests.conformance.browser import answer
from tests.conformance.conftest import CLIENT


@pytest.fixture
def slow(monkeypatch):
    """Let no password be checked before the event is set."""
    go_on = threading.Event()
    verify = PasswordHasher.verify

    def waits(self, *arguments):
        assert go_on.wait(30)
        return verify(self, *arguments)

    monkeypatch.setattr(PasswordHasher, "verify", waits)
    yield go_on
    go_on.set()


async def test_others_are_served_meanwhile(browser, slow):
    page = await browser.open(await browser.authorize())
    waiting = asyncio.create_task(browser.sign_in(page))
    form = {"grant_type": "client_credentials", **CLIENT}
    for _ in range(5):
        token = await browser.system.http.post("/oauth2/token", data=form)
        assert token.status_code == 200
        assert (await browser.system.http.get("/.well-known/jwks.json")).status_code == 200
    assert not waiting.done()
    slow.set()
    page = await browser.open(await waiting)
    assert "code" in answer(await browser.decide(page))
