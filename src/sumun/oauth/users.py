"""People who sign in: the record, the intents that change it, and their passwords."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sumun.storage import Row, Transaction

_PASSWORD_LIMIT: Final = 1024

P = ParamSpec("P")
T = TypeVar("T")


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person who can sign in; times are Unix seconds."""

    user_id: str
    username: str
    password_hash: str
    locale: str = "en"
    created_at: int = 0
    disabled_at: int | None = None


class PasswordsBusy(Exception):
    """Too many passwords are being checked at once: ask again later."""


def new_user_id() -> str:
    """Return an identifier that no client can have."""
    return f"user-{secrets.token_hex(12)}"


def add_user(tx: Transaction, user: User) -> None:
    """Register a person.

    Raises
    ------
    Conflict
        If the user name is taken.

    """
    tx.execute(
        "add_user",
        user_id=user.user_id,
        username=user.username,
        password_hash=user.password_hash,
        locale=user.locale,
        created_at=user.created_at,
    )


def find_user(tx: Transaction, username: str) -> User | None:
    """Return the person of that user name, enabled or not."""
    row = tx.fetch_one("find_user_by_name", username=username)
    return None if row is None else _from_row(row)


def find_user_by_id(tx: Transaction, user_id: str) -> User | None:
    """Return the person of that identifier, enabled or not."""
    row = tx.fetch_one("find_user_by_id", user_id=user_id)
    return None if row is None else _from_row(row)


def list_users(tx: Transaction) -> list[User]:
    """Return everybody, by user name."""
    return [_from_row(row) for row in tx.fetch_all("list_users")]


def replace_password(tx: Transaction, user_id: str, password_hash: str) -> bool:
    """Give the person another password; return whether there is such a person."""
    return tx.execute("replace_password", user_id=user_id, password_hash=password_hash) > 0


def disable_user(tx: Transaction, user_id: str, *, now: int) -> bool:
    """Let the person in no longer; return whether they were let in."""
    return tx.execute("disable_user", user_id=user_id, now=now) > 0


class Passwords:
    """Hashes and checks passwords with argon2id (RFC 9106), off the event loop.

    Each check takes tens of milliseconds and megabytes on purpose, so that only ``threads`` run
    at once and only ``waiting`` more may queue: a flood of sign-ins cannot exhaust the machine.
    """

    def __init__(
        self, *, threads: int = 2, waiting: int = 32, hasher: PasswordHasher | None = None
    ) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = threads + waiting
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return what is stored in the password's place.

        Raises
        ------
        ValueError
            If the password is longer than any password.
        PasswordsBusy
            If too many wait already.

        """
        if len(password) > _PASSWORD_LIMIT:
            raise ValueError(f"password: is longer than {_PASSWORD_LIMIT} characters")
        return await self._run(self._hash, password)

    async def verify(self, user: User | None, password: str) -> bool:
        """Say whether it is the person's password; nobody takes as long as somebody.

        Raises
        ------
        PasswordsBusy
            If too many wait already.

        """
        if len(password) > _PASSWORD_LIMIT:
            return False
        matches = await self._run(
            self._verify, None if user is None else user.password_hash, password
        )
        return matches and user is not None and user.disabled_at is None

    def needs_rehash(self, password_hash: str) -> bool:
        """Say whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self._places:
            raise PasswordsBusy("too many passwords are being checked; try again in a moment")
        self._places -= 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, partial(work, *args, **kwargs))
        finally:
            self._places += 1

    def _hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        try:
            return self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def _from_row(row: Row) -> User:
    return msgspec.convert(dict(zip(User.__struct_fields__, row, strict=True)), User)
