"""Access tokens of others, as their token endpoints give them to us (RFC 6749 §5.1)."""

import re
from typing import Annotated, Any, Final

import msgspec

from sumun.oauth.upstream.refused import TokenRefused

MARGIN: Final = 30
"""Seconds before its end when a token is no longer used: a call takes a while, clocks differ."""

_UNSAID: Final = 300
"""Seconds a token is taken to be good for if nobody says (RFC 6749 §5.1 leaves that open)."""
_LONGEST: Final = 30 * 86_400
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}")
_KINDS: Final = {"bearer": "Bearer", "dpop": "DPoP"}


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """One token; times are Unix seconds.

    Attributes
    ----------
    kind:
        The scheme it is shown with: ``Bearer`` or ``DPoP``.
    refresh_token:
        What another is got with; empty for none.

    """

    value: str
    kind: str
    scope: str
    obtained_at: int
    expires_at: int
    refresh_token: str = ""

    @property
    def authorization(self) -> str:
        """The header it is shown in."""
        return f"{self.kind} {self.value}"

    def is_good(self, now: float) -> bool:
        """Whether it lasts long enough for a call."""
        return now < self.expires_at - min(MARGIN, (self.expires_at - self.obtained_at) / 2)


class _Answer(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str
    expires_in: Annotated[float, msgspec.Meta(gt=0)] | str | None = None
    scope: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    refresh_token: str | None = None


def read_answer(document: Any, *, scope: str, now: float, bound: bool) -> AccessToken:
    """Return the token of an answer.

    Parameters
    ----------
    scope:
        What was asked for: what is granted if the answer does not say.
    bound:
        Whether it must be bound to a key: one that is not is nothing to make do with
        (RFC 9449 §5).

    Raises
    ------
    TokenRefused
        If there is none that could be used.

    """
    try:
        answer = msgspec.convert(document, _Answer)
    except msgspec.ValidationError:
        raise TokenRefused("answer", "its answer holds no access token") from None
    kind = _KINDS.get(answer.token_type.lower())
    if kind is None or (kind == "DPoP") is not bound:
        raise TokenRefused("answer", "its access token is of another type than was asked for")
    refresh_token = answer.refresh_token or ""
    # What is no token by its letters could end a header, and begin another.
    if not _TOKEN.fullmatch(answer.access_token) or len(refresh_token) > 16_384:  # noqa: PLR2004
        raise TokenRefused("answer", "its token has characters that no token has, or too many")
    return AccessToken(
        value=answer.access_token,
        kind=kind,
        scope=scope if answer.scope is None else answer.scope,
        obtained_at=int(now),
        expires_at=int(now) + _lifetime(answer.expires_in),
        refresh_token=refresh_token,
    )


def _lifetime(said: float | str | None) -> int:
    """Return the seconds; some servers write the number as text."""
    try:
        seconds = float(said) if said is not None else _UNSAID
    except ValueError:
        seconds = _UNSAID
    return int(min(max(seconds, 1), _LONGEST)) if seconds == seconds else _UNSAID  # noqa: PLR0124
