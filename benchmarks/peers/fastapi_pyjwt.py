"""A token endpoint as tutorials write it: FastAPI, a dictionary of clients, PyJWT, HS256."""

import os
import sys
import time
from typing import Annotated

import jwt
import uvicorn
from fastapi import FastAPI, Form, HTTPException

SECRET = os.environ.get("JWT_SECRET_KEY", "a secret of at least thirty-two bytes")
CLIENTS = {"mcp-client": "secret"}
LIFETIME = 900

app = FastAPI()


@app.post("/oauth2/token")
async def token(
    grant_type: Annotated[str, Form()],
    client_id: Annotated[str, Form()],
    client_secret: Annotated[str, Form()],
    scope: Annotated[str, Form()] = "",
):
    if grant_type != "client_credentials":
        raise HTTPException(400, "unsupported_grant_type")
    if CLIENTS.get(client_id) != client_secret:
        raise HTTPException(401, "invalid_client")
    now = int(time.time())
    claims = {
        "iss": "http://127.0.0.1",
        "sub": client_id,
        "aud": client_id,
        "scope": scope,
        "iat": now,
        "exp": now + LIFETIME,
    }
    return {
        "access_token": jwt.encode(claims, SECRET, algorithm="HS256"),
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": scope,
    }


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        log_level="error",
        access_log=False,
    )
