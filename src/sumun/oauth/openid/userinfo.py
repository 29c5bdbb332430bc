"""``GET|POST /oauth2/userinfo``: who the person behind a token is (OpenID Connect Core §5.3)."""

import hmac
import logging
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sumun.oauth.openid.claims import claims_of
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.users import find_user_by_id
from sumun.proof import (
    ClientCertificates,
    DpopProofs,
    InvalidProof,
    NonceNeeded,
    certificate_thumbprint,
)
from sumun.storage import Database, StorageError

_log = logging.getLogger("sumun.oauth")

_NEEDED: Final = "openid"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class _Refused(Exception):
    """A request that is told nothing (RFC 6750 §3.1, RFC 9449 §7.1); no error says it had none."""

    def __init__(
        self,
        error: str,
        description: str = "",
        *,
        status: int = 401,
        scheme: str = "Bearer",
        nonce: str = "",
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.scheme = scheme
        self.nonce = nonce


class UserInfo:
    """Answers with the claims that the token's scopes open.

    Parameters
    ----------
    url:
        Its own, for proofs of possession.
    proofs:
        Checks tokens that are bound to a key.

    """

    def __init__(
        self,
        *,
        url: str,
        tokens: OwnTokens,
        database: Database,
        proofs: DpopProofs,
        certificates: ClientCertificates,
    ) -> None:
        self._url = url
        self._tokens = tokens
        self._database = database
        self._proofs = proofs
        self._certificates = certificates

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        try:
            return JSONResponse(await self._claims(request), headers=_HEADERS)
        except _Refused as refused:
            return _refusal(refused)
        except StorageError as error:
            _log.error("userinfo endpoint: %s", error)
            return _refusal(_Refused("temporarily_unavailable", "try again", status=503))

    async def _claims(self, request: Request) -> dict[str, Any]:
        scheme, token = _credentials(request)
        claims = self._tokens.read(token)
        if claims is None:
            raise _Refused("invalid_token", "this is no access token of this server")
        await self._check_possession(request, scheme, token, claims.get("cnf", {}))
        if not await self._tokens.is_live(claims):
            raise _Refused("invalid_token", "the token has expired or was revoked")
        scopes = str(claims.get("scope", "")).split()
        if _NEEDED not in scopes:
            raise _Refused("insufficient_scope", "ask for the scope openid", status=403)
        user = await self._database.read(find_user_by_id, claims["sub"])
        if user is None or user.disabled_at is not None:
            raise _Refused("invalid_token", "the token is of nobody who is let in")
        return claims_of(user, scopes)

    async def _check_possession(
        self, request: Request, scheme: str, token: str, cnf: dict[str, str]
    ) -> None:
        """Refuse a bound token from whoever does not hold its key, and a loose one as bound."""
        bound_to = cnf.get("jkt")
        if (scheme == "dpop") is not (bound_to is not None):
            # RFC 9449 §7.2: a bound token is never accepted as a bearer token, nor the reverse.
            raise _Refused(
                "invalid_token",
                "send the token with the scheme it was issued for",
                scheme="DPoP" if bound_to else "Bearer",
            )
        if bound_to is not None:
            await self._check_proof(request, token, bound_to)
        if certificate := cnf.get("x5t#S256"):
            shown = self._certificates.of(request.scope)
            if shown is None or not hmac.compare_digest(certificate_thumbprint(shown), certificate):
                raise _Refused("invalid_token", "the token is bound to another certificate")

    async def _check_proof(self, request: Request, token: str, bound_to: str) -> None:
        proofs = [value for name, value in request.scope["headers"] if name == b"dpop"]
        try:
            proven = await self._proofs.verify(
                proofs, request.method, self._url, token=token.encode("latin-1")
            )
        except InvalidProof as invalid:
            raise _Refused("invalid_dpop_proof", str(invalid), scheme="DPoP") from None
        except NonceNeeded as needed:
            raise _Refused(
                "use_dpop_nonce", "use the nonce sent along", scheme="DPoP", nonce=needed.nonce
            ) from None
        if not hmac.compare_digest(proven.thumbprint, bound_to):
            raise _Refused("invalid_token", "the token is bound to another key", scheme="DPoP")


def _credentials(request: Request) -> tuple[str, str]:
    """Return scheme and token; only the header counts (OAuth 2.1 §5.1)."""
    sent = request.headers.getlist("authorization")
    if len(sent) > 1:
        raise _Refused("invalid_request", "send Authorization once", status=400)
    scheme, _, token = sent[0].partition(" ") if sent else ("", "", "")
    if scheme.lower() not in {"bearer", "dpop"} or not token.strip():
        raise _Refused("")
    return scheme.lower(), token.strip()


def _refusal(refused: _Refused) -> Response:
    """Return the answer, the same words in the challenge and the body."""
    members = {
        "error": refused.error,
        "error_description": refused.description,
        "scope": _NEEDED if refused.error == "insufficient_scope" else "",
    }
    members = {name: value for name, value in members.items() if value}
    response = JSONResponse(members, refused.status, headers=_HEADERS)
    if refused.status in {401, 403}:
        said = ", ".join(f'{name}="{value}"' for name, value in members.items())
        response.headers["WWW-Authenticate"] = f"{refused.scheme} {said}".strip()
    if refused.nonce:
        response.headers["DPoP-Nonce"] = refused.nonce
    return response
