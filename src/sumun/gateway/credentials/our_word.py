"""The gateway's word of who a principal is, signed for the authorization server that takes it."""

from collections.abc import Callable
from typing import Any

import msgspec

from sumun.guard import Principal
from sumun.keys import SignerUnavailable
from sumun.oauth.upstream.authentication import Sign
from sumun.oauth.upstream.refused import TokenRefused


class OurWord(msgspec.Struct, frozen=True):
    """What it is given with.

    Attributes
    ----------
    issuer:
        Who we are: the issuer that is trusted there.
    client_id:
        What the authorization server calls the gateway.
    key:
        Signs for the issuer.
    clock:
        Unix seconds.

    """

    issuer: str
    client_id: str
    key: Sign
    clock: Callable[[], float]

    def now(self) -> int:
        """Return the time, in whole Unix seconds."""
        return int(self.clock())

    async def sign(self, claims: dict[str, Any], typ: str) -> str:
        """Return the claims as a signed JWT.

        Raises
        ------
        TokenRefused
            If our own key cannot be reached.

        """
        try:
            return await self.key(claims, typ)
        except SignerUnavailable:
            raise TokenRefused("unreachable", "our own signing key cannot be reached") from None


def owner_of(principal: Principal | None) -> str:
    """Return one text for each who gets a token of their own."""
    if principal is None:
        return ""
    return f"{principal.tenant}\0{principal.subject}\0{principal.client_id}"


def somebody(principal: Principal | None) -> Principal:
    """Return the principal.

    Raises
    ------
    TokenRefused
        If it is the gateway itself that asks: there is nobody to give our word for.

    """
    if principal is None:
        raise TokenRefused("refused", "the gateway itself has no token there")
    return principal
