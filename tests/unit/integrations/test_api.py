"""A plain HTTP API past the guard: what it is given and what it answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Body, Depends, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.websockets import WebSocket

from sumun.config import Config
from sumun.guard import Principal
from sumun.integrations.api import SumunAPI
from sumun.integrations.fastapi import Protected
from sumun.policy import Policy
from sumun.resource import InvalidToken, MissingToken

EMAIL = "kim@example.com"
RRN = "900101-1234568"
RESOURCE = "https://notes.example"
POLICY = """
version = 1
binary = "{binary}"
[[rule]]
name = "no resident number"
entity = "KR_RRN"
action = "reject"
[[rule]]
name = "trusted"
tool = "PUT/trusted"
direction = "arguments"
action = "allow"
[[access]]
name = "nobody deletes"
tool = "DELETE/*"
allow = false
[[access]]
name = "exports need more"
tool = "GET/export"
scope = "pii:contact"
allow = true
[[access]]
name = "no other export"
tool = "GET/export"
allow = false
[[access]]
name = "all else"
allow = true
"""


class Verifier:
    """Knows one token."""

    resource = RESOURCE

    async def verify(self, scope: Any, scopes: Any = ()) -> Principal:
        header = dict(scope["headers"]).get(b"authorization")
        if header is None:
            raise MissingToken(RESOURCE, list(scopes))
        if header != b"Bearer good":
            raise InvalidToken(RESOURCE, list(scopes), "no")
        return Principal(subject="kim", client_id="agent", scopes=frozenset({"notes:read"}))

    def metadata_paths(self) -> list[str]:
        return ["/.well-known/oauth-protected-resource"]

    def metadata(self, scopes: list[str]) -> dict[str, Any]:
        return {"resource": RESOURCE, "scopes_supported": scopes}


def furnish(app: Any, seen: list[Any]) -> None:  # noqa: C901 - a list
    @app.get("/customers/{name}")
    async def customer(name: str, request: Request, response: Response) -> dict[str, Any]:
        seen.append((name, dict(request.query_params)))
        response.headers["X-Owner"] = EMAIL
        return {"name": name, "email": EMAIL, "amount": 12.5}

    @app.put("/notes")
    async def note(body: Annotated[Any, Body()]) -> Any:
        seen.append(body)
        return body

    @app.put("/trusted")
    async def trusted(body: Annotated[Any, Body()]) -> None:
        seen.append(body)

    @app.get("/text", response_class=PlainTextResponse)
    async def text() -> str:
        return f"write to {EMAIL}"

    @app.get("/rejected")
    async def rejected() -> str:
        return RRN

    @app.get("/missing")
    async def missing() -> Response:
        return Response(json.dumps({"no": EMAIL}), 404, media_type="application/json")

    @app.get("/file")
    async def file() -> Response:
        named = {"Content-Disposition": f'attachment; filename="{EMAIL}"'}
        return Response(b"\x00\x01", media_type="application/octet-stream", headers=named)

    @app.get("/events")
    async def events() -> StreamingResponse:
        async def endless() -> Any:
            while True:
                yield f"data: {EMAIL}\n\n"

        return StreamingResponse(endless(), media_type="text/event-stream")

    @app.get("/long")
    async def long() -> list[str]:
        return ["x" * 3000]

    @app.get("/nothing", status_code=204)
    async def nothing() -> None:
        return None

    @app.get("/broken")
    async def broken() -> None:
        raise LookupError(EMAIL)

    @app.delete("/notes")
    async def delete() -> None:
        seen.append("deleted")

    @app.get("/export")
    async def export() -> list[str]:
        return [EMAIL]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, Any]:
    """The same application under both policies for what cannot be inspected."""
    made: dict[str, Any] = {}
    for binary in ("refuse", "allow"):
        directory = str(tmp_path_factory.mktemp(binary))
        seen: list[Any] = []
        app = FastAPI()
        furnish(app, seen)
        app.add_middleware(
            SumunAPI,
            server="notes",
            verifier=Verifier(),
            scopes=["notes:read"],
            config=Config(mode="development", data_dir=directory),
            policy=Policy.parse(POLICY.format(binary=binary)),
            limit=2048,
        )
        made[binary] = app, seen, directory
    return made


@pytest.fixture
def seen(made) -> list[Any]:
    return made["refuse"][1]


@pytest.fixture
def ask(made) -> Callable[..., Any]:
    async def send(method: str, path: str, binary: str = "refuse", **options: Any) -> Any:
        transport = httpx2.ASGITransport(made[binary][0], raise_app_exceptions=False)
        headers = {"Authorization": "Bearer good"} | options.pop("headers", {})
        async with httpx2.AsyncClient(transport=transport, base_url=RESOURCE) as http:
            return await http.request(method, path, headers=headers, **options)

    return send


def clean(answer: Any) -> bool:
    shown = answer.text + str(answer.headers)
    return EMAIL not in shown and "900101" not in shown


async def test_what_it_is_given_and_what_it_answers(ask, seen):
    answer = await ask("GET", f"/customers/{EMAIL}", params={"by": EMAIL, "n": "1"})
    name, query = seen[-1]
    assert name.startswith("<EMAIL_ADDRESS:")
    assert query["by"].startswith("<EMAIL_ADDRESS:")
    assert query["n"] == "1"
    assert answer.status_code == 200
    assert answer.json()["email"].startswith("<EMAIL_ADDRESS:")
    assert answer.json()["amount"] == 12.5
    assert answer.headers["x-owner"].startswith("<EMAIL_ADDRESS:")
    assert clean(answer)


async def test_bodies(ask, seen):
    answer = await ask("PUT", "/notes", json={"text": f"to {EMAIL}", EMAIL: [1, None]})
    assert seen[-1]["text"].startswith("to <EMAIL_ADDRESS:")
    assert EMAIL not in str(seen[-1])
    assert answer.json() == seen[-1]


async def test_a_key_that_is_there_twice_is_there_once_afterwards(ask, seen):
    raw = f'{{"a": "{EMAIL}", "a": "x"}}'
    await ask("PUT", "/notes", content=raw, headers={"Content-Type": "application/json"})
    assert seen[-1] == {"a": "x"}


async def test_rules_know_an_operation_by_its_route(ask, seen):
    assert (await ask("PUT", "/trusted", json={"to": EMAIL})).status_code == 200
    assert seen[-1] == {"to": EMAIL}


async def test_text(ask):
    answer = await ask("GET", "/text")
    assert answer.text.startswith("write to <EMAIL_ADDRESS:")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_nothing_and_errors(ask):
    assert (await ask("GET", "/nothing")).status_code == 204
    missing = await ask("GET", "/missing")
    assert missing.status_code == 404
    assert clean(missing)
    broken = await ask("GET", "/broken")
    assert broken.status_code == 500
    assert clean(broken)


@pytest.mark.parametrize(
    ("asked", "body", "told"),
    [
        ("DELETE /notes", None, (403, "denied")),
        ("PUT /notes", {"text": RRN}, (403, "rejected")),
        ("GET /rejected", None, (403, "rejected")),
        ("GET /file", None, (502, "unscannable")),
        ("GET /events", None, (502, "unscannable")),
        ("GET /long", None, (502, "too_large")),
        ("PUT /notes", ["x" * 3000], (413, "too_large")),
    ],
)
async def test_refusals(ask, seen, asked, body, told):
    before = list(seen)
    answer = await ask(*asked.split(), json=body)
    assert (answer.status_code, answer.json()["reason"]) == told
    assert answer.headers["content-type"] == "application/problem+json"
    assert seen == before
    assert clean(answer)


@pytest.mark.parametrize(
    ("media_type", "content", "encoding"),
    [
        ("application/json", b"{", ""),
        ("application/json", b"[" * 2000, ""),
        ("application/json", b"{}", "gzip"),
        ("application/x-www-form-urlencoded", b"a=kim@example.com", ""),
        ("text/plain", b"\xff", ""),
        ("", b"x", ""),
    ],
)
async def test_what_cannot_be_read_is_refused(ask, media_type, content, encoding):
    headers = {"Content-Type": media_type, "Content-Encoding": encoding}
    answer = await ask("PUT", "/notes", content=content, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (415, "unscannable")


async def test_a_query_that_cannot_be_read_is_refused(ask):
    assert (await ask("GET", "/text?a=%ff")).status_code == 400


async def test_what_cannot_be_inspected_may_be_allowed(ask):
    answer = await ask("GET", "/file", "allow")
    assert answer.content == b"\x00\x01"
    assert "EMAIL_ADDRESS" in answer.headers["content-disposition"]
    assert clean(answer)


async def test_a_missing_scope_is_challenged(ask):
    answer = await ask("GET", "/export")
    assert answer.status_code == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert "pii:contact" in challenge


async def test_tokens_and_metadata(ask):
    refused = await ask("GET", "/text", headers={"Authorization": "Bearer bad"})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    metadata = await ask("GET", "/.well-known/oauth-protected-resource")
    assert metadata.json() == {"resource": RESOURCE, "scopes_supported": ["notes:read"]}


def log_of(directory: str) -> str:
    return Path(directory, "logs", "security_audit.log").read_text(encoding="utf-8")


async def test_every_call_is_recorded(ask, made):
    await ask("GET", f"/customers/{EMAIL}")
    text = log_of(made["refuse"][2])
    *_, intent, outcome = map(json.loads, text.splitlines())
    assert (intent["event_type"], outcome["event_type"]) == ("tool_call", "tool_access")
    assert outcome["tool_name"] == "GET/customers/{name}"
    assert (outcome["server"], outcome["client_id"]) == ("notes", "agent")
    assert EMAIL not in text


async def test_web_sockets_are_refused(made):
    said = []

    async def send(message: Any) -> None:
        said.append(message)

    app = SumunAPI(
        Starlette(),
        server="notes",
        verifier=Verifier(),
        config=Config(mode="development", data_dir=made["refuse"][2] + "-ws"),
    )
    await app({"type": "websocket", "path": "/", "headers": []}, WebSocket, send)
    assert said == [{"type": "websocket.close", "code": 1008}]


async def test_the_guarded_dependency_of_fastapi(tmp_path):
    app = FastAPI()
    sumun = Protected(
        app,
        issuer="https://sumun.example",
        resource=RESOURCE,
        verifier=Verifier(),
        guard="notes",
        config=Config(mode="development", data_dir=str(tmp_path)),
    )

    @app.get("/notes")
    async def notes(
        principal: Annotated[Principal, Depends(sumun.needs("notes:read"))],
    ) -> dict[str, str]:
        return {"of": principal.client_id, "email": EMAIL}

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=RESOURCE) as http:
        assert (await http.get("/notes")).status_code == 401
        answer = await http.get("/notes", headers={"Authorization": "Bearer good"})
        metadata = await http.get("/.well-known/oauth-protected-resource")
    assert answer.json()["of"] == "agent"
    assert answer.json()["email"].startswith("<EMAIL_ADDRESS:")
    assert metadata.json()["scopes_supported"] == ["notes:read"]
