"""``sumun connect``."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.mcp_clients import CLIENTS, Launch, McpClient
from sumun.cli.output import table

if TYPE_CHECKING:
    from sumun.cli.mcp_clients import Entry
    from sumun.config import Config

_COLUMNS = {"client": "CLIENT", "title": "APPLICATION", "file": "SETTINGS"}


@grammar.command(
    name="connect",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
    examples="""
    sumun connect
    sumun connect cursor crm
    sumun connect vscode --url https://mcp.example/mcp/crm --write
    sumun connect claude-desktop papers --write -- npx -y server-papers ~/papers
    """,
)
@click.argument("client", required=False, type=click.Choice(list(CLIENTS)), metavar="[CLIENT]")
@click.argument("name", required=False, metavar="[SERVER]")
@click.argument("command_line", nargs=-1, metavar="[-- COMMAND [ARGUMENT]...]")
@grammar.option("--url", help="Where the server is reached, if this is not the gateway's machine.")
@grammar.option("--write", is_flag=True, help="Write it into the application's settings.")
@grammar.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The settings to write. [default: the application's own]",
)
@grammar.option("--replace", is_flag=True, help="Let another server of that name give way.")
def command(client: str | None, name: str | None, **options: Any) -> None:
    """Print what an application needs to reach a server through Sumun, or write it there.

    SERVER is one behind the gateway; without it, the gateway's own endpoint for all of them. With
    a COMMAND, the application starts that server itself, with sumun wrap before it. No secret is
    written: the application signs in when it first connects. Without CLIENT, the applications
    that are known.
    """
    if client is None:
        current_output().answer(_known(), lambda rows: table(rows, _COLUMNS))
        return
    application = CLIENTS[client]
    config = current_settings().load_with({"mode": "development"})
    called = name or "sumun"
    if options["command_line"]:
        entry, url = _local(application, config, called, options["command_line"]), ""
    else:
        url = options["url"] or _url(config, name)
        entry = application.remote(url) if application.remote is not None else {}
    answer: dict[str, Any] = {
        "client": client,
        "file": str(options["file"] or application.file(sys.platform)),
    }
    answer |= {"url": url} if url else {}
    if entry:
        answer["settings"] = {application.member: {called: entry}}
    if options["write"]:
        answer["written"] = _write(application, options["file"], called, entry, options["replace"])
    current_output().answer(answer, lambda told: _shown(application, told, called, entry))


def _known() -> list[dict[str, Any]]:
    return [
        {"client": name, "title": each.title, "file": each.file(sys.platform)}
        for name, each in CLIENTS.items()
    ]


def _url(config: "Config", name: str | None) -> str:
    from sumun.gateway.registry import check_name

    base = f"{config.issuer.rstrip('/')}/mcp"
    return f"{base}/{check_name(name)}" if name else base


def _local(
    application: McpClient, config: "Config", name: str, command_line: tuple[str, ...]
) -> "Entry":
    from sumun.gateway.registry import check_name

    if application.local is None:
        raise Failure(tr("{client}: cannot start servers").format(client=application.title))
    # Applications start commands with another PATH and directory than a shell has.
    launch = Launch(
        os.path.abspath(shutil.which("sumun") or sys.argv[0]),  # noqa: PTH100 - links stay
        ("wrap", "--name", check_name(name), "--", *command_line),
        {"SUMUN_DATA_DIR": str(config.data_path.absolute())},
    )
    return application.local(launch)


def _write(
    application: McpClient, file: Path | None, name: str, entry: "Entry", replace: bool
) -> bool:
    from sumun.cli.settings_files import put

    path = file or Path(application.file(sys.platform)).expanduser()
    if not entry or path == Path():
        raise Failure(
            tr("{client}: has no settings file; add the server there by hand").format(
                client=application.title
            )
        )
    return put(path, application.member, name, entry, replace=replace)


def _shown(application: McpClient, answer: dict[str, Any], name: str, entry: "Entry") -> str:
    from sumun.cli.settings_files import block

    if not entry:
        return f"{application.title}\n{answer['url']}"
    if "written" not in answer:
        if answer["file"]:
            current_output().aside(tr("for {path}:").format(path=answer["file"]))
        return block(answer["file"], application.member, name, entry)
    said = tr("{name} is in {path}") if answer["written"] else tr("{name} was in {path} already")
    return said.format(name=name, path=answer["file"])
