"""Asking a person to sign in at a server upstream, in the way their client understands.

Modern clients that open pages get ``input_required`` with an elicitation by URL (MCP 2026-07-28
client/elicitation, "URL Mode"); those of 2025-11-25 the error -32042; all others are told in
words.
"""

from typing import Any, Final

import msgspec

from sumun.gateway import answers, jsonrpc, lobby
from sumun.gateway.answers import Answer
from sumun.gateway.headers import MIRRORING_SINCE
from sumun.gateway.jsonrpc import Message
from sumun.gateway.upstreams.upstream import UpstreamFailed

URL_ELICITATION_REQUIRED: Final = -32042
"""MCP 2025-11-25: the person has to open a page before this can be answered."""
QUESTION: Final = "sumun/sign-in"
"""The name of our question among a result's ``inputRequests``."""

_URL_ERROR: Final = "2025-11-25"
_INTERRUPTIBLE: Final = frozenset({"tools/call", "prompts/get", "resources/read"})
_CAPABILITIES: Final = "io.modelcontextprotocol/clientCapabilities"
_SET_ASIDE: Final = ("requestState", "inputResponses")
_ASIDE_LIMIT: Final = 64 * 1024
_WORDS: Final = {
    "en": (
        "To use {server} as yourself, sign in at {host} first. Open this page, then try again.",
        "You chose not to sign in at {host}, which {server} needs.",
    ),
    "ko": (
        "먼저 {host}에 로그인해야 {server}을(를) 사용할 수 있습니다. 이 페이지를 열고 다시 하세요.",
        "{server}에 필요한 {host} 로그인을 하지 않기로 했습니다.",
    ),
}


class SignInNeeded(UpstreamFailed):
    """A call cannot be sent before its person has signed in upstream.

    Attributes
    ----------
    server, host:
        What it is called here, and where it is.
    url:
        The page of ours to open.

    """

    def __init__(self, server: str, host: str, url: str) -> None:
        super().__init__("the person has not signed in there")
        self.server = server
        self.host = host
        self.url = url


def interrupted(params: dict[str, Any], aside: str) -> bool:
    """Put back in place what a call held before our question; return whether that was declined.

    ``aside`` is what :func:`set_aside` said.
    """
    responses = params.get("inputResponses")
    answer = responses.get(QUESTION) if isinstance(responses, dict) else None
    for name in _SET_ASIDE:
        params.pop(name, None)
    params |= msgspec.json.decode(aside, type=dict[str, Any])
    return isinstance(answer, dict) and answer.get("action") in {"decline", "cancel"}


def set_aside(message: Message) -> str:
    """Return what the retry of a call needs of this one, to be sealed."""
    params = message.body.get("params", {})
    kept = msgspec.json.encode({name: params[name] for name in _SET_ASIDE if name in params})
    # Too much to carry along: the server asks its own questions anew then.
    return kept.decode() if len(kept) <= _ASIDE_LIMIT else "{}"


def takes_questions(message: Message, revision: str) -> bool:
    """Whether the client of a message opens pages for its person, and says so."""
    if revision < MIRRORING_SINCE or message.method not in _INTERRUPTIBLE:
        return False
    meta = message.body.get("params", {}).get("_meta")
    for name in (_CAPABILITIES, "elicitation"):
        meta = meta.get(name) if isinstance(meta, dict) else None
    return isinstance(meta, dict) and isinstance(meta.get("url"), dict)


def ask(message: Message, needed: SignInNeeded, state: str, locale: str) -> Answer:
    """Return the question; ``state`` is what :func:`set_aside` said, sealed."""
    elicitation = {"mode": "url", "url": needed.url, "message": _word(needed, 0, locale)}
    request = {"method": "elicitation/create", "params": elicitation}
    return _result(
        message,
        {
            "resultType": "input_required",
            "inputRequests": {QUESTION: request},
            "requestState": state,
        },
    )


def tell(
    message: Message, needed: SignInNeeded, revision: str, locale: str, *, declined: bool = False
) -> Answer:
    """Return what is said where no question can be asked, or it was declined."""
    words = _word(needed, 1 if declined else 0, locale)
    if message.kind == "notification":
        return Answer(202)
    modern = revision >= MIRRORING_SINCE
    before = lobby.result(
        message.method,
        message.body.get("params"),
        server=needed.server,
        words=f"{words}\n{needed.url}",
        modern=modern,
    )
    if before is not None:
        return _result(message, before)
    if revision == _URL_ERROR and not declined:
        elicitation = {
            "mode": "url",
            "url": needed.url,
            "message": words,
            "elicitationId": needed.url.rpartition("=")[2][-43:],
        }
        data: dict[str, Any] = {"elicitations": [elicitation]}
        return answers.error(200, message.id, URL_ELICITATION_REQUIRED, words, data)
    told = words if declined else f"{words}\n{needed.url}"
    if message.method != "tools/call":
        data = {"reason": "sign_in_needed"}
        return answers.error(200, message.id, jsonrpc.REFUSED, told, data)
    result: dict[str, Any] = {"content": [{"type": "text", "text": told}], "isError": True}
    if modern:
        result["resultType"] = "complete"
    return _result(message, result)


def _word(needed: SignInNeeded, which: int, locale: str) -> str:
    return _WORDS[locale][which].format(server=needed.server, host=needed.host)


def _result(message: Message, result: dict[str, Any]) -> Answer:
    body = {"jsonrpc": "2.0", "id": message.id, "result": result}
    return Answer(200, jsonrpc.encode(body), [answers.JSON])
