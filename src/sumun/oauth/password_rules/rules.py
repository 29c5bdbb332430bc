"""The rules a new password is judged by (NIST SP 800-63B-4 §3.1.1.2)."""

import logging
from collections.abc import Collection
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from sumun.config import Config
from sumun.oauth.password_rules.breached import BreachedPasswords
from sumun.oauth.password_rules.well_known import is_common

LONGEST: Final = 1024
"""Characters."""

_log = logging.getLogger("sumun.oauth")

Weakness = Literal["short", "long", "common", "breached", "unknown"]
"""``unknown``: the list of breached passwords cannot be read, so nothing is known of it."""


class PasswordRules:
    """Length counts, and that nobody tries it first; what it is composed of does not.

    Everything here may read a disk: call it in a thread.

    Raises
    ------
    ConfigurationError
        If the list of breached passwords that the configuration names is none.

    """

    def __init__(self, config: Config) -> None:
        self._settings = config.people
        path = config.people.breached_passwords
        self._breached = BreachedPasswords(Path(path)) if path else None
        host = urlsplit(config.issuer).hostname or ""
        self._service = frozenset({"sumun", "mcp", host, *host.split(".")})

    def shortest(self, *, second_factor: bool) -> int:
        """Return how many characters a password needs.

        Fewer will do where it is not the only thing that is asked for.
        """
        settings = self._settings
        if second_factor:
            return min(settings.shortest_password, settings.shortest_with_second_factor)
        return settings.shortest_password

    def weakness(self, password: str, username: str, *, second_factor: bool) -> Weakness | None:
        """Return why somebody must not have this password; ``None`` if they may."""
        if len(password) < self.shortest(second_factor=second_factor):
            return "short"
        if len(password) > LONGEST:
            return "long"
        return self.known(password, username)

    def known(self, password: str, username: str) -> Weakness | None:
        """Return how it is that others know this password; ``None`` if none do."""
        if is_common(password, self._names(username)):
            return "common"
        try:
            return "breached" if self._breached and password in self._breached else None
        except OSError as error:
            _log.error("people.breached_passwords cannot be read: %s", error)
            return "unknown"

    def _names(self, username: str) -> Collection[str]:
        name = username.rpartition(":")[2]
        return {username, name, name.partition("@")[0], *self._service}
