"""Sumun's own tools and those of two servers with equal tools, at one address."""

import asyncio
import threading
from contextlib import ExitStack, asynccontextmanager

import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver.prompts import Prompt
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
SERVERS = ["legacy", "modern"]
LONG = "long" * 25


class Gateway:
    def __init__(self, url):
        self.url = url

    def token(self, scope=""):
        form = {
            "grant_type": "client_credentials",
            "client_id": "mcp-client",
            "client_secret": "secret",
            "resource": f"{ISSUER}/mcp",
            **({"scope": scope} if scope else {}),
        }
        answer = httpx2.post(f"{self.url}/oauth2/token", data=form)
        return answer.json()["access_token"]

    def http(self, scope=""):
        headers = {"Authorization": f"Bearer {self.token(scope)}"}
        return httpx2.AsyncClient(headers=headers, timeout=20)

    @asynccontextmanager
    async def client(self, mode, *, scope="", **callbacks):
        async with self.http(scope) as http:
            url = f"{self.url}/mcp"
            async with Client(
                streamable_http_client(url, http_client=http), mode=mode, **callbacks
            ) as client:
                yield client


def build():
    server = era_server.build()
    for end in "xy":
        server.add_tool(lambda end=end: end, name=LONG + end)
        server.add_prompt(Prompt.from_function(lambda end=end: end, name=LONG + end))
    return server


@pytest.fixture(scope="module")
def servers(served, free_port):
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(served(era_server.app(build(), name), free_port())) + "/mcp"
            for name in SERVERS
        }


@pytest.fixture(scope="module")
def gateway(servers, free_port, tmp_path_factory):
    """Stand before both servers, one that is not there and one that is kept out."""
    definitions = {name: UpstreamConfig(url=url) for name, url in servers.items()}
    definitions["away"] = UpstreamConfig(url=f"http://127.0.0.1:{free_port()}/mcp")
    definitions["apart"] = UpstreamConfig(url=servers["modern"], combined=False)
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(tmp_path_factory.mktemp("data")),
        oauth=OAuthConfig(demo_client=True),
        server=ServerConfig(port=0, drain_timeout=0.5),
        servers=definitions,
    )
    ready = threading.Event()
    server = DrainingServer(Listener(lambda: create_app(config), config.server), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    yield Gateway(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("mode", CLIENTS)
async def test_everything_of_everybody_in_order(gateway, mode):
    async with gateway.client(mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        own = [name for name in names if "__" not in name]
        assert len(own) >= 9
        assert names[: len(own)] == own
        owners = [name.partition("__")[0] for name in names[len(own) :]]
        assert owners == sorted(owners)
        assert set(owners) == set(SERVERS)
        prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
        assert [name for name in prompts if LONG[:20] not in name] == [
            "legacy__letter",
            "modern__letter",
        ]
        resources = [str(each.uri) for each in (await client.list_resources()).resources]
        assert resources == ["legacy+note://one", "modern+note://one"]
        templates = (await client.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == [
            "legacy+note://of/{name}",
            "modern+note://of/{name}",
        ]
        assert names == [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_each_thing_leads_to_its_server(gateway, mode, server):
    async with gateway.client(mode) as client:
        added = await client.call_tool(f"{server}__add", {"a": 2, "b": 3})
        assert added.structured_content == {"result": 5}
        routed = await client.call_tool(f"{server}__route", {"region": "서울"})
        assert routed.content[0].text == "in 서울"
        assert (await client.call_tool(f"{server}__fail", {})).is_error
        status = await client.call_tool("get_oauth2_server_status", {})
        assert status.structured_content["issuer"] == ISSUER
        (content,) = (await client.read_resource(f"{server}+{era_server.NOTE}")).contents
        assert (str(content.uri), content.text) == (f"{server}+{era_server.NOTE}", "one")
        prompt = await client.get_prompt(f"{server}__letter", {"to": "all"})
        assert prompt.messages[0].content.text == "Dear all"
        ref = types.PromptReference(type="ref/prompt", name=f"{server}__letter")
        completed = await client.complete(ref, {"name": "to", "value": "Ander"})
        assert completed.completion.values == ["Anderson"]
        for unknown in ("apart__add", "nobody__add"):
            assert (await client.call_tool(unknown, {"a": 1, "b": 1})).is_error
        with pytest.raises(MCPError, match="failed"):
            await client.call_tool("away__add", {"a": 1, "b": 1})


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_long_names_are_shortened_and_lead_back(gateway, mode, server):
    async with gateway.client(mode) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
        for names, get in ((tools, client.call_tool), (prompts, client.get_prompt)):
            long = [name for name in names if name.startswith(f"{server}__{LONG[:20]}")]
            assert [len(name) for name in long] == [64, 64]
            said = [str(await get(name, {})) for name in long]
            assert ["text='x'" in said[0], "text='y'" in said[1]] == [True, True]


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_a_server_asks_in_the_middle_of_a_call(gateway, server, mode):
    async def answer(_context, params):
        assert params.message == "Which one?"
        return types.ElicitResult(action="accept", content={"colour": "blue"})

    async with gateway.client(mode, elicitation_callback=answer) as client:
        result = await client.call_tool(f"{server}__choose", {})
        assert result.content[0].text == "It is blue"


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_progress_comes_while_a_call_runs(gateway, mode, server):
    steps = []

    async def note(done, _total, message):
        steps.append((done, message))

    async with gateway.client(mode) as client:
        result = await client.call_tool(f"{server}__work", {}, progress_callback=note)
    assert result.content[0].text == "done"
    assert steps == [(1, "step 1"), (2, "step 2"), (3, "step 3")]


async def test_a_modern_client_hears_of_changes_of_all(gateway):
    async with gateway.client("2026-07-28") as client:
        uris = [f"{server}+{era_server.NOTE}" for server in SERVERS]
        async with client.listen(tools_list_changed=True, resource_subscriptions=uris) as changes:
            assert changes.honored.resource_subscriptions == uris
            heard = set()
            for server in SERVERS:
                await client.call_tool(f"{server}__touch", {"uri": era_server.NOTE})
            async with asyncio.timeout(10):
                while len(heard) < 3:
                    change = await anext(changes)
                    heard.add(str(getattr(change, "uri", type(change).__name__)))
    assert heard == {*uris, "ToolsListChanged"}


async def test_a_legacy_client_hears_of_changes_of_all(gateway):
    heard = asyncio.Queue()

    async def hear(message):
        params = getattr(message, "params", None)
        heard.put_nowait(str(getattr(params, "uri", "") or getattr(message, "method", "")))

    uris = {f"{server}+{era_server.NOTE}" for server in SERVERS}
    async with gateway.client("legacy", message_handler=hear) as client:
        for uri in uris:
            await client.subscribe_resource(uri)
        seen = set()
        async with asyncio.timeout(10):
            while not seen >= uris | {"notifications/tools/list_changed"}:
                for server in SERVERS:
                    await client.call_tool(f"{server}__touch", {"uri": era_server.NOTE})
                while not heard.empty():
                    seen.add(heard.get_nowait())


HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def call(tool, arguments, id_=7):
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": id_, "method": "tools/call", "params": params}


async def test_who_holds_no_scope_of_a_server_is_told_which_to_ask_for(gateway):
    async with gateway.http("mcp:modern:add") as http:
        allowed = await http.post(
            f"{gateway.url}/mcp", json=call("modern__add", {"a": 1, "b": 1}), headers=HEADERS
        )
        assert allowed.json()["result"]["structuredContent"] == {"result": 2}
        refused = await http.post(
            f"{gateway.url}/mcp", json=call("legacy__add", {"a": 1, "b": 1}), headers=HEADERS
        )
        assert refused.status_code == 403
        assert refused.json()["id"] == 7
        challenge = refused.headers["www-authenticate"]
        assert 'scope="mcp:legacy:add"' in challenge
        assert f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/mcp"' in challenge
        listed = await http.post(
            f"{gateway.url}/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}},
            headers=HEADERS,
        )
        names = [tool["name"] for tool in listed.json()["result"]["tools"]]
        assert {name.partition("__")[0] for name in names if "__" in name} == {"modern"}


async def test_what_is_wrong_with_a_request_is_said_as_anywhere(gateway):
    async with gateway.http() as http:
        url = f"{gateway.url}/mcp"
        assert (await http.post(url, content=b"{", headers=HEADERS)).status_code == 400
        strange = HEADERS | {"Content-Type": "text/plain"}
        assert (await http.post(url, content=b"{}", headers=strange)).status_code == 415
        nowhere = HEADERS | {"Mcp-Session-Id": "somebody-elses"}
        gone = await http.post(url, json=call("modern__add", {}), headers=nowhere)
        assert gone.status_code == 404


async def test_a_greeting_names_all(gateway):
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    request = {"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": hello}
    async with gateway.http() as http:
        url = f"{gateway.url}/mcp"
        answer = await http.post(url, json=request, headers=HEADERS)
        greeting = answer.json()["result"]
        assert greeting["protocolVersion"] == "2025-06-18"
        assert greeting["serverInfo"]["name"] == "sumun"
        assert greeting["capabilities"]["resources"]["subscribe"] is True
        for said in ("legacy__", "modern+", "Be gentle."):
            assert said in greeting["instructions"]
        session = HEADERS | {"Mcp-Session-Id": answer.headers["mcp-session-id"]}
        added = await http.post(url, json=call("modern__add", {"a": 1, "b": 1}), headers=session)
        assert added.json()["result"]["structuredContent"] == {"result": 2}
        own = await http.post(url, json=call("get_oauth2_server_status", {}), headers=session)
        assert own.json()["result"]["structuredContent"]["issuer"] == ISSUER
        assert (await http.delete(url, headers=session)).status_code == 204
        ended = await http.post(url, json=call("modern__add", {"a": 1, "b": 1}), headers=session)
        assert ended.status_code == 404
