"""``sumun client``."""

import time
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import client_add, grammar, initial_tokens, rooms
from sumun.cli.client_view import COLUMNS, LABELS, record_of, show_minted
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table

if TYPE_CHECKING:
    from sumun.oauth import Client
    from sumun.storage import Transaction


@grammar.group(
    name="client",
    examples="""
    sumun client add billing-agent --scope "mcp:customers"
    sumun client list
    sumun client rotate-secret billing-agent
    """,
)
def command() -> None:
    """Add, list, show, disable and remove OAuth clients.

    A client is a program that may ask for access tokens: an agent, a service. Its secret is made
    here and shown once; only a keyed hash of it is kept.
    """


command.add_command(client_add.command)
command.add_command(initial_tokens.command)


@command.command("list")
def list_() -> None:
    """List the clients."""
    found = rooms.run(_list())
    current_output().answer(
        found,
        lambda rows: table(rows, COLUMNS, empty="no clients yet; add one: sumun client add NAME"),
    )


@command.command("show")
@click.argument("client_id", metavar="CLIENT")
def show(client_id: str) -> None:
    """Show one client."""
    current_output().answer(rooms.run(_find(client_id)), lambda found: fields(found, LABELS))


@command.command("disable")
@click.argument("client_id", metavar="CLIENT")
def disable(client_id: str) -> None:
    """Refuse a client from now on; its record stays.

    It gets no more tokens. Tokens it holds work until they expire (minutes): revoke them with
    `sumun token revoke` if that is too long.
    """
    record = rooms.run(_disable(client_id))
    current_output().answer(record, lambda found: fields(found, LABELS))


@command.command("enable")
@click.argument("client_id", metavar="CLIENT")
def enable(client_id: str) -> None:
    """Let a disabled client in again."""
    record = rooms.run(_enable(client_id))
    current_output().answer(record, lambda found: fields(found, LABELS))


@command.command("rotate-secret")
@click.argument("client_id", metavar="CLIENT")
def rotate_secret(client_id: str) -> None:
    """Give a client a new secret and show it, once. The old one stops working now."""
    current_output().answer(rooms.run(_rotate(client_id)), show_minted)


@command.command("remove")
@click.argument("client_id", metavar="CLIENT")
@grammar.option("--yes", is_flag=True, help="Do not ask.")
def remove(client_id: str, yes: bool) -> None:
    """Remove a client and everything known of it; the audit log keeps what it did."""
    if not yes:
        grammar.confirm(tr("Remove the client {name}?").format(name=client_id))
    rooms.run(_remove(client_id))
    current_output().answer(
        {"client_id": client_id, "removed": True},
        lambda _: tr("{name} is removed").format(name=client_id),
    )


def _unknown(client_id: str) -> Failure:
    return Failure(
        tr("client {name!r}: there is no such client; see sumun client list").format(name=client_id)
    )


async def _list() -> list[dict[str, Any]]:
    from sumun.oauth.clients import list_clients

    async with rooms.opened_database(current_settings().load()) as database:
        return [record_of(client) for client in await database.read(list_clients)]


async def _find(client_id: str) -> dict[str, Any]:
    from sumun.oauth.clients import find_client

    async with rooms.opened_database(current_settings().load()) as database:
        client = await database.read(find_client, client_id)
    if client is None:
        raise _unknown(client_id)
    return record_of(client)


async def _disable(client_id: str) -> dict[str, Any]:
    from sumun.oauth.clients import disable_client

    def intent(tx: "Transaction") -> "Client":
        _require(tx, client_id)
        disable_client(tx, client_id, now=int(time.time()))
        return _require(tx, client_id)

    return await _change(client_id, "client_disabled", "disabled", intent)


async def _enable(client_id: str) -> dict[str, Any]:
    from sumun.oauth.clients import enable_client

    def intent(tx: "Transaction") -> "Client":
        _require(tx, client_id)
        enable_client(tx, client_id)
        return _require(tx, client_id)

    return await _change(client_id, "client_enabled", "enabled", intent)


async def _rotate(client_id: str) -> dict[str, Any]:
    from sumun.oauth.client_secrets import ClientSecrets
    from sumun.oauth.clients import replace_client_secret

    async with rooms.opened_rooms(current_settings().load()) as opened:
        secrets = ClientSecrets(opened.root)
        secret = secrets.mint()

        def intent(tx: "Transaction") -> "Client":
            client = _require(tx, client_id)
            if not client.metadata.has_secret:
                raise Failure(
                    tr("client {name!r}: has no secret, so there is none to renew").format(
                        name=client_id
                    )
                )
            replace_client_secret(tx, client_id, secrets.hash(client_id, secret))
            return client

        event = rooms.change("client_secret_rotated", "rotated", client_id=client_id)
        client = await opened.audit.write([event], intent)
    return record_of(client) | {"client_secret": secret}


async def _remove(client_id: str) -> None:
    from sumun.oauth.clients import remove_client

    def intent(tx: "Transaction") -> "Client":
        client = _require(tx, client_id)
        remove_client(tx, client_id)
        return client

    await _change(client_id, "client_removed", "removed", intent)


async def _change(client_id: str, event_type: str, action: str, intent: Any) -> dict[str, Any]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        event = rooms.change(event_type, action, client_id=client_id)
        return record_of(await opened.audit.write([event], intent))


def _require(tx: "Transaction", client_id: str) -> "Client":
    """Return the client; raising inside the transaction leaves no event of what did not happen."""
    from sumun.oauth.clients import find_client

    client = find_client(tx, client_id)
    if client is None:
        raise _unknown(client_id)
    return client
