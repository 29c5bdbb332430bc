"""An MCP server and its authorization server on this machine, as odd as a test wants them."""

import base64
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "gateway at:partner", "a+secret with: signs%"


class Partner:
    """Both of them; attributes are what a test may bend, and what they received."""

    def __init__(self, origin):
        self.issuer = origin
        self.url = f"{origin}/mcp"
        self.reset()

    def reset(self):
        """Be honest again, and know nothing."""
        self.metadata = {}
        self.resource_metadata = {}
        self.token = {}
        self.token_status = 200
        self.accepted = None
        self.nonce = None
        self.forms = []
        self.form_headers = []
        self.calls = []
        self.issued = 0

    def application(self):
        return Starlette(
            routes=[
                Route("/.well-known/oauth-protected-resource/mcp", self._resource),
                Route("/.well-known/oauth-authorization-server", self._metadata),
                Route("/token", self._token, methods=["POST"]),
                Route("/mcp", self._mcp, methods=["POST"]),
            ]
        )

    async def _resource(self, _request: Request) -> Response:
        document = {"resource": self.url, "authorization_servers": [self.issuer]}
        return JSONResponse(document | self.resource_metadata)

    async def _metadata(self, _request: Request) -> Response:
        document = {
            "issuer": self.issuer,
            "token_endpoint": f"{self.issuer}/token",
            "authorization_endpoint": f"{self.issuer}/authorize",
        }
        return JSONResponse(document | self.metadata)

    async def _token(self, request: Request) -> Response:
        self.forms.append(dict(parse_qsl((await request.body()).decode(), strict_parsing=True)))
        self.form_headers.append(request.headers)
        if self.nonce and f'"{self.nonce}"' not in _claims(request.headers.get("dpop", "")):
            return _error("use_dpop_nonce", 400, self.nonce)
        if self.token_status != 200:
            return _error("invalid_client", self.token_status)
        self.issued += 1
        bound = "dpop" in request.headers
        document = {
            "access_token": f"theirs-{self.issued}",
            "token_type": "DPoP" if bound else "Bearer",
            "expires_in": 600,
        }
        return JSONResponse(document | self.token)

    async def _mcp(self, request: Request) -> Response:
        self.calls.append(request.headers)
        if self.nonce and f'"{self.nonce}"' not in _claims(request.headers.get("dpop", "")):
            return _error("use_dpop_nonce", 401, self.nonce)
        if self.accepted and request.headers.get("authorization") != self.accepted:
            return _error("invalid_token", 401)
        return JSONResponse({"jsonrpc": "2.0", "id": 1, "result": {}})


def _error(code, status, nonce=""):
    headers = {"WWW-Authenticate": f'DPoP error="{code}"'} | (
        {"DPoP-Nonce": nonce} if nonce else {}
    )
    return JSONResponse({"error": code}, status, headers=headers)


def _claims(proof):
    """The claims of a proof, as text."""
    part = proof.split(".")[1] if proof else ""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


@contextmanager
def running(**options):
    """Serve it until the block ends; ``options`` are uvicorn's, for TLS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    scheme = "https" if "ssl_certfile" in options else "http"
    partner = Partner(f"{scheme}://localhost:{port}")
    server = uvicorn.Server(
        uvicorn.Config(partner.application(), port=port, log_level="error", ws="none", **options)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield partner
    finally:
        server.should_exit = True
        thread.join(10)
