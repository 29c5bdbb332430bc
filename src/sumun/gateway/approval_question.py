"""Asking a person whether a call may go on, in the way their client understands.

Modern clients that show forms get ``input_required`` with an elicitation (MCP 2026-07-28
client/elicitation, "Form Mode"); where somebody else decides they get one without a question, and
come again. All others are told in words, and find the answer when they make the same call again.
"""

from typing import Any, Final, NamedTuple

import msgspec

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.headers import MIRRORING_SINCE
from sumun.gateway.jsonrpc import Message
from sumun.guard import Call, Question

QUESTION: Final = "sumun/approval"
"""The name of our question among a result's ``inputRequests``."""

_INTERRUPTIBLE: Final = frozenset({"tools/call", "prompts/get", "resources/read"})
_CAPABILITIES: Final = "io.modelcontextprotocol/clientCapabilities"
_OF_THE_ROUND: Final = ("requestState", "inputResponses")
_KEPT_LIMIT: Final = 64 * 1024
_FIELD: Final = "approve"
_WORDS: Final = {
    "en": ("Let the tool “{tool}” of {server} be called with {arguments}?", "Yes, call it"),
    "ko": ("{server}의 “{tool}” 도구를 다음 인자로 호출할까요? {arguments}", "예, 호출합니다"),
}


class _Held(msgspec.Struct, array_like=True):
    """What the retry of a call brings back: which approval, and what the call held of a round."""

    approval_id: str
    kept: dict[str, Any]


class Round(NamedTuple):
    """What a client's way of asking is."""

    modern: bool
    forms: bool


def round_of(message: Message, revision: str) -> Round:
    """Return whether the client of a message comes again by itself, and whether it shows forms."""
    if revision < MIRRORING_SINCE or message.method not in _INTERRUPTIBLE:
        return Round(modern=False, forms=False)
    meta = message.body.get("params", {}).get("_meta")
    for name in (_CAPABILITIES, "elicitation"):
        meta = meta.get(name) if isinstance(meta, dict) else None
    # Without a mode, forms are meant: there was no other before.
    forms = isinstance(meta, dict) and ("form" in meta or "url" not in meta)
    return Round(modern=True, forms=forms)


def hold(message: Message, question: Question) -> str:
    """Return what the retry of a call needs of this one, to be sealed."""
    params = message.body.get("params", {})
    kept = {name: params[name] for name in _OF_THE_ROUND if name in params}
    if len(msgspec.json.encode(kept)) > _KEPT_LIMIT:
        kept = {}  # too much to carry along: the server asks its own questions anew then
    return msgspec.json.encode(_Held(question.approval_id, kept)).decode()


def resume(call: Call, held: str) -> None:
    """Put back what a call held before our question, and note what was said to that."""
    params = call.params
    responses = params.get("inputResponses")
    said = responses.get(QUESTION) if isinstance(responses, dict) else None
    found = msgspec.json.decode(held, type=_Held)
    for name in _OF_THE_ROUND:
        params.pop(name, None)
    params |= found.kept
    call.approval_id = found.approval_id
    if isinstance(said, dict):
        content = said.get("content")
        accepted = said.get("action") == "accept" and (
            isinstance(content, dict) and content.get(_FIELD) is True
        )
        call.answer = "accept" if accepted else "decline"


def ask(message: Message, question: Question, state: str, locale: str) -> Answer:
    """Return the question, or that the client may come again; ``state`` is sealed."""
    result: dict[str, Any] = {"resultType": "input_required", "requestState": state}
    if question.by_form:
        words, yes = _WORDS[locale]
        form = {
            "mode": "form",
            "message": words.format(
                tool=question.tool, server=question.server, arguments=question.arguments
            ),
            "requestedSchema": {
                "type": "object",
                "properties": {_FIELD: {"type": "boolean", "title": yes, "default": False}},
                "required": [_FIELD],
            },
        }
        result["inputRequests"] = {QUESTION: {"method": "elicitation/create", "params": form}}
    body = {"jsonrpc": "2.0", "id": message.id, "result": result}
    return Answer(200, jsonrpc.encode(body), [answers.JSON])
