"""Many servers as one, where some of them are away, endless or strange."""

import asyncio
import json
import logging

import pytest

from sumun.config import UpstreamConfig
from sumun.gateway.answers import JSON, Answer
from sumun.gateway.combined import together
from sumun.gateway.combined.combined import Combined
from sumun.gateway.headers import Headers
from sumun.gateway.sealing import Seal
from sumun.guard import Principal
from sumun.oauth.resources import OWN_TOOLS

AGENT = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:*"}))
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def answer(result, id_=1, status=200):
    return Answer(status, json.dumps({"jsonrpc": "2.0", "id": id_, "result": result}).encode())


def tools(*names, **more):
    return {"tools": [{"name": name} for name in names], **more}


class Exchange:
    """A server's exchange, as a script has it."""

    def __init__(self, script, heard):
        self.script, self.heard = script, heard

    async def post(self, receive):
        message = json.loads((await receive())["body"])
        self.heard.append(message)
        said = self.script(message)
        return await said if asyncio.iscoroutine(said) else said


class Everything:
    """``/mcp`` before servers that do as their scripts say."""

    def __init__(self, hidden=(), **scripts):
        self.scripts = {OWN_TOOLS: lambda _: answer(tools("own")), **scripts}
        self.heard = {name: [] for name in self.scripts}
        self.combined = Combined(
            definitions=self.definitions,
            may_look=lambda _, name: name not in hidden,
            mirrored=None,
            seal=Seal(bytes(32)),
            body_limit=10_000,
        )

    async def definitions(self):
        names = [name for name in self.scripts if name != OWN_TOOLS]
        return {name: UpstreamConfig(url="http://x") for name in names}

    async def open(self, name, headers):
        self.headers = dict(headers.raw)
        script = self.scripts.get(name)
        return None if script is None else Exchange(script, self.heard[name])

    async def ask(self, method, **params):
        headers = [
            (b"content-type", b"application/json"),
            (b"mcp-protocol-version", b"2026-07-28"),
            (b"mcp-method", method.encode()),
        ]
        if name := params.get("name", params.get("uri")):
            headers.append((b"mcp-name", name.encode()))
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}}
        endpoint = await self.combined.endpoint(AGENT, Headers(headers), self.open)

        async def receive():
            return {"type": "http.request", "body": json.dumps(body).encode()}

        said = await endpoint.post(receive)
        return json.loads(said.body)

    async def names(self):
        return [tool["name"] for tool in (await self.ask("tools/list"))["result"]["tools"]]


async def never(_=None):
    await asyncio.Event().wait()


def failing(_):
    body = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32011, "message": "it is down"}}
    return Answer(502, json.dumps(body).encode(), [JSON])


def endless(_):
    return answer(tools("again", nextCursor="more"))


async def test_servers_by_name_each_in_its_own_order():
    servers = {"b": lambda _: answer(tools("z", "a")), "a": lambda _: answer(tools("y", "x"))}
    assert await Everything(**servers).names() == ["own", "a__y", "a__x", "b__z", "b__a"]


@pytest.mark.parametrize(
    "script", [failing, endless, lambda _: never(), lambda _: Answer(200, b"")]
)
async def test_a_server_that_is_away_is_left_out_and_the_log_says_so_once(
    script, monkeypatch, caplog
):
    monkeypatch.setattr(together, "PATIENCE", 0.05)
    everything = Everything(ok=lambda _: answer(tools("t")), bad=script)
    with caplog.at_level(logging.WARNING, "sumun"):
        for _ in range(2):
            assert await everything.names() == ["own", "ok__t"]
        (said,) = [record.getMessage() for record in caplog.records]
        assert "left out at /mcp: bad" in said
        everything.scripts["bad"] = lambda _: answer(tools("t"))
        assert await everything.names() == ["own", "bad__t", "ok__t"]
        assert "again at /mcp: bad" in caplog.records[-1].getMessage()


async def test_a_server_that_knows_no_such_list_is_not_away(caplog):
    fault = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}}
    everything = Everything(bad=lambda _: Answer(404, json.dumps(fault).encode()))
    assert await everything.names() == ["own"]
    assert not caplog.records


async def test_all_pages_of_a_server_are_one():
    pages = {None: tools("a", nextCursor="2"), "2": tools("b", ttlMs=7)}
    everything = Everything(crm=lambda m: answer(pages[m["params"].get("cursor")]))
    said = (await everything.ask("tools/list"))["result"]
    assert [tool["name"] for tool in said["tools"]] == ["own", "crm__a", "crm__b"]
    assert "nextCursor" not in said


@pytest.mark.parametrize("entry", [None, 7, {}, {"name": 7}, ["name"]])
async def test_what_has_no_name_is_left_out(entry):
    listed = {"tools": [entry, {"name": "ok"}]}
    assert await Everything(crm=lambda _: answer(listed)).names() == ["own", "crm__ok"]


async def test_nothing_of_a_server_one_may_not_look_at():
    everything = Everything(hidden={"crm"}, crm=lambda _: answer(tools("t")))
    assert await everything.names() == ["own"]
    assert everything.heard["crm"] == []
    await everything.ask("tools/call", name="crm__t", arguments={})
    assert [message["params"]["name"] for message in everything.heard["crm"]] == ["t"]


async def test_one_who_may_not_look_at_sumuns_own_sees_the_others():
    everything = Everything(hidden={OWN_TOOLS}, crm=lambda _: answer(tools("t")))
    assert await everything.names() == ["crm__t"]
    greeting = (await everything.ask("server/discover"))["result"]
    assert greeting["supportedVersions"][0] == "2026-07-28"
    assert everything.heard[OWN_TOOLS] == []


async def test_what_leads_back_and_is_given_leads_here_again():
    held = {"resource": {"uri": "note://1", "text": "x"}, "type": "resource"}
    link = {"type": "resource_link", "uri": "note://2"}
    message = {"role": "user", "content": [link]}
    results = {
        "tools/call": {"content": [held, link], "structuredContent": {"uri": "note://3"}},
        "prompts/get": {"messages": [message, {"role": "user", "content": held}]},
        "resources/read": {"contents": [{"uri": "note://1", "text": "x"}]},
        "completion/complete": {"completion": {"values": ["note"]}},
    }
    everything = Everything(crm=lambda m: answer(results[m["method"]]))
    called = (await everything.ask("tools/call", name="crm__t"))["result"]
    assert called["content"][0]["resource"]["uri"] == "crm+note://1"
    assert called["content"][1]["uri"] == "crm+note://2"
    assert called["structuredContent"] == {"uri": "note://3"}
    got = (await everything.ask("prompts/get", name="crm__p"))["result"]["messages"]
    assert got[0]["content"][0]["uri"] == "crm+note://2"
    assert got[1]["content"]["resource"]["uri"] == "crm+note://1"
    read = (await everything.ask("resources/read", uri="crm+note://1"))["result"]
    assert read["contents"][0]["uri"] == "crm+note://1"
    assert everything.headers[b"mcp-name"] == b"note://1"
    await everything.ask(
        "completion/complete", ref={"type": "ref/resource", "uri": "crm+note://{n}"}
    )
    refs = [message["params"].get("ref") for message in everything.heard["crm"]]
    assert refs[-1] == {"type": "ref/resource", "uri": "note://{n}"}
