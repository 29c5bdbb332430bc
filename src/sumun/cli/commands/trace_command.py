"""``sumun trace``."""

from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table

if TYPE_CHECKING:
    from sumun.config import Config

_FIELDS = {"ref": "reference", "client_id": "client", "grant_id": "grant", "began": "began"}
_STEPS = {"at": "TIME", "stage": "STAGE", "outcome": "OUTCOME", "code": "ERROR", "words": "WHAT"}
_LIST = {
    "ref": "REFERENCE",
    "began": "TIME",
    "client_id": "CLIENT",
    "stage": "STAGE",
    "outcome": "OUTCOME",
    "code": "ERROR",
}
_STAGES = {
    "discovery": "discovery",
    "registration": "registration",
    "authorize": "authorization request",
    "sign_in": "sign-in",
    "consent": "consent",
    "code": "code",
    "token": "token",
    "call": "first call",
}
_OUTCOMES = {"passed": "passed", "waiting": "waiting", "refused": "refused"}


@grammar.command(
    name="trace",
    examples="""
    sumun trace 7f3a-91c2-0bd4
    sumun trace                          the last attempts
    sumun trace --client my-agent --json
    """,
)
@click.argument("ref", required=False, metavar="[REF]")
@grammar.option("--client", "client_id", default="", help="List only this client's attempts.")
@grammar.option(
    "-n",
    "--count",
    type=click.IntRange(1, 1000),
    metavar="N",
    default=20,
    show_default=True,
    help="How many to list.",
)
def command(ref: str | None, client_id: str, count: int) -> None:
    """Show why an authorization attempt failed, step by step, and what to do next.

    REF is the reference that the error page and the error_description show. Attempts are kept
    for a week, the last ten thousand of them, without codes, tokens or secrets.
    """
    config = current_settings().load()
    if ref is None:
        listed = rooms.run(_listed(config, client_id, count))
        current_output().answer(
            listed, lambda rows: table(_spoken(rows), _LIST, empty="no attempts yet")
        )
        return
    current_output().answer(rooms.run(_found(config, ref)), _show)


async def _listed(config: "Config", client_id: str, count: int) -> list[dict[str, Any]]:
    from sumun.oauth.traces import list_traces
    from sumun.oauth.traces.report import head, step

    async with rooms.opened_database(config) as database:
        traces = await database.read(list_traces, limit=count, client_id=client_id)
    return [{**head(trace), **(step(trace.steps[-1]) if trace.steps else {})} for trace in traces]


async def _found(config: "Config", text: str) -> dict[str, Any]:
    from sumun.oauth.traces import find_trace
    from sumun.oauth.traces.report import report
    from sumun.oauth.traces.trace import read_reference

    ref = read_reference(text)
    if ref is None:
        raise Failure(
            tr(
                "{text}: is no reference; one looks like 7f3a-91c2-0bd4 and stands in the error "
                "page or at the end of error_description"
            ).format(text=text)
        )
    async with rooms.opened_database(config) as database:
        trace = await database.read(find_trace, ref)
    if trace is None:
        raise Failure(
            tr(
                "{ref}: nothing is kept under this reference; attempts are kept for a week, on "
                "the installation that showed it"
            ).format(ref=ref)
        )
    return report(trace)


def _show(found: dict[str, Any]) -> str:
    title, what = click.style(tr("What to do next"), bold=True), found["next"]
    steps = table(_spoken(found["steps"]), _STEPS)
    return f"{fields(found, _FIELDS)}\n\n{steps}\n\n{title}: {tr(what)}"


def _spoken(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with stages and outcomes in the person's language."""
    return [row | _names(row.get("stage"), row.get("outcome")) for row in rows]


def _names(stage: str | None, outcome: str | None) -> dict[str, str]:
    if stage is None or outcome is None:
        return {}
    stage, outcome = _STAGES[stage], _OUTCOMES[outcome]
    return {"stage": tr(stage), "outcome": tr(outcome)}
