"""Whatever is sent to whatever path: refused or answered as documented, never a fault."""

import json
import re
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.mcp.conftest import ISSUER
from tests.fuzz.endpoints.sent import (
    clients,
    deep,
    encoded,
    filled,
    messages,
    nearly,
    plans,
    requests,
    trees,
)
from tests.fuzz.endpoints.served import FORM, judge, judge_error

IN_JSON = [
    f"/oauth2/{name}" for name in ("token", "revoke", "introspect", "par", "device_authorization")
]
BLESSED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


async def exchange(served, path, request):
    target = re.sub(r"\{\w+(:\w+)?\}", lambda _: request["segment"], path)
    if request["query"]:
        target += "?" + filled(request["query"], served.known)
    lines = [(name, filled(value, served.known)) for name, value in request["headers"]]
    body = request["body"]
    if len(body) < 10_000 and body.isascii():
        body = filled(body.decode(), served.known).encode()
    sent = (request["method"], target, lines, body[:300])
    judge(served, sent, await served.ask(request["method"], target, lines, body,
                                         request["declared"]))  # fmt: skip


def test_what_is_sent_gets_past_the_first_check(served, runner):
    """Were all of it refused at the door, the others would show little."""

    async def usual():
        token, own = served.known["token"], served.known["own"]
        ask = served.ask
        accept = ("accept", "application/json, text/event-stream")
        message = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}'
        bearer = ("authorization", f"Bearer {served.known['crm']}")
        json_type = ("content-type", "application/json")
        return {
            "hello": await ask("GET", "/hello", [("authorization", f"Bearer {token}")]),
            "token": await ask("POST", "/oauth2/token", FORM, urlencode(plans["token"]).encode()),
            "gateway": await ask("POST", "/mcp/crm", [bearer, json_type, accept], message),
            "own": await ask(
                "POST",
                "/mcp",
                [("authorization", f"Bearer {own}"), json_type, accept],
                b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
            ),
            "page": await ask("GET", served.known["page"], [("cookie", served.known["cookie"])]),
        }  # fmt: skip

    answers = runner.run(usual())
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(answers, 200)


@settings(BLESSED, max_examples=60)
@given(request=requests)
def test_n84_every_path_answers_whatever_comes(served, runner, request):
    async def everywhere():
        for path in served.paths:
            await exchange(served, path, request)

    runner.run(everywhere())


@settings(BLESSED, max_examples=120)
@given(pairs=nearly, cookie=st.booleans())
def test_n84_forms_that_are_nearly_right(served, runner, pairs, cookie):
    headers = [*FORM, ("origin", ISSUER), *([("cookie", served.known["cookie"])] if cookie else [])]
    body = filled(encoded(pairs), served.known).encode()

    async def everywhere():
        for path in served.paths:
            answer = await served.ask("POST", path, headers, body)
            judge(served, (path, body, cookie), answer)
            if path in IN_JSON and answer.status >= 400:
                judge_error(answer)

    runner.run(everywhere())


@settings(BLESSED, max_examples=300)
@given(
    server=st.sampled_from(["crm", "own"]),
    message=messages.map(json.dumps)
    | st.lists(messages, max_size=3).map(json.dumps)
    | deep
    | st.text(max_size=50),
    version=st.sampled_from(["", "2025-06-18", "2025-11-25", "2026-07-28", "1", "x" * 100]),
)
def test_n84_messages_of_a_client_that_may_call(served, runner, server, message, version):
    headers = [
        ("authorization", f"Bearer {served.known[server]}"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        *([("mcp-protocol-version", version)] if version else []),
    ]
    path = {"crm": "/mcp/crm", "own": "/mcp"}[server]
    body = message.encode("utf-8", "surrogatepass")
    judge(served, (path, body), runner.run(served.ask("POST", path, headers, body)))


@settings(BLESSED, max_examples=200)
@given(metadata=clients | trees)
def test_n84_registrations_of_strangers(served, runner, metadata):
    body = json.dumps(metadata).encode()
    headers = [("content-type", "application/json")]
    answer = runner.run(served.ask("POST", "/oauth2/register", headers, body))
    judge(served, body, answer)
    assert answer.status in {200, 201, 400, 429}, answer.body
    assert answer.status != 429 or int(answer.headers["retry-after"]) > 0


@settings(BLESSED, max_examples=15)
@given(request=requests)
def test_n84_without_storage_every_path_still_answers(served_without_storage, runner, request):
    """503 then, and nothing else above 499; never what storage said of itself."""

    async def everywhere():
        for path in served_without_storage.paths:
            await exchange(served_without_storage, path, request)

    runner.run(everywhere())
