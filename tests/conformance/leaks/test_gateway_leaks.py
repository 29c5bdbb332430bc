"""Marked values in every member of every message of both eras, and none on the other side."""

import json

import pytest
from tests.conformance.leaks.gateway import Response
from tests.conformance.leaks.messages import ERAS, LEGACY, of_era, without
from tests.conformance.leaks.planting import leaks

CALLERS = [
    (revision, table, method)
    for revision in ERAS
    for table in ("CLIENT_REQUESTS", "CLIENT_NOTIFICATIONS", "CLIENT_RESULTS")
    for method in of_era(table, revision)
]
ANSWERS = [
    (revision, method, form)
    for revision in ERAS
    for method in of_era("SERVER_RESULTS", revision)
    for form in (("json", "stream") if method == "tools/list" else ("json",))
]
OWN = [
    (revision, table, method)
    for revision in ERAS
    for table in ("SERVER_REQUESTS", "SERVER_NOTIFICATIONS")
    for method in of_era(table, revision)
]


@pytest.mark.parametrize(("revision", "table", "method"), CALLERS)
async def test_no_server_hears_what_a_caller_says(gateway, revision, table, method):
    messages = of_era(table, revision)[method]
    if method != "tools/call":  # in each of them the same
        messages = without(messages, "inputResponses")
    if table == "CLIENT_RESULTS":
        messages = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in messages]
    messages = [gateway.of_a_caller(each, revision) for each in messages]
    heard = [await gateway.up(each, revision) for each in messages]
    assert all(heard), "what is not heard at all proves nothing"

    async def hear(message):
        return await gateway.up(message, revision)

    assert await leaks(messages, hear) == []


@pytest.mark.parametrize(("revision", "method", "form"), ANSWERS)
async def test_no_caller_hears_what_a_server_answers(gateway, revision, method, form):
    asked = gateway.of_a_caller(of_era("CLIENT_REQUESTS", revision)[method][0], revision)
    results = [
        {"jsonrpc": "2.0", "id": asked["id"], "result": each}
        for each in of_era("SERVER_RESULTS", revision)[method]
        if method == "tools/call" or "inputRequests" not in each  # in each of them the same
    ]

    async def hear(message):
        return await gateway.down(response(message, form), asked, revision)

    heard = [await hear(each) for each in results]
    assert all(b'"result"' in each for each in heard), "what is refused anyhow proves nothing"
    assert await leaks(results, hear) == []


@pytest.mark.parametrize("form", ["json", "stream"])
@pytest.mark.parametrize("revision", ERAS)
async def test_no_caller_hears_what_is_in_an_error(gateway, revision, form):
    asked = gateway.of_a_caller(of_era("CLIENT_REQUESTS", revision)["tools/call"][0], revision)
    fault = {"code": -32000, "message": "no", "data": {"why": ["it", {"is": "so"}], "at": 1}}
    message = {"jsonrpc": "2.0", "id": asked["id"], "error": fault}

    async def hear(message):
        return await gateway.down(response(message, form), asked, revision)

    assert b'"it"' in await hear(message)
    assert await leaks([message], hear) == []


@pytest.mark.parametrize(("revision", "table", "own"), OWN)
async def test_no_caller_hears_what_a_server_says_meanwhile(gateway, revision, table, own):
    asked = gateway.of_a_caller(of_era("CLIENT_REQUESTS", revision)["tools/list"][0], revision)
    messages = of_era(table, revision)[own]
    answer = {"jsonrpc": "2.0", "id": asked["id"], "result": {}}

    async def hear(message):
        body = b"".join(map(event, (message, answer)))
        return await gateway.down(Response(body, form="text/event-stream"), asked, revision)

    for each in messages:
        assert own.encode() in await hear(each)
    assert await leaks(messages, hear) == []


@pytest.mark.parametrize(("revision", "table", "own"), [each for each in OWN if each[0] == LEGACY])
async def test_no_caller_hears_what_a_server_says_unasked(gateway, revision, table, own):
    messages = of_era(table, revision)[own]

    async def hear(message):
        return await gateway.unasked(response(message, "stream"), revision)

    for each in messages:
        assert own.encode() in await hear(each)
    assert await leaks(messages, hear) == []


def response(message, form):
    if form == "json":
        return Response(json.dumps(message).encode())
    return Response(event(message), form="text/event-stream")


def event(message):
    return b"event: message\ndata: " + json.dumps(message).encode() + b"\n\n"
