"""Marked values where callers and servers are of different eras, and the gateway translates."""

import pytest
from tests.conformance.leaks.gateway import OtherEra
from tests.conformance.leaks.messages import LEGACY, MODERN, of_era, without
from tests.conformance.leaks.planting import leaks

OF_A_ROUND = ("requestState", "inputResponses")
"""What a call that waits is taken up again with; here none does."""
OTHER = {LEGACY: MODERN, MODERN: LEGACY}
SAID = [
    (LEGACY, "initialize"),
    (LEGACY, "tools/call"),
    (LEGACY, "completion/complete"),
    (MODERN, "tools/list"),
    (MODERN, "resources/read"),
]
ANSWERED = [
    (LEGACY, "tools/list"),
    (LEGACY, "completion/complete"),
    (MODERN, "tools/call"),
    (MODERN, "resources/read"),
]
OWN = [
    (LEGACY, "SERVER_NOTIFICATIONS", "notifications/message"),
    (LEGACY, "SERVER_NOTIFICATIONS", "notifications/progress"),
    (MODERN, "SERVER_NOTIFICATIONS", "notifications/message"),
    (MODERN, "SERVER_REQUESTS", "elicitation/create"),
]
"""The caller's revision, and what a server of the other one says meanwhile."""


@pytest.mark.parametrize(("revision", "method"), SAID)
async def test_no_server_hears_what_a_caller_says(gateway, revision, method):
    known = without(of_era("CLIENT_REQUESTS", revision)[method], *OF_A_ROUND)
    messages = [gateway.of_a_caller(each, revision) for each in known]

    async def hear(message):
        heard, _ = await gateway.across(OtherEra(OTHER[revision]), message, revision)
        return heard

    assert b"word" in await hear(messages[0])
    assert await leaks(messages, hear) == []


@pytest.mark.parametrize(("revision", "method"), ANSWERED)
async def test_no_caller_hears_what_a_server_answers(gateway, revision, method):
    asked = call(gateway, revision, method)
    results = of_era("SERVER_RESULTS", OTHER[revision])[method]

    async def hear(answer):
        server = OtherEra(OTHER[revision], [answer])
        return (await gateway.across(server, asked, revision))[1]

    answers = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in results]
    assert b'"result"' in await hear(answers[0])
    assert await leaks(answers, hear) == []


@pytest.mark.parametrize(("revision", "table", "own"), OWN)
async def test_no_caller_hears_what_a_server_says_meanwhile(gateway, revision, table, own):
    asked = call(gateway, revision, "tools/call")
    end = {"jsonrpc": "2.0", "id": 1, "result": {"content": []}}

    async def hear(message):
        server = OtherEra(OTHER[revision], [message, end])
        return (await gateway.across(server, asked, revision))[1]

    assert await leaks(of_era(table, OTHER[revision])[own], hear) == []


@pytest.mark.parametrize(
    ("revision", "method", "theirs"),
    [(LEGACY, "initialize", "server/discover"), (MODERN, "server/discover", "initialize")],
)
async def test_no_caller_hears_what_a_server_says_of_itself(gateway, revision, method, theirs):
    asked = call(gateway, revision, method)
    greetings = of_era("SERVER_RESULTS", OTHER[revision])[theirs]

    async def hear(greeting):
        server = OtherEra(OTHER[revision])
        known = {"protocolVersion": server.revision, "supportedVersions": [server.revision]}
        server.greeting = greeting | known
        return (await gateway.across(server, asked, revision))[1]

    assert b'"capabilities"' in await hear(greetings[0])
    assert await leaks(greetings, hear) == []


def call(gateway, revision, method):
    """Return a request without what was asked of its caller before."""
    known = without(of_era("CLIENT_REQUESTS", revision)[method], *OF_A_ROUND, "cursor")
    return gateway.of_a_caller(known[0], revision)
