"""Noting without making anybody wait, and without ever failing for them."""

import asyncio

import pytest

from sumun.audit import Event
from sumun.oauth.errors import OAuthError
from sumun.oauth.traces import Traces, find_trace, list_traces, recorder, with_reference
from sumun.storage import StorageUnavailable


@pytest.fixture
async def traces(database, clock):
    clock.now = 1_800_000_000.0
    recording = Traces(database, clock)
    yield recording
    await recording.close()


async def found(traces, database, ref):
    await traces.flush()
    return await database.read(find_trace, ref)


async def test_written_in_the_background(traces, database):
    ref = traces.begin("10.0.0.1", "app")
    traces.note(ref, "authorize", "passed", words="for something")
    deadline = asyncio.get_running_loop().time() + 5
    while await database.read(find_trace, ref) is None:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    trace = await database.read(find_trace, ref)
    assert [step.words for step in trace.steps] == ["for something"]


async def test_steps_of_one_moment_stay_apart(traces, database):
    ref = traces.begin("")
    for n in range(10):
        traces.note(ref, "token", "passed", words=str(n))
    trace = await found(traces, database, ref)
    assert [step.words for step in trace.steps] == [str(n) for n in range(10)]


async def test_a_clock_set_back_keeps_the_order(traces, database, clock):
    ref = traces.begin("")
    traces.note(ref, "authorize", "passed")
    clock.advance(-3600)
    traces.note(ref, "token", "passed")
    trace = await found(traces, database, ref)
    assert [step.stage for step in trace.steps] == ["authorize", "token"]


async def test_discovery_from_the_same_place_belongs_to_it(traces, database, clock):
    traces.discovered("10.0.0.1")
    mine, other = traces.begin("10.0.0.1"), traces.begin("10.0.0.2")
    clock.advance(601)
    late = traces.begin("10.0.0.1")
    assert [s.stage for s in (await found(traces, database, mine)).steps] == ["discovery"]
    assert (await found(traces, database, other)).steps == ()
    assert (await found(traces, database, late)).steps == ()


async def test_a_refusal_has_both_words(traces, database):
    ref = traces.begin("")
    traces.refused(ref, "token", OAuthError("invalid_grant", "no good", why="it was used"))
    [step] = (await found(traces, database, ref)).steps
    assert (step.code, step.outcome, step.words) == (
        "invalid_grant",
        "refused",
        "no good; it was used",
    )


async def test_a_token_refusal_joins_the_attempt_it_belongs_to(traces, database):
    ref = traces.begin("", "app")
    traces.granted(ref, "grant-1")
    refusal = OAuthError("invalid_grant", "no good")
    refusal.grant_id = "grant-1"
    assert await traces.token_refused(refusal, "", "app") == ref
    refusal.grant_id = "grant-gone"
    assert await traces.token_refused(refusal, "", "app") != ref


async def test_what_is_just_being_written_is_waited_for(traces, database):
    for _ in range(50):
        ref = traces.begin("", "app")
        traces.granted(ref, "grant-1")
        first, second = asyncio.create_task(traces.flush()), asyncio.create_task(traces.flush())
        await second
        assert await database.read(find_trace, ref) is not None
        await first


def issued(**members):
    usual = {
        "event_type": "token_issued",
        "user_id": "user-1",
        "client_id": "app",
        "token_id": "token-1",
        "resource": "https://x.example/mcp",
        "correlation_id": "grant-1",
    }
    return Event(**{**usual, **members})


def called(event_type="tool_call", **members):
    usual = {"user_id": "user-1", "client_id": "app", "token_id": "token-1", "server": "crm"}
    return Event(event_type=event_type, **{**usual, **members})


async def test_what_the_log_says_of_its_grant(traces, database):
    ref = traces.begin("", "app")
    traces.granted(ref, "grant-1")
    traces.watch(issued(scope="mcp:crm"))
    traces.watch(called())
    traces.watch(called())
    traces.watch(Event(event_type="grant_revoked", correlation_id="grant-1", reason="withdrawn"))
    steps = (await found(traces, database, ref)).steps
    assert [(step.stage, step.outcome) for step in steps] == [
        ("token", "passed"),
        ("call", "passed"),
        ("token", "refused"),
    ]
    assert "scope mcp:crm" in steps[0].words


async def test_a_first_call_that_is_refused(traces, database):
    ref = traces.begin("", "app")
    traces.granted(ref, "grant-1")
    traces.watch(issued())
    traces.watch(called("access_refused", reason="insufficient_scope"))
    step = (await found(traces, database, ref)).steps[-1]
    assert (step.stage, step.outcome, step.code) == ("call", "refused", "insufficient_scope")


async def test_clients_that_act_for_themselves_leave_nothing(traces):
    """The hot path: no note, nothing waiting."""
    traces.watch(issued(user_id="app", correlation_id=None))
    traces.watch(called(user_id="app"))
    traces.watch(Event(event_type="tool_access", token_id="token-1"))
    assert traces._waiting == []
    assert traces._flight is None


async def test_a_flood_is_dropped_not_kept(traces, database):
    for _ in range(5000):
        traces.begin("")
    assert len(traces._waiting) == recorder._WAITING
    await traces.flush()
    assert len(await database.read(list_traces, limit=9999)) <= recorder._WAITING


async def test_what_is_remembered_is_bounded(traces):
    for n in range(10_000):
        traces.discovered(str(n))
        traces.watch(called(token_id=str(n)))
    assert len(traces._discovered) == recorder._SOURCES
    assert len(traces._called) == recorder._CALLED


class Away:
    async def read(self, *_, **__):
        raise StorageUnavailable("away")

    write = read


async def test_storage_that_is_away_stops_nobody(clock):
    traces = Traces(Away(), clock)
    refusal = OAuthError("invalid_grant", "no good")
    refusal.grant_id = "grant-1"
    ref = await traces.token_refused(refusal, "", "app")
    assert len(ref) == 14
    await traces.close()


@pytest.mark.parametrize("client_id", ["x" * 5000, "a\x00b", "é"])
async def test_what_is_no_client_is_not_kept(traces, database, client_id):
    ref = traces.begin("", client_id)
    assert (await found(traces, database, ref)).client_id == ""


def test_the_tail():
    assert with_reference("no good", "7f3a-91c2-0bd4") == "no good (ref: 7f3a-91c2-0bd4)"
    assert with_reference("no good", "") == "no good"
