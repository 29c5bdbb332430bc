"""``authorization_code``: a person's decision becomes tokens (RFC 6749 §4.1.3, RFC 7636 §4.6)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

import msgspec

from sumun.audit import AuditLog
from sumun.oauth.access_tokens import Issued
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.codes import CodeSpent, FoundCode, find_code, redeem_code
from sumun.oauth.authorization.grants import GrantEnded
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.grants.family import FamilyTokens
from sumun.storage import Database

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class AuthorizationCode:
    """Redeems codes, each once; a second use revokes what the first one gave.

    A code is spent only by a request in which everything else is right, so that nobody who merely
    saw it can spend it.
    """

    grant_type = "authorization_code"
    for_public_clients = True

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        tokens: FamilyTokens,
        revoker: GrantRevoker,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._audit = audit
        self._tokens = tokens
        self._revoker = revoker
        self._clock = clock

    async def issue(self, client: Client, request: FormRequest) -> Issued:
        """Check the code and what it is bound to, and issue."""
        code = request.parameters.get("code")
        if not code:
            raise OAuthError("invalid_request", "code is missing")
        code_hash = opaque.digest(code)
        found = await self._database.read(find_code, code_hash)
        # RFC 6749 §4.1.3: "ensure that the authorization code was issued to the authenticated
        # confidential client, or […] to "client_id" in the request".
        if found is None:
            raise _invalid("this server issued no such code, or long ago")
        try:
            return await self._issue(client, request, code_hash, found)
        except OAuthError as refusal:
            refusal.grant_id = found.grant.grant_id
            raise

    async def _issue(
        self, client: Client, request: FormRequest, code_hash: bytes, found: FoundCode
    ) -> Issued:
        if found.grant.client_id != client.client_id:
            raise _invalid("the code was issued to another client")
        if found.code.used_at is not None:
            await self._revoker.replayed(found.grant, what=self.grant_type, source=request.source)
            ago = int(self._clock()) - found.code.used_at
            raise _invalid(f"the code was used {ago} s before, and everything of it is revoked")
        self._check(found, request)
        return await self._redeem(client, request, code_hash, found)

    def _check(self, found: FoundCode, request: FormRequest) -> None:
        parameters = request.parameters
        late = int(self._clock()) - found.code.expires_at
        if late >= 0:
            raise _invalid(f"the code expired {late} s before it came")
        # OAuth 2.1 §4.1.3 no longer asks for it; who sends it must send the right one.
        redirect_uri = parameters.get("redirect_uri", found.code.redirect_uri)
        if redirect_uri != found.code.redirect_uri:
            raise OAuthError(
                "invalid_grant", "redirect_uri is not the one of the authorization request"
            )
        if not _answers(parameters.get("code_verifier", ""), found.code.code_challenge):
            raise OAuthError(
                "invalid_grant", "code_verifier does not answer the code_challenge (RFC 7636 4.6)"
            )
        self._tokens.check_resource(found.grant, request)
        if found.code.dpop_jkt and request.cnf.get("jkt") != found.code.dpop_jkt:
            raise OAuthError(
                "invalid_grant", "the proof key is not the one of dpop_jkt (RFC 9449 10)"
            )

    async def _redeem(
        self, client: Client, request: FormRequest, code_hash: bytes, found: FoundCode
    ) -> Issued:
        issued, event = await self._tokens.prepare(
            client,
            found.grant,
            found.grant.scope,
            request,
            self.grant_type,
            nonce=found.code.nonce,
        )
        refresh, kept = self._tokens.first_refresh_token(client, found.grant, request)
        try:
            await self._audit.write(
                [event],
                redeem_code,
                code_hash,
                found.grant.grant_id,
                now=int(self._clock()),
                refresh=kept,
            )
        except CodeSpent:
            # Another use came first, by moments.
            await self._revoker.replayed(found.grant, what=self.grant_type, source=request.source)
            raise _invalid("the code came twice at once") from None
        except GrantEnded:
            raise _invalid("the person, or the operator, has revoked the authorization") from None
        return msgspec.structs.replace(issued, refresh_token=refresh)


def _answers(verifier: str, challenge: str) -> bool:
    """Say whether S256 of the verifier is the challenge."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(hashed, challenge.encode())


def _invalid(why: str) -> OAuthError:
    return OAuthError(
        "invalid_grant",
        "the code is unknown, used, expired, or another client's; start again at the "
        "authorization endpoint",
        why=why,
    )
