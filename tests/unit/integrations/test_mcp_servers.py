"""Servers of the SDK and of FastMCP behind the guard, in both eras: nothing goes by it."""

import inspect
import json
from pathlib import Path
from typing import Any, NamedTuple

import fastmcp
import mcp_types as types
import pytest
from fastmcp.server.middleware import Middleware
from mcp import Client
from mcp.server.lowlevel import Server
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from sumun.config import Config
from sumun.integrations.fastmcp import SumunMiddleware as FastMCPMiddleware
from sumun.integrations.mcp import SumunMiddleware
from sumun.policy import Policy

EMAIL = "kim@example.com"
PHONE = "010-1234-5678"
RRN = "900101-1234568"
POLICY = """
version = 1
[[rule]]
name = "no resident number"
entity = "KR_RRN"
action = "reject"
[[access]]
name = "nobody deletes"
tool = "delete_*"
allow = false
"""
ERAS = ["legacy", "auto"]
PATTERN = {"type": "string", "pattern": "^[a-z0-9]+@[a-z.]+$"}
CONTACT = {"type": "object", "properties": {"email": PATTERN}}

pytestmark = pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")


class Answer(BaseModel):
    name: str


class Contact(BaseModel):
    email: str


class Heard:
    """A client that lists all it is told, and answers questions with personal data."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    async def on_message(self, message: Any) -> None:
        self.said.append(message)

    async def on_log(self, params: types.LoggingMessageNotificationParams) -> None:
        self.said.append(params)

    async def on_elicitation(self, _: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        self.said.append(params)
        return types.ElicitResult(action="accept", content={"name": f"{EMAIL} and {PHONE}"})

    async def on_sampling(
        self, _: Any, params: types.CreateMessageRequestParams
    ) -> types.CreateMessageResult:
        self.said.append(params)
        if params.max_tokens == 1:
            raise MCPError(-1, f"ask {EMAIL}")
        return types.CreateMessageResult(
            role="assistant", content=types.TextContent(text=f"{EMAIL}, {PHONE}"), model="m"
        )

    async def on_progress(self, progress: float, total: float | None, message: str | None) -> None:
        self.said.append({"progress": progress, "total": total, "message": message})

    def connect(self, server: Any, era: str) -> Client:
        return Client(
            server,
            mode=era,
            log_level="debug",
            logging_callback=self.on_log,
            message_handler=self.on_message,
            elicitation_callback=self.on_elicitation,
            sampling_callback=self.on_sampling,
        )

    @property
    def text(self) -> str:
        return "\n".join(
            each.model_dump_json(by_alias=True) if isinstance(each, BaseModel) else json.dumps(each)
            for each in self.said
        )


async def speak(session: ServerSession, request_id: Any) -> None:
    """Say personal data in every way that needs no answer."""
    await session.report_progress(1, 2, f"looking for {EMAIL}")
    await session.send_progress_notification("own", 1, 2, f"for {EMAIL}", str(request_id))
    await session.send_log_message("info", {"who": EMAIL}, f"log of {PHONE}", request_id)
    await session.send_resource_updated(f"note://{EMAIL}")
    await session.send_notification(
        types.ElicitCompleteNotification(
            params=types.ElicitCompleteNotificationParams(elicitation_id="e1", _meta={"by": EMAIL})
        ),
        request_id,
    )
    await session.send_log_message("info", f"never {RRN}", None, request_id)
    await session.send_tool_list_changed()


async def ask(session: ServerSession, request_id: Any) -> list[str]:
    """Ask with personal data; return the answers."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    told = await session.elicit_form(f"Are you {EMAIL}?", schema, request_id)
    question = types.SamplingMessage(role="user", content=types.TextContent(text=f"Who is {PHONE}"))
    drawn = await session.create_message([question], max_tokens=9, related_request_id=request_id)
    failures = []
    for text, tokens in ((f"Write {RRN}", 9), ("fail", 1)):
        message = types.SamplingMessage(role="user", content=types.TextContent(text=text))
        with pytest.raises(MCPError) as refused:
            await session.create_message(
                [message], max_tokens=tokens, related_request_id=request_id
            )
        failures.append(str(refused.value))
    return [told.content["name"], drawn.content.text, *failures]


class Built(NamedTuple):
    server: Any
    seen: list[Any]
    directory: str

    def log(self) -> str:
        return Path(self.directory, "logs", "security_audit.log").read_text(encoding="utf-8")


def of_sdk(config: Config, greeting: str = f"Ask {EMAIL}") -> Built:
    guard = SumunMiddleware("notes", config, policy=Policy.parse(POLICY))
    server = MCPServer("notes", instructions=greeting, middleware=[guard])
    return Built(server, furnish(server, Context), config.data_dir)


def of_fastmcp(config: Config, greeting: str = f"Ask {EMAIL}") -> Built:
    guard = FastMCPMiddleware(config, policy=Policy.parse(POLICY))
    server: Any = fastmcp.FastMCP("notes", instructions=greeting, middleware=[guard])
    # The SDK's client, which hears more than FastMCP's, wants the SDK's server.
    return Built(server._mcp_server, furnish(server, fastmcp.Context), config.data_dir)


def furnish(server: Any, context: Any) -> list[Any]:
    """Give a server what it has; return what its tools see."""
    seen: list[Any] = []

    async def talk(ctx: Any) -> str:
        await ctx.report_progress(1, 2, f"looking for {EMAIL}")
        await ctx.info(f"found {EMAIL}")
        await speak(ctx.session, ctx.request_id)
        return "done"

    async def question(ctx: Any) -> str:
        told = await ctx.elicit(f"Are you {EMAIL}?", Answer)
        seen.extend([told.data.name, *await ask(ctx.session, ctx.request_id)])
        return "done"

    def save(text: str) -> Contact:
        seen.append(text)
        return Contact(email=EMAIL)

    def fail() -> str:
        raise LookupError(f"no customer {EMAIL}")

    def delete_all() -> str:
        seen.append("deleted")
        return "gone"

    for tool in (talk, question):
        tool.__annotations__["ctx"] = context
    for tool in (talk, question, save, fail, delete_all):
        server.tool()(tool)

    @server.resource("note://{name}")
    def note(name: str) -> str:
        return f"{name}: {EMAIL}"

    @server.prompt()
    def letter(to: str) -> str:
        seen.append(to)
        return f"Write to {EMAIL} about {to}"

    return seen


@pytest.fixture(scope="module", params=[of_sdk, of_fastmcp], ids=["sdk", "fastmcp"])
def built(request, tmp_path_factory) -> Built:
    directory = tmp_path_factory.mktemp("server")
    return request.param(Config(mode="development", data_dir=str(directory)))


@pytest.fixture(params=ERAS)
def era(request) -> str:
    return request.param


def clean(text: str) -> bool:
    return not any(value in text for value in (EMAIL, PHONE, RRN, "900101"))


async def test_arguments_and_results(built, era):
    heard = Heard()
    async with heard.connect(built.server, era) as client:
        saved = await client.call_tool("save", {"text": f"to {EMAIL}"})
        note = await client.read_resource("note://today")
        letter = await client.get_prompt("letter", {"to": PHONE})
        with pytest.raises(MCPError):
            await client.get_prompt("letter", {"to": RRN})
        greeting = client.instructions
    assert built.seen[-2].startswith("to <EMAIL_ADDRESS:")
    assert built.seen[-1].startswith("<PHONE_NUMBER:")
    for answer in (saved, note, letter):
        assert clean(answer.model_dump_json(by_alias=True))
        assert "EMAIL_ADDRESS" in answer.model_dump_json()
    assert "EMAIL_ADDRESS" in greeting
    assert clean(greeting)


async def test_errors_and_refusals(built, era):
    async with Heard().connect(built.server, era) as client:
        shown = await failure(client, "fail")
        assert clean(shown)
        for tool, arguments in (("delete_all", {}), ("save", {"text": RRN})):
            assert clean(await failure(client, tool, arguments))
    assert "deleted" not in built.seen
    assert clean(str(built.seen))


async def failure(client: Client, tool: str, arguments: dict[str, Any] | None = None) -> str:
    """What a caller is told: FastMCP has it in the result, the SDK in the error."""
    try:
        result = await client.call_tool(tool, arguments or {})
    except MCPError as error:
        return error.error.model_dump_json()
    assert result.is_error
    return result.model_dump_json()


async def test_what_a_handler_says_while_it_runs(built, era):
    heard = Heard()
    async with heard.connect(built.server, era) as client:
        await client.call_tool("talk", {}, progress_callback=heard.on_progress)
    assert clean(heard.text)
    assert "looking for <EMAIL_ADDRESS:" in heard.text
    assert '"who":"<EMAIL_ADDRESS:' in heard.text
    assert "log of <PHONE_NUMBER:" in heard.text
    assert "never" not in heard.text
    assert ("notifications/resources/updated" in heard.text) == (era == "legacy")


async def test_questions_and_their_answers(built):
    heard = Heard()
    async with heard.connect(built.server, "legacy") as client:
        result = await client.call_tool("question", {})
    assert not result.is_error, result
    assert clean(heard.text)
    assert "Are you <EMAIL_ADDRESS:" in heard.text
    assert "Who is <PHONE_NUMBER:" in heard.text
    by_context, by_session, drawn, refused, failed = built.seen[-5:]
    for told in (by_context, by_session, drawn):
        assert clean(told)
        assert "<EMAIL_ADDRESS:" in told
    assert "KR_RRN" in refused
    assert failed.startswith("ask <EMAIL_ADDRESS:")


@pytest.mark.parametrize("make", [of_sdk, of_fastmcp])
async def test_a_greeting_that_may_not_be_told_is_not(make, tmp_path, era):
    built = make(Config(mode="development", data_dir=str(tmp_path)), f"Ask {RRN}")
    with pytest.raises(ExceptionGroup) as refused:
        await Heard().connect(built.server, era).__aenter__()
    assert clean(repr(refused.value))


async def test_a_server_of_the_lower_level(tmp_path, era):
    heard = Heard()

    async def call(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        await ctx.session.send_log_message("info", params.arguments, None, ctx.request_id)
        return types.CallToolResult(content=[], structured_content={"email": EMAIL})

    async def tools(_ctx: Any, _params: Any) -> types.ListToolsResult:
        tool = types.Tool(name="find", input_schema={"type": "object"}, output_schema=CONTACT)
        return types.ListToolsResult(tools=[tool])

    server = Server("notes", on_call_tool=call, on_list_tools=tools)
    server.middleware.append(
        SumunMiddleware("notes", Config(mode="development", data_dir=str(tmp_path)))
    )
    async with heard.connect(server, era) as client:
        found = await client.call_tool("find", {"by": EMAIL})
    assert "<EMAIL_ADDRESS:" in heard.text
    assert clean(heard.text)
    assert found.structured_content["email"].endswith("@tok.invalid"), "it fits the output schema"


async def test_what_a_client_says_of_its_own_accord(built):
    async with Heard().connect(built.server, "legacy") as client:
        await client.send_progress_notification(EMAIL, 1, 2, f"for {EMAIL}")
        await client.send_progress_notification(RRN, 1, 2, f"for {RRN}")
        assert (await client.call_tool("save", {"text": "still there"})).is_error is False


async def test_every_call_is_recorded(built):
    async with Heard().connect(built.server, "auto") as client:
        await client.call_tool("save", {"text": "for the log"})
    log = built.log()
    events = [json.loads(line) for line in log.splitlines()]
    intent, outcome = [event for event in events if event["tool_name"] == "save"][-2:]
    assert (intent["event_type"], outcome["event_type"]) == ("tool_call", "tool_access")
    assert intent["correlation_id"] == outcome["correlation_id"]
    assert {event["server"] for event in events} == {"notes"}
    assert outcome["client_id"] == "local"
    assert clean(log)


def test_every_hook_of_fastmcp_is_known():
    """A new hook of FastMCP is a new way past the guard until somebody has looked at it."""
    hooks = {name for name in vars(Middleware) if not name.startswith("_")}
    guarded = {name for name in vars(FastMCPMiddleware) if not name.startswith("_")}
    assert hooks - guarded == {
        "on_message",  # every message is one of those that have a hook of their own
        "check_resource_access",  # asks about access, and shows nothing
    }


def test_every_way_in_which_a_session_speaks_is_known():
    """What the SDK's session sends by itself goes through these; a new way would not be guarded."""
    own = {"send_request", "send_notification", "send_log_message", "report_progress"}
    source = inspect.getsource(ServerSession)
    speaks = {
        name
        for name, method in inspect.getmembers(ServerSession, inspect.isfunction)
        if any(
            channel in inspect.getsource(method)
            for channel in ("_request_outbound.", "_connection.outbound", "self._notify(")
        )
        and not name.startswith("__")
    }
    assert "_request_outbound" in source
    assert speaks - own <= {"_notify", "can_send_request"}
