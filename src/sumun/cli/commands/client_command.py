"""``sumun client``."""

import time
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table, when

if TYPE_CHECKING:
    from sumun.oauth import Client
    from sumun.storage import Transaction

_LABELS = {
    "client_id": "client",
    "client_secret": "secret",
    "name": "name",
    "state": "state",
    "scope": "scope",
    "grant_types": "grants",
    "resources": "resources",
    "created_at": "created",
    "disabled_at": "disabled",
}
_COLUMNS = {
    "client_id": "CLIENT",
    "name": "NAME",
    "state": "STATE",
    "scope": "SCOPE",
    "created_at": "CREATED",
}


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


@command.command(
    "add",
    examples="""
    sumun client add billing-agent --scope "mcp:customers"
    sumun client add ci --scope mcp:customers:get_order --name "Nightly job"
    sumun client add agent --json | jq -r .client_secret > agent.secret
    """,
)
@click.argument("client_id", metavar="CLIENT")
@grammar.option("--name", default="", help="What people call it.")
@grammar.option(
    "--scope",
    default="",
    help="The scopes it may ask for, space-separated; mcp:<server>:* stands for all tools of one.",
)
@grammar.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="URL",
    help="A resource it may have tokens for. Repeatable; none means every one.",
)
def add(client_id: str, name: str, scope: str, resources: tuple[str, ...]) -> None:
    """Register a client and show its secret, once.

    The secret cannot be shown again: keep it where the client reads it.
    """
    record = rooms.run(_add(client_id, name, scope, resources))
    current_output().answer(record, _show_minted)


@command.command("list")
def list_() -> None:
    """List the clients."""
    found = rooms.run(_list())
    current_output().answer(
        found,
        lambda rows: table(rows, _COLUMNS, empty="no clients yet; add one: sumun client add NAME"),
    )


@command.command("show")
@click.argument("client_id", metavar="CLIENT")
def show(client_id: str) -> None:
    """Show one client."""
    current_output().answer(rooms.run(_find(client_id)), lambda found: fields(found, _LABELS))


@command.command("disable")
@click.argument("client_id", metavar="CLIENT")
def disable(client_id: str) -> None:
    """Refuse a client from now on; its record stays.

    It gets no more tokens. Tokens it holds work until they expire (minutes): revoke them with
    `sumun token revoke` if that is too long.
    """
    record = rooms.run(_disable(client_id))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("enable")
@click.argument("client_id", metavar="CLIENT")
def enable(client_id: str) -> None:
    """Let a disabled client in again."""
    record = rooms.run(_enable(client_id))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("rotate-secret")
@click.argument("client_id", metavar="CLIENT")
def rotate_secret(client_id: str) -> None:
    """Give a client a new secret and show it, once. The old one stops working now."""
    current_output().answer(rooms.run(_rotate(client_id)), _show_minted)


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


def _record(client: "Client") -> dict[str, Any]:
    metadata = client.metadata
    return {
        "client_id": client.client_id,
        "name": metadata.client_name,
        "state": "disabled" if client.disabled_at else "enabled",
        "scope": metadata.scope,
        "grant_types": list(metadata.grant_types),
        "resources": list(metadata.resources),
        "created_at": when(client.created_at),
        "disabled_at": when(client.disabled_at),
    }


def _show_minted(record: dict[str, Any]) -> str:
    warning = click.style(tr("The secret is shown this once: keep it now."), fg="yellow")
    return f"{fields(record, _LABELS)}\n{warning}"


def _unknown(client_id: str) -> Failure:
    return Failure(
        tr("client {name!r}: there is no such client; see sumun client list").format(name=client_id)
    )


async def _add(client_id: str, name: str, scope: str, resources: tuple[str, ...]) -> dict[str, Any]:
    from sumun.oauth import Client, ClientMetadata
    from sumun.oauth.client_secrets import ClientSecrets
    from sumun.oauth.clients import add_client
    from sumun.oauth.scopes import MalformedScope, parse_scope
    from sumun.storage import Conflict

    try:
        scope = " ".join(parse_scope(scope))
    except MalformedScope as error:
        raise Failure(f"--scope: {error}") from None
    async with rooms.opened_rooms(current_settings().load()) as opened:
        secrets = ClientSecrets(opened.root)
        secret = secrets.mint()
        client = Client(
            client_id=client_id,
            metadata=ClientMetadata(client_name=name, scope=scope, resources=resources),
            secret_hash=secrets.hash(client_id, secret),
            created_at=int(time.time()),
        )
        event = rooms.change("client_created", "created", client_id=client_id, scope=scope or None)
        try:
            await opened.audit.write([event], add_client, client)
        except Conflict:
            raise Failure(
                tr(
                    "client {name!r}: there is one already; for a new secret run "
                    "sumun client rotate-secret {name}"
                ).format(name=client_id)
            ) from None
        except ValueError as error:
            raise Failure(str(error)) from None
    return _record(client) | {"client_secret": secret}


async def _list() -> list[dict[str, Any]]:
    from sumun.oauth.clients import list_clients

    async with rooms.opened_database(current_settings().load()) as database:
        return [_record(client) for client in await database.read(list_clients)]


async def _find(client_id: str) -> dict[str, Any]:
    from sumun.oauth.clients import find_client

    async with rooms.opened_database(current_settings().load()) as database:
        client = await database.read(find_client, client_id)
    if client is None:
        raise _unknown(client_id)
    return _record(client)


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
            replace_client_secret(tx, client_id, secrets.hash(client_id, secret))
            return client

        event = rooms.change("client_secret_rotated", "rotated", client_id=client_id)
        client = await opened.audit.write([event], intent)
    return _record(client) | {"client_secret": secret}


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
        return _record(await opened.audit.write([event], intent))


def _require(tx: "Transaction", client_id: str) -> "Client":
    """Return the client; raising inside the transaction leaves no event of what did not happen."""
    from sumun.oauth.clients import find_client

    client = find_client(tx, client_id)
    if client is None:
        raise _unknown(client_id)
    return client
