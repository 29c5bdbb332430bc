"""``device_code``: a device asks again and again until the person has decided (RFC 8628 §3.4)."""

from collections.abc import Callable

import msgspec

from sumun.audit import AuditLog
from sumun.oauth.access_tokens import Issued
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.device_codes import (
    DeviceCode,
    DeviceCodeSpent,
    find_device_code,
    poll_device_code,
    redeem_device_code,
)
from sumun.oauth.authorization.grants import AuthorizationGrant, GrantEnded, find_grant
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.grants.family import FamilyTokens
from sumun.storage import Database


class DeviceCodeGrant:
    """Answers polls, and redeems each code once."""

    grant_type = "urn:ietf:params:oauth:grant-type:device_code"
    for_public_clients = True

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        tokens: FamilyTokens,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._audit = audit
        self._tokens = tokens
        self._clock = clock

    async def issue(self, client: Client, request: FormRequest) -> Issued:
        """Say how far the person is (RFC 8628 §3.5), or issue."""
        device_code = request.parameters.get("device_code")
        if not device_code:
            raise OAuthError("invalid_request", "device_code is missing")
        device_hash = opaque.digest(device_code)
        code = await self._database.read(find_device_code, device_hash)
        if code is None or code.client_id != client.client_id or code.used_at is not None:
            raise _invalid()
        grant = await self._decided(code, device_hash)
        self._tokens.check_resource(grant, request)
        return await self._redeem(client, request, device_hash, grant)

    async def _decided(self, code: DeviceCode, device_hash: bytes) -> AuthorizationGrant:
        now = int(self._clock())
        if now >= code.expires_at:
            raise OAuthError("expired_token", "the codes have expired; ask for new ones")
        in_time = await self._database.write(poll_device_code, device_hash, now=now)
        if not in_time:
            raise OAuthError("slow_down", "wait 5 s longer between two polls from now on")
        if code.decided_at is None:
            raise OAuthError("authorization_pending", "the person has not decided yet; poll again")
        if code.grant_id is None:
            raise OAuthError("access_denied", "the person declined")
        grant = await self._database.read(find_grant, code.grant_id)
        if grant is None:
            raise _invalid()
        return grant

    async def _redeem(
        self,
        client: Client,
        request: FormRequest,
        device_hash: bytes,
        grant: AuthorizationGrant,
    ) -> Issued:
        issued, event = await self._tokens.prepare(
            client, grant, grant.scope, request, self.grant_type
        )
        refresh, kept = self._tokens.first_refresh_token(client, grant, request)
        try:
            await self._audit.write(
                [event],
                redeem_device_code,
                device_hash,
                grant.grant_id,
                now=int(self._clock()),
                refresh=kept,
            )
        except (DeviceCodeSpent, GrantEnded):
            raise _invalid() from None
        return msgspec.structs.replace(issued, refresh_token=refresh)


def _invalid() -> OAuthError:
    return OAuthError(
        "invalid_grant",
        "the device_code is unknown, used, revoked, or another client's; ask for new codes",
    )
