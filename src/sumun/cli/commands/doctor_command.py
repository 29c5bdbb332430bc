"""``sumun doctor``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import pad, visible, width

if TYPE_CHECKING:
    from sumun.cli.checks import Check
    from sumun.config import Config, UpstreamConfig

_MARKS = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("-", ""),
}


@grammar.command(
    name="doctor",
    examples="""
    sumun doctor
    sumun doctor --json | jq '.checks[] | select(.status == "failed")'
    """,
)
def command() -> int:
    """Check the installation and say what to do about each fault.

    Looks at the settings, permissions, keys, database, policy and audit log here, then asks the
    server, if it runs, for its documents as a client would, and each upstream for its tools.
    Nothing is changed. Exit status 1 if a check fails; warnings fail nothing.
    """
    checks = list(_examine())
    ok = all(check.status != "failed" for check in checks)
    current_output().answer({"ok": ok, "checks": checks}, lambda _: _show(checks))
    return OK if ok else FAILED


def _examine() -> Iterator["Check"]:
    from sumun.cli.checks import failed
    from sumun.config import ConfigurationError

    settings = current_settings()
    try:
        config = settings.load()
    except (ConfigurationError, Failure) as error:
        for line in str(error).splitlines():
            yield failed("settings", line, tr("mend the setting; sumun init writes a sound file"))
        return
    yield from _look_here(config, settings.found_file)


def _look_here(config: "Config", settings_file: Path | None) -> Iterator["Check"]:
    from sumun.cli.checks import failed, files, running, skipped

    yield from files.check_mode(config, settings_file)
    try:
        rooms.require_data(config)
    except Failure as missing:
        yield failed("data directory", str(missing), "sumun init")
        return
    if config.data_path.is_dir():
        yield from files.check_disk_clock(config)
        yield from files.check_permissions(config)
    signing: list[str] = []
    yield from files.check_keys(config, signing)
    yield from files.check_policy(config)
    servers: dict[str, UpstreamConfig] = {}
    if signing or config.keys.store == "database":
        yield from rooms.run(_look_into(config, servers, signing))
    else:
        yield skipped("database", tr("not looked at, because there are no keys to use"))
    servers |= config.servers
    yield from running.check_server(config, list(servers), signing)
    yield from running.check_upstreams(servers)


async def _look_into(
    config: "Config", servers: "dict[str, UpstreamConfig]", signing: list[str]
) -> list["Check"]:
    from sumun.cli.checks.records import check_records

    return [check async for check in check_records(config, servers, signing)]


def _show(checks: list["Check"]) -> str:
    wide = max(width(tr(check.name)) for check in checks)
    lines: list[str] = []
    for check in checks:
        mark, color = _MARKS[check.status]
        styled = click.style(mark, fg=color or None, bold=True)
        lines.append(f"{styled} {pad(tr(check.name), wide)}  {visible(check.detail)}")
        if check.mend and check.status != "ok":
            lines.append(f"  {' ' * wide}  → {visible(check.mend)}")
    lines.append(_summary(checks))
    return "\n".join(lines)


def _summary(checks: list[Any]) -> str:
    faults = sum(check.status == "failed" for check in checks)
    if faults:
        return click.style(tr("faults: {count}").format(count=faults), fg="red", bold=True)
    return click.style(tr("All is well."), fg="green", bold=True)
