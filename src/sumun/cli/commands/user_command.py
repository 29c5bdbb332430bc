"""``sumun user``."""

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import LANGUAGES, tr
from sumun.cli.output import fields, table, when

if TYPE_CHECKING:
    from sumun.config import Config
    from sumun.oauth.users import User
    from sumun.storage import Transaction

WEAK = {
    "short": "password: needs at least {count} characters",
    "long": "password: may have at most {longest} characters",
    "common": "password: is one of those that are tried first; choose another",
    "breached": "password: became known by a breach somewhere; choose another",
    "unknown": "password: the list people.breached_passwords names cannot be read",
}
_LABELS = {
    "username": "user",
    "user_id": "id",
    "locale": "language",
    "state": "state",
    "created_at": "created",
    "disabled_at": "disabled",
}
_COLUMNS = {
    "username": "USER",
    "user_id": "ID",
    "state": "STATE",
    "locale": "LANGUAGE",
    "created_at": "CREATED",
}


@grammar.group(
    name="user",
    examples="""
    sumun user add minjun
    sumun user list
    sumun user set-password minjun < password.txt
    """,
)
def command() -> None:
    """Add, list and disable people who sign in.

    A password is asked for on the terminal, or read from standard input (one line); it is never
    taken from the command line, where other users could see it. It is kept as an argon2id hash.
    """


@command.command("add")
@click.argument("username", metavar="USER")
@grammar.option(
    "--locale",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="The language of the pages this person sees.",
)
def add(username: str, locale: str) -> None:
    """Register a person; the password is asked for, or read from standard input."""
    config = current_settings().load()
    rooms.require_data(config)
    password = _read_password()
    _judge(config, username, password)
    record = rooms.run(_add(username, locale, password))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("list")
def list_() -> None:
    """List the people."""
    found = rooms.run(_list())
    current_output().answer(
        found,
        lambda rows: table(rows, _COLUMNS, empty="nobody yet; add someone: sumun user add NAME"),
    )


@command.command("disable")
@click.argument("username", metavar="USER")
def disable(username: str) -> None:
    """Let a person sign in no longer; the record stays."""
    record = rooms.run(_disable(username))
    current_output().answer(record, lambda found: fields(found, _LABELS))


@command.command("set-password")
@click.argument("username", metavar="USER")
def set_password(username: str) -> None:
    """Give a person another password; the old one stops working now."""
    config = current_settings().load()
    rooms.require_data(config)
    password = _read_password()
    _judge(config, username, password)
    record = rooms.run(_set_password(username, password))
    current_output().answer(record, lambda found: fields(found, _LABELS))


def _read_password() -> str:
    """Return the password that was typed twice, or the first line of standard input."""
    if sys.stdin.isatty():
        password: str = click.prompt(
            tr("Password"), hide_input=True, confirmation_prompt=True, err=True
        )
    else:
        password = sys.stdin.readline(4096).rstrip("\r\n")
    return password


def _judge(config: "Config", username: str, password: str) -> None:
    from sumun.oauth.password_rules import LONGEST, PasswordRules

    rules = PasswordRules(config)
    # Whether there is a second factor is the person's to say, and may change: it is not counted on.
    weakness = rules.weakness(password, username, second_factor=False)
    if weakness is not None:
        count = rules.shortest(second_factor=False)
        raise Failure(tr(WEAK[weakness]).format(count=count, longest=LONGEST))


def _record(user: "User") -> dict[str, Any]:
    return {
        "username": user.username,
        "user_id": user.user_id,
        "locale": user.locale,
        "state": "disabled" if user.disabled_at else "enabled",
        "created_at": when(user.created_at),
        "disabled_at": when(user.disabled_at),
    }


async def _hash(password: str) -> str:
    from sumun.oauth.users import Passwords

    passwords = Passwords(threads=1)
    try:
        return await passwords.hash(password)
    except ValueError as error:
        raise Failure(str(error)) from None
    finally:
        passwords.close()


async def _add(username: str, locale: str, password: str) -> dict[str, Any]:
    from sumun.oauth.users import User, add_user, new_user_id
    from sumun.storage import Conflict

    if not username.isprintable() or not username.strip():
        raise Failure(tr("user {name!r}: a user name is printable text").format(name=username))
    user = User(
        user_id=new_user_id(),
        username=username,
        password_hash=await _hash(password),
        locale=locale,
        created_at=int(time.time()),
    )
    async with rooms.opened_rooms(current_settings().load()) as opened:
        event = rooms.change("user_created", "created", user_id=user.user_id)
        try:
            await opened.audit.write([event], add_user, user)
        except Conflict:
            raise Failure(
                tr("user {name!r}: there is one already; see sumun user list").format(name=username)
            ) from None
    return _record(user)


async def _list() -> list[dict[str, Any]]:
    from sumun.oauth.users import list_users

    async with rooms.opened_database(current_settings().load()) as database:
        return [_record(user) for user in await database.read(list_users)]


async def _disable(username: str) -> dict[str, Any]:
    from sumun.oauth.users import disable_user

    def intent(tx: "Transaction", user: "User") -> None:
        disable_user(tx, user.user_id, now=int(time.time()))

    return await _change(username, "user_disabled", "disabled", intent)


async def _set_password(username: str, password: str) -> dict[str, Any]:
    from sumun.oauth.users import replace_password

    password_hash = await _hash(password)

    def intent(tx: "Transaction", user: "User") -> None:
        replace_password(tx, user.user_id, password_hash)

    return await _change(username, "user_password_changed", "changed", intent)


async def _change(username: str, event_type: str, action: str, intent: Any) -> dict[str, Any]:
    async with rooms.opened_rooms(current_settings().load()) as opened:
        # The log names people by their id, which says nothing of them.
        user = await opened.database.read(_require, username)
        event = rooms.change(event_type, action, user_id=user.user_id)

        def both(tx: "Transaction") -> "User":
            intent(tx, _require(tx, username))
            return _require(tx, username)

        return _record(await opened.audit.write([event], both))


def _require(tx: "Transaction", username: str) -> "User":
    from sumun.oauth.users import find_user

    user = find_user(tx, username)
    if user is None:
        raise Failure(
            tr("user {name!r}: there is no such user; see sumun user list").format(name=username)
        )
    return user
