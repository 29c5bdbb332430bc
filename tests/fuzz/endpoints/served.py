"""A running application, requests handed to it as its HTTP server would, and what holds of answers.

What no HTTP server lets through is the concern of ``tests/faults``.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import re
from urllib.parse import unquote, urlencode

from tests.conformance.browser import APPS, PASSWORD, USERNAME, challenge
from tests.conformance.mcp.conftest import ISSUER

from sumun.oauth import Client
from sumun.oauth.clients import add_client
from sumun.oauth.users import User, add_user

BODY_LIMIT = 2**16
LONGEST_ANSWER = 2**17
PATIENCE = 10.0
FORM = [("content-type", "application/x-www-form-urlencoded")]
MEDIA_TYPES = {
    "application/json",
    "application/jwt",
    "application/token-introspection+jwt",
    "application/problem+json",
    "image/svg+xml",
    "text/css",
    "text/event-stream",
    "text/html",
    "text/plain",
}


class Faults(logging.Handler):
    """Keeps what is logged while a request is answered."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def judge(self, *, errors, secrets, told):
        """No traceback and no secret; no error either, unless something was taken away."""
        lines = [(record.levelname, record.getMessage()) for record in self.records]
        assert not any(record.exc_info for record in self.records), (told, lines)
        assert errors or all(record.levelno < logging.ERROR for record in self.records), (
            told,
            lines,
        )
        assert not any(secret in line for _, line in lines for secret in secrets), (told, lines)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def media_type(self):
        return self.headers.get("content-type", "").partition(";")[0]


class Served:
    """A running application, and what a stranger, a client and a person hold there."""

    def __init__(self, application):
        self.application = application
        self.paths = sorted(
            {
                *(route.path for route in application._router.routes),
                *("/mcp", "/mcp/crm", "/mcp/nobody", "/nowhere", "//", "/oauth2/"),
            }
        )
        self.faults = Faults()
        self.known = {}
        self.unavailable = frozenset()
        self._numbers = itertools.count()

    @property
    def rooms(self):
        return self.application.house.rooms

    async def ask(self, method, target, headers=(), body=b"", declared=True):
        """Send one request as from a place of its own, so that no brake hides what is behind."""
        self.faults.records.clear()
        raw, _, query = target.partition("?")
        number = next(self._numbers)
        lines = [("host", "sumun.example"), *headers]
        if body and declared:
            lines.append(("content-length", str(len(body))))
        elif body:
            lines.append(("transfer-encoding", "chunked"))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in lines],
            "client": (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1),
            "server": ("sumun.example", 443),
        }
        said = []
        chunks = iter([(body[:1000], True), (body[1000:], False)])
        over = asyncio.Event()

        async def receive():
            chunk, more = next(chunks, (None, False))
            if chunk is not None:
                return {"type": "http.request", "body": chunk, "more_body": more}
            with contextlib.suppress(TimeoutError):  # a stream that stays open ends when we leave
                await asyncio.wait_for(over.wait(), 0.2)
            return {"type": "http.disconnect"}

        async def send(message):
            said.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                over.set()

        async with asyncio.timeout(PATIENCE):
            await self.application(scope, receive, send)
        starts = [message for message in said if message["type"] == "http.response.start"]
        assert len(starts) == 1, (method, target, said)
        return Answer(
            starts[0]["status"],
            {name.decode(): value.decode("latin-1") for name, value in starts[0]["headers"]},
            b"".join(message.get("body", b"") for message in said[1:]),
        )

    async def settle(self):
        server = self.application.house.authorization_server
        for client_id, metadata in APPS.items():
            secret = None if "none" in metadata.token_endpoint_auth_methods else "secret"
            client = Client(
                client_id=client_id,
                metadata=metadata,
                secret_hash=secret and server.client_secrets.hash(client_id, secret),
            )
            await self.rooms.database.write(add_client, client)
        hashed = await server.people.passwords.hash(PASSWORD)
        person = User(user_id="user-1", username=USERNAME, password_hash=hashed)
        await self.rooms.database.write(add_user, person)
        form = {"grant_type": "client_credentials", "client_id": "mcp-client"}
        form["client_secret"] = "secret"
        for name, resource in (("token", ""), ("crm", "/mcp/crm"), ("own", "/mcp")):
            asked = {**form, "resource": ISSUER + resource} if resource else form
            answer = await self.ask("POST", "/oauth2/token", FORM, urlencode(asked).encode())
            assert answer.status == 200, answer.body
            self.known[name] = json.loads(answer.body)["access_token"]
        await self._sign_in()

    async def _sign_in(self):
        query = {
            "client_id": "app",
            "redirect_uri": "https://app.example/cb",
            "response_type": "code",
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
            "scope": "mcp:crm",
            "resource": f"{ISSUER}/mcp/crm",
        }
        asked = await self.ask("GET", f"/oauth2/authorize?{urlencode(query)}")
        cookies = [asked.headers["set-cookie"].partition(";")[0]]
        page = await self.ask("GET", asked.headers["location"], [("cookie", cookies[0])])
        fields = dict(
            re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.body.decode())
        )
        filled = {**fields, "method": "password", "username": USERNAME, "password": PASSWORD}
        signed_in = await self.ask(
            "POST",
            "/sign-in",
            [*FORM, ("cookie", "; ".join(cookies))],
            urlencode(filled).encode(),
        )
        assert signed_in.status == 303, signed_in.body
        cookies.append(signed_in.headers["set-cookie"].partition(";")[0])
        self.known["cookie"] = "; ".join(cookies)
        resumed = await self.ask(
            "GET", signed_in.headers["location"], [("cookie", "; ".join(cookies))]
        )
        self.known["page"] = resumed.headers["location"]
        self.known["ticket"] = self.known["page"].rpartition("=")[2]
        for name, path in (("csrf", self.known["page"]), ("here", "/account")):
            page = await self.ask("GET", path, [("cookie", self.known["cookie"])])
            found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.body.decode())
            assert found, (path, page.status, page.body)
            self.known[name] = found[1]


def judge(served, sent, answer):
    """What holds of every answer."""
    told = (sent, answer.status, answer.headers, answer.body[:300])
    assert 200 <= answer.status < 500 or answer.status in served.unavailable, told
    assert len(answer.body) <= LONGEST_ANSWER, told
    assert b"Traceback" not in answer.body, told
    if answer.body:
        assert answer.media_type in MEDIA_TYPES, told
    if "json" in answer.media_type:
        json.loads(answer.body)
    assert not any(set(value) & set("\r\n\0") for value in answer.headers.values()), told
    assert b"sumun.db" not in answer.body, told
    served.faults.judge(
        errors=bool(served.unavailable),
        secrets=[served.known[name] for name in ("token", "crm", "own", "cookie")],
        told=told,
    )


def judge_error(answer):
    """RFC 6749 §5.2."""
    told = json.loads(answer.body)
    assert answer.headers["cache-control"] == "no-store"
    assert "error" in told
    assert not set(told) - {"error", "error_description", "error_uri"}
    for text in told.values():
        assert re.fullmatch(r"[ !#-\[\]-~]+", text), told
