import itertools

import msgspec
import pytest
from tests.conformance.keys import Signer

from sumun.config import PartnerConfig, TrustedIssuerConfig
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

ISSUER = "https://sumun.example"
CRM = f"{ISSUER}/mcp/crm"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
IDP = "https://idp.example"
CLOUD = "https://cloud.example"
PARTNER = "https://as.partner.example"
NUMBERS = itertools.count()


@pytest.fixture
def idp():
    return Signer()


@pytest.fixture
def cloud():
    return Signer()


@pytest.fixture
async def system(start, tmp_path, idp, cloud):
    """A system that trusts an identity provider and a cloud, and is trusted by a partner."""
    for name, signer in (("idp", idp), ("cloud", cloud)):
        (tmp_path / f"{name}.json").write_bytes(msgspec.json.encode(signer.jwks))
    issuers = {
        "acme": TrustedIssuerConfig(issuer=IDP, keys=str(tmp_path / "idp.json")),
        "ci": TrustedIssuerConfig(
            issuer=CLOUD,
            keys=str(tmp_path / "cloud.json"),
            kind="workload",
            claims={"sub": "repo:acme/*", "env": "production"},
            scope="mcp:crm",
            resources=[CRM],
        ),
        "nightly": TrustedIssuerConfig(
            issuer=CLOUD,
            keys=str(tmp_path / "cloud.json"),
            kind="workload",
            claims={"sub": "cron"},
            scope="mcp.access",
        ),
    }
    partners = {
        "partner": PartnerConfig(
            audience=PARTNER,
            clients={"agent": "agent-there"},
            scope="files:*",
            resources=[f"{PARTNER}/mcp/*"],
        )
    }
    async with start(trusted_issuers=issuers, partners=partners) as started:
        for client_id, methods in (
            ("agent", ("client_secret_post",)),
            ("other", ("client_secret_post",)),
            ("native", ("none",)),
        ):
            metadata = ClientMetadata(
                grant_types=(BEARER, EXCHANGE),
                scope="mcp.access mcp:*",
                token_endpoint_auth_methods=methods,
            )
            hashed = started.server.client_secrets.hash(client_id, "secret")
            await started.database.write(
                add_client, Client(client_id=client_id, metadata=metadata, secret_hash=hashed)
            )
        yield started
