"""``sumun client initial-token``."""

import time
from typing import Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields, table, when

_LABELS = {
    "token": "token",
    "token_id": "id",
    "scope": "scope",
    "uses_left": "uses left",
    "expires_at": "expires",
}
_COLUMNS = {
    "token_id": "ID",
    "scope": "SCOPE",
    "uses_left": "USES LEFT",
    "expires_at": "EXPIRES",
}
_DAY = 86_400


@grammar.group(
    name="initial-token",
    examples="""
    sumun client initial-token add --scope "mcp:customers" --uses 3
    sumun client initial-token list
    """,
)
def command() -> None:
    """Let others register clients themselves (RFC 7591), as many as you say.

    Whoever has an initial access token may register a client at /oauth2/register, also one that
    acts without a person, within the scopes of the token.
    """


@command.command(
    "add",
    examples="""
    sumun client initial-token add --scope "mcp:customers"
    sumun client initial-token add --uses 20 --days 1
    """,
)
@grammar.option(
    "--scope",
    default="",
    help="The scopes its clients may ask for; none: what any client may that registers itself.",
)
@grammar.option(
    "--uses",
    type=click.IntRange(1, 1_000_000),
    default=1,
    show_default=True,
    metavar="N",
    help="How many clients may be registered with it.",
)
@grammar.option(
    "--days",
    type=click.IntRange(1, 366),
    default=7,
    show_default=True,
    metavar="N",
    help="How long it is good.",
)
def add(scope: str, uses: int, days: int) -> None:
    """Make an initial access token and show it, once."""
    record = rooms.run(_add(scope, uses, days))
    current_output().answer(record, _show_minted)


@command.command("list")
def list_() -> None:
    """List the initial access tokens that may still be used."""
    current_output().answer(
        rooms.run(_list()),
        lambda rows: table(rows, _COLUMNS, empty="no initial access tokens"),
    )


@command.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """Let an initial access token be used no more; clients registered with it stay."""
    rooms.run(_revoke(token_id))
    current_output().answer(
        {"token_id": token_id, "revoked": True},
        lambda _: tr("{name} is revoked").format(name=token_id),
    )


def _show_minted(record: dict[str, Any]) -> str:
    warning = click.style(tr("The token is shown this once: keep it now."), fg="yellow")
    return f"{fields(record, _LABELS)}\n{warning}"


def _record(token: Any) -> dict[str, Any]:
    return {
        "token_id": token.token_id,
        "scope": token.scope,
        "uses_left": token.uses_left,
        "expires_at": when(token.expires_at),
    }


async def _add(scope: str, uses: int, days: int) -> dict[str, Any]:
    from sumun.oauth.registration.initial_access_tokens import (
        add_initial_access_token,
        mint_initial_access_token,
    )
    from sumun.oauth.scopes import MalformedScope, parse_scope

    try:
        scope = " ".join(parse_scope(scope))
    except MalformedScope as error:
        raise Failure(f"--scope: {error}") from None
    minted = mint_initial_access_token(
        scope=scope, uses=uses, lifetime=days * _DAY, now=int(time.time())
    )
    event = rooms.change(
        "initial_access_token_created",
        "created",
        token_id=minted.record.token_id,
        scope=scope or None,
        detail={"uses": uses, "days": days},
    )
    async with rooms.opened_rooms(current_settings().load()) as opened:
        await opened.audit.write([event], add_initial_access_token, minted)
    return {"token": minted.token} | _record(minted.record)


async def _list() -> list[dict[str, Any]]:
    from sumun.oauth.registration.initial_access_tokens import list_initial_access_tokens

    async with rooms.opened_database(current_settings().load()) as database:
        found = await database.read(list_initial_access_tokens, now=int(time.time()))
    return [_record(token) for token in found]


async def _revoke(token_id: str) -> None:
    from sumun.oauth.registration.initial_access_tokens import revoke_initial_access_token

    def intent(tx: Any) -> None:
        if not revoke_initial_access_token(tx, token_id):
            raise Failure(
                tr("{name!r}: there is no such initial access token").format(name=token_id)
            )

    event = rooms.change("initial_access_token_revoked", "revoked", token_id=token_id)
    async with rooms.opened_rooms(current_settings().load()) as opened:
        await opened.audit.write([event], intent)
