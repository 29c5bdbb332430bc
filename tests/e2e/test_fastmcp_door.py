"""A real FastMCP server behind the guard, its tokens from a real Sumun, called by real clients."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.prompts.base import PromptResult
from fastmcp.tools.base import ToolResult
from mcp.shared.exceptions import MCPError
from mcp_types import EmbeddedResource, ResourceTemplateReference, TextContent, TextResourceContents

from sumun.config import Config
from sumun.integrations.fastmcp import SumunAuth, SumunMiddleware
from sumun.policy import Policy

EMAIL = "kim@example.com"
PHONE = "010-1234-5678"

POLICY = """
version = 1
[defaults]
arguments = "tokenize"
results = "mask"
[[rule]]
name = "no resident number"
entity = "KR_RRN"
action = "reject"
[[access]]
name = "nobody deletes"
tool = "delete_*"
allow = false
"""


CONTACT = {
    "type": "object",
    "properties": {"email": {"type": "string", "pattern": "^[a-z0-9]+@[a-z.]+$"}},
}


def build(auth: SumunAuth | None, directory: Path) -> tuple[FastMCP, list[Any]]:  # noqa: C901 - a list
    """A server as somebody else would write it, and what its tools saw."""
    config = Config(mode="development", data_dir=str(directory))
    middleware = SumunMiddleware(config, policy=Policy.parse(POLICY))
    mcp: FastMCP = FastMCP("My Notes", auth=auth, middleware=[middleware])
    seen: list[Any] = []

    @mcp.tool
    def save(text: str, people: list[dict[str, Any]]) -> dict[str, Any]:
        """Save a note."""
        seen.append((text, people))
        return {"saved": len(people), "owner": EMAIL, "nested": [{"phone": PHONE}]}

    @mcp.tool
    def rich() -> ToolResult:
        embedded = TextResourceContents(uri="note://1", text=f"call {PHONE}")
        return ToolResult(
            content=[
                TextContent(type="text", text=f"mail {EMAIL}"),
                EmbeddedResource(type="resource", resource=embedded),
            ],
            meta={"author": EMAIL},
        )

    @mcp.tool(output_schema=CONTACT)
    def contact() -> dict[str, str]:
        return {"email": EMAIL}

    @mcp.tool
    def fail(kind: str) -> str:
        if kind == "told":
            raise ToolError(f"no customer {EMAIL}")
        raise LookupError(f"no customer {EMAIL}")

    @mcp.tool
    def delete_all() -> str:
        seen.append("deleted")
        return "gone"

    @mcp.tool
    def add(a: int, b: int) -> int:
        return a + b

    @mcp.resource("note://{name}")
    def note(name: str) -> str:
        return f"{name}: {EMAIL}"

    @mcp.prompt
    def letter(to: str) -> PromptResult:
        seen.append(to)
        return PromptResult(f"Write to {EMAIL} about {to}", description=f"for {EMAIL}")

    @mcp.tool(description=f"Ask {EMAIL} before use")
    def described() -> str:
        return "fine"

    return mcp, seen


class Notes(NamedTuple):
    url: str
    token: str
    seen: list[Any]
    directory: Path

    def client(self, token: str | None = None) -> Client:
        return Client(self.url, auth=token or self.token)

    def events(self) -> list[dict[str, Any]]:
        log = (self.directory / "logs" / "security_audit.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in log.splitlines()]


@pytest.fixture(scope="module")
def notes(issuer, served, free_port, tmp_path_factory) -> Iterator[Notes]:
    port = free_port()
    resource = f"http://localhost:{port}/mcp"
    directory = tmp_path_factory.mktemp("notes")
    auth = SumunAuth(issuer=issuer.url, resource=resource, resource_name="Notes")
    mcp, seen = build(auth, directory)
    token = issuer.token(issuer.add_client("notes-agent", resource), resource=resource)
    with served(mcp.http_app(path="/mcp"), port):
        yield Notes(resource, token, seen, directory)


class TestDataPassesTheGuard:
    async def test_arguments_and_structured_results(self, notes: Notes):
        async with notes.client() as client:
            people = [{"phone": PHONE, "name": "x"}]
            result = await client.call_tool("save", {"text": f"to {EMAIL}", "people": people})
        text, seen = notes.seen[-1]
        assert text.startswith("to <EMAIL_ADDRESS:")
        assert seen[0]["phone"].startswith("<PHONE_NUMBER:")
        assert seen[0]["name"] == "x"
        shown = json.dumps(result.structured_content) + result.content[0].text
        assert result.structured_content["saved"] == 1
        assert EMAIL not in shown
        assert PHONE not in shown

    async def test_a_result_fits_its_output_schema(self, notes: Notes):
        async with notes.client() as client:
            result = await client.call_tool_mcp("contact", {})
        assert result.structured_content["email"].endswith("@tok.invalid")
        assert json.loads(result.content[0].text) == result.structured_content

    async def test_content_embedded_resources_and_meta(self, notes: Notes):
        async with notes.client() as client:
            result = await client.call_tool_mcp("rich", {})
        shown = result.model_dump_json(by_alias=True)
        assert EMAIL not in shown
        assert "1234" not in shown
        assert result.content[1].resource.uri == "note://1"
        assert result.meta["author"].endswith("@example.com")

    @pytest.mark.parametrize("kind", ["told", "broken"])
    async def test_errors_of_tools(self, notes: Notes, kind: str):
        async with notes.client() as client:
            with pytest.raises(ToolError) as error:
                await client.call_tool("fail", {"kind": kind})
        assert EMAIL not in str(error.value)
        assert "no customer k" in str(error.value)

    async def test_resources(self, notes: Notes):
        async with notes.client() as client:
            (content,) = await client.read_resource("note://today")
        assert content.text.startswith("today: k")
        assert EMAIL not in content.text

    async def test_prompts(self, notes: Notes):
        async with notes.client() as client:
            result = await client.get_prompt("letter", {"to": PHONE})
        assert notes.seen[-1].startswith("<PHONE_NUMBER:")
        shown = result.model_dump_json()
        assert "Write to k" in shown
        assert EMAIL not in shown

    async def test_lists(self, notes: Notes):
        async with notes.client() as client:
            tools = {tool.name: tool for tool in await client.list_tools()}
            assert [prompt.name for prompt in await client.list_prompts()] == ["letter"]
            (template,) = await client.list_resource_templates()
        assert EMAIL not in tools["described"].description
        assert tools["save"].description == "Save a note."
        assert tools["save"].input_schema["required"] == ["text", "people"]
        assert template.uri_template == "note://{name}"

    async def test_what_holds_no_data_is_left_alone(self, notes: Notes):
        async with notes.client() as client:
            assert (await client.call_tool("add", {"a": 1, "b": 2})).data == 3


class TestRefusals:
    async def test_data_that_policy_rejects(self, notes: Notes):
        async with notes.client() as client:
            with pytest.raises(ToolError, match="KR_RRN"):
                await client.call_tool("save", {"text": "900101-1234568", "people": []})
            with pytest.raises(MCPError, match="KR_RRN"):
                await client.get_prompt("letter", {"to": "900101-1234568"})
        assert "900101" not in str(notes.seen)

    async def test_a_tool_that_policy_forbids(self, notes: Notes):
        async with notes.client() as client:
            with pytest.raises(ToolError, match="nobody deletes"):
                await client.call_tool("delete_all", {})
        assert "deleted" not in notes.seen


async def test_the_log_has_intent_and_outcome_of_the_principal(notes: Notes):
    async with notes.client() as client:
        await client.call_tool("add", {"a": 20, "b": 22})
        with pytest.raises(ToolError):
            await client.call_tool("fail", {"kind": "told"})
    mine = [event for event in notes.events() if event.get("client_id") == "notes-agent"]
    intent, outcome = [event for event in mine if event["tool_name"] == "add"][-2:]
    assert (intent["event_type"], outcome["event_type"]) == ("tool_call", "tool_access")
    assert intent["correlation_id"] == outcome["correlation_id"]
    assert intent["server"] == "my-notes"
    assert intent["token_id"]
    assert [event for event in mine if event["tool_name"] == "fail"][-1]["reason"] == "tool_error"
    assert EMAIL not in json.dumps(notes.events())


class TestAuthorization:
    def test_no_token_gets_the_complete_challenge(self, notes: Notes):
        answer = httpx2.post(notes.url, json={}, trust_env=False)
        assert answer.status_code == 401
        metadata = notes.url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")
        expected = f'Bearer scope="mcp.access", resource_metadata="{metadata}"'
        assert answer.headers["www-authenticate"] == expected

    @pytest.mark.parametrize("form", ["", "/mcp"])
    def test_metadata_at_root_and_path_form(self, notes: Notes, issuer, form: str):
        base = notes.url.removesuffix("/mcp")
        url = f"{base}/.well-known/oauth-protected-resource{form}"
        assert httpx2.get(url, trust_env=False).json() == {
            "resource": notes.url,
            "authorization_servers": [issuer.url],
            "scopes_supported": ["mcp.access"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Notes",
        }

    def test_a_token_for_another_resource(self, notes: Notes, issuer):
        other = "http://localhost:1/mcp"
        token = issuer.token(issuer.add_client("elsewhere", other), resource=other)
        self.refused(notes, token, 401, "invalid_token")

    def test_a_token_with_too_little_scope(self, notes: Notes, issuer):
        added = issuer.add_client("narrow", notes.url, scope="notes:read")
        answer = self.refused(
            notes, issuer.token(added, resource=notes.url), 403, "insufficient_scope"
        )
        assert 'scope="mcp.access"' in answer.headers["www-authenticate"]

    def test_a_token_of_nobody(self, notes: Notes):
        head, payload, _ = notes.token.split(".")
        self.refused(notes, f"{head}.{payload}.{'A' * 86}", 401, "invalid_token")

    def refused(self, notes: Notes, token: str, status: int, error: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.post(notes.url, json={}, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert f'error="{error}"' in answer.headers["www-authenticate"]
        assert "resource_metadata=" in answer.headers["www-authenticate"]
        return answer


async def test_without_authentication_the_caller_is_local(tmp_path):
    mcp, _ = build(None, tmp_path)
    async with Client(mcp) as client:
        assert (await client.call_tool("add", {"a": 1, "b": 1})).data == 2
        shown = (await client.call_tool("save", {"text": EMAIL, "people": []})).structured_content
        assert EMAIL not in json.dumps(shown)


async def test_completions_pass_the_guard_too(tmp_path):
    mcp, _ = build(None, tmp_path)

    @mcp.completion
    def names(ref: Any, argument: Any, context: Any) -> list[str]:
        return [EMAIL, argument.value]

    async with Client(mcp) as client:
        reference = ResourceTemplateReference(uri="note://{name}")
        done = await client.complete(reference, {"name": "name", "value": PHONE})
    assert EMAIL not in done.values
    assert PHONE not in done.values


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://sumun.example", "resource": "https://notes.example/mcp"},
        {"issuer": "https://sumun.example", "resource": "notes"},
        {"issuer": "https://u:p@sumun.example", "resource": "https://notes.example/mcp"},
    ],
)
def test_addresses_that_cannot_be_trusted_are_refused_at_once(wrong):
    with pytest.raises(ValueError, match=r"issuer|resource"):
        SumunAuth(**wrong)
