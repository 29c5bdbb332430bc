"""The stdio door between a client the test plays and a server that does as its tool's name says."""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from sumun.config import Config
from sumun.gateway import stdio
from sumun.gateway.stdio import StdioDoor
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Principal, Rooms
from sumun.policy import Policy

EMAIL = "kim@example.com"
RRN = "880214-2974120"

SERVER = """
import json, os, signal, sys, time

def say(message):
    sys.stdout.write(message if isinstance(message, str) else json.dumps(message) + "\\n")
    sys.stdout.flush()

def notify(text):
    say({"jsonrpc": "2.0", "method": "notifications/message",
         "params": {"level": "info", "data": text}})

seen = open(sys.argv[1], "a")
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
for line in sys.stdin:
    seen.write(line)
    seen.flush()
    message = json.loads(line)
    if "id" not in message or "method" not in message:
        continue
    params = message.get("params", {})
    arguments = params.get("arguments", {})
    answer = {"jsonrpc": "2.0", "id": message["id"], "result": {
        "content": [{"type": "text", "text": json.dumps(arguments)}],
        "structuredContent": arguments}}
    if message["method"] == "tools/list":
        email = {"type": "string", "format": "email"}
        schema = {"type": "object", "properties": {"email": email}}
        answer["result"] = {"tools": [{"name": "customer", "outputSchema": schema}]}
    match params.get("name", "echo"):
        case "customer":
            answer["result"] = {"content": [], "structuredContent": {"email": "kim@example.com"}}
        case "error":
            del answer["result"]
            answer["error"] = {"code": -32000, "message": "no kim@example.com here"}
        case "silence":
            continue
        case "exit":
            sys.exit(int(arguments["status"]))
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "flood":
            say("x" * int(arguments["bytes"]) + "\\n")
        case "no json":
            say("Starting kim@example.com ...\\n\\n{]\\n[1]\\n7\\n" + '{"id": 1}\\n')
        case "bad result":
            answer["result"] = "kim@example.com"
        case "both":
            answer["error"] = {"code": 1, "message": "kim@example.com"}
        case "more members":
            answer["params"] = {"email": "kim@example.com"}
            answer["result"]["structuredContent"] = {"rrn": "880214-2974120"}
        case "other ids":
            for id_ in (True, 1.0, "1", None, 999):
                say({"jsonrpc": "2.0", "id": id_, "result": {"email": "kim@example.com"}})
        case "twice":
            say(answer)
        case "notify":
            notify("looking at kim@example.com")
        case "ask":
            say({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create",
                 "params": {"message": "Is it kim@example.com?"}})
        case "stderr":
            sys.stderr.write("for people: kim@example.com\\n")
            sys.stderr.flush()
    say(answer)
if "stay" in sys.argv:
    time.sleep(60)
sys.exit(3 if "three" in sys.argv else 0)
"""


class Talk:
    """One run of the door; the test is the client."""

    def __init__(self, rooms, policy, place, options):
        self.rooms = rooms
        self.seen = place / "seen.jsonl"
        self.said = []
        self.committed = []
        self._options = options
        self._place = place
        self._incoming = asyncio.Queue()
        self._door = StdioDoor(
            rooms.guard(policy),
            Principal(subject="kim", client_id="stdio", scopes=frozenset({"mcp:crm"})),
            "crm",
        )
        rooms.audit.subscribe(self.committed.append)

    def begin(self):
        command = [sys.executable, "-S", "-c", SERVER, str(self.seen), *self._options]
        self._running = asyncio.create_task(self._door.run(command, self._incoming.get, self._hear))

    def _hear(self, message):
        assert b"\n" not in message
        self.said.append((json.loads(message), [event.event_type for event in self.committed]))

    def send(self, line):
        self._incoming.put_nowait(line if isinstance(line, bytes) else json.dumps(line).encode())

    def call(self, tool="echo", arguments=None, id_=1):
        params = {"name": tool, "arguments": arguments or {}}
        self.send({"jsonrpc": "2.0", "id": id_, "method": "tools/call", "params": params})

    async def hear(self, count=1):
        """The next messages of the door, one as itself."""
        async with asyncio.timeout(10):
            while len(self.said) < count:
                if self._running.done():
                    break
                await asyncio.sleep(0.005)
        heard = [message for message, _ in self.said[:count]]
        assert len(heard) == count, heard
        self.committed_before = self.said[count - 1][1]
        del self.said[:count]
        return heard[0] if count == 1 else heard

    async def end(self):
        """Close the client's end and return the exit status."""
        self.send(b"")
        return await self.status()

    async def status(self):
        async with asyncio.timeout(10):
            return await self._running

    async def stop(self):
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    def received(self):
        return self.seen.read_text()

    async def events(self, event_type):
        return [e for e in await self.rooms.audit.tail(1000) if e["event_type"] == event_type]


@pytest.fixture
async def talk(tmp_path, monkeypatch):
    """Start a talk with a policy and options of the server's."""
    monkeypatch.setattr(stdio, "_GRACE", 0.4)
    rooms = Rooms(Config(mode="development", data_dir=str(tmp_path)))
    await rooms.open()
    talks = []

    def start(*options, policy=""):
        parsed = Policy.parse("version = 1\n" + policy) if policy else Policy.default()
        talks.append(Talk(rooms, parsed, tmp_path, options))
        talks[-1].begin()
        return talks[-1]

    yield start
    for started in talks:
        await started.stop()
    await rooms.close()


# -- what passes -----------------------------------------------------------------------------------


async def test_arguments_and_results_are_protected_and_recorded(talk):
    door = talk()
    door.call("echo", {"to": EMAIL, "rrn": RRN})
    echoed = (await door.hear())["result"]["structuredContent"]
    assert echoed["to"].startswith("<EMAIL_ADDRESS:")
    assert RRN not in json.dumps(echoed)
    assert EMAIL not in door.received()
    assert RRN not in door.received()

    door.call("customer", id_=2)
    assert (await door.hear())["result"]["structuredContent"]["email"] == echoed["to"]
    (intent, _), (outcome, other) = [
        await door.events("tool_call"),
        await door.events("tool_access"),
    ]
    assert (intent["tool_name"], intent["server"], intent["client_id"]) == ("echo", "crm", "stdio")
    assert intent["entities"] == {"EMAIL_ADDRESS": 1, "KR_RRN": 1}
    assert other["entities"] == {"EMAIL_ADDRESS": 1}
    assert outcome["user_id"] == "kim"


async def test_a_result_fits_what_the_server_s_list_promises(talk):
    door = talk()
    door.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
    listed = (await door.hear())["result"]["tools"][0]
    assert listed["outputSchema"]["properties"]["email"]["format"] == "email"
    door.call("customer", id_=2)
    email = (await door.hear())["result"]["structuredContent"]["email"]
    assert email.endswith("@tok.invalid")


async def test_tokens_of_a_session_end_with_it(talk):
    policy = '[tokens]\nscope = "session"\n'
    seen = []
    for _ in range(2):
        door = talk(policy=policy)
        for id_ in (1, 2):
            door.call("customer", id_=id_)
            seen.append((await door.hear())["result"]["structuredContent"]["email"])
        await door.stop()
    assert seen[0] == seen[1] != seen[2] == seen[3]


async def test_an_answer_leaves_only_after_its_event(talk):
    door = talk()
    door.call("customer")
    await door.hear()
    assert door.committed_before == ["tool_call", "tool_access"]


async def test_what_holds_no_data_passes_as_it_is(talk):
    door = talk()
    door.call("echo", {"n": 1.50, "text": "안녕"}, id_="a")
    answer = await door.hear()
    assert answer["id"] == "a"
    assert answer["result"]["structuredContent"] == {"n": 1.5, "text": "안녕"}


async def test_errors_of_the_server_are_protected(talk):
    door = talk()
    door.call("error")
    message = (await door.hear())["error"]["message"]
    assert message.startswith("no <EMAIL_ADDRESS:")
    assert (await door.events("tool_access"))[0]["reason"] == "tool_error"


async def test_a_refusal_is_answered_and_goes_no_further(talk):
    door = talk(policy='[[access]]\nname = "nobody"\ntool = "echo"\nallow = false\n')
    door.call("echo", {"to": EMAIL}, id_=7)
    answer = await door.hear()
    assert answer["id"] == 7
    assert answer["error"]["data"]["reason"] == "denied"
    assert await door.end() == 0
    assert door.received() == ""
    assert [e["reason"] for e in await door.events("access_refused")] == ["denied"]


async def test_a_refused_result_is_an_error(talk):
    door = talk(policy='[defaults]\nresults = "reject"\n')
    door.call("customer")
    answer = await door.hear()
    assert answer["error"]["data"]["reason"] == "rejected"
    assert EMAIL not in json.dumps(answer)


async def test_the_server_s_own_messages_are_protected(talk):
    door = talk()
    door.call("notify")
    notification, answer = await door.hear(2)
    assert notification["params"]["data"].startswith("looking at <EMAIL_ADDRESS:")
    assert answer["id"] == 1

    door.call("ask", id_=2)
    question, _ = await door.hear(2)
    assert question["method"] == "elicitation/create"
    assert question["params"]["message"].startswith("Is it <EMAIL_ADDRESS:")
    door.send({"jsonrpc": "2.0", "id": 1, "result": {"action": "accept", "email": EMAIL}})
    door.call("echo", id_=3)
    await door.hear()
    assert '"action": "accept"' in door.received().replace('":"', '": "')
    assert EMAIL not in door.received()


# -- garbage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "id_"),
    [
        (b"{]", -32700, None),
        (b"\xff\xfe", -32700, None),
        (b"[" * 100_000, -32700, None),
        (b"[]", -32600, None),
        (b"7", -32600, None),
        (b'{"id": 1, "method": "ping"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": 5, "method": ""}', -32600, 5),
        (b'{"jsonrpc": "2.0", "id": 5, "method": "ping", "params": []}', -32602, 5),
        (b'{"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {}}', -32602, 5),
    ],
)
async def test_what_is_no_message_of_the_client_is_answered(talk, line, code, id_):
    door = talk()
    door.send(line)
    answer = await door.hear()
    assert (answer["error"]["code"], answer["id"]) == (code, id_)
    door.call()
    assert "result" in await door.hear()
    assert len(door.received().splitlines()) == 1


@pytest.mark.parametrize("tool", ["no json", "other ids", "twice"])
async def test_what_is_no_answer_of_the_server_does_not_appear(talk, tool):
    door = talk()
    door.call(tool)
    door.call("echo", {"last": True}, id_=2)
    first, second = await door.hear(2)
    assert (first["id"], second["id"]) == (1, 2)
    assert type(first["id"]) is int
    assert second["result"]["structuredContent"] == {"last": True}
    assert len(await door.events("tool_access")) == 2


@pytest.mark.parametrize("tool", ["bad result", "both"])
async def test_an_answer_of_no_use_is_a_failure_of_the_server(talk, tool):
    door = talk()
    door.call(tool)
    answer = await door.hear()
    assert answer["id"] == 1
    assert answer["error"]["code"] == -32011
    assert EMAIL not in json.dumps(answer)
    assert (await door.events("tool_access"))[0]["reason"] is not None


async def test_members_nobody_knows_do_not_pass(talk):
    door = talk()
    door.call("more members")
    answer = await door.hear()
    assert answer.keys() == {"jsonrpc", "id", "result"}
    assert EMAIL not in json.dumps(answer)


# -- ids and waiting -------------------------------------------------------------------------------


async def test_an_id_in_use_is_refused(talk):
    """Or the first answer would be judged as the second call's."""
    trusted = '[[rule]]\nname = "trusted"\ntool = "silence"\ndirection = "results"\n'
    door = talk(policy=trusted + 'action = "allow"\n')
    door.call("silence", id_=1)
    door.call("customer", id_=1)
    assert (await door.hear())["error"]["code"] == -32600
    door.call("customer", id_="1")
    answer = await door.hear()
    assert answer["id"] == "1"
    assert EMAIL not in json.dumps(answer)


async def test_an_id_may_be_used_again_once_answered(talk):
    door = talk()
    for _ in range(3):
        door.call("echo")
        assert "result" in await door.hear()


async def test_too_many_waiting_requests_are_refused(talk, monkeypatch):
    monkeypatch.setattr(stdio, "_WAITING_LIMIT", 3)
    door = talk()
    for id_ in range(4):
        door.call("silence", id_=id_)
    answer = await door.hear()
    assert answer["id"] == 3
    assert "Too many" in answer["error"]["message"]


async def test_a_cancelled_request_waits_no_more(talk, monkeypatch):
    monkeypatch.setattr(stdio, "_WAITING_LIMIT", 1)
    door = talk()
    door.call("silence")
    cancel = {"method": "notifications/cancelled", "params": {"requestId": 1}}
    door.send({"jsonrpc": "2.0", **cancel})
    door.call("echo", id_=2)
    assert (await door.hear())["id"] == 2
    assert "notifications/cancelled" in door.received()
    reasons = [e.get("reason") for e in await door.events("tool_access")]
    assert reasons == ["cancelled", None]


@pytest.mark.parametrize("request_id", [None, True, [], {}, 9, "1"])
async def test_cancelling_what_does_not_wait_changes_nothing(talk, request_id):
    door = talk()
    cancel = {"method": "notifications/cancelled", "params": {"requestId": request_id}}
    door.send({"jsonrpc": "2.0", **cancel})
    door.call()
    assert "result" in await door.hear()


# -- ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("option", "status"), [("zero", 0), ("three", 3)])
async def test_the_server_s_exit_status_is_passed_on(talk, option, status):
    assert await talk(option).end() == status


@pytest.mark.parametrize(
    ("tool", "arguments", "status"),
    [("exit", {"status": 7}, 7), ("exit", {"status": 0}, 0), ("crash", {}, 128 + signal.SIGKILL)],
)
async def test_a_server_that_dies_leaves_no_request_unanswered(talk, tool, arguments, status):
    door = talk()
    door.call("silence", id_="first")
    door.call(tool, arguments, id_="last")
    assert await door.status() == status
    answers = await door.hear(2)
    assert [(a["id"], a["error"]["code"]) for a in answers] == [("first", -32011), ("last", -32011)]
    reasons = [e["reason"] for e in await door.events("tool_access")]
    assert reasons == ["it ended without an answer"] * 2


async def test_requests_sent_before_the_input_ended_are_answered(talk):
    door = talk()
    for id_ in range(50):
        door.call(id_=id_)
    assert await door.end() == 0
    assert [answer["id"] for answer in await door.hear(50)] == list(range(50))


@pytest.mark.parametrize(
    ("options", "status"),
    [(["stay"], 128 + signal.SIGTERM), (["stay", "deaf"], 128 + signal.SIGKILL)],
)
async def test_a_server_that_will_not_end_is_made_to(talk, options, status):
    door = talk(*options)
    door.call()
    await door.hear()
    begun = time.monotonic()
    assert await door.end() == status
    assert time.monotonic() - begun < 3


async def test_a_line_without_end_ends_the_talk(talk, monkeypatch):
    monkeypatch.setattr(stdio, "LINE_LIMIT", 10_000)
    door = talk()
    door.call("flood", {"bytes": 9_000})
    assert "result" in await door.hear()
    door.call("flood", {"bytes": 10_000_000}, id_=2)
    answer = await door.hear()
    assert (answer["id"], answer["error"]["code"]) == (2, -32011)
    assert await door.status() != 0


async def test_a_client_that_left_ends_the_talk(talk, monkeypatch):
    door = talk()

    def gone(_message):
        raise BrokenPipeError

    monkeypatch.setattr(door, "_hear", gone)
    await door.stop()
    door.begin()
    door.call("silence", id_=1)
    door.call("customer", id_=2)
    assert await door.status() == 0
    assert len(await door.events("tool_access")) == 2


async def test_a_cancelled_door_ends_its_server(talk, tmp_path):
    door = talk("stay")
    door.call()
    await door.hear()
    await door.stop()
    assert not _runs(str(door.seen))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([os.devnull], "Permission denied"),
        (["no-such-program-anywhere"], "No such file or directory"),
        (["/"], "Permission denied"),
    ],
)
async def test_a_server_that_cannot_be_started(talk, command, said):
    door = talk()
    with pytest.raises(UpstreamFailed, match=said):
        await door._door.run(command, door._incoming.get, door._hear)


async def test_standard_error_is_the_server_s_own(talk, capfd):
    door = talk()
    door.call("stderr")
    await door.hear()
    assert capfd.readouterr().err == f"for people: {EMAIL}\n"


def _runs(argument):
    """Whether a process with this argument runs."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if argument.encode() in path.read_bytes():
                return True
        except OSError:
            continue
    return False
