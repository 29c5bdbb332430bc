import asyncio
import dataclasses
import functools
import gc
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sumun.guard import Admitted
from sumun.integrations import decorator
from sumun.integrations.local import LocalHouse
from sumun.integrations.security import CallRefused

EMAIL = "kim@example.com"
PHONE = "010-1234-5678"


@pytest.fixture
def secure_tool(house: LocalHouse):
    return functools.partial(decorator.secure_tool, house=house)


def events(house: LocalHouse, name: str) -> list[dict]:
    return [
        event for event in house.run(house.rooms.audit.tail(50)) if event.get("tool_name") == name
    ]


class TestArguments:
    def test_positional_keyword_and_rest(self, secure_tool):
        @secure_tool(pii_policy="mask")
        def see(first, /, second, *rest, third="none", **more):
            return None if EMAIL in str((first, second, rest, third, more)) else (first, rest, more)

        first, rest, more = see(
            EMAIL, EMAIL, EMAIL, 1, third=EMAIL, fourth=[EMAIL], fifth={EMAIL: 1}
        )
        assert first.endswith("@example.com")
        assert rest[1] == 1
        assert more["fourth"][0].endswith("@example.com")
        assert list(more["fifth"].values()) == [1]

    async def test_async(self, secure_tool, house):
        seen = []

        @secure_tool(requires_encryption=True)
        async def process(customer_info: str, client_id: str, user_id: str) -> dict:
            await asyncio.sleep(0)
            seen.append((customer_info, client_id, user_id))
            return {"status": "processed", "data": customer_info, "more": PHONE}

        answer = await process(f"mail {EMAIL}", client_id="mcp-client", user_id=EMAIL)
        assert seen[0][0].startswith("mail enc:v1:")
        assert seen[0][1:] == ("mcp-client", EMAIL), "who calls is not altered"
        assert answer["more"].startswith("enc:v1:")
        assert answer["data"] == seen[0][0], "protected once, not twice"
        intent, outcome = sorted(events(house, "process"), key=lambda event: event["seq"])
        assert (intent["event_type"], outcome["event_type"]) == ("tool_call", "tool_access")
        assert outcome["client_id"] == "mcp-client"
        assert outcome["action_taken"] == "executed_with_encryption"

    def test_who_calls_by_default_and_among_the_rest(self, secure_tool, house):
        @secure_tool()
        def by_default(data, client_id="crm", user_id="u1"):
            return client_id

        @secure_tool()
        def by_rest(**given):
            return sorted(given), given["client_id"]

        assert by_default(1) == "crm"
        assert by_rest(client_id="erp", data=1) == (["client_id", "data"], "erp")
        assert {event["client_id"] for event in events(house, "by_default")} == {"crm"}
        assert {event["client_id"] for event in events(house, "by_rest")} == {"erp"}

    def test_methods_work_on_their_own_object(self, secure_tool):
        @dataclasses.dataclass
        class Book:
            owner: str = EMAIL
            notes: list[str] = dataclasses.field(default_factory=list)

            @secure_tool(pii_policy="mask")
            def write(self, text: str) -> int:
                self.notes.append(text)
                return len(self.notes)

            @classmethod
            @secure_tool(pii_policy="mask")
            def make(cls, owner: str) -> "Book":
                return cls(owner)

            @staticmethod
            @secure_tool(pii_policy="mask")
            def shout(text: str) -> str:
                return text.upper()

        book = Book()
        assert book.write(f"to {EMAIL}") == 1
        assert book.owner == EMAIL
        assert EMAIL not in book.notes[0]
        assert isinstance(Book.make(EMAIL), Book)
        assert EMAIL.upper() not in Book.shout(EMAIL)

    def test_the_caller_keeps_what_it_gave(self, secure_tool):
        given = {"mail": [EMAIL]}

        @secure_tool()
        def change(data):
            data["mail"].append("x")
            return "done"

        assert change(given) == "done"
        assert given == {"mail": [EMAIL]}


class TestRefusals:
    def test_reject(self, secure_tool, house):
        ran = []

        @secure_tool(pii_policy="reject")
        def refuse(data):
            ran.append(data)
            return EMAIL

        with pytest.raises(CallRefused, match="EMAIL_ADDRESS") as refused:
            refuse(EMAIL)
        assert refused.value.refusal.reason == "rejected"
        assert not ran
        with pytest.raises(CallRefused, match="EMAIL_ADDRESS"):
            refuse("nothing")
        assert ran == ["nothing"]
        assert EMAIL not in json.dumps(events(house, "refuse"))

    @pytest.mark.parametrize("value", [b"\xff\xfe", (n for n in [EMAIL])])
    def test_what_cannot_be_looked_into(self, secure_tool, value, house):
        @secure_tool()
        def look(data=None):
            return value

        for arguments in ((value,), ()):
            with pytest.raises(CallRefused) as refused:
                look(*arguments)
            assert refused.value.refusal.reason == "unscannable"
        assert events(house, "look")[-1]["reason"] == "unscannable"

    def test_wrong_policy_is_refused_at_once(self):
        with pytest.raises(
            ValueError, match="pii_policy: 'shred' is none of encrypt, mask, reject"
        ):
            decorator.secure_tool(pii_policy="shred")
        with pytest.raises(ValueError, match="allow"):
            decorator.secure_tool(pii_policy="allow")

    def test_generators_are_refused_at_once(self, secure_tool):
        def numbers():
            yield 1

        async def later():
            yield 1

        for function in (numbers, later):
            with pytest.raises(TypeError, match=f"{function.__name__}.*return a list"):
                secure_tool()(function)

    def test_what_is_no_function(self, secure_tool):
        with pytest.raises(TypeError, match="right above the function"):
            secure_tool()(classmethod(lambda cls: 1))


class Odd(Exception):
    pass


class TestFailures:
    async def test_exceptions_pass_unchanged_and_are_recorded(self, secure_tool, house):
        error = Odd(EMAIL)

        @secure_tool()
        def fail():
            raise error

        @secure_tool()
        async def fail_later():
            raise error

        with pytest.raises(Odd) as raised:
            fail()
        assert raised.value is error
        with pytest.raises(Odd) as raised:
            await fail_later()
        assert raised.value is error
        for name in ("fail", "fail_later"):
            assert _until(
                lambda name=name: [
                    e for e in events(house, name) if e.get("reason") == "tool_error"
                ]
            )

    async def test_a_cancelled_call_is_recorded(self, secure_tool, house):
        started = asyncio.Event()

        @secure_tool()
        async def wait():
            started.set()
            await asyncio.sleep(60)

        task = asyncio.create_task(wait())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert _until(lambda: [e for e in events(house, "wait") if e.get("reason") == "cancelled"])


def _until(look):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    return []


class TestWhereItRuns:
    async def test_a_sync_function_inside_a_running_loop(self, secure_tool):
        @secure_tool(pii_policy="mask")
        def see(text):
            return text

        assert EMAIL not in await asyncio.wait_for(asyncio.to_thread(see, EMAIL), 10)
        assert EMAIL not in see(EMAIL)

    def test_two_loops(self, secure_tool):
        @secure_tool(pii_policy="mask")
        async def see(text):
            return text

        assert EMAIL not in asyncio.run(see(EMAIL))
        assert EMAIL not in asyncio.run(see(EMAIL))

    def test_many_threads(self, secure_tool):
        @secure_tool(pii_policy="mask")
        def see(text):
            return text, threading.get_ident()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(see, [EMAIL] * 80))
        assert not any(EMAIL in text for text, _ in answers)
        assert len({ident for _, ident in answers}) > 1, "the function runs where it was called"

    def test_thousands_of_calls_leave_nothing_behind(self, secure_tool, house):
        @secure_tool(log_access=False)
        def count(number):
            return number

        for number in range(200):
            count(number)
        before = _alive()
        for number in range(3000):
            assert count(number) == number
        assert _alive() <= before + 2
        assert events(house, "count") == [], "quiet calls without findings are not recorded"


def _alive() -> int:
    gc.collect()
    return sum(isinstance(thing, Admitted | asyncio.Task) for thing in gc.get_objects())


SCRIPT = """
import os, sys
from sumun.integrations.security import secure_tool

@secure_tool()
def see(text, user_id):
    return text

see("a@b.example", user_id="parent")
child = os.fork()
if child == 0:
    see("a@b.example", user_id="child")
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
see("a@b.example", user_id="parent again")
"""


def test_fork_and_exit_leave_a_whole_log(tmp_path: Path):
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SUMUN_")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=kept | {"SUMUN_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "data" / "sumun.db-wal").exists(), "the database was closed"
    log = (tmp_path / "data" / "logs" / "security_audit.log").read_text(encoding="utf-8")
    recorded = [json.loads(line) for line in log.splitlines()]
    assert [event["user_id"] for event in recorded] == [
        user for user in ("parent", "child", "parent again") for _ in range(2)
    ]
    assert [event["seq"] for event in recorded] == list(range(6))


def test_a_closed_house_refuses(tmp_path: Path):
    from sumun.config import Config

    house = LocalHouse(Config(mode="development", data_dir=str(tmp_path)))

    @decorator.secure_tool(house=house)
    def see(text):
        return text

    assert see("x") == "x"
    house.close()
    house.close()
    with pytest.raises(RuntimeError, match="closed"):
        see("x")
