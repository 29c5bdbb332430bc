"""Software statements: what somebody the operator trusts says of a client (RFC 7591 §2.3)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from sumun.keys.jwk import FOREIGN_ALGS
from sumun.keys.jws import Jws, Malformed, read_jws
from sumun.oauth.errors import OAuthError
from sumun.oauth.issuer_keys import IssuerKeys
from sumun.oauth.key_sets import KeySets
from sumun.oauth.registration.described import Described

_AHEAD: Final = 60
# RFC 8725 §3.10: a key is found where its issuer is configured, never where a header says.
_REFUSED_HEADERS: Final = frozenset({"crit", "b64", "jwk", "jku", "x5u", "x5c"})
_NOT_STATED: Final = frozenset({"client_id", "client_secret", "software_statement"})
_TIMES: Final = (("exp", False), ("nbf", True), ("iat", True))


class SoftwareStatements:
    """Verifies statements and applies what they say.

    Parameters
    ----------
    issuers:
        Whose statements are trusted, and where their key sets are: an https URL or a file.
    audience:
        Who we are, where a statement says whom it is for.
    clock:
        Unix seconds.

    Raises
    ------
    ConfigurationError
        If a file cannot be read or holds no public keys.

    """

    def __init__(
        self,
        issuers: Mapping[str, str],
        key_sets: KeySets,
        *,
        audience: str,
        clock: Callable[[], float],
    ) -> None:
        self._issuers = {
            name: IssuerKeys(f"oauth.software_statement_issuers: {name}", at, key_sets)
            for name, at in issuers.items()
        }
        self._audience = audience
        self._clock = clock

    async def apply(self, described: Described) -> Described:
        """Return what the client says, with what its statement says in its place.

        Raises
        ------
        OAuthError
            ``invalid_software_statement`` or ``unapproved_software_statement``.

        """
        if described.software_statement is None:
            return described
        try:
            jws = read_jws(described.software_statement)
            claims = jws.claims()
        except Malformed as error:
            raise _invalid(str(error)) from None
        await self._check_signature(jws, claims.get("iss"))
        self._check_claims(claims)
        members = msgspec.structs.asdict(described) | {
            name: claims[name]
            for name in Described.__struct_fields__
            if name in claims and name not in _NOT_STATED
        }
        try:
            return msgspec.convert(members, Described)
        except msgspec.ValidationError as error:
            raise _invalid(f"it is not as RFC 7591 2 says: {error}") from None

    async def _check_signature(self, jws: Jws, issuer: object) -> None:
        keys = self._issuers.get(issuer) if isinstance(issuer, str) else None
        if keys is None:
            raise OAuthError(
                "unapproved_software_statement",
                "the issuer of the software statement is not trusted here; register without it, "
                "or ask the operator to trust its issuer",
            )
        if not _REFUSED_HEADERS.isdisjoint(jws.header) or jws.header.get("alg") not in FOREIGN_ALGS:
            raise _invalid(f"its header is not acceptable; sign with {', '.join(FOREIGN_ALGS)}")
        if await keys.find(jws) is None:
            raise _invalid("its signature does not hold")

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        for name, begins in _TIMES:
            time = claims.get(name)
            if time is None:
                continue
            if not isinstance(time, int | float):
                raise _invalid(f"its {name} is not a time")
            if (time > now + _AHEAD) if begins else (time <= now):
                raise _invalid(f"by its {name} it is not good now")
        audience = claims.get("aud")
        several = audience if isinstance(audience, list) else [audience]
        if audience is not None and self._audience not in several:
            raise _invalid("its aud is another server")


def _invalid(why: str) -> OAuthError:
    return OAuthError("invalid_software_statement", f"the software statement cannot be used: {why}")
