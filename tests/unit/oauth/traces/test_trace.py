"""What is kept of an attempt, within which bounds."""

import msgspec
import pytest

from sumun.oauth.errors import ERRORS
from sumun.oauth.housekeeping import purge_expired
from sumun.oauth.traces import Step, Trace, find_trace, list_traces, trace
from sumun.oauth.traces.advice import ADVICE, advice
from sumun.oauth.traces.trace import (
    add_call_step,
    add_grant_step,
    add_step,
    begin_trace,
    bind_grant,
    bind_token,
    find_reference,
    name_client,
    new_reference,
    purge_traces,
    read_reference,
)

REF = "7f3a-91c2-0bd4"


def step(n=1, stage="authorize", outcome="passed", **members):
    return Step(noted_at=n, stage=stage, outcome=outcome, **members)


def test_a_reference_is_short_and_new():
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert all(read_reference(each) == each and len(each) == 14 for each in references)


@pytest.mark.parametrize(
    "typed",
    [
        REF,
        "7F3A-91C2-0BD4",
        "7f3a91c20bd4",
        " 7f3a-91c2-0bd4\n",
        "(ref: 7f3a-91c2-0bd4)",
        "the code is unknown (ref: 7f3a-91c2-0bd4)",
    ],
)
def test_a_reference_is_read_however_it_was_pasted(typed):
    assert read_reference(typed) == REF


@pytest.mark.parametrize("typed", ["", "7f3a", "7f3a-91c2", "zzzz-zzzz-zzzz", "٣" * 12])
def test_what_is_no_reference(typed):
    assert read_reference(typed) is None


async def test_steps_in_their_order(database):
    def write(tx):
        begin_trace(tx, REF, "", now=5)
        name_client(tx, REF, "app")
        add_step(tx, REF, step(2, code="b"))
        add_step(tx, REF, step(1, code="a"))

    await database.write(write)
    found = await database.read(find_trace, REF)
    assert (found.client_id, found.created_at, found.grant_id) == ("app", 5, None)
    assert [each.code for each in found.steps] == ["a", "b"]


async def test_no_trace_no_step(database):
    await database.write(add_step, REF, step())
    assert await database.read(find_trace, REF) is None


async def test_a_trace_is_bounded_in_steps_and_words(database):
    def write(tx):
        begin_trace(tx, REF, "app", now=5)
        for n in range(200):
            add_step(tx, REF, step(n, words="x" * 10_000))

    await database.write(write)
    found = await database.read(find_trace, REF)
    assert len(found.steps) == 64
    assert {len(each.words) for each in found.steps} == {500}


async def test_what_becomes_of_the_grant_and_its_first_token(database):
    def write(tx):
        begin_trace(tx, REF, "app", now=5)
        bind_grant(tx, REF, "grant-1")
        bind_token(tx, "grant-1", "token-1")
        bind_token(tx, "grant-1", "token-2")
        add_grant_step(tx, "grant-1", step(1, "token"))
        add_grant_step(tx, "grant-2", step(2, "token"))
        add_call_step(tx, "token-1", step(3, "call"))
        add_call_step(tx, "token-2", step(4, "call"))

    await database.write(write)
    found = await database.read(find_trace, REF)
    assert [each.noted_at for each in found.steps] == [1, 3]
    assert await database.read(find_reference, "grant-1") == REF
    assert await database.read(find_reference, "grant-2") is None


async def test_listing(database):
    def write(tx):
        for n in range(5):
            begin_trace(tx, f"0000-0000-000{n}", "app" if n % 2 else "other", now=n)
            add_step(tx, f"0000-0000-000{n}", step(1))
            add_step(tx, f"0000-0000-000{n}", step(2, outcome="refused"))

    await database.write(write)
    newest = await database.read(list_traces, limit=2)
    assert [(each.created_at, each.steps[0].outcome) for each in newest] == [
        (4, "refused"),
        (3, "refused"),
    ]
    assert [e.created_at for e in await database.read(list_traces, limit=9, client_id="app")] == [
        3,
        1,
    ]


async def test_purging_by_time_and_by_count(database, monkeypatch):
    monkeypatch.setattr(trace, "KEPT_TRACES", 3)

    def write(tx):
        for n in range(6):
            begin_trace(tx, f"0000-0000-000{n}", "app", now=1_000_000)
            add_step(tx, f"0000-0000-000{n}", step())
        begin_trace(tx, REF, "app", now=1)
        return purge_traces(tx, now=1_000_000)

    assert await database.write(write) == 4
    kept = await database.read(list_traces, limit=99)
    assert len(kept) == 3
    rows = await database.read(lambda tx: tx.fetch_all("list_trace_steps", ref="0000-0000-0005"))
    gone = await database.read(find_trace, "0000-0000-0005")
    assert gone is None
    assert rows == []


async def test_old_ones_go_also_where_nothing_new_comes(database):
    await database.write(begin_trace, REF, "app", now=1)
    await database.write(purge_expired, now=trace.KEPT_SECONDS)
    assert await database.read(find_trace, REF) is not None
    await database.write(purge_expired, now=trace.KEPT_SECONDS + 1)
    assert await database.read(find_trace, REF) is None


def traced(*steps):
    return Trace(ref=REF, client_id="app", grant_id=None, created_at=1, steps=steps)


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_has_a_mend(code):
    refused = traced(step(), step(2, "token", "refused", code=code))
    assert advice(refused) in {*ADVICE, *(kind.mend for kind in ERRORS.values())}
    assert advice(refused) != ADVICE[-1]


@pytest.mark.parametrize(
    ("last", "word"),
    [
        (step(1, "sign_in", "waiting"), "asked to sign in"),
        (step(1, "consent", "waiting"), "asked to agree"),
        (step(1, "code", "waiting"), "has not redeemed it"),
        (step(1, "token", "passed"), "has not used it"),
        (step(1, "call", "passed"), "It works"),
        (step(1, "authorize", "refused", code="redirect_uri"), "Register the redirect URI"),
        (step(1, "sign_in", "refused", code="wrong"), "not right"),
        (step(1, "call", "refused", code="unheard_of"), "Start again"),
    ],
)
def test_advice_follows_the_last_step(last, word):
    assert word in advice(traced(last))


def test_nothing_yet():
    assert advice(traced()) == ADVICE[-1]


def test_a_step_is_one_of_those_there_are():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"noted_at": 1, "stage": "else", "outcome": "passed"}, Step)
