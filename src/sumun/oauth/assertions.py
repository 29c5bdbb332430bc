"""What every JWT assertion must say of itself (RFC 7521 §5.2, RFC 7523 §3)."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from sumun.keys.jwk import FOREIGN_ALGS
from sumun.keys.jws import Jws, Malformed, read_jws
from sumun.proof.claims import JTI_LIMIT

AHEAD: Final = 60
"""Seconds another clock may be ahead of ours."""

LATE: Final = 5
"""Seconds another clock may be behind ours."""

_SUBJECT_LIMIT: Final = 1024
# Keys are found where the signer registered them, never where a header says; and nothing may
# change how a signature is read (RFC 7515 §4.1.11, RFC 7797, RFC 8725 §3.10).
_REFUSED_HEADERS: Final = frozenset({"crit", "b64", "jwk", "jku", "x5u", "x5c"})

_Time = Annotated[float, msgspec.Meta(ge=0, le=2**53)]


class Claims(msgspec.Struct, frozen=True):
    """The registered claims of an assertion, of the right types."""

    aud: str | list[str]
    exp: _Time
    iss: Annotated[str, msgspec.Meta(max_length=_SUBJECT_LIMIT)] = ""
    sub: Annotated[str, msgspec.Meta(max_length=_SUBJECT_LIMIT)] = ""
    jti: Annotated[str, msgspec.Meta(max_length=JTI_LIMIT)] = ""
    iat: _Time | None = None
    nbf: _Time | None = None

    @property
    def audience(self) -> str:
        """The one audience; empty if there is not exactly one.

        One statement for several readers is one that any of them may pass on to another
        (draft-ietf-oauth-rfc7523bis).
        """
        if isinstance(self.aud, str):
            return self.aud
        return self.aud[0] if len(self.aud) == 1 else ""


class Assertion(NamedTuple):
    """An assertion that is in order but for its signature."""

    jws: Jws
    claims: Claims
    more: dict[str, Any]

    @property
    def typ(self) -> str:
        """What the header says it is (RFC 8725 §3.11), in small letters; empty if nothing."""
        typ = self.jws.header.get("typ")
        return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


class Assertions:
    """Reads assertions; whose key signed them is the caller's to check.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def read(
        self,
        token: str,
        *,
        audiences: Collection[str],
        longest: int,
        required: Collection[str] = ("iss", "sub", "jti"),
    ) -> Assertion:
        """Return the assertion.

        Parameters
        ----------
        audiences:
            Who we are: one of these must be its only audience.
        longest:
            Seconds it may still be good for, so that its use is not remembered for ever.
        required:
            Claims it must have beside ``aud`` and ``exp``. Without ``jti`` it can be used twice.

        Raises
        ------
        Malformed
            With what is wrong, none of which depends on who signed it.

        """
        jws = read_jws(token)
        if not _REFUSED_HEADERS.isdisjoint(jws.header):
            raise Malformed("its header has members that are not accepted here")
        if jws.header.get("alg") not in FOREIGN_ALGS:
            raise Malformed(f"its alg is none of {', '.join(FOREIGN_ALGS)}")
        more = jws.claims()
        try:
            claims = msgspec.convert(more, Claims)
        except msgspec.ValidationError:
            raise Malformed("aud or exp is missing, or a claim is of the wrong type") from None
        if claims.audience not in audiences:
            raise Malformed("its aud is not this issuer, or not this issuer alone")
        for name in required:
            if not getattr(claims, name):
                raise Malformed(f"its {name} is missing")
        self._check_times(claims, longest)
        return Assertion(jws, claims, more)

    def _check_times(self, claims: Claims, longest: int) -> None:
        now = self._clock()
        if now >= claims.exp + LATE:
            raise Malformed("it has expired; check the clock")
        if claims.exp > now + longest + AHEAD:
            raise Malformed(f"it is good for more than {longest} s; make one for each request")
        for time in (claims.iat, claims.nbf):
            if time is not None and time > now + AHEAD:
                raise Malformed("it was made in the future; check the clock")
