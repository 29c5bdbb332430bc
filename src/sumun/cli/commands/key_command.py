"""``sumun key``."""

import asyncio
from typing import Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import table, when

_COLUMNS = {
    "kid": "KEY",
    "alg": "ALG",
    "held_by": "HELD BY",
    "state": "STATE",
    "created_at": "CREATED",
    "active_from": "SIGNS FROM",
    "retires_at": "PUBLISHED UNTIL",
}


_KEY_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}
"""A key's identifier is a thumbprint in base64url, one in 64 of which begins with ``-``."""


@grammar.group(
    name="key",
    examples="""
    sumun key list
    sumun key rotate
    sumun key rotate --publish-ahead 3600
    sumun key rotate --data
    sumun key destroy 9f86d081
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
    keys = rooms.run(_list())
    current_output().answer(keys, lambda rows: table(rows, _COLUMNS))


@command.command("rotate")
@grammar.option(
    "--publish-ahead",
    type=click.IntRange(0),
    metavar="SECONDS",
    help="Publish the new key this long before it signs; by default as keys.publish_ahead says.",
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


@command.command("withdraw", context_settings=_KEY_MAY_BEGIN_WITH_A_DASH)
@click.argument("kid", metavar="KEY")
@grammar.option("--yes", is_flag=True, help="Do not ask.")
def withdraw(kid: str, yes: bool) -> None:
    """Stop publishing a key that has leaked: every token it signed is refused from now on."""
    if not yes:
        grammar.confirm(tr("Refuse every token signed with {kid}?").format(kid=kid))
    current_output().answer(rooms.run(_withdraw(kid)), _show)


@command.command("destroy", context_settings=_KEY_MAY_BEGIN_WITH_A_DASH)
@click.argument("key", metavar="KEY")
@grammar.option("--yes", is_flag=True, help="Do not ask.")
def destroy(key: str, yes: bool) -> None:
    """Destroy a data key that was rotated: nothing it protected turns back any more."""
    if not yes:
        grammar.confirm(tr("Destroy {kid}, with everything it protected?").format(kid=key))
    current_output().answer(rooms.run(_destroy(key)), _show)


def _show(record: dict[str, Any]) -> str:
    return tr("{kid}: {action}").format(kid=record["kid"], action=tr(record["action"]))


def _record(key: dict[str, Any]) -> dict[str, Any]:
    times = ("created_at", "active_from", "retires_at")
    return key | {name: when(key[name]) for name in times}


async def _list() -> list[dict[str, Any]]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        return [_record(key) for key in (await opened.open_keyring()).describe()]


async def _rotate(publish_ahead: int | None) -> dict[str, Any]:
    from sumun.keys import Schedule

    config = current_settings().load()
    schedule = Schedule.of(config)
    ahead = schedule.publish_ahead if publish_ahead is None else publish_ahead
    async with rooms.opened_rooms(config) as opened:
        keyring = await opened.open_keyring()
        kid = await asyncio.to_thread(keyring.rotate, publish_ahead=ahead, keep=schedule.keep)
        signs = keyring.active().kid == kid
        await opened.audit.record(rooms.change("key_rotated", "rotated", detail={"kid": kid}))
    return {"kid": kid, "action": "signs from now on" if signs else "published, and signs later"}


async def _rotate_data() -> dict[str, Any]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        key_id = await asyncio.to_thread(opened.data_keys.rotate)
        event = rooms.change("data_key_rotated", "rotated", detail={"kid": key_id})
        await opened.audit.record(event)
    return {"kid": key_id, "action": "protects data from now on"}


async def _destroy(key_id: str) -> dict[str, Any]:
    from sumun.guard.erasing import destroy_key

    async with rooms.opened_rooms(current_settings().load()) as opened:
        event = rooms.change("data_key_destroyed", "destroyed", detail={"kid": key_id})
        erased = await destroy_key(opened, key_id, event)
    return {
        "kid": key_id,
        "action": "destroyed",
        "values": erased.values,
        "fingerprint": erased.fingerprint,
    }


async def _withdraw(kid: str) -> dict[str, Any]:
    config = current_settings().load()
    async with rooms.opened_rooms(config) as opened:
        keyring = await opened.open_keyring()
        await asyncio.to_thread(keyring.withdraw, kid)
        await opened.audit.record(rooms.change("key_withdrawn", "withdrawn", detail={"kid": kid}))
    return {"kid": kid, "action": "withdrawn"}
