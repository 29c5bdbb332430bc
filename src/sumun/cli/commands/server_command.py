"""``sumun server``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table
from sumun.cli.server_settings import Given, definition_of, where

if TYPE_CHECKING:
    from sumun.config import Config, UpstreamConfig
    from sumun.storage import Transaction

_LABELS = {"name": "server", "url": "upstream", "resource": "resource", "source": "from"}
_COLUMNS = {
    "name": "SERVER",
    "url": "UPSTREAM",
    "resource": "RESOURCE",
    "source": "FROM",
    "state": "STATE",
}
_CHECKS = {"name": "SERVER", "state": "STATE", "milliseconds": "MS", "detail": "DETAIL"}


@grammar.group(
    name="server",
    examples="""
    sumun server add customers http://127.0.0.1:9000/mcp
    sumun server add papers -- npx -y @modelcontextprotocol/server-filesystem ~/papers
    sumun server list
    sumun server check
    sumun server tools customers
    sumun server approve customers --all
    """,
)
def command() -> None:
    """Put MCP servers behind the gateway, take them away, check and approve them.

    A server called `customers` is reached by agents at <issuer>/mcp/customers, which is also its
    resource identifier, with the scope mcp:customers. A running gateway sees a change within a
    second.
    """


@command.command(
    "add",
    examples="""
    sumun server add customers http://127.0.0.1:9000/mcp
    sumun server add crm https://crm.example/mcp --authorization-file crm.token
    sumun server add papers -- npx -y @modelcontextprotocol/server-filesystem ~/papers
    sumun server add mail --per-principal --env-file TOKEN=mail.token -- python mail_server.py
    """,
)
@click.argument("name", metavar="NAME")
@click.argument("target", metavar="URL | -- COMMAND [ARGUMENT]…", nargs=-1, required=True)
@grammar.option(
    "--authorization-file",
    type=click.File(),
    metavar="FILE",
    help="Holds the Authorization header sent upstream, such as `Bearer …`; - is standard input.",
)
@grammar.option(
    "--timeout", type=click.FloatRange(0.1, 86_400), help="Seconds to wait for an answer."
)
@grammar.option(
    "--transport",
    type=click.Choice(["http", "sse"]),
    help="How a URL is spoken to; sse is for servers of revision 2024-11-05. [default: http]",
)
@grammar.option("--env", multiple=True, metavar="NAME=VALUE", help="A variable for a command.")
@grammar.option(
    "--env-file",
    "env_files",
    multiple=True,
    metavar="NAME=FILE",
    help="A variable for a command, whose value is in a file, read whenever it starts.",
)
@grammar.option(
    "--cwd",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="The directory a command works in.",
)
@grammar.option(
    "--pin",
    type=click.Choice(["first-use", "approve", "off"]),
    help="Whose words about its tools hold: its first, approved ones, any. [default: first-use]",
)
@grammar.option("--per-principal", is_flag=True, help="Give everybody a process of their own.")
def add(name: str, authorization_file: Any, **given: Any) -> None:
    """Put an MCP server behind the gateway.

    It is reached at a URL, or is a command on this machine that speaks over standard input and
    output: the gateway starts it when it is needed, and again when it broke.
    """
    authorization = authorization_file.read(16384).strip() if authorization_file else ""
    definition = definition_of(Given(authorization=authorization, **given))
    record = rooms.run(_add(name, definition))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("list")
def list_() -> None:
    """List the servers behind the gateway, configured and added.

    If the gateway runs, it says what it knows of the state of each.
    """
    from sumun.cli.upstreams import known_states

    config = current_settings().load()
    found = [_record(config, *each) for each in rooms.run(_definitions(config))]
    states = known_states(config) if found else {}
    found = [each | {"state": states.get(each["name"], "")} for each in found]
    current_output().answer(
        found,
        lambda rows: table(
            rows, _COLUMNS, empty="no servers yet; add one: sumun server add NAME URL"
        ),
    )


@command.command("remove")
@click.argument("name", metavar="NAME")
def remove(name: str) -> None:
    """Take a server away from behind the gateway."""
    rooms.run(_remove(name))
    current_output().answer(
        {"name": name, "removed": True}, lambda _: tr("{name} is removed").format(name=name)
    )


@command.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def check(names: tuple[str, ...]) -> int:
    """Ask each server (or those named) for its tools, and say how long it took.

    A command is started for that, here and not by the gateway, and ended again. Exit status 1 if
    one does not answer as an MCP server.
    """
    checked = _check(names)
    current_output().answer(checked, lambda rows: table(rows, _CHECKS, empty="no servers yet"))
    return OK if all(each["ok"] for each in checked) else FAILED


@command.command("tools")
@click.argument("name", metavar="NAME")
def tools(name: str) -> None:
    """Say what a server tells models of its tools, and what of it is held.

    What changed since it was approved is shown line by line. Words that look made for models
    (invisible characters, instructions, hidden text) are named.
    """
    from sumun.cli import pins

    found = rooms.run(pins.list_of(_config_of(name), name))
    current_output().answer(found, pins.shown)


@command.command(
    "approve",
    examples="""
    sumun server approve crm find_customer
    sumun server approve crm --all
    """,
)
@click.argument("name", metavar="NAME")
@click.argument("tools", metavar="[TOOL]...", nargs=-1)
@grammar.option("--all", "everything", is_flag=True, help="Approve all that is held.")
def approve(name: str, tools: tuple[str, ...], *, everything: bool) -> None:
    """Let models read what a server says of its tools now.

    A running gateway goes by it within a second.
    """
    from sumun.cli import pins

    if bool(tools) == everything:
        raise Failure(tr("name the tools to approve, or say --all"))
    approved = rooms.run(pins.approve(_config_of(name), name, tools))
    current_output().answer(approved, pins.approved_shown)


def _config_of(name: str) -> "Config":
    """Return the configuration, if a server of that name is known."""
    config = current_settings().load()
    if name not in {each for each, _, _ in rooms.run(_definitions(config))}:
        raise _unknown(name)
    return config


def _record(
    config: "Config", name: str, definition: "UpstreamConfig", source: str
) -> dict[str, Any]:
    return {
        "name": name,
        "url": where(definition),
        "resource": f"{config.issuer.rstrip('/')}/mcp/{name}",
        "source": source,
    }


async def _add(name: str, definition: "UpstreamConfig") -> dict[str, Any]:
    from sumun.gateway.registry import add_server, check_definition
    from sumun.storage import Conflict

    config = current_settings().load()
    check_definition(name, definition)
    taken = Failure(
        tr("server {name!r}: there is one already; run sumun server remove {name} first").format(
            name=name
        )
    )
    if name in config.servers:
        raise taken
    async with rooms.opened_rooms(config) as opened:
        event = rooms.change("server_added", "added", server=name)
        try:
            await opened.audit.write([event], add_server, name, definition, int(time.time()))
        except Conflict:
            raise taken from None
    return _record(config, name, definition, "added")


async def _definitions(config: "Config") -> list[tuple[str, "UpstreamConfig", str]]:
    from sumun.gateway.registry import list_servers

    async with rooms.opened_database(config) as database:
        added = await database.read(list_servers)
    found = {name: (name, definition, "added") for name, definition in added.items()}
    found |= {name: (name, definition, "configured") for name, definition in config.servers.items()}
    return [found[name] for name in sorted(found)]


def _unknown(name: str) -> Failure:
    return Failure(
        tr("server {name!r}: there is no such server; see sumun server list").format(name=name)
    )


async def _remove(name: str) -> None:
    from sumun.gateway.registry import remove_server

    config = current_settings().load()
    if name in config.servers:
        raise Failure(
            tr("server {name!r}: is in the settings file; remove [servers.{name}] there").format(
                name=name
            )
        )

    def intent(tx: "Transaction") -> None:
        if not remove_server(tx, name):
            raise _unknown(name)

    async with rooms.opened_rooms(config) as opened:
        await opened.audit.write([rooms.change("server_removed", "removed", server=name)], intent)


def _check(names: tuple[str, ...]) -> list[dict[str, Any]]:
    from sumun.cli.upstreams import probe

    definitions = rooms.run(_definitions(current_settings().load()))
    known = {name for name, _, _ in definitions}
    for name in names:
        if name not in known:
            raise _unknown(name)
    return [
        probe(name, definition) for name, definition, _ in definitions if not names or name in names
    ]
