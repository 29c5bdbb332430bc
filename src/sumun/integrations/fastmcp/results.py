"""FastMCP's results as the JSON they become on the wire, and back again."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

import mcp_types
from fastmcp.prompts.base import Message, PromptResult
from fastmcp.resources.base import ResourceContent, ResourceResult
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.components import FastMCPComponent
from pydantic import BaseModel

R = TypeVar("R")
C = TypeVar("C", bound=FastMCPComponent)

_TEXTS: Final = ("title", "description", "uri", "uri_template", "meta")
"""What a list tells of a component beside its name and its schemas."""


class Form(NamedTuple, Generic[R]):
    """How a kind of result is written, and made again of what the guard left of it."""

    to_wire: Callable[[R], Any]
    from_wire: Callable[[R, dict[str, Any]], R]


def resource(uri: str) -> Form[ResourceResult]:
    """Return the form of what a resource at ``uri`` holds."""
    return Form(lambda result: _asked(result) or result.to_mcp_result(uri), _to_resource)


def listing(key: str) -> Form[Sequence[C]]:
    """Return the form of a list, called ``key`` in the protocol."""

    def to_wire(components: Sequence[C]) -> dict[str, Any]:
        return {key: [_texts(component) for component in components]}

    def from_wire(was: Sequence[C], wire: dict[str, Any]) -> Sequence[C]:
        return [
            component if texts == _texts(component) else component.model_copy(update=texts)
            for component, texts in zip(was, wire[key], strict=True)
        ]

    return Form(to_wire, from_wire)


def _texts(component: FastMCPComponent) -> dict[str, Any]:
    values = {name: getattr(component, name, None) for name in _TEXTS}
    return {
        name: value if isinstance(value, dict) else str(value)
        for name, value in values.items()
        if value
    }


def _from_tool(result: Any) -> BaseModel:
    if not isinstance(result, ToolResult):
        model: BaseModel = result  # what an extension answers with
        return model
    raw = _asked(result) or result.to_mcp_result()
    if isinstance(raw, BaseModel):
        return raw
    return mcp_types.CallToolResult(
        content=result.content, structured_content=result.structured_content
    )


def _to_tool(was: Any, wire: dict[str, Any]) -> Any:
    if not isinstance(was, ToolResult):
        return type(was).model_validate(wire)
    if _asked(was) is not None:
        return _ask(was, wire)
    return ToolResult.from_mcp_result(mcp_types.CallToolResult.model_validate(wire))


def _to_resource(was: ResourceResult, wire: dict[str, Any]) -> ResourceResult:
    if _asked(was) is not None:
        return _ask(was, wire)
    contents = [
        ResourceContent(
            item["text"] if "text" in item else base64.b64decode(item["blob"]),
            mime_type=item.get("mimeType"),
            meta=item.get("_meta"),
        )
        for item in wire["contents"]
    ]
    return ResourceResult(contents, meta=wire.get("_meta"))


def _from_prompt(result: PromptResult) -> BaseModel:
    return _asked(result) or result.to_mcp_prompt_result()


def _to_prompt(was: PromptResult, wire: dict[str, Any]) -> PromptResult:
    if _asked(was) is not None:
        return _ask(was, wire)
    left = mcp_types.GetPromptResult.model_validate(wire)
    # A prompt of FastMCP holds no other kinds of content than it was made of.
    messages = [Message(message.content, message.role) for message in left.messages]
    return PromptResult(messages, description=left.description, meta=wire.get("_meta"))


def _asked(result: Any) -> BaseModel | None:
    """Return what a result asks the client instead of answering (MCP multi-round-trip)."""
    asked: BaseModel | None = getattr(result, "input_required", None)
    return asked


def _ask(was: R, wire: dict[str, Any]) -> R:
    make: Callable[[BaseModel], R] = type(was)
    return make(mcp_types.InputRequiredResult.model_validate(wire))


def _to_wire(was: Any, wire: dict[str, Any]) -> Any:
    return type(was).model_validate(wire) if isinstance(was, BaseModel) else wire


TOOL: Final[Form[ToolResult]] = Form(_from_tool, _to_tool)
PROMPT: Final[Form[PromptResult]] = Form(_from_prompt, _to_prompt)
WIRE: Final[Form[Any]] = Form(lambda result: result, _to_wire)
"""What is as on the wire already, or the SDK's own model of it."""
