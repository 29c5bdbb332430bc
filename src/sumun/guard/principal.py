"""Who acts."""

from typing import Final

import msgspec

IN_ASGI_SCOPE: Final = "sumun.principal"
"""Where an application behind a door finds who calls."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a call, as a verified token or the embedding program says.

    Attributes
    ----------
    subject:
        The ``sub`` claim: a person, or the client itself under client_credentials.
    client_id:
        The OAuth client the call came through.
    scopes:
        What was granted, as a set (RFC 6749 §3.3): never compared as a string.
    tenant:
        Whose data this is; tokens made for one tenant restore to nothing in another.
    token_id:
        The ``jti`` of the access token; empty where there is no token.
    expires_at:
        Unix seconds; 0 where there is no token.
    audience:
        The resource the token was made for.
    proof_key:
        JWK thumbprint the token is bound to (RFC 9449 §6); empty for bearer tokens.
    acr:
        How strongly the person had signed in (RFC 9068 §2.2.1); empty where nobody did.

    """

    subject: str
    client_id: str
    scopes: frozenset[str] = frozenset()
    tenant: str = "default"
    token_id: str = ""
    expires_at: int = 0
    audience: str = ""
    proof_key: str = ""
    acr: str = ""
