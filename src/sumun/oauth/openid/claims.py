"""What is said of a person, by scope (OpenID Connect Core §5.4)."""

from collections.abc import Iterable
from typing import Any, Final

from sumun.oauth.users import User

SCOPES: Final = ("openid", "profile", "email")
"""The scopes that say who somebody is."""

CLAIMS: Final = ("sub", "preferred_username", "locale", "email", "email_verified")


def claims_of(user: User, scopes: Iterable[str]) -> dict[str, Any]:
    """Return the claims that the scopes open; ``sub`` always."""
    scopes = set(scopes)
    claims: dict[str, Any] = {"sub": user.user_id}
    if "profile" in scopes:
        claims |= {"preferred_username": user.username, "locale": user.locale}
    # The one address we know is a user name that is one; nobody has written there to see.
    if "email" in scopes and _is_address(user.username):
        claims |= {"email": user.username, "email_verified": False}
    return claims


def _is_address(username: str) -> bool:
    local, _, domain = username.partition("@")
    return bool(local) and "." in domain.strip(".") and "@" not in domain
