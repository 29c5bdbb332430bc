"""Whether who sends a token holds the key it is bound to (RFC 9449 §7, RFC 8705 §3)."""

import hmac
from urllib.parse import urlsplit

import msgspec
from starlette.types import Scope

from sumun.proof import (
    ClientCertificates,
    DpopProofs,
    InvalidProof,
    NonceNeeded,
    certificate_thumbprint,
)


class Confirmation(msgspec.Struct, frozen=True, gc=False):
    """What a token is bound to (RFC 7800 §3.1); at least one of the two is not empty."""

    jkt: str = ""
    x5t: str = msgspec.field(default="", name="x5t#S256")

    def __post_init__(self) -> None:
        # A binding we cannot check is no reason to let the token pass as a bearer token.
        if not self.jkt and not self.x5t:
            raise ValueError("cnf names no key known here")


class Unproven(Exception):
    """The key was not shown; the message says why.

    Attributes
    ----------
    error:
        ``invalid_token``, ``invalid_dpop_proof`` or ``use_dpop_nonce``.
    nonce:
        The nonce to use, or empty.

    """

    def __init__(self, error: str, description: str, nonce: str = "") -> None:
        super().__init__(description)
        self.error = error
        self.nonce = nonce


class Possession:
    """Checks the key of a token against the request it came with.

    Parameters
    ----------
    base:
        The URL under which this server is reached: never taken from a header.

    """

    def __init__(self, base: str, proofs: DpopProofs, certificates: ClientCertificates) -> None:
        self._path = urlsplit(base).path.rstrip("/")
        self._base = base.rstrip("/")
        self._origin = self._base.removesuffix(self._path)
        self._proofs = proofs
        self._certificates = certificates

    async def check(
        self, scope: Scope, token: bytes, bound_to: Confirmation | None, *, dpop: bool
    ) -> None:
        """Pass if the request shows every key the token is bound to.

        Parameters
        ----------
        dpop:
            Whether the token came under the scheme ``DPoP``.

        Raises
        ------
        Unproven
            If it does not.
        StorageError
            If it cannot be known whether a proof was used before.

        """
        jkt = "" if bound_to is None else bound_to.jkt
        if dpop != bool(jkt):
            # RFC 9449 §7.2: a bound token is no bearer token, and a bearer token no bound one.
            raise Unproven(
                "invalid_token",
                "the token is bound to a key; send it as Authorization: DPoP with a proof"
                if jkt
                else "the token is not bound to a key; send it as Authorization: Bearer",
            )
        if bound_to is not None and bound_to.x5t:
            self._check_certificate(scope, bound_to.x5t)
        if jkt:
            await self._check_proof(scope, token, jkt)

    def _check_certificate(self, scope: Scope, x5t: str) -> None:
        certificate = self._certificates.of(scope)
        if certificate is None or not hmac.compare_digest(certificate_thumbprint(certificate), x5t):
            raise Unproven(
                "invalid_token", "the token is bound to another certificate (RFC 8705 3)"
            )

    async def _check_proof(self, scope: Scope, token: bytes, jkt: str) -> None:
        proofs = [value for name, value in scope["headers"] if name == b"dpop"]
        try:
            proven = await self._proofs.verify(
                proofs, scope.get("method", ""), self._url(scope), token=token
            )
        except InvalidProof as invalid:
            raise Unproven("invalid_dpop_proof", str(invalid)) from None
        except NonceNeeded as needed:
            raise Unproven(
                "use_dpop_nonce",
                "put the nonce of the DPoP-Nonce header into the proof",
                needed.nonce,
            ) from None
        if proven.thumbprint != jkt:
            raise Unproven("invalid_token", "the token is bound to another key than the proof's")

    def _url(self, scope: Scope) -> str:
        raw: bytes = scope.get("raw_path") or scope.get("path", "").encode()
        path = raw.decode("latin-1")
        # A front may strip the path of our own URL; the client has signed it whole.
        below = path == self._path or path.startswith(f"{self._path}/")
        return (self._origin if below else self._base) + path
