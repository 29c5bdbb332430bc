"""Logouts and traces on every backend: told once, kept within bounds."""

import asyncio

from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.codes import Code, issue_code
from sumun.oauth.authorization.grants import AuthorizationGrant
from sumun.oauth.authorization.sessions import Session, end_session, start_session
from sumun.oauth.openid.logouts import claim_logout, list_due_logouts, remove_logout
from sumun.oauth.traces import Step, find_trace, list_traces
from sumun.oauth.traces.trace import (
    add_call_step,
    add_grant_step,
    add_step,
    begin_trace,
    bind_grant,
    bind_token,
    name_client,
    purge_traces,
)
from sumun.oauth.users import User, add_user

NOW = 1_800_000_000
RACE = 50
REF = "7f3a-91c2-0bd4"


def sign_in_to(*clients, scope="openid"):
    session = Session(
        session_id="session-1",
        user_id="user-1",
        auth_time=NOW,
        amr=("pwd",),
        acr="1fa",
        user_agent="",
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW + 1000,
    )

    def intent(tx):
        add_user(tx, User(user_id="user-1", username="minjun", password_hash="x"))
        start_session(tx, session, b"cookie")
        for number, client_id in enumerate(clients):
            grant = AuthorizationGrant(
                grant_id=f"grant-{number}",
                client_id=client_id,
                user_id="user-1",
                resource="r",
                scope=scope,
                session_id="session-1",
                created_at=NOW,
                expires_at=NOW + 1000,
            )
            code = Code(grant_id=grant.grant_id, redirect_uri="", code_challenge="")
            issue_code(tx, opaque.digest(str(number)), code, grant)

    return intent


def end(tx):
    return end_session(tx, "session-1", "user-1", now=NOW, deny_until=NOW + 1000)


async def due(database, now=NOW):
    return await database.read(list_due_logouts, now=now, limit=99)


async def test_ending_a_session_queues_each_client_once(database):
    await database.write(sign_in_to("a", "b", "a"))
    assert await database.write(end)
    assert not await database.write(end)
    assert [(each.client_id, each.tries) for each in await due(database)] == [("a", 0), ("b", 0)]


async def test_clients_without_openid_are_not_told(database):
    await database.write(sign_in_to("a", scope="mcp:crm offline_access"))
    await database.write(end)
    assert await due(database) == []


async def test_one_try_is_taken_by_one_of_fifty(opened):
    nodes = [await opened() for _ in range(2)]
    await nodes[0].write(sign_in_to("a"))
    await nodes[0].write(end)
    [logout] = await due(nodes[0])
    claims = [nodes[n % 2].write(claim_logout, logout, next_try_at=NOW + 10) for n in range(RACE)]
    assert sum(await asyncio.gather(*claims)) == 1
    assert await due(nodes[1]) == []
    [again] = await due(nodes[1], NOW + 10)
    assert again.tries == 1
    await nodes[1].write(remove_logout, again)
    assert await due(nodes[0], NOW + 10) == []


def step(n, stage="token"):
    return Step(noted_at=n, stage=stage, outcome="passed", words="w" * 9999)


async def test_a_trace_goes_its_way(database):
    def intent(tx):
        begin_trace(tx, REF, "", now=NOW)
        begin_trace(tx, REF, "again", now=NOW)
        name_client(tx, REF, "app")
        bind_grant(tx, REF, "grant-1")
        bind_token(tx, "grant-1", "token-1")
        for n in range(100):
            add_step(tx, REF, step(n))
        add_step(tx, REF, step(0))

    await database.write(intent)
    trace = await database.read(find_trace, REF)
    assert (trace.client_id, trace.grant_id, len(trace.steps)) == ("app", "grant-1", 64)


async def test_what_belongs_to_it_finds_it(database):
    def intent(tx):
        begin_trace(tx, REF, "app", now=NOW)
        bind_grant(tx, REF, "grant-1")
        bind_token(tx, "grant-1", "token-1")
        add_grant_step(tx, "grant-1", step(1))
        add_call_step(tx, "token-1", step(2, "call"))
        add_call_step(tx, "token-2", step(3, "call"))

    await database.write(intent)
    trace = await database.read(find_trace, REF)
    assert [each.stage for each in trace.steps] == ["token", "call"]


async def test_old_ones_are_forgotten_with_their_steps(database):
    def intent(tx):
        for n in range(4):
            begin_trace(tx, f"0000-0000-000{n}", "app", now=NOW + n)
            add_step(tx, f"0000-0000-000{n}", step(n))

    await database.write(intent)
    assert await database.write(purge_traces, now=NOW + 1 + 7 * 86_400) == 2
    assert [each.created_at for each in await database.read(list_traces, limit=9)] == [
        NOW + 3,
        NOW + 2,
    ]
    assert len(await database.read(list_traces, limit=9, client_id="app")) == 2
    assert await database.read(list_traces, limit=9, client_id="other") == []
    steps = await database.read(lambda tx: tx.fetch_all("list_trace_steps", ref="0000-0000-0000"))
    assert steps == []
