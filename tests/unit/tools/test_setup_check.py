"""``validate_oauth2_setup``: each step fails when it should, and says what to do."""

import functools
import json

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sumun.oauth.clients import list_clients

STEPS = [
    "discovery",
    "jwks",
    "token",
    "refused_without_token",
    "refused_with_altered_token",
    "protected_resource",
]
AFTER_TOKEN = ["refused_with_altered_token", "protected_resource"]


async def check(system):
    return (await system.report("validate_oauth2_setup"))["steps"]


def failures(steps):
    assert [step["step"] for step in steps] == STEPS
    return {step["step"]: step["detail"] for step in steps if not step["ok"]}


@pytest.mark.parametrize("mode", ["development", "production"])
async def test_a_sound_installation_passes_every_step(start, mode):
    async with start(mode) as system:
        report = await system.report("validate_oauth2_setup")
        assert report["ok"] is True
        assert failures(report["steps"]) == {}


async def test_nothing_is_left_of_the_client_that_tried(system):
    await check(system)
    clients = await system.house.rooms.database.read(list_clients)
    assert [client.client_id for client in clients] == ["mcp-client"]
    created, removed = [
        (await system.events(event_type))[-1] for event_type in ("client_created", "client_removed")
    ]
    assert created["client_id"] == removed["client_id"] != "mcp-client"
    assert created["detail"] == {"by": "validate_oauth2_setup"}


async def test_the_answer_holds_neither_token_nor_secret(system):
    report = json.dumps(await check(system))
    assert "sumun-secret-" not in report
    assert "eyJ" not in report


class Behind:
    """The application, with one path answered by somebody else."""

    def __init__(self, application, path, answer, method="GET"):
        self.application = application
        self.replaced = Starlette(routes=[Route(path, lambda _request: answer, methods=[method])])
        self.path = path
        self.method = method

    async def __call__(self, scope, receive, send):
        ours = (scope["path"], scope["method"]) == (self.path, self.method)
        await (self.replaced if ours else self.application)(scope, receive, send)


DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/.well-known/jwks.json"
NO_ENDPOINT = {"issuer": "https://sumun.example"}
PRIVATE = {"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "d": "secret"}]}
SYMMETRIC = {"keys": [{"kty": "oct", "k": "secret"}]}
TOKEN = {"access_token": "a.b.c", "token_type": "Bearer"}
NO_STORE = {"Cache-Control": "no-store"}


@pytest.mark.parametrize(
    ("path", "answer", "failed", "mend"),
    [
        (DISCOVERY, JSONResponse({"issuer": "https://other.example"}), "discovery", "set issuer"),
        (DISCOVERY, JSONResponse({"issuer": "https://sumun.example/"}), "discovery", "exactly"),
        (DISCOVERY, JSONResponse(NO_ENDPOINT), "discovery", "token_endpoint is None"),
        (DISCOVERY, PlainTextResponse("<html>"), "discovery", "another server answers"),
        (DISCOVERY, JSONResponse([]), "discovery", "another server answers"),
        (DISCOVERY, Response(b"[" * 100_000), "discovery", "another server answers"),
        (DISCOVERY, Response(status_code=404), "discovery", "answers 404"),
        (JWKS, JSONResponse(PRIVATE), "jwks", "rotate now"),
        (JWKS, JSONResponse(SYMMETRIC), "jwks", "rotate now"),
        (JWKS, JSONResponse({"keys": []}), "jwks", "sumun key rotate"),
        (JWKS, JSONResponse({}), "jwks", "no JWK Set"),
        (JWKS, JSONResponse({"keys": ["x"]}), "jwks", "no JWK Set"),
        (JWKS, Response(status_code=500), "jwks", "answers 500"),
    ],
)  # fmt: skip
async def test_a_document_that_is_wrong_fails_its_step_only(system, path, answer, failed, mend):
    system.serve(Behind(system.application, path, answer))
    found = failures(await check(system))
    assert list(found) == [failed]
    assert mend in found[failed]
    assert "secret" not in found[failed]


@pytest.mark.parametrize(
    ("answer", "mend"),
    [
        (JSONResponse({"error": "invalid_client"}, 401), "401 invalid_client"),
        (JSONResponse({"access_token": 5}, headers=NO_STORE), "no access token"),
        (PlainTextResponse("no"), "another server answers"),
        (JSONResponse(TOKEN), "no-store"),
    ],
)
async def test_a_token_endpoint_that_is_wrong(system, answer, mend):
    system.serve(Behind(system.application, "/oauth2/token", answer, "POST"))
    found = failures(await check(system))
    assert list(found) == ["token", *AFTER_TOKEN]
    assert mend in found["token"]
    assert all("see the step before" in found[step] for step in AFTER_TOKEN)


async def test_a_token_of_somebody_else_is_found_out(start, system):
    answer = JSONResponse(TOKEN, headers=NO_STORE)
    system.serve(Behind(system.application, "/oauth2/token", answer, "POST"))
    assert list(failures(await check(system))) == ["protected_resource"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (JSONResponse({}), ["refused_without_token", "refused_with_altered_token"]),
        (Response(status_code=401), ["refused_without_token", "protected_resource"]),
        (Response(status_code=403), ["refused_without_token", *AFTER_TOKEN]),
    ],
)
async def test_a_resource_that_is_open_or_closed(system, answer, failed):
    system.serve(Behind(system.application, "/hello", answer))
    found = failures(await check(system))
    assert list(found) == failed
    assert all("is it this server" in text or "proxy" in text for text in found.values())


async def test_a_server_that_is_down_fails_every_step_but_those_it_cannot_try(system, monkeypatch):
    def refuse(_request):
        raise httpx2.ConnectError("refused")

    down = functools.partial(httpx2.AsyncClient.func, transport=httpx2.MockTransport(refuse))
    monkeypatch.setattr(httpx2, "AsyncClient", down)
    found = failures(await check(system))
    assert list(found) == STEPS
    assert all("sumun serve" in text or "see the step before" in text for text in found.values())


async def test_a_server_that_hangs_does_not_hang_us(system, monkeypatch):
    def wait(_request):
        raise httpx2.ReadTimeout("slow")

    slow = functools.partial(httpx2.AsyncClient.func, transport=httpx2.MockTransport(wait))
    monkeypatch.setattr(httpx2, "AsyncClient", slow)
    assert list(failures(await check(system))) == STEPS
