"""What goes through the guard, and what comes out of it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from sumun.guard.principal import Principal
from sumun.guard.subjects import Subjects
from sumun.policy import Context, Resolved
from sumun.protection import Rows, Scope

FindSchema = Callable[[], Awaitable[dict[str, Any] | None]]
"""Returns the output schema of a tool, if it is known."""


class Call(msgspec.Struct, kw_only=True):
    """One MCP request on its way to a server.

    Attributes
    ----------
    server:
        The name of the MCP server (the empty string inside someone else's program).
    method:
        The MCP method (``tools/call``).
    tool:
        The tool's, prompt's or resource's own name; empty for methods that name none.
    params:
        The decoded ``params``. The guard rewrites them in place: give it a copy of your own.
    raw:
        The bytes ``params`` were decoded from, if there were any: they let the guard see in one
        pass that there is nothing to do.
    message_id:
        What the caller calls the message, which the server hears as it is.
    correlation_id:
        Ties the events of this call together.
    trace_id:
        What the caller says it belongs to: a trace id of W3C Trace Context.
    source:
        The peer's address.
    locale:
        The language refusals are worded in.
    quiet:
        Record the call only if something was found in it, or it was refused.
    session:
        The MCP session, where there is one.
    output_schema:
        Finds what the tool says of its results, for when they are changed.
    takes_forms:
        Whether the client can ask its person a question of ours.
    approval_id, answer:
        What a person said to such a question: ``accept`` or ``decline``.

    """

    server: str
    method: str
    tool: str = ""
    params: Any = None
    raw: bytes | None = None
    message_id: str = ""
    correlation_id: str = ""
    trace_id: str = ""
    source: str = ""
    locale: Literal["en", "ko"] = "en"
    quiet: bool = False
    session: str = ""
    output_schema: FindSchema | None = None
    takes_forms: bool = False
    approval_id: str = ""
    answer: Literal["", "accept", "decline"] = ""


class Admitted(msgspec.Struct, kw_only=True):
    """A call that may go on, with its parameters protected.

    What goes on must be encoded from ``call.params``, never be ``call.raw``: of a key that is
    there twice, the server might take the value that was not judged. ``rules`` counts how often
    each rule decided. ``unread`` names models that failed and whose failure may pass.
    """

    call: Call
    principal: Principal
    context: Context
    resolved: Resolved
    subjects: Subjects
    scope: Scope
    findings: Counter[str] = msgspec.field(default_factory=Counter)
    actions: set[str] = msgspec.field(default_factory=set)
    rules: Counter[str] = msgspec.field(default_factory=Counter)
    unread: set[str] = msgspec.field(default_factory=set)
    rows: Rows = msgspec.field(default_factory=dict)


class Released(msgspec.Struct, kw_only=True):
    """A result that may reach the caller.

    ``verbatim`` says that one pass over its bytes found nothing to look at, so those may leave as
    they are; otherwise what leaves must be encoded from ``result``.
    """

    result: Any
    verbatim: bool = False


Reason = Literal[
    "insufficient_scope",
    "approval_required",
    "denied",
    "rejected",
    "limited",
    "unscannable",
    "unfit",
    "unrecorded",
    "held",
]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is asked before a call goes on.

    Attributes
    ----------
    arguments:
        As they are shown, masked.
    by_form:
        Whether the client asks; else somebody decides elsewhere, and the client comes again.

    """

    approval_id: str
    server: str
    tool: str
    arguments: str
    by_form: bool


class Refusal(msgspec.Struct, kw_only=True):
    """Why a call or its result goes no further, and what would help.

    Attributes
    ----------
    reason:
        ``insufficient_scope`` (more scope would help: ``scopes`` is the complete set to ask for,
        RFC 6750 §3.1), ``approval_required`` (a person has to say yes: ``question``), ``denied``
        (policy, or a person), ``rejected`` (personal data that policy lets nobody
        pass), ``limited`` (ask again after ``retry_after`` seconds), ``unscannable`` (could not be
        inspected, so it is not passed), ``unfit`` (protected, it would not be what the tool
        promises), ``unrecorded`` (the audit log cannot be written), ``held``
        (the server describes the tool in words that nobody approved).
    message:
        For people, in the caller's language, without the data itself.

    """

    reason: Reason
    message: str
    scopes: tuple[str, ...] = ()
    retry_after: int = 0
    rule: str = ""
    entities: tuple[str, ...] = ()
    question: Question | None = None
