"""Tokens that only our own pages have, so that only they can be acted from (RFC 6749 §10.12)."""

import hmac
from typing import Final

from starlette.requests import Request

_SITES: Final = frozenset({"", "same-origin", "none"})


class Csrf:
    """Makes and checks the token of a form.

    It is bound to the ticket, the browser and the session: it is worth nothing with any other.

    Parameters
    ----------
    key:
        32 bytes, the same on every node.

    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, *bound_to: str) -> str:
        """Return the token for a form."""
        return hmac.digest(self._key, "\0".join(bound_to).encode(), "sha256").hex()

    def accepts(self, request: Request, token: str, *bound_to: str) -> bool:
        """Say whether the form came from our page, in this browser."""
        # What browsers say of themselves (Fetch Metadata) is believed only when it is bad.
        if request.headers.get("sec-fetch-site", "") not in _SITES:
            return False
        return hmac.compare_digest(
            self.token(*bound_to).encode(), token.encode("utf-8", "surrogatepass")
        )
