"""Marked values over standard streams: none reaches the server, none the client."""

import pytest
from tests.conformance.leaks.marks import MARKS, found_in
from tests.conformance.leaks.messages import LEGACY, MODERN, of_era, without
from tests.conformance.leaks.planting import groups, planted

EMAIL = MARKS["email"]
AT_ONCE = 500
"""Requests that wait at a time; the door lets some more."""

SAID = [
    (LEGACY, "CLIENT_REQUESTS", "initialize"),
    (LEGACY, "CLIENT_NOTIFICATIONS", "notifications/progress"),
    (LEGACY, "CLIENT_RESULTS", "elicitation/create"),
    (MODERN, "CLIENT_REQUESTS", "tools/call"),
    (MODERN, "CLIENT_REQUESTS", "prompts/list"),
]
ANSWERED = [
    (LEGACY, "initialize"),
    (LEGACY, "prompts/list"),
    (MODERN, "tools/call"),
    (MODERN, "tools/list"),
]
OWN = [
    (LEGACY, "SERVER_REQUESTS", "elicitation/create"),
    (LEGACY, "SERVER_NOTIFICATIONS", "notifications/message"),
    (MODERN, "SERVER_NOTIFICATIONS", "notifications/progress"),
]


def cases(messages):
    """Yield messages with something planted, and an id of their own unless that is what is."""
    for number, (message, plants) in enumerate(groups(messages)):
        changed = planted(message, plants)
        if "id" in changed and plants[0].place != ("id",):
            changed["id"] = f"n{number}"
        yield f"n{number}", changed


def readable(lines):
    return [line for line in lines if found_in(line)]


@pytest.mark.parametrize(("revision", "table", "method"), SAID)
async def test_no_server_hears_what_a_client_says(stdio, revision, table, method):
    messages = without(of_era(table, revision)[method], "requestState", "cursor")
    if table == "CLIENT_RESULTS":
        messages = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in messages]
    said = [message for _, message in cases(messages)][:AT_ONCE]
    heard, _ = await stdio.talk(said)
    assert len(heard) > len(said) / 2
    assert readable(heard) == []


@pytest.mark.parametrize(("revision", "method"), ANSWERED)
async def test_no_client_hears_what_a_server_answers(stdio, revision, method):
    results = of_era("SERVER_RESULTS", revision)[method]
    answers = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in results]
    some = list(cases(answers))[:AT_ONCE]
    asked = [
        {"jsonrpc": "2.0", "id": id_, "method": method, "params": {"name": "x"}} for id_, _ in some
    ]
    _, told = await stdio.talk(asked, [message for _, message in some])
    assert len(told) > len(some) / 2
    assert readable(told) == []


@pytest.mark.parametrize(("revision", "table", "method"), OWN)
async def test_no_client_hears_what_a_server_says_itself(stdio, revision, table, method):
    said = [message for _, message in cases(of_era(table, revision)[method])][:AT_ONCE]
    asked = [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in range(len(said))]
    _, told = await stdio.talk(asked, said)
    assert any(method.encode() in line for line in told)
    assert readable(told) == []


async def test_what_is_opaque_is_sealed_and_comes_back_to_its_server_alone(stdio):
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"nextCursor": EMAIL, "requestState": EMAIL}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "prompts/list"}
    _, (told,) = await stdio.talk([asked], [answer])
    assert b"nextCursor" in told
    assert b"requestState" in told
    assert not found_in(told)
    forged = {"jsonrpc": "2.0", "id": 1, "method": "prompts/list", "params": {"cursor": EMAIL}}
    heard, (refused,) = await stdio.talk([forged])
    assert heard == []
    assert b"cursor was not issued to you" in refused
