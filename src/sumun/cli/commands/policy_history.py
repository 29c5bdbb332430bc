"""``sumun policy diff`` and ``sumun policy hits``: a policy beside the calls that were made."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.commands.policy_reading import FILE, expanded, read_policy_file
from sumun.cli.failures import FAILED, OK
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import table

if TYPE_CHECKING:
    from sumun.policy import Change, Policy

_PERIOD = re.compile(r"([1-9][0-9]{0,3})([mhdw])")
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_CHANGES = {
    "where": "CALL",
    "what": "PART",
    "entity": "DATA",
    "before": "NOW",
    "after": "THEN",
    "rules": "RULES",
    "calls": "CALLS",
    "findings": "FINDINGS",
    "examples": "EXAMPLES",
}
_HITS = {"rule": "RULE", "line": "LINE", "hits": "HITS"}


class _Period(click.ParamType[float]):
    """A stretch of time up to now: ``90m``, ``12h``, ``7d``, ``2w``; in seconds."""

    name = "period"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found = _PERIOD.fullmatch(str(value))
        if found is None:
            self.fail(
                tr("{value} is no period; write 90m, 12h, 7d or 2w").format(value=value), param, ctx
            )
        return float(int(found[1]) * _UNITS[found[2]])


@grammar.command(
    name="diff",
    examples="""
    sumun policy diff new.toml
    sumun policy diff new.toml --since 30d --json
    sumun policy diff new.toml --check
    """,
)
@click.argument("new", type=FILE, metavar="NEW")
@grammar.option(
    "--since",
    type=_Period(),
    default="7d",
    show_default=True,
    help="How far to look back: 12h, 7d.",
)
@grammar.option("--check", is_flag=True, help="Exit status 1 if anything would change.")
def diff(new: Path, since: float, *, check: bool) -> int:
    """Say what another policy would have done with the calls of the last days.

    The calls in the audit log go through the policy in force and through NEW. The log has no
    values of arguments, no scores and no strength of sign-in: what rules that ask for those would
    do can only be guessed.
    """
    before, after = read_policy_file(None), read_policy_file(new)
    found = rooms.run(_diff(before, after, time.time() - since))
    current_output().answer(found, _show_diff)
    return FAILED if check and found["changed"] else OK


@grammar.command(
    name="hits",
    examples="""
    sumun policy hits
    sumun policy hits --since 7d
    """,
)
@grammar.option(
    "--since", type=_Period(), help="How far to look back; else, since the policy was loaded."
)
def hits(since: float | None) -> None:
    """Show how often each rule of the policy in force has decided.

    A rule that never does may be one that is not needed, or one that does not mean what it should.
    """
    policy = read_policy_file(None)
    found = rooms.run(_hits(policy, None if since is None else time.time() - since))
    current_output().answer(found, lambda shown: table(shown["rules"], _HITS))


async def _diff(before: "Policy", after: "Policy", since: float) -> dict[str, Any]:
    from sumun.guard import PastCalls
    from sumun.policy import Comparer

    past, comparer = PastCalls(expanded(), since), Comparer(before, after)
    async with _lines() as lines:
        async for call in past.read(lines()):
            comparer.add(call)
    result = comparer.result()
    return {
        "calls": result.calls,
        "changed": result.changed,
        "scopes_assumed": past.assumed,
        "mode": [before.mode, after.mode],
        "changes": result.changes,
    }


def _show_diff(found: dict[str, Any]) -> str:
    said = [tr("calls {calls}, of which {changed} would go otherwise").format(**found)]
    if found["scopes_assumed"]:
        said.append(
            tr("the scopes of {scopes_assumed} are not in the log; taken to be all").format(**found)
        )
    if found["mode"][0] != found["mode"][1]:
        said.append(
            tr("mode {before} becomes {after}").format(
                before=found["mode"][0], after=found["mode"][1]
            )
        )
    if found["changes"]:
        said += ["", table([_row(change) for change in found["changes"]], _CHANGES)]
    return "\n".join(said)


def _row(change: "Change") -> dict[str, Any]:
    return {
        "where": f"{change.server}/{change.tool or '*'}",
        "what": change.what,
        "entity": change.entity,
        "before": change.before,
        "after": change.after,
        "rules": f"{change.rule_before} → {change.rule_after}",
        "calls": change.calls,
        "findings": change.findings or "",
        "examples": " ".join(change.examples),
    }


async def _hits(policy: "Policy", since: float | None) -> dict[str, Any]:
    from sumun.guard import count_hits, loaded_at

    async with _lines() as lines:
        start = since if since is not None else await loaded_at(lines(), policy)
        hits = await count_hits(lines(), start)
    known = {**policy.rule_lines, "default": 0}
    return {
        "source": policy.source,
        "since": start,
        "rules": [{"rule": rule, "line": line, "hits": hits[rule]} for rule, line in known.items()],
    }


@asynccontextmanager
async def _lines() -> AsyncIterator[Callable[[], AsyncIterator[bytes]]]:
    """Open the log for reading; what is given reads it from its beginning."""
    from sumun.audit.query import export

    config = current_settings().load(serving=False)
    async with rooms.opened_database(config) as database:
        yield lambda: export(database, config.audit.node)
