"""``sumun approvals``."""

from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table, when

if TYPE_CHECKING:
    from sumun.guard import Approval

_OPERATOR = "operator"
_COLUMNS = {
    "approval": "APPROVAL",
    "client_id": "CLIENT",
    "subject": "FOR",
    "call": "CALL",
    "arguments": "ARGUMENTS",
    "expires_at": "UNTIL",
}
_LABELS = {"approval": "approval", "call": "call", "decision": "decision"}


@grammar.group(
    name="approvals",
    examples="""
    sumun approvals list
    sumun approvals approve APPROVAL
    sumun approvals deny APPROVAL
    """,
)
def command() -> None:
    """List, approve and deny calls that wait for a person.

    Rules of the policy ([[approval]]) say which calls wait, and for whom. Whoever may run this
    may decide all of them; people decide theirs at /approvals.
    """


@command.command("list")
def list_() -> None:
    """List the calls that wait."""
    found = rooms.run(_list())
    current_output().answer(
        found, lambda rows: table(rows, _COLUMNS, empty="no call waits for anybody")
    )


@command.command("approve")
@click.argument("approval", metavar="APPROVAL")
def approve(approval: str) -> None:
    """Let a call go on, once."""
    record = rooms.run(_decide(approval, yes=True))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("deny")
@click.argument("approval", metavar="APPROVAL")
def deny(approval: str) -> None:
    """Have a call refused."""
    record = rooms.run(_decide(approval, yes=False))
    current_output().answer(record, lambda found: fields(found, _LABELS))


async def _list() -> list[dict[str, Any]]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        return [_shown(each) for each in await opened.approvals.listed()]


async def _decide(approval_id: str, *, yes: bool) -> dict[str, Any]:
    from sumun.guard import ApprovalSpent

    async with rooms.opened_rooms(current_settings().load()) as opened:
        approvals = opened.approvals
        found = await approvals.find(approval_id)
        if found is None:
            raise _gone(approval_id)
        try:
            await approvals.decide(found, _OPERATOR, yes=yes)
        except ApprovalSpent:
            raise _gone(approval_id) from None
        return {
            "approval": approval_id,
            "call": _call(found),
            "decision": "approved" if yes else "denied",
        }


def _gone(approval_id: str) -> Failure:
    said = tr("{approval}: no such call waits; see sumun approvals list")
    return Failure(said.format(approval=approval_id))


def _shown(approval: "Approval") -> dict[str, Any]:
    return {
        "approval": approval.approval_id,
        "client_id": approval.client_id,
        "subject": approval.subject,
        "call": _call(approval),
        "arguments": approval.arguments,
        "expires_at": when(approval.expires_at),
    }


def _call(approval: "Approval") -> str:
    return f"{approval.server}/{approval.tool}"
