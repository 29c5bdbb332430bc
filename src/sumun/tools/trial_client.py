"""A client for the length of one check."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sumun.audit import Event
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client, remove_client
from sumun.tools.workbench import Workbench

_FOR = {"by": "validate_oauth2_setup"}


@asynccontextmanager
async def trial_client(workbench: Workbench, scope: str) -> AsyncIterator[tuple[str, str]]:
    """Register a client that may ask for ``scope``, give its id and secret, and forget it again.

    A check that leaves out how clients prove who they are would check the half of it; and there
    is no secret of a client's that could be looked up.

    Raises
    ------
    AuditUnavailable, StorageError
        If it cannot be registered or forgotten, and recorded.

    """
    directory = workbench.authorization_server
    client_id = f"setup-check-{secrets.token_hex(6)}"
    secret = directory.client_secrets.mint()
    client = Client(
        client_id=client_id,
        metadata=ClientMetadata(client_name="Setup check", scope=scope),
        secret_hash=directory.client_secrets.hash(client_id, secret),
        created_at=int(workbench.clock()),
    )
    await workbench.audit.write([_event("created", client_id)], add_client, client)
    try:
        yield client_id, secret
    finally:
        await workbench.audit.write([_event("removed", client_id)], remove_client, client_id)


def _event(action: str, client_id: str) -> Event:
    return Event(
        event_type=f"client_{action}", client_id=client_id, action_taken=action, detail=_FOR
    )
