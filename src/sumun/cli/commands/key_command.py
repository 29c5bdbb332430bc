"""``sumun key``."""

from typing import Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import table, when

_COLUMNS = {
    "kid": "KEY",
    "alg": "ALG",
    "state": "STATE",
    "created_at": "CREATED",
    "active_from": "SIGNS FROM",
    "retires_at": "PUBLISHED UNTIL",
}
_CLOCK_LEEWAY = 60


@grammar.group(
    name="key",
    examples="""
    sumun key list
    sumun key rotate
    sumun key rotate --publish-ahead 3600
    """,
)
def command() -> None:
    """List and rotate signing keys.

    The signing key signs access tokens; its public half is published at /.well-known/jwks.json.
    After a rotation the old public key stays published until the tokens it signed have expired,
    so that nothing breaks. A running server notices within a second.
    """


@command.command("list")
def list_() -> None:
    """List the signing keys: which signs, which are still published, and until when."""
    config = current_settings().load()
    _, files = rooms.sealed_files(config)
    keys = [_record(key) for key in rooms.open_keyring(config, files).describe()]
    current_output().answer(keys, lambda rows: table(rows, _COLUMNS))


@command.command("rotate")
@grammar.option(
    "--publish-ahead",
    type=click.IntRange(0),
    metavar="SECONDS",
    help="Publish the new key this long before it signs, for verifiers that cache the key set.",
)
@grammar.option(
    "--data", is_flag=True, help="Rotate the key that protects data, not the one that signs."
)
def rotate(publish_ahead: int | None, data: bool) -> None:
    """Make a new key; the old one keeps verifying (or opening) what it made."""
    if data and publish_ahead is not None:
        raise click.UsageError("--publish-ahead has no meaning with --data")
    record = rooms.run(_rotate_data() if data else _rotate(publish_ahead))
    current_output().answer(record, _show)


@command.command("withdraw")
@click.argument("kid", metavar="KEY")
@grammar.option("--yes", is_flag=True, help="Do not ask.")
def withdraw(kid: str, yes: bool) -> None:
    """Stop publishing a key that has leaked: every token it signed is refused from now on."""
    if not yes:
        grammar.confirm(tr("Refuse every token signed with {kid}?").format(kid=kid))
    current_output().answer(rooms.run(_withdraw(kid)), _show)


def _show(record: dict[str, Any]) -> str:
    return tr("{kid}: {action}").format(kid=record["kid"], action=tr(record["action"]))


def _record(key: dict[str, Any]) -> dict[str, Any]:
    times = ("created_at", "active_from", "retires_at")
    return key | {name: when(key[name]) for name in times}


async def _rotate(publish_ahead: int | None) -> dict[str, Any]:
    config = current_settings().load()
    ahead = config.keys.publish_ahead if publish_ahead is None else publish_ahead
    async with rooms.opened_rooms(config) as opened:
        keyring = rooms.open_keyring(config, opened.files)
        kid = keyring.rotate(
            publish_ahead=ahead, keep=config.oauth.access_token_ttl + _CLOCK_LEEWAY
        )
        await opened.audit.record(rooms.change("key_rotated", "rotated", detail={"kid": kid}))
    return {"kid": kid, "action": "published, and signs later" if ahead else "signs from now on"}


async def _rotate_data() -> dict[str, Any]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        key_id = opened.data_keys.rotate()
        event = rooms.change("data_key_rotated", "rotated", detail={"kid": key_id})
        await opened.audit.record(event)
    return {"kid": key_id, "action": "protects data from the next start of the server on"}


async def _withdraw(kid: str) -> dict[str, Any]:
    config = current_settings().load()
    async with rooms.opened_rooms(config) as opened:
        rooms.open_keyring(config, opened.files).withdraw(kid)
        await opened.audit.record(rooms.change("key_withdrawn", "withdrawn", detail={"kid": kid}))
    return {"kid": kid, "action": "withdrawn"}
