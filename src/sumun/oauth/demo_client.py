"""The client everybody knows: ``mcp-client`` with the secret ``secret``, in development only."""

import logging
import time

from sumun.audit import Event
from sumun.guard import Rooms
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import Client, ClientMetadata, ensure_client

DEMO_CLIENT_ID = "mcp-client"
DEMO_CLIENT_SECRET = "secret"  # noqa: S105 - printed in public documents on purpose

WARNINGS = "sumun.demo_client"
"""The logger that says so; a command that warns in its reader's own words quietens it."""

_log = logging.getLogger(WARNINGS)


async def ensure_demo_client(rooms: Rooms) -> None:
    """Register the demo client unless there is one, and say loudly that it is there.

    ``Config`` refuses this in production mode.
    """
    client = Client(
        client_id=DEMO_CLIENT_ID,
        metadata=ClientMetadata(client_name="Demo client", scope="mcp.access mcp:* audit:read"),
        secret_hash=ClientSecrets(rooms.root).hash(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET),
        created_at=int(time.time()),
    )
    if await rooms.database.write(ensure_client, client):
        await rooms.audit.record(
            Event(
                event_type="client_created",
                client_id=DEMO_CLIENT_ID,
                action_taken="created",
                detail={"by": "demo_client"},
            )
        )
    _log.warning(
        "DEVELOPMENT MODE: the client %s with the well-known secret is enabled;"
        " never expose this server",
        DEMO_CLIENT_ID,
    )
