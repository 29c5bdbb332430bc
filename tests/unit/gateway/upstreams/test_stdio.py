import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
import uvloop

from sumun.config import UpstreamConfig
from sumun.gateway.upstreams.opening import local_server
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed
from sumun.guard import Principal

SERVERS = Path(__file__).parent / "servers"
ANNE = Principal(subject="anne", client_id="agent")
BO = Principal(subject="bo", client_id="agent")
INHERITED = {"HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "SHELL", "TERM"} | {
    "TMPDIR",
    "USER",
}
MODERN = [("mcp-protocol-version", "2026-07-28")]
MODERN_META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


class Client:
    """A caller of one upstream, as an exchange is."""

    def __init__(self, upstream, principal=ANNE):
        self.upstream = upstream
        self.principal = principal
        self.session = []

    async def send(self, message, headers=(), method="POST"):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode() if message else b""
        return await self.upstream.send(method, [*headers, *self.session], body, self.principal)

    async def ask(self, method, params=None, id_=1, headers=()):
        message = {"id": id_, "method": method} | ({"params": params} if params else {})
        response = await self.send(message, headers)
        body = await response.read(1 << 30)
        await response.close()
        if response.content_type == "text/event-stream":
            return [
                json.loads(line[6:]) for line in body.decode().split("\n") if line[:5] == "data:"
            ]
        return json.loads(body)

    async def call(self, name, id_=1, meta=None, **arguments):
        params = {"name": name, "arguments": arguments} | ({"_meta": meta} if meta else {})
        return await self.ask("tools/call", params, id_)

    async def initialize(self, **hello):
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}} | hello
        response = await self.send({"id": 0, "method": "initialize", "params": hello})
        self.session = [("mcp-session-id", response.headers["mcp-session-id"])]
        assert (await self.send({"method": "notifications/initialized"})).status == 202
        return json.loads(await response.read(1 << 20))["result"]


@pytest.fixture
async def start():
    """Return what puts a hostile server behind an upstream."""
    begun = []

    def start(*ways, server="hostile.py", **settings):
        command = [sys.executable, str(SERVERS / server), *ways]
        definition = UpstreamConfig(
            transport="stdio", command=command, **({"timeout": 10.0} | settings)
        )
        upstream = local_server("test", definition)
        begun.append(upstream)
        return upstream

    yield start
    await asyncio.gather(*(upstream.close() for upstream in begun))


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.01)


async def test_many_callers_share_one_process_and_keep_their_ids(start):
    upstream = start()
    clients = [Client(upstream, ANNE), Client(upstream, BO)]
    ids = [1, "1", 2**53, -5, "ünïcode"]
    answers = await asyncio.gather(
        *(client.call("echo", id_, who=n) for n, client in enumerate(clients) for id_ in ids)
    )
    assert [(each["id"], each["result"]["said"]["who"]) for each in answers] == [
        (id_, n) for n in range(2) for id_ in ids
    ]
    assert len({each["result"]["pid"] for each in answers}) == 1


async def test_the_gateway_shakes_hands_once_and_answers_for_the_server(start):
    upstream = start()
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    first = await anne.initialize(capabilities={"sampling": {}})
    second = await bo.initialize(protocolVersion="2024-11-05")
    assert first["serverInfo"] == second["serverInfo"]
    assert first["protocolVersion"] == "2025-06-18"
    assert second["protocolVersion"] == "2024-11-05"
    assert first["heard"]["capabilities"] == {}
    assert first["capabilities"] == {"tools": {}, "resources": {}}
    assert anne.session != bo.session
    for method in ("logging/setLevel", "resources/subscribe"):
        assert (await anne.ask(method, {"level": "debug"}))["error"]["code"] == -32601


async def test_progress_comes_first_and_to_its_caller_alone(start):
    upstream = start()
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    both = await asyncio.gather(
        anne.call("progress", 1, {"progressToken": "mine"}, steps=3),
        bo.call("progress", 1, {"progressToken": "mine"}, steps=2),
    )
    for messages, steps in zip(both, (3, 2), strict=True):
        assert [each.get("method") for each in messages] == ["notifications/progress"] * steps + [
            None
        ]
        assert {each["params"]["progressToken"] for each in messages[:-1]} == {"mine"}


async def test_what_is_said_unasked_is_for_one_only_if_there_is_but_one(start):
    upstream = start()
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    messages = await anne.call("progress", steps=0)
    assert messages[0]["params"]["data"] == "about this call"
    await bo.call("echo")
    assert (await anne.call("progress", steps=0))["result"] == {"content": []}


async def test_who_listens_hears_what_is_for_all(start):
    upstream = start()
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    await anne.initialize()
    await bo.initialize()
    streams = [await each.send(None, method="GET") for each in (anne, bo)]
    await anne.call("changed")
    for stream in streams:
        event = await anext(stream.chunks(patient=True))
        assert b"tools/list_changed" in event
        assert b"somebody's data" not in event
        await stream.close()
    assert (await bo.send(None, method="DELETE")).status == 204


async def test_a_caller_who_leaves_ends_the_work(start):
    upstream = start()
    anne = Client(upstream, ANNE)
    await anne.initialize()
    listening = await anne.send(None, method="GET")
    waiting = asyncio.create_task(anne.call("hang", 41))
    await anne.call("echo")
    waiting.cancel()
    event = await anext(listening.chunks(patient=True))
    assert b'"cancelled":' in event
    await listening.close()


async def test_cancelling_is_for_ones_own_calls(start):
    upstream = start()
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    waiting = asyncio.create_task(anne.call("later", 7))
    await bo.call("echo")
    cancelled = {"method": "notifications/cancelled", "params": {"requestId": 7}}
    assert (await bo.send(cancelled)).status == 202
    assert not waiting.done()
    assert (await anne.send(cancelled)).status == 202
    with pytest.raises(UpstreamFailed, match="cancelled"):
        await waiting
    assert (await anne.call("release"))["result"] == {"content": []}


async def test_a_server_that_dies_fails_its_calls_at_once_and_rests_before_it_starts_again(start):
    upstream = start(timeout=5.0)
    anne = Client(upstream)
    first = (await anne.call("echo"))["result"]["pid"]
    waiting = asyncio.create_task(anne.call("hang"))
    with pytest.raises(UpstreamFailed, match="ended with status 3"):
        await anne.call("die")
    with pytest.raises(UpstreamFailed, match="ended with status 3"):
        await waiting
    with pytest.raises(UpstreamAway, match=r"tried again in 0\.\d s"):
        await anne.call("echo")
    with pytest.raises(UpstreamAway, match="ended with status 3"):
        await upstream.check()
    await asyncio.sleep(0.5)  # the longest first pause
    assert (await anne.call("echo"))["result"]["pid"] != first
    await upstream.check()


async def test_a_server_that_never_starts_is_tried_less_and_less(start):
    anne = Client(start("exit"))
    await anne.upstream.check()  # nobody needed it yet
    with pytest.raises(UpstreamFailed, match="status 7"):
        await anne.call("echo")
    with pytest.raises(UpstreamAway, match="tried again"):
        await anne.call("echo")
    await asyncio.sleep(0.5)  # the longest first pause
    with pytest.raises(UpstreamAway, match="status 7"):
        await anne.upstream.check()


async def test_a_command_that_is_not_there(start):
    upstream = local_server("x", UpstreamConfig(transport="stdio", command=["/nowhere/x"]))
    with pytest.raises(UpstreamAway, match="cannot be started: No such file"):
        await Client(upstream).call("echo")
    await upstream.close()


async def test_a_server_that_says_nothing(start):
    anne = Client(start("mute", timeout=0.3))
    with pytest.raises(UpstreamFailed, match="still starting"):
        await anne.call("echo")


async def test_a_call_that_hangs_hurts_nobody_else(start):
    upstream = start(timeout=0.5)
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    await bo.call("echo")
    hanging = asyncio.create_task(anne.call("hang"))
    assert (await bo.call("echo"))["result"]
    with pytest.raises(UpstreamFailed, match="in time"):
        await hanging
    assert (await anne.call("echo"))["result"]


@pytest.mark.parametrize("last", [False, True], ids=["id first", "id last"])
async def test_a_result_that_is_too_long_fails_its_own_call(start, last):
    upstream = start(result_limit=1 << 20)
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    waiting = asyncio.create_task(bo.call("later"))
    before = (await anne.call("echo"))["result"]["pid"]
    with pytest.raises(UpstreamFailed, match="longer than 1048576 bytes"):
        await anne.call("long", megabytes=100, last=last)
    assert (await anne.call("release"))["result"] == {"content": []}
    assert (await waiting)["result"]["released"] is True
    assert (await anne.call("echo"))["result"]["pid"] == before


async def test_a_line_without_end_that_answers_nobody_ends_the_server(start):
    anne = Client(start(result_limit=1 << 20))
    with pytest.raises(UpstreamFailed, match="longer than"):
        await anne.call("nameless")


async def test_garbage_and_floods_are_borne(start):
    anne = Client(start())
    assert (await anne.call("garbage"))["result"] == {"content": []}
    *heard, answer = await anne.call("flood", lines=2_000)
    assert (len(heard), answer["result"]) == (2_000, {"content": []})
    await Client(anne.upstream, BO).call("echo")
    assert (await anne.call("flood", lines=2_000))["result"] == {"content": []}


async def test_only_what_was_configured_is_in_the_environment(start, monkeypatch, tmp_path):
    monkeypatch.setenv("JWT_SECRET_KEY", "the gateway's own")
    (tmp_path / "token").write_text("from a file\n")
    upstream = start(
        env={"PLAIN": "said"}, env_files={"TOKEN": str(tmp_path / "token")}, cwd=str(tmp_path)
    )
    found = (await Client(upstream).call("environment"))["result"]
    assert found["environment"]["PLAIN"] == "said"
    assert found["environment"]["TOKEN"] == "from a file"
    assert "JWT_SECRET_KEY" not in found["environment"]
    assert found["environment"].keys() - INHERITED == {"PLAIN", "TOKEN"}
    assert found["cwd"] == str(tmp_path)


async def test_a_secret_that_cannot_be_read_is_named_and_not_shown(start, tmp_path):
    upstream = start(env_files={"TOKEN": str(tmp_path / "nothing")})
    with pytest.raises(UpstreamAway, match="file of TOKEN cannot be read"):
        await Client(upstream).call("echo")


async def test_complaints_are_not_logged(start, caplog):
    anne = Client(start())
    await anne.call("complain", lines=1000)
    with pytest.raises(UpstreamFailed):
        await anne.call("die")
    assert "secret" not in caplog.text
    assert "server test: it ended with status 3" in caplog.text


async def test_nothing_is_left_of_a_server_that_will_not_end(start):
    upstream = start("stubborn")
    found = (await Client(upstream).call("child"))["result"]
    assert runs(found["pid"])
    assert runs(found["child"])
    await upstream.close()
    assert not runs(found["pid"])
    await until(lambda: not runs(found["child"]))


async def test_children_of_a_server_that_died_are_ended(start):
    upstream = start()
    anne = Client(upstream)
    child = (await anne.call("child"))["result"]["child"]
    with pytest.raises(UpstreamFailed, match="status 3"):
        await anne.call("die")
    await until(lambda: not runs(child))


async def test_a_process_that_nobody_uses_is_ended(start):
    anne = Client(start(idle_timeout=0.2))
    pid = (await anne.call("echo"))["result"]["pid"]
    await until(lambda: not runs(pid))
    assert (await anne.call("echo"))["result"]["pid"] != pid


async def test_each_principal_has_a_process_of_their_own(start):
    upstream = start(per_principal=True)
    anne, bo = Client(upstream, ANNE), Client(upstream, BO)
    hello = await anne.initialize(capabilities={"sampling": {}})
    await bo.initialize()
    assert hello["heard"]["capabilities"] == {"sampling": {}}
    assert hello["capabilities"]["logging"] == {}
    pids = [(await each.call("echo"))["result"]["pid"] for each in (anne, anne, bo)]
    assert pids[0] == pids[1] != pids[2]


async def test_only_the_one_principal_of_a_process_is_asked(start):
    upstream = start(per_principal=True)
    anne = Client(upstream, ANNE)
    await anne.initialize(capabilities={"sampling": {}})
    asked = await anne.send({"id": 5, "method": "tools/call", "params": {"name": "ask"}})
    chunks = asked.chunks(patient=False)
    question = json.loads((await anext(chunks)).split(b"data: ")[1])
    assert question["method"] == "sampling/createMessage"
    foreign = {"id": "another", "result": {}}
    await anne.send(foreign)
    await anne.send({"id": question["id"], "result": {"model": "m"}})
    answer = json.loads((await anext(chunks)).split(b"data: ")[1])
    assert answer["id"] == 5
    assert answer["result"]["answered"]["result"] == {"model": "m"}
    await asked.close()


async def test_nobody_is_asked_where_many_share(start):
    anne = Client(start())
    await anne.initialize(capabilities={"sampling": {}})
    answer = await anne.call("ask")
    assert answer["result"]["answered"]["error"]["code"] == -32601
    pinged = await anne.call("ping")
    assert pinged["result"]["answered"]["result"] == {}


async def test_processes_are_bounded_and_the_idle_ones_make_room(start):
    upstream = start(per_principal=True, processes=2)
    clients = [Client(upstream, Principal(subject=str(n), client_id="agent")) for n in range(3)]
    pids = [(await each.call("echo"))["result"]["pid"] for each in clients]
    await until(lambda: not runs(pids[0]))
    busy = [asyncio.create_task(each.call("later")) for each in clients[1:]]
    await asyncio.gather(*(each.call("echo") for each in clients[1:]))
    with pytest.raises(UpstreamFailed, match="all 2 lines to it are busy"):
        await clients[0].call("echo")
    await asyncio.gather(*(each.call("release") for each in clients[1:]))
    await asyncio.gather(*busy)


async def test_a_server_of_the_other_era_says_so(start):
    anne = Client(start())
    answer = await anne.ask("tools/list", {"_meta": MODERN_META}, headers=MODERN)
    assert answer["error"]["code"] == -32022
    assert "2025-11-25" in answer["error"]["data"]["supported"]
    assert (await anne.ask("tools/list"))["result"]["tools"]


async def test_a_server_of_both_eras_serves_both(start):
    upstream = start(server="modern.py", timeout=30.0)
    anne = Client(upstream)
    meta = MODERN_META | {"progressToken": "p"}
    params = {"name": "count", "arguments": {"to": 2}, "_meta": meta}
    *progress, answer = await anne.ask("tools/call", params, "a", MODERN)
    assert [each["params"]["progressToken"] for each in progress] == ["p", "p"]
    assert (answer["id"], answer["result"]["structuredContent"]) == ("a", {"result": 2})
    hello = await anne.initialize()
    assert hello["serverInfo"]["name"] == "both eras"
    assert (await anne.call("add", one=1, other=2))["result"]["structuredContent"] == {"result": 3}
    unknown = await anne.send(
        {"id": 1, "method": "no/such", "params": {"_meta": MODERN_META}}, MODERN
    )
    assert unknown.status == 404


async def test_closing_ends_what_waits(start):
    upstream = start()
    anne = Client(upstream)
    pid = (await anne.call("echo"))["result"]["pid"]
    waiting = asyncio.create_task(anne.call("hang"))
    await anne.call("echo")
    await upstream.close()
    with pytest.raises(UpstreamFailed):
        await waiting
    assert not runs(pid)
    with pytest.raises(UpstreamAway, match="taken away"):
        await anne.call("echo")


def test_the_loop_of_the_gateway_sees_servers_break_and_leaves_nothing():
    async def scenario():
        command = [sys.executable, str(SERVERS / "hostile.py"), "stubborn"]
        definition = UpstreamConfig(transport="stdio", command=command, result_limit=1 << 20)
        upstream = local_server("test", definition)
        anne = Client(upstream)
        with pytest.raises(UpstreamFailed, match="longer than 1048576 bytes"):
            await anne.call("long", megabytes=20)
        first = (await anne.call("child"))["result"]
        with pytest.raises(UpstreamFailed, match="it ended with status 3"):
            await anne.call("die")
        await until(lambda: not runs(first["child"]))
        await asyncio.sleep(0.5)  # the longest first pause
        second = (await anne.call("child"))["result"]
        await upstream.close()
        await until(lambda: not runs(second["child"]))
        return [runs(each["pid"]) for each in (first, second)]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(scenario()) == [False, False]
