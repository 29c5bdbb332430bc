"""A client that signs people in with OpenID Connect, and out again."""

from typing import Any

from tests.conformance.browser import VERIFIER, Browser

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

AFTER = "https://rp.example/after"
TOLD_AT = "https://rp.example/told"


def metadata(**members: Any) -> ClientMetadata:
    usual = {
        "client_name": "Relying Party",
        "grant_types": ("authorization_code", "refresh_token"),
        "redirect_uris": ("https://rp.example/cb",),
        "post_logout_redirect_uris": (AFTER, f"{AFTER}?x=1"),
        "backchannel_logout_uri": TOLD_AT,
        "scope": "mcp:*",
        "token_endpoint_auth_methods": ("none",),
    }
    return ClientMetadata(**{**usual, **members})


async def register(system: Any, client_id: str = "rp", **members: Any) -> None:
    client = Client(client_id=client_id, metadata=metadata(**members))
    await system.database.write(add_client, client)


async def sign_in(
    browser: Browser, client_id: str = "rp", scope: str = "mcp:crm openid", **parameters: Any
) -> dict[str, Any]:
    """Go all the way as this client; return the tokens."""
    code = await browser.code(client_id, scope=scope, **parameters)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client_id,
        "code_verifier": VERIFIER,
    }
    response = await browser.system.http.post("/oauth2/token", data=form)
    assert response.status_code == 200, response.text
    return response.json()
