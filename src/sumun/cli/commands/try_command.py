"""``sumun try``."""

import base64
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from sumun.cli import demonstration, grammar, rooms
from sumun.cli.demonstration import CLIENT_ID, CLIENT_SECRET, SERVER, Demonstration
from sumun.cli.failures import FAILED, OK, UNAVAILABLE, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table, value_text, verdict

if TYPE_CHECKING:
    from sumun.config import Config

_SCOPE = f"mcp:{SERVER}"
_TOOL = "find_customer"
_WIDEST = 40
_REQUEST = ("grant_type", "client_id", "scope", "resource")
_CLAIMS = ("iss", "sub", "aud", "scope", "exp", "iat", "jti", "client_id")
_EVENT = {
    "seq": "event",
    "timestamp": "time",
    "event_type": "what",
    "client_id": "client",
    "server": "server",
    "tool_name": "tool",
    "action_taken": "action",
    "entities": "data",
    "prev": "hash of the one before",
}


@grammar.command(
    name="try",
    examples="""
    sumun try
    sumun try --query "Emily"
    sumun try --json | jq .protected
    """,
)
@grammar.option(
    "--query", default="김민준", show_default=True, help="Whom to ask the sample server for."
)
def command(query: str) -> int:
    """Send one protected call through the running demonstration and show each step.

    An agent's part is played here: it obtains a token, calls a tool of the sample server through
    the gateway, and gets the customer's data protected. Beside it you see what the server said
    to the gateway, the event in the audit log, and the log verified.
    """
    config = current_settings().load()
    made = demonstration.read(config.data_path)
    if made is None:
        raise Failure(
            tr(
                "{path}: there is no demonstration here; start one with sumun demo, "
                "or name its directory with --data-dir"
            ).format(path=config.data_path),
            UNAVAILABLE,
        )
    from sumun.cli.http import Unreachable

    began = time.time()
    try:
        steps = _call(made, query)
    except Unreachable as unreachable:
        raise Failure(
            tr("{problem}; is the demonstration running? Start it with sumun demo").format(
                problem=unreachable
            ),
            UNAVAILABLE,
        ) from None
    steps |= rooms.run(_evidence(config, began))
    current_output().answer(steps, lambda found: "\n".join(_show(found)))
    went_well = "result" in steps["protected"] and steps["verification"]["ok"]
    return OK if went_well else FAILED


def _call(made: Demonstration, query: str) -> dict[str, Any]:
    """Obtain a token, and ask the server directly and through the gateway."""
    from sumun.cli import mcp
    from sumun.cli.jwt import peek, without_signature

    base = made.issuer.rstrip("/")
    resource = f"{base}/mcp/{SERVER}"
    token_answer = _obtain_token(base, resource)
    token = token_answer["access_token"]
    header, claims = peek(token)
    params = {"name": _TOOL, "arguments": {"query": query}}
    try:
        raw = mcp.call(made.sample_url, "tools/call", params)
        protected = mcp.call(
            resource, "tools/call", params, headers={"Authorization": f"Bearer {token}"}
        )
    except mcp.NotMcp as error:
        raise Failure(f"{resource}: {error}", UNAVAILABLE) from None
    return {
        "token": {
            "request": {
                "url": f"{base}/oauth2/token",
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "scope": _SCOPE,
                "resource": resource,
            },
            "answer": {**token_answer, "access_token": without_signature(token)},
            "header": header,
            "claims": claims,
        },
        "call": {"method": "tools/call", **params},
        "raw": raw,
        "protected": protected,
    }


def _obtain_token(base: str, resource: str) -> dict[str, Any]:
    from sumun.cli.http import request

    form = {"grant_type": "client_credentials", "scope": _SCOPE, "resource": resource}
    credentials = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    answer = request(
        "POST",
        f"{base}/oauth2/token",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {credentials}",
        },
        body=urlencode(form).encode(),
    )
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or "access_token" not in body:
        error = body.get("error_description", "") if isinstance(body, dict) else ""
        raise Failure(f"{base}/oauth2/token: HTTP {answer.status} {error}".rstrip(), UNAVAILABLE)
    return body


async def _evidence(config: "Config", began: float) -> dict[str, Any]:
    """Return the call's event from the log, and what verifying the log found."""
    from sumun.guard import Rooms

    opened = Rooms(config)
    await opened.database.open()
    try:
        events = await opened.audit.tail(
            1, since=began, client_id=CLIENT_ID, server=SERVER, event_type="tool_access"
        )
        verification = (await opened.audit.verify())._asdict()
    finally:
        await opened.database.close()
    return {"event": events[-1] if events else None, "verification": verification}


def _show(steps: dict[str, Any]) -> Iterator[str]:
    token = steps["token"]
    yield _heading(1, tr("The agent asks for a token"))
    yield f"POST {token['request']['url']}"
    yield fields(token["request"], _REQUEST)
    yield _heading(2, tr("and gets one, for this server alone (decoded, signature cut)"))
    yield fields(token["claims"], _CLAIMS)
    yield _heading(3, tr("It calls a tool that knows nothing of Sumun"))
    arguments = ", ".join(f"{key}={value}" for key, value in steps["call"]["arguments"].items())
    yield value_text(f"{steps['call']['name']}({arguments})")
    yield _heading(4, tr("What the server answers, and what the model gets"))
    refusal = steps["protected"].get("error")
    if refusal:
        yield tr("The gateway refuses: {message}").format(message=value_text(refusal["message"]))
    else:
        yield _beside(_customers(steps["raw"]), _customers(steps["protected"]))
    yield _heading(5, tr("The event in the audit log"))
    event = steps["event"]
    yield fields(event, _EVENT) if event else tr("There is none, which must not be.")
    yield _heading(6, tr("The log, recomputed"))
    yield verdict(steps["verification"])


def _heading(number: int, text: str) -> str:
    gap = "" if number == 1 else "\n"
    return gap + click.style(f"{number}  {text}", fg="cyan", bold=True)


def _customers(message: dict[str, Any]) -> list[dict[str, Any]]:
    result = message.get("result")
    content = result.get("structuredContent") if isinstance(result, dict) else None
    customers = content.get("customers") if isinstance(content, dict) else None
    return customers if isinstance(customers, list) else []


def _beside(raw: list[dict[str, Any]], protected: list[dict[str, Any]]) -> str:
    """Return the records field by field, what was protected standing out."""
    if not raw or len(raw) != len(protected):
        return tr("No customer is found by this query; try another with --query.")
    rows = []
    for before, after in zip(raw, protected, strict=True):
        for name, value in before.items():
            shown = after.get(name)
            rows.append(
                {
                    "field": name,
                    "server": value,
                    "model": _shortened(shown),
                    "changed": value != shown,
                }
            )
    text = table(
        rows, {"field": "FIELD", "server": "THE SERVER ANSWERS", "model": "THE MODEL GETS"}
    )
    heading, *lines = text.splitlines()
    return "\n".join(
        [
            heading,
            *(
                click.style(line, fg="green") if row["changed"] else line
                for line, row in zip(lines, rows, strict=True)
            ),
        ]
    )


def _shortened(value: Any) -> str:
    """Return a value no wider than a column; a stand-in's ciphertext says nothing to people."""
    text = value_text(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 2]}…{text[-1]}"
