"""``sumun init``."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields
from sumun.cli.settings import Settings

if TYPE_CHECKING:
    from sumun.config import Config

_DEVELOPMENT_ISSUER = "http://localhost:8081"
_LABELS = {
    "settings": "settings",
    "mode": "mode",
    "issuer": "issuer",
    "data": "data",
    "keys": "keys",
    "policy": "policy",
}

_SETTINGS = """\
# Settings of Sumun. Every one can also be given as an environment variable:
# SUMUN_SERVER__PORT=9000 is [server] port. `sumun doctor` checks this file.

mode = "{mode}"
issuer = "{issuer}"        # what clients see, exactly; never changes once tokens are out
data_dir = {data_dir}

[server]
host = "{host}"
port = {port}

# An MCP server behind the gateway, reached by agents at {issuer}/mcp/customers.
# [servers.customers]
# url = "http://127.0.0.1:9000/mcp"
"""


@grammar.command(
    name="init",
    examples="""
    sumun init                                             asks what it needs to know
    sumun init --mode production --issuer https://mcp.example.com
    sumun init --mode development
    """,
)
@grammar.option(
    "--mode", type=click.Choice(["development", "production"]), help="What the server is for."
)
@grammar.option(
    "--issuer",
    metavar="URL",
    help="The URL clients reach this server by: https in production.",
)
def command(mode: str | None, issuer: str | None) -> None:
    """Write the settings file, the data directory and the keys.

    The data directory is private to you (0700), and so are the keys in it (0600): back them up,
    because without the root secret nothing that was sealed opens again. What exists is never
    overwritten.
    """
    settings = current_settings()
    path = settings.file or Path("sumun.toml")
    if path.exists():
        raise Failure(
            tr(
                "{path}: exists already and is not overwritten; remove it, or name another with "
                "--config"
            ).format(path=path)
        )
    mode = mode or _ask_mode()
    issuer = issuer or _ask_issuer(mode)
    _write(path, _render(mode, issuer, settings.data_dir))
    config = _checked(path, settings)
    made = rooms.run(_furnish(config))
    current_output().answer({"settings": str(path), **made}, _show)


def _ask_mode() -> str:
    if not sys.stdin.isatty():
        raise Failure(tr("--mode: say development or production"))
    answer: str = click.prompt(
        tr("What is this server for?"),
        type=click.Choice(["development", "production"]),
        default="development",
        err=True,
    )
    return answer


def _ask_issuer(mode: str) -> str:
    if mode == "development":
        return _DEVELOPMENT_ISSUER
    if not sys.stdin.isatty():
        raise Failure(tr("--issuer: production needs the https URL that clients reach it by"))
    answer: str = click.prompt(tr("The https URL that clients will reach it by"), err=True)
    return answer


def _render(mode: str, issuer: str, data_dir: str | None) -> str:
    from urllib.parse import urlsplit

    directory = Path(data_dir or "sumun-data")
    if mode == "production":
        # A service may be started anywhere.
        directory = directory.absolute()
    for text in (issuer, str(directory)):
        if not text.isprintable() or '"' in text or "\\" in text:
            raise Failure(tr("{text!r}: cannot stand in a settings file").format(text=text))
    try:
        port = urlsplit(issuer).port if mode == "development" else None
    except ValueError:
        raise Failure(tr("--issuer: {issuer!r} has no valid port").format(issuer=issuer)) from None
    return _SETTINGS.format(
        mode=mode,
        issuer=issuer,
        data_dir=f'"{directory}"',
        host="127.0.0.1",
        port=port or 8081,
    )


def _write(path: Path, text: str) -> None:
    """Write a new file for this user only: credentials of upstreams may come to stand in it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _checked(path: Path, settings: Settings) -> "Config":
    """Read what was written as the server will; a file that it would refuse does not stay."""
    from sumun.config import ConfigurationError, load

    try:
        config = load(path)
        if settings.data_dir is not None:
            config.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (ConfigurationError, OSError):
        path.unlink()
        raise
    return config


async def _furnish(config: "Config") -> dict[str, Any]:
    from sumun.guard import Rooms
    from sumun.policy import DEFAULT_DOCUMENT

    config.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = Rooms(config)
    try:
        await opened.open()
        kid = (await opened.open_keyring()).active().kid
        await opened.audit.record(
            rooms.change("installed", "created", detail={"mode": config.mode})
        )
    finally:
        await opened.close()
    if not config.policy_path.exists():
        _write(config.policy_path, DEFAULT_DOCUMENT)
    return {
        "mode": config.mode,
        "issuer": config.issuer,
        "data": str(config.data_path),
        "keys": str(config.keys_path),
        "signing_key": kid,
        "policy": str(config.policy_path),
    }


def _show(made: dict[str, Any]) -> str:
    next_steps = [
        "sumun client add my-agent --scope mcp:customers",
        "sumun server add customers http://127.0.0.1:9000/mcp",
        "sumun serve",
    ]
    ready = click.style(tr("Everything is in place."), fg="green", bold=True)
    then = tr("Back up {keys}. Then:").format(keys=made["keys"])
    return "\n".join(
        [ready, fields(made, _LABELS), "", then, *(f"  {step}" for step in next_steps)]
    )
