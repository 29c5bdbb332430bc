import pytest

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

ISSUER = "https://sumun.example"


@pytest.fixture
async def crm(system):
    """A system in which the CRM server has credentials of its own."""
    metadata = ClientMetadata(grant_types=(), serves=(f"{ISSUER}/mcp/crm",))
    hashed = system.server.client_secrets.hash("crm", "secret")
    client = Client(client_id="crm", metadata=metadata, secret_hash=hashed)
    await system.database.write(add_client, client)
    return system
