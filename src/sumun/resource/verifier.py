"""Verifying access tokens: bearer, and bound to a key (RFC 6750, RFC 9068 §4, RFC 9449 §7)."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Final

import msgspec
from starlette.types import Scope

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.guard import Principal
from sumun.keys import VerificationKey
from sumun.keys.jws import Keys, Malformed, verify_jws
from sumun.proof import ClientCertificates, DatabaseClaims, DpopProofs, MemoryClaims, Nonces
from sumun.resource.identifiers import root_scope
from sumun.resource.possession import Confirmation, Possession, Unproven
from sumun.resource.recorder import RefusalRecorder
from sumun.resource.refusals import (
    Challenged,
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    MissingToken,
    Undecided,
    UnprovenToken,
    challenge,
)
from sumun.storage import Database, StorageError, Transaction

LEEWAY: Final = 5
"""Seconds two nodes' clocks may differ."""

_TYPE: Final = "at+jwt"
_CACHE_SIZE: Final = 8192

_Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _Verified(msgspec.Struct, frozen=True, gc=False):
    """A token whose signature holds and whose claims are whole."""

    principal: Principal
    not_before: int
    key: VerificationKey
    grant_id: str
    bound_to: Confirmation | None


class BearerVerifier:
    """Says who a request comes from, or raises the refusal it gets.

    A token is verified once and remembered by its SHA-256; time, audience, key, revocation and
    scope are judged every time.

    Parameters
    ----------
    config:
        Gives the issuer, which ``iss`` must equal byte for byte.
    keyring:
        Where the issuer's keys are found.
    database:
        Where revoked tokens are; ``None`` at a resource elsewhere that cannot see them, where a
        token is good until it expires.
    audit:
        Where refused tokens are recorded; ``None`` records nothing.
    covers:
        Whether granted scopes include a needed one; by default each is needed as it is.
    base:
        The URL under which this resource is reached, if that is not the issuer.
    nonces:
        Asks for nonces in DPoP proofs (RFC 9449 §9); ``None`` asks for none.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        *,
        keyring: Keys,
        database: Database | None,
        audit: AuditLog | None = None,
        covers: Callable[[Iterable[str], str], bool] | None = None,
        base: str = "",
        nonces: Nonces | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = config.issuer
        self._keyring = keyring
        self._database = database
        self._recorder = RefusalRecorder(audit, clock)
        self._covers = covers or (lambda granted, needed: needed in granted)
        self._clock = clock
        claims = MemoryClaims(clock) if database is None else DatabaseClaims(database)
        self._possession = Possession(
            base or config.issuer,
            DpopProofs(claims, clock=clock, nonces=nonces),
            ClientCertificates(config.server),
        )
        self._cache: dict[bytes, _Verified] = {}

    async def verify(self, scope: Scope, audience: str, scopes: Sequence[str] = ()) -> Principal:
        """Return who makes the request.

        Parameters
        ----------
        scope:
            The ASGI scope. Only its ``Authorization`` header is read: a token in a query or a
            form is no token (OAuth 2.1 §5.1; MCP "Token Requirements").
        audience:
            The resource, which must be the token's only audience.
        scopes:
            What the operation needs.

        Raises
        ------
        Challenged
            The refusal, ready to be sent.

        """
        try:
            return await self._verify(scope, audience, scopes)
        except _Refused as refused:
            source = scope["client"][0] if scope.get("client") else ""
            await self._recorder.note(refused.challenged, audience, source, refused.principal)
            raise refused.challenged from None

    def challenge(self, resource: str, scopes: Sequence[str]) -> str:
        """Return the ``WWW-Authenticate`` value of a 403 that names every scope needed."""
        return challenge(self._locate(resource), scopes=scopes, error="insufficient_scope")

    async def _verify(self, scope: Scope, audience: str, scopes: Sequence[str]) -> Principal:
        token, dpop = self._read_token(scope, audience, scopes)
        digest = hashlib.sha256(token).digest()
        verified = self._cache.get(digest)
        if verified is None or self._keyring.find(verified.key.kid) is not verified.key:
            verified = self._verify_new(token, digest, audience, scopes)
        principal = verified.principal
        now = self._clock()
        problem = None
        if principal.audience != audience:
            problem = "the token is for another resource; ask for one with resource set to this one"
        elif now >= principal.expires_at + LEEWAY:
            self._cache.pop(digest, None)
            problem = "the token has expired; ask for another"
        elif now < verified.not_before - LEEWAY:
            problem = "the token is not valid yet; check the clocks"
        elif await self._is_revoked(principal.token_id, verified.grant_id):
            problem = "the token was revoked; ask for another"
        if problem is not None:
            raise self._invalid(audience, scopes, problem, principal)
        if dpop or verified.bound_to is not None:
            await self._check_possession(scope, token, verified, audience, scopes=scopes, dpop=dpop)
        granted = principal.scopes
        if not all(self._covers(granted, needed) for needed in scopes):
            raise _Refused(InsufficientScope(self._locate(audience), scopes), principal)
        return principal

    def _read_token(self, scope: Scope, audience: str, scopes: Sequence[str]) -> tuple[bytes, bool]:
        """Return the token, and whether it came under the scheme ``DPoP``."""
        found: bytes | None = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                if found is not None:
                    raise InvalidRequest(
                        self._locate(audience), "Authorization was sent twice; send it once"
                    )
                found = value
        # RFC 9110 §11.1: the scheme's name is case-insensitive. Another scheme is no token.
        if found is not None:
            if found[:7].lower() == b"bearer ":
                return found[7:].strip(b" "), False
            if found[:5].lower() == b"dpop ":
                return found[5:].strip(b" "), True
        raise MissingToken(self._locate(audience), scopes or self._minimum(audience))

    async def _check_possession(
        self,
        scope: Scope,
        token: bytes,
        verified: _Verified,
        audience: str,
        *,
        scopes: Sequence[str],
        dpop: bool,
    ) -> None:
        try:
            await self._possession.check(scope, token, verified.bound_to, dpop=dpop)
        except Unproven as unproven:
            needed = scopes or self._minimum(audience)
            refusal = UnprovenToken(self._locate(audience), needed, unproven)
            if unproven.nonce:
                raise refusal from None
            raise _Refused(refusal, verified.principal) from None
        except StorageError:
            raise Undecided from None

    def _verify_new(
        self, token: bytes, digest: bytes, audience: str, scopes: Sequence[str]
    ) -> _Verified:
        try:
            key, claims = verify_jws(token.decode("latin-1"), self._keyring, _TYPE)
            verified = self._read_claims(key, claims)
        except Malformed as malformed:
            raise self._invalid(audience, scopes, str(malformed), None) from None
        if len(self._cache) >= _CACHE_SIZE:
            del self._cache[next(iter(self._cache))]
        self._cache[digest] = verified
        return verified

    def _read_claims(self, key: VerificationKey, claims: dict[str, Any]) -> _Verified:
        if claims.get("iss") != self._issuer:
            raise Malformed("the token was issued by another server")
        try:
            read = msgspec.convert(claims, _Claims)
        except msgspec.ValidationError:
            raise Malformed("the token's claims are incomplete or of the wrong type") from None
        principal = Principal(
            subject=read.sub,
            client_id=read.client_id,
            scopes=frozenset(read.scope.split()),
            token_id=read.jti,
            expires_at=read.exp,
            audience=read.aud,
            proof_key="" if read.cnf is None else read.cnf.jkt,
            acr=read.acr,
        )
        not_before = read.iat if read.nbf is None else read.nbf
        return _Verified(principal, not_before, key, read.grant_id, read.cnf)

    async def _is_revoked(self, token_id: str, grant_id: str) -> bool:
        if self._database is None:
            return False
        try:
            return await self._database.read(_find_revoked, token_id, grant_id)
        except StorageError:
            raise Undecided from None

    def _invalid(
        self, audience: str, scopes: Sequence[str], problem: str, principal: Principal | None
    ) -> "_Refused":
        needed = scopes or self._minimum(audience)
        return _Refused(InvalidToken(self._locate(audience), needed, problem), principal)

    def _minimum(self, audience: str) -> tuple[str]:
        return (root_scope(self._issuer, audience),)

    def _locate(self, audience: str) -> str:
        """Return the URL that stands for an audience which need not be one."""
        return audience if "://" in audience else self._issuer


class _Refused(Exception):
    """A refusal that is recorded, with the principal as far as it is known."""

    def __init__(self, challenged: Challenged, principal: Principal | None) -> None:
        super().__init__(challenged.reason)
        self.challenged = challenged
        self.principal = principal


class _Claims(msgspec.Struct, frozen=True, gc=False):
    """The claims RFC 9068 §2.2 requires, of the types we write; ``aud`` is exactly one."""

    sub: str
    aud: str
    exp: _Seconds
    iat: _Seconds
    jti: str
    client_id: str
    scope: str = ""
    nbf: _Seconds | None = None
    grant_id: str = ""
    acr: str = ""
    cnf: Confirmation | None = None


def _find_revoked(tx: Transaction, token_id: str, grant_id: str) -> bool:
    return tx.fetch_one("find_revocation", token_id=token_id, grant_id=grant_id) is not None
