"""Passwords that others know, and what checking passwords must never do: make others wait."""

import asyncio
import hashlib
import threading

import pytest
from tests.conformance.browser import PASSWORD, USERNAME, Browser, answer, settle
from tests.unit.console.test_account import Person

from sumun.config import PeopleConfig

NEW = "seven otters paint a fence"


@pytest.fixture
def listed(tmp_path):
    """Return the settings that know the person's password, as Have I Been Pwned might."""
    path = tmp_path / "pwned.txt"
    path.write_text(hashlib.sha1(PASSWORD.encode()).hexdigest().upper() + ":384\n")
    return {"breached_passwords": str(path)}


@pytest.fixture
def knowing(start, listed):
    def begin(**settings):
        return start(people=PeopleConfig(**listed, **settings))

    return begin


@pytest.fixture
async def asked(knowing):
    """Return a person whom a server asks that has been told to."""
    async with knowing(check_at_sign_in=True) as system:
        await settle(system)
        browser = Browser(system)
        async with browser.http:
            yield Person(browser)


class TestABreachedPassword:
    @pytest.mark.parametrize(
        ("language", "says"),
        [("en", "became known by a breach"), ("ko", "유출 사고로 알려진 비밀번호")],
    )
    async def test_nobody_may_choose_it(self, knowing, language, says):
        async with knowing() as system:
            await settle(system)
            browser = Browser(system)
            async with browser.http:
                person = Person(browser)
                person.http.headers["Accept-Language"] = language
                system.server.people.account._passwords = AnyPassword()
                await person.sign_in()
                page = await person.page("/password")
                response = await person.send(
                    page, password="other", new_password=PASSWORD, new_password_again=PASSWORD
                )
                assert response.status_code == 400
                assert says in response.text

    async def test_without_being_told_to_the_server_asks_nobody(self, knowing):
        async with knowing() as system:
            await settle(system)
            browser = Browser(system)
            async with browser.http:
                page = await Person(browser).sign_in()
                assert page.response.url.path == "/account"

    async def test_who_signs_in_with_it_is_asked_to_change_it_and_may_go_on(self, asked):
        page = await asked.sign_in()
        assert page.response.url.path == "/account/password"
        assert "Others know the password you have just used" in page.text
        assert (await asked.page()).response.url.path == "/account"

    async def test_with_another_nobody_is_asked(self, asked):
        page = await asked.sign_in()
        new = {"new_password": NEW, "new_password_again": NEW}
        await asked.send(page, password=PASSWORD, **new)
        await asked.act(await asked.page(), "sign_out")
        page = await asked.sign_in(password=NEW)
        assert page.response.url.path == "/account"

    @pytest.mark.parametrize("change", [True, False], ids=["changed", "not now"])
    async def test_an_application_gets_its_code_all_the_same(self, asked, change):
        browser = asked.browser
        page = await browser.open(await browser.authorize("server-app"))
        page = await browser.open(await asked.send(page, username=USERNAME, password=PASSWORD))
        assert page.response.url.path == "/account/password"
        if change:
            fields = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
            page = await browser.open(await asked.send(page, **fields))
        else:
            ticket = page.forms[0]["fields"]["ticket"]
            assert f"/sign-in?ticket={ticket}" in page.text
            page = await browser.open(await asked.http.get(f"/sign-in?ticket={ticket}"))
        assert page.response.url.path == "/consent"
        assert "code" in answer(await browser.decide(page))

    @pytest.mark.parametrize("ticket", ["//evil.example", "x" * 300, "a&b=c", '"><script>'])
    async def test_nobody_is_sent_elsewhere_by_a_ticket(self, asked, ticket):
        await asked.sign_in()
        page = await asked.browser.open(
            await asked.http.get("/account/password", params={"ticket": ticket, "why": "known"})
        )
        assert "ticket" not in page.forms[0]["fields"]
        assert ticket not in page.text

    async def test_a_list_that_is_gone_keeps_nobody_out_but_lets_nobody_choose(
        self, asked, listed, tmp_path
    ):
        (tmp_path / "pwned.txt").unlink()
        page = await asked.sign_in("/password")
        assert page.response.url.path == "/account/password"
        assert "Others know" not in page.text
        new = {"new_password": NEW, "new_password_again": NEW}
        response = await asked.send(page, password=PASSWORD, **new)
        assert response.status_code == 503
        assert "cannot be checked just now" in response.text


async def test_with_a_second_factor_a_shorter_one_will_do(start):
    async with start() as system:
        await settle(system)
        browser = Browser(system)
        async with browser.http:
            person = Person(browser)
            await person.sign_in()
            assert (await person.json("/password"))["shortest"] == 15
            await person.enrol(system.clock)
            assert (await person.json("/password"))["shortest"] == 8


class AnyPassword:
    """Takes whatever is said to be the current password."""

    async def verify(self, _user, _password):
        return True


class Slow:
    """A hasher that goes on only when it is let: as slow as can be."""

    def __init__(self, hasher):
        self._hasher = hasher
        self.go_on = threading.Event()
        self.threads = set()
        self.most = self._now = 0
        self._lock = threading.Lock()

    def hash(self, password):
        return self._hasher.hash(password)

    def check_needs_rehash(self, password_hash):
        return self._hasher.check_needs_rehash(password_hash)

    def verify(self, password_hash, password):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.threads.add(threading.current_thread())
        assert self.go_on.wait(30)
        with self._lock:
            self._now -= 1
        return self._hasher.verify(password_hash, password)


async def test_while_passwords_are_checked_everything_else_goes_on(system):
    """Tokens are issued while not one of a flood of sign-ins can get any further."""
    passwords = system.server.people.passwords
    passwords._hasher = slow = Slow(passwords._hasher)
    people = [Person(Browser(system)) for _ in range(40)]
    # As different people: who tries the same one again and again is refused without a check.
    flood = [
        asyncio.create_task(person.sign_in(username=f"person-{n}", password="wrong"))
        for n, person in enumerate(people)
    ]
    try:
        async with asyncio.timeout(20):
            while passwords._places or len(slow.threads) < 2:  # noqa: ASYNC110 - others set these
                await asyncio.sleep(0.01)
        for _ in range(20):
            assert await system.token()
        waiting = [each for each in flood if not each.done()]
        assert len(waiting) == 34, "two are checked, thirty-two wait"
        # The rest was not left to wait, but told when to come back.
        refused = [(await each).response for each in flood if each.done()]
        assert {each.status_code for each in refused} == {503}
        assert all(int(each.headers["retry-after"]) > 0 for each in refused)
    finally:
        slow.go_on.set()
    answered = [(await each).response.status_code for each in waiting]
    assert set(answered) <= {401, 429}
    assert slow.most == 2
    assert threading.main_thread() not in slow.threads
    for person in people:
        await person.http.aclose()
