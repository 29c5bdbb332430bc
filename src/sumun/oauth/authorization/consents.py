"""What people let clients do, remembered, so that they are asked only what is new."""

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from sumun.oauth.authorization.grants import revoke_grants
from sumun.oauth.clients import ClientMetadata
from sumun.oauth.scopes import without_data
from sumun.storage import Row, Transaction


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person lets a client do at a resource.

    Attributes
    ----------
    scope:
        What was granted, space-separated.
    fingerprint:
        What the client was then: another means the person agreed to something else.

    """

    user_id: str
    client_id: str
    resource: str
    scope: str
    fingerprint: str
    granted_at: int

    def covers(self, scopes: Iterable[str], fingerprint: str) -> bool:
        """Say whether the person has agreed to all this, to the same client."""
        return self.fingerprint == fingerprint and set(scopes) <= set(self.scope.split())

    def as_of(self, now: float, data_lifetime: int) -> "Consent":
        """Return what of it holds: a yes that lets data be seen is old after ``data_lifetime``."""
        if now < self.granted_at + data_lifetime:
            return self
        return msgspec.structs.replace(self, scope=without_data(self.scope))


_AGREED_TO: Final = (
    "client_name",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "application_type",
)


def fingerprint(metadata: ClientMetadata) -> str:
    """Return what changes when a client is no longer the one a person agreed to.

    That is what it calls itself and promises, where it has codes sent, and whether it proves who
    it is: otherwise who can change a registration has others agree to a name and then takes the
    place of it. Its keys are not among that: whoever may change them could take the codes as well
    with the old ones, and a client that changes its keys as it should must not make people
    used to agreeing. Neither are its scopes: each is asked about by itself.
    """
    told = {name: getattr(metadata, name) for name in _AGREED_TO}
    told["redirect_uris"] = sorted(metadata.redirect_uris)
    told["public"] = "none" in metadata.token_endpoint_auth_methods
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


def find_consent(tx: Transaction, user_id: str, client_id: str, resource: str) -> Consent | None:
    """Return what was agreed to."""
    row = tx.fetch_one("find_consent", user_id=user_id, client_id=client_id, resource=resource)
    return None if row is None else _from_row(row)


def list_consents(tx: Transaction, user_id: str) -> list[Consent]:
    """Return what a person has agreed to, by client."""
    return [_from_row(row) for row in tx.fetch_all("list_consents", user_id=user_id)]


def remember_consent(tx: Transaction, consent: Consent, asked: Iterable[str]) -> None:
    """Keep the decision; what was agreed to earlier and not asked about again stays.

    Not where it lets data be seen: that yes is for a while, and this is not about it.
    """
    before = find_consent(tx, consent.user_id, consent.client_id, consent.resource)
    kept: list[str] = []
    if before is not None and before.fingerprint == consent.fingerprint:
        asked = set(asked)
        kept = [scope for scope in without_data(before.scope).split() if scope not in asked]
    scope = " ".join(dict.fromkeys([*kept, *consent.scope.split()]))
    tx.execute("put_consent", **{**msgspec.structs.asdict(consent), "scope": scope})


def withdraw_consent(
    tx: Transaction, user_id: str, client_id: str, resource: str, *, now: int, deny_until: int
) -> list[str]:
    """Forget what was agreed to, and revoke every grant of it; return which.

    ``deny_until`` is when the last access token that may be out there has expired.
    """
    key = {"user_id": user_id, "client_id": client_id, "resource": resource}
    tx.execute("remove_consent", **key)
    grants = [str(row[0]) for row in tx.fetch_all("list_client_grants", **key)]
    return revoke_grants(tx, grants, now=now, deny_until=deny_until)


def _from_row(row: Row) -> Consent:
    return msgspec.convert(dict(zip(Consent.__struct_fields__, row, strict=True)), Consent)
