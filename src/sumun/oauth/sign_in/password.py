"""A user name and a password."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sumun.oauth.password_rules import PasswordRules
from sumun.oauth.sign_in.method import Attempt, Proven, SignInRefused
from sumun.oauth.users import Passwords, PasswordsBusy, User, find_user, replace_password
from sumun.storage import Database

_NAME_LIMIT: Final = 256
_BUSY_WAIT: Final = 2


class Password:
    """Checked with argon2id in its bounded pool; nobody takes as long as somebody.

    Parameters
    ----------
    rules:
        What a password that is right is judged by; ``None`` for nothing.

    """

    name = "password"
    second_factor = False

    def __init__(
        self, database: Database, passwords: Passwords, rules: PasswordRules | None = None
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._rules = rules

    async def offered_to(self, user: User | None) -> bool:
        """Offer it to everybody who is not known yet."""
        return user is None

    async def describe(self, _ticket: str, _user: User | None) -> Mapping[str, object]:
        """Return nothing: its two fields need no challenge."""
        return {}

    def account(self, attempt: Attempt) -> str:
        """Return the user name."""
        return attempt.form.get("username", "")[:_NAME_LIMIT]

    async def prove(self, attempt: Attempt) -> Proven:
        """Check the password.

        Raises
        ------
        SignInRefused
            ``wrong``, whether the user name, the password or the account is; ``busy`` if too
            many passwords are being checked.
        StorageError
            If people cannot be looked up.

        """
        username = attempt.form.get("username", "").strip()
        user = None
        if 0 < len(username) <= _NAME_LIMIT and username.isprintable():
            user = await self._database.read(find_user, username)
        password = attempt.form.get("password", "")
        try:
            proven = await self._passwords.verify(user, password)
            if user is None or not proven:
                raise SignInRefused("wrong")
            if self._passwords.needs_rehash(user.password_hash):
                password_hash = await self._passwords.hash(password)
                await self._database.write(replace_password, user.user_id, password_hash)
        except PasswordsBusy:
            raise SignInRefused("busy", _BUSY_WAIT) from None
        return Proven(user, ("pwd",), known=await self._is_known(user, password))

    async def _is_known(self, user: User, password: str) -> bool:
        if self._rules is None:
            return False
        known = await asyncio.to_thread(self._rules.known, password, user.username)
        return known in {"common", "breached"}
