"""Clients and servers of every era, in every combination, through the running gateway."""

import asyncio
import json
import threading
from contextlib import ExitStack, asynccontextmanager

import fastmcp
import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from tests.e2e import era_server

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.server.app import create_app
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

pytestmark = pytest.mark.filterwarnings(  # what is going out of use is in use until it has gone
    "ignore::mcp.shared.exceptions.MCPDeprecationWarning"
)

ISSUER = "http://127.0.0.1:8081"
CLIENTS = ["legacy", "2026-07-28"]
SERVERS = ["legacy", "legacy-json", "modern", "modern-json"]
STREAMS = ["legacy", "modern"]
REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


class Gateway:
    def __init__(self, url):
        self.url = url

    def http(self, server):
        form = {
            "grant_type": "client_credentials",
            "client_id": "mcp-client",
            "client_secret": "secret",
            "resource": f"{ISSUER}/mcp/{server}",
        }
        answer = httpx2.post(f"{self.url}/oauth2/token", data=form)
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx2.AsyncClient(headers=headers, timeout=20)

    @asynccontextmanager
    async def client(self, server, mode, **callbacks):
        async with self.http(server) as http:
            url = f"{self.url}/mcp/{server}"
            async with Client(
                streamable_http_client(url, http_client=http), mode=mode, **callbacks
            ) as client:
                yield client


@pytest.fixture(scope="module")
def built():
    return {name: era_server.build() for name in SERVERS}


@pytest.fixture(scope="module")
def servers(built, served, free_port):
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(served(_app(name, server), free_port())) + "/mcp"
            for name, server in built.items()
        }


def _app(name, server):
    era, _, form = name.partition("-")
    return era_server.app(server, era, json_response=form == "json")


def start(config):
    ready = threading.Event()
    server = DrainingServer(Listener(lambda: create_app(config), config.server), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    return server, thread, server.servers[0].sockets[0].getsockname()[1]


@pytest.fixture(scope="module")
def gateways(servers, tmp_path_factory):
    """Two nodes that share their keys and their database, but nothing else."""
    directory = tmp_path_factory.mktemp("data")
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(directory),
        oauth=OAuthConfig(demo_client=True),
        server=ServerConfig(port=0, drain_timeout=0.5),
        servers={name: UpstreamConfig(url=url) for name, url in servers.items()},
    )
    nodes = [start(config) for _ in range(2)]
    yield [Gateway(f"http://127.0.0.1:{port}") for _, _, port in nodes]
    for server, thread, _ in nodes:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def gateway(gateways):
    return gateways[0]


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_what_needs_no_stream(gateway, server, mode):
    async with gateway.client(server, mode) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert {"add", "work", "choose", "touch"} <= tools
        assert (await client.call_tool("add", {"a": 2, "b": 3})).structured_content == {"result": 5}
        assert (await client.call_tool("route", {"region": "서울"})).content[0].text == "in 서울"
        assert (await client.call_tool("fail", {})).is_error
        read = await client.read_resource(era_server.NOTE)
        assert read.contents[0].text == "one"
        templates = await client.list_resource_templates()
        assert [each.uri_template for each in templates.resource_templates] == ["note://of/{name}"]
        prompt = await client.get_prompt("letter", {"to": "all"})
        assert prompt.messages[0].content.text == "Dear all"
        ref = types.PromptReference(type="ref/prompt", name="letter")
        completed = await client.complete(ref, {"name": "to", "value": "Ander"})
        assert completed.completion.values == ["Anderson"]
        with pytest.raises(MCPError):
            await client.read_resource("note://nowhere/at/all")


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", STREAMS)
async def test_progress_and_logs_come_while_a_call_runs(gateway, server, mode):
    steps, logs = [], []

    async def note(done, _total, message):
        steps.append((done, message))

    async def log(params):
        logs.append(params.data)

    options = {"log_level": "info"} if mode != "legacy" else {}
    async with gateway.client(server, mode, logging_callback=log, **options) as client:
        result = await client.call_tool("work", {}, progress_callback=note)
    assert result.content[0].text == "done"
    assert steps == [(1, "step 1"), (2, "step 2"), (3, "step 3")]
    assert logs == ["half way"]


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", [*STREAMS, "modern-json"])
async def test_a_server_asks_in_the_middle_of_a_call(gateway, server, mode):
    async def answer(_context, params):
        assert params.message == "Which one?"
        return types.ElicitResult(action="accept", content={"colour": "blue"})

    async def sample(_context, params):
        text = types.TextContent(type="text", text=params.messages[0].content.text.upper())
        return types.CreateMessageResult(role="assistant", content=text, model="m")

    async def roots(_context):
        return types.ListRootsResult(roots=[types.Root(uri="file:///home")])

    callbacks = {
        "elicitation_callback": answer,
        "sampling_callback": sample,
        "list_roots_callback": roots,
    }
    async with gateway.client(server, mode, **callbacks) as client:
        for tool, said in {
            "choose": "It is blue",
            "say": "It said SAY SOMETHING",
            "where": "file:///home",
        }.items():
            result = await client.call_tool(tool, {})
            assert result.content[0].text == said


@pytest.mark.parametrize(
    ("server", "mode"),
    [
        *((server, mode) for server in STREAMS for mode in CLIENTS),
        ("legacy-json", "2026-07-28"),
    ],
)
async def test_closing_or_cancelling_stops_a_call(gateway, built, server, mode):
    hanging = built[server].hanging
    hanging.clear()
    async with gateway.client(server, mode) as client:
        call = asyncio.create_task(client.call_tool("hang", {}))
        assert await asyncio.to_thread(hanging.wait, 10)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert (await client.call_tool("stopped", {})).content[0].text == "stopped"


@pytest.mark.parametrize("server", STREAMS)
async def test_a_modern_client_hears_of_changes(gateway, server):
    async with gateway.client(server, "2026-07-28") as client:
        uris = [era_server.NOTE]
        async with client.listen(tools_list_changed=True, resource_subscriptions=uris) as changes:
            assert changes.honored.resource_subscriptions == uris
            await client.call_tool("touch", {"uri": era_server.NOTE})
            async with asyncio.timeout(10):
                heard = {type(await anext(changes)).__name__ for _ in range(2)}
    assert heard == {"ResourceUpdated", "ToolsListChanged"}


@pytest.mark.parametrize("server", STREAMS)
async def test_a_legacy_client_hears_of_changes(gateway, server):
    heard = asyncio.Queue()

    async def hear(message):
        heard.put_nowait(getattr(message, "method", None))

    async with gateway.client(server, "legacy", message_handler=hear) as client:
        await client.subscribe_resource(era_server.NOTE)
        async with asyncio.timeout(10):
            methods = set()
            while len(methods) < 2:
                await client.call_tool("touch", {"uri": era_server.NOTE})
                while not heard.empty():
                    methods.add(heard.get_nowait())
        assert methods == {
            "notifications/resources/updated",
            "notifications/tools/list_changed",
        }
        await client.unsubscribe_resource(era_server.NOTE)
        await client.send_ping()
        await client.set_logging_level("debug")


HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}


async def initialize(http, url, revision, capabilities=None):
    hello = {
        "protocolVersion": revision,
        "capabilities": capabilities or {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    return await http.post(url, json=message("initialize", hello), headers=HEADERS)


def message(method, params=None, id_=1):
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}}


def said(answer):
    """Return the messages of an answer in either form."""
    if answer.headers["content-type"].startswith("application/json"):
        return [answer.json()]
    lines = answer.text.splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("server", SERVERS)
async def test_every_legacy_revision_is_agreed_on(gateway, server, revision):
    url = f"{gateway.url}/mcp/{server}"
    async with gateway.http(server) as http:
        answer = await initialize(http, url, revision)
        (greeting,) = said(answer)
        assert greeting["result"]["protocolVersion"] == revision
        assert greeting["result"]["serverInfo"]["name"] == "everything"
        assert greeting["result"]["instructions"] == "Be gentle."
        assert "tools" in greeting["result"]["capabilities"]


@pytest.mark.parametrize("server", ["legacy", "modern"])
async def test_a_revision_nobody_speaks(gateway, server):
    url = f"{gateway.url}/mcp/{server}"
    async with gateway.http(server) as http:
        (greeting,) = said(await initialize(http, url, "1999-01-01"))
        assert greeting["result"]["protocolVersion"] == "2025-11-25"
        headers = HEADERS | {"MCP-Protocol-Version": "2099-01-01", "Mcp-Method": "tools/list"}
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2099-01-01",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        listing = message("tools/list", {"_meta": meta})
        refused = await http.post(url, json=listing, headers=headers)
        assert refused.status_code == 400
        error = refused.json()["error"]
        assert error["code"] == -32022
        assert "2026-07-28" in error["data"]["supported"]


@pytest.mark.parametrize("server", ["modern", "modern-json"])
async def test_a_session_begun_at_one_node_goes_on_at_another(gateways, server):
    first, second = gateways
    async with first.http(server) as http:
        opened = await initialize(http, f"{first.url}/mcp/{server}", "2025-06-18")
        session = HEADERS | {
            "Mcp-Session-Id": opened.headers["mcp-session-id"],
            "MCP-Protocol-Version": "2025-06-18",
        }
        call = message("tools/call", {"name": "add", "arguments": {"a": 1, "b": 1}}, 2)
        for node in (second, first):
            url = f"{node.url}/mcp/{server}"
            (answer,) = said(await http.post(url, json=call, headers=session))
            assert answer["result"]["structuredContent"] == {"result": 2}
            assert not answer["result"].keys() & {"resultType", "ttlMs", "cacheScope"}
        url = f"{first.url}/mcp/{server}"
        assert (await http.delete(url, headers=session)).status_code == 204
        assert (await http.post(url, json=call, headers=session)).status_code == 404
        foreign = session | {"Mcp-Session-Id": session["Mcp-Session-Id"][:-4] + "AAAA"}
        assert (await http.post(url, json=call, headers=foreign)).status_code == 404


@pytest.mark.parametrize("mode", [*CLIENTS, "auto"])
@pytest.mark.parametrize("server", STREAMS)
async def test_the_other_common_client(gateway, server, mode):
    async def answer(_message, _type, _params, _context):
        return {"colour": "red"}

    token = gateway.http(server).headers["Authorization"].removeprefix("Bearer ")
    url = f"{gateway.url}/mcp/{server}"
    async with fastmcp.Client(url, auth=token, mode=mode, elicitation_handler=answer) as client:
        assert "add" in {tool.name for tool in await client.list_tools()}
        for tool, arguments, value in [("add", {"a": 1, "b": 2}, 3), ("choose", {}, "It is red")]:
            result = await client.call_tool(tool, arguments)
            assert result.structured_content == {"result": value}


@pytest.mark.parametrize("server", ["legacy-json", "modern-json"])
async def test_who_waits_for_an_answer_that_takes_its_time_gets_it(gateway, server):
    async with gateway.client(server, "2026-07-28") as client:
        assert (await client.call_tool("think", {})).content[0].text == "thought"


BATCH = [message("tools/list"), message("ping", id_="p"), message("made/up", id_=3)]
NOTE = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.mark.parametrize("server", SERVERS)
async def test_several_messages_in_one_request(gateway, server):
    url = f"{gateway.url}/mcp/{server}"
    async with gateway.http(server) as http:
        opened = await initialize(http, url, "2025-03-26")
        headers = HEADERS | {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        answer = await http.post(url, json=[*BATCH, NOTE], headers=headers)
        assert answer.status_code == 200
        found = [each for part in said(answer) for each in (part if type(part) is list else [part])]
        assert [each["id"] for each in found] == [1, "p", 3]
        assert found[0]["result"]["tools"]
        assert found[2]["error"]
        assert (await http.post(url, json=[NOTE, NOTE], headers=headers)).status_code == 202
        newer = headers | {"MCP-Protocol-Version": "2025-06-18"}
        for body, sent in [
            (BATCH, newer),
            ([], headers),
            ([message("initialize")], headers),
            ([message("ping")] * 65, headers),
        ]:
            refused = await http.post(url, json=body, headers=sent)
            assert (refused.status_code, refused.json()["error"]["code"]) == (400, -32600)
