"""A small OpenID Connect provider on this machine, as honest or as odd as a test wants it."""

import base64
import hashlib
import json
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "sumun at:elsewhere", "a+secret with: signs%"


class Elsewhere:
    """The provider; attributes are what a test may bend."""

    def __init__(self, issuer, now):
        self.issuer = issuer
        self.now = now
        self.key = ECKey.generate_key("P-256", {"kid": "1", "use": "sig"})
        self.published = [self.key.as_dict(private=False)]
        self.subject = "subject-1"
        self.claims = {}
        self.header = {}
        self.token = None
        self.metadata = {}
        self.answer = {}
        self.codes = {}
        self.redeemed = []
        self.status = 200
        self.last = {}

    def authorize(self, url):
        """Do what the provider does when a person agrees; return where they are sent back."""
        parts = urlsplit(url)
        assert url.startswith(f"{self.issuer}/authorize?"), url
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT_ID
        assert "openid" in query["scope"].split()
        self.last = query
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.issuer, **self.answer}
        sent = {name: value for name, value in answer.items() if value is not None}
        return f"{query['redirect_uri']}?{urlencode(sent)}"

    def application(self):
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/keys", self._keys),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _metadata(self, _request: Request) -> Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        document |= self.metadata
        return JSONResponse({name: value for name, value in document.items() if value is not None})

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": self.published})

    async def _token(self, request: Request) -> Response:
        form = dict((await request.form()).items())
        kind, _, encoded = request.headers["authorization"].partition(" ")
        pair = base64.b64decode(encoded).decode().split(":")
        assert (kind, *map(unquote_plus, pair)) == ("Basic", CLIENT_ID, CLIENT_SECRET)
        asked = self.codes.pop(form["code"])
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        self.redeemed.append(form["code"])
        token = self.token or self.id_token(asked["nonce"])
        return JSONResponse({"access_token": "theirs", "id_token": token}, self.status)

    def id_token(self, nonce):
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
        }
        header = {"alg": "ES256", "kid": "1", "typ": "JWT", **self.header}
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, present, self.key)


@contextmanager
def running(now):
    """Serve it until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    provider = Elsewhere(f"http://localhost:{port}", now)
    server = uvicorn.Server(
        uvicorn.Config(provider.application(), port=port, log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)


def forged(claims):
    """A token that nobody signed."""
    parts = [{"alg": "none"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return b".".join([*encoded, b""]).decode()
