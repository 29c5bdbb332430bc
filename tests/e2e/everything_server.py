"""A server with everything the scenarios of the MCP conformance suite ask a server for.

Source: the descriptions of the scenarios (``conformance list --server``); both eras of MCP.
"""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Annotated, Any

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.resolve import Resolve, Sample
from mcp.server.streamable_http import EventMessage, EventStore
from pydantic import BaseModel, Field, create_model

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
STEP = 0.05
"""Seconds between two messages of a tool, so that they come one by one."""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}

Asked = types.InputRequiredResult
Content = list[types.ContentBlock]


class Events(EventStore):
    """What was said on streams, for clients that come back to one."""

    def __init__(self) -> None:
        self._said: list[tuple[str, types.JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: str, message: types.JSONRPCMessage | None) -> str:
        self._said.append((stream_id, message))
        return str(len(self._said))

    async def replay_events_after(self, last_event_id: str, send_callback: Any) -> str | None:
        known = last_event_id.isdecimal() and 0 < int(last_event_id) <= len(self._said)
        if not known:
            return None
        last = int(last_event_id)
        wanted = self._said[last - 1][0]
        for number, (stream, message) in enumerate(self._said[last:], last + 1):
            if stream == wanted and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return wanted


def app() -> Any:
    """Return the server as an application that speaks both eras."""
    server = MCPServer("everything", version="1", instructions="Made to be tested.")
    for add in (_contents, _talking, _asking_of_legacy, _asking_of_modern, _rounds, _diagnostics,
                _resources, _prompts, _rest):  # fmt: skip
        add(server)
    for each in (*server._tool_manager.list_tools(), *server._prompt_manager.list_prompts()):
        each.description = f"Made for the scenario that names {each.name}"
    return server.streamable_http_app(
        streamable_http_path="/mcp", event_store=Events(), retry_interval=100
    )


def _image() -> types.ImageContent:
    return types.ImageContent(type="image", data=PIXEL, mime_type="image/png")


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


def _embedded(uri: str, text: str, media_type: str = "text/plain") -> types.EmbeddedResource:
    contents = types.TextResourceContents(uri=uri, mime_type=media_type, text=text)
    return types.EmbeddedResource(type="resource", resource=contents)


def _contents(server: MCPServer) -> None:
    @server.tool()
    def test_simple_text() -> str:
        return "This is a simple text response for testing."

    @server.tool(structured_output=False)
    def test_image_content() -> Content:
        return [_image()]

    @server.tool(structured_output=False)
    def test_audio_content() -> Content:
        return [types.AudioContent(type="audio", data=SOUND, mime_type="audio/wav")]

    @server.tool(structured_output=False)
    def test_embedded_resource() -> Content:
        return [_embedded("test://embedded-resource", "This is an embedded resource content.")]

    @server.tool(structured_output=False)
    def test_multiple_content_types() -> Content:
        document = json.dumps({"test": "data", "value": 123})
        uri = "test://mixed-content-resource"
        return [
            _text("Multiple content types test:"),
            _image(),
            _embedded(uri, document, "application/json"),
        ]

    @server.tool()
    def test_error_handling() -> str:
        raise RuntimeError("This tool intentionally returns an error for testing")


def _talking(server: MCPServer) -> None:
    @server.tool()
    async def test_tool_with_logging(ctx: Context) -> str:
        for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(said)
            await asyncio.sleep(STEP)
        return "done"

    @server.tool()
    async def test_logging_tool(ctx: Context) -> str:
        await ctx.info("Tool execution started")
        return "done"

    @server.tool()
    async def test_tool_with_progress(ctx: Context) -> str:
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100, f"Completed step {done} of 100")
            await asyncio.sleep(STEP)
        return "done"

    @server.tool()
    async def test_reconnection(ctx: Context) -> str:
        await ctx.info("Before disconnect")
        await ctx.close_sse_stream()
        await asyncio.sleep(4 * STEP)
        await ctx.info("After reconnect")
        return "Reconnection test completed"


class Answer(BaseModel):
    response: str = Field(description="User's response")


class Defaults(BaseModel):
    name: str = Field("John Doe", description="User name")
    age: int = Field(30, description="User age")
    score: float = Field(95.5, description="User score")
    status: str = Field("active", json_schema_extra={"enum": ["active", "inactive", "pending"]})
    verified: bool = Field(default=True, description="Verification status")


def _named(**titles: str) -> list[dict[str, str]]:
    return [{"const": value, "title": title} for value, title in titles.items()]


def _one_of(extra: dict[str, Any]) -> Any:
    return Field(description="One", json_schema_extra=extra)


def _some_of(items: dict[str, Any]) -> Any:
    return Field(description="Some", json_schema_extra={"items": items})


Choices = create_model(
    "Choices",
    untitledSingle=(str, _one_of({"enum": ["active", "inactive", "pending"]})),
    titledSingle=(str, _one_of({"oneOf": _named(low="Low", medium="Medium", high="High")})),
    untitledMulti=(list[str], _some_of({"type": "string", "enum": ["read", "write"]})),
    titledMulti=(list[str], _some_of({"anyOf": _named(bug="Bug", docs="Docs")})),
    legacyEnum=(str, _one_of({"enum": ["small", "large"], "enumNames": ["Small", "Large"]})),
)


def _asking_of_legacy(server: MCPServer) -> None:
    async def elicit(ctx: Context, message: str, schema: type[BaseModel]) -> str:
        said = await ctx.elicit(message, schema)
        content = said.data.model_dump_json() if said.action == "accept" else "{}"
        return f"User response: action={said.action}, content={content}"

    @server.tool()
    async def test_sampling(prompt: str, ctx: Context) -> str:
        message = types.SamplingMessage(role="user", content=_text(prompt))
        said = await ctx.session.create_message(
            messages=[message], max_tokens=100, related_request_id=ctx.request_id
        )
        return f"LLM response: {said.content.text}"

    @server.tool()
    async def test_elicitation(message: str, ctx: Context) -> str:
        return await elicit(ctx, message, Answer)

    @server.tool()
    async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
        return await elicit(ctx, "Please review these values", Defaults)

    @server.tool()
    async def test_elicitation_sep1330_enums(ctx: Context) -> str:
        return await elicit(ctx, "Please choose", Choices)


def _form(message: str, field: str, kind: str = "string") -> types.ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    params = types.ElicitRequestFormParams(message=message, requested_schema=schema)
    return types.ElicitRequest(params=params)


def _sampling(text: str, most: int) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=_text(text))
    params = types.CreateMessageRequestParams(messages=[message], max_tokens=most)
    return types.CreateMessageRequest(params=params)


def _field(given: Any, name: str) -> Any:
    """Return what a person filled into a form; nothing if they did not."""
    content = getattr(given, "content", None)
    return content.get(name) if isinstance(content, dict) else None


def _ask_name() -> types.ElicitRequest:
    return _form("What is your name?", "name")


def _add(server: MCPServer, name: str, of: Callable[[Context, dict[str, Any]], Any]) -> None:
    """Add a tool without arguments; ``of`` makes its result of the answers that are there."""

    def tool(ctx: Context):
        return of(ctx, ctx.input_responses or {})

    server.add_tool(tool, name=name, structured_output=False)


def _asking_of_modern(server: MCPServer) -> None:
    def elicitation(_ctx: Context, given: dict[str, Any]) -> Asked | str:
        name = _field(given.get("user_name"), "name")
        if not isinstance(name, str):
            return Asked(input_requests={"user_name": _ask_name()})
        return f"Hello, {name}!"

    def sampling(_ctx: Context, given: dict[str, Any]) -> Asked | str:
        said = given.get("capital_question")
        if not isinstance(said, types.CreateMessageResult):
            question = _sampling("What is the capital of France?", 100)
            return Asked(input_requests={"capital_question": question})
        return f"It said: {said.content.text}"

    def roots(_ctx: Context, given: dict[str, Any]) -> Asked | str:
        said = given.get("client_roots")
        if not isinstance(said, types.ListRootsResult):
            return Asked(input_requests={"client_roots": types.ListRootsRequest()})
        return " ".join(f"{root.name} {root.uri}" for root in said.roots)

    def capabilities(ctx: Context, _given: dict[str, Any]) -> Asked:
        declared = ctx.client_capabilities
        asked: dict[str, Any] = {}
        if declared and declared.elicitation:
            asked["name"] = _ask_name()
        if declared and declared.sampling:
            asked["word"] = _sampling("Say a word", 10)
        return Asked(input_requests=asked, request_state="waiting")

    _add(server, "test_input_required_result_elicitation", elicitation)
    _add(server, "test_streaming_elicitation", elicitation)
    _add(server, "test_input_required_result_sampling", sampling)
    _add(server, "test_input_required_result_list_roots", roots)
    _add(server, "test_input_required_result_capabilities", capabilities)


def _rounds(server: MCPServer) -> None:
    def confirmed(ctx: Context, given: dict[str, Any]) -> Asked | str:
        if ctx.request_state != "kept" or "confirm" not in given:
            asked = {"confirm": _form("Please confirm", "ok", "boolean")}
            return Asked(input_requests=asked, request_state="kept")
        return "state-ok"

    def several(ctx: Context, given: dict[str, Any]) -> Asked | str:
        asked = {
            "user_name": _ask_name(),
            "greeting": _sampling("Generate a greeting", 50),
            "client_roots": types.ListRootsRequest(),
        }
        if ctx.request_state != "kept" or not asked.keys() <= given.keys():
            return Asked(input_requests=asked, request_state="kept")
        return "All of them are there."

    def step_by_step(ctx: Context, given: dict[str, Any]) -> Asked | str:
        if ctx.request_state == "second" and "step2" in given:
            return f"Your colour is {_field(given['step2'], 'color')}."
        if ctx.request_state == "first" and "step1" in given:
            asked = {"step2": _form("Step 2: What is your favorite color?", "color")}
            return Asked(input_requests=asked, request_state="second")
        asked = {"step1": _form("Step 1: What is your name?", "name")}
        return Asked(input_requests=asked, request_state="first")

    _add(server, "test_input_required_result_request_state", confirmed)
    _add(server, "test_input_required_result_tampered_state", confirmed)
    _add(server, "test_input_required_result_multiple_inputs", several)
    _add(server, "test_input_required_result_multi_round", step_by_step)


def _ask_model() -> Sample:
    return Sample([types.SamplingMessage(role="user", content=_text("Hello"))], max_tokens=10)


def _diagnostics(server: MCPServer) -> None:
    @server.tool()
    def test_missing_capability(
        said: Annotated[types.CreateMessageResult, Resolve(_ask_model)],
    ) -> str:
        return said.content.text

    @server.tool()
    async def test_trigger_tool_change(ctx: Context) -> str:
        await ctx.notify_tools_changed()
        return "done"

    @server.tool()
    async def test_trigger_prompt_change(ctx: Context) -> str:
        await ctx.notify_prompts_changed()
        return "done"

    @server.tool()
    def test_headers(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    ) -> str:
        return f"in {region}"

    @server.tool()
    def json_schema_2020_12_tool() -> str:
        return "done"

    tool = server._tool_manager.get_tool("json_schema_2020_12_tool")
    tool.parameters = SCHEMA


def _resources(server: MCPServer) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        return base64.b64decode(PIXEL)

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        return "Watched resource content."

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def of_template(id: str) -> str:  # noqa: A002 - the template's own word
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def _prompts(server: MCPServer) -> None:
    def said(*contents: Any) -> list[dict[str, Any]]:
        return [{"role": "user", "content": content} for content in contents]

    @server.prompt()
    def test_simple_prompt() -> str:
        return "This is a simple prompt for testing."

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str):  # noqa: N803 - the scenario's word
        embedded = _embedded(resourceUri, "Embedded resource content for testing.")
        return said(embedded, _text("Please process the embedded resource above."))

    @server.prompt()
    def test_prompt_with_image():
        return said(_image(), _text("Please analyze the image above."))

    @server.prompt()
    def test_input_required_result_prompt(ctx: Context):
        context = _field((ctx.input_responses or {}).get("user_context"), "context")
        if not isinstance(context, str):
            asked = {"user_context": _form("What context should the prompt use?", "context")}
            return Asked(input_requests=asked)
        return said(_text(f"In the context of {context}"))


def _rest(server: MCPServer) -> None:
    @server.completion()
    async def complete(ref, argument, context):
        return types.Completion(values=["paris", "park", "party"], total=3, has_more=False)

    async def nothing(_ctx, _params) -> types.EmptyResult:
        return types.EmptyResult()

    lowlevel = server._lowlevel_server
    lowlevel.add_request_handler("resources/subscribe", types.SubscribeRequestParams, nothing)
    lowlevel.add_request_handler("resources/unsubscribe", types.UnsubscribeRequestParams, nothing)
    lowlevel.add_request_handler("logging/setLevel", types.SetLevelRequestParams, nothing)
