"""How to obtain and use a token here, in words, for an agent or the person behind it."""

from typing import Any, Literal

from sumun.config import Config

_STEPS = {
    "en": """\
Ask for a token: POST {issuer}/oauth2/token with grant_type=client_credentials, your client_id and \
client_secret (form body or HTTP Basic), scope, and the resource you want to call.
Send it as Authorization: Bearer <token> to that resource, and to no other: a token is good for \
one audience.
On 401 ask for a new token; on 403 insufficient_scope ask again with every scope the \
WWW-Authenticate header names.""",
    "ko": """\
토큰 요청: POST {issuer}/oauth2/token 에 grant_type=client_credentials, client_id, \
client_secret(폼 본문 또는 HTTP Basic), scope, 호출할 resource를 보냅니다.
받은 토큰을 Authorization: Bearer <토큰> 헤더로 그 리소스에만 보냅니다. 토큰은 하나의 \
대상(audience)에만 유효합니다.
401이면 토큰을 다시 받고, 403 insufficient_scope이면 WWW-Authenticate 헤더에 적힌 모든 \
scope로 다시 요청합니다.""",
}


def flow_guide(config: Config, language: Literal["en", "ko"]) -> dict[str, Any]:
    """Return the steps, the endpoints and a command line to try."""
    issuer = config.issuer
    return {
        "flow": "client_credentials",
        "steps": _STEPS[language].format(issuer=issuer).splitlines(),
        "endpoints": {
            "token_endpoint": f"{issuer}/oauth2/token",
            "openid_configuration": f"{issuer}/.well-known/openid-configuration",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "protected_resource": f"{issuer}/hello",
            "mcp": f"{issuer}/mcp",
        },
        "example": (
            f'curl -X POST {issuer}/oauth2/token -H "Content-Type:'
            ' application/x-www-form-urlencoded" -d "grant_type=client_credentials'
            '&client_id=YOUR_CLIENT_ID&client_secret=YOUR_CLIENT_SECRET&scope=mcp.access"'
        ),
    }
