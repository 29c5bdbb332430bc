"""Access tokens as the MCP SDK hands them to a server, and who they stand for."""

from mcp.server.auth.provider import AccessToken

from sumun.guard import Principal

_NOBODY = Principal(subject="local", client_id="local", scopes=frozenset({"mcp:*"}))


def principal_of(token: AccessToken | None) -> Principal:
    """Return who calls; on a server without authentication ``local``, who may call everything."""
    if token is None:
        return _NOBODY
    claims = token.claims or {}
    return Principal(
        subject=str(claims.get("sub") or token.subject or token.client_id),
        client_id=token.client_id,
        scopes=frozenset(token.scopes),
        token_id=str(claims.get("jti") or ""),
        expires_at=token.expires_at or 0,
        audience=token.resource or "",
    )


def described(token: str, principal: Principal, issuer: str) -> dict[str, object]:
    """Return the members of an SDK's access token for a principal that was verified."""
    return {
        "token": token,
        "client_id": principal.client_id,
        "scopes": sorted(principal.scopes),
        "expires_at": principal.expires_at,
        "resource": principal.audience,
        "subject": principal.subject,
        "claims": {
            "iss": issuer,
            "sub": principal.subject,
            "aud": principal.audience,
            "jti": principal.token_id,
        },
    }
