"""An MCP server and its authorization server on this machine, as odd as a test wants them."""

import base64
import hashlib
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

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
        self.bodies = []
        self.issued = 0
        self.asked = {}
        self.answer = {}
        self.codes = {}
        self.refresh_token = "refresh-1"
        self.revoked = []
        self.registrations = []

    def authorize(self, url):
        """Do what it does when a person agrees; return where they are sent back."""
        assert url.startswith(f"{self.issuer}/authorize?"), url
        self.asked = dict(parse_qsl(urlsplit(url).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        answer = {"code": code, "state": self.asked["state"], "iss": self.issuer, **self.answer}
        sent = {name: value for name, value in answer.items() if value is not None}
        return f"{self.asked['redirect_uri']}?{urlencode(sent)}"

    def application(self):
        return Starlette(
            routes=[
                Route("/.well-known/oauth-protected-resource/mcp", self._resource),
                Route("/.well-known/oauth-authorization-server", self._metadata),
                Route("/token", self._token, methods=["POST"]),
                Route("/register", self._register, methods=["POST"]),
                Route("/revoke", self._revoke, methods=["POST"]),
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
            "revocation_endpoint": f"{self.issuer}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(document | self.metadata)

    async def _token(self, request: Request) -> Response:
        self.forms.append(dict(parse_qsl((await request.body()).decode(), strict_parsing=True)))
        self.form_headers.append(request.headers)
        if self.nonce and f'"{self.nonce}"' not in _claims(request.headers.get("dpop", "")):
            return _error("use_dpop_nonce", 400, self.nonce)
        if self.token_status != 200:
            return _error("invalid_client", self.token_status)
        if not self._redeems(self.forms[-1]):
            return _error("invalid_grant", 400)
        self.issued += 1
        bound = "dpop" in request.headers
        document = {
            "access_token": f"theirs-{self.issued}",
            "token_type": "DPoP" if bound else "Bearer",
            "expires_in": 600,
        }
        if self.forms[-1]["grant_type"] in {"authorization_code", "refresh_token"}:
            document["refresh_token"] = self.refresh_token = f"refresh-{self.issued}"
        return JSONResponse(document | self.token)

    def _redeems(self, form):
        """Whether a code is redeemed by whom it was for, or the last refresh token is used."""
        if form["grant_type"] == "refresh_token":
            return form["refresh_token"] == self.refresh_token
        if form["grant_type"] != "authorization_code":
            return True
        asked = self.codes.pop(form["code"], {})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (asked.get("code_challenge"), asked.get("redirect_uri"), asked.get("resource")) == (
            challenge,
            form["redirect_uri"],
            form["resource"],
        )

    async def _register(self, request: Request) -> Response:
        self.registrations.append(await request.json())
        return JSONResponse({"client_id": f"registered-{len(self.registrations)}"}, 201)

    async def _revoke(self, request: Request) -> Response:
        self.revoked.append(dict(parse_qsl((await request.body()).decode())))
        return Response()

    async def _mcp(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        message = await request.json()
        if message.get("method") == "ping":  # whether it is there, asked without a credential
            return Response(status_code=401)
        if message.get("method") != "server/discover":  # what it speaks
            self.calls.append(request.headers)
        if self.nonce and f'"{self.nonce}"' not in _claims(request.headers.get("dpop", "")):
            return _error("use_dpop_nonce", 401, self.nonce)
        if self.accepted and request.headers.get("authorization") != self.accepted:
            return _error("invalid_token", 401)
        if "id" not in message:
            return Response(status_code=202)
        result = {"content": [], "resultType": "complete", "supportedVersions": ["2026-07-28"]}
        return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "result": result})


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
