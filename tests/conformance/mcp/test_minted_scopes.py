"""Scopes minted from each server's own list of tools, where everybody may see them and where not.

MCP 2026-07-28, "Scope Selection Strategy" and "Runtime Insufficient Scope Errors"; RFC 9728 §2.
"""

import asyncio

import pytest

WELL_KNOWN = "/.well-known/oauth-protected-resource/mcp/crm"
POLICY = """
[[rule]]
name = "contacts for who may see them"
scope = "pii:contact"
category = "contact"
action = "allow"

[[rule]]
name = "names elsewhere"
server = "hr"
scope = "pii:person"
category = "person"
action = "allow"

[[access]]
name = "exports need leave to see contacts"
tool = "export"
scope = "pii:contact"
allow = true

[[access]]
name = "no exports else"
tool = "export"
allow = false
"""


class Tools:
    """Answers as a server with these tools."""

    def __init__(self, *names):
        self.names = list(names)

    def __call__(self, message):
        if message["method"] != "tools/list":
            return {"content": []}
        return {"tools": [{"name": name, "inputSchema": {}} for name in self.names]}


async def scopes(system):
    answer = await system.http.get(WELL_KNOWN)
    assert answer.status_code == 200
    return answer.json()["scopes_supported"]


async def ask(system, scope):
    form = {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "resource": "https://sumun.example/mcp/crm",
        "scope": scope,
    }
    return await system.http.post("/oauth2/token", data=form)


async def settled(system):
    """Let what is being asked in the background be answered."""
    asking = [known.asking for known in system.application.house.tool_lists._known.values()]
    await asyncio.gather(*(task for task in asking if task is not None))


def later(system, seconds):
    lists = system.application.house.tool_lists
    before = lists._clock
    lists._clock = lambda: before() + seconds


async def test_published_tools_are_listed_with_the_data_scopes_of_the_policy(start):
    async with start(POLICY, publish_tools=True) as system:
        system.upstream.answer = Tools("lookup", "export", "no scope", "a*b")
        listed = await scopes(system)
        assert listed == ["mcp:crm", "mcp:crm:export", "mcp:crm:lookup", "pii:contact"]
        assert "offline_access" not in listed


async def test_tools_are_not_published_unless_the_operator_says_so(start):
    async with start(POLICY) as system:
        system.upstream.answer = Tools("lookup")
        assert await scopes(system) == ["mcp:crm", "pii:contact"]
        assert system.upstream.requests == [], "a stranger's request goes no further"


async def test_it_is_the_gateway_that_asks(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("lookup")
        await scopes(system)
        ((_, headers, _),) = system.upstream.requests
        assert headers["authorization"] == "Bearer the-gateway's-own-credential"
        assert headers["mcp-method"] == "tools/list"


async def test_what_all_can_be_asked_for_at_once_is_listed_or_nothing(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools(*(f"tool-{number}" for number in range(200)))
        assert await scopes(system) == ["mcp:crm"]


@pytest.mark.parametrize("failing", [b"no json", {"tools": "none"}, {"nothing": 1}])
async def test_a_server_that_does_not_say_has_its_own_scope(start, failing):
    async with start(publish_tools=True) as system:
        system.upstream.answer = lambda _: failing
        assert await scopes(system) == ["mcp:crm"]


async def test_what_was_said_last_holds_while_the_server_is_away(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("lookup")
        assert "mcp:crm:lookup" in await scopes(system)
        system.upstream.answer = lambda _: b"away"
        later(system, 61)
        for _ in range(2):
            assert "mcp:crm:lookup" in await scopes(system)
            await settled(system)


async def test_it_is_asked_at_most_once_a_minute(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("lookup")
        await asyncio.gather(*(scopes(system) for _ in range(20)))
        assert len(system.upstream.requests) == 1
        later(system, 61)
        await asyncio.gather(*(scopes(system) for _ in range(20)))
        await settled(system)
        assert len(system.upstream.requests) == 2


async def test_a_list_with_another_tool_that_passes_by_has_it_asked_again(start):
    async with start(publish_tools=True) as system:
        tools = system.upstream.answer = Tools("lookup")
        await scopes(system)
        tools.names.append("export")
        later(system, 6)
        await system.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        await scopes(system)
        await settled(system)
        assert "mcp:crm:export" in await scopes(system)


async def test_a_caller_cannot_have_it_asked_again_and_again(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("lookup")
        await scopes(system)
        asked = len(system.upstream.requests)
        system.upstream.answer = Tools("another")
        for _ in range(5):
            await system.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
            await scopes(system)
        await settled(system)
        assert len(system.upstream.requests) == asked + 5, "only the caller's own"


async def test_a_notice_of_change_has_it_asked_again(start):
    async with start(publish_tools=True) as system:
        lists = system.application.house.tool_lists
        tools = system.upstream.answer = Tools("lookup")
        await scopes(system)
        tools.names = ["other"]
        later(system, 6)
        lists.heard("crm", {"method": "notifications/tools/list_changed"})
        await scopes(system)
        await settled(system)
        assert await scopes(system) == ["mcp:crm", "mcp:crm:other"]


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("mcp:crm:lookup", 200),
        ("mcp:crm:made-up", 400),
        ("mcp:crm:lookup mcp:crm:made-up", 400),
        ("mcp:crm:a", 200),
        ("mcp:crm:resources/read", 200),
        ("mcp:crm:look*", 200),
        ("mcp:crm", 200),
        ("mcp.access", 200),
    ],
)
async def test_a_scope_for_a_tool_that_is_not_there_is_refused(start, scope, status):
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("lookup", "a:b")
        await scopes(system)
        answer = await ask(system, scope)
        assert answer.status_code == status, answer.text
        if status == 400:
            assert answer.json()["error"] == "invalid_scope"
            assert "mcp:crm:made-up" in answer.json()["error_description"]


async def test_the_answer_tells_nothing_of_tools_that_are_not_public(start):
    """Each guess would be answered otherwise."""
    async with start() as system:
        system.upstream.answer = Tools("lookup")
        house = system.application.house
        assert (await house.tool_lists.wait("crm")).may_have("lookup")
        for tool in ("lookup", "made-up"):
            assert (await ask(system, f"mcp:crm:{tool}")).status_code == 200


async def test_scopes_are_granted_before_the_list_is_known(start):
    async with start(publish_tools=True) as system:
        system.upstream.answer = lambda _: b"away"
        assert (await ask(system, "mcp:crm:lookup")).status_code == 200


@pytest.mark.parametrize(
    ("client", "tool", "needed"),
    [
        ("narrow", "lookup", "mcp:crm:lookup"),
        ("narrow", "export", "mcp:crm:export pii:contact"),
        # SEP-2350: what this call needs, also what is granted already; the rest the client adds.
        ("mcp-client", "export", "mcp:crm:export pii:contact"),
    ],
)
async def test_a_challenge_names_what_the_call_needs_all_at_once(start, client, tool, needed):
    async with start(POLICY, publish_tools=True) as system:
        answer = await system.call(tool, client=client)
        assert answer.status_code == 403
        challenge = answer.headers["www-authenticate"]
        assert f'scope="{needed}"' in challenge
        assert "offline_access" not in challenge


@pytest.mark.parametrize(
    ("client", "tool", "status"),
    [("mcp-client", "lookup", 200), ("narrow", "echo", 200), ("narrow", "echo2", 403)],
)
async def test_what_includes_a_scope_opens_what_it_opens(start, client, tool, status):
    """``mcp.access`` includes ``mcp:*``, which includes every tool; a name no longer one."""
    async with start(publish_tools=True) as system:
        system.upstream.answer = Tools("echo", "echo2", "lookup")
        assert (await system.call(tool, client=client)).status_code == status


async def test_the_servers_own_metadata_names_no_tool_and_no_server(start):
    async with start(POLICY, publish_tools=True) as system:
        system.upstream.answer = Tools("lookup")
        await scopes(system)
        document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
        listed = document["scopes_supported"]
        assert {"mcp.access", "pii:contact", "pii:person", "offline_access"} <= set(listed)
        assert not [scope for scope in listed if scope.startswith("mcp:")]
