"""The floor of a token endpoint: a bare ASGI app that signs the same token and checks nothing."""

import json
import secrets
import sys
import time

import uvicorn

from sumun.keys.signing import SigningKey

KEY = SigningKey.generate("ES256")
ISSUER = "http://127.0.0.1"
LIFETIME = 900


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": "mcp-client",
        "aud": ISSUER,
        "client_id": "mcp-client",
        "scope": "mcp.access",
        "iat": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    body = json.dumps(
        {
            "access_token": KEY.sign(claims, "at+jwt"),
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "scope": "mcp.access",
        }
    ).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_level="error",
        access_log=False,
    )
