"""Proofs of possession: a small JWT that signs one request (RFC 9449)."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from sumun.keys.jwk import FOREIGN_ALGS, ForeignKey, read_jwk
from sumun.keys.jws import Jws, Malformed, read_jws
from sumun.proof.claims import JTI_LIMIT, Claims
from sumun.proof.nonces import Nonces

DPOP_ALGS: Final = FOREIGN_ALGS

_WINDOW: Final = 60
"""Seconds a proof's ``iat`` may be away from our time, before or after."""
_TYPE: Final = "dpop+jwt"
_URL_LIMIT: Final = 2048
_PORTS: Final = {"https": ":443", "http": ":80"}
# RFC 7515 §4.1.11, RFC 7797: what changes how a signature is read is refused, not ignored. Keys
# from elsewhere than jwk have no meaning here (RFC 9449 §4.2).
_REFUSED_HEADERS: Final = frozenset({"crit", "b64", "jku", "x5u", "x5c"})


class InvalidProof(Exception):
    """The proof does not prove it; the message says why."""


class NonceNeeded(Exception):
    """The proof must hold a fresh nonce of ours.

    Attributes
    ----------
    nonce:
        The one to use.

    """

    def __init__(self, nonce: str) -> None:
        super().__init__("a fresh nonce is needed")
        self.nonce = nonce


class Proven(NamedTuple):
    """What a proof showed.

    Attributes
    ----------
    thumbprint:
        Of the key (RFC 7638): what ``cnf.jkt`` of a token must be (RFC 9449 §6.1).
    next_nonce:
        What the next proof should hold where nonces are asked for; ``None`` for the same.

    """

    thumbprint: str
    next_nonce: str | None = None


class _Claims(msgspec.Struct, frozen=True):
    """What RFC 9449 §4.2 requires, of the right types."""

    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=JTI_LIMIT)]
    htm: str
    htu: Annotated[str, msgspec.Meta(max_length=_URL_LIMIT)]
    iat: Annotated[float, msgspec.Meta(ge=0, le=2**53)]
    ath: str | None = None
    nonce: str | None = None


class DpopProofs:
    """Checks proofs (RFC 9449 §4.3).

    Parameters
    ----------
    claims:
        Where the identifiers of used proofs are.
    nonces:
        Asks for nonces; ``None`` asks for none.
    clock:
        Unix seconds.

    """

    def __init__(
        self, claims: Claims, *, clock: Callable[[], float], nonces: Nonces | None = None
    ) -> None:
        self._used = claims
        self._nonces = nonces
        self._clock = clock

    async def verify(
        self, proofs: Sequence[bytes], method: str, url: str, *, token: bytes | None = None
    ) -> Proven:
        """Return whose key signed the request.

        Parameters
        ----------
        proofs:
            The values of every ``DPoP`` header field.
        method, url:
            What the request is. The query and the fragment do not count.
        token:
            The access token that came with it.

        Raises
        ------
        InvalidProof
            If anything about it is wrong.
        NonceNeeded
            If it is right but for a fresh nonce.
        StorageError
            If it cannot be known whether it was used before.

        """
        if len(proofs) != 1:
            raise InvalidProof("send exactly one DPoP header (RFC 9449 4.3)")
        try:
            jws = read_jws(proofs[0].decode("latin-1"))
            key = _signer(jws)
            claims = _read(jws.claims())
        except Malformed as malformed:
            raise InvalidProof(f"the DPoP proof: {malformed}") from None
        self._check(claims, method, url, token)
        next_nonce = self._check_nonce(claims.nonce)
        first = await self._used.first_use(
            "dpop", key.thumbprint, claims.jti, expires_at=int(claims.iat) + 2 * _WINDOW
        )
        if not first:
            raise InvalidProof("the DPoP proof was used before; make one for each request")
        return Proven(key.thumbprint, next_nonce)

    def _check(self, claims: _Claims, method: str, url: str, token: bytes | None) -> None:
        if claims.htm != method:
            raise InvalidProof(f"the DPoP proof's htm is not {method}")
        if normal_url(claims.htu) != normal_url(url):
            raise InvalidProof("the DPoP proof's htu is not the URL of this request")
        if abs(self._clock() - claims.iat) > _WINDOW:
            raise InvalidProof(
                f"the DPoP proof's iat is more than {_WINDOW} s off; check the clock"
            )
        if token is not None and claims.ath != _hash(token):
            raise InvalidProof("the DPoP proof's ath is not the hash of the access token")

    def _check_nonce(self, nonce: str | None) -> str | None:
        if self._nonces is None:
            return None
        current = self._nonces.current()
        if nonce == current:
            return None
        if not self._nonces.is_fresh(nonce):
            raise NonceNeeded(current)
        return current


def _signer(jws: Jws) -> ForeignKey:
    header = jws.header
    if header.get("typ") != _TYPE:
        raise Malformed(f"its typ is not {_TYPE}")
    if not _REFUSED_HEADERS.isdisjoint(header):
        raise Malformed("its header has members that are not accepted here")
    if header.get("alg") not in DPOP_ALGS:
        raise Malformed(f"its alg is none of {', '.join(DPOP_ALGS)}")
    key = read_jwk(header.get("jwk"))
    if not key.verify(jws):
        raise Malformed("its signature does not hold under its jwk")
    return key


def _read(claims: dict[str, Any]) -> _Claims:
    try:
        return msgspec.convert(claims, _Claims)
    except msgspec.ValidationError:
        raise Malformed("jti, htm, htu or iat is missing, too long or of the wrong type") from None


def _hash(token: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token).digest()).rstrip(b"=").decode()


@lru_cache(maxsize=1024)
def normal_url(url: str) -> str:
    """Return the URL as it is compared (RFC 9449 §4.3, RFC 3986 §6.2).

    Scheme and host in small letters, no default port, an empty path as ``/``, no query and no
    fragment. What is no URL is returned as nothing.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(_PORTS.get(scheme, "\0"))
    return f"{scheme}://{host}{parts.path or '/'}" if host else ""
