"""Judging an ID token that a provider made for us (OIDC Core §3.1.3.7)."""

import hmac
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from sumun.keys.jws import Malformed
from sumun.oauth.assertions import Assertions
from sumun.oauth.key_sets import KeySets
from sumun.oauth.providers.refused import UpstreamRefused

_LONGEST: Final = 86_400
"""Seconds an ID token may be good for; it is used once, at once."""
_RECENT: Final = 300
"""Seconds ago a person may have proven anew who they are, when that was asked."""

_Text = Annotated[str, msgspec.Meta(max_length=256)]


class UpstreamPerson(msgspec.Struct, frozen=True):
    """Who somebody is at a provider, as far as it says.

    Attributes
    ----------
    email:
        Only what it calls verified; else it is empty.
    hosted_domain:
        The domain whose owner manages the account there.
    auth_time:
        Unix seconds when they proved there who they are, if it says so.
    several_factors:
        Whether they proved it in more ways than one (RFC 8176).

    """

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    hosted_domain: str = ""
    auth_time: int | None = None
    several_factors: bool = False


class _More(msgspec.Struct, frozen=True):
    """Claims beyond the registered ones, of the right types."""

    nonce: str
    azp: str | None = None
    auth_time: Annotated[float, msgspec.Meta(ge=0, le=2**53)] | None = None
    email: _Text = ""
    email_verified: bool | str = False
    preferred_username: _Text = ""
    nickname: _Text = ""
    hd: _Text = ""
    amr: list[str] = []


class IdTokenVerifier:
    """Believes ID tokens of one provider, for one client: us.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self, issuer: str, client_id: str, key_sets: KeySets, clock: Callable[[], float]
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._key_sets = key_sets
        self._assertions = Assertions(clock)
        self._clock = clock

    async def verify(self, token: str, jwks_uri: str, *, nonce: str, again: bool) -> UpstreamPerson:
        """Return whom it is about.

        Parameters
        ----------
        nonce:
            What was sent with the request.
        again:
            Whether the person was to prove anew who they are.

        Raises
        ------
        UpstreamRefused
            If anything about it is not as it must be.

        """
        try:
            assertion = self._assertions.read(
                token,
                audiences=(self._client_id,),
                longest=_LONGEST,
                required=("iss", "sub", "iat"),
            )
            more = msgspec.convert(assertion.more, _More)
        except Malformed as error:
            raise UpstreamRefused("token", str(error)) from None
        except msgspec.ValidationError:
            raise UpstreamRefused("token", "its nonce is missing or a claim is odd") from None
        claims = assertion.claims
        if claims.iss != self._issuer:
            raise UpstreamRefused("token", "its iss is not the provider's")
        # RFC 8725 §3.11: an access token or a logout token of theirs is no ID token.
        if assertion.typ not in {"", "jwt"}:
            raise UpstreamRefused("token", "it is a JWT of another kind")
        if more.azp is not None and more.azp != self._client_id:
            raise UpstreamRefused("token", "its azp is somebody else")
        if not hmac.compare_digest(more.nonce.encode("utf-8", "replace"), nonce.encode()):
            raise UpstreamRefused("token", "its nonce is not that of the request")
        if again and more.auth_time is not None and self._clock() - more.auth_time > _RECENT:
            raise UpstreamRefused("token", "the person did not sign in there anew")
        if await self._key_sets.find(jwks_uri, assertion.jws) is None:
            raise UpstreamRefused("token", "none of the provider's keys made its signature")
        # Some providers write the boolean as text.
        verified = more.email_verified in (True, "true")
        return UpstreamPerson(
            claims.iss,
            claims.sub,
            more.email if verified else "",
            more.preferred_username or more.nickname,
            more.hd,
            None if more.auth_time is None else int(more.auth_time),
            "mfa" in more.amr,
        )
