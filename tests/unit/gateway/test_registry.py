import sys
from pathlib import Path

import pytest

from sumun.config import ConfigurationError, UpstreamConfig
from sumun.gateway.registry import Registry, add_server, check_definition, remove_server
from sumun.gateway.upstreams.http import client_session
from sumun.storage import connect

HOSTILE = Path(__file__).parent / "upstreams/servers/hostile.py"
LOCAL = UpstreamConfig(transport="stdio", command=[sys.executable, str(HOSTILE)])
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}'


@pytest.fixture
async def database(tmp_path):
    database = connect(f"sqlite:///{tmp_path / 'x.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def registry(database):
    async def nothing(_server, _tool):
        return {}

    async with client_session() as session:
        registry = Registry({}, database, session, mirrored=nothing, refresh=0.0)
        yield registry
        await registry.close()


async def pid_of(registry, name):
    upstream = await registry.find(name)
    response = await upstream.send("POST", [], CALL)
    body = await response.read(10_000)
    await response.close()
    return int(body.partition(b'"pid":')[2].rstrip(b"}"))


def ended(pid):
    return not Path(f"/proc/{pid}").exists()


async def test_processes_end_when_their_server_is_changed_or_removed(registry, database):
    for name in ("one", "other"):
        await database.write(add_server, name, LOCAL, 0)
    one, other = await pid_of(registry, "one"), await pid_of(registry, "other")
    await database.write(remove_server, "one")
    changed = UpstreamConfig(transport="stdio", command=LOCAL.command, env={"A": "b"})
    await database.write(add_server, "one", changed, 0)
    another = await pid_of(registry, "one")
    assert another != one
    assert await pid_of(registry, "other") == other
    await database.write(remove_server, "one")
    assert await registry.find("one") is None
    await registry.close()
    assert all(ended(each) for each in (one, other, another))


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({}, "servers.crm.url: is missing"),
        ({"url": "ftp://crm"}, "servers.crm.url: is not an http(s) URL"),
        ({"url": "http://u:p@crm/"}, "without user"),
        ({"url": "http://crm/", "command": ["x"]}, "servers.crm.command: is for transport stdio"),
        ({"url": "http://crm/", "env": {"A": "b"}}, "servers.crm.env: is for transport stdio"),
        ({"transport": "stdio"}, "servers.crm.command: is missing"),
        ({"transport": "stdio", "command": [""]}, "servers.crm.command: is missing"),
        ({"transport": "stdio", "command": ["a\0b"]}, "hold a NUL"),
        (
            {"transport": "stdio", "command": ["x"], "url": "http://crm/"},
            "servers.crm.url: is for transport http or sse, and this server's is stdio",
        ),
        (
            {"transport": "stdio", "command": ["x"], "authorization": "Bearer x"},
            "servers.crm.authorization: is for transport http or sse",
        ),
        ({"transport": "stdio", "command": ["x"], "env": {"A=B": "c"}}, "'A=B' is no name"),
        (
            {"transport": "stdio", "command": ["x"], "env": {"A": "b"}, "env_files": {"A": "f"}},
            "servers.crm.env_files: A stands in env as well",
        ),
    ],
)
def test_what_a_definition_may_not_be(definition, said):
    with pytest.raises(ConfigurationError) as refused:
        check_definition("crm", UpstreamConfig(**definition))
    assert said in str(refused.value)
