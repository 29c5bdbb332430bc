"""Marked values over standard streams: none reaches the server, none the client."""

import itertools

import pytest
from tests.conformance.leaks.marks import MARKS, found_in
from tests.conformance.leaks.messages import LEGACY, MODERN, of_era
from tests.conformance.leaks.planting import plants

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


def with_ids_of_their_own(cases):
    """Give each message an id that no other has, but where the id is what was planted."""
    for number, (words, message) in enumerate(cases):
        if "id" in message and not words.startswith("id"):
            message["id"] = f"n{number}"
        yield words, message


def readable(lines):
    return [line for line in lines if found_in(line)]


@pytest.mark.parametrize(("revision", "table", "method"), SAID)
async def test_no_server_hears_what_a_client_says(stdio, revision, table, method):
    messages = of_era(table, revision)[method]
    if table == "CLIENT_RESULTS":
        messages = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in messages]
    for message in messages:
        for opaque in ("requestState", "cursor"):
            message.get("params", {}).pop(opaque, None)
    cases = with_ids_of_their_own(plants(messages))
    while some := [message for _, message in itertools.islice(cases, AT_ONCE)]:
        heard, _ = await stdio.talk(some)
        assert heard
        assert readable(heard) == []


@pytest.mark.parametrize(("revision", "method"), ANSWERED)
async def test_no_client_hears_what_a_server_answers(stdio, revision, method):
    results = of_era("SERVER_RESULTS", revision)[method]
    answers = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in results]
    cases = enumerate(message for _, message in with_ids_of_their_own(plants(answers)))
    while some := list(itertools.islice(cases, AT_ONCE)):
        asked = [
            {"jsonrpc": "2.0", "id": f"n{number}", "method": method, "params": {"name": "x"}}
            for number, _ in some
        ]
        _, told = await stdio.talk(asked, [message for _, message in some])
        assert len(told) >= len(some) / 2
        assert readable(told) == []


@pytest.mark.parametrize(("revision", "table", "method"), OWN)
async def test_no_client_hears_what_a_server_says_itself(stdio, revision, table, method):
    cases = [message for _, message in plants(of_era(table, revision)[method])]
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        asked = [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in range(len(some))]
        _, told = await stdio.talk(asked, some)
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
