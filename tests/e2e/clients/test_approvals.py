"""Calls that wait for a person, made by the client of the MCP Python SDK."""

import asyncio
import time

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from tests.e2e.program import Memory

EMAIL = "minjun.kim@example.kr"
MODERN = "2026-07-28"


class Person:
    """Sits at the client and answers what they are asked."""

    def __init__(self, *, says_yes: bool) -> None:
        self.says_yes = says_yes
        self.asked: list[str] = []

    async def answer(self, _context, params):
        self.asked.append(params.message)
        if not self.says_yes:
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content={"approve": True})


async def call(server, tool, arguments, *, era=MODERN, person=None):
    """Call a tool through the gateway; return its result, or the error."""
    name = f"asking-{time.time_ns()}"
    added = server.command("client", "add", name, "--scope", "mcp:customers")
    auth = ClientCredentialsOAuthProvider(
        server_url=server.mcp,
        storage=Memory(),
        client_id=name,
        client_secret=added["client_secret"],
        issuer=server.url,
    )
    asked = {"elicitation_callback": person.answer} if person else {}
    async with (
        httpx2.AsyncClient(auth=auth, timeout=60, trust_env=False) as http,
        Client(streamable_http_client(server.mcp, http_client=http), mode=era, **asked) as client,
    ):
        try:
            return await client.call_tool(tool, arguments)
        except MCPError as error:
            return error


async def decide(server, word):
    """Wait until a call waits, and decide it on the command line."""
    while not (waiting := await asyncio.to_thread(server.command, "approvals", "list")):
        pass
    assert EMAIL not in repr(waiting)
    await asyncio.to_thread(server.command, "approvals", word, waiting[0]["approval"])


async def test_the_person_at_the_client_says_yes(server):
    person = Person(says_yes=True)
    arguments = {"customer_id": "C-1001", "note": f"write to {EMAIL}"}
    result = await call(server, "add_note", arguments, person=person)
    assert not result.is_error, result.content
    (asked,) = person.asked
    assert "“add_note” of customers" in asked
    assert EMAIL not in asked
    events = server.command("audit", "tail", "--type", "approval", "-n", "3")
    assert [event["action_taken"] for event in events] == ["requested", "approved", "used"]


async def test_the_person_at_the_client_says_no(server):
    person = Person(says_yes=False)
    arguments = {"customer_id": "C-1001", "note": "no"}
    refused = await call(server, "add_note", arguments, person=person)
    assert refused.data == {"reason": "denied"}
    assert len(person.asked) == 1


@pytest.mark.parametrize(("era", "word"), [("legacy", "approve"), (MODERN, "deny")])
async def test_somebody_else_decides_while_the_call_is_held(server, era, word):
    arguments = {"customer_id": "C-1001", "note": f"{era} {word} {EMAIL}"}
    calling = asyncio.create_task(call(server, "add_note", arguments, era=era))
    await decide(server, word)
    answer = await calling
    if word == "approve":
        assert not answer.is_error
    else:
        assert answer.data == {"reason": "denied"}
